# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that would never end, that are packed, or that are no answers: given up in time, and said so."""

from __future__ import annotations

import dataclasses
import gzip
import http.client
import socket
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3

from ansible_collections.comet.backup.plugins.module_utils._api import _adapter, _transport
from ansible_collections.comet.backup.plugins.module_utils._api._adapter import PIECE, Adapter, pieces_of
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer
from ansible_collections.comet.backup.plugins.module_utils._api._failures import UnfitAnswer
from ansible_collections.comet.backup.plugins.module_utils._api._transport import ConnectionSettings, Transport
from ansible_collections.comet.backup.tests.soak.wires import Play, Wire, saying, without_end
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import import_without

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NOTHING = gzip.compress(b"")
TEXT = bytes(range(256)) * 5000
SECONDS = 0.2


def asked(play: Play, repeats: int = 0, **changes: Any) -> bytes:
    """The body that a transport makes of what is played, in a reading call."""
    with Wire(play) as wire:
        transport = Transport(dataclasses.replace(ConnectionSettings(wire.url), retries=repeats, **changes))
        try:
            return transport.post("/x", {"a": "b"}, retry=True).body
        finally:
            transport.close()


@pytest.mark.parametrize(
    "play",
    [
        without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        without_end(b"HTTP/1.1 20", b"0", 0.01),
        without_end(OK + b"X: ", b"y", 0.01),
        without_end(CHUNKED + b"2;", b"x", 0.01),
        without_end(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: y\r\n"),
        without_end(OK + b"\r\n", b"y", 0.01),
        without_end(OK + b"Content-Encoding: gzip\r\n\r\n" + NOTHING, NOTHING),
    ],
    ids=["interim", "status", "header", "chunk", "trailers", "body", "packets"],
)
def test_answers_without_end(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    monkeypatch.setattr(_transport, "DEADLINE_FACTOR", SECONDS)
    began = time.monotonic()
    with pytest.raises(BadAnswer, match=r"did not end in time. A larger timeout may help"):
        asked(play, timeout=1)
    assert SECONDS <= time.monotonic() - began < SECONDS + 5


def test_a_tunnel_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transport, "DEADLINE_FACTOR", SECONDS)
    with Wire(without_end(OK, b"X", 0.01)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        transport = Transport(ConnectionSettings("https://backup.test", timeout=1, retries=0))
        with pytest.raises(BadAnswer, match=r"did not end in time"):
            transport.post("/x", {"a": "b"}, retry=True)
        transport.close()


def packed(encoding: bytes, content: bytes) -> bytes:
    """An answer with a packed body."""
    return OK + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (encoding, len(content)) + content


class TestPacked:
    @pytest.mark.parametrize(
        "answer",
        [
            packed(b"gzip", gzip.compress(TEXT)),
            packed(b" GZIP ", gzip.compress(TEXT)),
            packed(b"x-gzip", gzip.compress(TEXT[:1000]) + NOTHING + gzip.compress(TEXT[1000:])),
            packed(b"identity", TEXT),
            packed(b"", TEXT),
        ],
        ids=["gzip", "GZIP", "x-gzip in parts", "identity", "nothing said"],
    )
    def test_as_asked_for(self, answer: bytes) -> None:
        assert asked(saying(answer)) == TEXT

    def test_nothing_needs_no_packet(self) -> None:
        assert asked(saying(packed(b"gzip", b""))) == b""

    @pytest.mark.parametrize("encoding", [b"br", b"zstd", b"deflate", b"gzip, gzip"])
    def test_otherwise(self, encoding: bytes) -> None:
        with pytest.raises(BadAnswer, match=r"packed in another way than asked for \(gzip\)"):
            asked(saying(packed(encoding, zlib.compress(b"{}"))), repeats=3)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (gzip.compress(TEXT)[:-1], "was cut short"),
            (gzip.compress(TEXT)[:20], "was cut short"),
            (gzip.compress(TEXT)[:-8] + bytes(8), "cannot be decompressed"),
            (gzip.compress(TEXT) + b"garbage", "cannot be decompressed"),
        ],
        ids=["without its last byte", "only its start", "with another checksum", "with more"],
    )
    def test_badly(self, content: bytes, words: str) -> None:
        with pytest.raises(BadAnswer, match=words):
            asked(saying(packed(b"gzip", content)))

    def test_little_that_becomes_much_comes_in_pieces(self) -> None:
        content = gzip.compress(bytes(PIECE * 20))
        assert len(content) < PIECE
        assert pieces(content) == [PIECE] * 20


