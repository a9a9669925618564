"""What the server looks after all the time, by its own clock."""

from __future__ import annotations

from collections.abc import Callable

from ..emulator import Emulator

TICK_SECONDS = 1.0

Task = Callable[[Emulator], None]


class Ticking:
    """Does its tasks about every second; when much time passes at once, once for all of it.

    Tasks must be quick when they have nothing to do.
    """

    def __init__(self, emulator: Emulator, *tasks: Task) -> None:
        self._emulator = emulator
        self._tasks = tasks

    def start(self) -> None:
        """Begin; a restart of the server does not end it."""
        self._emulator.timers.after(TICK_SECONDS, self._run)

    def _run(self) -> None:
        self.start()
        if not self._emulator.restarting:
            for task in self._tasks:
                task(self._emulator)
