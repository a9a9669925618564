# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One client in the hands of many threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, SessionLogin, TotpLogin
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    CometError,
    LoginFailed,
    Refused,
    SecondFactorNeeded,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._api._transport import FEWEST_KEPT
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import PASSWORD, MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Asked,
    Reply,
    ScriptedServer,
    message,
)

MANY = 64
READ, WRITE = "AdminGetUserProfileAndHash", "AdminDeleteUser"
ALICE = {"TargetUser": "alice"}
START, CHECK, OWN = "account/session-start", "meta/version", "account/properties"
DENIED = message(403, "Unauthorised")


class Guard:
    """A server that knows one password, one code, and the newest session; each may be revoked."""

    def __init__(self) -> None:
        self.password, self.code = PASSWORD, "123456"
        self.sessions = 0
        self.forbidden: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Reply:
        form = asked.form
        with self._lock:
            if asked.method == START:
                if form.get("Password") != self.password or form.get("TOTP", self.code) != self.code:
                    return DENIED
                self.sessions += 1
                return message(200, "OK", SessionKey=f"session {self.sessions}")
            known = {self.password, f"session {self.sessions}"} & {form.get("Password"), form.get("SessionKey")}
            if not known or asked.method in self.forbidden:
                return DENIED
        more = {CHECK: {"Version": "25.9.8"}, OWN: {"OrganizationID": "acme"}}
        return Reply(more.get(asked.method, {"Profile": {}}), delay=0.002)


@pytest.fixture
def guard(server: ScriptedServer) -> Guard:
    server.answer = Guard()
    return server.answer


def at_once(work: Callable[[], Any], count: int = MANY) -> list[Any]:
    """What the work returns or raises in each of many threads that begin together."""
    together = threading.Barrier(count, timeout=20)
    outcomes: list[Any] = []

    def run() -> None:
        together.wait()
        try:
            outcomes.append(work())
        except CometError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _unused in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert len(outcomes) == count
    return outcomes


class TestAskedOnce:
    @pytest.mark.parametrize("concurrency", [1, 8, MANY])
    def test_version_and_tenant(
        self, server: ScriptedServer, make_client: MakeClient, guard: Guard, concurrency: int
    ) -> None:
        client = make_client(concurrency=concurrency)
        found = at_once(lambda: (client.own_tenant(), client.version(), client.own_tenant()))
        assert found == [("acme", (25, 9, 8), "acme")] * MANY
        assert sorted(server.methods) == [OWN, CHECK]

    def test_a_session_from_a_code(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        client = make_client(TotpLogin("admin", PASSWORD, code="123456"), concurrency=8)
        at_once(lambda: client.call(READ, **ALICE))
        assert server.methods.count(START) == 1
        assert len(server.methods) == MANY + 1

    def test_a_session_that_ends(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        client = make_client(concurrency=16)
        client.ensure_session()
        at_once(lambda: client.call(READ, **ALICE))
        guard.sessions = 7
        found = at_once(lambda: client.call(WRITE, **ALICE))
        assert not [error for error in found if isinstance(error, CometError)]
        assert server.methods.count(START) == 2
        assert server.methods.count(CHECK) == 1
        assert guard.sessions == 8


def test_calls_are_counted(server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
    client = make_client(concurrency=8)
    at_once(lambda: [client.call(method, **ALICE) for method in (READ, WRITE, READ)], 16)
    assert (client.calls.reads, client.calls.writes) == (32, 16)


def test_each_thread_keeps_its_connection(server: ScriptedServer, make_client: MakeClient) -> None:
    threads = FEWEST_KEPT + 2
    together = threading.Barrier(threads, timeout=20)

    def answer(_asked: Asked) -> Reply:
        together.wait()
        return Reply({"Profile": {}})

    server.script(Reply({"Profile": {}}))
    client = make_client(concurrency=threads)
    client.call(READ, **ALICE)  # others wait for the first call, which tells whether the login is good
    server.answer = answer
    for _unused in range(2):
        assert at_once(lambda: client.call(READ, **ALICE), threads) == [{"Profile": {}}] * threads
    assert len(server.connections) == threads


class TestALostLogin:
    """A server locks an account after some logins that fail."""

    def check(self, client: Client, server: ScriptedServer, error: type[CometError], sent: int) -> None:
        assert all(isinstance(found, error) for found in at_once(lambda: client.call(READ, **ALICE)))
        assert len(server.asked) <= sent
        server.asked.clear()
        assert all(isinstance(found, error) for found in at_once(lambda: client.call(WRITE, **ALICE)))
        assert not server.asked

    def test_a_wrong_password(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        guard.password = "another"
        self.check(make_client(concurrency=MANY), server, LoginFailed, 2)

    def test_a_wrong_key(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        self.check(make_client(SessionLogin("admin", "canary"), concurrency=MANY), server, LoginFailed, 2)

    def test_a_used_code(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        self.check(make_client(TotpLogin("admin", PASSWORD, code="654321")), server, LoginFailed, 1)

    def test_a_code_cannot_renew_a_session(self, server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
        client = make_client(TotpLogin("admin", PASSWORD, code="123456"), concurrency=8)
        client.call(READ, **ALICE)
        guard.sessions, guard.code = 7, "used"
        server.asked.clear()
        self.check(client, server, LoginFailed, MANY + 2)
        assert guard.sessions == 7

    def test_a_second_factor(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.answer = lambda asked: Reply(status=449)
        self.check(make_client(concurrency=MANY), server, SecondFactorNeeded, 1)

    @pytest.mark.parametrize("threads", [1, 8, MANY])
    def test_a_password_that_stops_working(
        self, server: ScriptedServer, make_client: MakeClient, guard: Guard, threads: int
    ) -> None:
        """Each thread may have had one call under way; then the login is doubted, and found to be lost."""
        client = make_client(concurrency=threads)
        client.call(READ, **ALICE)
        server.asked.clear()
        guard.password = "changed"

        def work() -> str:
            for _unused in range(20):
                try:
                    client.call(READ, **ALICE)
                except LoginFailed:
                    return "stopped"
                except Refused:
                    continue
            return "went on"

        assert at_once(work, threads) == ["stopped"] * threads
        assert server.methods.count(CHECK) == 1
        assert len(server.asked) <= threads + 2 + 1


def test_what_is_not_allowed_is_no_lost_login(server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
    client = make_client(concurrency=8)
    client.ensure_session()
    guard.forbidden = {"delete-user"}

    def work() -> list[type]:
        found: list[type] = []
        for method in (WRITE, READ, WRITE, WRITE, WRITE, READ):
            try:
                found.append(type(client.call(method, **ALICE)))
            except Refused as refused:
                found.append(type(refused))
        return found

    assert at_once(work, 16) == [[Refused, dict, Refused, Refused, Refused, dict]] * 16
    assert server.methods.count(START) == 1


def test_a_server_that_was_away_is_no_lost_login(server: ScriptedServer, make_client: MakeClient, guard: Guard) -> None:
    client = make_client(concurrency=8)
    server.answer = lambda asked: Reply(drop=True)
    found = at_once(lambda: client.call(READ, **ALICE), 4)
    assert all(isinstance(error, Unreachable) for error in found)
    server.answer = guard
    assert at_once(lambda: client.call(READ, **ALICE)) == [{"Profile": {}}] * MANY
