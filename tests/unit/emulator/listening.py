"""Those who listen to an emulator's events in these tests: a client of its web socket, and a receiver of webhooks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE = 10.0
ADMIN = ("admin", "Password", "admin", "", "")
MARKER = "/api/v1/admin/account/properties"

Event = dict[str, Any]


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """The first truthy value of a condition, asked again and again for a bounded time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


def stream_url(server: Any) -> str:
    return f"ws{server.url.removeprefix('http')}api/v1/events/stream"


@contextmanager
def knock(server: Any, *frames: str | bytes, **options: Any) -> Iterator[ClientConnection]:
    """A web socket with these frames sent, whatever they are."""
    with connect(stream_url(server), open_timeout=PATIENCE, close_timeout=1, proxy=None, **options) as socket:
        for frame in frames:
            socket.send(frame)
        yield socket


class Stream:
    """A web socket that is logged in. ``hello`` was its first event."""

    def __init__(self, server: Any, socket: ClientConnection) -> None:
        self._server = server
        self.socket = socket
        assert socket.recv(PATIENCE) == "200 OK"
        self.hello = self.next()

    def next(self) -> Event:
        text = self.socket.recv(PATIENCE)
        assert isinstance(text, str)
        event: Event = json.loads(text)
        return event

    def since_last(self) -> list[Event]:
        """Every event until now: until that of a login which is made for this."""
        password = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
        self._server.ok("account/properties", login=password)
        found = []
        while (event := self.next()).get("ResourceID") != MARKER:
            found.append(event)
        return found

    def rest(self) -> list[Event]:
        """Every event until the server closes."""
        found = []
        try:
            while True:
                found.append(self.next())
        except ConnectionClosed:
            return found


@contextmanager
def listen(server: Any, *frames: str) -> Iterator[Stream]:
    """A web socket of the administrator, or of whoever the frames say."""
    with knock(server, *(frames or ADMIN)) as socket:
        yield Stream(server, socket)


def names(events: list[Event]) -> list[str]:
    return [event["TypeString"].removeprefix("SEVT_") for event in events]


class Receiver:
    """An HTTP server for webhooks. ``statuses`` are answered in turn, then 200; ``silent`` makes it not answer."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Event]] = []
        self.statuses: list[int] = []
        self.speaks = threading.Event()
        self.speaks.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def option(self, path: str = "/", **members: Any) -> dict[str, Any]:
        """A ``WebhookOption`` that points here."""
        return {"URL": f"http://127.0.0.1:{self.port}{path}", **members}

    @property
    def events(self) -> list[Event]:
        return [event for _path, _headers, event in self.requests]

    @property
    def names(self) -> list[str]:
        return names(self.events)

    def wait_for_count(self, count: int) -> None:
        wait_for(lambda: len(self.requests) >= count, f"{count} requests")

    def wait(self, *wanted: str) -> list[Event]:
        """The events once there are as many; they must be these, in whatever order. Forgets them."""
        self.wait_for_count(len(wanted))
        found = self.events
        self.requests.clear()
        assert sorted(names(found)) == sorted(wanted)
        return found

    def close(self) -> None:
        self.speaks.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)


def _handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((self.path, headers, json.loads(body)))
            receiver.speaks.wait(PATIENCE)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_unused: Any) -> None:
            pass

    return Handler
