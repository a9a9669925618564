# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a long run has come, in a line now and then. Private; may change at any time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

QUIET = 3.0
"""Seconds in which nothing is said; a run that is over by then needs no line."""
PAUSE = 1.0
"""Seconds between two lines on a terminal."""
STEP = 10
"""Percent between two lines anywhere else."""
MEMORY = 15.0
"""Seconds of the past that the rate is measured over, for what is merely looked at goes faster than what is written."""

Tell = Callable[[str], None]


class Progress:
    """Counts what is done of ``total`` objects, from any thread, and tells it.

    A line holds counts and ``plural``, nothing else. Without ``tell`` there are none. ``clock`` gives seconds.
    """

    def __init__(
        self,
        total: int,
        tell: Tell | None,
        terminal: bool = False,
        plural: str = "objects",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._plural = total, plural
        self._tell, self._terminal, self._clock = tell, terminal, clock
        self._lock = threading.Lock()
        self._count = self._failed = 0
        self._begun = clock()
        self._past: deque[tuple[float, int]] = deque([(self._begun, 0)])
        self._told = -1

    def done(self, count: int = 1, failed: bool = False) -> None:
        """So many more objects are done; ``failed``: and that went wrong."""
        with self._lock:
            self._count += count
            self._failed += count if failed else 0
            now = self._clock()
            if self._tell is not None and self._is_time(now):
                self._say(self._tell, now)

    def finish(self) -> None:
        """A last line, if there were others before and not all has been told."""
        with self._lock:
            if self._tell is not None and self._told not in (-1, self._count):
                self._say(self._tell, self._clock())

    def _is_time(self, now: float) -> bool:
        if now - self._begun < QUIET:
            return False
        if self._terminal:
            return self._told < 0 or now - self._past[-1][0] >= PAUSE
        return self._percent(self._count) // STEP > self._percent(max(self._told, 0)) // STEP

    def _percent(self, count: int) -> int:
        return 100 * count // self._total if self._total else 100

    def _say(self, tell: Tell, now: float) -> None:
        rate = self._rate(now)
        left = self._total - self._count
        line = [f"{self._count}/{self._total} {self._plural} ({self._percent(self._count)} %)"]
        line += [f"{rate:.0f} per second" if rate >= 1 else f"{rate * 60:.0f} per minute"]
        line += [f"{_span(left / rate)} left"] if left > 0 and rate else []
        line += [f"{self._failed} failed"] if self._failed else []
        self._told = self._count
        tell(", ".join(line))

    def _rate(self, now: float) -> float:
        """Objects per second in the last while."""
        while len(self._past) > 1 and now - self._past[0][0] > MEMORY:
            self._past.popleft()
        then, count = self._past[0]
        self._past.append((now, self._count))
        return (self._count - count) / (now - then) if now > then else 0.0


def _span(seconds: float) -> str:
    """Seconds as people say them."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"
