#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_device: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_device
short_description: Name and revoke devices of a user of a Comet Server
version_added: 1.0.0
description:
  - Gives one device of a user another name, or revokes it, so that it can no longer log in as that user.
  - A device is found by its name among those of the user, or by O(id). The same computer may be registered for several
    users, under the same ID; the task is about one user only.
  - No task can make a device. One appears when the backup software on it logs in as the user, for which
    M(comet.backup.comet_install_token) makes a token.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.device
notes:
  - Revoking takes the protected items of the device along, with their schedules and their own retention rules. Backups
    that were made stay, and fall under the retention of the storage vaults. The profile is read again after the server
    has revoked the device, and what the server left of these is removed. An interrupted task is finished by the next
    one if that gives the O(id).
  - Whether a device is online makes no difference here. M(comet.backup.comet_device_info) tells.
  - Revoking leaves the software installed. To uninstall it, the device has to be online. Use
    M(comet.backup.comet_api) with C(AdminDispatcherUninstallSoftware) before, and the C(target_id) of the connection
    that M(comet.backup.comet_device_info) shows for C(TargetID).
seealso:
  - module: comet.backup.comet_device_info
  - module: comet.backup.comet_install_token
  - module: comet.backup.comet_protected_item
  - module: comet.backup.comet_user
"""

EXAMPLES = r"""
- name: Look the devices of a user up
  comet.backup.comet_device_info:
    user: acme-01
  register: found

- name: Give one another name
  comet.backup.comet_device:
    user: acme-01
    id: "{{ found.devices[0].id }}"
    name: Front desk

- name: Revoke it, with its protected items and their schedules
  comet.backup.comet_device:
    user: acme-01
    name: Front desk
    state: absent
    confirm_data_loss: true
"""

RETURN = r"""
device:
  description:
    - The device as the server holds it now, or would hold it in check mode. Empty when revoked.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the device, which stands for the computer rather than for this registration.
      returned: success
      type: str
      sample: 5e1f0b7f2ad15a0e4f2c8a700e6f3a4c
    user:
      description: User that the device is registered for.
      returned: success
      type: str
      sample: acme-01
    name:
      description: Name of the device.
      returned: success
      type: str
      sample: Front desk
    registration_time:
      description: When the device was registered, in unix seconds.
      returned: success
      type: int
      sample: 1763776800
    platform_version:
      description: Operating system that the device reported.
      returned: success
      type: dict
      sample: {os: windows, arch: amd64, distribution: Windows 11 Pro}
    device_timezone:
      description: Time zone that the device reported, as an IANA name.
      returned: success
      type: str
      sample: Europe/Berlin
    client_version:
      description: Version of the backup software that the device last reported (server version 23.6.0 or newer).
      returned: success
      type: str
      sample: 25.9.8
  sample:
    id: 5e1f0b7f2ad15a0e4f2c8a700e6f3a4c
    user: acme-01
    name: Front desk
    registration_time: 1763776800
    client_version: 25.9.8
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {name: PC-1}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {name: Front desk}
  sample:
    before: {name: PC-1}
    after: {name: Front desk}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: device Front desk of user acme-01 changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminRevokeDevice
    path: /api/v1/admin/revoke-device
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(DEVICE))


if __name__ == "__main__":
    main()
