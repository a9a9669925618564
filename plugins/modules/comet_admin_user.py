#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_admin_user: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_admin_user
short_description: Manage administrators of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes one administrator of the server or of a tenant, with its password and permissions.
  - An option that is left out keeps what the server holds. An empty value clears it. Other administrators stay as they
    are.
  - Names may repeat across tenants, so name and O(tenant) together say who is meant. Without O(tenant) it is an
    administrator of the top level.
  - An administrator whose creation was interrupted is completed by the next run.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.admin_user
notes:
  - Needs a login of the top level whose settings do not forbid it to edit the server's settings. The API lets no
    administrator of a tenant create, change or delete administrators, not even those of its own tenant.
  - The API creates and deletes a single administrator, but has no call that changes one. A change is written with the
    whole configuration of the server, which then restarts. The task waits for it and returns RV(restarted=true).
  - A new administrator with nothing but a password restarts nothing. Permissions and other settings of a new one are
    written in the same way as changes; until then the administrator has what the server gives to every new one.
  - Many changes at once belong into one task of M(comet.backup.comet_server_config) with
    O(comet.backup.comet_server_config#module:admin_users), as role C(comet.backup.server) does, so that the server
    restarts once.
  - There is no lock. The configuration is read just before it is written, and once more when the answer to that was
    lost. What somebody else writes between reading and writing is lost. Run such tasks one after the other.
  - Where administrators of several tenants bear the name, one of them is deleted by writing the configuration without
    it, because the call for a single one could hit another.
  - The task refuses to delete the administrator that it logs in as, and what would lock that one out. These are another
    password, O(require_password_change), a way to log in that is switched off, and the loss of the right to edit the
    server's settings.
  - An administrator that an external source has made has no password of its own and is refused one. Its other settings
    can be managed. When it is deleted, the next login through the source makes it anew.
  - Second factors are set up by administrators themselves and are only shown. Whoever may not log in with the password
    alone and has no second factor yet cannot log in at all.
seealso:
  - module: comet.backup.comet_admin_user_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_external_auth_source
  - module: comet.backup.comet_tenant
  - ref: ansible_collections.comet.backup.docsite.secrets
    description: How passwords and other secrets are written and shown.
"""

EXAMPLES = r"""
- name: An administrator of the tenant ACME, who may change the tenant's branding
  comet.backup.comet_admin_user:
    name: acme-admin
    tenant: ACME
    admin_user_password: "{{ vault_first_password }}"
    permissions:
      allow_edit_branding: true
      allow_edit_webhooks: false

- name: A policy of the tenant
  comet.backup.comet_policy:
    name: Gold
    tenant: ACME

- name: The only policy that this administrator may give to users
  comet.backup.comet_admin_user:
    name: acme-admin
    tenant: ACME
    permissions:
      allowed_user_policies: [Gold]

- name: A helper of the top level, who leaves the server's settings alone and logs in from the office
  comet.backup.comet_admin_user:
    name: helpdesk
    admin_user_password: "{{ vault_alice_password }}"
    ip_whitelist: ^192[.]0[.]2[.]
    permissions:
      prevent_edit_server_settings: true
      prevent_server_shutdown: true

- name: A new password, set by every run of this task, which restarts the server each time
  comet.backup.comet_admin_user:
    name: helpdesk
    admin_user_password: "{{ vault_alice_new_password }}"
    update_password: always

- name: No administrator of that name in the tenant
  comet.backup.comet_admin_user:
    name: acme-admin
    tenant: ACME
    state: absent
"""

RETURN = r"""
admin_user:
  description:
    - The administrator as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options. The password and the seed of one-time codes are never returned.
  returned: success
  type: dict
  contains:
    name:
      description: Login name.
      returned: success
      type: str
      sample: acme-admin
    tenant:
      description: ID of the tenant, empty for the top level.
      returned: success
      type: str
      sample: a3b1f6e0-7c1d-4c52-9f0e-0f3f2f3c1a11
    external_authentication_source:
      description: ID of the external source that made the administrator; empty for an account of its own.
      returned: success
      type: str
      sample: ""
    admin_user_password:
      description: A marker where there is a password.
      returned: success
      type: str
      sample: <hidden>
    password_format:
      description: How the server stores the password, a name where the vendor has published one.
      returned: success
      type: raw
      sample: 1
    allow_password_login:
      description: Whether the password alone suffices to log in.
      returned: success
      type: bool
      sample: true
    allow_password_and_totp_login:
      description: Whether the password together with a one-time code suffices to log in.
      returned: success
      type: bool
      sample: false
    allow_password_and_u2f_login:
      description: Whether the password together with a U2F key suffices to log in.
      returned: success
      type: bool
      sample: false
    allow_password_and_webauthn_login:
      description: Whether the password together with a WebAuthn authenticator suffices to log in.
      returned: success
      type: bool
      sample: false
    u2f_registrations:
      description: Registered U2F keys, without their secrets.
      returned: success
      type: list
      elements: dict
      sample: []
    webauthn_registrations:
      description: Registered WebAuthn authenticators.
      returned: success
      type: list
      elements: dict
      sample: []
    require_password_change:
      description: Whether the administrator has to choose a new password at the next login.
      returned: success
      type: bool
      sample: false
    totp_key_encryption_format:
      description: How the server stores the seed of one-time codes, a name where the vendor has published one.
      returned: success
      type: raw
      sample: unconfigured
    totp_key:
      description: A marker where one-time codes are set up.
      returned: success
      type: str
      sample: ""
    ip_whitelist:
      description: Regular expression for the addresses from which the administrator may log in; empty for any.
      returned: success
      type: str
      sample: ""
    permissions:
      description: What the administrator may do. Policies are given by their IDs.
      returned: success
      type: dict
      sample: {allow_edit_branding: true}
  sample:
    name: acme-admin
    tenant: a3b1f6e0-7c1d-4c52-9f0e-0f3f2f3c1a11
    admin_user_password: <hidden>
    allow_password_login: true
    permissions: {allow_edit_branding: true}
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
      sample: {permissions: {allow_edit_webhooks: true}}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {permissions: {allow_edit_webhooks: false}}
  sample:
    before: {permissions: {allow_edit_webhooks: true}}
    after: {permissions: {allow_edit_webhooks: false}}
restarted:
  description: Whether the server restarted because of the change, or would in the real run.
  returned: success
  type: bool
  sample: true
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: admin user acme-admin changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaServerConfigGet
    path: /api/v1/admin/meta/server-config/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(ADMIN_USER))


if __name__ == "__main__":
    main()
