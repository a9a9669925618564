# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a server is called: as told while it is well, slower while it struggles."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api import _pace, _transport
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, PasswordLogin
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._api._pace import Pace, SharedPace
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Transport
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import Reply, ScriptedServer

FORM = {"Username": "admin"}


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float | None = None) -> bool:
        assert seconds is not None, "nobody would wake it"
        self.waited.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> SharedPace:
    pace = SharedPace(8, clock)
    monkeypatch.setattr(pace._changed, "wait", clock.wait)
    return pace


class TestOfAStrugglingServer:
    def test_half_as_many_and_one_more_after_as_many(self, pace: SharedPace) -> None:
        assert pace.limit == 8
        for limit in (4, 2, 1, 1):
            pace.end(pace.begin(), struggling=True)
            assert pace.limit == limit
        for limit in (2, 2, 3, 3, 3, 4):
            pace.end(pace.begin(), struggling=False)
            assert pace.limit == limit
        for _unused in range(100):
            pace.end(pace.begin(), struggling=False)
        assert pace.limit == 8

    def test_one_trouble_slows_it_once(self, pace: SharedPace) -> None:
        turns = [pace.begin() for _unused in range(8)]
        for turn in turns:
            pace.end(turn, struggling=True)
        assert pace.limit == 4
        turns = [pace.begin() for _unused in range(4)]
        for turn in turns:
            pace.end(turn, struggling=True)
        assert pace.limit == 2

    def test_half_of_an_odd_number(self) -> None:
        pace = SharedPace(7)
        pace.end(pace.begin(), struggling=True)
        assert pace.limit == 3

    def test_a_pause_holds_back_all(self, pace: SharedPace, clock: Clock) -> None:
        first, second = pace.begin(), pace.begin()
        pace.end(first, struggling=True, pause=7)
        clock.now += 2
        pace.end(second, struggling=True, pause=1)  # a shorter wish takes nothing back
        turn = pace.begin()
        assert (clock.waited, turn.waited) == ([5], 5)
        assert pace.begin().waited == 0

    def test_without_a_pause_it_sleeps_until_another_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pace = SharedPace(1, clock=lambda: 0.0)
        first, waited = pace.begin(), []

        def wait(seconds: float | None = None) -> None:
            waited.append(seconds)
            pace.end(first, struggling=False)

        monkeypatch.setattr(pace._changed, "wait", wait)
        pace.begin()
        assert waited == [None]

    def test_a_place_that_is_added_is_taken_along_with_the_one_that_is_free(self) -> None:
        pace = SharedPace(2)
        pace.end(pace.begin(), struggling=True)
        last, begun = pace.begin(), threading.Semaphore(0)
        threads = [threading.Thread(target=lambda: (pace.begin(), begun.release()), daemon=True) for _unused in "ab"]
        for thread in threads:
            thread.start()
        ends = time.monotonic() + 5
        while len(pace._changed._waiters) < len(threads) and time.monotonic() < ends:  # type: ignore[attr-defined]
            time.sleep(0.001)
        pace.end(last, struggling=False)
        assert all(begun.acquire(timeout=5) for _unused in threads)

    def test_repeats_are_paid_for(self, pace: SharedPace) -> None:
        at_once = _pace.BUDGET // _pace.REPEAT_COSTS
        assert [pace.may_repeat() for _unused in range(at_once + 2)] == [True] * at_once + [False] * 2
        for _unused in range(_pace.REPEAT_COSTS):
            assert not pace.may_repeat()
            pace.end(pace.begin(), struggling=False)
        assert pace.may_repeat()
        assert not pace.may_repeat()
        pace.end(pace.begin(), struggling=True)
        assert not pace.may_repeat()

    def test_what_is_saved_has_an_end(self, pace: SharedPace) -> None:
        for _unused in range(2 * _pace.BUDGET):
            pace.end(pace.begin(), struggling=False)
        self.test_repeats_are_paid_for(pace)

    @given(st.integers(1, 64), st.lists(st.booleans(), max_size=200))
    def test_never_none_nor_more_than_told(self, concurrency: int, answers: list[bool]) -> None:
        pace = SharedPace(concurrency)
        for struggling in answers:
            pace.end(pace.begin(), struggling)
            assert 1 <= pace.limit <= concurrency


def test_without_a_pace_nothing_waits() -> None:
    pace = Pace()
    for _unused in range(1000):
        assert pace.begin().waited == 0
        pace.end(pace.begin(), struggling=True, pause=30)
        assert pace.may_repeat()


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 6), st.lists(st.sampled_from(["well", "ill", "asks for a pause"]), min_size=50, max_size=150))
def test_many_threads(concurrency: int, answers: list[str]) -> None:
    """Never more at a time than told, and everyone has its turn."""
    pace = SharedPace(concurrency)
    waiting, lock = list(answers), threading.Lock()
    running: set[int] = set()
    most: list[int] = []

    def work(number: int) -> None:
        while True:
            with lock:
                if not waiting:
                    return
                answer = waiting.pop()
            turn = pace.begin()
            running.add(number)
            most.append(len(running))
            time.sleep(0.0001)
            running.discard(number)
            pace.end(turn, answer != "well", 0.002 if answer == "asks for a pause" else 0)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert len(most) == len(answers)
    assert max(most) <= concurrency


