# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines about how far a run has come: when there is one, and what it says."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._module import _progress
from ansible_collections.comet.backup.plugins.module_utils._module._progress import Progress

LINE = re.compile(
    r"\d+/\d+ users \(\d+ %\), \d+ per (second|minute)"
    r"(, (\d+ s|\d+ min \d\d s|\d+ h \d\d min) left)?(, \d+ failed)?"
)


class Run:
    """A run whose objects take as long as the test says."""

    def __init__(self, total: int, terminal: bool = False) -> None:
        self.milliseconds = 1_000_000
        self.lines: list[tuple[float, str]] = []
        self.progress = Progress(total, self.tell, terminal, "users", self.clock)

    def clock(self) -> float:
        return self.milliseconds / 1000

    def tell(self, line: str) -> None:
        self.lines.append((self.clock() - 1000, line))

    def work(self, objects: int, seconds: float, failed: bool = False) -> Run:
        for _turn in range(objects):
            self.pass_time(seconds)
            self.progress.done(failed=failed)
        return self

    def pass_time(self, seconds: float) -> None:
        self.milliseconds += round(1000 * seconds)

    @property
    def said(self) -> list[str]:
        return [line for _when, line in self.lines]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_short_run_says_nothing(terminal: bool) -> None:
    run = Run(100, terminal).work(100, 0.029)
    run.progress.finish()
    assert run.lines == []


def test_on_a_terminal_there_is_a_line_each_second() -> None:
    run = Run(10000, terminal=True).work(10000, 0.001)
    moments = [when for when, _line in run.lines]
    assert moments[0] == pytest.approx(_progress.QUIET, abs=0.01)
    assert len(moments) == 8
    assert all(1 <= later - when < 1.01 for when, later in pairwise(moments))


def test_slow_objects_are_told_one_by_one() -> None:
    assert [when for when, _line in Run(4, terminal=True).work(4, 5.0).lines] == [5, 10, 15, 20]


def test_elsewhere_there_is_a_line_every_ten_percent() -> None:
    run = Run(1000).work(1000, 0.01)
    assert [line.split()[0] for line in run.said] == [f"{done}/1000" for done in range(300, 1001, 100)]


def test_elsewhere_what_was_done_in_silence_is_told_at_once() -> None:
    run = Run(100).work(55, 0.05).work(45, 1.0)
    assert [line.split(" users ")[1].split(",")[0] for line in run.said] == [
        f"({n} %)" for n in (56, 60, 70, 80, 90, 100)
    ]


def test_a_line_says_rate_time_left_and_failures() -> None:
    run = Run(1000, terminal=True).work(300, 0.005).work(100, 0.02, failed=True)
    assert run.said == ["375/1000 users (37 %), 125 per second, 5 s left, 75 failed"]


def test_the_rate_is_that_of_the_last_while() -> None:
    run = Run(10000, terminal=True)
    run.progress.done(9000)
    run.work(100, 0.5)
    assert "2 per second, 7 min 30 s left" in run.said[-1]


def test_a_slow_run_counts_by_the_minute() -> None:
    run = Run(1000).work(100, 20.0)
    assert run.said[-1] == "100/1000 users (10 %), 3 per minute, 5 h 00 min left"


@pytest.mark.parametrize("terminal", [True, False])
def test_the_last_line_says_all(terminal: bool) -> None:
    run = Run(1000, terminal).work(995, 0.01)
    run.progress.done(5)
    run.progress.finish()
    run.progress.finish()
    assert [line.split()[0] for line in run.said].count("1000/1000") == 1
    assert run.said[-1].startswith("1000/1000 users (100 %)")
    assert "left" not in run.said[-1]


def test_a_run_that_ends_early_says_how_far_it_came() -> None:
    run = Run(1000).work(450, 0.01)
    run.progress.finish()
    assert run.said[-1].startswith("450/1000 users (45 %)")


def test_nobody_is_told_anything_where_nobody_listens() -> None:
    progress = Progress(3, None, clock=iter(range(1000, 9000, 1000)).__next__)
    progress.done()
    progress.finish()


@given(
    st.integers(0, 50),
    st.lists(st.tuples(st.integers(0, 30), st.floats(0, 40), st.booleans()), max_size=20),
    st.booleans(),
)
def test_every_line_holds_nothing_but_counts(total: int, steps: list[tuple[int, float, bool]], terminal: bool) -> None:
    run = Run(total, terminal)
    for objects, seconds, failed in steps:
        run.pass_time(seconds)
        run.progress.done(objects, failed)
    run.progress.finish()
    assert all(LINE.fullmatch(line) for line in run.said)
    assert all(when >= _progress.QUIET for when, _line in run.lines)


def test_threads_lose_no_count() -> None:
    run = Run(8000, terminal=True)
    run.pass_time(10)

    def work(_number: int) -> None:
        for _turn in range(1000):
            run.progress.done(failed=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    run.progress.finish()
    assert run.said[-1].startswith("8000/8000 ")
    assert run.said[-1].endswith("8000 failed")
