"""Faults on demand: which call suffers what. What each kind does is in :mod:`.mishaps`."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.switches import Switches
from .mishaps import KINDS

Range = tuple[float, float]
"""Least and greatest value of a fault; equal when the value is fixed."""


class Suffered(NamedTuple):
    """What one call suffers: a kind of ``KINDS`` and its value."""

    kind: str
    value: float


@dataclass(slots=True)
class Fault:
    """One planned fault for the next ``count`` calls whose path ends with ``path`` (every path when empty)."""

    kind: str
    path: str
    count: int
    value: Range


@dataclass(slots=True)
class Chances:
    """Faults by probability: ``weights`` is the share of calls for each kind; one seed gives one series of faults."""

    path: str = ""
    seed: int | None = None
    weights: dict[str, float] = field(default_factory=dict)
    values: dict[str, Range] = field(default_factory=dict)
    dice: random.Random = field(default_factory=random.Random)

    def throw(self) -> str:
        """The kind that the next call suffers, or an empty text for none."""
        thrown = self.dice.random()
        for kind, weight in self.weights.items():
            if thrown < weight:
                return kind
            thrown -= weight
        return ""


class Faults:
    """Planned faults, oldest first, then those of chance. ``seed`` makes chance repeatable."""

    def __init__(self, switches: Switches, seed: int | None = None) -> None:
        self._switches = switches
        self.seed = seed
        self._late: set[asyncio.TimerHandle] = set()
        self.clear()

    def clear(self) -> None:
        """Forget what is planned, what is late and what was counted; chance starts again."""
        self.drop_late()
        self._planned: list[Fault] = []
        self._chances = Chances()
        self._dice = random.Random(self.seed)
        self.injected: Counter[str] = Counter()

    def sow(self, seed: int) -> None:
        """Make everything that follows from chance start again from this seed."""
        self.seed = seed
        self.clear()

    def plan(self, request: dict[str, Any]) -> None:
        """Add a fault as the control call describes it: kind, path, count, value; or those of chance.

        Raises:
            ValueError: unknown kind, or members of the wrong type.
        """
        if request.get("kind") == "none":
            self.clear()
        elif request.get("kind") == "random":
            self._chances = self._read_chances(request)
        else:
            kind = _read_kind(request.get("kind"))
            count = request.get("count", 1)
            if isinstance(count, bool) or not isinstance(count, int) or count < 1:
                raise ValueError("count must be an integer, at least 1")
            self._planned.append(Fault(kind, _read_path(request), count, _read_value(kind, request.get("value"))))

    def _read_chances(self, request: dict[str, Any]) -> Chances:
        weights, values = request.get("weights"), request.get("values", {})
        if not isinstance(weights, dict) or not isinstance(values, dict):
            raise ValueError("weights and values must be objects with a number for each kind")
        for kind, weight in weights.items():
            _read_kind(kind)
            if not _is_number(weight) or not 0 <= weight <= 1:
                raise ValueError(f"the weight of {kind} must be a number from 0 to 1")
        if sum(weights.values()) > 1:
            raise ValueError("the weights must not add up to more than 1")
        seed = request.get("seed", self.seed)
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
            raise ValueError("seed must be an integer")
        if idle := values.keys() - weights.keys():
            raise ValueError(f"values without a weight: {', '.join(sorted(idle))}")
        ranges = {kind: _read_value(kind, values.get(kind)) for kind in weights}
        return Chances(_read_path(request), seed, weights, ranges, random.Random(seed))

    def take(self, path: str) -> Suffered | None:
        """The fault that this call suffers, if any; a planned one is used up by one."""
        for fault in self._planned:
            if path.endswith(fault.path):
                fault.count -= 1
                if fault.count == 0:
                    self._planned.remove(fault)
                return self._suffer(fault.kind, fault.value, self._dice)
        chances = self._chances
        if chances.weights and path.endswith(chances.path) and (kind := chances.throw()):
            return self._suffer(kind, chances.values[kind], chances.dice)
        share = self._switches["random_502"]
        if share and self._dice.random() < share:
            return self._suffer("http_502", (0, 0), self._dice)
        return None

    def postpone(self, seconds: float, call: Callable[[], object]) -> None:
        """Make a call after so many seconds, unless the server restarts before, or faults are forgotten."""

        def come() -> None:
            self._late.discard(handle)
            call()

        handle = asyncio.get_running_loop().call_later(seconds, come)
        self._late.add(handle)

    def drop_late(self) -> None:
        """Never make the calls that are still to come."""
        for handle in self._late:
            handle.cancel()
        self._late.clear()

    def _suffer(self, kind: str, value: Range, dice: random.Random) -> Suffered:
        self.injected[kind] += 1
        least, most = value
        return Suffered(kind, least if least == most else dice.uniform(least, most))

    def report(self) -> dict[str, Any]:
        """What is planned, what chance does, how many calls are late, and how many of each kind have suffered."""
        return {
            "remaining": sum(fault.count for fault in self._planned),
            "planned": [{"kind": fault.kind, "path": fault.path, "count": fault.count} for fault in self._planned],
            "random": {"path": self._chances.path, "seed": self._chances.seed, "weights": self._chances.weights},
            "late": len(self._late),
            "injected": dict(self.injected),
        }


def _read_kind(kind: Any) -> str:
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind must be random, none or one of {', '.join(KINDS)}, not {kind!r}")
    return kind


def _read_path(request: dict[str, Any]) -> str:
    path = request.get("path") or ""
    if not isinstance(path, str):
        raise ValueError("path must be text, the end of an API path")
    return path


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _read_value(kind: str, value: Any) -> Range:
    known = KINDS[kind]
    if value is None:
        return known.default, known.default
    ends = value if isinstance(value, list) else [value, value]
    if len(ends) != 2 or not all(map(_is_number, ends)) or not known.least <= ends[0] <= ends[1] <= known.most:
        raise ValueError(f"the value of {kind} must be a number, or a list of two, from {known.least} to {known.most}")
    return float(ends[0]), float(ends[1])
