#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_shared_quota: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_shared_quota
short_description: Manage shared storage quotas of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes shared storage quotas. Each is one limit on the size of many storage vaults together,
    which may belong to different users.
  - A storage vault joins a quota by naming it. While it does, its own limit does not count.
  - Needs server version 25.9.8 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.shared_quota
notes:
  - O(limit_bytes) is needed to create a quota.
  - Deleting a quota takes all storage vaults out of it. They keep their backups, and their own limits count again.
seealso:
  - module: comet.backup.comet_shared_quota_info
  - module: comet.backup.comet_user
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: One limit for the whole office
  comet.backup.comet_shared_quota:
    name: Office
    tenant: ACME
    limit_bytes: 500 GiB

- name: More room for it, and nothing else changed
  comet.backup.comet_shared_quota:
    name: Office
    tenant: ACME
    limit_bytes: 2 TiB
  register: office

- name: Give it another name
  comet.backup.comet_shared_quota:
    id: "{{ office.shared_quota.id }}"
    name: Main office

- name: Delete it, even if storage vaults are in it
  comet.backup.comet_shared_quota:
    name: Main office
    tenant: ACME
    state: absent
    force: true
"""

RETURN = r"""
shared_quota:
  description: The quota as the server holds it now, or would hold it in check mode. Empty when deleted. How much of it
    is used is shown by M(comet.backup.comet_shared_quota_info).
  returned: success
  type: dict
  contains:
    id:
      description: ID of the quota, the same on each server for the same tenant and name.
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
  sample:
    id: 8d83fc15-68a0-5766-8c25-3270db45608f
    name: Office
    tenant: 11111111-1111-4111-8111-111111111111
    limit_bytes: 536870912000
diff:
  description:
    - Members that differ, before and after, nested as the options are. References show names where these are known.
    - Only present values are shown.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {limit_bytes: 536870912000}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {limit_bytes: 2199023255552}
  sample:
    before: {limit_bytes: 536870912000}
    after: {limit_bytes: 2199023255552}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: shared quota Office changed
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
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(SHARED_QUOTA))


if __name__ == "__main__":
    main()
