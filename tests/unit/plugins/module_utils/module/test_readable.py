# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and times as a person would write them, which are read as exactly the same number."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants, structure
from ansible_collections.comet.backup.plugins.module_utils._module._readable import duration, readable, size, start
from ansible_collections.comet.backup.plugins.module_utils._state import _values

FREQUENCIES = constants("SCHEDULE_FREQUENCY").choices
BIG = st.integers(0, 2**63 - 1)
ROUND = st.builds(
    lambda number, unit: number * unit, st.integers(0, 5000), st.sampled_from([1, 60, 3600, 86400, 10**9, 2**30])
)


@given(BIG | ROUND)
def test_numbers_survive(value: int) -> None:
    for shown, read in ((size(value) if value else 0, _values.size), (duration(value), _values.span)):
        assert shown == value or (isinstance(shown, str) and read(shown) == value)
    for frequency in FREQUENCIES:
        shown = start(value, frequency)
        assert shown == value or (isinstance(shown, str) and _values.time_of_day(shown) == value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (500 * 2**30, "500 GiB"),
        (5 * 10**9, "5 GB"),
        (1000, "1 kB"),
        (1024, "1 KiB"),
        (123457, 123457),
        (2**50, "1 PiB"),
    ],
)
def test_sizes(value: int, shown: Any) -> None:
    assert size(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(28800, "8h"), (5400, "1h30m"), (90, "1m30s"), (604800, "7d"), (90061, 90061), (45, "45s")]
)
def test_durations(value: int, shown: Any) -> None:
    assert duration(value) == shown


@pytest.mark.parametrize(
    ("value", "frequency", "shown"),
    [
        (7200, "daily", "02:00"),
        (7215, "daily", "02:00:15"),
        (95400, "weekly", "Monday 02:30"),
        (14 * 86400, "monthly", "day 15 00:00"),
        (7200, "yearly", "02:00"),
        (1800, "hourly", "30m"),
        (5400, "periodic", "1h30m"),
        (1798135200, "once", "2026-12-24T18:00:00Z"),
        (90000, "daily", 90000),
        (8 * 86400, "weekly", 8 * 86400),
        (2**40, "once", 2**40),
    ],
)
def test_starts(value: int, frequency: str, shown: Any) -> None:
    assert start(value, frequency) == shown


@pytest.mark.parametrize("value", [0, -1, None, True, "text"])
def test_what_is_no_number_of_something_stays(value: Any) -> None:
    assert readable(structure("ScheduleConfig").member("SecondsPast"), value, {}) is value


def test_unix_time_is_left_alone() -> None:
    assert readable(structure("RetentionRange").member("Timestamp"), 1798135200, {}) == 1798135200
