# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that say where the server is and who logs in; every module has them. Private; may change at any time."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of ``_module/_spec.py:connection_spec``, in words."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the Comet Server with scheme and port, but without a path, such as
        V(https://backup.example.com:8060).
      - If not set, the environment variable E(COMET_URL) is used.
    type: str
    required: true
  username:
    description:
      - Name of the administrator who logs in. Needed with every way to log in.
      - If not set, the environment variable E(COMET_USERNAME) is used.
    type: str
  password:
    description:
      - Password of the administrator. Needed unless O(session_key) is given.
      - If not set, the environment variable E(COMET_PASSWORD) is used.
    type: str
  totp_code:
    description:
      - The six digits that the administrator's authenticator shows now. The server takes a code only once.
      - Use O(totp_secret) for anything that runs more than one task. Only one of the two may be given.
      - If not set, the environment variable E(COMET_TOTP_CODE) is used.
    type: str
  totp_secret:
    description:
      - The text (base32) that an authenticator was set up with. The codes are made from it, and the first one is
        turned into a session that ends with the task or loop.
      - If not set, the environment variable E(COMET_TOTP_SECRET) is used.
    type: str
  session_key:
    description:
      - Key of a session of O(username) that is open already. It is used in place of O(password), and is left open.
      - If not set, the environment variable E(COMET_SESSION_KEY) is used.
    type: str
  validate_certs:
    description:
      - Whether the server's certificate has to be trusted. Turn this off for a server on trial only; O(ca_path) is
        the better way.
      - If not set, the environment variable E(COMET_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificates of the authorities to trust, in place of those that Python trusts.
      - If not set, the environment variable E(COMET_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - File (PEM) with a certificate that a proxy before the server asks for. It may hold the key as well.
      - If not set, the environment variable E(COMET_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - File (PEM) with the key of O(client_cert).
      - If not set, the environment variable E(COMET_CLIENT_KEY) is used.
    type: path
  timeout:
    description:
      - For how many seconds the server may be silent before a call is given up.
      - If not set, the environment variable E(COMET_TIMEOUT) is used.
    type: int
    default: 30
  retries:
    description:
      - How often a call that only reads is repeated when the connection fails or the server is busy.
      - A call that writes is never repeated blindly. When its answer is lost, the object is read again to find out
        what happened.
      - If not set, the environment variable E(COMET_RETRIES) is used.
    type: int
    default: 3
  allow_http:
    description:
      - Whether credentials may be sent over plain C(http) to another machine. Over the loopback address they always
        may.
      - If not set, the environment variable E(COMET_ALLOW_HTTP) is used.
    type: bool
    default: false
requirements:
  - requests >= 2.25
seealso:
  - ref: ansible_collections.comet.backup.docsite.connection
    description: Logins, sessions and certificates, and how to write the connection once for a whole play.
"""
