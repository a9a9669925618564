#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_email_options_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_email_options_info
short_description: Read how a Comet Server or a tenant sends e-mail
version_added: 1.0.0
description:
  - Returns the sender, the mail server and the reports for administrators, of the server or of one tenant.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  tenant:
    description:
      - Name or ID of the tenant whose options are returned. Without it, or with an empty text, the server's own are.
      - An administrator of a tenant leaves it out and gets those of that tenant.
    type: str
    aliases: [organization, OrganizationID]
notes:
  - The options of the server itself, and those of the login's own tenant, need server version 22.12.2 or newer.
seealso:
  - module: comet.backup.comet_email_options
  - module: comet.backup.comet_server_info
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: How the server sends e-mail
  comet.backup.comet_email_options_info:
  register: result

- name: From which address
  ansible.builtin.debug:
    msg: "{{ result.email_options.from_email }}"

- name: How a tenant does
  comet.backup.comet_email_options_info:
    tenant: ACME
"""

RETURN = r"""
email_options:
  description:
    - The options. They bear the names of those of M(comet.backup.comet_email_options).
    - A marker stands for the password.
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
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named ACMY; did you mean ACME?"
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
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._email_options import EMAIL_OPTIONS


def main() -> None:
    """Run the module."""
    run_module(InfoTask(EMAIL_OPTIONS))


if __name__ == "__main__":
    main()
