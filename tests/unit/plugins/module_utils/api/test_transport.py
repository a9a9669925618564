# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the transport does with answers, good and bad."""

from __future__ import annotations

import dataclasses
import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._api._transport import ConnectionSettings, Transport
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import import_without
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import Reply, ScriptedServer

FORM = {"Username": "admin", "Password": "canary"}
GZIP = {"Content-Encoding": "gzip"}
MakeTransport = Callable[..., Transport]


@pytest.fixture
def make_transport(settings: ConnectionSettings) -> Iterator[MakeTransport]:
    made = []

    def make(largest_answer: int = 1 << 20, **changes: Any) -> Transport:
        made.append(Transport(dataclasses.replace(settings, **changes), largest_answer=largest_answer))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


@pytest.fixture
def transport(make_transport: MakeTransport) -> Transport:
    return make_transport()


def test_a_form_and_its_answer(server: ScriptedServer, make_transport: MakeTransport) -> None:
    server.script(Reply({"a": "ü"}, headers={"X-More": "yes"}))
    answer = make_transport(user_agent="comet.backup/1.0").post("/x", {"A": "b c&d=ü"}, headers={"X-Own": "1"})
    assert (answer.status, answer.body, answer.headers["x-more"]) == (200, b'{"a": "\\u00fc"}', "yes")
    asked = server.asked[0]
    assert (asked.verb, asked.path, asked.form) == ("POST", "/x", {"A": "b c&d=ü"})
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.headers["User-Agent"] == "comet.backup/1.0"
    assert asked.headers["X-Own"] == "1"
    assert "gzip" in asked.headers["Accept-Encoding"]


def test_files_go_as_multipart(server: ScriptedServer, transport: Transport) -> None:
    server.script(Reply())
    transport.post("/x", {"A": "ü"}, files={"upload": b"\x00\r\n\xff"})
    asked = server.asked[0]
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="upload"; filename="upload"' in asked.body
    assert b"\r\n\r\n\x00\r\n\xff\r\n--" in asked.body
    assert 'name="A"\r\n\r\nü\r\n'.encode() in asked.body


def test_a_public_page(server: ScriptedServer, transport: Transport) -> None:
    server.script(Reply(status=503), Reply(b"page"))
    assert transport.get("/gen/x").body == b"page"
    assert [(asked.verb, asked.path, asked.body) for asked in server.asked] == [("GET", "/gen/x", b"")] * 2
    for asked in server.asked:
        assert not {"Content-Length", "Transfer-Encoding"} & set(asked.headers)


def test_a_public_page_cut_short(server: ScriptedServer, make_transport: MakeTransport) -> None:
    server.script(Reply(b"page", cut=2))
    with pytest.raises(BadAnswer, match=r"cut short"):
        make_transport(retries=0).get("/gen/x")


def test_a_public_page_has_its_own_time(server: ScriptedServer, make_transport: MakeTransport) -> None:
    server.script(Reply(b"page", delay=1))
    with pytest.raises(Unreachable):
        make_transport(retries=0).get("/gen/x", timeout=0.1)


def test_an_empty_request_that_writes_counts_as_sent(server: ScriptedServer, transport: Transport) -> None:
    server.script(Reply(drop=True))
    with pytest.raises(AnswerLost):
        transport.post("/x", {})


def test_connections_are_kept(server: ScriptedServer, transport: Transport) -> None:
    server.script(*[Reply({"n": n}) for n in range(5)])
    for _unused in range(5):
        transport.post("/x", FORM)
    assert len({asked.connection for asked in server.asked}) == 1


def test_as_many_connections_are_kept_as_threads_call(server: ScriptedServer, settings: ConnectionSettings) -> None:
    transport = Transport(settings, pool_size=12)
    server.script(*[Reply(delay=0.3)] * 12, *[Reply(delay=0.3)] * 12)
    with ThreadPoolExecutor(12) as threads:
        for _unused in range(2):
            list(threads.map(lambda _unused: transport.post("/x", FORM), range(12)))
    transport.close()
    assert len({asked.connection for asked in server.asked}) == 12


