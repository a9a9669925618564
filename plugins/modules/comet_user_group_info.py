#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_user_group_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_user_group_info
short_description: Read user groups of a Comet Server
version_added: 1.0.0
description:
  - Returns all user groups that the login may see, those of one tenant, or those of a name, and who is in them.
  - A name or ID that does not exist gives an empty list, not an error.
  - Needs server version 24.12.2 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
notes:
  - Who is in which group is found out with one call for all groups, which returns every user of the server.
options:
  name:
    description:
      - Name or ID of the groups to return. Several may bear one name, in different tenants for example.
    type: str
    aliases: [Name]
  id:
    description:
      - ID of the only group to return. Not together with O(name).
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose groups are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_user_group
  - module: comet.backup.comet_user_info
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: A group
  comet.backup.comet_user_group:
    name: Accounting
    tenant: ACME

- name: The group of a tenant by its name
  comet.backup.comet_user_group_info:
    name: Accounting
    tenant: ACME
  register: accounting

- name: Who is in it
  ansible.builtin.debug:
    msg: "{{ accounting.user_groups[0].users | join(', ') }}"

- name: All groups of the server
  comet.backup.comet_user_group_info:
"""

RETURN = r"""
user_groups:
  description: The user groups, sorted by name.
  returned: success
  type: list
  elements: dict
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
      returned: success
      type: list
      elements: str
      sample: [anna, bernd]
  sample:
    - id: 0c0a9f3a-2d1f-5a31-9a5f-2d8a4d0c5b11
      name: Accounting
      tenant: 11111111-1111-4111-8111-111111111111
      created_at: 1795294967
      users: [anna, bernd]
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
    method: AdminUserGroupsListFull
    path: /api/v1/admin/user-groups/list-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP


def main() -> None:
    """Run the module."""
    run_module(InfoTask(USER_GROUP))


if __name__ == "__main__":
    main()
