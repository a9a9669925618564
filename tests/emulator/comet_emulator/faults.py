"""Faults on demand: what networks and struggling servers do to calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KINDS = ("drop_before", "drop_after", "http_502", "http_504", "truncate", "latency_ms", "html")


@dataclass(slots=True)
class Fault:
    """One planned fault for the next ``count`` calls whose path ends with ``path`` (every path when empty)."""

    kind: str
    path: str = ""
    count: int = 1
    value: float = 0


class Faults:
    """Planned faults, oldest first."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, request: dict[str, Any]) -> None:
        """Add a fault as the control call describes it: kind, path, count, value.

        Raises:
            ValueError: unknown kind, or members of the wrong type.
        """
        kind = request.get("kind")
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
        try:
            fault = Fault(
                kind, str(request.get("path") or ""), int(request.get("count", 1)), float(request.get("value", 0))
            )
        except (TypeError, ValueError):
            raise ValueError("count and value must be numbers") from None
        if fault.count < 1:
            raise ValueError("count must be at least 1")
        self._planned.append(fault)

    def clear(self) -> None:
        """Forget what is planned."""
        self._planned.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that this call suffers, if any; it is used up by one."""
        for fault in self._planned:
            if path.endswith(fault.path):
                fault.count -= 1
                if fault.count == 0:
                    self._planned.remove(fault)
                return fault
        return None

    def remaining(self) -> int:
        """How many calls still suffer."""
        return sum(fault.count for fault in self._planned)
