# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls the methods of a Comet Server by name, as one administrator. Private; may change at any time."""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._api import _model as model
from ansible_collections.comet.backup.plugins.module_utils._api._access import (
    DENIED,
    SESSION_START,
    VERSION,
    Access,
    Call,
    own_address,
)
from ansible_collections.comet.backup.plugins.module_utils._api._answers import read_answer
from ansible_collections.comet.backup.plugins.module_utils._api._denials import explained
from ansible_collections.comet.backup.plugins.module_utils._api._encoding import encode, find_method
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    LoginFailed,
    Refused,
    TooOld,
    Unreachable,
    WriteRefused,
)
from ansible_collections.comet.backup.plugins.module_utils._api._login import (
    Login,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._api._pace import SharedPace
from ansible_collections.comet.backup.plugins.module_utils._api._transport import (
    MISSING_REQUESTS,
    ConnectionSettings,
    Transport,
)

__all__ = [
    "MISSING_REQUESTS",
    "Client",
    "ConnectionSettings",
    "PasswordLogin",
    "SessionLogin",
    "TotpLogin",
]

PROPERTIES = "AdminAccountProperties"
SESSION_REVOKE = "AdminAccountSessionRevoke"

Unspoken = Callable[[model.Method, Mapping[str, str], Iterable[str]], Iterable[str]]
"""(method, form, secrets of the login) -> texts that no message about the call may repeat."""


def secret_parameters(method: model.Method, form: Mapping[str, str], more: Iterable[str]) -> Iterator[str]:
    """The parameters that are secret as a whole, and ``more``."""
    yield from (form[name] for name, parameter in method.parameters.items() if parameter.secret and name in form)
    yield from more


@dataclass
class Calls:
    """How many calls a client has sent, its own logins and logouts apart."""

    reads: int = 0
    writes: int = 0


class Client:
    """One login on one server. A context manager; may be used by several threads.

    ``check_mode``: calls that change something are refused. ``transport``: connections to share; the client leaves
    them open, and closes only its own. ``concurrency``: how many threads will call at the same time, so that each
    keeps its connection. ``unspoken`` tells what a server's message is shown without.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        login: Login,
        check_mode: bool = False,
        transport: Transport | None = None,
        concurrency: int = 1,
        unspoken: Unspoken = secret_parameters,
    ) -> None:
        self.settings = settings
        self._unspoken = unspoken
        self.check_mode = check_mode
        self.calls = Calls()
        self._transport = transport or Transport(
            settings, pool_size=concurrency, pace=SharedPace(concurrency) if concurrency > 1 else None
        )
        self._owns_transport = transport is None
        self._access = Access(login, settings.base, self._exchange)
        self._told: dict[str, Any] = {}
        self._asking = threading.RLock()
        self._counting = threading.Lock()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.settings.base!r}, {self.login!r})"

    def reading(self) -> Client:
        """The same login, with its session and connections, for one who must not write. Closed with this one."""
        other = copy.copy(self)
        other.check_mode = True
        return other

    @property
    def login(self) -> Login:
        """Who this client logs in as."""
        return self._access.login

    # Calls

    def call(self, method_name: str, **parameters: Any) -> Any:
        """Call a method of the API by its name in the facts.

        Returns the decoded JSON (a dictionary, or a list where the facts say so), or bytes for logs and downloads. A
        large map of objects is a mapping that decodes them one by one, and raises BadAnswer then if need be. A
        parameter that is None is left out; a missing SelfAddress is filled in. Raises BadParameter and WriteRefused
        before anything is sent; Refused, LoginFailed, SecondFactorNeeded and TooOld as the server's word; Unreachable
        and BadAnswer when nothing happened; AnswerLost when a change may have happened.
        """
        method = find_method(method_name)
        if method.writes and self.check_mode:
            raise WriteRefused(method.name)
        if method.auth == "user" and not isinstance(self.login, SessionLogin):
            raise CometError(
                f"{method.name} is for end users. Call it with the session_key of AdminAccountSessionStartAsUser.",
                method=method.name,
            )
        given = {name: value for name, value in parameters.items() if value is not None}
        form, files = encode(method, {**own_address(method, self.settings.base), **given})
        try:
            return self._send(Call(method, form, files, reads=not method.writes))
        except (Refused, BadAnswer) as error:
            # What a server says to a method that it does not know yet is not documented.
            doubtful = error.status == 404 or (method.since and method.auth != "none" and error.status in (400, 403))
            if doubtful and not isinstance(error, LoginFailed):
                self._blame_age(method)
            if not isinstance(error, Refused) or isinstance(error, LoginFailed) or error.status not in DENIED:
                raise
            raise explained(error, method, self.login.username, self.own_tenant) from None

    def own_tenant(self) -> str:
        """ID of the tenant that the login belongs to; empty for the top level (AdminAccountProperties), asked once."""
        with self._asking:
            if PROPERTIES not in self._told:
                self._told[PROPERTIES] = self.call(PROPERTIES)
            return str(self._told[PROPERTIES].get("OrganizationID") or "")

    def _send(self, call: Call) -> Any:
        return self._exchange(call, None) if call.method.auth == "none" else self._access.send(call)

    def _exchange(self, call: Call, login: Login | None) -> Any:
        """One call with these credentials, and what the server says to it."""
        method = call.method
        self._count(method)
        proof = login.form() if login else {}
        headers = {"Accept-Language": "en"}
        try:
            if method.verb == "GET":
                answer = self._transport.get(method.path, headers=headers, timeout=call.timeout)
            else:
                form = {**proof, **call.form}
                if method.multipart:
                    form = dict(call.form)
                    headers.update({f"X-Comet-Admin-{name}": value for name, value in proof.items()})
                answer = self._transport.post(
                    method.path, form, call.files, headers, retry=call.reads, timeout=call.timeout
                )
            return read_answer(method, answer, self.settings.base, self._secrets(call, login))
        except CometError as error:
            error.facts.setdefault("method", method.name)
            raise

    def _secrets(self, call: Call, login: Login | None) -> Iterator[str]:
        """Texts of this call that no message may repeat; found out only when there is a message."""
        yield from self._unspoken(call.method, call.form, login.secrets().values() if login else ())

    def _count(self, method: model.Method) -> None:
        if method.name in (SESSION_START, SESSION_REVOKE):
            return
        with self._counting:
            if method.writes:
                self.calls.writes += 1
            else:
                self.calls.reads += 1

    # Logging in and out

    def ensure_session(self) -> None:
        """Turn the login into a session, once; worth it for many calls. A given session key is used as it is.

        Raises LoginFailed, SecondFactorNeeded and what any call raises.
        """
        self._access.ensure_session()

    def close(self) -> None:
        """End the session that the client opened and close its connections. Never raises."""
        session = self._access.leave()
        if session is not None:
            with contextlib.suppress(CometError):  # a session that cannot be ended ends by itself after a while
                self._exchange(Call(model.method(SESSION_REVOKE), reads=False), session)
        if self._owns_transport:
            self._transport.close()

    # Versions and restarts

    def version_info(self) -> dict[str, Any]:
        """The ServerMetaVersionInfo of the server (AdminMetaVersion), asked once."""
        with self._asking:
            if VERSION not in self._told:
                self._told[VERSION] = self._send(Call(model.method(VERSION)))
            info: dict[str, Any] = self._told[VERSION]
            return info

    def version(self) -> model.Version:
        """The server's version as numbers, as in (25, 9, 8). Raises BadAnswer if it does not say."""
        text = self.version_info().get("Version")
        if not isinstance(text, str) or not text[:1].isdigit():
            raise BadAnswer(f"{self.settings.base} does not say its version.", method=VERSION)
        return model.parse_version(text)

    def forget_version(self) -> None:
        """Ask again when the version is next needed."""
        self._told.pop(VERSION, None)

    def require(self, method_or_since: str, what: str) -> None:
        """Raise TooOld if the server is older than a version (``24.12.0``) or than a method of the facts needs.

        ``what`` begins the sentence, as in "Shared storage quotas".
        """
        since = method_or_since if method_or_since[:1].isdigit() else find_method(method_or_since).since
        if since and self.version() < model.parse_version(since):
            raise TooOld(what, needed=since, found=str(self.version_info()["Version"]))

    def _blame_age(self, method: model.Method) -> None:
        """Raise TooOld if that is why the server does not know the method."""
        if method.name == VERSION:
            return
        try:
            self.version_info()
        except CometError:
            return  # the age stays unknown, so what the call itself met is the better news
        self.require(method.since or model.oldest_server(), method.name)

    def wait_for_restart(self, old_hash: str, timeout: float, poll: float = 0.5) -> dict[str, Any]:
        """Wait until the server has started anew and return its AdminMetaVersion.

        ``old_hash``: ServerStartHash from before; ``timeout`` and ``poll``: seconds. Logs in again where needed. Raises
        LoginFailed, and CometError when the time is over.
        """
        self.forget_version()
        ends = time.monotonic() + timeout
        while True:
            patience = max(poll, min(self.settings.timeout, ends - time.monotonic()))
            try:
                # Not marked as reading: the transport would repeat it, and the waiting is done here.
                info: dict[str, Any] = self._send(Call(model.method(VERSION), reads=False, timeout=patience))
            except (Unreachable, AnswerLost, BadAnswer) as error:
                seen = error.message
            except Refused as refused:
                if refused.status < 500:
                    raise
                seen = refused.message
            else:
                if info.get("ServerStartHash") not in (None, "", old_hash):
                    self._told[VERSION] = info
                    return info
                seen = "it still runs as before"
            if time.monotonic() + poll >= ends:
                raise CometError(
                    f"{self.settings.base} should have restarted but did not within {timeout:g} seconds: "
                    f"{seen.rstrip('.')}. Look at the server before you run this again.",
                    method=VERSION,
                )
            time.sleep(poll)
