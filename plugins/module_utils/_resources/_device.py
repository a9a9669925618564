# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices of users. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource

DEVICE = Resource(
    kind="device",
    plural="devices",
    structure="DeviceConfig",
    name="FriendlyName",
    homes=(Home(path=("Devices",), owner=USER),),
)
