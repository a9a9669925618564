"""What the server does by itself every hour, by its own clock."""

from __future__ import annotations

from collections.abc import Callable

from .emulator import Emulator
from .timers import Timer

HOUR = 3600

Task = Callable[[Emulator], None]

TASKS: list[Task] = []


def every_hour(task: Task) -> Task:
    """Register a function that runs at every full hour of the server's run."""
    TASKS.append(task)
    return task


class Hourly:
    """The planned next hour of one server; starting it again forgets the plan of the run before."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._timer: Timer | None = None

    def start(self) -> None:
        """Begin a run of the server: the first hour ends in an hour."""
        if self._timer is not None:
            self._timer.cancel()
        self._emulator.log.info(f"Server started, version {self._emulator.version_text}")
        self._plan()

    def _plan(self) -> None:
        self._timer = self._emulator.timers.after(HOUR, self._run)

    def _run(self) -> None:
        self._plan()
        for task in TASKS:
            task(self._emulator)
