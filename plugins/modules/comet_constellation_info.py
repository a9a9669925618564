#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_constellation_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_constellation_info
short_description: Read the settings of the cluster manager of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Returns whether the cluster manager runs, which servers it looks at, and whether it deletes buckets that no user
    needs, for the server or for one tenant. The API calls it Constellation.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  tenant:
    description:
      - Name or ID of the tenant whose constellation is returned.
      - Without it, or with an empty text, the server's own is. An administrator of a tenant leaves it out.
    type: str
    aliases: [organization, OrganizationID]
notes:
  - The settings of the server itself, and those of the login's own tenant, need server version 22.9.0 or newer.
seealso:
  - module: comet.backup.comet_constellation
  - module: comet.backup.comet_server_info
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: What the cluster manager does
  comet.backup.comet_constellation_info:
  register: result

- name: Nobody is to switch on that data is deleted
  ansible.builtin.assert:
    that: not result.constellation.delete_unused_data

- name: The cluster manager of a tenant
  comet.backup.comet_constellation_info:
    tenant: ACME
"""

RETURN = r"""
constellation:
  description:
    - Members bear the names of the options of M(comet.backup.comet_constellation).
    - A marker stands for each secret.
  returned: success
  type: dict
  contains:
    role_enabled:
      description: Whether the cluster manager runs.
      returned: success
      type: bool
      sample: true
    delete_unused_data:
      description: Whether it deletes buckets that no user needs.
      returned: success
      type: bool
      sample: false
    servers:
      description: The servers of the cluster, each with a marker for its secrets.
      returned: success
      type: list
      elements: dict
      sample: [{description: First site, type: comet, remote_address: "https://first.example.com:8060"}]
  sample:
    role_enabled: true
    delete_unused_data: false
    servers:
      - {description: First site, type: comet, remote_address: "https://first.example.com:8060"}
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
    method: AdminMetaConstellationConfigGet
    path: /api/v1/admin/meta/constellation/config/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._constellation import CONSTELLATION


def main() -> None:
    """Run the module."""
    run_module(InfoTask(CONSTELLATION))


if __name__ == "__main__":
    main()