def test_nothing_of_the_surroundings_goes_along(
    server: ScriptedServer, transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login canary password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.script(Reply(headers={"Set-Cookie": "a=b"}), Reply())
    for _unused in range(2):
        transport.post("/x", FORM)
    assert all("Cookie" not in asked.headers and "Authorization" not in asked.headers for asked in server.asked)


@pytest.mark.parametrize("chunked", [False, True])
def test_gzip(server: ScriptedServer, transport: Transport, chunked: bool) -> None:
    text = b"0123456789abcdef" * 20000
    server.script(Reply(gzip.compress(text), headers=GZIP, chunked=chunked))
    assert transport.post("/x", FORM).body == text


@pytest.mark.parametrize("believed", [0, 10, 5000])
@pytest.mark.parametrize("text", [b"", b"short", b"0123456789" * 100])
def test_a_body_is_whole_whatever_was_believed_of_its_length(
    server: ScriptedServer, transport: Transport, monkeypatch: pytest.MonkeyPatch, believed: int, text: bytes
) -> None:
    monkeypatch.setattr(_transport, "BELIEVED", believed)
    server.script(Reply(text), Reply(text, chunked=True), Reply(gzip.compress(text), headers=GZIP))
    assert [transport.post("/x", FORM).body for _unused in range(3)] == [text] * 3


def test_a_request_may_be_taken_piece_by_piece() -> None:
    body = _transport._Body(b"abc")
    assert not body.taken
    assert [body.read(2), body.read()] == [b"ab", b"c"]
    assert body.taken


@pytest.mark.parametrize(
    ("announced", "believed", "largest"),
    [(1 << 24, 1 << 16, 1 << 24), (1 << 24, 1 << 24, 1 << 16), (1 << 10, 1 << 24, 1 << 24)],
)
def test_a_long_answer_that_is_only_announced_takes_little_memory(
    server: ScriptedServer,
    make_transport: MakeTransport,
    monkeypatch: pytest.MonkeyPatch,
    announced: int,
    believed: int,
    largest: int,
) -> None:
    monkeypatch.setattr(_transport, "BELIEVED", believed)
    server.script(Reply(bytes(announced), cut=10))
    tracemalloc.start()
    try:
        with pytest.raises(AnswerLost):
            make_transport(largest).post("/x", FORM)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 22


@pytest.mark.parametrize("status", [200, 404, 449, 500])
def test_other_statuses_are_answers_and_not_repeated(server: ScriptedServer, transport: Transport, status: int) -> None:
    server.script(Reply(b"text", status=status))
    answer = transport.post("/x", FORM, retry=True)
    assert (answer.status, answer.body) == (status, b"text")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
class TestStruggling:
    def test_a_reading_call_is_repeated(self, server: ScriptedServer, transport: Transport, status: int) -> None:
        server.script(Reply(status=status), Reply(status=status), Reply({"a": 1}))
        assert transport.post("/x", FORM, retry=True).status == 200
        assert [asked.form for asked in server.asked] == [FORM] * 3

    def test_but_not_for_ever(self, server: ScriptedServer, make_transport: MakeTransport, status: int) -> None:
        server.script(*[Reply(status=status)] * 3)
        assert make_transport(retries=2).post("/x", FORM, retry=True).status == status

    def test_a_writing_call_never(self, server: ScriptedServer, transport: Transport, status: int) -> None:
        server.script(Reply(status=status))
        assert transport.post("/x", FORM).status == status


class TestPauses:
    @pytest.fixture
    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        pauses: list[float] = []
        monkeypatch.setattr(_transport.time, "sleep", pauses.append)
        monkeypatch.setattr(_transport, "BACK_OFF_SECONDS", 1.0)
        monkeypatch.setattr(_transport.random, "uniform", lambda low, high: high / 4)
        return pauses

    def test_they_grow(self, server: ScriptedServer, make_transport: MakeTransport, pauses: list[float]) -> None:
        server.script(*[Reply(status=503)] * 4)
        make_transport().post("/x", FORM, retry=True)
        assert pauses == [0.25, 2.25, 4.25]
        assert [_transport._back_off(number) for number in (3, 4)] == [8.25, 16.25]

    def test_the_first_may_be_none_at_all(self, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_transport.random, "uniform", lambda low, high: low)
        assert [_transport._back_off(number) for number in (0, 1)] == [0, 2]

    @pytest.mark.parametrize(("wish", "pause"), [("7", 7), ("3600", 30), ("0", 0.25), ("soon", 0.25), ("", 0.25)])
    def test_the_server_may_ask_for_one(
        self, server: ScriptedServer, transport: Transport, pauses: list[float], wish: str, pause: float
    ) -> None:
        server.script(Reply(status=429, headers={"Retry-After": wish}), Reply())
        transport.post("/x", FORM, retry=True)
        assert pauses == [pause]

    def test_none_reaches_beyond_the_end(
        self, server: ScriptedServer, make_transport: MakeTransport, pauses: list[float]
    ) -> None:
        server.script(Reply(status=429, headers={"Retry-After": "25"}))
        assert make_transport(timeout=1).post("/x", FORM, retry=True).status == 429
        assert pauses == []


BROKEN = {
    "dropped": (Reply(drop=True), Unreachable, "closed before the answer was complete"),
    "cut": (Reply(b"0123456789", cut=5), BadAnswer, "was cut short"),
    "late": (Reply(delay=2), Unreachable, "did not respond in time"),
    "stuck": (Reply(b"0123456789", drip=2), Unreachable, "did not respond in time"),
    "garbled": (Reply(b"no gzip", headers={"Content-Encoding": "gzip"}), BadAnswer, "cannot be decompressed"),
}


@pytest.mark.parametrize(("reply", "error", "words"), BROKEN.values(), ids=BROKEN)
class TestBrokenAnswers:
    def test_a_reading_call_is_repeated(
        self, server: ScriptedServer, make_transport: MakeTransport, reply: Reply, error: type, words: str
    ) -> None:
        server.script(reply, Reply(b"{}"))
        assert make_transport(timeout=0.6).post("/x", FORM, retry=True).body == b"{}"

    def test_until_it_is_given_up(
        self, server: ScriptedServer, make_transport: MakeTransport, reply: Reply, error: type, words: str
    ) -> None:
        server.script(reply, reply)
        with pytest.raises(error, match=words) as caught:
            make_transport(timeout=0.6, retries=1).post("/x", FORM, retry=True)
        assert server.url in str(caught.value)

    def test_a_writing_call_may_have_happened(
        self, server: ScriptedServer, make_transport: MakeTransport, reply: Reply, error: type, words: str
    ) -> None:
        server.script(reply)
        with pytest.raises(AnswerLost, match=rf"/x was sent.*{words}.*may have been carried out") as caught:
            make_transport(timeout=0.6).post("/x", FORM)
        assert caught.value.details() == {"path": "/x"}
        assert caught.value.late is ("in time" in words)


@pytest.mark.parametrize(("reads", "error"), [(True, BadAnswer), (False, AnswerLost)])
class TestEndlessAnswers:
    @pytest.mark.parametrize("packed", [False, True])
    def test_too_long(
        self, server: ScriptedServer, make_transport: MakeTransport, reads: bool, error: type, packed: bool
    ) -> None:
        text = b" " * 1001
        reply = Reply(gzip.compress(text), headers=GZIP) if packed else Reply(text)
        server.script(reply, Reply(b" " * 1000))
        transport = make_transport(largest_answer=1000)
        with pytest.raises(error, match=r"longer than 1000 bytes"):
            transport.post("/x", FORM, retry=reads)
        assert len(transport.post("/x", FORM, retry=reads).body) == 1000

    def test_too_slow(
        self,
        server: ScriptedServer,
        make_transport: MakeTransport,
        monkeypatch: pytest.MonkeyPatch,
        reads: bool,
        error: type,
    ) -> None:
        monkeypatch.setattr(_transport, "DEADLINE_FACTOR", 0.2)
        server.script(Reply(b" " * 10000, drip=0.02))
        started = time.monotonic()
        with pytest.raises(error, match=r"did not end in time"):
            make_transport(timeout=1).post("/x", FORM, retry=reads)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("target", "place", "words"),
    [
        ("https://other.test:8060/login?canary=1", "https://other.test:8060", "https://other.test:8060/login"),
        ("https://canary:canary@other.test/", "https://other.test", "https://other.test/"),
        ("/login", "", "/login"),
    ],
)
def test_redirects_are_errors(
    server: ScriptedServer, transport: Transport, status: int, target: str, place: str, words: str
) -> None:
    server.script(Reply(status=status, headers={"Location": target}))
    with pytest.raises(BadAnswer) as caught:
        transport.post("/x", FORM, retry=True)
    place = place or server.url
    assert f"redirects to {words if place in words else place + words}." in str(caught.value)
    assert f"set url to {place}." in str(caught.value)
    assert caught.value.details() == {"status": status}
    assert "canary" not in str(caught.value)


def test_text_that_is_not_unicode(transport: Transport) -> None:
    for files in (None, {"upload": b""}):
        with pytest.raises(CometError, match=r"not valid Unicode") as caught:
            transport.post("/x", {"Password": "canary\udc80"}, files=files)
        assert "canary" not in str(caught.value)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, settings: ConnectionSettings) -> None:
    alone = import_without("requests", _transport, monkeypatch)
    assert "import of requests" in alone.MISSING_REQUESTS
    with pytest.raises(CometError, match=r"package requests"):
        alone.Transport(settings)
    assert _transport.MISSING_REQUESTS is None
