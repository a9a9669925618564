"""What happens later: a job that goes on, a device that comes back, a message that is sent again."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import Clock

Action = Callable[[], None]


@dataclass(order=True, slots=True)
class Timer:
    """One action at one moment of the monotonic clock; ``cancel`` it while it has not run."""

    due: float
    number: int
    action: Action | None = field(compare=False)

    def cancel(self) -> None:
        """Forget the action."""
        self.action = None


class Timers:
    """Actions by the moment they are due; those of the same moment run in the order in which they were planned."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Timer] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, action: Action) -> Timer:
        """Plan an action; it runs outside of any API call."""
        timer = Timer(self._clock.monotonic() + seconds, next(self._numbers), action)
        heapq.heappush(self._heap, timer)
        return timer

    def next_due(self) -> float | None:
        """Seconds until the next action (0 when it is late), or None when nothing is planned."""
        while self._heap and self._heap[0].action is None:
            heapq.heappop(self._heap)
        return max(0.0, self._heap[0].due - self._clock.monotonic()) if self._heap else None

    def run_due(self) -> None:
        """Run everything that is due by now, in order; what that plans for now runs too."""
        while self.next_due() == 0.0:
            action = heapq.heappop(self._heap).action
            if action is not None:
                action()

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()
