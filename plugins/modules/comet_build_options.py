#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_build_options: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_build_options
short_description: Manage how a Comet Server or a tenant builds installers
version_added: 1.0.0
description:
  - Changes whether installers of the backup software are built and offered, to whom, and how many at a time, by the
    server or for one tenant.
  - An option that is left out keeps what the server holds.
  - How the installers look and how they are signed is managed by M(comet.backup.comet_branding).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.build_options
notes:
  - A change does not restart the server.
  - The API has no lock for them. They are read just before they are written, and once more when the answer to that was
    lost. What somebody else writes between reading and writing is lost.
  - An administrator of a tenant manages the options of that tenant and leaves O(tenant) out, or gives its ID. The
    permission C(deny_software_build_role) forbids that.
seealso:
  - module: comet.backup.comet_build_options_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Build up to four installers at a time, for those who are logged in
  comet.backup.comet_build_options:
    role_enabled: true
    allow_unauthenticated_downloads: false
    max_builders: 4

- name: Anyone may download the installers of a tenant
  comet.backup.comet_build_options:
    tenant: ACME
    role_enabled: true
    allow_unauthenticated_downloads: true
"""

RETURN = r"""
build_options:
  description:
    - The settings as the server holds them now, or would hold them in check mode.
    - Members bear the names of the options.
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
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {max_builders: 2}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {max_builders: 4}
  sample:
    before: {max_builders: 2}
    after: {max_builders: 4}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: build options changed
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
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._build_options import BUILD_OPTIONS


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(BUILD_OPTIONS))


if __name__ == "__main__":
    main()
