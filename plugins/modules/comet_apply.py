#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_apply: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_apply
short_description: Make a whole server what a tree of tenants, policies and users says
version_added: 1.0.0
description:
  - Takes a description of everything on one Comet Server and reconciles all of it in one task, with few calls and
    several at a time. Ten thousand users that are as they should be take seconds.
  - Each object is managed exactly as by the module for its kind, so what these promise holds here too. What is not
    written is not managed.
  - Objects are worked on in the order in which they need each other. When one fails, those that need it are skipped,
    the others are done, and the task fails at the end. The next run goes on from there, also after a run that was
    killed.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
options:
  objects:
    description:
      - The tree. Its entry C(server) is what the role P(comet.backup.server#role) takes as C(server_definition), its
        entry C(tenants) a list of what the role P(comet.backup.tenant#role) takes as C(tenant_definition).
      - Ansible evaluates all of it before the task begins, which takes long for thousands of users. O(src) avoids
        that.
    type: dict
  src:
    description:
      - File or directory that holds the tree, as YAML or JSON by the names of the files. It is read directly, without
        templating, which makes JSON the fastest form of ten thousand users.
      - A directory holds C(server.yml), which is the entry C(server) of the tree, and a directory C(tenants) with one
        file for each tenant. A file C(secrets.yml) beside them is not read. M(comet.backup.comet_export) writes such
        a directory.
    type: path
  secrets:
    description:
      - Values for O(src) by name. A text there that consists of a name in double braces, such as V({{ alice_password
        }}), stands for the value of that name.
      - A name without a value, or with an empty one, counts as left out.
    type: dict
    default: {}
  state:
    description:
      - With V(planned) nothing is changed; the result says what would be.
    type: str
    choices: [present, planned]
    default: present
  plan_file:
    description:
      - With O(state=planned), where to write the plan. The file holds every difference with secrets masked, and is
        readable by its owner alone. In check mode none is written.
      - With O(state=present), a plan that was written before. Only what it says is done. An object that has moved
        since then, would change otherwise, or is not in the plan, is refused, and fails.
    type: path
  only:
    description:
      - Work on those objects of the tree alone that one of these selectors fits. One that names a tenant only fits
        that tenant and everything in it.
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - Kind of the object, such as V(user) or V(policy). All kinds if left out.
        type: str
      name:
        description:
          - Name or ID of the object, as a shell pattern such as V(svc-*). Any name if left out.
        type: str
      tenant:
        description:
          - Name or ID of the object's tenant, as a shell pattern; empty for the top level. Any tenant if left out.
        type: str
  skip:
    description:
      - Leave out those objects of the tree that one of these selectors fits.
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - Kind of the object, such as V(user) or V(policy). All kinds if left out.
        type: str
      name:
        description:
          - Name or ID of the object, as a shell pattern such as V(svc-*). Any name if left out.
        type: str
      tenant:
        description:
          - Name or ID of the object's tenant, as a shell pattern; empty for the top level. Any tenant if left out.
        type: str
  ignore:
    description:
      - What somebody else owns. It is neither made, changed nor removed.
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - Kind of the object, such as V(user) or V(policy). All kinds if left out.
        type: str
      name:
        description:
          - Name or ID of the object, as a shell pattern such as V(svc-*). Any name if left out.
        type: str
      tenant:
        description:
          - Name or ID of the object's tenant, as a shell pattern; empty for the top level. Any tenant if left out.
        type: str
      members:
        description:
          - Options of the object that are left alone, such as V(emails), or V(settings.mode) for one inside another.
            The whole object if left out.
        type: list
        elements: str
  prune:
    description:
      - Kinds of which objects that the tree does not name are deleted. None by default.
      - Only where the tree lists objects of the kind, in a tenant or at the top level; an empty list counts. Tenants
        are pruned where the tree lists tenants. O(only) and O(skip) count here, too.
      - Administrators of the top level are part of the server's configuration, and stay.
      - What a policy keeps, what something else needs, what O(ignore) or O(protect) names, and the login itself stay.
        So does everything if what the server lists looks cut short.
      - Deletions come last, and first in the result.
    type: list
    elements: str
    choices: [admin_user, bucket, news, policy, psa, shared_quota, tenant, user, user_group]
  protect:
    description:
      - What O(prune) leaves alone.
    type: list
    elements: dict
    suboptions:
      kind:
        description:
          - Kind of the object, such as V(user) or V(policy). All kinds if left out.
        type: str
      name:
        description:
          - Name or ID of the object, as a shell pattern such as V(svc-*). Any name if left out.
        type: str
      tenant:
        description:
          - Name or ID of the object's tenant, as a shell pattern; empty for the top level. Any tenant if left out.
        type: str
  max_deletions:
    description:
      - How many objects O(prune) may delete. More is an error that names them, before anything is written.
    type: int
    default: 10
  unmanaged:
    description:
      - What to tell of objects that the server holds and the tree does not describe. They are left alone, whatever this
        says, and count as no change.
      - With V(listed), those of kinds and places of which the tree lists objects, such as users of a tenant whose
        users it lists, or storage vaults of a user whose storage vaults it lists. An empty list counts.
      - With V(all), the result counts all others as well, of kinds that a tree can hold. What the login may not list
        is left out.
      - What O(ignore), O(skip) or O(prune) takes, and what O(only) leaves out, is not told.
    type: str
    choices: [none, listed, all]
    default: none
  confirm_data_loss:
    description:
      - Whether objects that the tree wants absent may be deleted although data or keys are lost with them.
      - Counts for every object that does not say so itself.
    type: bool
    default: false
  force:
    description:
      - Whether policies, user groups and shared quotas that the tree wants absent may be deleted although they are in
        use.
      - Counts for every object that does not say so itself.
    type: bool
    default: false
  concurrency:
    description:
      - How many objects are worked on at the same time, from 1 to 64. Fewer while the server struggles.
      - What has no lock, such as the configuration of the server, is always written by one at a time.
    type: int
    default: 8
  max_failures:
    description:
      - After more failed objects than this the rest is skipped. Without it everything is tried.
      - The rest is skipped in any case when the login no longer works, or the server no longer answers.
    type: int
  progress:
    description:
      - Whether a line tells now and then how far the work is, once it takes more than a few seconds. It holds counts
        and no values.
      - Only where the task runs on the controller itself.
    type: bool
    default: true
  restart_timeout:
    description:
      - How many seconds a change that makes the server restart may wait for it to come back.
      - Counts for every object that does not say so itself.
    type: int
    default: 120
seealso:
  - module: comet.backup.comet_export
  - module: comet.backup.comet_tenant
  - module: comet.backup.comet_user
"""

EXAMPLES = r"""
- name: A tenant with two users
  comet.backup.comet_apply:
    objects:
      tenants:
        - name: Initech
          hosts: [backup.initech.example]
          policies:
            - name: Gold
              settings:
                prevent_delete_storage_vault: true
          users:
            - name: initech-alice
              password: "{{ vault_alice_password }}"
              policy: Gold
              all_protected_items_quota_enabled: true
              all_protected_items_quota_bytes: 500 GiB
            - name: initech-bob
              password: "{{ vault_first_password }}"
              policy: Gold

- name: Write down what there is
  comet.backup.comet_export:
    dest: "{{ playbook_dir }}/servers/europe"

- name: A server as its files say, a second time without any change
  comet.backup.comet_apply:
    src: "{{ playbook_dir }}/servers/europe"
    concurrency: 4
    max_failures: 10

- name: Plan what one tenant would become, but for what its own administrator looks after
  comet.backup.comet_apply:
    src: "{{ playbook_dir }}/servers/europe"
    state: planned
    plan_file: "{{ playbook_dir }}/acme-plan.json"
    only:
      - tenant: ACME
    ignore:
      - kind: user
        members: [emails, send_email_reports]

- name: Do what was planned, and nothing else
  comet.backup.comet_apply:
    src: "{{ playbook_dir }}/servers/europe"
    plan_file: "{{ playbook_dir }}/acme-plan.json"
    only:
      - tenant: ACME
    ignore:
      - kind: user
        members: [emails, send_email_reports]

- name: Remove policies that nobody has written down, but for those that begin with legacy
  comet.backup.comet_apply:
    src: "{{ playbook_dir }}/servers/europe"
    prune: [policy]
    protect:
      - kind: policy
        name: legacy*
    max_deletions: 3

- name: Tell what differs, and what nobody has written down
  comet.backup.comet_apply:
    src: "{{ playbook_dir }}/servers/europe"
    state: planned
    unmanaged: all
  register: europe
"""

RETURN = r"""
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: 2 created, 1 changed, 9997 unchanged
counts:
  description:
    - How many objects came to which outcome. What was skipped needs something that failed, or came after the end.
  returned: success
  type: dict
  sample: {"unchanged": 9997, "created": 2, "changed": 1, "deleted": 0, "failed": 0, "skipped": 0}
kinds:
  description: The same by kind of object, for kinds that occur.
  returned: success
  type: dict
  sample: {"user": {"unchanged": 9997, "created": 2, "changed": 1, "deleted": 0, "failed": 0, "skipped": 0}}
objects:
  description: Every object that is not unchanged. Deletions come first.
  returned: success
  type: list
  elements: dict
  sample:
    - kind: policy
      tenant: ACME
      name: Gold
      outcome: changed
      msg: policy Gold changed
      reaches: 120
  contains:
    kind:
      description: Kind of the object.
      returned: always
      type: str
      sample: policy
    tenant:
      description: Tenant as the tree names it, empty for the top level.
      returned: always
      type: str
      sample: ACME
    name:
      description: Name of the object as the tree has it.
      returned: always
      type: str
      sample: Gold
    outcome:
      description: V(created), V(changed), V(deleted), V(failed) or V(skipped).
      returned: always
      type: str
      sample: changed
    msg:
      description: What was done, or why not.
      returned: always
      type: str
      sample: policy Gold changed
    reaches:
      description: How many users follow the policy.
      returned: when a policy was changed or deleted
      type: int
      sample: 120
    restarted:
      description: The server was started again for it.
      returned: when it was
      type: bool
      sample: true
    removed:
      description: Entries of lists and maps of the object that were removed, by path.
      returned: when there are any
      type: list
      elements: str
      sample: ["storage_templates.wasabi"]
    error:
      description: Plain facts about why it failed, as those of the whole task.
      returned: when it failed
      type: dict
      sample: {"method": "AdminAddUser", "status": 400}
diff:
  description: What differed, for each object that was changed. Secrets are shown as a marker.
  returned: success
  type: list
  elements: dict
  sample:
    - kind: user
      tenant: ACME
      name: alice
      before_header: ACME user alice
      after_header: ACME user alice
      before: {"suspended": false}
      after: {"suspended": true}
unmanaged:
  description:
    - Objects on the server that the tree does not describe, of kinds and places of which it lists objects, as they were
      before the run.
  returned: success and O(unmanaged) is V(listed) or V(all)
  type: list
  elements: dict
  sample:
    - kind: storage_vault
      tenant: ACME
      name: Cloud
      owner: {"kind": "user", "name": "alice"}
      made_by: ""
  contains:
    kind:
      description: Kind of the object.
      returned: always
      type: str
      sample: storage_vault
    tenant:
      description: Tenant as the tree names it, empty for the top level.
      returned: always
      type: str
      sample: ACME
    name:
      description: Name of the object, or its ID where it has none.
      returned: always
      type: str
      sample: Cloud
    owner:
      description: Kind and name of the object that it is in, such as a user. Null where it is in none.
      returned: always
      type: dict
      sample: {"kind": "user", "name": "alice"}
    made_by:
      description:
        - What has made the object without being asked, as far as the server tells. V(policy), V(user),
          V(external login) or V(server).
        - Empty where somebody has made it, or nothing tells.
      returned: always
      type: str
      sample: policy
undescribed:
  description: How many objects the server holds of kinds and places of which the tree says nothing.
  returned: success and O(unmanaged) is V(all)
  type: list
  elements: dict
  sample:
    - kind: bucket
      tenant: ""
      count: 2
      names: ["5d41402a", "7d793037"]
  contains:
    kind:
      description: Kind of the objects.
      returned: always
      type: str
      sample: bucket
    tenant:
      description: Tenant that they are in, empty for the top level. Its ID where the name does not tell it.
      returned: always
      type: str
      sample: ""
    count:
      description: How many there are.
      returned: always
      type: int
      sample: 2
    names:
      description: Names of up to five of them, those that come first by name.
      returned: always
      type: list
      elements: str
      sample: ["5d41402a", "7d793037"]
calls:
  description: How many calls of the API were made, logins apart.
  returned: success
  type: dict
  sample: {"reads": 3, "writes": 7}
seconds:
  description: How long the work took.
  returned: success
  type: float
  sample: 2.31
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminListUsersFull
    path: /api/v1/admin/list-users-full
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS


def main() -> None:
    """Run the module."""
    run_module(TASKS["comet_apply"])


if __name__ == "__main__":
    main()
