#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_constellation: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_constellation
short_description: Manage the cluster manager of a Comet Server or of a tenant
version_added: 1.0.0
description:
  - Changes whether the cluster manager runs, which servers it looks at, and whether it deletes buckets that no user
    needs, for the server or for one tenant. The API calls it Constellation.
  - An option that is left out keeps what the server holds. An empty value clears it.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.constellation
notes:
  - With O(delete_unused_data=true) the cluster manager deletes every bucket that no user on the servers in O(servers)
    needs. Where a server is missing from that list, the backups of all its users are deleted, and nothing brings them
    back. Name every server first, look at the report in the web interface, and switch it on after that.
  - O(servers) is the whole list. A server that the task does not name is removed from it, up to O(max_deletions)
    servers. Keep O(max_deletions) at V(0) where none is ever meant to go.
  - A bucket that is registered before any storage vault uses it counts as not needed.
  - The settings of the server itself, and those of the login's own tenant, need server version 22.9.0 or newer. On
    older ones use M(comet.backup.comet_server_config).
  - A change does not restart the server, but for one exception. While the role of the server is off, the server may
    refuse the calls that read and change its settings. They are then read from the whole configuration, and changed
    with it, which restarts the server. The task waits until it is back. That takes an administrator of the top level
    who may change the configuration. For others the task fails as the server says.
  - The API has no lock for them. They are read just before they are written, and once more when the answer to that was
    lost. What somebody else writes between reading and writing is lost.
  - An administrator of a tenant manages the settings of that tenant and leaves O(tenant) out, or gives its ID. The
    permission C(deny_constellation_role) forbids that.
seealso:
  - module: comet.backup.comet_constellation_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Compare the buckets of two servers with their users, and delete nothing
  comet.backup.comet_constellation:
    role_enabled: true
    delete_unused_data: false
    max_deletions: 0
    servers:
      - description: This server
        type: comet
        remote_address: https://first.example.com:8060
        username: cluster
        password: "{{ vault_cluster_password }}"
      - description: Second site
        type: comet
        remote_address: https://second.example.com:8060
        username: cluster
        password: "{{ vault_cluster_password }}"

- name: Stop looking
  comet.backup.comet_constellation:
    role_enabled: false
"""

RETURN = r"""
constellation:
  description:
    - The settings as the server holds them now, or would hold them in check mode.
    - Members bear the names of the options.
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
restarted:
  description: Whether the server restarted because of the change, or would in the real run.
  returned: success
  type: bool
  sample: false
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
      sample: {delete_unused_data: true}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {delete_unused_data: false}
  sample:
    before: {delete_unused_data: true}
    after: {delete_unused_data: false}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [servers.Old site]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: constellation changed
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
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._constellation import CONSTELLATION


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(CONSTELLATION))


if __name__ == "__main__":
    main()
