#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_user_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_user_info
short_description: Read users of a Comet Server
version_added: 1.0.0
description:
  - Returns all users that the login may see, those of one tenant, or a single one.
  - A name that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  name:
    description:
      - Name of the only user to return. Capitals matter.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose users are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_user
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: One user
  comet.backup.comet_user_info:
    name: acme-01
  register: found

- name: Stop here if there is no such user
  ansible.builtin.assert:
    that: found.users | length == 1

- name: All users of a tenant
  comet.backup.comet_user_info:
    tenant: ACME
  register: acme

- name: Who is locked out
  ansible.builtin.debug:
    msg: "{{ acme.users | selectattr('suspended') | map(attribute='name') }}"

- name: Users of the top level, who belong to no tenant
  comet.backup.comet_user_info:
    tenant: ""
"""

RETURN = r"""
users:
  description:
    - The users, sorted by name, in the spelling of the options of M(comet.backup.comet_user). Secrets show a marker.
    - Listed here is what that module does not return.
  returned: success
  type: list
  elements: dict
  contains:
    storage_vaults:
      description: Storage vaults of the user.
      returned: success
      type: list
      elements: dict
      sample: [{id: 8d5b957c-1f4e-4e0a-9f0b-2f2f2e1b8f5d, description: Vault, type: comet}]
    protected_items:
      description: Protected items of the user.
      returned: success
      type: list
      elements: dict
      sample: [{id: 0b7f2ad1-5a0e-4f2c-8a70-0e6f3a4c9d21, description: Documents, engine: engine1/file}]
    schedules:
      description: Schedules of the user.
      returned: success
      type: list
      elements: dict
      sample: [{id: c1c5d0e6-37a0-4a0b-9b1e-5d1f6a7b8c9d, description: Each night}]
    devices:
      description: Registered devices of the user.
      returned: success
      type: list
      elements: dict
      sample: [{id: 5e1f, name: reception}]
  sample:
    - id: acme-01
      name: acme-01
      account_name: ""
      tenant: 11111111-1111-4111-8111-111111111111
      policy: a23bf770-91d1-5656-f294-07453363fe19
      suspended: false
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
    method: AdminListUsersFull
    path: /api/v1/admin/list-users-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER


def main() -> None:
    """Run the module."""
    run_module(InfoTask(USER))


if __name__ == "__main__":
    main()
