# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries requests to one server and answers back: the only file that touches the network.

Private; may change at any time. It knows HTTP and nothing of what is said.
"""

from __future__ import annotations

import http.client
import io
import itertools
import random
import time
import traceback
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from ansible_collections.comet.backup.plugins.module_utils._api._adapter import Adapter, pieces_of
from ansible_collections.comet.backup.plugins.module_utils._api._encoding import encode_form
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._api._failures import Reason, UnfitAnswer, explain
from ansible_collections.comet.backup.plugins.module_utils._api._pace import Pace, Turn
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings

try:
    import requests
    import urllib3
    from urllib3.filepost import encode_multipart_formdata
    from urllib3.util import Retry
except ImportError:
    MISSING_REQUESTS: str | None = traceback.format_exc()
else:
    MISSING_REQUESTS = None

__all__ = ["MISSING_REQUESTS", "Answer", "ConnectionSettings", "Transport"]

CONNECT_SECONDS = 10.0
# A whole call, with its retries, may take this many times the timeout: builds and logs are slow, but none is endless.
DEADLINE_FACTOR = 20
BACK_OFF_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 30.0
FEWEST_KEPT = 10
# A hundred thousand users are a quarter of it.
LARGEST_ANSWER = 1 << 32
# So much memory is taken for an answer because it says that it will be long; more comes as it arrives.
BELIEVED = 1 << 24
NOWHERE = "redirects, but not to an address. Check that url is that of a Comet Server."
# The server, or a proxy before it, is busy or restarting.
STRUGGLING = (429, 502, 503, 504)


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status, headers (names in any case) and the whole decompressed body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def may_pass(self) -> bool:
        """Whether the same call may fare better in a moment."""
        return self.status in STRUGGLING


@dataclass(frozen=True)
class _Failure:
    """No answer came. ``may_pass``: the same call may fare better in a moment."""

    error: CometError
    may_pass: bool


class _Body(io.BytesIO):
    """A request's body that remembers whether the connection began to take it.

    The body is read only when connection and TLS stand, and it holds the parameters. So while it is untouched, the
    server cannot have done anything, whatever the exception.
    """

    taken = False

    def read(self, size: int | None = -1) -> bytes:
        self.taken = True
        return super().read(size)


@dataclass(frozen=True)
class _Request:
    verb: str
    path: str
    content: bytes
    headers: Mapping[str, Any]
    reads: bool
    timeout: float


class Transport:
    """A pool of connections to one server; may be used by several threads.

    ``pool_size``: connections to keep for threads that call at the same time; more are opened where needed, and closed
    after use. ``largest_answer``: decompressed bytes of one answer. ``pace``: how fast the server is called, shared
    with other transports if need be. Raises CometError where the package requests is missing.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        pool_size: int = FEWEST_KEPT,
        largest_answer: int = LARGEST_ANSWER,
        pace: Pace | None = None,
    ) -> None:
        if MISSING_REQUESTS:
            raise CometError("The Python package requests is needed to reach a Comet Server.")
        self.settings = settings
        self._largest = largest_answer
        self._pace = pace or Pace()
        self._adapter = Adapter(pool_maxsize=max(FEWEST_KEPT, pool_size))
        self._headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
        if not settings.validate_certs:
            # The user said so; a warning per request on standard error would only break the module's output.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def post(
        self,
        path: str,
        form: Mapping[str, str],
        files: Mapping[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        retry: bool = False,
        timeout: float | None = None,
    ) -> Answer:
        """Send a form, as multipart when there are files; text in headers as UTF-8.

        ``retry`` says that the call only reads: it may be repeated, and a missing answer is no danger. ``timeout``
        (seconds) replaces the one of the settings. Any HTTP status but a redirect is an Answer. Raises Unreachable,
        AnswerLost (only without ``retry``) and BadAnswer; CometError for text that is not Unicode.
        """
        try:
            if files:
                parts: dict[str, Any] = {**form, **{name: (name, content) for name, content in files.items()}}
                content, kind = encode_multipart_formdata(parts)
            else:
                content, kind = encode_form(form), "application/x-www-form-urlencoded"
            own = {name: value.encode() for name, value in (headers or {}).items()}
        except UnicodeEncodeError:
            raise CometError(f"The text to send to {path} holds characters that are not valid Unicode.") from None
        return self._send("POST", path, content, {"Content-Type": kind, **own}, retry, timeout)

    def get(self, path: str, headers: Mapping[str, str] | None = None, timeout: float | None = None) -> Answer:
        """Get a public page; retried. Raises Unreachable and BadAnswer."""
        return self._send("GET", path, b"", headers or {}, True, timeout)

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def _send(
        self, verb: str, path: str, content: bytes, headers: Mapping[str, Any], reads: bool, timeout: float | None
    ) -> Answer:
        """Try, and where the call only reads try again, until there is an answer or no more hope."""
        seconds = timeout or self.settings.timeout
        ends = time.monotonic() + seconds * DEADLINE_FACTOR
        repeats = self.settings.retries if reads else 0
        request = _Request(verb, path, content, headers, reads, seconds)
        for number in itertools.count():
            turn = self._pace.begin()
            ends += turn.waited
            outcome, wished = self._taking_turn(request, turn, ends)
            pause = min(max(wished, _back_off(number)), LONGEST_PAUSE_SECONDS)
            hopeless = not outcome.may_pass or number >= repeats or time.monotonic() + pause >= ends
            if hopeless or not self._pace.may_repeat():
                break
            time.sleep(pause)
        if isinstance(outcome, _Failure):
            raise outcome.error
        if 300 <= outcome.status < 400:
            raise self._redirected(outcome)
        return outcome

    def _taking_turn(self, request: _Request, turn: Turn, ends: float) -> tuple[Answer | _Failure, float]:
        """One attempt, after which the next may go; and the seconds that the server asks for before it is repeated."""
        struggling, pause = False, 0.0
        try:
            outcome = self._try(request, ends)
            struggling, pause = outcome.may_pass, _wished_pause(outcome)
        finally:
            self._pace.end(turn, struggling, pause)
        return outcome, pause

    def _try(self, request: _Request, ends: float) -> Answer | _Failure:
        """One attempt. Sent by the adapter itself: a session would look at the environment again for each request."""
        body = _Body(request.content)
        try:
            base, way = self._way
            prepared = requests.PreparedRequest()
            prepared.method, prepared.url = request.verb, base + request.path
            length = {"Content-Length": str(len(request.content))} if request.verb == "POST" else {}
            prepared.prepare_headers({**self._headers, **request.headers, **length})
            prepared.body = body if request.content else None  # type: ignore[assignment]  # may be a file
            timeout = (min(CONNECT_SECONDS, request.timeout), request.timeout)
            with self._adapter.send_until(ends, prepared, timeout=timeout, **way) as response:
                return Answer(response.status_code, response.headers, self._content(response))
        except _troubles() as error:
            reason = explain(error, isinstance(error, requests.exceptions.ProxyError))
            return self._failure(request, reason, sent=body.taken or not request.content)

    @cached_property
    def _way(self) -> tuple[str, dict[str, Any]]:
        """The server's address as requests writes it, and how the environment and the settings say to get there."""
        settings = self.settings
        prepared = requests.PreparedRequest()
        prepared.prepare_url(settings.base, None)
        base = str(prepared.url).rstrip("/")
        # What is meant for this machine is not shown to a proxy, whatever the environment says.
        proxies = {"no_proxy": settings.host} if settings.is_loopback else {}
        with requests.Session() as session:
            way = session.merge_environment_settings(base, proxies, True, settings.verify, settings.cert)
        return base, dict(way)

    def _content(self, response: requests.Response) -> bytes:
        """The decompressed body, if it is not too long."""
        # Grows in place and gives its content away: joining pieces would need the memory of a large answer twice.
        body = io.BytesIO()
        # Room for all that was announced, as far as it is believed: a body that grows between pieces is moved often.
        body.seek(min(response.raw.length_remaining or 0, BELIEVED, self._largest))
        body.write(b"\0")
        body.seek(0)
        for piece in pieces_of(response):
            body.write(piece)
            if body.tell() > self._largest:
                raise UnfitAnswer(f"the answer is longer than {self._largest} bytes")
        body.truncate()
        return body.getvalue()

    def _failure(self, request: _Request, reason: Reason, sent: bool) -> _Failure:
        """The error for a failed attempt: what it means depends on how far the request came and what it does."""
        server = self.settings.base
        error: CometError
        if sent and not request.reads:
            error = AnswerLost(
                f"The request {request.path} was sent to {server}, but no answer came: {reason.sentence}. "
                "It may have been carried out.",
                late=reason.late,
                path=request.path,
            )
        elif reason.garbled:
            error = BadAnswer(
                f"The answer of {server} to {request.path} is no use: {reason.sentence}.", path=request.path
            )
        else:
            error = Unreachable(f"No answer from {server}: {reason.sentence}.", path=request.path)
        return _Failure(error, may_pass=not reason.lasting)

    def _redirected(self, answer: Answer) -> BadAnswer:
        """The error for a redirect. Never followed: the credentials are meant for the host in the settings."""
        server = self.settings.base
        target = _target(server, answer.headers.get("Location"))
        hint = "redirects to {0}{1}. If that is the server, set url to {0}.".format(*target) if target else NOWHERE
        return BadAnswer(f"{server} {hint}", status=answer.status)


