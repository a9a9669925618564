#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_storage_vault_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_storage_vault_info
short_description: Read storage vaults of users on a Comet Server
version_added: 1.0.0
description:
  - Returns the storage vaults of all users that the login may see, or those of one user, or those of a name.
  - A user, name or ID that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  name:
    description:
      - Name or ID of the vaults to return. Vaults of different users may bear one name.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the vaults to return. Not together with O(name).
    type: str
  user:
    description:
      - Name of the user whose vaults are returned. Without it, those of all users are read with a single call.
    type: str
seealso:
  - module: comet.backup.comet_storage_vault
  - module: comet.backup.comet_user_info
"""

EXAMPLES = r"""
- name: Make a user
  comet.backup.comet_user:
    name: alice
    user_password: "{{ vault_alice_password }}"

- name: Give it a vault
  comet.backup.comet_storage_vault:
    user: alice
    name: Main
    type: local
    localcopy_path: /srv/backups/alice

- name: The vaults of a user
  comet.backup.comet_storage_vault_info:
    user: alice
  register: found

- name: All vaults of the server
  comet.backup.comet_storage_vault_info:
  register: all

- name: Users whose vaults have no limit
  ansible.builtin.debug:
    msg: "{{ all.storage_vaults | rejectattr('storage_limit_enabled') | map(attribute='user') | unique }}"
"""

RETURN = r"""
storage_vaults:
  description:
    - The storage vaults, sorted by name and user. Members bear the names of the options of
      M(comet.backup.comet_storage_vault); those that the server and the devices keep are shown as well.
    - Secrets are replaced by a marker.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the vault.
      returned: success
      type: str
      sample: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
    user:
      description: Name of the user that the vault belongs to.
      returned: success
      type: str
      sample: alice
    name:
      description: Name of the vault.
      returned: success
      type: str
      sample: Main
    type:
      description: Kind of storage.
      returned: success
      type: str
      sample: local
  sample:
    - id: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
      user: alice
      name: Main
      type: local
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
    method: AdminListUsersFull
    path: /api/v1/admin/list-users-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT


def main() -> None:
    """Run the module."""
    run_module(InfoTask(STORAGE_VAULT))


if __name__ == "__main__":
    main()
