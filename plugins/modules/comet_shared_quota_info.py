#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_shared_quota_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_shared_quota_info
short_description: Read shared storage quotas of a Comet Server
version_added: 1.0.0
description:
  - Returns all shared storage quotas that the login may see, those of one tenant, or those of a name, and how much of
    each is used.
  - A name or ID that does not exist gives an empty list, not an error.
  - Needs server version 25.9.8 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
notes:
  - The server tells the usage of one quota at a time, so each quota that is returned takes a call of its own.
options:
  name:
    description:
      - Name or ID of the quotas to return. Several may bear one name, in different tenants for example.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only quota to return. Not together with O(name).
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose quotas are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_shared_quota
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: Set a quota
  comet.backup.comet_shared_quota:
    name: Office
    tenant: ACME
    limit_bytes: 500 GiB

- name: The quota of a tenant by its name
  comet.backup.comet_shared_quota_info:
    name: Office
    tenant: ACME
  register: office

- name: How much room is left, in bytes
  ansible.builtin.debug:
    msg: "{{ office.shared_quotas[0].limit_bytes - office.shared_quotas[0].current_usage }}"

- name: All quotas of the server
  comet.backup.comet_shared_quota_info:
  register: all_quotas

- name: Those that are used up
  ansible.builtin.debug:
    msg: "{{ item.name }}"
  loop: "{{ all_quotas.shared_quotas }}"
  loop_control:
    label: "{{ item.name }}"
  when: item.current_usage >= item.limit_bytes
"""

RETURN = r"""
shared_quotas:
  description: The quotas, sorted by name, as M(comet.backup.comet_shared_quota) returns them, each with its usage.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the quota.
      returned: success
      type: str
      sample: 8d83fc15-68a0-5766-8c25-3270db45608f
    name:
      description: Name of the quota.
      returned: success
      type: str
      sample: Office
    tenant:
      description: ID of the quota's tenant, empty for the top level.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    limit_bytes:
      description: What the storage vaults in it may hold together, in bytes.
      returned: success
      type: int
      sample: 536870912000
    current_usage:
      description: What they hold now, in bytes.
      returned: success
      type: int
      sample: 107374182400
  sample:
    - id: 8d83fc15-68a0-5766-8c25-3270db45608f
      name: Office
      tenant: 11111111-1111-4111-8111-111111111111
      limit_bytes: 536870912000
      current_usage: 107374182400
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: AdminSquotaListAll needs Comet Server 25.9.8 or newer; this server is 24.12.2.
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    what: AdminSquotaListAll
    needed: 25.9.8
    found: 24.12.2
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA


def main() -> None:
    """Run the module."""
    run_module(InfoTask(SHARED_QUOTA))


if __name__ == "__main__":
    main()
