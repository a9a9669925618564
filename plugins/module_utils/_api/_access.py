# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps one login going for all threads that use it. Private; may change at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model as model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    BadAnswer,
    CometError,
    LoginFailed,
    Refused,
    SecondFactorNeeded,
)
from ansible_collections.comet.backup.plugins.module_utils._api._login import (
    Login,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
    seconds_to_next_code,
)

VERSION = "AdminMetaVersion"
SESSION_START = "AdminAccountSessionStart"
# What a server may say to a login that does not work; also to a call that is not allowed.
DENIED = (401, 403)
# After so many denials without a call that worked, a password that has worked is doubted.
DOUBTFUL = 3


@dataclass(frozen=True)
class Call:
    """One call, ready to be sent. ``reads``: it may be repeated without harm."""

    method: model.Method
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    reads: bool = True
    timeout: float | None = None


Exchange = Callable[[Call, Login], Any]
"""Sends a call with these credentials and returns what the server says to it. Raises what a client's call raises."""


class Access:
    """The login of one client, and the session that it was turned into. May be used by several threads.

    Until the login has worked once, one call goes at a time. When the server does not accept it, no call goes any more:
    a hundred threads with a wrong password would lock the account. ``session``: what the login was turned into, if it
    was. ``base``: address of the server, for messages.
    """

    def __init__(self, login: Login, base: str, exchange: Exchange) -> None:
        self.login = login
        self._base = base
        self._sends = exchange
        self.session: SessionLogin | None = None
        self._lost: CometError | None = None
        self._proven = False
        self._denials = 0
        self._worked: dict[Login, float] = {}
        self._lock = threading.RLock()

    def send(self, call: Call) -> Any:
        """Send with the credentials of the moment; once more with fresh ones when a session of ours has ended.

        Raises LoginFailed, SecondFactorNeeded and what any call raises.
        """
        with self._lock:
            self._refuse_if_lost()
            # A TOTP code works once. An upload carries its credentials in headers, where a password is easily logged.
            if isinstance(self.login, TotpLogin) or call.method.multipart:
                self.ensure_session()
            login = self.session or self.login
            if not self._proven:
                with self._final():
                    return self._try(call, login)
        return self._try(call, login)

    def ensure_session(self) -> None:
        """Turn the login into a session, once. A given session key is used as it is. Raises what ``send`` raises."""
        with self._lock:
            self._refuse_if_lost()
            if self.session is None and not isinstance(self.login, SessionLogin):
                with self._final():
                    self.session = self._start_session()

    def leave(self) -> SessionLogin | None:
        """The session that was started, which is not used any more."""
        with self._lock:
            session, self.session = self.session, None
        return session

    def _refuse_if_lost(self) -> None:
        if self._lost is not None:
            raise self._lost.with_traceback(None)

    @contextmanager
    def _final(self) -> Iterator[None]:
        """Whoever finds that the login does not work finds it for all."""
        try:
            yield
        except (LoginFailed, SecondFactorNeeded) as error:
            self._lost = error
            raise

    def _try(self, call: Call, login: Login) -> Any:
        began = time.monotonic()
        try:
            return self._exchange(call, login)
        except Refused as refused:
            if refused.status not in DENIED:
                raise
            renewed = self._after_denial(call, login, began, refused)
        # The server did not accept the session, so it did not look at the call. Repeating it is safe even if it writes.
        return self._exchange(call, renewed)

    def _exchange(self, call: Call, login: Login) -> Any:
        began = time.monotonic()
        try:
            answer = self._sends(call, login)
        except Refused as refused:
            with self._lock:
                self._denials += refused.status in DENIED
            raise
        self._proven, self._denials = True, 0
        self._worked[login] = max(began, self._worked.get(login, began))
        return answer

    def _after_denial(self, call: Call, login: Login, began: float, refused: Refused) -> Login:
        """Fresh credentials when a session of ours has ended; else raises: the login is bad, or the call not allowed.

        The server says the same to both, so a harmless call that every administrator may make has to tell them apart.
        Another thread's call that ``began`` later and went well tells as much.
        """
        with self._lock, self._final():
            self._refuse_if_lost()
            own_session = login is not self.login
            if own_session and login is not self.session:
                return self.session or self.login  # another thread has renewed it already
            trusted = isinstance(login, PasswordLogin) and self._proven and self._denials < DOUBTFUL
            if trusted or self._worked.get(login, 0.0) > began:
                raise refused
            if call.method.name != VERSION and self._accepts(login):
                raise refused
            if not own_session:
                raise self._failed(refused)
            self.session = self._start_session()
            return self.session

    def _accepts(self, login: Login) -> bool:
        """Whether the server takes these credentials at all."""
        try:
            self._exchange(Call(model.method(VERSION)), login)
        except Refused as refused:
            if refused.status in DENIED:
                return False
            raise
        return True

    def _start_session(self) -> SessionLogin:
        try:
            return self._log_in()
        except (LoginFailed, SecondFactorNeeded):
            if not (isinstance(self.login, TotpLogin) and self.login.secret):
                raise
        # Another program may have used this code up. The next one is new; a second refusal is final.
        time.sleep(seconds_to_next_code(time.time()))
        return self._log_in()

    def _log_in(self) -> SessionLogin:
        """A new session. After a lost answer a password is sent again: a session too many ends by itself."""
        method = model.method(SESSION_START)
        call = Call(method, own_address(method, self._base), reads=not isinstance(self.login, TotpLogin))
        try:
            document = self._exchange(call, self.login)
        except Refused as refused:
            if refused.status in DENIED:
                raise self._failed(refused) from None
            raise
        key = document.get("SessionKey")
        if not isinstance(key, str) or not key:
            raise BadAnswer(f"{self._base} accepted the login but gave no session key.", method=method.name)
        return SessionLogin(self.login.username, key)

    def _failed(self, refused: Refused) -> LoginFailed:
        if isinstance(self.login, SessionLogin):
            advice = "The session key is wrong, has expired, or was ended by a restart of the server"
        else:
            advice = "Check username and password; no further attempt is made, so that the account is not locked"
        said = refused.server_message or "no reason given"
        return LoginFailed(
            f"{self._base} does not accept the login of {self.login.username}: {said} "
            f"(status {refused.status}). {advice}.",
            refused.method,
            refused.path,
            refused.status,
            refused.server_message,
        )


def own_address(method: model.Method, base: str) -> dict[str, str]:
    """The server's own address, for parameters that ask for it."""
    return {parameter.name: base + "/" for parameter in method.parameters.values() if parameter.url}
