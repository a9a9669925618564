#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_webhook: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_webhook
short_description: Manage webhooks of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Creates, changes and deletes one web address to which the server posts its events, or those of a tenant.
  - An option that is left out keeps what the server holds. An empty value clears it. Other webhooks stay as they are.
  - Use it where each webhook is to be looked after by itself. To manage them together with the rest there are
    O(comet.backup.comet_server_config#module:webhook_options) and O(comet.backup.comet_tenant#module:webhook_options).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.webhook
notes:
  - The API stores all webhooks of a server or tenant at once and has no lock for them. They are read just before
    they are written, and once more when the answer to that was lost. What somebody else writes between reading and
    writing is lost.
  - A server that is given webhooks drops the messages that still wait to be sent, of other webhooks as well. A task
    that changes nothing writes nothing, so they stay.
  - An administrator of a tenant manages the webhooks of that tenant and leaves O(tenant) out, or gives its ID.
seealso:
  - module: comet.backup.comet_webhook_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Post what happens to accounts and jobs to the ticket system
  comet.backup.comet_webhook:
    name: tickets
    webhook_url: https://tickets.example.com/comet
    custom_headers:
      Authorization: "Bearer {{ vault_webhook_token }}"
    level: full
    white_listed_event_types: [account_new, account_removed, job_completed]

- name: Post every event of a tenant, without its data
  comet.backup.comet_webhook:
    name: chat
    tenant: ACME
    webhook_url: https://chat.example.com/acme
    level: none

- name: From now on the ticket system is to have all types of events
  comet.backup.comet_webhook:
    name: tickets
    white_listed_event_types: []

- name: Give the server a new token for it
  comet.backup.comet_webhook:
    name: tickets
    custom_headers:
      Authorization: "Bearer {{ vault_webhook_token }}"
    update_secrets: always

- name: Take a webhook away
  comet.backup.comet_webhook:
    name: chat
    tenant: ACME
    state: absent
"""

RETURN = r"""
webhook:
  description:
    - The webhook as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the webhook.
      returned: success
      type: str
      sample: tickets
    webhook_url:
      description: Address to which events are posted.
      returned: success
      type: str
      sample: https://tickets.example.com/comet
    custom_headers:
      description: The extra headers, each with a marker for its value.
      returned: success
      type: dict
      sample: {Authorization: <hidden>}
    level:
      description: How much of an event is sent.
      returned: success
      type: str
      sample: full
    white_listed_event_types:
      description: Types of events that are sent; empty for all.
      returned: success
      type: list
      elements: str
      sample: [account_new, account_removed, job_completed]
  sample:
    name: tickets
    webhook_url: https://tickets.example.com/comet
    custom_headers: {Authorization: <hidden>}
    level: full
    white_listed_event_types: [account_new, account_removed, job_completed]
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
      sample: {level: full}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {level: none}
  sample:
    before: {level: full}
    after: {level: none}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: webhook tickets changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaWebhookOptionsSet
    path: /api/v1/admin/meta/webhook-options/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(WEBHOOK))


if __name__ == "__main__":
    main()
