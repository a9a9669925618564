# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._state import _engine, _fragments
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that do not slow the tests down."""
    monkeypatch.setattr(_transport, "BACK_OFF_SECONDS", 0.1)
    monkeypatch.setattr(_engine, "PAUSE", 0.005)
    monkeypatch.setattr(_fragments, "DOUBT", 0.5)
    monkeypatch.setattr(Client.wait_for_restart, "__defaults__", (0.02,))


@pytest.fixture
def comet(emulator: EmulatedServer) -> EmulatedServer:
    """A server as new."""
    emulator.reset()
    return emulator
