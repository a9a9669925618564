#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_user: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_user
short_description: Manage users of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes the accounts that devices back up under.
  - An option that is left out keeps what the server holds. An empty value clears it.
  - Storage vaults, protected items and schedules can be described along with the user. Those that the task does not
    name are not touched, and neither are devices and any key material.
  - A user whose creation was interrupted is completed by the next run.
notes:
  - What is described along with the user is written object by object, in the order of storage vaults, protected items
    and schedules, as M(comet.backup.comet_storage_vault), M(comet.backup.comet_protected_item) and
    M(comet.backup.comet_schedule) write it. What contradicts itself or names something that does not exist is refused
    before anything is written. A run that is interrupted is completed by the next one.
  - A protected item needs a device, which is there once the backup software has logged in as the user.
  - >-
    A user moves to another tenant when O(tenant) names one that the user is not in, or is empty for the top level. Only
    an administrator of the top level can do that. What belongs to the old tenant stays behind, unless the task names
    something of the new tenant in its place: the user leaves its user group, its vaults leave their shared quotas, and
    vaults are no longer made from the old tenant's storage template. The link to the policy goes as well, and its
    settings become the user's own. Names of a policy, user group or storage template are looked for in the new tenant.
  - >-
    Devices know an address to log in at, which a move alone does not change. Give the new one as O(new_login_url), and
    those that are connected at that moment are told before the user moves. A warning names the others, on which the
    address has to be changed by hand.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.user
