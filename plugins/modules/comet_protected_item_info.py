#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_protected_item_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_protected_item_info
short_description: Read protected items of users
version_added: 1.0.0
description:
  - Returns the protected items of one user or of all users, those of one device, or those of one name.
  - A name, an ID, a device or a user that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  user:
    description:
      - Name of the user whose protected items are returned. Without it, those of all users are.
    type: str
  name:
    description:
      - Name of the protected items to return. Several devices, and several users, may have one of that name.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only protected item to return.
    type: str
  device:
    description:
      - Name or ID of the device whose protected items are returned.
    type: str
    aliases: [OwnerDevice, owner_device]
seealso:
  - module: comet.backup.comet_protected_item
  - module: comet.backup.comet_user_info
"""

EXAMPLES = r"""
- name: All protected items of a user
  comet.backup.comet_protected_item_info:
    user: direct-03
  register: found

- name: When the latest backup of each started
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.statistics.last_start_time }}"
  loop: "{{ found.protected_items }}"
  loop_control:
    label: "{{ item.name }}"

- name: What is called Database, whoever has it
  comet.backup.comet_protected_item_info:
    name: Database
"""

RETURN = r"""
protected_items:
  description: The protected items, sorted by name, as M(comet.backup.comet_protected_item) returns them. Secrets show a
    marker.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
      user: alice
      name: Documents
      engine: file
      device: a4fe7d36f02b033e60284272829c335087f2c429fce90e6500a13f4a84702d85
      engine_props: {INCLUDE0: /home, USE_WIN_VSS: true}
      override_destination_retention: []
      policy_source_id: ""
      existing_user_update: false
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "cannot reach https://backup.example.com: connection refused"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminListUsersFull
    path: /api/v1/admin/list-users-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM


def main() -> None:
    """Run the module."""
    run_module(InfoTask(PROTECTED_ITEM))


if __name__ == "__main__":
    main()
