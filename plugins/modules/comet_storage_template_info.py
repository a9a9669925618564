#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_storage_template_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_storage_template_info
short_description: Read storage templates of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Returns all storage templates of the server or of one tenant, or a single one.
  - The server's own and those of its tenants are never returned together.
  - A name or ID that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  name:
    description:
      - Name of the only template to return. Several of that name are all returned.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only template to return; its name on servers before 24.12.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose templates are returned. Without it, or with an empty text, the server's own are.
      - An administrator of a tenant leaves it out and gets those of that tenant.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_storage_template
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: A template to look at
  comet.backup.comet_storage_template:
    name: Europe
    type: comet
    remote_address: https://storage.example.com
    storage_template_username: templates
    storage_template_password: "{{ vault_storage_password }}"

- name: One template of the server
  comet.backup.comet_storage_template_info:
    name: Europe
  register: europe

- name: Where its vaults are
  ansible.builtin.debug:
    msg: "{{ europe.storage_templates[0].remote_address }}"

- name: All templates of a tenant
  comet.backup.comet_storage_template_info:
    tenant: ACME
"""

RETURN = r"""
storage_templates:
  description: The templates, sorted by name, as M(comet.backup.comet_storage_template) returns them. A marker stands
    for each secret.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 3f0d7f3a-5a5c-5a43-9b43-3f6c0a6f7a10
      name: Europe
      type: comet
      remote_address: https://storage.example.com
      storage_template_username: templates
      storage_template_password: <hidden>
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named Acme; did you mean ACME?"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaRemoteStorageVaultGet
    path: /api/v1/admin/meta/remote-storage-vault/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE


def main() -> None:
    """Run the module."""
    run_module(InfoTask(STORAGE_TEMPLATE))


if __name__ == "__main__":
    main()
