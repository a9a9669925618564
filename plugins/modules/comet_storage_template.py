#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_storage_template: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_storage_template
short_description: Manage storage templates of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Creates, changes and deletes one template from which storage vaults are made.
  - An option that is left out keeps what the server holds. An empty value clears it. Other templates stay as they are.
  - Storage vaults that exist already are not touched, neither by a change nor when their template is deleted.
  - Use it where each template is to be looked after by itself. To manage them together with the rest there are
    O(comet.backup.comet_server_config#module:authentication_role.storage_templates) and
    O(comet.backup.comet_tenant#module:storage_templates).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.storage_template
options:
  replacement:
    description:
      - Name or ID of the template from which automatic storage vaults are made in future, for users and policies that
        have used the deleted one.
      - Only with O(state=absent), and where the API takes it, that is without O(tenant).
      - Needs server version 24.12.2 or newer.
    type: str
notes:
  - The API stores all templates of a server or tenant at once and has no lock for them. They are read just before
    they are written, and once more when the answer to that was lost. What somebody else writes between reading and
    writing is lost.
  - A new template gets an ID that follows from its name and its tenant. Before 24.12 servers keep no IDs, so there a
    template is known by its name alone, which then is its RV(storage_template.id) as well, and O(id) is dropped.
  - An administrator of a tenant manages the templates of that tenant and leaves O(tenant) out, or gives its ID.
seealso:
  - module: comet.backup.comet_storage_template_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Vaults on another Comet Server
  comet.backup.comet_storage_template:
    name: Europe
    type: comet
    remote_address: https://storage.example.com
    storage_template_username: templates
    storage_template_password: "{{ vault_storage_password }}"

- name: Vaults of a tenant with a size limit
  comet.backup.comet_storage_template:
    name: Europe
    tenant: ACME
    type: comet
    remote_address: https://storage.example.com
    storage_template_username: acme
    storage_template_password: "{{ vault_storage_password }}"
    storage_limit_enabled: true
    storage_limit_bytes: 2 TiB

- name: Give the server a new password for it
  comet.backup.comet_storage_template:
    name: Europe
    storage_template_password: "{{ vault_storage_password }}"
    update_secrets: always

- name: The template that is to follow
  comet.backup.comet_storage_template:
    name: Europe 2
    type: comet
    remote_address: https://storage2.example.com
    storage_template_username: templates
    storage_template_password: "{{ vault_storage_password }}"

- name: Take the old one away; automatic vaults come from the new one
  comet.backup.comet_storage_template:
    name: Europe
    replacement: Europe 2
    state: absent
"""

RETURN = r"""
storage_template:
  description:
    - The template as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the template; its name on servers before 24.12.
      returned: success
      type: str
      sample: 3f0d7f3a-5a5c-5a43-9b43-3f6c0a6f7a10
    name:
      description: Name of the template.
      returned: success
      type: str
      sample: Europe
    type:
      description: Kind of storage.
      returned: success
      type: str
      sample: comet
    remote_address:
      description: Address of the storage.
      returned: success
      type: str
      sample: https://storage.example.com
    storage_template_username:
      description: Administrator name at the storage.
      returned: success
      type: str
      sample: templates
    storage_template_password:
      description: A marker for the password, if there is one.
      returned: success
      type: str
      sample: <hidden>
  sample:
    id: 3f0d7f3a-5a5c-5a43-9b43-3f6c0a6f7a10
    name: Europe
    type: comet
    remote_address: https://storage.example.com
    storage_template_username: templates
    storage_template_password: <hidden>
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {storage_limit_enabled: false}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {storage_limit_enabled: true}
  sample:
    before: {storage_limit_enabled: false}
    after: {storage_limit_enabled: true}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: storage template Europe changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaRemoteStorageVaultSet
    path: /api/v1/admin/meta/remote-storage-vault/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(STORAGE_TEMPLATE))


if __name__ == "__main__":
    main()
