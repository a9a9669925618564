#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_external_auth_source_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_external_auth_source_info
short_description: Read external authentication sources of a Comet Server
version_added: 1.0.0
description:
  - Returns the LDAP directories and OpenID Connect providers through which administrators log in, or those of a name.
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
      - Name or ID of the sources to return. Several may bear one name.
    type: str
    aliases: [Description]
  id:
    description:
      - ID of the only source to return. Not together with O(name).
    type: str
notes:
  - Needs server version 23.6.9 or newer.
  - The sources are those of the tenant that the login belongs to, or the server's own for a login of the top level.
seealso:
  - module: comet.backup.comet_external_auth_source
"""

EXAMPLES = r"""
- name: A source to look at
  comet.backup.comet_external_auth_source:
    name: Directory
    type: ldap
    ldap:
      hostname: ldap.example.com

- name: That source
  comet.backup.comet_external_auth_source_info:
    name: Directory
  register: directory

- name: Which server it asks
  ansible.builtin.debug:
    msg: "{{ directory.external_auth_sources[0].ldap.hostname }}"

- name: All sources
  comet.backup.comet_external_auth_source_info:
"""

RETURN = r"""
external_auth_sources:
  description: The sources, sorted by name, as M(comet.backup.comet_external_auth_source) returns them, with a marker
    for each secret.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 0c5d1c5e-2f0c-5f7b-8f0a-4a6f0d1b9a11
      name: Directory
      type: ldap
      ldap: {hostname: ldap.example.com, port: 636, security_method: ldaps, bind_password: <hidden>}
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: AdminExternalAuthSourcesGet needs Comet Server 23.6.9 or newer; this server is 23.3.0.
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
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._external_auth_source import EXTERNAL_AUTH_SOURCE


def main() -> None:
    """Run the module."""
    run_module(InfoTask(EXTERNAL_AUTH_SOURCE))


if __name__ == "__main__":
    main()
