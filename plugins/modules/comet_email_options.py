#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_email_options: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_email_options
short_description: Manage how a Comet Server or a tenant sends e-mail
version_added: 1.0.0
description:
  - Changes the sender, the mail server and the reports for administrators, of the server or of one tenant.
  - An option that is left out keeps what the server holds. An empty value clears it.
  - Use it where e-mail is to be looked after by itself, or by an administrator of a tenant. To manage it together with
    the rest there are O(comet.backup.comet_server_config#module:email) and
    O(comet.backup.comet_tenant#module:email).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.email_options
notes:
  - A change does not restart the server. The options of the server itself, and those of the login's own tenant, need
    server version 22.12.2 or newer. On older ones use M(comet.backup.comet_server_config).
  - The API has no lock for these options. They are read just before they are written, and once more when the answer to
    that was lost. What somebody else writes between reading and writing is lost.
  - An administrator of a tenant manages the options of that tenant and leaves O(tenant) out, or gives its ID. The
    permission C(allow_edit_email_options) is needed for that.
seealso:
  - module: comet.backup.comet_email_options_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Send e-mail by a mail server
  comet.backup.comet_email_options:
    mode: smtp_ssl
    from_name: Backup team
    from_email: backup@example.com
    smtp_host: mail.example.com
    smtp_port: 465
    smtp_username: backup
    smtp_password: "{{ vault_smtp_password }}"

- name: Log in there with a new password
  comet.backup.comet_email_options:
    smtp_password: "{{ vault_smtp_new_password }}"
    update_secrets: always

- name: A tenant sends as the top level does, under a name of its own
  comet.backup.comet_email_options:
    tenant: ACME
    mode: inherit
    from_name: ACME Backup

- name: Tell administrators each Monday which jobs of the week went wrong
  comet.backup.comet_email_options:
    email_reporting_options:
      - recipients: [operations@example.com]
        language_code: en_US
        local_timezone: Europe/Berlin
        email_report_config:
          report_type: summary
          summary_frequency:
            - frequency_type: weekly
              seconds_past: Monday 07:00
          time_span: {frequency_type: weekly, seconds: 0}
"""

RETURN = r"""
email_options:
  description:
    - The options as the server holds them now, or would hold them in check mode.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    mode:
      description: How e-mail is delivered.
      returned: success
      type: str
      sample: smtp_ssl
    from_name:
      description: Name shown as the sender.
      returned: success
      type: str
      sample: Backup team
    from_email:
      description: Address from which e-mails are sent.
      returned: success
      type: str
      sample: backup@example.com
    smtp_host:
      description: Address of the mail server.
      returned: success
      type: str
      sample: mail.example.com
    smtp_password:
      description: A marker for the password, if there is one.
      returned: success
      type: str
      sample: <hidden>
    email_reporting_options:
      description: Reports for administrators.
      returned: success
      type: list
      elements: dict
      sample: []
  sample:
    mode: smtp_ssl
    from_name: Backup team
    from_email: backup@example.com
    smtp_host: mail.example.com
    smtp_password: <hidden>
    email_reporting_options: []
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {from_name: Comet Backup}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {from_name: Backup team}
  sample:
    before: {from_name: Comet Backup}
    after: {from_name: Backup team}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: email options changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaEmailOptionsGet
    path: /api/v1/admin/meta/email-options/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._email_options import EMAIL_OPTIONS


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(EMAIL_OPTIONS))


if __name__ == "__main__":
    main()
