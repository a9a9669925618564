# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes in what a server answers, within bounds. Private; may change at any time.

A timeout of sockets starts anew with every byte, so a server could answer for ever: in its headers, in a row of
interim answers, between the pieces of a body. Here the clock is looked at whenever bytes are taken from a connection.
"""

from __future__ import annotations

import http.client
import io
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._failures import UnfitAnswer

try:
    from requests import PreparedRequest, Response
    from requests.adapters import HTTPAdapter
except ImportError:  # told by the transport
    HTTPAdapter = object  # type: ignore[assignment,misc]

PIECE = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS


class _Clock(threading.local):
    """When the answer that this thread waits for has to be complete, in seconds of time.monotonic."""

    ends = 0.0


_clock = _Clock()


class _Timed(io.RawIOBase):
    """The bytes that arrive at a connection, until its time is over; then UnfitAnswer.

    ``over``: the connection was asked for more than it had.
    """

    def __init__(self, raw: io.RawIOBase, ends: float) -> None:
        self._raw, self._ends = raw, ends
        self.over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._ends:
            raise UnfitAnswer("the answer did not end in time. A larger timeout may help")
        size = self._raw.readinto(buffer)
        self.over = size == 0
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer of a server, or of a proxy that is asked for a tunnel."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._source = _Timed(self.fp.detach(), _clock.ends)
        self.fp = io.BufferedReader(self._source)

    def begin(self) -> None:
        """Reads status and headers. Raises IncompleteRead where the connection ends in them.

        The base class would take what is missing for the end of the headers, and nothing for the body.
        """
        super().begin()
        if self._source.over:
            raise http.client.IncompleteRead(b"")


@cache
def _timed(pool: Any) -> Any:
    """A class of connection pools, as one whose connections look at the clock."""
    if issubclass(pool.ConnectionCls.response_class, _TimedResponse):
        return pool
    connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": _TimedResponse})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class Adapter(HTTPAdapter):
    """Sends requests and gives up answers that do not end in time."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """Called by the base class."""
        super().init_poolmanager(*args, **more)
        _time(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **more: Any) -> Any:
        """Called by the base class."""
        manager = super().proxy_manager_for(*args, **more)
        _time(manager)
        return manager

    def send_until(self, ends: float, request: PreparedRequest, **way: Any) -> Response:
        """As ``send``, which may raise UnfitAnswer, too; the body of the response is to be read by this thread."""
        _clock.ends = ends
        return self.send(request, **way)


def _time(manager: Any) -> None:
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _timed(pool) for scheme, pool in pools.items()}


def pieces_of(response: Response) -> Iterator[bytes]:
    """The decompressed body in pieces of at most PIECE bytes, some of them empty.

    Of how little a server sends, much can become. So it is unpacked here, piece by piece, and only what was asked for.
    Raises UnfitAnswer, zlib.error, and what requests and urllib3 raise.
    """
    raw = response.raw
    raw.enforce_content_length = True  # older urllib3 would take half an answer for a whole one
    # read1 does not wait until the piece is full; older urllib3 lacks it.
    read = getattr(raw, "read1", raw.read)
    pieces = iter(lambda: read(PIECE, decode_content=False), b"")
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed in ("gzip", "x-gzip"):
        return _unpacked(pieces)
    if packed not in ("", "identity"):
        raise UnfitAnswer("it is packed in another way than asked for (gzip)")
    return pieces


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder, begun = zlib.decompressobj(_GZIP), False
    for piece in pieces:
        left = piece
        while left:
            if decoder.eof:  # one packet may follow another
                decoder = zlib.decompressobj(_GZIP)
            begun = True
            yield decoder.decompress(left, PIECE)
            left = decoder.unconsumed_tail or decoder.unused_data
    if begun and not decoder.eof:
        raise http.client.IncompleteRead(b"")
