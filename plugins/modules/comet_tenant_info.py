#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_tenant_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_tenant_info
short_description: Read tenants of a Comet Server
version_added: 1.0.0
description:
  - Returns all tenants, or those of a name. Only administrators of the top level can do that.
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
      - Name or ID of the tenants to return. The server lets several bear one name.
    type: str
    aliases: [Name]
  id:
    description:
      - ID of the only tenant to return. Not together with O(name).
    type: str
seealso:
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: One tenant
  comet.backup.comet_tenant_info:
    name: ACME
  register: acme

- name: The same tenant by its ID
  comet.backup.comet_tenant_info:
    id: "{{ acme.tenants[0].id }}"

- name: All tenants
  comet.backup.comet_tenant_info:
  register: all_tenants

- name: Host names in use, by tenant
  ansible.builtin.debug:
    msg: "{{ dict(all_tenants.tenants | map(attribute='name') | zip(all_tenants.tenants | map(attribute='hosts'))) }}"
"""

RETURN = r"""
tenants:
  description: The tenants, sorted by name, in the spelling of the options of M(comet.backup.comet_tenant). Secrets
    show a marker.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 11111111-1111-4111-8111-111111111111
      name: ACME
      hosts: [backup.acme.example]
      suspended: false
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: >-
    https://backup.example.com does not accept the login of admin: Unauthorised (status 403). Check username and
    password; no further attempt is made, so that the account is not locked.
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminOrganizationList
    path: /api/v1/admin/organization/list
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT


def main() -> None:
    """Run the module."""
    run_module(InfoTask(TENANT))


if __name__ == "__main__":
    main()
