#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_server_config: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_server_config
short_description: Manage the configuration of a Comet Server
version_added: 1.0.0
description:
  - Changes settings of a server. An option that is left out keeps what the server holds, and an empty value clears it.
  - What the server has is compared first. Nothing is sent, and nothing restarts, unless something differs.
  - Branding, software builds, e-mail, webhooks, storage templates, PSA connections, the cluster manager and external
    administrator logins can be changed while the server runs. When only these differ, the server does not restart.
  - Any other change makes the server restart. The task waits until it is back, and logs in again.
  - The API knows no lock for the configuration. Let only one task at a time write it, with C(throttle) where several
    hosts share a server.
  - Only administrators of the top level can do this.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.server_config
seealso:
  - module: comet.backup.comet_server_info
  - module: comet.backup.comet_tenant
    description: The better way to manage tenants, which the option O(tenants) reaches as well, at the price of a
      restart.
  - module: comet.backup.comet_branding
    description: Manages the branding by itself, and uploads the files for it.
  - module: comet.backup.comet_email_options
    description: Manages how e-mail is sent by itself, also for administrators of tenants.
  - module: comet.backup.comet_build_options
    description: Manages the building of installers by itself.
  - module: comet.backup.comet_constellation
    description: Manages the cluster manager by itself.
  - ref: ansible_collections.comet.backup.docsite.lists_and_maps
    description: Which lists are exact, and which name single entries.
"""

EXAMPLES = r"""
- name: The look of the server and of its clients, without a restart
  comet.backup.comet_server_config:
    branding:
      brand_name: Example Backup
      product_name: Example Backup
      company_name: Example Ltd

- name: Mail through a server of ours, without a restart
  comet.backup.comet_server_config:
    email:
      mode: smtp_ssl
      from_email: backup@msp.example
      from_name: Example Backup
      smtp_host: mail.msp.example
      smtp_port: 465
      smtp_username: backup
      smtp_password: "{{ vault_smtp_password }}"

- name: A webhook beside those that there are
  comet.backup.comet_server_config:
    webhook_options:
      - name: monitoring
        url: https://monitoring.msp.example/hooks/comet
        level: full
        custom_headers:
          Authorization: "Bearer {{ vault_webhook_token }}"
        white_listed_event_types:
          - job_completed
          - device_live_disconnect

- name: Exactly these storage templates; the server keeps what is not written about each
  comet.backup.comet_server_config:
    authentication_role:
      storage_templates:
        - description: Local
          storage_limit_enabled: false
        - description: Europe
          storage_limit_enabled: true
          storage_limit_bytes: 1 TiB

- name: Sessions and logins; the server restarts, and the task waits for it
  comet.backup.comet_server_config:
    session_settings:
      expired_in_seconds: 8h
    login_protection:
      enabled: true
      failure_threshold: 5
      cooldown_seconds: 10m
    restart_timeout: 300
  register: settings

- name: The same again changes nothing and restarts nothing
  comet.backup.comet_server_config:
    session_settings:
      expired_in_seconds: 28800
"""

RETURN = r"""
server_config:
  description:
    - The configuration as the server holds it now, or would hold it in check mode.
    - Members bear the names of the options. Secrets show a marker. Only some are listed here.
  returned: success
  type: dict
  contains:
    admin_users:
      description: The administrators.
      returned: success
      type: list
      elements: dict
      sample: [{name: admin, password: <hidden>}]
    authentication_role:
      description: Settings of the management console, with its storage templates.
      returned: success
      type: dict
      sample: {role_enabled: true, storage_templates: []}
  sample:
    branding: {brand_name: Example Backup}
    session_settings: {expired_in_seconds: 28800}
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
      sample: {session_settings: {expired_in_seconds: 0}}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {session_settings: {expired_in_seconds: 28800}}
  sample:
    before: {session_settings: {expired_in_seconds: 0}}
    after: {session_settings: {expired_in_seconds: 28800}}
removed:
  description: Entries of lists and maps that were removed, or would be, by their path.
  returned: when entries were removed
  type: list
  elements: str
  sample: [webhook_options.monitoring]
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: server config changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaServerConfigSet
    path: /api/v1/admin/meta/server-config/set
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(SERVER_CONFIG))


if __name__ == "__main__":
    main()