def _troubles() -> tuple[type[Exception], ...]:
    """All that libraries raise where a connection or an answer is no use."""
    ours = (requests.RequestException, urllib3.exceptions.HTTPError, UnfitAnswer)
    return (*ours, http.client.HTTPException, zlib.error, OSError, ValueError)


def _target(server: str, location: str | None) -> tuple[str, str] | None:
    """Where a redirect leads, without credentials and parameters, and the path there; None for no fit address."""
    try:
        parts = urlsplit(urljoin(server, location))
    except ValueError:
        return None
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    fit = location and parts.netloc and f"{place}{parts.path}".isprintable()
    return (place, parts.path) if fit else None


def _back_off(number: int) -> float:
    """Seconds to wait before a repeat: growing, never quite the same; the first is short, as most trouble is."""
    return (BACK_OFF_SECONDS * 2**number if number else 0.0) + random.uniform(0, BACK_OFF_SECONDS)


def _wished_pause(outcome: Answer | _Failure) -> float:
    """Seconds for which a struggling server asks to be left alone, within reason."""
    if not isinstance(outcome, Answer) or not outcome.may_pass or "Retry-After" not in outcome.headers:
        return 0.0
    try:
        wish = Retry().parse_retry_after(outcome.headers["Retry-After"])
    except (urllib3.exceptions.InvalidHeader, ValueError):  # our own pace will do
        return 0.0
    return min(wish, LONGEST_PAUSE_SECONDS)
