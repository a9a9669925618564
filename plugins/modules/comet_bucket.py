#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_bucket: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_bucket
short_description: Manage buckets of a Comet storage gateway
version_added: 1.0.0
description:
  - Registers and deletes buckets, in which a storage gateway keeps the data of storage vaults.
  - A bucket is registered once. Its key and its tenant can never be changed, so a bucket that exists is only looked up.
  - Where the server prunes unused data, a bucket that no storage vault uses may be removed again.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.bucket
options:
  key_hash:
    description:
      - Hash of the key that the bucket's storage vaults will use, so that the server never learns the key itself.
      - Needed to register a bucket. For one that exists it does nothing.
    type: str
  key_hash_format:
    description:
      - Number of the format of O(key_hash), as RV(bucket.read_write_key_format) shows it for other buckets.
      - V(0) stands for the key as it is, which the server may hash later.
    type: int
    default: 0
seealso:
  - module: comet.backup.comet_bucket_info
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: A bucket for a storage vault of a tenant
  comet.backup.comet_bucket:
    id: acme-archive
    tenant: ACME
    key_hash: "{{ vault_bucket_key_hash }}"
    key_hash_format: 1

- name: Nothing to do, since it is there
  comet.backup.comet_bucket:
    id: acme-archive

- name: Delete a bucket and the backup data in it
  comet.backup.comet_bucket:
    id: acme-archive
    state: absent
    confirm_data_loss: true
"""

RETURN = r"""
bucket:
  description: The bucket as the server holds it now, or would hold it in check mode. Empty when deleted.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the bucket.
      returned: success
      type: str
      sample: acme-archive
    tenant:
      description: ID of the bucket's tenant, empty for the top level.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    create_time:
      description: When the bucket was registered, in unix seconds.
      returned: success
      type: int
      sample: 1795294967
    read_write_key:
      description: A marker for the hash of the key.
      returned: success
      type: str
      sample: <hidden>
    read_write_key_format:
      description: Number of the format of that hash.
      returned: success
      type: int
      sample: 1
    size:
      description: What the server measured last.
      returned: success
      type: dict
      sample: {size: 0, measure_started: 0, measure_completed: 0}
  sample:
    id: acme-archive
    tenant: 11111111-1111-4111-8111-111111111111
    create_time: 1795294967
    read_write_key: <hidden>
    read_write_key_format: 1
diff:
  description:
    - Members that differ, before and after, nested as the options are. References show names where these are known.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {tenant: ACME}
  sample:
    before: {}
    after: {tenant: ACME}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: bucket acme-archive created
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminStorageRegisterBucket
    path: /api/v1/admin/storage/register-bucket
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(BUCKET))


if __name__ == "__main__":
    main()
