# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server on loopback that gives prepared answers in order and remembers what it was asked.

It knows nothing of Comet, so that it can misbehave in every way a server or a network can.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Reply:
    """One answer. ``body`` that is not bytes is sent as JSON.

    ``drop``: close the connection instead of answering. ``cut``: close it after so many bytes of the body. ``drip``:
    seconds before each byte of the body. ``delay``: seconds before the answer. ``chunked``: send no length.
    """

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    cut: int | None = None
    drip: float = 0
    delay: float = 0
    chunked: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def message(status: int, text: str, **more: Any) -> Reply:
    """What a Comet Server says in the body of an ordinary answer."""
    return Reply({"Status": status, "Message": text, **more})


def version(text: str, **more: Any) -> Reply:
    """What a server tells of itself."""
    return Reply({"Version": text, "ServerStartHash": "first", **more})


@dataclass
class Asked:
    """One request as it arrived. ``connection`` is the client's port."""

    verb: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))

    @property
    def method(self) -> str:
        """The end of the path, as in meta/version."""
        return self.path.removeprefix("/api/v1/").removeprefix("admin/")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ScriptedServer

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def do_POST(self) -> None:
        server = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, self.path, self.headers, body, self.client_address[1])
        server.asked.append(asked)
        reply = server.answer(asked) if server.answer else server.next_reply()
        server.stopped.wait(reply.delay)
        if reply.drop:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        content = reply.content
        if reply.chunked:
            self.close_connection = True
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self._send_body(reply, content)

    do_GET = do_POST

    def _send_body(self, reply: Reply, content: bytes) -> None:
        if reply.cut is not None:
            self.close_connection = True
            content = content[: reply.cut]
        if not reply.drip:
            self.wfile.write(content)
            return
        for byte in content:
            if self.server.stopped.wait(reply.drip):
                return
            self.wfile.write(bytes([byte]))

    def log_message(self, format: str, *args: Any) -> None:
        pass


class ScriptedServer(ThreadingHTTPServer):
    """``script`` the answers; afterwards look at ``asked``. Being asked more or less than scripted fails the test.

    ``answer`` may make the answers instead, where the order of the requests is anyone's guess.
    """

    daemon_threads = False
    request_queue_size = 50

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0, replies: Sequence[Reply] = ()) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.tls = tls
        self.asked: list[Asked] = []
        self.replies = list(replies)
        self.answer: Callable[[Asked], Reply] | None = None
        self.unexpected = 0
        self.connections: list[socket.socket] = []
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    @property
    def methods(self) -> list[str]:
        """The ends of the paths asked for, in order."""
        return [asked.method for asked in self.asked]

    def script(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def next_reply(self) -> Reply:
        with self._lock:
            if self.replies:
                return self.replies.pop(0)
            self.unexpected += 1
            return Reply(b"the test did not expect this request", status=599)

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls:
            request.settimeout(5)
            request = self.tls.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            if self.tls:
                request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what the tests are about."""

    def close(self) -> None:
        """Go away; from now on connections are refused. May be called twice."""
        if self.stopped.is_set():
            return
        self.stopped.set()
        self.shutdown()
        for connection in self.connections:
            with contextlib.suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()

    def check(self) -> None:
        """Raise if the client asked more or less than the script has."""
        assert not self.unexpected, f"{self.unexpected} requests more than scripted: {self.methods}"
        assert not self.replies, f"{len(self.replies)} scripted replies were never asked for: {self.methods}"
