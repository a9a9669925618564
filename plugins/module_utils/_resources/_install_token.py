# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens with which an installer registers one device. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._action import Action
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call

# No call lists tokens or takes one back, so there is nothing to compare and nothing to delete.
INSTALL_TOKEN = Action(
    kind="install_token",
    call=Call(
        "AdminCreateInstallToken",
        {"TargetUser": "user", "TargetPassword": "user_password", "Server": "server"},
        reply="InstallToken",
    ),
    options={
        "user": {"type": "str", "required": True, "aliases": ["TargetUser"]},
        "user_password": {"type": "str", "required": True, "no_log": True, "aliases": ["TargetPassword"]},
        "server": {"type": "str", "aliases": ["Server"]},
    },
    concerns={"user": USER},
    since="20.9.0",
    told=("Token",),
    refused="user_password is not the password of this user, or the login may not make tokens",
    lost="If a token was made, nobody knows it and it expires unused; run the task again for another one.",
)
