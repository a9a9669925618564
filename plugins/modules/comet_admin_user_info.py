#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_admin_user_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_admin_user_info
short_description: Read administrators of a Comet Server
version_added: 1.0.0
description:
  - Returns all administrators of the server and its tenants, those of one tenant, or those of a name.
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
      - Name of the administrators to return. Capitals matter. Several tenants may have one of that name.
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose administrators are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
notes:
  - Needs a login of the top level whose settings do not forbid it to edit the server's settings. The API shows no
    administrator of a tenant who the administrators are.
  - The list of administrators is read by itself, not with the rest of the server's configuration.
seealso:
  - module: comet.backup.comet_admin_user
  - module: comet.backup.comet_server_info
"""

EXAMPLES = r"""
- name: All administrators
  comet.backup.comet_admin_user_info:
  register: everybody

- name: Who may log in with a password alone
  ansible.builtin.debug:
    msg: "{{ everybody.admin_users | selectattr('allow_password_login') | map(attribute='name') }}"

- name: Administrators of a tenant
  comet.backup.comet_admin_user_info:
    tenant: ACME

- name: Administrators of the top level
  comet.backup.comet_admin_user_info:
    tenant: ""
"""

RETURN = r"""
admin_users:
  description: The administrators, sorted by name, as M(comet.backup.comet_admin_user) returns them, with a marker for
    each secret.
  returned: success
  type: list
  elements: dict
  sample:
    - name: acme-admin
      tenant: a3b1f6e0-7c1d-4c52-9f0e-0f3f2f3c1a11
      external_authentication_source: ""
      admin_user_password: <hidden>
      allow_password_login: true
      permissions: {allow_edit_branding: true}
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
    method: AdminAdminUserList
    path: /api/v1/admin/admin-user/list
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER


def main() -> None:
    """Run the module."""
    run_module(InfoTask(ADMIN_USER))


if __name__ == "__main__":
    main()
