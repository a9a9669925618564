#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_tenant: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_tenant
short_description: Manage tenants of a Comet Server
version_added: 1.0.0
description:
  - Creates, changes and deletes tenants, which the API calls organizations. Each has its own host names, branding,
    policies and users.
  - An option that is left out keeps what the server holds. An empty value clears it.
  - Only administrators of the top level can manage tenants.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.tenant
seealso:
  - module: comet.backup.comet_tenant_info
  - module: comet.backup.comet_policy
  - module: comet.backup.comet_user
  - module: comet.backup.comet_branding
    description: Manages the branding by itself, and uploads the files for it.
  - module: comet.backup.comet_email_options
    description: Manages how e-mail is sent by itself, also for administrators of tenants.
  - module: comet.backup.comet_build_options
    description: Manages the building of installers by itself.
  - module: comet.backup.comet_constellation
    description: Manages the cluster manager by itself.
  - ref: ansible_collections.comet.backup.docsite.names
    description: Words of the API, of the web interface and of this collection.
"""

EXAMPLES = r"""
- name: A tenant with its own address and look
  comet.backup.comet_tenant:
    name: Initech
    hosts:
      - backup.initech.example
    branding:
      brand_name: Initech
      product_name: Initech Backup
      top_color: "#1F4E79"

- name: Mail through the tenant's own server
  comet.backup.comet_tenant:
    name: Initech
    email:
      mode: smtp
      from_email: backup@initech.example
      from_name: Initech Backup
      smtp_host: mail.initech.example
      smtp_port: 587
      smtp_username: backup
      smtp_password: "{{ vault_smtp_password }}"

- name: Write a password that was changed
  comet.backup.comet_tenant:
    name: Initech
    email:
      smtp_password: "{{ vault_smtp_new_password }}"
    update_secrets: always

- name: Tell the ticket system about finished jobs
  comet.backup.comet_tenant:
    name: Initech
    webhook_options:
      - name: tickets
        url: https://tickets.initech.example/hooks/backup
        level: full
        white_listed_event_types:
          - job_completed

- name: Keep the job log of the tenant in a file of its own
  comet.backup.comet_tenant:
    name: Initech
    audit_file_options:
      - name: jobs
        filename: initech-jobs.log
        level: full
        allow_event_types:
          - job_new
          - job_completed

- name: Lock a tenant out
  comet.backup.comet_tenant:
    name: Initech
    suspended: true

- name: Delete a tenant that has no users
  comet.backup.comet_tenant:
    name: Initech
    state: absent

- name: Delete a tenant with its users and the keys to their backups
  comet.backup.comet_tenant:
    name: Globex
    state: absent
    confirm_data_loss: true
"""

RETURN = r"""
tenant:
  description:
    - The tenant as the server holds it now, or would hold it in check mode. Empty when deleted.
    - Members bear the names of the options. Secrets show a marker.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the tenant. The server chooses it, so it is empty for a new tenant in check mode.
      returned: success
      type: str
      sample: 11111111-1111-4111-8111-111111111111
    name:
      description: Name of the tenant.
      returned: success
      type: str
      sample: Initech
    hosts:
      description: Host names under which the tenant's users and administrators reach the server.
      returned: success
      type: list
      elements: str
      sample: [backup.initech.example]
  sample:
    id: 11111111-1111-4111-8111-111111111111
    name: Initech
    hosts: [backup.initech.example]
    suspended: false
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
      sample: {suspended: false}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {suspended: true}
  sample:
    before: {suspended: false}
    after: {suspended: true}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [webhook_options.tickets]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: tenant Initech created
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminOrganizationSet
    path: /api/v1/admin/organization/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(TENANT))


if __name__ == "__main__":
    main()
