#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_branding_info: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_branding_info
short_description: Read how a Comet Server or a tenant and its backup software look
version_added: 1.0.0
description:
  - Returns names, colours, images and links of the web interface and of the backup software, and how installers are
    signed, for the server or for one tenant.
  - Files are shown by the references that the server has to them. Method C(AdminMetaResourceGet) returns one by its
    reference, with M(comet.backup.comet_api).
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.info
options:
  tenant:
    description:
      - Name or ID of the tenant whose branding is returned.
      - Without it, or with an empty text, the server's own is. An administrator of a tenant leaves it out.
    type: str
    aliases: [organization, OrganizationID]
seealso:
  - module: comet.backup.comet_branding
  - module: comet.backup.comet_server_info
  - module: comet.backup.comet_tenant_info
"""

EXAMPLES = r"""
- name: How the server looks
  comet.backup.comet_branding_info:
  register: result

- name: What the software is called
  ansible.builtin.debug:
    msg: "{{ result.branding.product_name }}"

- name: How a tenant looks
  comet.backup.comet_branding_info:
    tenant: ACME
"""

RETURN = r"""
branding:
  description:
    - Members bear the names of the options of M(comet.backup.comet_branding).
    - A marker stands for each secret.
  returned: success
  type: dict
  contains:
    product_name:
      description: Name of the backup software.
      returned: success
      type: str
      sample: Example Backup
    brand_name:
      description: Text in the logo area of the web interface.
      returned: success
      type: str
      sample: Example Backup
    top_color:
      description: Colour of the top bar.
      returned: success
      type: str
      sample: '#003366'
    logo_image:
      description: Reference to the image in the logo area.
      returned: success
      type: str
      sample: resource://5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
  sample:
    product_name: Example Backup
    brand_name: Example Backup
    top_color: '#003366'
    logo_image: resource://5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
msg:
  description: What went wrong and what to do about it.
  returned: failure
  type: str
  sample: "tenant: there is no tenant named ACMY; did you mean ACME?"
error:
  description:
    - Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the
      server's status and message if it refused, and the versions needed and found if it is too old. That
      C(unreachable) is true means that it did not answer.
  returned: failure, unless an option has the wrong name or type
  type: dict
  sample:
    method: AdminMetaBrandingConfigGet
    path: /api/v1/admin/meta/branding-config/get
    status: 403
    server_message: Unauthorised
"""

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_module
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.plugins.module_utils._resources._branding import BRANDING


def main() -> None:
    """Run the module."""
    run_module(InfoTask(BRANDING))


if __name__ == "__main__":
    main()
