#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_user_group: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_user_group
short_description: Manage user groups of a Comet Server
version_added: 1.0.0
description:
  - Creates, renames and deletes groups of users, and says who is in them.
  - A group belongs to a tenant or to the top level, and stays there. So do all users in it.
  - A user is in one group at most. To put a single user into a group, M(comet.backup.comet_user) does as well.
  - Needs server version 24.12.2 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.user_group
options:
  users:
    description:
      - Names of users that are to be in the group. Those that are in another group leave it.
      - Users that the task does not name stay in the group, unless O(exclusive=true).
      - An empty list takes all users out of it. The users themselves stay.
    type: list
    elements: str
  users_absent:
    description:
      - Names of users that are not to be in the group. They stay on the server, in no group.
      - Names that nobody bears do no harm.
    type: list
    elements: str
  exclusive:
    description:
      - Whether exactly O(users) are to be in the group, so that all others leave it.
      - It does nothing in a task without O(users).
    type: bool
    default: false
  max_deletions:
    description:
      - How many users the task may take out of the group.
      - It fails before writing anything when there are more.
    type: int
    default: 10
notes:
  - The API takes the members of a group as a whole and has no lock for them. They are read just before they are
    written, so what others change is lost only if it happens in between.
seealso:
  - module: comet.backup.comet_user_group_info
  - module: comet.backup.comet_user
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Users for the group
  comet.backup.comet_user:
    name: "{{ item }}"
    tenant: ACME
    user_password: "{{ vault_first_password }}"
  loop: [anna, bernd, clara]

- name: A group with two users
  comet.backup.comet_user_group:
    name: Accounting
    tenant: ACME
    users: [anna, bernd]

- name: One more, and one less
  comet.backup.comet_user_group:
    name: Accounting
    tenant: ACME
    users: [clara]
    users_absent: [anna]

- name: Exactly these, whoever else was in it
  comet.backup.comet_user_group:
    name: Accounting
    tenant: ACME
    users: [anna, clara]
    exclusive: true
  register: accounting

- name: Another name for it
  comet.backup.comet_user_group:
    id: "{{ accounting.user_group.id }}"
    name: Finance

- name: Delete it, although there are users in it
  comet.backup.comet_user_group:
    name: Finance
    tenant: ACME
    state: absent
    force: true
"""

RETURN = r"""
user_group:
  description: The user group as the server holds it now, or would hold it in check mode. Empty when deleted.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the user group.
      returned: success
      type: str
      sample: 0c0a9f3a-2d1f-5a31-9a5f-2d8a4d0c5b11
    name:
      description: Name of the user group.
      returned: success
      type: str
      sample: Accounting
    tenant:
      description: ID of the tenant that it belongs to, empty for the top level.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    created_at:
      description: When it was created, in unix seconds.
      returned: success
      type: int
      sample: 1795294967
    users:
      description: Names of all users in it, sorted.
      returned: when the task names O(users) or O(users_absent)
      type: list
      elements: str
      sample: [anna, bernd]
  sample:
    id: 0c0a9f3a-2d1f-5a31-9a5f-2d8a4d0c5b11
    name: Accounting
    tenant: 11111111-1111-4111-8111-111111111111
    created_at: 1795294967
    users: [anna, bernd]
diff:
  description:
    - Members that differ, before and after, nested as the options are. References show names where these are known.
    - For O(users) all users of the group are shown on both sides, sorted.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {users: [anna]}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {users: [anna, bernd]}
  sample:
    before: {users: [anna]}
    after: {users: [anna, bernd]}
removed:
  description: Users that the task took out of the group.
  returned: when there are any
  type: list
  elements: str
  sample: [users.anna]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: user group Accounting created
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminUserGroupsSet
    path: /api/v1/admin/user-groups/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(USER_GROUP))


if __name__ == "__main__":
    main()
