"""The web application: HTTP in, API calls inside, HTTP out."""

from __future__ import annotations

import logging

import orjson

from .. import methods
from ..accounts.logins import log_in
from ..accounts.permissions import check_permission, check_role
from ..core.calls import writes
from ..core.errors import ApiError, PlainError, refuse_path, translate
from ..core.facts import Method
from ..core.routing import HANDLERS, Call, Caller, File, Request
from ..emulator import Emulator
from ..faults.crowd import Clients
from ..faults.mishaps import KINDS
from ..faults.races import Races
from ..jobs.scheduling import Scheduler
from ..methods.campaigns import run_campaign
from ..server.branding import LOGO_PATH, logo
from ..server.routine import Routine
from ..server.ticking import Ticking
from .control import answer_control
from .exchange import JSON, TEXT, Answer, Exchange, Gone, Receive, Scope, Send
from .journal import note_call, note_login_failure, note_refusal
from .parameters import read_parameters
from .streaming import PATH, Streams
from .webhooks import Webhooks

log = logging.getLogger("comet_emulator")


class Application:
    """The ASGI application of one emulated server."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        methods.load()
        emulator.clients, emulator.races = Clients(emulator), Races(emulator)
        emulator.streams, emulator.webhooks = Streams(emulator), Webhooks(emulator)
        self.routine = Routine(emulator)
        self.routine.start()
        Ticking(emulator, Scheduler(emulator).run, run_campaign).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request or speak with one web socket, as ASGI wants it."""
        if scope["type"] == "websocket":
            await self.emulator.streams.serve(scope, receive, send)
            return
        path = scope["path"]
        exchange = Exchange(self.emulator, (scope, receive, send), self.answer)
        try:
            if path.startswith("/_control/"):
                await self._control(exchange, scope)
                return
            if self.emulator.restarting:
                raise Gone
            fault = self.emulator.faults.take(path)
            if fault is None:
                await exchange.serve()
            else:
                await KINDS[fault.kind].behaviour(exchange, fault.value)
        except Gone:
            exchange.drop()

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
            return Answer(problem.text.encode(), TEXT, problem.http_status)
        except Exception:
            log.exception("%s failed", request.path)
            return _envelope(ApiError(500, "Internal error of the emulator"), "")

    def _call(self, request: Request) -> Answer:
        emulator = self.emulator
        method = emulator.routes.get(request.path)
        # What can be fetched can also be asked for its headers alone; the body is left out below.
        http_method = "GET" if request.http_method == "HEAD" else request.http_method
        if request.path == LOGO_PATH and http_method == "GET":
            return _picture(logo(emulator, request))
        if method is None or http_method != method.http_method:
            if request.path == PATH and http_method == "GET":
                raise PlainError(400)
            refuse_path(emulator.switches["unknown_path"])
        emulator.calls.note(method, request.path, sorted(request.form))
        try:
            caller = log_in(emulator, method, request)
        except ApiError as problem:
            note_login_failure(emulator, request, problem)
            raise
        try:
            return self._known_call(method, caller, request)
        except ApiError as problem:
            note_refusal(emulator, method, caller, problem)
            raise

    def _known_call(self, method: Method, caller: Caller, request: Request) -> Answer:
        emulator = self.emulator
        check_permission(emulator, method, caller)
        check_role(emulator, method)
        call = Call(emulator, method, read_parameters(emulator, method, request), caller, request)
        if emulator.read_only and writes(method):
            emulator.calls.refused_writes += 1
            raise ApiError(403, "read-only emulator")
        emulator.races.before(method, (call.get("TargetUser"), caller.username))
        handler = HANDLERS[method.name]
        with emulator.changing(caller.username):
            result = handler(call)
            body = result if isinstance(result, (bytes, File)) else emulator.render(method, result)
        note_call(emulator, method, caller, request)
        if isinstance(body, File):
            headers = {"Content-Disposition": f'attachment; filename="{body.name}"'}
            return Answer(body.body, method.content_type, headers=headers, delay=body.delay)
        raw = isinstance(result, bytes)
        return Answer(body, method.content_type if raw else JSON, after_reply=call.after_reply)

    # Around the call

    async def _control(self, exchange: Exchange, scope: Scope) -> None:
        client = (scope.get("client") or ("", 0))[0]
        status, document = answer_control(
            self.emulator, client, scope["method"], scope["path"], await exchange.read_body()
        )
        await exchange.give(Answer(orjson.dumps(document), status=status))


def _picture(found: tuple[bytes, str, str] | None) -> Answer:
    if found is None:
        raise PlainError(404)
    body, content_type, etag = found
    return Answer(body, content_type, headers={"ETag": f'"{etag}"'})


def _envelope(problem: ApiError, language: str) -> Answer:
    document = {"Status": problem.status, "Message": translate(problem.message, language), **problem.extra}
    return Answer(orjson.dumps(document), JSON, problem.http_status, dict(problem.headers))
