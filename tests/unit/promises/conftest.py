# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _client
from ansible_collections.comet.backup.plugins.module_utils._api._answers import read_answer
from ansible_collections.comet.backup.plugins.module_utils._api._model import Method
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.pauses import SHORT
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, OLDEST, knows


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that do not slow the tests down."""
    for where, name, value in SHORT:
        monkeypatch.setattr(where, name, value)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test of a case or a step runs on the newest and on the oldest server, unless it names the versions."""
    own = {name for mark in metafunc.definition.iter_markers("parametrize") for name in names_in(mark)}
    if {"case", "step"} & own and "comet" in metafunc.fixturenames and "server_version" not in own:
        older = pytest.param(OLDEST, marks=pytest.mark.slow)
        metafunc.parametrize("server_version", [NEWEST, older])


def names_in(mark: pytest.Mark) -> list[str]:
    """The arguments that a mark parametrizes."""
    names = mark.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a case is about has to exist at the version; test_versions.py says what is promised where it does not."""
    items[:] = [item for item in items if exists(getattr(item, "callspec", None))]


def exists(chosen: Any) -> bool:
    """Whether the version that a test runs on knows its case and its step."""
    chosen = chosen.params if chosen else {}
    about = [chosen[name] for name in ("case", "step") if name in chosen]
    return not about or "server_version" not in chosen or all(knows(chosen["server_version"], one) for one in about)


@pytest.fixture
def server_version() -> str:
    """The version of the server, where a test does not choose one."""
    return NEWEST


@pytest.fixture
def comet(emulator: EmulatedServer, server_version: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedServer]:
    """A server as new. All that it answers has the shape that the facts allow under its switches."""
    emulator.version = server_version
    emulator.reset()
    found: list[str] = []

    def read_and_check(method: Method, answer: Answer, server: str, secrets: Iterable[str]) -> Any:
        if server == emulator.url:
            found.extend(f"{method.name}: {entry}" for entry in emulator.deviations(method.name, answer))
        return read_answer(method, answer, server, secrets)

    monkeypatch.setattr(_client, "read_answer", read_and_check)
    yield emulator
    emulator.version = ""
    assert found == []
