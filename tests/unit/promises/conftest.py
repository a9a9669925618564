# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _client, _transport
from ansible_collections.comet.backup.plugins.module_utils._api._answers import read_answer
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._model import Method
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer
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
def comet(emulator: EmulatedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedServer]:
    """A server as new. All that it answers has the shape that the facts allow under its switches."""
    emulator.reset()
    found: list[str] = []

    def read_and_check(method: Method, answer: Answer, server: str, secrets: Iterable[str]) -> Any:
        if server == emulator.url:
            found.extend(f"{method.name}: {entry}" for entry in emulator.deviations(method.name, answer))
        return read_answer(method, answer, server, secrets)

    monkeypatch.setattr(_client, "read_answer", read_and_check)
    yield emulator
    assert found == []
