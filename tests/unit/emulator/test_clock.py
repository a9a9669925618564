"""The clock that tests move, and how it comes back."""

from __future__ import annotations

import time
from typing import Any

import pytest

from comet_emulator.core.clock import Clock
from comet_emulator.core.switches import Switches


def test_a_restored_state_shows_the_real_time(server: Any) -> None:
    assert server.control("clock", {"advance": 5000})["now"] > time.time() + 4000
    server.control("restore", {"name": "first day"})
    assert abs(server.ok("meta/version")["CurrentTime"] - time.time()) < 60


def test_what_is_planned_does_not_move_with_the_wall_clock() -> None:
    clock = Clock(Switches())
    clock.advance(5000)
    then = clock.monotonic()
    clock.show_real_time()
    assert clock.monotonic() >= then
    assert abs(clock.time() - time.time()) < 60


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(Switches()).advance(-1)
