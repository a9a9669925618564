# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls the methods of a Comet Server by name, as one administrator. Private; may change at any time."""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model as model
from ansible_collections.comet.backup.plugins.module_utils._api._answers import read_answer
from ansible_collections.comet.backup.plugins.module_utils._api._denials import explained
from ansible_collections.comet.backup.plugins.module_utils._api._encoding import encode, find_method
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    LoginFailed,
    Refused,
    SecondFactorNeeded,
    TooOld,
    Unreachable,
    WriteRefused,
)
from ansible_collections.comet.backup.plugins.module_utils._api._login import (
    Login,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
    seconds_to_next_code,
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

VERSION = "AdminMetaVersion"
SESSION_START = "AdminAccountSessionStart"
SESSION_REVOKE = "AdminAccountSessionRevoke"
# What a server may say to a login that does not work; also to a call that is not allowed.
DENIED = (401, 403)


@dataclass
class Calls:
    """How many calls a client has sent, its own logins and logouts apart."""

    reads: int = 0
    writes: int = 0


@dataclass(frozen=True)
class _Call:
    """One call, ready to be sent. ``reads``: it may be repeated without harm."""

    method: model.Method
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    reads: bool = True
    timeout: float | None = None


class Client:
    """One login on one server. A context manager; may be used by several threads.

    ``check_mode``: calls that change something are refused. ``transport``: connections to share; the client leaves
    them open, and closes only its own. ``concurrency``: how many threads will call at the same time, so that each
    keeps its connection.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        login: Login,
        check_mode: bool = False,
        transport: Transport | None = None,
        concurrency: int = 1,
    ) -> None:
        self.settings = settings
        self.check_mode = check_mode
        self.calls = Calls()
        self._login = login
        self._transport = transport or Transport(
            settings, pool_size=concurrency, pace=SharedPace(concurrency) if concurrency > 1 else None
        )
        self._owns_transport = transport is None
        self._session: SessionLogin | None = None
        self._proven = False
        self._version: dict[str, Any] | None = None
        self._own_tenant: str | None = None
        self._lock = threading.RLock()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.settings.base!r}, {self._login!r})"

    def reading(self) -> Client:
        """The same login for one who must not write. Connections are shared, and a session if there is one."""
        if isinstance(self._login, TotpLogin):
            self.ensure_session()
        other = copy.copy(self)
        other.check_mode, other._owns_transport = True, False
        return other

    @property
    def login(self) -> Login:
        """Who this client logs in as."""
        return self._login

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
        if method.auth == "user" and not isinstance(self._login, SessionLogin):
            raise CometError(
                f"{method.name} is for end users. Call it with the session_key of AdminAccountSessionStartAsUser.",
                method=method.name,
            )
        given = {name: value for name, value in parameters.items() if value is not None}
        form, files = encode(method, {**self._addresses(method), **given})
        try:
            return self._send(_Call(method, form, files, reads=not method.writes))
        except (Refused, BadAnswer) as error:
            # What a server says to a method that it does not know yet is not documented.
            doubtful = error.status == 404 or (method.since and method.auth != "none" and error.status in (400, 403))
            if doubtful and not isinstance(error, LoginFailed):
                self._blame_age(method)
            if not isinstance(error, Refused) or isinstance(error, LoginFailed) or error.status not in DENIED:
                raise
            raise explained(error, method, self._login.username, self.own_tenant) from None

    def own_tenant(self) -> str:
        """ID of the tenant that the login belongs to; empty for the top level (AdminAccountProperties), asked once."""
        if self._own_tenant is None:
            self._own_tenant = str(self.call("AdminAccountProperties").get("OrganizationID") or "")
        return self._own_tenant

    def _addresses(self, method: model.Method) -> dict[str, str]:
        """The server's own address, for parameters that ask for it."""
        return {parameter.name: self.settings.base + "/" for parameter in method.parameters.values() if parameter.url}

    def _send(self, call: _Call) -> Any:
        """Send with the credentials of the moment; once more with fresh ones when a session of ours has ended."""
        login = self._credentials(call)
        try:
            return self._exchange(call, login)
        except Refused as refused:
            if login is None or refused.status not in DENIED:
                raise
            renewed = self._after_denial(call, login, refused)
        # The server did not accept the session, so it did not look at the call. Repeating it is safe even if it writes.
        return self._exchange(call, renewed)

    def _credentials(self, call: _Call) -> Login | None:
        if call.method.auth == "none":
            return None
        # A TOTP code works once. An upload carries its credentials in headers, where a password is easily logged.
        if isinstance(self._login, TotpLogin) or call.method.multipart:
            self.ensure_session()
        return self._session or self._login

    def _exchange(self, call: _Call, login: Login | None) -> Any:
        """One call with these credentials, and what the server says to it."""
        method = call.method
        self._count(method)
        proof = login.form() if login else {}
        headers: dict[str, Any] = {"Accept-Language": "en"}
        try:
            if method.verb == "GET":
                answer = self._transport.get(method.path, headers=headers, timeout=call.timeout)
            else:
                form = {**proof, **call.form}
                if method.multipart:
                    form = dict(call.form)
                    headers.update(
                        {f"X-Comet-Admin-{name}": value.encode("utf-8", "replace") for name, value in proof.items()}
                    )
                answer = self._transport.post(
                    method.path, form, call.files, headers, retry=call.reads, timeout=call.timeout
                )
            document = read_answer(method, answer, self.settings.base, _secrets(call, login))
        except CometError as error:
            error.facts.setdefault("method", method.name)
            raise
        self._proven = self._proven or login is not None
        return document

    def _count(self, method: model.Method) -> None:
        if method.name in (SESSION_START, SESSION_REVOKE):
            return
        with self._lock:
            if method.writes:
                self.calls.writes += 1
            else:
                self.calls.reads += 1

    # Logging in and out

    def ensure_session(self) -> None:
        """Turn the login into a session, once; worth it for many calls. A given session key is used as it is.

        Raises LoginFailed, SecondFactorNeeded and what any call raises.
        """
        with self._lock:
            if self._session is None and not isinstance(self._login, SessionLogin):
                self._session = self._start_session()

    def close(self) -> None:
        """End the session that the client opened and close its connections. Never raises."""
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(CometError):  # a session that cannot be ended ends by itself after a while
                self._exchange(_Call(model.method(SESSION_REVOKE), reads=False), session)
        if self._owns_transport:
            self._transport.close()

    def _start_session(self) -> SessionLogin:
        try:
            return self._log_in()
        except (LoginFailed, SecondFactorNeeded):
            if not (isinstance(self._login, TotpLogin) and self._login.secret):
                raise
        # Another program may have used this code up. The next one is new; a second refusal is final.
        time.sleep(seconds_to_next_code(time.time()))
        return self._log_in()

    def _log_in(self) -> SessionLogin:
        """A new session. After a lost answer a password is sent again: a session too many ends by itself."""
        method = model.method(SESSION_START)
        call = _Call(method, self._addresses(method), reads=not isinstance(self._login, TotpLogin))
        try:
            document = self._exchange(call, self._login)
        except Refused as refused:
            if refused.status in DENIED:
                raise self._login_failed(refused) from None
            raise
        key = document.get("SessionKey")
        if not isinstance(key, str) or not key:
            raise BadAnswer(f"{self.settings.base} accepted the login but gave no session key.", method=method.name)
        return SessionLogin(self._login.username, key)

    def _after_denial(self, call: _Call, login: Login, refused: Refused) -> Login:
        """Fresh credentials when a session of ours has ended; else raises: the login is bad, or the call not allowed.

        The server says the same to both, so a harmless call that every administrator may make has to tell them apart.
        """
        own_session = isinstance(login, SessionLogin) and login is not self._login
        if self._proven and isinstance(login, PasswordLogin):
            raise refused
        if call.method.name != VERSION and self._accepts(login):
            raise refused
        if not own_session:
            raise self._login_failed(refused)
        with self._lock:
            if self._session is login:  # else another thread has renewed it already
                self._session = self._start_session()
            return self._session or self._login

    def _accepts(self, login: Login) -> bool:
        """Whether the server takes these credentials at all."""
        try:
            self._exchange(_Call(model.method(VERSION)), login)
        except Refused as refused:
            if refused.status in DENIED:
                return False
            raise
        return True

    def _login_failed(self, refused: Refused) -> LoginFailed:
        if isinstance(self._login, SessionLogin):
            advice = "The session key is wrong, has expired, or was ended by a restart of the server"
        else:
            advice = "Check username and password; no further attempt is made, so that the account is not locked"
        said = refused.server_message or "no reason given"
        return LoginFailed(
            f"{self.settings.base} does not accept the login of {self._login.username}: {said} "
            f"(status {refused.status}). {advice}.",
            refused.method,
            refused.path,
            refused.status,
            refused.server_message,
        )

    # Versions and restarts

    def version_info(self) -> dict[str, Any]:
        """The ServerMetaVersionInfo of the server (AdminMetaVersion), asked once."""
        if self._version is None:
            info: dict[str, Any] = self._send(_Call(model.method(VERSION)))
            self._version = info
        return self._version

    def version(self) -> model.Version:
        """The server's version as numbers, as in (25, 9, 8). Raises BadAnswer if it does not say."""
        text = self.version_info().get("Version")
        if not isinstance(text, str) or not text[:1].isdigit():
            raise BadAnswer(f"{self.settings.base} does not say its version.", method=VERSION)
        return model.parse_version(text)

    def forget_version(self) -> None:
        """Ask again when the version is next needed."""
        self._version = None

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
        seen = "it still runs as before"
        while True:
            patience = max(poll, min(self.settings.timeout, ends - time.monotonic()))
            try:
                # Not marked as reading: the transport would repeat it, and the waiting is done here.
                info: dict[str, Any] = self._send(_Call(model.method(VERSION), reads=False, timeout=patience))
            except (Unreachable, AnswerLost, BadAnswer) as error:
                seen = error.message
            except Refused as refused:
                if refused.status < 500:
                    raise
                seen = refused.message
            else:
                if info.get("ServerStartHash") not in (None, "", old_hash):
                    self._version = info
                    return info
                seen = "it still runs as before"
            if time.monotonic() + poll >= ends:
                raise CometError(
                    f"{self.settings.base} should have restarted but did not within {timeout:g} seconds: "
                    f"{seen.rstrip('.')}. Look at the server before you run this again.",
                    method=VERSION,
                )
            time.sleep(poll)


def _secrets(call: _Call, login: Login | None) -> list[str]:
    """Texts of this call that no message may repeat."""
    given = [
        call.form[name] for name, parameter in call.method.parameters.items() if parameter.secret and name in call.form
    ]
    return given + (list(login.secrets().values()) if login else [])
