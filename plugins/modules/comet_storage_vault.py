#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_storage_vault: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_storage_vault
short_description: Manage storage vaults of users on a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes a place where the backups of a user go.
  - A new vault is requested from a storage template, or described by its location. All kinds of storage that the server
    knows can be described.
  - An option that is left out keeps what the server holds. An empty value clears it. Other vaults, and everything else
    in the user's profile, stay as they are.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.storage_vault
notes:
  - The retention that a policy gives to new vaults is copied when the vault is made, so that a user should have its
    policy before it gets a vault. The same holds for the quota of the template.
  - Vaults live in the user's profile, which is written under its hash. A device that changes the profile at the same
    moment loses nothing; the vault is compared again and written on top of that.
  - A device encrypts the keys of a vault anew once it uses it, so that what the server shows of them later is never
    compared.
  - Deleting a vault removes it from the user's profile, with the schedules that back up into it and the retention that
    protected items have for it. The data itself stays where it is; without the key, which lies in the profile alone,
    nobody can read it. This needs O(confirm_data_loss) once a device has set the vault up.
  - The option O(storage_limit_bytes) counts while O(storage_limit_enabled) is V(true) and no O(shared_quota) is named.
  - To move a vault from the storage gateway to the cloud storage behind it, call C(AdminConvertStorageRole) with
    M(comet.backup.comet_api).
seealso:
  - module: comet.backup.comet_storage_vault_info
  - module: comet.backup.comet_user
    description: Describes a user with its storage vaults, protected items and schedules in one task.
  - module: comet.backup.comet_storage_template
  - module: comet.backup.comet_shared_quota
  - module: comet.backup.comet_schedule
"""

EXAMPLES = r"""
- name: Make a user
  comet.backup.comet_user:
    name: alice
    user_password: "{{ vault_alice_password }}"

- name: Give it a vault on the storage of this server, of 500 GiB at most
  comet.backup.comet_storage_vault:
    user: alice
    name: Main
    storage_template: Local
    self_address: https://backup.example.com/
    storage_limit_enabled: true
    storage_limit_bytes: 500 GiB

- name: And one in a bucket of its own
  comet.backup.comet_storage_vault:
    user: alice
    name: Second copy
    type: s3
    s3_server: s3.eu-central-1.amazonaws.com
    s3_uses_tls: true
    s3_bucket_name: backup-alice
    s3_access_key: AKIAEXAMPLE
    s3_secret_key: "{{ vault_s3_secret_key }}"

- name: Keep what is not older than 90 days there
  comet.backup.comet_storage_vault:
    user: alice
    name: Second copy
    default_retention:
      mode: delete_except
      ranges:
        - type: jobs_since
          days: 90

- name: Give the devices a new key for it
  comet.backup.comet_storage_vault:
    user: alice
    name: Second copy
    s3_access_key: AKIAOTHER
    s3_secret_key: "{{ vault_s3_new_secret_key }}"
    update_secrets: always

- name: Take it away, with the key to what is in it
  comet.backup.comet_storage_vault:
    user: alice
    name: Second copy
    state: absent
    confirm_data_loss: true
"""

RETURN = r"""
storage_vault:
  description:
    - The storage vault as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options. Secrets are replaced by a marker.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the vault. Of a vault that is only requested by a real run, a placeholder in check mode.
      returned: success
      type: str
      sample: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
    user:
      description: Name of the user that the vault belongs to.
      returned: success
      type: str
      sample: alice
    name:
      description: Name of the vault.
      returned: success
      type: str
      sample: Main
    type:
      description: Kind of storage.
      returned: success
      type: str
      sample: comet
    storage_limit_bytes:
      description: Size in bytes that the vault may reach while the limit is on.
      returned: success
      type: int
      sample: 536870912000
  sample:
    id: 0b1b0a53-4a8c-5f0e-9d5b-6f5d3a1a3a8e
    user: alice
    name: Main
    type: comet
    storage_limit_enabled: true
    storage_limit_bytes: 536870912000
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
      sample: {storage_limit_bytes: 536870912000}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {storage_limit_bytes: 1099511627776}
  sample:
    before: {storage_limit_bytes: 536870912000}
    after: {storage_limit_bytes: 1099511627776}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: storage vault Main of user alice changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminSetUserProfileHash
    path: /api/v1/admin/set-user-profile-hash
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(STORAGE_VAULT))


if __name__ == "__main__":
    main()