def pieces(content: bytes) -> list[int]:
    """How long the pieces are in which a packed body is given."""
    response = urllib3.HTTPResponse([content], {"Content-Encoding": "gzip"}, preload_content=False)
    wrapped = _transport.requests.Response()
    wrapped.raw, wrapped.headers = response, {"Content-Encoding": "gzip"}  # type: ignore[assignment]
    wrapped.raw.read1 = iter_of(content)
    return [len(piece) for piece in pieces_of(wrapped) if piece]


def iter_of(content: bytes) -> Any:
    """A way to read this once."""
    left: Iterator[bytes] = iter([content, b""])
    return lambda *_size, **_more: next(left)


@pytest.mark.parametrize(
    "answer", [b"<html>old</html>", b"SSH-2.0-OpenSSH\r\n", OK + b"X: " + b"y" * 70000, OK + b"X: y\r\n" * 200]
)
def test_no_answer_of_a_web_server(answer: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"no answer of a web server. Check port and scheme of url"):
        asked(saying(answer))


@pytest.mark.parametrize("length", [0, 2])
def test_headers_that_do_not_end(length: int) -> None:
    answer = OK + b"Content-Length: %d\r\n\r\n" % length
    assert asked(saying(answer + b"{}"[:length])) == b"{}"[:length]
    for end in (answer[:-2], answer[:-4], OK, OK[:-1]):
        with pytest.raises(BadAnswer, match=r"was cut short"):
            asked(saying(end))


@pytest.mark.parametrize(
    "header",
    [
        b"Location: https://ev[il/\r\n",
        b"Location: https://evil\x9b31m.test/\r\n",
        b"Location: /\x1b[2J\r\n",
        b"Location: mailto:x\r\n",
        b"Location:\r\n",
        b"",
    ],
)
def test_redirects_to_nowhere(header: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"redirects, but not to an address. Check that url") as caught:
        asked(saying(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n" + header + b"\r\n"))
    assert str(caught.value).isprintable()


def test_pools_are_made_to_look_at_the_clock_once() -> None:
    adapter = Adapter()
    pools = adapter.poolmanager.pool_classes_by_scheme
    _adapter._time(adapter.poolmanager)
    assert adapter.poolmanager.pool_classes_by_scheme == pools
    manager = adapter.proxy_manager_for("http://proxy.test")
    assert adapter.proxy_manager_for("http://proxy.test") is manager
    assert manager.pool_classes_by_scheme == pools
    assert {pool.__name__ for pool in pools.values()} == {"HTTPConnectionPool", "HTTPSConnectionPool"}
    adapter.close()


def test_what_is_said_of_pools_is_heard() -> None:
    assert Adapter(pool_block=True).poolmanager.connection_pool_kw["block"] is True
    assert Adapter().poolmanager.connection_pool_kw["block"] is False


def test_an_answer_knows_what_it_answers() -> None:
    """That to HEAD has no body, whatever its headers say."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours, theirs:
        theirs.sendall(OK + b"Content-Length: 9\r\n\r\n")
        _adapter._clock.ends = time.monotonic() + 60
        with closing(_adapter._TimedResponse(ours, method="HEAD")) as answer:
            answer.begin()
            assert answer.read() == b""


@pytest.mark.parametrize("sent", [OK, OK[:-1]])
def test_what_is_missing_of_an_answer_is_not_made_up(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    with ours:
        theirs.sendall(sent)
        theirs.close()
        _adapter._clock.ends = time.monotonic() + 60
        with closing(_adapter._TimedResponse(ours)) as answer, pytest.raises(http.client.IncompleteRead) as caught:
            answer.begin()
        assert caught.value.partial == b""


def test_bodies_are_read_as_they_come_where_nothing_better_is_known() -> None:
    """Older urllib3 has no read1."""
    asked_for: list[Any] = []
    left = iter([b"ab", b"c", b""])

    def read(*size: int, **more: Any) -> bytes:
        asked_for.append((size, more))
        return next(left)

    response: Any = SimpleNamespace(raw=SimpleNamespace(read=read), headers={})
    assert list(pieces_of(response)) == [b"ab", b"c"]
    assert asked_for == [((PIECE,), {"decode_content": False})] * 3


def test_what_is_said_of_a_proxy_is_heard() -> None:
    manager = Adapter().proxy_manager_for("http://proxy.test", timeout=7)
    assert manager.connection_pool_kw["timeout"] == 7


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests.adapters", None)
    alone = import_without("requests", _adapter, monkeypatch)
    assert alone.Adapter.__bases__ == (object,)


def test_time_that_is_over() -> None:
    raw = _adapter._Timed(_transport.io.BytesIO(b"abc"), time.monotonic() + 60)  # type: ignore[arg-type]
    assert raw.readable()
    assert raw.read(2) == b"ab"
    assert not raw.over
    raw._ends = time.monotonic() - 1
    with pytest.raises(UnfitAnswer):
        raw.read(1)
    raw.close()
    assert raw.closed
