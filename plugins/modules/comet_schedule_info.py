#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_schedule_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_schedule_info
short_description: Read backup schedules of users of a Comet Server
version_added: 1.0.0
description:
  - Returns the schedules of one user or of all users, or a single one.
  - A name, ID or user that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  user:
    description:
      - User whose schedules are returned. Without it, those of all users are, which reads every profile in one call.
    type: str
  name:
    description:
      - Name of the schedules to return.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only schedule to return.
    type: str
seealso:
  - module: comet.backup.comet_schedule
  - module: comet.backup.comet_user_info
"""

EXAMPLES = r"""
- name: All schedules of a user
  comet.backup.comet_schedule_info:
    user: acme-01
  register: found

- name: Protected items of the user that some schedule backs up
  ansible.builtin.debug:
    msg: "{{ found.schedules | map(attribute='protected_item') | unique }}"

- name: One schedule
  comet.backup.comet_schedule_info:
    user: acme-01
    name: Each night

- name: Schedules of every user
  comet.backup.comet_schedule_info:
  register: all
"""

RETURN = r"""
schedules:
  description: The schedules, sorted by name and user, as M(comet.backup.comet_schedule) returns them.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 5c7e3ad2-2b0e-5a3c-9d0a-8d1f0a3f9f11
      user: acme-01
      name: Each night
      protected_item: 4a8f0f0e-52f8-4c0a-9f3c-1d1c2b0e7a55
      storage_vault: 9d2b4c1e-77f3-4b52-8a0e-6f5f3e2d1c0b
      schedules:
        - frequency_type: daily
          seconds_past: 84600
          random_delay_secs: 1800
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: usr is not an option of this module; did you mean user?
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
from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE


def main() -> None:
    """Run the module."""
    run_module(InfoTask(SCHEDULE))


if __name__ == "__main__":
    main()
