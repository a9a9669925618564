# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast one server is called: at once, or as fast as it can bear. Private; may change at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

# What repeated calls may cost together: a hundred repeats at once, and later one for every five calls that went well.
BUDGET = 500
REPEAT_COSTS = 5


@dataclass(frozen=True)
class Turn:
    """Leave to send one request. ``waited``: seconds until it was given; ``era``: how often the pace had slowed."""

    waited: float = 0.0
    era: int = 0


class Pace:
    """No pace: every request goes at once, and is repeated as often as the settings say."""

    def begin(self) -> Turn:
        """Wait until a request may go."""
        return Turn()

    def end(self, turn: Turn, struggling: bool, pause: float = 0.0) -> None:
        """It was answered, or failed. ``struggling``: the server is; ``pause``: the seconds it asks to be left alone.

        To be called once for each ``begin``.
        """

    def may_repeat(self) -> bool:
        """Whether a request that failed may be repeated."""
        return True


class SharedPace(Pace):
    """One pace for all threads that call the same server: slower while it struggles, and back when it has recovered.

    Of ``concurrency`` requests at a time, half are allowed after one that finds the server struggling, but at least
    one; and one more whenever as many as are allowed went well. Requests that were under way when the pace slowed do
    not slow it further: they tell of the same trouble. A pause that the server asks for holds back all threads.
    Repeats are paid from one budget, so that a server that fails everything is not asked for everything four times.
    """

    def __init__(self, concurrency: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = max(1, concurrency)
        self._limit = self._most
        self._well = 0
        self._running = 0
        self._era = 0
        self._resumes = 0.0
        self._budget = BUDGET
        self._clock = clock
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        """How many requests may be under way at this moment."""
        return self._limit

    def begin(self) -> Turn:
        """Wait until a request may go."""
        with self._changed:
            asked = now = self._clock()
            while now < self._resumes or self._running >= self._limit:
                self._changed.wait(self._resumes - now if now < self._resumes else None)
                now = self._clock()
            self._running += 1
            return Turn(now - asked, self._era)

    def end(self, turn: Turn, struggling: bool, pause: float = 0.0) -> None:
        """It was answered, or failed: adapt the pace."""
        with self._changed:
            self._running -= 1
            self._resumes = max(self._resumes, self._clock() + pause)
            if not struggling:
                self._went_well()
            elif turn.era == self._era:
                self._limit = max(1, self._limit // 2)
                self._era += 1
                self._well = 0
            # Its own place is free, and there may be one more.
            self._changed.notify(2)

    def _went_well(self) -> None:
        self._budget = min(BUDGET, self._budget + 1)
        self._well += 1
        if self._well >= self._limit:
            self._limit = min(self._most, self._limit + 1)
            self._well = 0

    def may_repeat(self) -> bool:
        """Whether the budget has enough left, and if so pay from it."""
        with self._changed:
            if self._budget < REPEAT_COSTS:
                return False
            self._budget -= REPEAT_COSTS
            return True
