# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports on loopback behind which anything may be: what a client sends is kept byte for byte, what it gets is played."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType

Play = Callable[[socket.socket, bytes, threading.Event], None]
"""Answers a request on its connection; ends soon after the event is set."""

PATIENCE = 20.0
"""Seconds for which a connection may do nothing."""
MOST = 1 << 16


class Wire:
    """A port. ``heard`` is what each connection said after its handshake; ``greeted`` counts finished handshakes.

    ``play`` may be changed between requests. Each connection serves one request and is closed. ``at_once``: it begins
    to play when the first bytes have come.
    """

    def __init__(self, play: Play, tls: ssl.SSLContext | None = None, at_once: bool = False) -> None:
        self.play, self.tls, self.at_once = play, tls, at_once
        self.heard: list[bytes] = []
        self.greeted = self.taken = 0
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *self._threads):
            thread.join(PATIENCE)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.taken += 1
            self._open.add(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self._threads[-1].start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(PATIENCE)
        connection = plain
        with contextlib.suppress(OSError, ValueError):  # a client that hangs up is what this is about
            if self.tls:
                connection = self.tls.wrap_socket(plain, server_side=True)
            self.greeted += 1
            spot = len(self.heard)
            self.heard.append(b"")
            self.heard[spot] = request = self._request(connection, spot)
            if request:
                self.play(connection, request, self._over)
        with contextlib.suppress(OSError):
            connection.close()
        self._open.discard(plain)

    def _request(self, connection: socket.socket, spot: int) -> bytes:
        """All of a request, or what came of it."""
        text = b""
        while not (text if self.at_once else _whole(text)):
            piece = connection.recv(MOST)
            if not piece:
                return b""
            text += piece
            self.heard[spot] = text
        return text


def _whole(text: bytes) -> bool:
    """Whether a request has arrived with its body."""
    head, end, body = text.partition(b"\r\n\r\n")
    if not end:
        return False
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return len(body) >= int(lengths[0] if lengths else 0)


def saying(*pieces: bytes) -> Play:
    """Says these bytes."""

    def play(connection: socket.socket, _request: bytes, _over: threading.Event) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return play


def without_end(head: bytes, again: bytes, pause: float = 0.0) -> Play:
    """Says the one, and then the other over and over, with a pause before each."""

    def play(connection: socket.socket, _request: bytes, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(pause) if pause else not over.is_set():
            connection.sendall(again)

    return play


def silent_after(head: bytes) -> Play:
    """Says this, and then nothing until the client has gone."""

    def play(connection: socket.socket, _request: bytes, over: threading.Event) -> None:
        connection.sendall(head)
        over.wait(PATIENCE)

    return play


def tunnel_to(port: int) -> Play:
    """What a proxy does that is asked for a tunnel, wherever it is asked to lead."""

    def play(connection: socket.socket, _request: bytes, _over: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as target:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(target, connection), daemon=True)
            back.start()
            _pump(connection, target)
            back.join(PATIENCE)

    return play


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Pass everything on, to the end of it."""
    with contextlib.suppress(OSError):
        while piece := source.recv(MOST):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
