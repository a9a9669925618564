#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_replication: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_replication
short_description: Manage the servers to which a Comet Server replicates
version_added: 1.0.0
description:
  - Creates, changes and deletes one server or storage to which a Comet Server copies what it holds, in one direction.
  - An option that is left out keeps what the server holds. An empty value clears it. Other targets stay as they are.
  - The role says what is copied. Users and policies go from the management console, buckets with their content from the
    storage gateway. Tenants and logs are never copied.
  - A target is known by its name, within its role. One without a name, as people make it in the web interface, is
    known by its address. Give O(name) that address to manage it.
  - A name cannot be changed. Delete the target and make another one.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.replication
options:
  role:
    description:
      - Role whose data is copied.
      - V(authentication) is the management console, whose users and policies are copied, and V(storage) the storage
        gateway, whose buckets are.
    type: str
    choices: [authentication, storage]
    required: true
notes:
  - Each change makes the server restart. The task waits until it is back, and logs in again. Many changes are better
    given to M(comet.backup.comet_server_config) in one task, which restarts it once.
  - While its role is off a target has no effect. A task that makes or changes one then warns.
    M(comet.backup.comet_server_config) switches roles on.
  - The API knows no lock for the configuration, of which targets are a part. It is read just before it is written, and
    once more when the answer to that was lost. What somebody else writes between reading and writing is lost. Let
    only one task at a time write it, with C(throttle) where several hosts share a server.
  - Only administrators of the top level can do this.
seealso:
  - module: comet.backup.comet_replication_info
  - module: comet.backup.comet_server_config
    description: Manages all targets of a role as one exact list, along with the rest of the configuration.
"""

EXAMPLES = r"""
- name: Copy users and policies to a second server
  comet.backup.comet_replication:
    name: Second site
    role: authentication
    type: comet
    remote_address: https://second.example.com:8060
    replication_username: replicator
    replication_password: "{{ vault_replication_password }}"

- name: Copy buckets there as well, and delete there what is deleted here
  comet.backup.comet_replication:
    name: Second site
    role: storage
    type: comet
    remote_address: https://second.example.com:8060
    replication_username: replicator
    replication_password: "{{ vault_replication_password }}"
    replica_deletion_strategy: complete
    restart_timeout: 300

- name: Log in there with a new password
  comet.backup.comet_replication:
    name: Second site
    role: storage
    replication_password: "{{ vault_replication_new_password }}"
    update_secrets: always

- name: Copy no buckets any more
  comet.backup.comet_replication:
    name: Second site
    role: storage
    state: absent
"""

RETURN = r"""
replication:
  description:
    - The target as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options. Those that are not listed here depend on the type.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the target, or its address where it has no name.
      returned: success
      type: str
      sample: Second site
    role:
      description: Role whose data is copied.
      returned: success
      type: str
      sample: authentication
    type:
      description: Kind of server or storage.
      returned: success
      type: str
      sample: comet
    remote_address:
      description: Address of the server.
      returned: success
      type: str
      sample: https://second.example.com:8060
    replication_username:
      description: Administrator name there.
      returned: success
      type: str
      sample: replicator
    replication_password:
      description: A marker for the password, if there is one.
      returned: success
      type: str
      sample: <hidden>
    replica_deletion_strategy:
      description: What is deleted there when it is deleted here.
      returned: success
      type: str
      sample: complete
  sample:
    name: Second site
    role: authentication
    type: comet
    remote_address: https://second.example.com:8060
    replication_username: replicator
    replication_password: <hidden>
restarted:
  description: Whether the server restarted because of the change, or would in the real run.
  returned: success
  type: bool
  sample: true
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
      sample: {remote_address: "https://old.example.com:8060"}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {remote_address: "https://second.example.com:8060"}
  sample:
    before: {remote_address: "https://old.example.com:8060"}
    after: {remote_address: "https://second.example.com:8060"}
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
  sample: replication Second site changed
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
from ansible_collections.comet.backup.plugins.module_utils._resources._replication import REPLICATION


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(REPLICATION))


if __name__ == "__main__":
    main()
