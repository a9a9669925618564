#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_update_campaign: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_update_campaign
short_description: Start and stop the update campaign of a Comet Server
version_added: 1.0.0
description:
  - Brings the backup software on devices to the version of the server. A server has one campaign, which runs or does
    not.
  - A campaign that is started does what the task says, and an option that is left out is off. In a campaign that runs
    already, an option that is left out stays as it is.
  - Nothing is sent where a campaign with these options runs already. Any difference makes the server start the
    campaign anew, which also gives devices another try whose update failed.
  - Which version the software gets is not for the task to choose. Update the server for a newer one.
  - Only administrators of the top level can do this, on a server that builds software.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.update_campaign
options:
  active:
    description:
      - Whether the campaign is to run.
      - With V(false) it is stopped, and no other option is looked at. Devices that were told to update already go on
        with it.
    type: bool
    required: true
    aliases: [Active]
  target_version:
    description:
      - Version that the campaign is to bring devices to. It has to be that of the server, and the task fails before
        anything is written where it is not.
      - A campaign that runs for another version, because the server was updated since, is started anew.
      - If left out, the version of a campaign that runs is not looked at.
    type: str
notes:
  - The fields of a filter begin with V(UserProfileConfig), V(DeviceConfig) or V(LiveUserConnection), for the user,
    for the device in the user's profile, and for its connection. The maker documents no list of them.
seealso:
  - module: comet.backup.comet_update_campaign_info
  - module: comet.backup.comet_server_info
"""

EXAMPLES = r"""
- name: Bring every device with older software to the version of the server
  comet.backup.comet_update_campaign:
    active: true
    upgrade_older: true

- name: Begin with the devices of a few users, whatever they are doing
  comet.backup.comet_update_campaign:
    active: true
    upgrade_older: true
    force_upgrade_running: true
    apply_device_filter: true
    device_filter:
      rule_field: UserProfileConfig.Username
      rule_operator: str_startswith
      rule_value: pilot-

- name: Then all of them, except those of two customers
  comet.backup.comet_update_campaign:
    active: true
    force_upgrade_running: false
    device_filter:
      clause_type: not_or
      clause_children:
        - rule_field: UserProfileConfig.AccountName
          rule_operator: str_eq
          rule_value: Initech
        - rule_field: UserProfileConfig.AccountName
          rule_operator: str_eq
          rule_value: Globex

- name: Which version the server has
  comet.backup.comet_server_info:
    gather: [version]
  register: server

- name: A campaign for this version, also where one for an older version runs
  comet.backup.comet_update_campaign:
    active: true
    upgrade_older: true
    target_version: "{{ server.version.version }}"

- name: No updates over the holidays
  comet.backup.comet_update_campaign:
    active: false
"""

RETURN = r"""
update_campaign:
  description: The options of the campaign as the server holds them now, or would hold them in check mode. How far
    devices are is shown by M(comet.backup.comet_update_campaign_info).
  returned: success
  type: dict
  contains:
    active:
      description: Whether the campaign runs.
      returned: success
      type: bool
      sample: true
    upgrade_older:
      description: Whether devices with older software are updated.
      returned: success
      type: bool
      sample: true
    reinstall_current_ver:
      description: Whether devices that have the version already get it again.
      returned: success
      type: bool
      sample: false
    downgrade_newer:
      description: Whether devices with newer software are taken back.
      returned: success
      type: bool
      sample: false
    force_upgrade_running:
      description: Whether devices are updated even while a job runs there.
      returned: success
      type: bool
      sample: false
    apply_device_filter:
      description: Whether the filter counts.
      returned: success
      type: bool
      sample: true
    device_filter:
      description: The condition that chooses users and devices.
      returned: success
      type: dict
      sample: {rule_field: UserProfileConfig.Username, rule_operator: string_startswith, rule_value: pilot-}
  sample:
    active: true
    upgrade_older: true
    reinstall_current_ver: false
    downgrade_newer: false
    force_upgrade_running: false
    apply_device_filter: false
    device_filter: {}
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
      sample: {active: false, upgrade_older: false}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {active: true, upgrade_older: true}
  sample:
    before: {active: false, upgrade_older: false}
    after: {active: true, upgrade_older: true}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: update campaign changed
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminUpdateCampaignStart
    path: /api/v1/admin/update-campaign/start
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._update_campaign import UPDATE_CAMPAIGN


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(UPDATE_CAMPAIGN))


if __name__ == "__main__":
    main()
