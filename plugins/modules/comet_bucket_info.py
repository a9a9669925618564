#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_bucket_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_bucket_info
short_description: Read buckets of a Comet storage gateway
version_added: 1.0.0
description:
  - Returns all buckets that the login may see, those of one tenant, or a single one.
  - An ID that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  id:
    description:
      - ID of the only bucket to return.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose buckets are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_bucket
"""

EXAMPLES = r"""
- name: Register a bucket
  comet.backup.comet_bucket:
    id: archive
    key_hash: "{{ vault_bucket_key_hash }}"
    key_hash_format: 1

- name: One bucket
  comet.backup.comet_bucket_info:
    id: archive
  register: archive

- name: How much lies in it, in bytes
  ansible.builtin.debug:
    msg: "{{ archive.buckets[0].size.size }}"

- name: All buckets of a tenant
  comet.backup.comet_bucket_info:
    tenant: ACME
"""

RETURN = r"""
buckets:
  description: The buckets, sorted by ID, as M(comet.backup.comet_bucket) returns them. The hash of a key shows a
    marker.
  returned: success
  type: list
  elements: dict
  sample:
    - id: archive
      tenant: ""
      create_time: 1795294967
      read_write_key: <hidden>
      read_write_key_format: 1
      size: {size: 0, measure_started: 0, measure_completed: 0}
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
    method: AdminStorageListBuckets
    path: /api/v1/admin/storage/list-buckets
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET


def main() -> None:
    """Run the module."""
    run_module(InfoTask(BUCKET))


if __name__ == "__main__":
    main()
