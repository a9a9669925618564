#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_webhook_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_webhook_info
short_description: Read webhooks of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Returns all webhooks of the server or of one tenant, or a single one.
  - The server's own and those of its tenants are never returned together.
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
      - Name of the only webhook to return.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose webhooks are returned. Without it, or with an empty text, the server's own are.
      - An administrator of a tenant leaves it out and gets those of that tenant.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_webhook
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: A webhook to look at
  comet.backup.comet_webhook:
    name: tickets
    webhook_url: https://tickets.example.com/comet

- name: One webhook of the server
  comet.backup.comet_webhook_info:
    name: tickets
  register: tickets

- name: Where it posts to
  ansible.builtin.debug:
    msg: "{{ tickets.webhooks[0].webhook_url }}"

- name: All webhooks of a tenant
  comet.backup.comet_webhook_info:
    tenant: ACME
"""

RETURN = r"""
webhooks:
  description: The webhooks, sorted by name, as M(comet.backup.comet_webhook) returns them. The values of headers show a
    marker.
  returned: success
  type: list
  elements: dict
  sample:
    - name: tickets
      webhook_url: https://tickets.example.com/comet
      custom_headers: {Authorization: <hidden>}
      level: full
      white_listed_event_types: []
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named Acme; did you mean ACME?"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaWebhookOptionsGet
    path: /api/v1/admin/meta/webhook-options/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK


def main() -> None:
    """Run the module."""
    run_module(InfoTask(WEBHOOK))


if __name__ == "__main__":
    main()
