#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_psa: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_psa
short_description: Manage PSA connections of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Creates, changes and deletes one connection to a system for ticketing and billing (PSA), to which the server sends
    what it knows of usage and of failed jobs.
  - A connection has neither a name nor an ID. It is the one of its O(type) and, where there are several of that type,
    the one with that O(psa_url). With O(psa_url) it is looked for by both, so another address is another connection.
    Without it, the only one of its type is meant, whatever its address.
  - An option that is left out keeps what the server holds. An empty value clears it. Other connections stay as they
    are.
  - Use it where each connection is to be looked after by itself. To manage them together with the rest there are
    O(comet.backup.comet_server_config#module:psa_configs) and O(comet.backup.comet_tenant#module:psa_configs).
  - Needs server version 22.9.9 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.psa
notes:
  - The API stores all connections of a server or tenant at once and has no lock for them. They are read just before
    they are written, and once more when the answer to that was lost. What somebody else writes between reading and
    writing is lost.
  - The server sends its data when it is time for that. To have it sent at once, call the method
    C(AdminMetaPsaConfigListSyncNow) with M(comet.backup.comet_api). It is an action, and brings every connection of
    the login's own tenant in step.
  - An administrator of a tenant manages the connections of that tenant and leaves O(tenant) out, or gives its ID.
seealso:
  - module: comet.backup.comet_psa_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
  - module: comet.backup.comet_api
"""

EXAMPLES = r"""
- name: Send usage to Gradient, which needs a key and no address
  comet.backup.comet_psa:
    type: gradient
    partner_key: "{{ vault_gradient_key }}"
    grouped_by:
      tenants: true
  register: gradient

- name: Send it at once when the connection is new
  comet.backup.comet_api:
    method: AdminMetaPsaConfigListSyncNow
  when: gradient is changed

- name: A tenant with Syncro, by its subdomain there
  comet.backup.comet_psa:
    type: syncro
    psa_url: acme
    tenant: ACME
    partner_key: "{{ vault_syncro_key }}"

- name: Our own billing, one of two systems of this type
  comet.backup.comet_psa:
    type: generic
    psa_url: https://billing.example.com/comet
    custom_headers:
      Authorization: "Bearer {{ vault_billing_token }}"

- name: Give the server a new key for Gradient
  comet.backup.comet_psa:
    type: gradient
    partner_key: "{{ vault_gradient_key }}"
    update_secrets: always

- name: Send no more to the billing
  comet.backup.comet_psa:
    type: generic
    psa_url: https://billing.example.com/comet
    state: absent
"""

RETURN = r"""
psa:
  description:
    - The connection as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    type:
      description: Kind of PSA.
      returned: success
      type: str
      sample: generic
    psa_url:
      description: Address or subdomain of the PSA; empty where it needs none.
      returned: success
      type: str
      sample: https://billing.example.com/comet
    partner_key:
      description: A marker for the key, if there is one.
      returned: success
      type: str
      sample: <hidden>
    custom_headers:
      description: The extra headers, each with a marker for its value.
      returned: success
      type: dict
      sample: {Authorization: <hidden>}
    alerts_disabled:
      description: Whether no alerts are sent.
      returned: success
      type: bool
      sample: false
    grouped_by:
      description: What the data is grouped by; on servers before 23.9.2 empty.
      returned: success
      type: dict
      sample: {account_name: false, tenants: true, users: false}
  sample:
    type: generic
    psa_url: https://billing.example.com/comet
    partner_key: ""
    custom_headers: {Authorization: <hidden>}
    alerts_disabled: false
    grouped_by: {account_name: false, tenants: true, users: false}
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
      sample: {alerts_disabled: false}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {alerts_disabled: true}
  sample:
    before: {alerts_disabled: false}
    after: {alerts_disabled: true}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: psa generic changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaPsaConfigListSet
    path: /api/v1/admin/meta/psa-config-list/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._psa import PSA


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(PSA))


if __name__ == "__main__":
    main()
