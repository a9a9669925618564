#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_policy_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_policy_info
short_description: Read policies of a Comet Server
version_added: 1.0.0
description:
  - Returns all policies that the login may see, those of one tenant, or those of a name.
  - A name or ID that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  name:
    description:
      - Name or ID of the policies to return. Several may bear one name, in different tenants for example.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only policy to return. Not together with O(name).
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose policies are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_policy
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: The policy Gold of a tenant
  comet.backup.comet_policy_info:
    name: Gold
    tenant: ACME
  register: gold

- name: The same policy by its ID
  comet.backup.comet_policy_info:
    id: "{{ gold.policies[0].id }}"

- name: All policies of the server
  comet.backup.comet_policy_info:
  register: all_policies

- name: Policies that let users delete their storage vaults
  ansible.builtin.debug:
    msg: "{{ all_policies.policies | rejectattr('settings.prevent_delete_storage_vault') | map(attribute='name') }}"
"""

RETURN = r"""
policies:
  description: The policies, sorted by name, in the spelling of the options of M(comet.backup.comet_policy). Secrets
    show a marker.
  returned: success
  type: list
  elements: dict
  sample:
    - id: a23bf770-91d1-5656-f294-07453363fe19
      name: Gold
      tenant: 11111111-1111-4111-8111-111111111111
      default_user_policy: false
      settings: {prevent_delete_storage_vault: true}
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
    method: AdminPoliciesListFull
    path: /api/v1/admin/policies/list-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY


def main() -> None:
    """Run the module."""
    run_module(InfoTask(POLICY))


if __name__ == "__main__":
    main()
