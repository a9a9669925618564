#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_update_campaign_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_update_campaign_info
short_description: Read the update campaign of a Comet Server, and how far devices are
version_added: 1.0.0
description:
  - Returns the options of the campaign that runs, or of the last one as far as the server remembers it, and the state
    of every device.
  - Only administrators of the top level can do this, on a server that builds software.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
seealso:
  - module: comet.backup.comet_update_campaign
"""

EXAMPLES = r"""
- name: Start a campaign
  comet.backup.comet_update_campaign:
    active: true
    upgrade_older: true

- name: How far it is
  comet.backup.comet_update_campaign_info:
  register: result

- name: Users with devices whose update failed
  ansible.builtin.debug:
    msg: "{{ result.update_campaign.devices | selectattr('status', 'eq', 'update_failed') | map(attribute='username')
      | unique }}"

- name: Whether a campaign runs
  comet.backup.comet_update_campaign_info:
  register: found

- name: Stop it
  comet.backup.comet_update_campaign:
    active: false
  when: found.update_campaign.active
"""

RETURN = r"""
update_campaign:
  description: The campaign. Where there never was one, nothing is on, and no device is listed.
  returned: success
  type: dict
  contains:
    active:
      description: Whether the campaign runs.
      returned: success
      type: bool
      sample: true
    target_version:
      description: Version that it brings devices to, which is what the server had when it was started.
      returned: success
      type: str
      sample: 25.9.8
    start_time:
      description: When it was started, in unix seconds.
      returned: success
      type: int
      sample: 1795294962
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
    devices:
      description: Every device with its user.
      returned: success
      type: list
      elements: dict
      sample: [{username: acme-01, device_id: 4f1d1c1e9c5ab0d3, status: update_confirmed}]
      contains:
        username:
          description: The user that the device belongs to.
          returned: success
          type: str
          sample: acme-01
        device_id:
          description: ID of the device.
          returned: success
          type: str
          sample: 4f1d1c1e9c5ab0d3
        status:
          description:
            - V(not_seen) was not online since the start, V(ineligible) does not take part, V(pending) is busy or waits
              for its turn, V(request_made) was told to update, V(update_failed) did not, V(update_confirmed) did.
            - A number for a state that this collection does not know.
          returned: success
          type: str
          sample: update_confirmed
  sample:
    active: true
    target_version: 25.9.8
    start_time: 1795294962
    upgrade_older: true
    devices: [{username: acme-01, device_id: 4f1d1c1e9c5ab0d3, status: update_confirmed}]
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "update campaign: http://127.0.0.1:8060 refused AdminUpdateCampaignStatus: Unauthorised (status 403)."
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminUpdateCampaignStatus
    path: /api/v1/admin/update-campaign/status
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._sole import SoleInfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._update_campaign import UPDATE_CAMPAIGN


def main() -> None:
    """Run the module."""
    run_module(SoleInfoTask(UPDATE_CAMPAIGN))


if __name__ == "__main__":
    main()
