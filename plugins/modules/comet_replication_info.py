#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_replication_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_replication_info
short_description: Read the servers to which a Comet Server replicates, and how far it has got
version_added: 1.0.0
description:
  - Returns the servers and storages to which a Comet Server copies what it holds, all of them or those of one role or
    name.
  - Each has with it how much was copied since the server started and how much waits.
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
      - Name of the only target to return, or its address where it has no name. Each role may have one.
    type: str
    aliases: [Description]
  role:
    description:
      - Role whose targets are returned, V(authentication) for users and policies, or V(storage) for buckets.
      - Without it those of both are.
    type: str
    choices: [authentication, storage]
notes:
  - Only administrators of the top level can do this.
seealso:
  - module: comet.backup.comet_replication
"""

EXAMPLES = r"""
- name: Where everything goes
  comet.backup.comet_replication_info:

- name: A target to look at
  comet.backup.comet_replication:
    name: Second site
    role: storage
    type: comet
    remote_address: https://second.example.com:8060
    replication_username: replicator
    replication_password: "{{ vault_replication_password }}"

- name: Where buckets go
  comet.backup.comet_replication_info:
    role: storage
  register: targets

- name: How much waits
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.status.items_queued }} buckets wait"
  loop: "{{ targets.replications }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
replications:
  description:
    - The targets, sorted by name, as M(comet.backup.comet_replication) returns them. A marker stands for each secret.
    - Beside that there is RV(replications[].status).
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the target, or its address where it has no name.
      returned: success
      type: str
      sample: Second site
    role:
      description: Role whose data is copied.
      returned: success
      type: str
      sample: storage
    status:
      description:
        - How far the server has got with it. Empty while it tells nothing, for example because the role is off.
        - Counts begin anew when the server restarts.
      returned: success
      type: dict
      sample: {items_queued: 3, bytes_queued: 5368709120, items_replicated: 120}
      contains:
        items_queued:
          description: How many users, policies or buckets wait to be copied.
          returned: where the server tells it
          type: int
          sample: 3
        bytes_queued:
          description: How many bytes that are.
          returned: where the server tells it
          type: int
          sample: 5368709120
        items_replicated:
          description: How many were copied.
          returned: where the server tells it
          type: int
          sample: 120
        bytes_replicated:
          description: How many bytes were copied.
          returned: where the server tells it
          type: int
          sample: 107374182400
        active_workers:
          description: How many copies are under way.
          returned: where the server tells it
          type: int
          sample: 3
        total_workers:
          description: How many may be at once.
          returned: where the server tells it
          type: int
          sample: 10
        state:
          description: What the server is doing for this target.
          returned: where the server tells it
          type: list
          elements: str
          sample: [file_list_sync_finished, workers_started]
        current_time:
          description: When the server said so, in seconds since 1970.
          returned: where the server tells it
          type: int
          sample: 1798761600
        last_worker_submit_time:
          description: When the latest copy began, in seconds since 1970; V(0) for never.
          returned: where the server tells it
          type: int
          sample: 1798761540
  sample:
    - name: Second site
      role: storage
      type: comet
      remote_address: https://second.example.com:8060
      replication_username: replicator
      replication_password: <hidden>
      status: {items_queued: 3, bytes_queued: 5368709120, items_replicated: 120}
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: only an administrator of the top level can call AdminMetaServerConfigGet, and acme belongs to tenant
    3f0d7f3a-5a5c-5a43-9b43-3f6c0a6f7a10; log in as one of the top level
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaServerConfigGet
    path: /api/v1/admin/meta/server-config/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._replication import REPLICATION


def main() -> None:
    """Run the module."""
    run_module(InfoTask(REPLICATION))


if __name__ == "__main__":
    main()