MakeTransport = Callable[[SharedPace], Transport]


@pytest.fixture
def make_transport(settings: ConnectionSettings) -> Iterator[MakeTransport]:
    made = []

    def make(pace: SharedPace) -> Transport:
        made.append(Transport(settings, pool_size=8, pace=pace))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def all_at_once(post: Callable[[int], Any], count: int, calls: int = 0) -> list[Any]:
    """What ``calls`` calls return, in as many threads as ``count``; one in each unless told otherwise."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(post, range(calls or count)))


class TestOfTheTransport:
    @pytest.mark.parametrize("reply", [Reply(status=429), Reply(status=503), Reply(drop=True), Reply(delay=1)])
    def test_what_counts_as_struggling(
        self, server: ScriptedServer, settings: ConnectionSettings, make_transport: MakeTransport, reply: Reply
    ) -> None:
        pace = SharedPace(8)
        server.script(reply, Reply(status=500), Reply(status=400), Reply())
        transport = make_transport(pace)
        with contextlib.suppress(CometError):
            transport.post("/x", FORM, timeout=0.5)
        assert pace.limit == 4
        for _unused in range(3):
            transport.post("/x", FORM)
        assert pace.limit == 4
        assert pace._running == 0

    def test_nobody_calls_while_the_server_wants_to_be_left_alone(
        self, server: ScriptedServer, make_transport: MakeTransport
    ) -> None:
        pace = SharedPace(8)
        transport = make_transport(pace)
        server.script(Reply(status=429, headers={"Retry-After": "1"}), *[Reply()] * 7)
        assert transport.post("/x", FORM).status == 429  # one that writes, and is not repeated
        started = time.monotonic()
        assert [answer.status for answer in all_at_once(lambda _unused: transport.post("/x", FORM), 7)] == [200] * 7
        assert 0.9 < time.monotonic() - started < 5

    def test_waiting_for_a_turn_does_not_count_as_time_of_the_call(
        self, server: ScriptedServer, make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_transport, "DEADLINE_FACTOR", 0.2)
        pace = SharedPace(1)
        transport = make_transport(pace)
        server.script(*[Reply([1] * 100, delay=0.3)] * 4)
        assert [answer.status for answer in all_at_once(lambda _unused: transport.post("/x", FORM), 4)] == [200] * 4

    def test_a_sick_server_is_left_alone(
        self, server: ScriptedServer, make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Forty calls of four tries each would be 160 requests."""
        monkeypatch.setattr(_pace, "BUDGET", 50)
        transport = make_transport(SharedPace(8))
        server.script(*[Reply(status=503)] * 50)
        answers = all_at_once(lambda _unused: transport.post("/x", FORM, retry=True), 40)
        assert [answer.status for answer in answers] == [503] * 40

    def test_one_that_is_away_too(
        self, server: ScriptedServer, make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pace = SharedPace(8)
        transport = make_transport(pace)
        server.close()

        def post(_unused: int) -> None:
            with pytest.raises(Unreachable, match=r"refused"):
                transport.post("/x", FORM, retry=True)

        all_at_once(post, 20)
        assert pace.limit == 1
        assert pace._budget == _pace.BUDGET - 20 * 3 * _pace.REPEAT_COSTS

    def test_a_turn_ends_whatever_happens(self, make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch) -> None:
        pace = SharedPace(1)
        transport = make_transport(pace)

        def interrupted(*args: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(transport, "_try", interrupted)
        with pytest.raises(KeyboardInterrupt):
            transport.post("/x", FORM)
        assert pace._running == 0


class TestOfTheClient:
    @pytest.mark.parametrize("threads", [2, 12])
    def test_only_for_several_threads(self, make_client: MakeClient, threads: int) -> None:
        assert not isinstance(make_client()._transport._pace, SharedPace)
        pace = make_client(concurrency=threads)._transport._pace
        assert isinstance(pace, SharedPace)
        assert pace.limit == threads

    @pytest.mark.parametrize("kind", ["http_502", "http_503", "drop_before", "drop_after", "truncate"])
    def test_a_server_with_troubles(self, emulator: EmulatedServer, kind: str) -> None:
        """One call in ten fails, yet all come through, and the pace is as at first when the troubles are over."""
        emulator.reset()
        emulator.control("POST", "fault", {"kind": "random", "seed": 7, "weights": {kind: 0.1}})
        settings = ConnectionSettings(emulator.url, retries=6)
        with Client(settings, PasswordLogin(ADMIN, PASSWORD), concurrency=8) as client:
            answers = all_at_once(lambda _unused: client.call("AdminListUsers"), 8, 200)
            assert answers == [[]] * 200
            pace = client._transport._pace
            assert isinstance(pace, SharedPace)
            assert pace._era > 0
            emulator.control("POST", "fault", {"kind": "none"})
            all_at_once(lambda _unused: client.call("AdminListUsers"), 8, 40)
            assert pace.limit == 8
            assert client.calls.reads == 240
