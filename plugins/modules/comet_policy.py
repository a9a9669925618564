#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_policy: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_policy
short_description: Manage policies of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes policies, which hold the restrictions and defaults of all users that follow them.
  - An option that is left out keeps what the server holds. An empty value clears it.
  - A change reaches every user that follows the policy at once.
  - A policy is found by its name inside its tenant, or by O(id). One that the task creates gets an ID made from
    tenant and name, by which it is also found again after somebody renamed it.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.policy
seealso:
  - module: comet.backup.comet_policy_info
  - module: comet.backup.comet_user
  - ref: ansible_collections.comet.backup.docsite.lists_and_maps
    description: Which lists are exact, and which name single entries.
"""

EXAMPLES = r"""
- name: What customers on the Platinum plan may do, and how long their backups are kept
  comet.backup.comet_policy:
    name: Platinum
    tenant: ACME
    settings:
      prevent_delete_storage_vault: true
      prevent_new_protected_item: false
      prevent_protected_item_retention: true
      default_storage_vault_retention:
        mode: delete_except
        ranges:
          - type: first_job_for_each_last_x_days
            days: 30
          - type: first_job_for_last_x_months
            months: 24
      enforce_storage_vault_retention: true

- name: Back up the documents of every new device each night
  comet.backup.comet_policy:
    name: Platinum
    tenant: ACME
    settings:
      default_sources_with_os_restriction:
        - id: documents
          source_config:
            engine: engine1/file
            description: Documents
            engine_props:
              INCLUDE: ['C:\Users']
              USE_WIN_VSS: true
      default_sources_backup_rules:
        - id: nightly
          name: Each night
          protected_item: documents
          storage_vault: latest
          schedules:
            - frequency_type: daily
              seconds_past: "23:30"
              random_delay_secs: 30m

- name: Take that schedule out again; other entries stay
  comet.backup.comet_policy:
    name: Platinum
    tenant: ACME
    settings:
      default_sources_backup_rules:
        - id: nightly
          state: absent

- name: New users of the tenant start with this policy
  comet.backup.comet_policy:
    name: Platinum
    tenant: ACME
    default_user_policy: true

- name: Look the policy up
  comet.backup.comet_policy_info:
    name: Platinum
    tenant: ACME
  register: found

- name: Give it another name
  comet.backup.comet_policy:
    id: "{{ found.policies[0].id }}"
    name: Platinum Plus
    tenant: ACME

- name: Delete it, since nobody follows it
  comet.backup.comet_policy:
    name: Platinum Plus
    tenant: ACME
    state: absent

- name: Delete a policy although users follow it
  comet.backup.comet_policy:
    name: Silver
    tenant: ACME
    state: absent
    force: true
"""

RETURN = r"""
policy:
  description:
    - The policy as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the policy.
      returned: success
      type: str
      sample: 5b2e5a3c-77d7-5f0c-9d2e-3f1a8c4b6e10
    tenant:
      description: ID of the policy's tenant, empty for the top level.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    settings:
      description: The restrictions and defaults themselves.
      returned: success
      type: dict
      sample: {prevent_delete_storage_vault: true}
    created_date:
      description: When the policy was created, in unix seconds; V(0) where the server does not know.
      returned: success
      type: int
      sample: 1795294967
    modified_date:
      description: When the policy was last changed, in unix seconds; V(0) where the server does not know.
      returned: success
      type: int
      sample: 1795294967
  sample:
    id: 5b2e5a3c-77d7-5f0c-9d2e-3f1a8c4b6e10
    name: Platinum
    tenant: 11111111-1111-4111-8111-111111111111
    default_user_policy: false
    settings: {prevent_delete_storage_vault: true}
diff:
  description:
    - Members that differ, before and after, nested as the options are. References show names where these are known.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {settings: {prevent_open_web_ui: false}}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {settings: {prevent_open_web_ui: true}}
  sample:
    before: {settings: {prevent_open_web_ui: false}}
    after: {settings: {prevent_open_web_ui: true}}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [settings.default_sources.documents]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: policy Platinum changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminPoliciesSet
    path: /api/v1/admin/policies/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(POLICY))


if __name__ == "__main__":
    main()
