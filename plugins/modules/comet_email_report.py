#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_email_report: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_email_report
short_description: Manage which reports a Comet Server sends by e-mail
version_added: 1.0.0
description:
  - Says which reports one address of a user receives, or which reports the users of a policy receive by default.
  - Reports for an address go before those of the policy, and these before those of the server, which sends a report
    after each job.
  - When deleted, the address of a user, or the policy, has no reports of its own any more, and the default ones are
    sent again.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.email_report
notes:
  - O(reports) is the exact list. Nothing tells reports apart, so write each one out in full. An empty list means that
    no report is sent.
  - Whether a user receives reports at all, and at which addresses, is said by C(send_email_reports) and C(emails) of
    M(comet.backup.comet_user). This module does not touch them.
  - The same reports are C(override_email_settings) of M(comet.backup.comet_user), and C(settings.default_email_reports)
    of M(comet.backup.comet_policy). Use one or the other.
  - The server stores the reports inside the user's profile or the policy. That is read just before it is written and
    goes back under its lock, so that nothing else in it is lost.
  - To see or send a report now, use M(comet.backup.comet_api) with C(AdminPreviewUserEmailReport) or
    C(AdminMetaSendTestReport).
seealso:
  - module: comet.backup.comet_email_report_info
  - module: comet.backup.comet_user
  - module: comet.backup.comet_policy
"""

EXAMPLES = r"""
- name: Each morning, tell the boss of a user which jobs went wrong on the day before
  comet.backup.comet_email_report:
    user: acme-01
    email: boss@acme.example
    reports:
      - report_type: summary
        summary_frequency:
          - frequency_type: daily
            seconds_past: "07:00"
        filter:
          clause_type: or
          clause_children:
            - {rule_field: BackupJobDetail.Status, rule_operator: int_eq, rule_value: "7001"}
            - {rule_field: BackupJobDetail.Status, rule_operator: int_eq, rule_value: "7002"}

- name: Users of a policy get a weekly summary instead of one mail for each job
  comet.backup.comet_email_report:
    policy: Gold
    reports:
      - report_type: summary
        summary_frequency:
          - frequency_type: weekly
            seconds_past: "Monday 06:00"

- name: The boss gets what everyone gets
  comet.backup.comet_email_report:
    user: acme-01
    email: boss@acme.example
    state: absent

- name: The policy leaves reports to the server again
  comet.backup.comet_email_report:
    policy: Gold
    state: absent
"""

RETURN = r"""
email_report:
  description:
    - The reports as the server holds them now, or would hold them in check mode. Empty when deleted.
    - Members bear the names of the options. Times are plain numbers.
  returned: success
  type: dict
  contains:
    user:
      description: User whose reports these are.
      returned: when the task names a user
      type: str
      sample: acme-01
    email:
      description: Address that receives the reports.
      returned: when the task names a user
      type: str
      sample: boss@acme.example
    policy:
      description: Policy whose reports these are.
      returned: when the task names a policy
      type: str
      sample: Gold
    reports:
      description: The reports.
      returned: success
      type: list
      elements: dict
      sample:
        - report_type: summary
          summary_frequency: [{frequency_type: daily, seconds_past: 25200}]
  sample:
    user: acme-01
    email: boss@acme.example
    reports:
      - report_type: summary
        summary_frequency: [{frequency_type: daily, seconds_past: 25200}]
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {reports: [{report_type: immediate}]}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {reports: []}
  sample:
    before: {reports: [{report_type: immediate}]}
    after: {reports: []}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: email report boss@acme.example of user acme-01 changed
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
from ansible_collections.comet.backup.plugins.module_utils._resources._email_report import EMAIL_REPORT


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(EMAIL_REPORT))


if __name__ == "__main__":
    main()
