#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_device_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_device_info
short_description: Read devices of users of a Comet Server
version_added: 1.0.0
description:
  - Returns the devices of one user or of all users, or a single one, and whether each is online at this moment.
  - A name, ID or user that does not exist gives an empty list, not an error. Neither is a device that is offline an
    error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  user:
    description:
      - User whose devices are returned. Without it, those of all users are, which reads every profile in one call.
    type: str
  name:
    description:
      - Name of the devices to return.
    type: str
    aliases: [FriendlyName]
  id:
    description:
      - ID of the device to return. One that is registered for several users is returned once for each of them.
    type: str
notes:
  - The API does not tell when a device that is offline was last seen. The last backup jobs of its protected items,
    which M(comet.backup.comet_protected_item_info) returns, come closest.
seealso:
  - module: comet.backup.comet_device
  - module: comet.backup.comet_user_info
"""

EXAMPLES = r"""
- name: Devices of a user
  comet.backup.comet_device_info:
    user: acme-01
  register: found

- name: Names of those that are offline
  ansible.builtin.debug:
    msg: "{{ found.devices | rejectattr('online') | map(attribute='name') }}"

- name: Devices of every user
  comet.backup.comet_device_info:
  register: all
"""

RETURN = r"""
devices:
  description:
    - The devices, sorted by name, user and ID, as M(comet.backup.comet_device) returns them.
    - Beside that, whether they are online, and by which connection.
  returned: success
  type: list
  elements: dict
  contains:
    online:
      description: Whether the device is connected to the server at this moment.
      returned: success
      type: bool
      sample: true
    connection:
      description: The newest connection of the device. Empty while it is offline.
      returned: success
      type: dict
      contains:
        target_id:
          description:
            - What calls to the device take as C(TargetID). It is another one after each reconnection, so look it up
              right before it is used.
          returned: success
          type: str
          sample: 77f39d2b-4c1e-4b52-8a0e-6f5f3e2d1c0b
        reported_version:
          description: Version of the backup software that runs on the device.
          returned: success
          type: str
          sample: 25.9.8
        reported_platform:
          description: Operating system and architecture that the software was built for.
          returned: success
          type: str
          sample: windows/amd64
        reported_platform_version:
          description: Operating system of the device.
          returned: success
          type: dict
          sample: {os: windows, arch: amd64, distribution: Windows 11 Pro}
        device_time_zone:
          description: Time zone of the device, as an IANA name.
          returned: success
          type: str
          sample: Europe/Berlin
        ip_address:
          description: Address that the device connects from.
          returned: success
          type: str
          sample: 203.0.113.7
        connection_time:
          description: Since when the device is connected, in unix seconds.
          returned: success
          type: int
          sample: 1763780400
        allows_filenames:
          description: Whether administrators may see file names of the device.
          returned: success
          type: bool
          sample: true
      sample: {target_id: 77f39d2b-4c1e-4b52-8a0e-6f5f3e2d1c0b, reported_version: 25.9.8}
  sample:
    - id: 5e1f0b7f2ad15a0e4f2c8a700e6f3a4c
      user: acme-01
      name: Front desk
      registration_time: 1763776800
      client_version: 25.9.8
      online: false
      connection: {}
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
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE


def main() -> None:
    """Run the module."""
    run_module(InfoTask(DEVICE))


if __name__ == "__main__":
    main()
