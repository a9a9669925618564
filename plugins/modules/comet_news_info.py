#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_news_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_news_info
short_description: Read the news of a Comet Server
version_added: 1.0.0
description:
  - Returns all news items that the login may see, those of one tenant, or those with a text.
  - A text or ID that does not exist gives an empty list, not an error.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  text:
    description:
      - Text of the items to return. White space does not count. The server takes several items with the same text.
    type: str
    aliases: [TextContent]
  id:
    description:
      - ID of the only item to return. Not together with O(text).
    type: str
  tenant:
    description:
      - Name or ID of the tenant whose items are returned. An empty text stands for the top level.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_news
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: All news at the top level
  comet.backup.comet_news_info:
    tenant: ""
  register: top_level

- name: Remove what is older than 90 days
  comet.backup.comet_news:
    text: "{{ item.text }}"
    state: absent
  loop: "{{ top_level.news }}"
  loop_control:
    label: "{{ item.id }}"
  when: item.date_time < (now().timestamp() | int) - 90 * 24 * 60 * 60

- name: Whether a tenant shows an item
  comet.backup.comet_news_info:
    text: Welcome to the new server.
    tenant: ACME
  register: welcome

- name: Say so
  ansible.builtin.debug:
    msg: "{{ 'It does.' if welcome.news else 'It does not.' }}"
"""

RETURN = r"""
news:
  description: The items, sorted by text, as M(comet.backup.comet_news) returns them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the item.
      returned: success
      type: str
      sample: 0d5f3f0e-0f2a-4a0c-9a35-5b6c8d1f7e21
    text:
      description: What the item says.
      returned: success
      type: str
      sample: Maintenance on Saturday.
    tenant:
      description: ID of the item's tenant, empty for the top level.
      returned: success
      type: str
      sample: ""
    date_time:
      description: When the item was posted, in unix seconds.
      returned: success
      type: int
      sample: 1795294967
  sample:
    - id: 0d5f3f0e-0f2a-4a0c-9a35-5b6c8d1f7e21
      text: Maintenance on Saturday.
      tenant: ""
      date_time: 1795294967
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named Acme; did you mean ACME?"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminNewsGetAll
    path: /api/v1/admin/news/get-all
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._news import NEWS


def main() -> None:
    """Run the module."""
    run_module(InfoTask(NEWS))


if __name__ == "__main__":
    main()
