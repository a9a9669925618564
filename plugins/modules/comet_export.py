#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_export: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_export
short_description: Write a whole Comet Server down as files
version_added: 1.0.0
description:
  - Reads a server with everything in it, and writes it down as the tree that the roles P(comet.backup.server#role) and
    P(comet.backup.tenant#role) take. There is a file for the server and one for each tenant, made to be kept in git.
  - What is written can be applied as it is. Right after an export, a run in check mode finds nothing that differs.
  - The order of everything is always the same, and no time is written. A file differs only where the server does.
  - Objects that refer to others do so by name. An ID is written only where a name would not be enough.
  - What the server keeps by itself is left out, such as times, sizes and counters. So is what something else makes.
    These are a user's copy of the policy that it follows, protected items that a policy keeps in step, and
    administrators that an external source has made.
  - What is empty, zero or false is left out as well, unless O(complete=true). What is left out is not managed.
  - Nothing is changed on the server. Each kind of object takes one call, however many objects there are.
  - A login that may not read something gets the rest, and a warning that says what is missing. The administrator of a
    tenant sees that tenant as C(server), without settings and administrators.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
attributes:
  check_mode:
    support: full
    details:
      - No file is written, and the result says which would be.
  diff_mode:
    support: full
    details:
      - Shows the files that change. Of a file with more than a million characters only the size is shown.
  idempotent:
    support: full
options:
  dest:
    description:
      - Directory to write into. It is made if it is not there. A relative path is taken from where Ansible was started.
      - Holds C(server.yml), a directory C(tenants) with a file for each tenant, named after it, and
        C(secrets.example.yml), which lists the secrets.
      - If left out, nothing is written, and the result holds the tree.
    type: path
  tenants:
    description:
      - Names or IDs of the tenants to write down, beside the top level. Files of others are left alone.
      - If left out, all of them. An empty list stands for none.
    type: list
    elements: str
  only:
    description:
      - Kinds of objects to write down. If left out, all of them.
      - A user comes with what is in it, unless the list names some of that.
    type: list
    elements: str
    choices:
      - server_config
      - tenant
      - policy
      - psa
      - shared_quota
      - user_group
      - admin_user
      - user
      - storage_vault
      - protected_item
      - schedule
      - bucket
      - news
      - update_campaign
  skip:
    description:
      - Kinds of objects to leave out.
    type: list
    elements: str
    choices:
      - server_config
      - tenant
      - policy
      - psa
      - shared_quota
      - user_group
      - admin_user
      - user
      - storage_vault
      - protected_item
      - schedule
      - bucket
      - news
      - update_campaign
  format:
    description:
      - How the files are written.
    type: str
    choices: [yaml, json]
    default: yaml
  complete:
    description:
      - Also writes what is empty, zero or false, so that applying the files takes back whatever was added since.
    type: bool
    default: false
  clean:
    description:
      - Removes files of tenants that the server does not have any more, and those in the other format.
      - Else the result names them as V(leftover).
      - Keep no files of your own in the directory C(tenants).
    type: bool
    default: false
notes:
  - No secret is written, for a server does not tell any. In the place of each stands the name of a variable, such as
    C({{ acme_user_alice_password }}). Names are made of the tenant, the kind of object, its name and the option, so
    that they stay what they are.
  - A text that Ansible would take for a template, such as a command with C({{) in it, is marked with C(!unsafe).
  - Commands that devices run, and addresses of webhooks, are no secrets to the server. Look through them before you
    show the files to others.
  - Who is in a user group is written with each user. Only news of the login's own tenant, or the top level, can be
    applied, so only these are written. An update campaign is written while it runs.
seealso:
  - ref: ansible_collections.comet.backup.docsite.export
    description: From a server to files, and back.
  - module: comet.backup.comet_server_info
    description: Reads the configuration alone.
"""

EXAMPLES = r"""
- name: Write the server down, to be kept in git
  comet.backup.comet_export:
    dest: "{{ playbook_dir }}/servers/europe"
    clean: true
  register: result

- name: What changed since the last time
  ansible.builtin.debug:
    msg: "{{ result.files | rejectattr('state', 'eq', 'unchanged') | map(attribute='path') }}"

- name: Read one tenant and nothing else, without writing anything
  comet.backup.comet_export:
    tenants: [ACME]
    only: [tenant, policy, user]
  register: acme

- name: Its policies
  ansible.builtin.debug:
    msg: "{{ acme.tree.tenants[0].policies | map(attribute='name') }}"

- name: Everything but users and buckets, with empty values, as JSON
  comet.backup.comet_export:
    dest: "{{ playbook_dir }}/settings"
    skip: [user, bucket]
    format: json
    complete: true
"""

RETURN = r"""
counts:
  description: How many objects of each kind are in the export, those that occur.
  returned: success
  type: dict
  sample: {server_config: 1, tenant: 2, policy: 6, user: 30, storage_vault: 45, bucket: 45}
files:
  description: The files of the export, and files beside them that would be applied along with it.
  returned: when O(dest) is given
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file.
      returned: success
      type: str
      sample: /srv/comet/servers/europe/tenants/acme.yml
    state:
      description:
        - V(created), V(changed) or V(unchanged) for a file of the export. V(leftover) is a file of a tenant that the
          server does not have, or in the other format, and V(removed) is one that was in the way and is gone.
      returned: success
      type: str
      sample: changed
  sample: [{path: /srv/comet/servers/europe/tenants/acme.yml, state: changed}]
secrets:
  description: The variables that stand for secrets, and where in the tree each is.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the variable.
      returned: success
      type: str
      sample: acme_user_alice_password
    where:
      description: Place in the tree.
      returned: success
      type: str
      sample: tenants[ACME].users[alice].password
  sample: [{name: acme_user_alice_password, where: "tenants[ACME].users[alice].password"}]
tree:
  description: The server and its tenants, with the names of variables in the place of secrets.
  returned: when O(dest) is not given
  type: dict
  sample:
    server: {email: {from_email: backup@msp.example, mode: builtin}}
    tenants: [{name: ACME, hosts: [backup.acme.example], policies: [{name: Gold}]}]
diff:
  description: The files that change, before and after.
  returned: when O(dest) is given
  type: list
  elements: dict
  sample:
    - before_header: /srv/comet/servers/europe/server.yml
      after_header: /srv/comet/servers/europe/server.yml
      before: "email:\n  mode: builtin\n"
      after: "email:\n  mode: smtp\n"
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: 300 objects read, 1 of 4 files were written
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
    status: 500
    server_message: Internal error
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._export import ExportTask


def main() -> None:
    """Run the module."""
    run_module(ExportTask())


if __name__ == "__main__":
    main()
