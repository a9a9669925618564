# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one thread learns from the calls of another, without a server: the moments are chosen here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _access
from ansible_collections.comet.backup.plugins.module_utils._api import _model as model
from ansible_collections.comet.backup.plugins.module_utils._api._access import SESSION_START, VERSION, Access, Call
from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused
from ansible_collections.comet.backup.plugins.module_utils._api._login import Login, PasswordLogin, SessionLogin

READ, OTHER = Call(model.method("AdminListUsers")), Call(model.method("AdminPoliciesList"))
ADMIN = PasswordLogin("admin", "p")


class Sessions:
    """Stands for a server that takes one session; ``meanwhile`` happens while it answers the first AdminListUsers."""

    def __init__(self) -> None:
        self.access = Access(ADMIN, "https://x.test", self.answer)
        self.key = ""
        self.started = 0
        self.asked: list[tuple[str, Login]] = []
        self.allowed = True
        self.meanwhile: Callable[[], Any] | None = None

    def answer(self, call: Call, login: Login) -> Any:
        name = call.method.name
        self.asked.append((name, login))
        if name == SESSION_START:
            self.started += 1
            self.key = f"key-{self.started}"
            return {"SessionKey": self.key}
        accepted = not isinstance(login, SessionLogin) or login.session_key == self.key
        if name == READ.method.name and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
            raise Refused("No.", status=403)
        if not accepted or (name == READ.method.name and not self.allowed):
            raise Refused("No.", status=403)
        return {}

    def end_session(self) -> None:
        self.key = ""


@pytest.fixture
def sessions() -> Sessions:
    made = Sessions()
    made.access.ensure_session()
    made.asked.clear()
    return made


def test_a_session_that_another_thread_has_renewed_is_used(sessions: Sessions) -> None:
    def another() -> None:
        sessions.end_session()
        sessions.access.send(OTHER)

    sessions.meanwhile = another
    sessions.access.send(READ)
    second = SessionLogin("admin", "key-2")
    assert sessions.asked[-1] == (READ.method.name, second)
    assert [name for name, _login in sessions.asked].count(SESSION_START) == 1
    assert sessions.access.session == second


def test_a_session_that_another_thread_has_left_gives_way_to_the_login(sessions: Sessions) -> None:
    def another() -> None:
        sessions.end_session()
        sessions.access.leave()

    sessions.meanwhile = another
    sessions.access.send(READ)
    assert sessions.asked[-1] == (READ.method.name, ADMIN)
    assert sessions.started == 1


def test_a_later_call_that_went_well_proves_the_session(sessions: Sessions) -> None:
    sessions.meanwhile = lambda: sessions.access.send(OTHER)
    with pytest.raises(Refused):
        sessions.access.send(READ)
    assert [name for name, _login in sessions.asked] == [READ.method.name, OTHER.method.name]


@pytest.mark.parametrize(
    ("moments", "begins", "asks"),
    [
        ([], 0.5, True),
        ([10.0], 15.0, True),
        ([15.0], 15.0, True),
        ([20.0], 15.0, False),
        ([20.0, 10.0], 15.0, False),
    ],
    ids=["none", "earlier", "same", "later", "the later one ended first"],
)
def test_calls_that_went_well_by_when_they_began(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, moments: list[float], begins: float, asks: bool
) -> None:
    sessions.access.session = SessionLogin("admin", "another-key")
    sessions.key = "another-key"
    now = [0.0]
    monkeypatch.setattr(_access.time, "monotonic", lambda: now[0])
    for now[0] in moments:
        sessions.access.send(OTHER)
    sessions.allowed = False
    sessions.asked.clear()
    now[0] = begins
    with pytest.raises(Refused):
        sessions.access.send(READ)
    assert [name for name, _login in sessions.asked] == [READ.method.name, *([VERSION] if asks else [])]
