"""One HTTP exchange: the request read, the call made, the answer given or the connection dropped."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from ..core.errors import ApiError
from ..core.routing import Request
from ..emulator import Emulator
from .parameters import parse_form

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
CHUNK = 1 << 20
"""Bytes of a large answer that are handed to the connection at once."""

GZIP_FROM = 1024
GZIP_ACCEPTED = re.compile(r"(^|,)\s*gzip\s*(,|$|;\s*q=(?!0(\.0*)?\s*(,|$)))", re.IGNORECASE)
"""An ``Accept-Encoding`` header that names gzip, and not with the weight 0."""

STEP_SECONDS = 0.02
"""Pause between the pieces of an answer that drips."""


@dataclass(slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes | memoryview
    content_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after_reply: Callable[[], None] | None = None
    delay: float = 0.0


class Gone(Exception):
    """The client hung up, or the server is restarting: nothing more can be said on this connection."""


class Exchange:
    """One request on its way through the server. ``reply`` makes the call that a request asks for."""

    def __init__(
        self,
        emulator: Emulator,
        connection: tuple[Scope, Receive, Send],
        reply: Callable[[Request | ApiError], Answer],
    ) -> None:
        self._emulator = emulator
        self._scope, self._receive, self._send = connection
        self._headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._scope["headers"]}
        self.answer = reply

    def address(self, scheme: str) -> str:
        """The address that was asked for, with another scheme."""
        return f"{scheme}://{self._headers.get('host', '127.0.0.1')}{self._scope['path']}"

    # The request

    async def read(self, rate: float = 0) -> Request | ApiError:
        """The whole request, or why it makes no sense; read at ``rate`` bytes a second unless that is 0.

        Raises:
            Gone: the client did not send all of it.
        """
        scope, headers = self._scope, self._headers
        client = (scope.get("client") or ("", 0))[0]
        request = Request(scope["path"], scope["method"], headers, client, scope["scheme"])
        try:
            if headers.get("content-type", "").lower().startswith("multipart/form-data"):
                await _read_multipart(request, scope, self._body(rate))
            else:
                request.form = parse_form(self._checked(await self.read_body(rate)))
        except ApiError as problem:
            return problem
        return request

    def _checked(self, body: bytes) -> bytes:
        """The body of a form, which must not be larger than a switch says.

        Raises:
            ApiError: it is.
        """
        switches = self._emulator.switches
        if 0 < switches["form_limit_bytes"] < len(body):
            status = switches["form_too_large"]
            raise ApiError(status, "The request is too large", http_status=413 if status == 413 else 200)
        return body

    async def read_body(self, rate: float = 0) -> bytes:
        """The body of the request as it is.

        Raises:
            Gone: the client did not send all of it.
        """
        return b"".join([chunk async for chunk in self._body(rate)])

    async def read_part(self, size: int) -> None:
        """Read until at least ``size`` bytes of the body are there, or all of it.

        Raises:
            Gone: the client did not send that much.
        """
        seen = 0
        if size:
            async for chunk in self._body():
                seen += len(chunk)
                if seen >= size:
                    return

    async def _body(self, rate: float = 0) -> AsyncGenerator[bytes, None]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            if chunk := message.get("body", b""):
                if rate:
                    await asyncio.sleep(len(chunk) / rate)
                yield chunk
            if not message.get("more_body"):
                return

    # The call

    async def happen(self, rate: float = 0) -> Answer:
        """Read the request (at ``rate`` bytes a second unless that is 0) and make its call; the answer is not sent.

        Raises:
            Gone: the client hung up before, or the server is restarting.
        """
        request = await self.read(rate)
        if wait := self._emulator.switches["latency_ms"]:
            await asyncio.sleep(wait / 1000)
        if self._emulator.restarting:
            raise Gone
        answer = self.answer(request)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        return answer

    async def postpone(self, seconds: float) -> None:
        """Read the request; its call is made after so many seconds, and nobody is told its answer.

        Raises:
            Gone: the client did not send all of it.
        """
        request = await self.read()

        def make() -> None:
            _finish(self.answer(request))

        self._emulator.faults.postpone(seconds, make)

    async def serve(self) -> None:
        """The exchange as it should be."""
        await self.give(await self.happen())

    def restart(self) -> None:
        """Make the server go away and come back."""
        self._emulator.end_run(True)

    # The answer

    async def give(self, answer: Answer, rate: float = 0) -> None:
        """Send an answer, at ``rate`` bytes of body a second unless that is 0."""
        self._compress(answer)
        await self._start(answer)
        step = max(1, round(rate * STEP_SECONDS)) if rate else CHUNK
        size, view = len(answer.body), memoryview(answer.body)
        for start in range(0, max(size, 1), step):
            if rate:
                await asyncio.sleep(step / rate)
            await self._send_body(view[start : start + step], more=start + step < size)
        _finish(answer)

    async def give_text(
        self, text: str, *, status: int = 200, content_type: str = TEXT, headers: dict[str, str] | None = None
    ) -> None:
        """Send what is not an answer of the API."""
        await self.give(Answer(text.encode(), content_type, status, headers or {}))

    async def give_part(self, answer: Answer, size: int) -> None:
        """Send ``size`` bytes of the body, uncompressed, then drop the connection."""
        await self._start(answer)
        await self._send_body(answer.body[:size], more=True)
        # Give the part time to leave before the connection dies.
        await asyncio.sleep(0.05)
        self.drop(answer)

    async def say_nothing(self) -> None:
        """Leave the client without an answer until it hangs up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def drop(self, answer: Answer | None = None) -> None:
        """Close the connection without another byte; the answer, if the call happened, is lost.

        ASGI has no word for this, uvicorn's cycle behind ``send`` has.
        """
        cycle: Any = getattr(self._send, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if transport is None:
            raise ConnectionAbortedError("dropped on demand")
        cycle.disconnected = True
        transport.abort()
        if answer is not None:
            _finish(answer)

    async def _start(self, answer: Answer) -> None:
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body)), **answer.headers}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": raw})

    async def _send_body(self, body: bytes | memoryview, *, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _compress(self, answer: Answer) -> None:
        """Compress an answer of the API if the client takes that, and it is neither tiny nor huge."""
        accepted = GZIP_ACCEPTED.search(self._headers.get("accept-encoding", ""))
        if accepted and GZIP_FROM <= len(answer.body) <= self._emulator.switches["gzip_limit_bytes"]:
            answer.body = gzip.compress(answer.body, 1, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["Vary"] = "Accept-Encoding"


def _finish(answer: Answer) -> None:
    if answer.after_reply is not None:
        answer.after_reply()


async def _read_multipart(request: Request, scope: Scope, body: AsyncGenerator[bytes, None]) -> None:
    try:
        parser = MultiPartParser(Headers(raw=scope["headers"]), body)
        for name, value in (await parser.parse()).multi_items():
            if isinstance(value, str):
                request.form.setdefault(name, value)
            elif name == "upload":
                request.upload = await value.read()
    except (MultiPartException, KeyError):
        raise ApiError(400, "Malformed request: the body is not multipart") from None
