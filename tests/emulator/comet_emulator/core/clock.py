"""The server's idea of the time, which tests may set wrong or move forward."""

from __future__ import annotations

import time

from .switches import Switches


class Clock:
    """Wall-clock and monotonic time in seconds; the switch ``clock_skew_seconds`` sets the wall clock wrong."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._advanced = 0.0
        self._ahead = 0.0

    def time(self) -> float:
        """Seconds since 1970 by this server's clock."""
        skew: int = self._switches["clock_skew_seconds"]
        return time.time() + self._ahead + skew

    def now(self) -> int:
        """The same in whole seconds, as the API writes times."""
        return int(self.time())

    def monotonic(self) -> float:
        """Seconds that only ever go up; a wrong wall clock does not touch them."""
        return time.monotonic() + self._advanced

    def advance(self, seconds: float) -> None:
        """Let time pass at once.

        Raises:
            ValueError: time does not go back.
        """
        if seconds < 0:
            raise ValueError("time only goes forward")
        self._advanced += seconds
        self._ahead += seconds

    def show_real_time(self) -> None:
        """Put the wall clock back to where it was never advanced; what is planned does not move."""
        self._ahead = 0.0
