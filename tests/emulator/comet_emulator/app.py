"""The web application: HTTP in, API calls inside, HTTP out."""

from __future__ import annotations

import asyncio
import gzip
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from . import methods
from .auth import authenticate
from .calls import writes
from .control import answer_control
from .emulator import Emulator
from .errors import ApiError, PlainError, refuse_path, translate
from .faults import Fault
from .parameters import parse_form, read_parameters
from .permissions import check_permission, check_role
from .routing import HANDLERS, Call, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = "application/json"
CHUNK = 1 << 20
GZIP_FROM = 1024

log = logging.getLogger("comet_emulator")


@dataclass(slots=True)
class Answer:
    """One HTTP answer."""

    body: bytes
    content_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    after_reply: Callable[[], None] | None = None


class Application:
    """The ASGI application of one emulated server."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        methods.load()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, as ASGI wants it."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path.startswith("/_control/"):
            await self._control(scope, path, receive, send)
            return
        if self.emulator.restarting:
            _drop(send)
            return
        fault = self.emulator.faults.take(path)
        if fault is not None and await self._suffer_first(fault, receive, send):
            return
        request = await _read_request(scope, receive)
        await self._wait()
        if self.emulator.restarting:
            _drop(send)
            return
        if random.random() < self.emulator.switches["random_502"]:
            await _send(send, Answer(b"502 Bad Gateway\n", "text/plain; charset=utf-8", 502))
            return
        answer = self.answer(request)
        if fault is not None and fault.kind == "drop_after":
            _drop(send)
        elif fault is not None and fault.kind == "truncate":
            await _send(send, answer, truncate=True)
        else:
            await _send(send, self._compress(answer, request))
        if answer.after_reply is not None:
            answer.after_reply()

    # One API call

    def answer(self, request: Request | ApiError) -> Answer:
        """The answer to a request, or to the reason why it could not be read."""
        if isinstance(request, ApiError):
            return _envelope(request, "")
        try:
            return self._call(request)
        except ApiError as problem:
            return _envelope(problem, request.language)
        except PlainError as problem:
            return Answer(problem.text.encode(), "text/plain; charset=utf-8", problem.http_status)
        except Exception:
            log.exception("%s failed", request.path)
            return _envelope(ApiError(500, "Internal error of the emulator"), "")

    def _call(self, request: Request) -> Answer:
        emulator = self.emulator
        method = emulator.routes.get(request.path)
        if method is None or request.http_method != method.http_method:
            refuse_path(emulator.switches["unknown_path"])
        emulator.calls.note(method, request.path, sorted(request.form))
        caller = authenticate(emulator, method, request)
        check_permission(method, caller)
        check_role(emulator, method)
        call = Call(emulator, method, read_parameters(emulator, method, request), caller, request)
        if emulator.read_only and writes(method):
            emulator.calls.refused_writes += 1
            raise ApiError(403, "read-only emulator")
        handler = HANDLERS.get(method.name, methods.generic)
        with emulator.changing(caller.username):
            result = handler(call)
            body = result if isinstance(result, bytes) else emulator.render(method, result)
        raw = isinstance(result, bytes)
        return Answer(body, method.content_type if raw else JSON, after_reply=call.after_reply)

    # Around the call

    async def _control(self, scope: Scope, path: str, receive: Receive, send: Send) -> None:
        client = (scope.get("client") or ("", 0))[0]
        body = b"".join([chunk async for chunk in _body_of(receive)])
        status, document = answer_control(self.emulator, client, scope["method"], path, body)
        await _send(send, Answer(orjson.dumps(document), status=status))

    async def _wait(self) -> None:
        if self.emulator.switches["latency_ms"]:
            await asyncio.sleep(self.emulator.switches["latency_ms"] / 1000)

    async def _suffer_first(self, fault: Fault, receive: Receive, send: Send) -> bool:
        """What a fault does before the call is made; True when the call never happens."""
        if fault.kind == "latency_ms":
            await asyncio.sleep(fault.value / 1000)
            return False
        if fault.kind in ("drop_after", "truncate"):
            return False
        async for _unused in _body_of(receive):
            pass
        if fault.kind == "drop_before":
            _drop(send)
        elif fault.kind == "html":
            await _send(send, Answer(b"<!DOCTYPE html><html><body>Welcome</body></html>\n", "text/html; charset=utf-8"))
        else:
            status = 502 if fault.kind == "http_502" else 504
            await _send(send, Answer(f"{status} from a proxy\n".encode(), "text/plain; charset=utf-8", status))
        return True

    def _compress(self, answer: Answer, request: Request | ApiError) -> Answer:
        if isinstance(request, ApiError) or "gzip" not in request.headers.get("accept-encoding", ""):
            return answer
        if GZIP_FROM <= len(answer.body) <= self.emulator.switches["gzip_limit_bytes"]:
            answer.body = gzip.compress(answer.body, 1, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["Vary"] = "Accept-Encoding"
        return answer


def _envelope(problem: ApiError, language: str) -> Answer:
    document = {"Status": problem.status, "Message": translate(problem.message, language), **problem.extra}
    return Answer(orjson.dumps(document), JSON, problem.http_status, dict(problem.headers))


# HTTP


async def _body_of(receive: Receive) -> AsyncGenerator[bytes, None]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if chunk := message.get("body", b""):
            yield chunk
        if not message.get("more_body"):
            return


async def _read_request(scope: Scope, receive: Receive) -> Request | ApiError:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = (scope.get("client") or ("", 0))[0]
    request = Request(scope["path"], scope["method"], headers, client, scope["scheme"])
    try:
        if headers.get("content-type", "").startswith("multipart/form-data"):
            await _read_multipart(request, scope, receive)
        else:
            request.form = parse_form(b"".join([chunk async for chunk in _body_of(receive)]))
    except ApiError as problem:
        return problem
    return request


async def _read_multipart(request: Request, scope: Scope, receive: Receive) -> None:
    try:
        parser = MultiPartParser(Headers(raw=scope["headers"]), _body_of(receive))
        for name, value in (await parser.parse()).multi_items():
            if isinstance(value, UploadFile):
                request.upload = await value.read()
            else:
                request.form.setdefault(name, value)
    except (MultiPartException, KeyError):
        raise ApiError(400, "Malformed request: the body is not multipart") from None


async def _send(send: Send, answer: Answer, *, truncate: bool = False) -> None:
    headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body)), **answer.headers}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if truncate:
        await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
        # Give the first half time to leave before the connection dies.
        await asyncio.sleep(0.05)
        _drop(send)
        return
    if len(answer.body) > CHUNK:
        view = memoryview(answer.body)
        for start in range(0, len(view), CHUNK):
            await send({"type": "http.response.body", "body": bytes(view[start : start + CHUNK]), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": answer.body})


def _drop(send: Send) -> None:
    """Close the connection without another byte: ASGI has no word for it, uvicorn's cycle behind ``send`` has."""
    cycle = getattr(send, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise ConnectionAbortedError("dropped on demand")
    cycle.disconnected = True  # type: ignore[union-attr]
    transport.abort()
