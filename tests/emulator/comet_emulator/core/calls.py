"""What was called: counts of everything, and the last calls one by one, so that tests can say "nothing was written"."""

from __future__ import annotations

from collections import deque
from typing import Any

from .facts import Method

REMEMBERED = 20_000

LOGIN_METHODS = frozenset(
    {
        "AdminAccountSessionStart",
        "AdminAccountSessionRevoke",
        "AdminAccountSessionUpgrade",
        "AdminAccountSessionStartAsUser",
        "HybridSessionStart",
        "UserWebSessionStart",
        "UserWebSessionRevoke",
    }
)
"""Methods that change only who is logged in: no stored document moves, so they count as neither read nor write."""


def writes(method: Method) -> bool:
    """Whether a call of the method changes stored documents."""
    return method.mutates and method.name not in LOGIN_METHODS


class CallLog:
    """Counts and remembers API calls."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.reads = self.writes = self.logins = self.refused_writes = 0
        self._calls: deque[tuple[str, str, bool, list[str]]] = deque(maxlen=REMEMBERED)

    def note(self, method: Method, path: str, parameters: list[str]) -> None:
        """Remember one call; values of parameters are not kept, they may be secret."""
        if writes(method):
            self.writes += 1
        elif method.name in LOGIN_METHODS:
            self.logins += 1
        else:
            self.reads += 1
        self._calls.append((path, method.name, writes(method), parameters))

    def report(self) -> dict[str, Any]:
        """Counts and the last calls, oldest first."""
        return {
            "reads": self.reads,
            "writes": self.writes,
            "logins": self.logins,
            "refused_writes": self.refused_writes,
            "calls": [
                {"path": path, "method": name, "mutates": mutates, "params": parameters}
                for path, name, mutates, parameters in self._calls
            ],
        }
