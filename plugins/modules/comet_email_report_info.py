#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_email_report_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_email_report_info
short_description: Read which reports a Comet Server sends by e-mail
version_added: 1.0.0
description:
  - Returns the reports that addresses of users, and policies, have of their own. What leaves them to the policy or to
    the server is not returned.
  - An address, user or policy that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  user:
    description:
      - User whose reports are returned. Without it and O(policy), those of all users and policies are.
    type: str
  policy:
    description:
      - Name or ID of the policy whose reports are returned.
    type: str
  email:
    description:
      - Address whose reports are returned. One that several users have is returned once for each of them.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose users and policies are looked at; empty for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_email_report
  - module: comet.backup.comet_user_info
  - module: comet.backup.comet_policy_info
"""

EXAMPLES = r"""
- name: Reports of a user
  comet.backup.comet_email_report_info:
    user: acme-01
  register: found

- name: Addresses with reports of their own
  ansible.builtin.debug:
    msg: "{{ found.email_reports | map(attribute='email') }}"

- name: Reports that a policy gives
  comet.backup.comet_email_report_info:
    policy: Gold

- name: All reports of every user and policy
  comet.backup.comet_email_report_info:
  register: all
"""

RETURN = r"""
email_reports:
  description:
    - The reports, sorted by user, policy and address, as M(comet.backup.comet_email_report) returns them.
  returned: success
  type: list
  elements: dict
  sample:
    - user: acme-01
      email: boss@acme.example
      reports:
        - report_type: summary
          summary_frequency: [{frequency_type: daily, seconds_past: 25200}]
    - policy: Gold
      reports: []
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: usr is not an option of this module; did you mean user?
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminListUsersFull
    path: /api/v1/admin/list-users-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._email_report import EMAIL_REPORT


def main() -> None:
    """Run the module."""
    run_module(InfoTask(EMAIL_REPORT))


if __name__ == "__main__":
    main()
