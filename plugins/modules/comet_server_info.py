#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_server_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_server_info
short_description: Read version, statistics and configuration of a Comet Server
version_added: 1.0.0
description:
  - Returns what a server says about itself.
  - The configuration can be read by administrators of the top level only, the rest by every administrator.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  gather:
    description:
      - What to read. Each takes one call.
    type: list
    elements: str
    choices: [version, statistics, server_config]
    default: [version, statistics, server_config]
seealso:
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: Which version runs there
  comet.backup.comet_server_info:
    gather: [version]
  register: server

- name: Stop here if it is too old, or the licence ends soon
  ansible.builtin.assert:
    that:
      - server.version.version is version('24.12.0', '>=')
      - server.version.license_valid_until | int > now().timestamp() | int

- name: Everything
  comet.backup.comet_server_info:
  register: server

- name: Users and devices at the newest point of the statistics
  ansible.builtin.debug:
    msg: "{{ (server.statistics | dict2items | sort(attribute='key') | last).value }}"
"""

RETURN = r"""
version:
  description: Version, roles, licence and state of the server. Only some members are listed here.
  returned: when O(gather) has V(version)
  type: dict
  contains:
    version:
      description: Version of the server.
      returned: success
      type: str
      sample: 25.9.8
    server_start_hash:
      description: A random text that the server makes each time it starts.
      returned: success
      type: str
      sample: e28aba59-847d-494a-8798-07c87a80fc04
    server_start_time:
      description: When the server started, in unix seconds.
      returned: success
      type: int
      sample: 1795294962
    license_valid_until:
      description: When the licence ends, in unix seconds.
      returned: success
      type: int
      sample: 1826755200
    configured_devices:
      description: Number of registered devices.
      returned: success, on servers from 24.6 on
      type: int
      sample: 45
    storage_role:
      description: Whether the server is a storage gateway.
      returned: success
      type: bool
      sample: true
  sample:
    version: 25.9.8
    server_start_time: 1795294962
    license_valid_until: 1826755200
statistics:
  description: Counts of users, devices and other things, by the unix seconds of their measurement, written as text.
  returned: when O(gather) has V(statistics)
  type: dict
  sample: {"1795219200": {users: 31, devices: 45, buckets: 0, boosters: 0}}
server_config:
  description: The configuration in the spelling of the options of M(comet.backup.comet_server_config). Secrets show a
    marker.
  returned: when O(gather) has V(server_config)
  type: dict
  sample: {session_settings: {expired_in_seconds: 28800}, trust_x_forwarded_for: false}
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: >-
    https://backup.example.com does not accept the login of admin: Unauthorised (status 403). Check username and
    password; no further attempt is made, so that the account is not locked.
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaVersion
    path: /api/v1/admin/meta/version
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import ReportsTask
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG


def main() -> None:
    """Run the module."""
    run_module(ReportsTask(SERVER_CONFIG))


if __name__ == "__main__":
    main()
