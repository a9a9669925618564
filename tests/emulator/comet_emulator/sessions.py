"""Sessions: keys that stand for a login until they expire, are revoked or the server restarts."""

from __future__ import annotations

from dataclasses import dataclass

from .clock import Clock
from .passwords import random_key

DEFAULT_SECONDS = 1800
LONGEST_SECONDS = 48 * 3600


@dataclass(slots=True)
class Session:
    """One login. ``kind`` is admin or user; ``pending`` still waits for its second factor."""

    key: str
    kind: str
    account: str
    username: str
    seconds: int
    last_used: float
    pending: bool = False


class Sessions:
    """All sessions of the server, by key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def start(self, kind: str, account: str, username: str, seconds: int, *, pending: bool = False) -> Session:
        """Begin a session. ``seconds`` of idleness end it; 0 means the default of half an hour, at most 48 hours."""
        limit = min(seconds or DEFAULT_SECONDS, LONGEST_SECONDS)
        session = Session(random_key(), kind, account, username, limit, self._clock.monotonic(), pending)
        self._sessions[session.key] = session
        return session

    def find(self, key: str) -> Session | None:
        """The living session of a key; looking counts as use."""
        session = self._sessions.get(key)
        if session is None:
            return None
        now = self._clock.monotonic()
        if now - session.last_used > session.seconds:
            del self._sessions[key]
            return None
        session.last_used = now
        return session

    def revoke(self, key: str) -> None:
        """End one session; nothing happens when it is gone already."""
        self._sessions.pop(key, None)

    def revoke_account(self, kind: str, account: str) -> None:
        """End every session of one account."""
        for session in [s for s in self._sessions.values() if (s.kind, s.account) == (kind, account)]:
            del self._sessions[session.key]

    def clear(self) -> None:
        """End all sessions."""
        self._sessions.clear()
