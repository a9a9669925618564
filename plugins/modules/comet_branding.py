#!/usr/bin/python
# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module comet_branding: documentation, and one call; the work is done in module_utils."""

from __future__ import annotations

DOCUMENTATION = r"""
module: comet_branding
short_description: Manage how a Comet Server or a tenant and its backup software look
version_added: 1.0.0
description:
  - Changes names, colours, images and links of the web interface and of the backup software, and how installers are
    signed, for the server or for one tenant.
  - An option that is left out keeps what the server holds. An empty value clears it.
  - Images, certificates and other files are given as files in O(files). They are compared with those of the server by
    content, and uploaded only when they differ.
author:
  - comet.backup contributors (@comet-backup-ansible)
extends_documentation_fragment:
  - comet.backup._connection
  - comet.backup._attributes
  - comet.backup._attributes.secretive
  - comet.backup._options.branding
options:
  files:
    description:
      - Files to upload, each as a path on the host that the task runs on, which is the controller for C(localhost) or
        where a task is delegated to it. Absolute paths are the safest.
      - Each bears the name of the option that refers to it, and only one of the two can be given.
    type: dict
    suboptions:
      logo_image:
        description:
          - Image in the logo area of the web interface.
        type: path
      favicon:
        description:
          - Icon for the browser tab.
        type: path
      path_ico_file:
        description:
          - Icon of the software on Windows.
        type: path
      path_icns_file:
        description:
          - Icon of the software on macOS.
        type: path
      path_menu_bar_icns_file:
        description:
          - Icon in the menu bar of macOS.
        type: path
      path_eula_rtf:
        description:
          - Licence agreement that the installer shows.
        type: path
      path_tile_png:
        description:
          - Image of the Windows start menu tile.
        type: path
      path_header_image:
        description:
          - Logo inside the backup software.
        type: path
      path_app_icon_image:
        description:
          - Icon that package managers show.
        type: path
      windows_code_sign_pkcs12_file_path:
        description:
          - PKCS12 file with certificate and key.
        type: path
      windows_code_sign_pkcs11_certfile:
        description:
          - Certificate for the key on a token.
        type: path
      windows_code_sign_relic_keypair_file:
        description:
          - Key pair for the Relic signing server.
        type: path
      macos_code_sign:
        description:
          - Files for the signing of installers for macOS.
        type: dict
        suboptions:
          certificate_file:
            description:
              - Developer ID Installer certificate as a PKCS12 file.
            type: path
          app_certificate_file:
            description:
              - Developer ID Application certificate as a PKCS12 file.
            type: path
          notary_api_key_file:
            description:
              - Key of the App Store Connect API.
            type: path
notes:
  - A change does not restart the server.
  - In check mode no file is uploaded. The result then shows the reference that the server has now, since only an upload
    gives the file its name; the difference shows by the content of files what differs, the same in both modes.
  - Files are uploaded right before the settings are written. Where a task is interrupted in between, an upload is left
    that nothing refers to, and the next run goes on as if it was not there. The server drops such uploads in time.
  - Files with private keys that stand for a secret, O(files.windows_code_sign_relic_keypair_file) and
    O(files.macos_code_sign.notary_api_key_file), are not compared. O(update_secrets) says when these are written.
  - The API has no lock for these settings. They are read just before they are written, and once more when the answer to
    that was lost. What somebody else writes between reading and writing is lost.
  - An administrator of a tenant manages the branding of that tenant and leaves O(tenant) out, or gives its ID. The
    permission C(allow_edit_branding) is needed for that.
seealso:
  - module: comet.backup.comet_branding_info
  - module: comet.backup.comet_server_config
  - module: comet.backup.comet_tenant
"""

EXAMPLES = r"""
- name: Names, colours and images
  comet.backup.comet_branding:
    brand_name: Example Backup
    product_name: Example Backup
    top_color: "#003366"
    files:
      logo_image: "{{ playbook_dir }}/files/logo.png"
      favicon: "{{ playbook_dir }}/files/favicon.ico"

- name: A tenant with a look of its own
  comet.backup.comet_branding:
    tenant: ACME
    product_name: ACME Backup
    files:
      logo_image: "{{ playbook_dir }}/files/logo.png"

- name: No logo any more
  comet.backup.comet_branding:
    tenant: ACME
    logo_image: ""
"""

RETURN = r"""
branding:
  description:
    - The settings as the server holds them now, or would hold them in check mode.
    - Members bear the names of the options.
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
diff:
  description:
    - Members that differ, before and after, nested as the options are.
    - Only present values are shown, and a marker stands for each secret.
  returned: success
  type: dict
  contains:
    before:
      description: Those members as the server held them.
      returned: success
      type: dict
      sample: {product_name: Comet Backup}
    after:
      description: The same members as the task wants them.
      returned: success
      type: dict
      sample: {product_name: Example Backup}
  sample:
    before: {product_name: Comet Backup}
    after: {product_name: Example Backup}
msg:
  description: What was done, or what went wrong and what to do about it.
  returned: always
  type: str
  sample: branding changed
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
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._branding import BRANDING


def main() -> None:
    """Run the module."""
    run_module(ResourceTask(BRANDING))


if __name__ == "__main__":
    main()
