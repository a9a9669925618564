# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses of the collection, as tests shorten them."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._resources import _storage_vault
from ansible_collections.comet.backup.plugins.module_utils._state import _engine, _fragments, _late

SHORT: tuple[tuple[Any, str, Any], ...] = (
    (_transport, "BACK_OFF_SECONDS", 0.1),
    (_engine, "PAUSE", 0.005),
    (_late, "PATIENCE", 0.005),
    (_storage_vault, "PATIENCE", 0.05),
    (_fragments, "DOUBT", 0.5),
    (Client.wait_for_restart, "__defaults__", (0.02,)),
)
"""Where a pause is set, what it is called there, and what it is in tests."""
