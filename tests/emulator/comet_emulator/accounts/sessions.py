"""Sessions: keys that stand for a login until they expire, are revoked or the server restarts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from ..core.clock import Clock
from ..core.facts import Version
from ..core.passwords import random_key
from ..core.store import Change, Store
from ..core.timers import Timers

DEFAULT_SECONDS = 1800
LONGEST_SECONDS = 48 * 3600

ENDING = frozenset({"user", "admin", "organization"})
"""Kinds of documents whose end ends sessions."""


@dataclass(slots=True)
class Session:
    """One login. ``kind`` is admin or user; ``pending`` still waits for its second factor.

    ``version`` is that of the server which began it: an upgraded server does not take it any more.
    """

    key: str
    kind: str
    account: str
    username: str
    organization: str
    version: Version
    seconds: int
    last_used: float
    pending: bool = False


class Sessions:
    """All sessions of the server, by key. ``tell`` hears of each as START, REVOKE or EXPIRE."""

    def __init__(self, clock: Clock, timers: Timers, tell: Callable[[str, Session], None]) -> None:
        self._clock = clock
        self._timers = timers
        self._tell = tell
        self._sessions: dict[str, Session] = {}

    @property
    def open(self) -> int:
        """How many sessions there are."""
        return len(self._sessions)

    def start(
        self,
        kind: str,
        account: str,
        username: str,
        organization: str,
        version: Version,
        seconds: int,
        *,
        pending: bool,
    ) -> Session:
        """Begin a session. ``seconds`` of idleness end it; 0 means the default of half an hour, at most 48 hours."""
        limit = min(seconds or DEFAULT_SECONDS, LONGEST_SECONDS)
        now = self._clock.monotonic()
        session = Session(random_key(), kind, account, username, organization, version, limit, now, pending)
        self._sessions[session.key] = session
        self._tell("START", session)
        self._timers.after(limit, lambda: self._expire(session))
        return session

    def _expire(self, session: Session) -> None:
        """End a session that was idle for too long, or look again when it may have been."""
        if session.key not in self._sessions:
            return
        left = session.last_used + session.seconds - self._clock.monotonic()
        if left > 0:
            self._timers.after(left, lambda: self._expire(session))
        else:
            self._end(session, "EXPIRE")

    def _end(self, session: Session, how: str) -> None:
        del self._sessions[session.key]
        self._tell(how, session)

    def find(self, key: str) -> Session | None:
        """The living session of a key; looking counts as use."""
        session = self._sessions.get(key)
        if session is None:
            return None
        now = self._clock.monotonic()
        if now - session.last_used > session.seconds:
            self._end(session, "EXPIRE")
            return None
        session.last_used = now
        return session

    def revoke(self, key: str) -> None:
        """End one session; nothing happens when it is gone already."""
        if key in self._sessions:
            self._end(self._sessions[key], "REVOKE")

    def revoke_account(self, kind: str, account: str) -> None:
        """End every session of one account."""
        for session in [s for s in self._sessions.values() if (s.kind, s.account) == (kind, account)]:
            self._end(session, "REVOKE")

    def follow(self, changes: Iterable[Change], store: Store) -> None:
        """End the sessions of accounts that were deleted or suspended, by themselves or with their tenant."""
        if not self._sessions:
            return
        ended = {(change.kind, change.key) for change in changes if change.kind in ENDING and _has_ended(change)}
        if not ended:
            return
        for session in list(self._sessions.values()):
            row = store.row(session.kind, session.account)
            tenant = "" if row is None else row.organization
            if (session.kind, session.account) in ended or ("organization", tenant) in ended:
                self._end(session, "REVOKE")

    def clear(self) -> None:
        """End all sessions without a word."""
        self._sessions.clear()


def _has_ended(change: Change) -> bool:
    if change.after is None:
        return True
    if change.kind == "admin" or b'"IsSuspended":true' not in change.after.body:
        return False
    document: dict[str, Any] = orjson.loads(change.after.body)
    return bool(document["IsSuspended"])
