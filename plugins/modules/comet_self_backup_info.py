#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_self_backup_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_self_backup_info
short_description: Read the backups that a Comet Server makes of itself, and how they went
version_added: 1.0.0
description:
  - Returns all self-backups of a server, or the one that goes to a place, each with its latest run.
  - A place to which none goes gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  location:
    description:
      - Where the only self-backup to return goes, as in O(comet.backup.comet_self_backup#module:location).
      - What says the place counts, and nothing else.
    type: dict
notes:
  - Only administrators of the top level can do this.
seealso:
  - module: comet.backup.comet_self_backup
"""

EXAMPLES = r"""
- name: A self-backup to look at
  comet.backup.comet_self_backup:
    location:
      type: local
      localcopy_path: /srv/self-backup
    encryption_key: "{{ vault_self_backup_key }}"

- name: All self-backups
  comet.backup.comet_self_backup_info:
  register: found

- name: That one
  comet.backup.comet_self_backup_info:
    location:
      type: local
      localcopy_path: /srv/self-backup

- name: Where each goes, and whether its latest run succeeded
  ansible.builtin.debug:
    msg: "{{ item.location.type }}: {{ item.runs.last_run_success | default(false) }}"
  loop: "{{ found.self_backups }}"
  loop_control:
    label: "{{ item.location.type }}"
"""

RETURN = r"""
self_backups:
  description:
    - The self-backups, as M(comet.backup.comet_self_backup) returns them. A marker stands for each secret.
    - Beside that there is RV(self_backups[].runs).
  returned: success
  type: list
  elements: dict
  contains:
    location:
      description: Where it goes, with a marker for each secret.
      returned: success
      type: dict
      sample: {type: local, localcopy_path: /srv/self-backup}
    runs:
      description: The latest run, and the one under way. A server may forget them when it restarts.
      returned: success
      type: dict
      sample: {last_run_start: 1798761600, last_run_end: 1798761660, last_run_success: true, last_run_size: 1048576}
      contains:
        current_run_start:
          description: When the run under way began, in seconds since 1970; V(0) for none.
          returned: where the server tells it
          type: int
          sample: 0
        last_run_start:
          description: When the latest finished run began, in seconds since 1970; V(0) for none.
          returned: where the server tells it
          type: int
          sample: 1798761600
        last_run_end:
          description: When it ended.
          returned: where the server tells it
          type: int
          sample: 1798761660
        last_run_success:
          description: Whether it succeeded.
          returned: where the server tells it
          type: bool
          sample: true
        last_run_size:
          description: Bytes of the archive that it made.
          returned: where the server tells it
          type: int
          sample: 1048576
  sample:
    - location: {type: local, localcopy_path: /srv/self-backup}
      encryption_key: <hidden>
      runs: {last_run_start: 1798761600, last_run_end: 1798761660, last_run_success: true, last_run_size: 1048576}
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
from ansible_collections.comet.backup.plugins.module_utils._resources._self_backup import SELF_BACKUP


def main() -> None:
    """Run the module."""
    run_module(InfoTask(SELF_BACKUP))


if __name__ == "__main__":
    main()
