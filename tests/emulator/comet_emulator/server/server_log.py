"""The server's own log: who logged in, what was changed, what was refused; a text for each day, without any secret."""

from __future__ import annotations

import calendar
import time
from collections import deque
from pathlib import Path

from ..core.clock import Clock

DAY = 24 * 3600
LINES_KEPT = 20_000
"""Lines of one day that are kept in memory; older ones of that day are forgotten."""

DAYS_KEPT = 60
"""Days that are kept; the real server removes old log files too."""


def midnight(moment: int) -> int:
    """The beginning of the UTC day of a moment, which is what the API calls a log day."""
    return moment - moment % DAY


class ServerLog:
    """Lines of log by day. With a ``directory`` days are files in it, which survive the process."""

    def __init__(self, clock: Clock, directory: Path | None = None) -> None:
        self._clock = clock
        self._directory = None if directory is None else directory / "logs"
        self._days: dict[int, deque[str]] = {}
        if self._directory is not None:
            self._directory.mkdir(parents=True, exist_ok=True)
            for path in sorted(self._directory.glob("*.log"))[-DAYS_KEPT:]:
                day = calendar.timegm(time.strptime(path.stem, "%Y-%m-%d"))
                self._days[day] = deque(path.read_text("utf-8").splitlines(), LINES_KEPT)

    def info(self, text: str) -> None:
        """Something ordinary happened."""
        self.write("INFO", text)

    def warn(self, text: str) -> None:
        """Something deserves a look."""
        self.write("WARN", text)

    def write(self, level: str, text: str, moment: int | None = None) -> None:
        """Add a line, now or at another moment; what would break the line is taken out."""
        moment = self._clock.now() if moment is None else moment
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
        line = f"{stamp} [{level}] {' '.join(text.split())}"
        self._day(midnight(moment)).append(line)
        if self._directory is not None:
            with (self._directory / f"{stamp[:10]}.log").open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _day(self, day: int) -> deque[str]:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = deque(maxlen=LINES_KEPT)
            for old in sorted(self._days)[:-DAYS_KEPT]:
                del self._days[old]
        return found

    def days(self) -> list[int]:
        """Days with a log, as the second each began; today, which is always one of them, comes first.

        Days that are yet to come, after the clock was put back, are no days with a log.
        """
        today = midnight(self._clock.now())
        return sorted({today, *(day for day in self._days if day < today)}, reverse=True)

    def text(self, day: int) -> str:
        """The log of a day, empty when nothing was logged."""
        return "".join(f"{line}\n" for line in self._days.get(day, ()))
