"""The web socket of live events, ``GET /api/v1/events/stream``: five frames of login, then events as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from ..accounts.logins import log_in
from ..core.errors import ApiError
from ..core.events import Event
from ..core.routing import HANDLERS, Call, Caller, Request
from ..emulator import Emulator
from .journal import note_login_failure

PATH = "/api/v1/events/stream"

FRAMES = ("Username", "AuthType", "Password", "SessionKey", "TOTP")

UNSUPPORTED, POLICY = 1003, 1008
"""Codes of closing (RFC 6455): a frame of the wrong kind, and a client that does not keep to what is expected."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def hello(emulator: Emulator, organization: str) -> dict[str, Any]:
    """The first event of a stream: what ``admin/meta/version`` answers an administrator of that tenant."""
    method = emulator.methods["AdminMetaVersion"]
    call = Call(emulator, method, {}, Caller("admin", organization=organization), Request(PATH, "GET", {}, ""))
    version = orjson.loads(emulator.render(method, HANDLERS[method.name](call)))
    return emulator.events.document(Event("META_HELLO", organization=organization, data=version))


class Closed(Exception):
    """The web socket is to be closed with a code, or is closed already (None)."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Listener:
    """What one client has yet to get; ``drop`` ends the connection of one that reads too slowly."""

    def __init__(self, organization: str, limit: int, drop: Callable[[], None]) -> None:
        self._organization = organization
        self._drop = drop
        self.waiting: asyncio.Queue[str] = asyncio.Queue(limit)

    def hear(self, event: Event, document: dict[str, Any]) -> None:
        """Take an event of everybody if it is one of this client's tenant."""
        if not self._organization or event.organization == self._organization:
            self.take(document)

    def take(self, document: dict[str, Any]) -> None:
        """Put an event in the queue."""
        try:
            self.waiting.put_nowait(orjson.dumps(document).decode())
        except asyncio.QueueFull:
            self._drop()


class Streams:
    """All web sockets of one server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.open = 0

    async def serve(self, scope: Message, receive: Receive, send: Send) -> None:
        """Speak with one client until either side ends it."""
        await receive()
        if self._emulator.restarting:
            _aborter(send)()
            return
        if scope["path"] != PATH:
            await _refuse(send)
            return
        await send({"type": "websocket.accept"})
        try:
            caller = await self._log_in(scope, receive)
            if caller is None:
                await _give(send, "403 Unauth")
                raise Closed(POLICY)
            await _give(send, "200 OK")
            await self._stream(caller, receive, send)
        except Closed as end:
            if end.code is not None:
                await send({"type": "websocket.close", "code": end.code})

    async def _log_in(self, scope: Message, receive: Receive) -> Caller | None:
        """The administrator that the first frames name; None when the server refuses them."""
        try:
            async with asyncio.timeout(self._emulator.switches["stream_login_seconds"]):
                given = {name: await _frame(receive) for name in FRAMES}
        except TimeoutError:
            raise Closed(POLICY) from None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request = Request(PATH, "GET", headers, (scope.get("client") or ("", 0))[0], form=given)
        try:
            return log_in(self._emulator, self._emulator.methods["AdminMetaVersion"], request)
        except ApiError as problem:
            note_login_failure(self._emulator, request, problem)
            return None

    async def _stream(self, caller: Caller, receive: Receive, send: Send) -> None:
        """Send events while the client stays; what it says meanwhile means nothing."""
        events, organization = self._emulator.events, caller.organization
        listener = Listener(organization, self._emulator.switches["stream_queue"], _aborter(send))
        listener.take(hello(self._emulator, organization))
        events.listeners.append(listener.hear)
        self.open += 1
        sending = asyncio.create_task(_pass_on(listener, send))
        try:
            while (await receive())["type"] != "websocket.disconnect":
                pass
        finally:
            self.open -= 1
            events.listeners.remove(listener.hear)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def _pass_on(listener: Listener, send: Send) -> None:
    while True:
        await _give(send, await listener.waiting.get())


async def _give(send: Send, text: str) -> None:
    await send({"type": "websocket.send", "text": text})


async def _frame(receive: Receive) -> str:
    """The next text frame.

    Raises:
        Closed: the client left, or sent something else.
    """
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise Closed(None)
    text = message.get("text")
    if text is None:
        raise Closed(UNSUPPORTED)
    return str(text)


async def _refuse(send: Send) -> None:
    """There is only one web socket: another path is answered as any unknown one."""
    await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b"404 page not found\n"})


def _aborter(send: Send) -> Callable[[], None]:
    """Ends the connection behind ``send`` without a word, which a client that does not read could not hear anyway."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport.abort
