"""What the server does by itself every minute or every hour, by its own clock."""

from __future__ import annotations

from collections.abc import Callable

from ..core.timers import Timer
from ..emulator import Emulator

MINUTE = 60
HOUR = 3600

Task = Callable[[Emulator], None]

TASKS: dict[int, list[Task]] = {MINUTE: [], HOUR: []}
"""Seconds between two runs to what is done then."""


def every_minute(task: Task) -> Task:
    """Register a function that runs at every full minute of the server's run."""
    TASKS[MINUTE].append(task)
    return task


def every_hour(task: Task) -> Task:
    """Register a function that runs at every full hour of the server's run."""
    TASKS[HOUR].append(task)
    return task


class Routine:
    """The next minute and the next hour of one server; starting again forgets the plans of the run before."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._timers: dict[int, Timer] = {}

    def start(self) -> None:
        """Begin a run of the server: its first minute ends in a minute, its first hour in an hour."""
        self._emulator.log.info(f"Server started, version {self._emulator.version_text}")
        for timer in self._timers.values():
            timer.cancel()
        for period in TASKS:
            self._plan(period)

    def _plan(self, period: int) -> None:
        self._timers[period] = self._emulator.timers.after(period, lambda: self._run(period))

    def _run(self, period: int) -> None:
        self._plan(period)
        for task in TASKS[period]:
            task(self._emulator)