options:
  user_password:
    description:
      - Password that the user logs in with. At least 8 characters and no line breaks.
      - Needed to create a user. For one that exists, O(update_password) decides whether it is used.
    type: str
  update_password:
    description:
      - When O(user_password) is set. With V(on_create) only when the task creates the user.
      - With V(always) each time, which always counts as a change because the server does not tell what the password is.
    type: str
    choices: [on_create, always]
    default: on_create
  current_password:
    description:
      - The password that the user has now. The server asks for it to set another one where it holds no recovery code
        of the user.
    type: str
  store_recovery_code:
    description:
      - Whether a new user gets a recovery code, with which administrators can set a new password later without
        knowing the old one.
      - Counts only when the task creates the user. It cannot be given later.
    type: bool
    default: true
  uninstall_software:
    description:
      - Whether the client software is removed from the user's connected devices when the user is deleted.
    type: bool
    default: false
  uninstall_config:
    description:
      - Whether the settings of the client software are removed as well. Counts only together with
        O(uninstall_software).
    type: bool
    default: false
  new_login_url:
    description:
      - Address at which the user's devices log in once the user is in another tenant, such as
        V(https://backup.globex.example/). Counts only when the task moves the user.
      - Each device tries to log in there first. If one cannot, the task fails and the user stays where it is.
    type: str
  force_new_login_url:
    description:
      - Whether devices take O(new_login_url) without trying it. A wrong address then cuts them off.
      - Needs Comet Server 22.9.9.
    type: bool
    default: false
seealso:
  - module: comet.backup.comet_user_info
  - module: comet.backup.comet_policy
  - module: comet.backup.comet_tenant
  - module: comet.backup.comet_storage_vault
  - module: comet.backup.comet_protected_item
  - module: comet.backup.comet_schedule
  - module: comet.backup.comet_device
  - ref: ansible_collections.comet.backup.docsite.lists_and_maps
    description: What happens to objects inside a user that a task does not name.
  - ref: ansible_collections.comet.backup.docsite.secrets
    description: How passwords and other secrets are written and shown.
"""

EXAMPLES = r"""
- name: A user of the tenant ACME who follows its policy Gold
  comet.backup.comet_user:
    name: alice
    tenant: ACME
    user_password: "{{ vault_alice_password }}"
    account_name: Alice Archer
    policy: Gold
    emails:
      - alice@acme.example
    local_timezone: Europe/Berlin

- name: Limits, and a weekly summary for the team lead
  comet.backup.comet_user:
    name: alice
    all_protected_items_quota_enabled: true
    all_protected_items_quota_bytes: 500 GiB
    maximum_devices: 3
    override_email_settings:
      - email: lead@acme.example
        reports:
          - report_type: summary
            summary_frequency:
              - frequency_type: weekly
                selected_day: 1
                seconds_past: "07:30"

- name: Whoever is not named stays; only this address loses its own reports
  comet.backup.comet_user:
    name: alice
    override_email_settings:
      - email: lead@acme.example
        state: absent

- name: A new password, set by every run of this task
  comet.backup.comet_user:
    name: alice
    user_password: "{{ vault_alice_new_password }}"
    update_password: always

- name: Settings of the user's own in place of a policy
  comet.backup.comet_user:
    name: alice
    policy: ""
    custom_policy:
      prevent_delete_storage_vault: true
      default_storage_vault_retention:
        mode: delete_except
        ranges:
          - type: first_job_for_each_last_x_days
            days: 30

- name: A user who has a device already, whole, with where it backs up to, what, and when
  comet.backup.comet_user:
    name: direct-03
    account_name: Third user
    storage_vaults:
      - name: Main
        storage_template: Local
        self_address: https://backup.example.com/
      - name: Second copy
        type: s3
        s3_server: s3.eu-central-1.amazonaws.com
        s3_uses_tls: true
        s3_bucket_name: backup-direct-03
        s3_access_key: AKIAEXAMPLE
        s3_secret_key: "{{ vault_s3_secret_key }}"
    protected_items:
      - name: Documents
        device: PC-2-0
        engine: file
        engine_props:
          INCLUDE: ['C:\Users', 'D:\Shares']
          USE_WIN_VSS: true
        schedules:
          - name: Documents each night
            storage_vault: Main
            schedules:
              - frequency_type: daily
                seconds_past: "02:30"
    schedules:
      - name: Documents to the second copy
        protected_item: Documents
        storage_vault: Second copy
        schedules:
          - frequency_type: weekly
            seconds_past: "Sunday 04:00"

- name: A user who moves to another tenant, with its devices
  comet.backup.comet_user:
    name: alice
    tenant: Globex
    policy: Silver
    new_login_url: https://backup.globex.example/

- name: Many users, with the connection written once
  module_defaults:
    group/comet.backup.comet:
      url: "{{ comet_url }}"
      username: "{{ comet_username }}"
      password: "{{ vault_comet_password }}"
  block:
    - name: Users of the tenant Globex
      comet.backup.comet_user:
        name: "{{ item }}"
        tenant: Globex
        policy: Silver
        user_password: "{{ vault_first_password }}"
        require_password_change: true
      loop:
        - bob
        - carol
      no_log: true

- name: Lock an account
  comet.backup.comet_user:
    name: bob
    suspended: true

- name: Delete a user who holds no backups
  comet.backup.comet_user:
    name: carol
    state: absent

- name: Delete a user together with the keys to the backups
  comet.backup.comet_user:
    name: globex-01
    state: absent
    confirm_data_loss: true
    uninstall_software: true
"""

RETURN = r"""
user:
  description:
    - The user as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options, and references show IDs. Only some are listed here.
    - Storage vaults, protected items, schedules and devices are left out; M(comet.backup.comet_user_info) returns them.
      Those that the task describes stand beside the user.
  returned: success
  type: dict
  contains:
    id:
      description: The user's name, which is also the user's ID.
      returned: success
      type: str
      sample: alice
    tenant:
      description: ID of the user's tenant, empty for the top level.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    policy:
      description: ID of the policy that the user follows, empty for none.
      returned: success
      type: str
      sample: a23bf770-91d1-5656-f294-07453363fe19
    create_time:
      description: When the user was created, in unix seconds.
      returned: success
      type: int
      sample: 1795294967
    extra:
      description: Members that this collection does not know, in the spelling of the API.
      returned: when there are any
      type: dict
      sample: {}
  sample:
    id: alice
    name: alice
    account_name: Alice Archer
    tenant: 11111111-1111-4111-8111-111111111111
    policy: a23bf770-91d1-5656-f294-07453363fe19
    emails: [alice@acme.example]
    suspended: false
    maximum_devices: 3
    create_time: 1795294967
storage_vaults:
  description: The storage vaults that the task describes along with the user, as M(comet.backup.comet_storage_vault)
    returns them.
  returned: when the task describes any
  type: list
  elements: dict
  sample:
    - id: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
      user: alice
      name: Main
      type: comet
protected_items:
  description: The protected items that the task describes along with the user, as M(comet.backup.comet_protected_item)
    returns them.
  returned: when the task describes any
  type: list
  elements: dict
  sample:
    - id: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
      user: alice
      name: Documents
      engine: file
schedules:
  description: The schedules that the task describes along with the user, as M(comet.backup.comet_schedule) returns
    them.
  returned: when the task describes any
  type: list
  elements: dict
  sample:
    - id: 0b1ad2c5-41b7-5d4c-8d5e-6d1a8b1c8f4e
      user: alice
      name: Documents to the second copy
      protected_item: 6f8ac14d-30c8-5f4e-a2e2-9a61ee5d6ac7
      storage_vault: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
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
      sample: {maximum_devices: 0}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {maximum_devices: 3}
  sample:
    before: {maximum_devices: 0}
    after: {maximum_devices: 3}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [override_email_settings.lead@acme.example]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: user alice created
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminGetUserProfileAndHash
    path: /api/v1/admin/get-user-profile-and-hash
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._users import USER_TASK


def main() -> None:
    """Run the module."""
    run_module(USER_TASK)


if __name__ == "__main__":
    main()
