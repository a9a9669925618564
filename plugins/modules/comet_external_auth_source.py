#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_external_auth_source: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_external_auth_source
short_description: Manage external authentication sources of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes one LDAP directory or OpenID Connect provider through which administrators log in.
  - An option that is left out keeps what the server holds. An empty value clears it. Other sources stay as they are.
  - A source is found by its name or by O(id). One that the task creates gets an ID made from tenant and name, by which
    it is also found again after somebody renamed it.
  - Use it where each source is to be looked after by itself. To manage them together with the rest of a server there is
    O(comet.backup.comet_server_config#module:external_admin_user_sources).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.external_auth_source
notes:
  - Needs server version 23.6.9 or newer.
  - The sources are those of the tenant that the login belongs to, or the server's own for a login of the top level.
    To manage those of a tenant, log in as an administrator of that tenant who has the right
    C(AllowEditExternalAuthSources).
  - The API creates and deletes a single source, but changes all of them at once and has no lock for them. They are read
    just before they are changed, and once more when the answer to that was lost. What somebody else writes between
    reading and writing is lost.
  - Administrators that a source has made can no longer log in when it is deleted. They are counted first, and the task
    fails unless O(force=true). Servers tell only a login of the top level which administrators those are; another
    login deletes the source without that question.
seealso:
  - module: comet.backup.comet_external_auth_source_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_policy
"""

EXAMPLES = r"""
- name: Let the staff in the directory log in as administrators who change no server settings
  comet.backup.comet_external_auth_source:
    name: Directory
    type: ldap
    ldap:
      hostname: ldap.example.com
      port: 636
      security_method: ldaps
      bind_user: "cn=comet,dc=example,dc=com"
      bind_password: "{{ vault_ldap_password }}"
      search_dn: "ou=staff,dc=example,dc=com"
      search_filter: "(uid=%{USER})"
    new_user_permissions:
      prevent_edit_server_settings: true
      prevent_server_shutdown: true

- name: A policy that they may give to users
  comet.backup.comet_policy:
    name: Gold

- name: Let them give that one only
  comet.backup.comet_external_auth_source:
    name: Directory
    new_user_permissions:
      allowed_user_policies: [Gold]

- name: Log in through an OpenID Connect provider
  comet.backup.comet_external_auth_source:
    name: Company
    type: oidc
    oidc:
      display_name: Log in with the company's account
      provider: oidc
      hosts: [backup.example.com]
      client_id: comet
      client_secret: "{{ vault_oidc_secret }}"
      discovery_document_url: https://login.example.com/.well-known/openid-configuration
      scopes: [openid, email]

- name: Give the server a new client secret
  comet.backup.comet_external_auth_source:
    name: Company
    oidc:
      client_secret: "{{ vault_oidc_secret }}"
    update_secrets: always

- name: Take a source away although administrators log in through it
  comet.backup.comet_external_auth_source:
    name: Directory
    state: absent
    force: true
"""

RETURN = r"""
external_auth_source:
  description:
    - The source as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the source.
      returned: success
      type: str
      sample: 0c5d1c5e-2f0c-5f7b-8f0a-4a6f0d1b9a11
    name:
      description: Name of the source.
      returned: success
      type: str
      sample: Directory
    type:
      description: Kind of source.
      returned: success
      type: str
      sample: ldap
    ldap:
      description: Settings of an LDAP directory, with a marker for the password.
      returned: success
      type: dict
      sample: {hostname: ldap.example.com, port: 636, security_method: ldaps, bind_password: <hidden>}
    oidc:
      description: Settings of an OpenID Connect provider, with a marker for the client secret.
      returned: success
      type: dict
      sample: {}
    new_user_permissions:
      description: What administrators made through this source may do.
      returned: success
      type: dict
      sample: {prevent_edit_server_settings: true}
  sample:
    id: 0c5d1c5e-2f0c-5f7b-8f0a-4a6f0d1b9a11
    name: Directory
    type: ldap
    ldap: {hostname: ldap.example.com, port: 636, security_method: ldaps, bind_password: <hidden>}
    new_user_permissions: {prevent_edit_server_settings: true}
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
      sample: {ldap: {port: 389, security_method: starttls}}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {ldap: {port: 636, security_method: ldaps}}
  sample:
    before: {ldap: {port: 389, security_method: starttls}}
    after: {ldap: {port: 636, security_method: ldaps}}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [oidc.required_claims.groups]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: external auth source Directory changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    what: AdminExternalAuthSourcesGet
    needed: 23.6.9
    found: 23.3.0
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._external_auth_source import EXTERNAL_AUTH_SOURCE


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(EXTERNAL_AUTH_SOURCE))


if __name__ == "__main__":
    main()
