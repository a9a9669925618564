"""Running the application on a socket that can really go away and come back."""

from __future__ import annotations

import asyncio
import errno
import logging
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from ..core.events import Event
from ..emulator import Emulator
from .app import Application
from .tls import Tls

log = logging.getLogger("comet_emulator")

SETTINGS: dict[str, Any] = {
    # Parsing in Python would take most of the time of a small call.
    "http": "httptools",
    "access_log": False,
    "log_level": "critical",
    "lifespan": "off",
    # Whether X-Forwarded-For counts is a setting of the emulated server, and off at first.
    "proxy_headers": False,
    # Nothing should tell the emulator from the server it stands for.
    "server_header": False,
    "ws": "websockets-sansio",
    "ws_max_size": 1 << 16,
    "ws_per_message_deflate": False,
    # Clients keep connections for long, and one that closes under a call looks like a fault.
    "timeout_keep_alive": 120,
    "timeout_graceful_shutdown": 1,
}


FREE_PORTS = range(15_000, 32_000)
TRIES = 50

TICK_SECONDS = 0.02
"""How late a planned action may be."""

REBIND_SECONDS = 10.0
"""How long a restart waits for its port when something else has it."""


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, which would end the process at the first restart."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def leave(self) -> None:
        """Close the listening socket at once and end as soon as possible."""
        for server in getattr(self, "servers", []):
            server.close()
        # Once those have had their turn who pass the last events on: with the end the web sockets are closed.
        asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        self.should_exit = True


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's delay off only for sockets that say they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(1024)
    return listener


def _bind_free(host: str) -> socket.socket:
    """A listener on a free port below those the system hands to outgoing connections: during a restart one of them,
    even a client polling for this very server, could otherwise take the port.
    """
    for port in random.sample(FREE_PORTS, TRIES):
        try:
            return _bind(host, port)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise
    return _bind(host, 0)


class Service:
    """Keeps one emulated server running: the service manager around the process of a real one.

    With ``tls`` it speaks HTTPS.
    """

    def __init__(self, emulator: Emulator, host: str, port: int, tls: Tls | None = None) -> None:
        self.emulator = emulator
        self.host = host
        self.port = port
        self._settings = dict(SETTINGS)
        if tls is not None:
            self._settings.update(tls.settings())
        self._application = Application(emulator)
        self._server: _Server | None = None
        self._come_back = False
        emulator.on_restart = self.leave

    def leave(self, come_back: bool) -> None:
        """Stop listening and drop what is connected; afterwards come back, or end."""
        self._come_back = come_back
        if self._server is not None:
            self._server.leave()

    async def run(self, ready: Callable[[int], None]) -> None:
        """Serve until SIGTERM, SIGINT or a shutdown call. ``ready`` is told the port once it listens.

        Raises:
            OSError: the port cannot be had.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.emulator.end_run, False)
        listener = _bind(self.host, self.port) if self.port else _bind_free(self.host)
        self.port = listener.getsockname()[1]
        ready(self.port)
        ticking = asyncio.create_task(self._tick())
        try:
            await self._serve(listener)
        finally:
            await self.emulator.webhooks.close()
            ticking.cancel()

    async def _tick(self) -> None:
        """Do what is planned when it is due."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self.emulator.timers.run_due()
            except Exception:
                log.exception("something planned failed")

    async def _serve(self, listener: socket.socket) -> None:
        while True:
            self._come_back = False
            self.emulator.webhooks.begin()
            self.emulator.events.send(Event("SERVER_STARTED"))
            config = uvicorn.Config(self._application, **self._settings)
            self._server = _Server(config)
            await self._server.serve(sockets=[listener])
            if not self._come_back:
                return
            listener = await self._wait_and_bind()
            if not self._come_back:
                # Told to end while it was away.
                listener.close()
                return
            self.emulator.begin_run()
            self._application.routine.start()

    async def _wait_and_bind(self) -> socket.socket:
        await asyncio.sleep(self.emulator.switches["restart_seconds"])
        until = time.monotonic() + REBIND_SECONDS
        while True:
            try:
                return _bind(self.host, self.port)
            except OSError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)
