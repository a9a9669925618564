#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_protected_item: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_protected_item
short_description: Manage protected items of users
version_added: 1.0.0
description:
  - Creates, changes and deletes what one device of a user backs up, for example its files or a database server.
  - An option that is left out keeps what the server holds. An empty value clears it. Other items, storage vaults and
    schedules of the user stay as they are.
  - Devices of one user often have items of the same name. With O(device) the name counts on that device only. Without
    it, it has to be the only one of that name. To give an existing item to another device name it by O(id).
  - A new item backs up nothing until it has a schedule. Describe it along with the item under O(schedules), or by
    itself with M(comet.backup.comet_schedule).
  - Deleting an item removes its schedules as well. Backups that exist stay in the storage vaults, and from then on the
    retention of each vault decides how long.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.protected_item
notes:
  - An item that a policy keeps in step with its own is the policy's. A task that would change or delete one fails, and
    names the ways out. One that finds it as wished does not.
  - From server version 25.9.6 on an item is written by a call of its own, together with its schedules as they are.
    Before that, and when it is deleted, the whole profile is written. Each write carries the hash of what was read, so
    that nothing is lost that somebody else, or a device, writes meanwhile.
  - A new item needs O(engine) and O(device). Its ID is computed from user, device and name, so that an item which is
    deleted and made again is the same one to the backups that exist.
seealso:
  - module: comet.backup.comet_protected_item_info
  - module: comet.backup.comet_schedule
  - module: comet.backup.comet_user
    description: Manages protected items along with their user.
  - module: comet.backup.comet_policy
    description: Gives protected items to every new device of its users.
"""

EXAMPLES = r"""
- name: The documents of a computer
  comet.backup.comet_protected_item:
    user: direct-03
    device: PC-2-0
    name: Documents
    engine: file
    engine_props:
      INCLUDE: ['C:\Users', 'D:\Shares']
      EXCLUDE: ['*.tmp']
      USE_WIN_VSS: true

- name: One more folder; what else there is to it stays
  comet.backup.comet_protected_item:
    user: direct-03
    name: Documents
    engine_props:
      INCLUDE: ['C:\Users', 'D:\Shares', 'E:\Archive']
      EXCLUDE: ['*.tmp']
      USE_WIN_VSS: true

- name: Files on a network share
  comet.backup.comet_protected_item:
    user: direct-03
    device: PC-2-0
    name: Shares
    engine: file
    engine_props:
      INCLUDE: ['\\nas\shares']
      SMBAUTH:
        - SharePath: '\\nas\shares'
          Username: backup
          Password: "{{ vault_nas_password }}"

- name: A database server, and keep its backups in one storage vault for longer
  comet.backup.comet_protected_item:
    user: direct-03
    device: PC-2-0
    name: Shop
    engine: mssql
    engine_props:
      INSTANCE: SHOP
      AUTHMODE: native
      USERNAME: backup
      PASSWORD: "{{ vault_sql_password }}"
      ALL_DATABASES: true
      DIFFBASE: true
    override_destination_retention:
      - storage_vault: Office
        mode: delete_except
        ranges:
          - type: first_job_for_last_x_weeks
            weeks: 26

- name: Give the device a new password for it
  comet.backup.comet_protected_item:
    user: direct-03
    name: Shop
    engine: mssql
    engine_props:
      INSTANCE: SHOP
      AUTHMODE: native
      USERNAME: backup
      PASSWORD: "{{ vault_sql_password }}"
      ALL_DATABASES: true
      DIFFBASE: true
    update_secrets: always

- name: The server itself, each night
  comet.backup.comet_protected_item:
    user: direct-03
    device: PC-2-0
    name: Server
    engine: systemstate
    schedules:
      - name: Server each night
        storage_vault: Office
        schedules:
          - frequency_type: daily
            seconds_past: "02:30"

- name: Stop a service while the backup runs
  comet.backup.comet_protected_item:
    user: direct-03
    name: Documents
    pre_exec: [net stop shopd]
    post_exec: [net start shopd]

- name: Take an item away, with its schedules
  comet.backup.comet_protected_item:
    user: direct-03
    device: PC-2-0
    name: Shares
    state: absent
"""

RETURN = r"""
protected_item:
  description:
    - The protected item as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the protected item.
      returned: success
      type: str
      sample: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
    user:
      description: Name of the user.
      returned: success
      type: str
      sample: alice
    name:
      description: Name of the protected item.
      returned: success
      type: str
      sample: Documents
    engine:
      description: Kind of data that is protected.
      returned: success
      type: str
      sample: file
    device:
      description: ID of the device.
      returned: success
      type: str
      sample: a4fe7d36f02b033e60284272829c335087f2c429fce90e6500a13f4a84702d85
    engine_props:
      description: Settings of the kind by the keys that the server has for them. Flags are true, secrets a marker.
      returned: success
      type: dict
      sample: {INCLUDE0: /home, USE_WIN_VSS: true}
    override_destination_retention:
      description: Retention of the item in single storage vaults.
      returned: success
      type: list
      elements: dict
      sample:
        - storage_vault: eac4b0dd-bc74-b24b-f401-9f81eb3680bc
          mode: keep_everything
          ranges: []
    policy_source_id:
      description: ID of the policy's item that this one was made from; empty for the user's own.
      returned: success
      type: str
      sample: ""
    existing_user_update:
      description: Whether that policy keeps the item in step with its own.
      returned: success
      type: bool
      sample: false
  sample:
    id: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
    user: alice
    name: Documents
    engine: file
    device: a4fe7d36f02b033e60284272829c335087f2c429fce90e6500a13f4a84702d85
    engine_props: {INCLUDE0: /home, USE_WIN_VSS: true}
    override_destination_retention: []
    policy_source_id: ""
    existing_user_update: false
schedules:
  description: The schedules that the task describes along with the item, as M(comet.backup.comet_schedule) returns
    them.
  returned: when the task describes any
  type: list
  elements: dict
  sample:
    - id: 0b1ad2c5-41b7-5d4c-8d5e-6d1a8b1c8f4e
      user: alice
      name: Each night
      protected_item: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
      storage_vault: eac4b0dd-bc74-b24b-f401-9f81eb3680bc
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - References show names where these are known.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {engine_props: {INCLUDE0: /home}}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {engine_props: {INCLUDE0: /srv}}
  sample:
    before: {engine_props: {INCLUDE0: /home}}
    after: {engine_props: {INCLUDE0: /srv}}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when something is removed
  type: list
  elements: str
  sample: [override_destination_retention.eac4b0dd-bc74-b24b-f401-9f81eb3680bc]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: protected item Documents of user alice changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminSetProtectedItemWithBackupRules
    path: /api/v1/admin/set-protected-item-with-backup-rules
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._users import PROTECTED_ITEM_TASK


def main() -> None:
    """Run the module."""
    run_module(PROTECTED_ITEM_TASK)


if __name__ == "__main__":
    main()
