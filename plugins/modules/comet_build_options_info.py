#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_build_options_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_build_options_info
short_description: Read how a Comet Server or a tenant builds installers
version_added: 1.0.0
description:
  - Returns whether installers of the backup software are built and offered, to whom, and how many at a time, by the
    server or for one tenant.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  tenant:
    description:
      - Name or ID of the tenant whose build options are returned.
      - Without it, or with an empty text, the server's own are. An administrator of a tenant leaves it out.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_build_options
  - module: comet.backup.comet_server_info
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: Whether the server builds installers
  comet.backup.comet_build_options_info:
  register: result

- name: Say so
  ansible.builtin.debug:
    msg: "{{ 'Installers are built' if result.build_options.role_enabled else 'No installers' }}"

- name: Whether those of a tenant can be downloaded by anyone
  comet.backup.comet_build_options_info:
    tenant: ACME
"""

RETURN = r"""
build_options:
  description:
    - Members bear the names of the options of M(comet.backup.comet_build_options).
  returned: success
  type: dict
  contains:
    role_enabled:
      description: Whether installers are built and offered.
      returned: success
      type: bool
      sample: true
    allow_unauthenticated_downloads:
      description: Whether anyone may download them.
      returned: success
      type: bool
      sample: false
    max_builders:
      description: Number of installers built at a time.
      returned: success
      type: int
      sample: 4
  sample:
    role_enabled: true
    allow_unauthenticated_downloads: false
    max_builders: 4
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named ACMY; did you mean ACME?"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaBuildConfigGet
    path: /api/v1/admin/meta/build-config/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._build_options import BUILD_OPTIONS


def main() -> None:
    """Run the module."""
    run_module(InfoTask(BUILD_OPTIONS))


if __name__ == "__main__":
    main()
