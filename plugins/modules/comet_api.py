#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_api: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_api
short_description: Call any method of the Comet Server API
version_added: 1.0.0
description:
  - Calls one method by its name, for what the other modules do not do yet. Parameters are checked before anything is
    sent.
  - This module compares nothing. Calling a method that writes always counts as a change, and running the task twice
    calls it twice.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
attributes:
  check_mode:
    support: partial
    details:
      - Methods that only read are called. Those that write are not called; their parameters are checked and a change
        is reported.
  diff_mode:
    support: none
    details:
      - Nothing is compared.
  idempotent:
    support: partial
    details:
      - Only for methods that read.
options:
  method:
    description:
      - Name of the method, such as V(AdminNewsSubmit), or its path, such as V(admin/news/submit).
    type: str
    required: true
  params:
    description:
      - Parameters of the method in the spelling of the API. Documents are written as dictionaries and lists, not as
        JSON text.
      - A parameter that is null is left out. Credentials come from the connection options.
    type: dict
    default: {}
  upload:
    description:
      - Path of the file to send with a method that takes one, such as V(AdminMetaResourceNew).
    type: path
  return_secrets:
    description:
      - Whether secrets in the answer, such as session keys, are returned as they are rather than as a marker.
      - Give the task C(no_log) when you use this.
    type: bool
    default: false
seealso:
  - name: API methods
    description: The maker's list of methods and their parameters.
    link: https://docs.cometbackup.com/latest/api/api-methods
"""

EXAMPLES = r"""
- name: Publish a piece of news to all users
  comet.backup.comet_api:
    method: AdminNewsSubmit
    params:
      NewsContent: The office is closed on Friday.

- name: Read all news, by the path of the method
  comet.backup.comet_api:
    method: admin/news/get-all
  register: news

- name: Remove that piece again
  comet.backup.comet_api:
    method: AdminNewsRemove
    params:
      NewsItem: "{{ item.key }}"
  loop: "{{ news.response | dict2items }}"
  loop_control:
    label: "{{ item.value.TextContent }}"

- name: How many jobs failed
  comet.backup.comet_api:
    method: AdminCountJobsForCustomSearch
    params:
      Query:
        ClauseType: and
        ClauseChildren:
          - RuleField: BackupJobDetail.Status
            RuleOperator: int_gte
            RuleValue: "7000"
          - RuleField: BackupJobDetail.Status
            RuleOperator: int_lt
            RuleValue: "8000"
  register: failed

- name: Session of an end user, for methods that only users may call
  comet.backup.comet_api:
    method: AdminAccountSessionStartAsUser
    params:
      TargetUser: acme-01
    return_secrets: true
  register: session
  no_log: true

- name: Call one of these methods with that session
  comet.backup.comet_api:
    username: acme-01
    session_key: "{{ session.response.SessionKey }}"
    method: UserWebGetUserProfileAndHash
"""

RETURN = r"""
response:
  description:
    - The answer in the spelling of the API, as a dictionary or a list. Secrets show a marker unless O(return_secrets)
      is V(true).
    - For a method that returns text, such as a job's log, that text; for one that returns a file, the file in base64.
    - Null where a method that writes was not called in check mode.
  returned: success
  type: raw
  sample: {"4d9f0f0e-6b0e-4c63-9d0c-2b8f0b0a5f55": {TextContent: The office is closed on Friday.}}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: AdminNewsSubmit called
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminNewsSubmit
    path: /api/v1/admin/news/submit
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._call import CallTask


def main() -> None:
    """Run the module."""
    run_module(CallTask())


if __name__ == "__main__":
    main()
