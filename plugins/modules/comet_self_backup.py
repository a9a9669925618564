#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_self_backup: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_self_backup
short_description: Manage the backups that a Comet Server makes of itself
version_added: 1.0.0
description:
  - Creates, changes and deletes one self-backup, which is a place for archives of the server's settings and
    databases, with the times at which they are made.
  - An option that is left out keeps what the server holds. An empty value clears it. Other self-backups stay as they
    are.
  - The API gives self-backups neither names nor IDs. One is known by where it goes, that is by the location's type,
    server or account, bucket or share, and path; at FTP and SFTP servers also by the user name, since paths
    there may begin at the user's home.
  - Another place makes it another self-backup. To move one, delete it and make a new one. Archives that there are
    stay where they are. All else in the location, such as keys, can be changed.
  - Where several go to the same place the task fails. M(comet.backup.comet_server_config) can manage these, as a list.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.self_backup
notes:
  - Each change makes the server restart. The task waits until it is back, and logs in again. Many changes are better
    given to M(comet.backup.comet_server_config) in one task, which restarts it once.
  - Without a schedule a self-backup runs only when somebody starts all of them, in the web interface or with
    C(AdminSelfBackupStart) of M(comet.backup.comet_api).
  - Nobody can restore archives without O(encryption_key). Keep it somewhere else.
  - The API knows no lock for the configuration, of which self-backups are a part. It is read just before it is written,
    and once more when the answer to that was lost. What somebody else writes between reading and writing is lost. Let
    only one task at a time write it, with C(throttle) where several hosts share a server.
  - Only administrators of the top level can do this.
seealso:
  - module: comet.backup.comet_self_backup_info
  - module: comet.backup.comet_server_config
    description: Manages all self-backups as one exact list, along with the rest of the configuration.
  - module: comet.backup.comet_api
    description: Starts them, and exports a single tenant.
"""

EXAMPLES = r"""
- name: Back up the server to a directory each night
  comet.backup.comet_self_backup:
    location:
      type: local
      localcopy_path: /srv/self-backup
    encryption_key: "{{ vault_self_backup_key }}"
    schedule:
      - frequency_type: daily
        seconds_past: "03:30"
    schedule_timezone: Europe/Berlin

- name: And to a bucket somewhere else, without the job history, which is large
  comet.backup.comet_self_backup:
    location:
      type: s3
      s3_server: s3.example.com
      s3_uses_tls: true
      s3_bucket_name: comet-self-backup
      s3_access_key: AKIAEXAMPLE
      s3_secret_key: "{{ vault_s3_secret_key }}"
    encryption_key: "{{ vault_self_backup_key }}"
    exclude_jobs_db: true
    schedule:
      - frequency_type: daily
        seconds_past: "04:30"
    restart_timeout: 300

- name: Use a new key for the bucket
  comet.backup.comet_self_backup:
    location:
      type: s3
      s3_server: s3.example.com
      s3_bucket_name: comet-self-backup
      s3_secret_key: "{{ vault_s3_new_secret_key }}"
    update_secrets: always

- name: Run all of them now
  comet.backup.comet_api:
    method: AdminSelfBackupStart

- name: No longer back up to the directory
  comet.backup.comet_self_backup:
    location:
      type: local
      localcopy_path: /srv/self-backup
    state: absent
"""

RETURN = r"""
self_backup:
  description:
    - The self-backup as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    location:
      description: Where it goes, with a marker for each secret.
      returned: success
      type: dict
      sample: {type: local, localcopy_path: /srv/self-backup}
    encryption_key:
      description: A marker for the password of the archives, if there is one.
      returned: success
      type: str
      sample: <hidden>
    schedule:
      description: Times at which it runs.
      returned: success
      type: list
      elements: dict
      sample: [{frequency_type: daily, seconds_past: 12600}]
    schedule_timezone:
      description: Time zone of these times.
      returned: success
      type: str
      sample: Europe/Berlin
    retention_policy:
      description: Which of the archives are kept.
      returned: success
      type: dict
      sample: {mode: keep_everything}
    exclude_jobs_db:
      description: Whether the job history is left out.
      returned: success
      type: bool
      sample: false
  sample:
    location: {type: local, localcopy_path: /srv/self-backup}
    encryption_key: <hidden>
    schedule: [{frequency_type: daily, seconds_past: 12600}]
    schedule_timezone: Europe/Berlin
restarted:
  description: Whether the server restarted because of the change, or would in the real run.
  returned: success
  type: bool
  sample: true
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
      sample: {exclude_jobs_db: false}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {exclude_jobs_db: true}
  sample:
    before: {exclude_jobs_db: false}
    after: {exclude_jobs_db: true}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: self backup local /srv/self-backup changed
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
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._self_backup import SELF_BACKUP


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(SELF_BACKUP))


if __name__ == "__main__":
    main()
