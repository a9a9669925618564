#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_psa_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_psa_info
short_description: Read PSA connections of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Returns all connections of the server or of one tenant to systems for ticketing and billing (PSA), or those of one
    type or address.
  - The server's own and those of its tenants are never returned together.
  - A type or address without a connection gives an empty list, not an error.
  - Needs server version 22.9.9 or newer.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  type:
    description:
      - Kind of PSA of the connections to return, V(generic), V(gradient) or V(syncro).
    type: str
    aliases: [Type]
  psa_url:
    description:
      - Address or subdomain of the connections to return. An empty text means those without one.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose connections are returned. Without it, or with an empty text, the server's own
        are.
      - An administrator of a tenant leaves it out and gets those of that tenant.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_psa
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: A connection to look at
  comet.backup.comet_psa:
    type: gradient
    partner_key: "{{ vault_gradient_key }}"

- name: The connections to Gradient
  comet.backup.comet_psa_info:
    type: gradient
  register: gradient

- name: Whether the server has a key for it
  ansible.builtin.debug:
    msg: "{{ gradient.psas[0].partner_key != '' }}"

- name: All connections of a tenant
  comet.backup.comet_psa_info:
    tenant: ACME
"""

RETURN = r"""
psas:
  description: The connections, sorted by type and address, as M(comet.backup.comet_psa) returns them. A marker stands
    for each secret.
  returned: success
  type: list
  elements: dict
  sample:
    - type: gradient
      psa_url: ""
      partner_key: <hidden>
      custom_headers: {}
      alerts_disabled: false
      grouped_by: {account_name: false, tenants: true, users: false}
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
    method: AdminMetaPsaConfigListGet
    path: /api/v1/admin/meta/psa-config-list/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._psa import PSA


def main() -> None:
    """Run the module."""
    run_module(InfoTask(PSA))


if __name__ == "__main__":
    main()
