#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_schedule: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_schedule
short_description: Manage backup schedules of a user of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes one schedule of a user, which the API calls a backup rule. It says when one protected
    item is backed up to one storage vault, and how.
  - A schedule is found by its name among those of the user, or by O(id). One that the task creates gets an ID made from
    user and name, by which it is also found again after somebody renamed it.
  - An option that is left out keeps what the server holds. An empty value clears it. Other schedules stay as they are.
  - A start that can never happen is refused before anything is written, for example one on no day of the week, outside
    of the hours to which it is restricted, or in the past.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.schedule
notes:
  - O(schedules) is the exact list of starts. Nothing tells them apart, so write each one out in full.
  - Times are those of the device, in its time zone. How long a job may take, O(stop_after), is handed on as a number;
    the API does not say in which unit.
  - Schedules of a protected item that a policy keeps in step are left alone, since the policy would change them back.
    Use M(comet.backup.comet_policy) for these.
  - The server stores a schedule inside the user's profile. The profile is read just before it is written and goes back
    under its lock, so that nothing else in it is lost.
seealso:
  - module: comet.backup.comet_schedule_info
  - module: comet.backup.comet_protected_item
  - module: comet.backup.comet_storage_vault
  - module: comet.backup.comet_policy
"""

EXAMPLES = r"""
- name: Back up the files each night, and once more where that was missed or failed
  comet.backup.comet_schedule:
    user: acme-01
    name: Each night
    protected_item: Files
    storage_vault: Office
    schedules:
      - frequency_type: daily
        seconds_past: "23:30"
        random_delay_secs: 30m
    event_triggers:
      on_pc_boot_if_last_job_missed: true
    skip_already_running: true
    limit_vault_speed_bps: 10 MB

- name: Hourly on working days between 8 and 18, and early on Sundays
  comet.backup.comet_schedule:
    user: acme-01
    name: In the office
    protected_item: Files
    storage_vault: Office
    schedules:
      - frequency_type: hourly
        seconds_past: 15m
        restrict_runtime: true
        from_time: {hour: 8}
        to_time: {hour: 18}
        restrict_days: true
        days_select: {monday: true, tuesday: true, wednesday: true, thursday: true, friday: true}
      - frequency_type: weekly
        seconds_past: "Sunday 04:00"

- name: Stop a service around the backup; when it runs stays as it is
  comet.backup.comet_schedule:
    user: acme-01
    name: Each night
    pre_exec: [net stop billing]
    post_exec: [net start billing]

- name: Look its ID up
  comet.backup.comet_schedule_info:
    user: acme-01
    name: Each night
  register: found

- name: Give it another name
  comet.backup.comet_schedule:
    user: acme-01
    id: "{{ found.schedules[0].id }}"
    name: Nightly

- name: Take a schedule away
  comet.backup.comet_schedule:
    user: acme-01
    name: In the office
    state: absent
"""

RETURN = r"""
schedule:
  description:
    - The schedule as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options. Times are plain numbers.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the schedule.
      returned: success
      type: str
      sample: 5c7e3ad2-2b0e-5a3c-9d0a-8d1f0a3f9f11
    user:
      description: User that the schedule belongs to.
      returned: success
      type: str
      sample: acme-01
    name:
      description: Name of the schedule.
      returned: success
      type: str
      sample: Each night
    protected_item:
      description: ID of the protected item that is backed up.
      returned: success
      type: str
      sample: 4a8f0f0e-52f8-4c0a-9f3c-1d1c2b0e7a55
    storage_vault:
      description: ID of the storage vault that it is backed up to.
      returned: success
      type: str
      sample: 9d2b4c1e-77f3-4b52-8a0e-6f5f3e2d1c0b
    schedules:
      description: When the job starts.
      returned: success
      type: list
      elements: dict
      sample:
        - frequency_type: daily
          seconds_past: 84600
          random_delay_secs: 1800
    event_triggers:
      description: Events that start the job beside its set times.
      returned: success
      type: dict
      sample: {on_pc_boot_if_last_job_missed: true}
    create_time:
      description: When the schedule was made, in unix seconds.
      returned: success
      type: int
      sample: 1763776800
    modify_time:
      description: When the schedule last changed, in unix seconds.
      returned: success
      type: int
      sample: 1763776800
  sample:
    id: 5c7e3ad2-2b0e-5a3c-9d0a-8d1f0a3f9f11
    user: acme-01
    name: Each night
    protected_item: 4a8f0f0e-52f8-4c0a-9f3c-1d1c2b0e7a55
    storage_vault: 9d2b4c1e-77f3-4b52-8a0e-6f5f3e2d1c0b
    schedules:
      - frequency_type: daily
        seconds_past: 84600
        random_delay_secs: 1800
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
      sample: {storage_vault: Office}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {storage_vault: Cloud}
  sample:
    before: {storage_vault: Office}
    after: {storage_vault: Cloud}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: schedule Each night of user acme-01 changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminSetUserProfileHash
    path: /api/v1/admin/set-user-profile-hash
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(SCHEDULE))


if __name__ == "__main__":
    main()
