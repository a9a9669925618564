# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the transport sends, to the letter, and what the pace of a server hears of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, BadAnswer, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._api._pace import Pace, Turn
from ansible_collections.comet.backup.plugins.module_utils._api._transport import ConnectionSettings, Transport
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import Reply, ScriptedServer

USUAL = {"User-Agent": "comet.backup", "Accept-Encoding": "gzip", "Accept": "*/*"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Make = Callable[..., Transport]


class Listening(Pace):
    """Takes down what it is told."""

    def __init__(self, allowed: int = 0) -> None:
        self.turn = Turn(0.0, 7)
        self.heard: list[tuple[Turn, bool, float]] = []
        self.allowed = allowed

    def begin(self) -> Turn:
        return self.turn

    def end(self, turn: Turn, struggling: bool, pause: float = 0.0) -> None:
        self.heard.append((turn, struggling, pause))

    def may_repeat(self) -> bool:
        self.allowed -= 1
        return self.allowed >= 0


@pytest.fixture
def make(settings: ConnectionSettings) -> Iterator[Make]:
    """Makes transports, with these changes of the settings."""
    made: list[Transport] = []

    def transport(pace: Pace | None = None, **changes: Any) -> Transport:
        made.append(Transport(dataclasses.replace(settings, **changes), pace=pace))
        return made[-1]

    yield transport
    for one in made:
        one.close()


def test_headers(server: ScriptedServer, make: Make) -> None:
    server.script(*[Reply()] * 5)
    transport = make(url=server.url + "/")
    transport.post("/x", {"a": "b"}, headers={"X-Own": "1"})
    transport.post("/x", {})
    transport.get("/x", headers={"X-Own": "2"})
    transport.get("/x")
    host = {"Host": server.url.removeprefix("http://")}
    assert [dict(asked.headers) for asked in server.asked] == [
        {**host, **USUAL, **FORM, "X-Own": "1", "Content-Length": "3"},
        {**host, **USUAL, **FORM, "Content-Length": "0"},
        {**host, **USUAL, "X-Own": "2"},
        {**host, **USUAL},
    ]
    transport.post("/x", {}, headers={"Content-Type": "text/plain"})
    assert server.asked[-1].headers["Content-Type"] == "text/plain"
    assert {asked.path for asked in server.asked} == {"/x"}


@pytest.mark.parametrize(("seconds", "own", "connect", "read"), [(30, None, 10, 30), (5, None, 5, 5), (5, 60, 10, 60)])
def test_timeouts(
    monkeypatch: pytest.MonkeyPatch, make: Make, seconds: float, own: float | None, connect: float, read: float
) -> None:
    given: list[Any] = []

    def send(ends: float, _prepared: Any, timeout: Any, **_way: Any) -> Any:
        given.append((ends, timeout))
        raise OSError(28, "no space")

    monkeypatch.setattr(_transport.time, "monotonic", lambda: 1000.0)
    transport = make(timeout=seconds, retries=0)
    monkeypatch.setattr(transport._adapter, "send_until", send)
    for call in (transport.get, lambda path, timeout: transport.post(path, {}, retry=True, timeout=timeout)):
        with pytest.raises(Unreachable, match=r"No space left on device"):
            call("/x", timeout=own)
    assert given == [(1000.0 + 20 * read, (connect, read))] * 2


@pytest.mark.parametrize("status", [299, 400, 404])
def test_statuses_that_are_answers(server: ScriptedServer, make: Make, status: int) -> None:
    server.script(Reply(b"body", status=status))
    assert make().post("/x", {}, retry=True).status == status


@pytest.mark.parametrize("status", [300, 399])
def test_statuses_that_are_none(server: ScriptedServer, make: Make, status: int) -> None:
    server.script(Reply(status=status, headers={"Location": "/login"}))
    with pytest.raises(BadAnswer) as caught:
        make().post("/x", {}, retry=True)
    words = f"{server.url} redirects to {server.url}/login. If that is the server, set url to {server.url}."
    assert caught.value.message == words


@pytest.mark.parametrize(
    ("reads", "error", "words"),
    [
        (True, Unreachable, "No answer from {url}: {why}."),
        (
            False,
            AnswerLost,
            "The request /x was sent to {url}, but no answer came: {why}. It may have been carried out.",
        ),
    ],
)
def test_no_answer(server: ScriptedServer, make: Make, reads: bool, error: type[Unreachable], words: str) -> None:
    server.script(Reply(drop=True))
    with pytest.raises(error) as caught:
        make(retries=0).post("/x", {"a": "b"}, retry=reads)
    why = "the connection was closed before the answer was complete"
    assert caught.value.message == words.format(url=server.url, why=why, open="It may have been carried out.")
    assert caught.value.details() == {"path": "/x", **({"unreachable": True} if reads else {})}


@pytest.mark.parametrize(("reply", "late"), [(Reply(drop=True), False), (Reply(delay=2), True)])
def test_a_lost_answer_that_may_still_be_on_its_way(
    server: ScriptedServer, make: Make, reply: Reply, late: bool
) -> None:
    server.script(reply)
    with pytest.raises(AnswerLost) as caught:
        make(timeout=0.2).post("/x", {"a": "b"})
    assert caught.value.late is late


def test_half_an_answer(server: ScriptedServer, make: Make) -> None:
    server.script(Reply(b"page", cut=2))
    with pytest.raises(BadAnswer) as caught:
        make(retries=0).get("/x")
    assert caught.value.message == f"The answer of {server.url} to /x is no use: the answer was cut short."
    assert caught.value.details() == {"path": "/x"}


class TestWhatThePaceHears:
    @pytest.mark.parametrize(
        ("reply", "struggling", "pause"),
        [
            (Reply(), False, 0.0),
            (Reply(headers={"Retry-After": "5"}), False, 0.0),
            (Reply(status=500, headers={"Retry-After": "5"}), False, 0.0),
            (Reply(status=503), True, 0.0),
            (Reply(status=503, headers={"Retry-After": "5"}), True, 5.0),
            (Reply(status=503, headers={"Retry-After": "3600"}), True, 30.0),
            (Reply(status=503, headers={"Retry-After": "soon"}), True, 0.0),
        ],
    )
    def test_of_an_answer(
        self, server: ScriptedServer, make: Make, reply: Reply, struggling: bool, pause: float
    ) -> None:
        server.script(reply)
        pace = Listening()
        make(pace).post("/x", {}, retry=True)
        assert pace.heard == [(pace.turn, struggling, pause)]

    def test_of_none(self, server: ScriptedServer, make: Make) -> None:
        server.script(Reply(drop=True))
        pace = Listening()
        with pytest.raises(Unreachable):
            make(pace).post("/x", {}, retry=True)
        assert pace.heard == [(pace.turn, True, 0.0)]

    def test_of_an_attempt_that_is_broken_off(self, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
        def interrupt(*_given: Any) -> None:
            raise KeyboardInterrupt

        pace = Listening()
        transport = make(pace)
        monkeypatch.setattr(transport, "_try", interrupt)
        with pytest.raises(KeyboardInterrupt):
            transport.get("/x")
        assert pace.heard == [(pace.turn, False, 0.0)]

    def test_repeats_are_asked_for_only_where_there_is_hope(self, server: ScriptedServer, make: Make) -> None:
        server.script(*[Reply(status=503)] * 3, Reply(status=503), Reply(status=404))
        pace = Listening(allowed=2)
        make(pace).get("/x")
        assert (len(pace.heard), pace.allowed) == (3, -1)
        make(pace).post("/x", {}, retry=False)
        make(pace).get("/x")
        assert (len(pace.heard), pace.allowed) == (5, -1)
