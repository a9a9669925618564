#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain load generator on raw sockets, in a process of its own: ``load.py PORT``.

It reads one word per line and answers each with one line of JSON:

- ``calls``: seconds for ``CALLS`` small calls over ``CONNECTIONS`` kept-alive connections, one call at a time on each;
- ``list``: seconds from the request for all users to the last byte of the answer, read by a bare ``recv_into``;
- ``serialise``: seconds that orjson takes for the documents of that answer.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from typing import Any
from urllib.parse import urlencode

import orjson

CALLS = 3000
CONNECTIONS = 4
BUFFER = 1 << 20
TIMEOUT_SECONDS = 30.0
END_OF_HEAD = b"\r\n\r\n"
SMALL = ("meta/version", "get-user-profile-hash", "get-user-profile-and-hash")


class Load:
    """What the generator does to the server behind a port of this machine."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._port = port
        self._login = {"Username": username, "AuthType": "Password", "Password": password}
        self._buffer = memoryview(bytearray(BUFFER))
        self._documents: Any = None

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _request(self, path: str, **parameters: str) -> bytes:
        body = urlencode({**self._login, **parameters}).encode()
        head = f"POST /api/v1/admin/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + body

    def _begin(self, connection: socket.socket) -> tuple[bytes, int]:
        """The body of an answer as far as it came with its head, and the size that the head announces."""
        received = b""
        while END_OF_HEAD not in received:
            size = connection.recv_into(self._buffer)
            if not size:
                raise ConnectionError("the server hung up")
            received += self._buffer[:size]
        head, _unused, body = received.partition(END_OF_HEAD)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(f"not answered: {head[:40]!r}")
        _unused, _unused, rest = head.lower().partition(b"content-length: ")
        return body, int(rest.partition(b"\r\n")[0])

    def calls(self) -> float:
        """Seconds for all small calls."""
        requests = [self._request(path, TargetUser="user-000007") for path in SMALL]
        connections = [self._connect() for _unused in range(CONNECTIONS)]
        with selectors.DefaultSelector() as selector:
            for connection in connections:
                selector.register(connection, selectors.EVENT_READ)
            began = time.perf_counter()
            for number, connection in enumerate(connections):
                connection.sendall(requests[number % len(requests)])
            self._keep_calling(selector, requests)
            seconds = time.perf_counter() - began
        for connection in connections:
            connection.close()
        return seconds

    def _keep_calling(self, selector: selectors.BaseSelector, requests: list[bytes]) -> None:
        sent, answered = CONNECTIONS, 0
        while answered < CALLS:
            for key, _unused in selector.select(TIMEOUT_SECONDS):
                connection = key.fileobj
                assert isinstance(connection, socket.socket)
                body, size = self._begin(connection)
                missing = size - len(body)
                while missing:
                    missing -= connection.recv_into(self._buffer, missing)
                answered += 1
                if sent < CALLS:
                    connection.sendall(requests[sent % len(requests)])
                    sent += 1

    def list(self) -> float:
        """Seconds for one answer with all users."""
        with self._connect() as connection:
            began = time.perf_counter()
            connection.sendall(self._request("list-users-full"))
            body, size = self._begin(connection)
            whole = memoryview(bytearray(size))
            whole[: len(body)] = body
            at = len(body)
            while at < size:
                at += connection.recv_into(whole[at : at + BUFFER])
            seconds = time.perf_counter() - began
        if self._documents is None:
            self._documents = orjson.loads(whole)
        return seconds

    def serialise(self) -> float:
        """Seconds for serialising what ``list`` has brought."""
        began = time.perf_counter()
        orjson.dumps(self._documents)
        return time.perf_counter() - began


def main() -> int:
    """Do what the lines on standard input say, until they end."""
    port, username, password = sys.argv[1:]
    load = Load(int(port), username, password)
    measures = {"calls": load.calls, "list": load.list, "serialise": load.serialise}
    for line in sys.stdin:
        print(json.dumps(measures[line.strip()]()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
