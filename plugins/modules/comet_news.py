#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_news: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_news
short_description: Post and remove news on a Comet Server
version_added: 1.0.0
description:
  - Posts news items for users to read, and removes them.
  - An item is known by its text. White space does not count, so that other line breaks make no other item. An item
    that is there already is not posted again.
  - The API has no call to change an item. To change a text, post the new one and remove the old one.
  - The server takes several items with the same text. One of them is enough for O(state=present), and O(state=absent)
    removes all of them.
  - The API posts an item in the tenant of the administrator who logs in, and in no other. An administrator of the top
    level can remove the items of any tenant, but post at the top level only.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.resource
  - comet.backup._options.news
seealso:
  - module: comet.backup.comet_news_info
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Post a news item
  comet.backup.comet_news:
    text: Maintenance on Saturday from 20:00 to 22:00 UTC. Backups start later than usual.

- name: Replace it by one with another text
  comet.backup.comet_news:
    text: "{{ item.text }}"
    state: "{{ item.state }}"
  loop:
    - text: Maintenance on Sunday from 20:00 to 22:00 UTC. Backups start later than usual.
      state: present
    - text: Maintenance on Saturday from 20:00 to 22:00 UTC. Backups start later than usual.
      state: absent
  loop_control:
    label: "{{ item.state }}"

- name: Make sure that a tenant does not show an item
  comet.backup.comet_news:
    text: Welcome to the new server.
    tenant: ACME
    state: absent
"""

RETURN = r"""
news:
  description: The item as the server holds it now, or would hold it in check mode. Empty when removed.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the item. It is pending while check mode foretells an item.
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
    id: 0d5f3f0e-0f2a-4a0c-9a35-5b6c8d1f7e21
    text: Maintenance on Saturday.
    tenant: ""
    date_time: 1795294967
diff:
  description:
    - Members that differ, before and after, nested as the options are. References show names where these are known.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {text: Maintenance on Saturday.}
  sample:
    before: {}
    after: {text: Maintenance on Saturday.}
msg:
  description: What was done, or what went wrong and what to do about it. A long text is cut short.
  returned: always
  type: str
  sample: news Maintenance on Saturday. created
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminNewsSubmit
    path: /api/v1/admin/news/submit
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._news import NEWS


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(NEWS))


if __name__ == "__main__":
    main()
