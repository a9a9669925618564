#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_install_token: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_install_token
short_description: Make a token that an installer registers one device with
version_added: 1.0.0
description:
  - Makes a token with which the installer of the backup software registers one device of a user, without the user's
    password being typed there. Installers for Windows and macOS take such tokens.
  - This is an action, not a state. Each run makes another token and counts as a change.
  - A token works once, and only until it expires. The API has no call that lists tokens or takes one back, so there
    is no module that reads them.
  - The result holds the token as it is, for that is what the task is run for. Give the task C(no_log), so that neither
    screen nor log shows it. A registered result can be used all the same.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
attributes:
  check_mode:
    support: full
    details:
      - No token is made, and the result says that one would be. Only the real run can tell whether O(user_password)
        is right.
      - A user that does not exist is taken for one that an earlier task of the same run would make, and gives a
        warning.
  diff_mode:
    support: none
    details:
      - There is nothing before the token to compare it with.
  idempotent:
    support: none
    details:
      - Each run makes another token. Run the task only for a device that is to be registered now.
options:
  user:
    description:
      - Name of the user that the device is to belong to.
    type: str
    required: true
    aliases: [TargetUser]
  user_password:
    description:
      - Password of that user, not of the administrator. The server makes no token without it.
    type: str
    required: true
    aliases: [TargetPassword]
  server:
    description:
      - Address of the server that the device is to connect to, as it is reached from the device, such as
        V(https://backup.example.com/).
      - If left out, the server names itself.
    type: str
    aliases: [Server]
notes:
  - When the answer of the server is lost, the task fails and is not repeated by itself. If a token was made then,
    nobody knows it, and it expires unused.
  - A server may count wrong passwords and close its doors for a while, so do not try passwords in a loop.
seealso:
  - module: comet.backup.comet_user
  - module: comet.backup.comet_user_info
"""

EXAMPLES = r"""
- name: Make a token for the next device of a user
  comet.backup.comet_install_token:
    user: acme-01
    user_password: "{{ vault_acme_01_password }}"
    server: https://backup.msp.example/
  register: made
  no_log: true

- name: Until when the installer has to run
  ansible.builtin.debug:
    msg: "{{ '%Y-%m-%d %H:%M' | ansible.builtin.strftime(made.install_token.expire_time) }}"

- name: A token for each of three devices
  comet.backup.comet_install_token:
    user: acme-01
    user_password: "{{ vault_acme_01_password }}"
  loop: [front-desk, till, workshop]
  register: tokens
  no_log: true
"""

RETURN = r"""
install_token:
  description: The token and what belongs to it. Empty in check mode.
  returned: success
  type: dict
  contains:
    token:
      description: The token itself. It is secret.
      returned: success
      type: str
      sample: 6c1f0f9e2b7d4c5a8e3f1029384756abcdef0123
    username:
      description: The user that the device will belong to.
      returned: success
      type: str
      sample: acme-01
    server:
      description: Address that the device will connect to.
      returned: success
      type: str
      sample: https://backup.msp.example/
    create_time:
      description: When the token was made, in unix seconds.
      returned: success
      type: int
      sample: 1795294962
    expire_time:
      description: Until when it can be used, in unix seconds.
      returned: success
      type: int
      sample: 1795381362
    used:
      description: Whether it has been used, which a new one has not.
      returned: success
      type: bool
      sample: false
  sample:
    token: 6c1f0f9e2b7d4c5a8e3f1029384756abcdef0123
    username: acme-01
    server: https://backup.msp.example/
    create_time: 1795294962
    expire_time: 1795381362
    used: false
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: install token for acme-01 made
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminCreateInstallToken
    path: /api/v1/admin/create-install-token
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._action import ActionTask
from ansible_collections.comet.backup.plugins.module_utils._resources._install_token import INSTALL_TOKEN


def main() -> None:
    """Run the module."""
    run_module(ActionTask(INSTALL_TOKEN))


if __name__ == "__main__":
    main()
