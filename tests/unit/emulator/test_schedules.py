"""When schedules are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comet_emulator.core.facts import load_facts, parse_version
from comet_emulator.core.shapes import Shaper
from comet_emulator.jobs.schedules import next_run

BERLIN = "Europe/Berlin"
SHAPER = Shaper(load_facts(), parse_version("25.9.8"), storing=True)


def schedule(**members: Any) -> dict[str, Any]:
    shaped: dict[str, Any] = SHAPER.shape("ScheduleConfig", members)
    return shaped


def due(after: str, *, zone: str = BERLIN, **members: Any) -> str:
    moment = next_run(
        schedule(**members), zone, datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).timestamp()
    )
    return "never" if moment is None else datetime.fromtimestamp(moment, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"FrequencyType": 8010, "SecondsPast": 2_000_000_000}, "2033-05-18 05:33"),
        ({"FrequencyType": 8010, "SecondsPast": 1_000_000_000}, "never"),
        ({"FrequencyType": 8011, "SecondsPast": 7200}, "2025-07-03 02:00"),
        ({"FrequencyType": 8011, "SecondsPast": 13 * 3600}, "2025-07-02 13:00"),
        ({"FrequencyType": 8012, "SecondsPast": 900}, "2025-07-02 12:15"),
        ({"FrequencyType": 8013, "SecondsPast": 86400 + 3600}, "2025-07-07 01:00"),
        ({"FrequencyType": 8014, "SecondsPast": 3600}, "2025-08-01 01:00"),
        ({"FrequencyType": 8015, "SecondsPast": 1800, "Offset": 60}, "2025-07-02 12:01"),
        ({"FrequencyType": 8015, "SecondsPast": 0}, "never"),
        ({"FrequencyType": 8016, "SecondsPast": 60, "SelectedMonth": 2, "SelectedDay": 29}, "2028-02-29 00:01"),
        ({"FrequencyType": 9999}, "never"),
    ],
)
def test_next_run(members: dict[str, Any], expected: str) -> None:
    assert due("2025-07-02 12:00:30", **members) == expected


def test_night_of_a_clock_change_keeps_the_hour() -> None:
    assert due("2025-10-25 12:00", FrequencyType=8011, SecondsPast=6 * 3600) == "2025-10-26 06:00"


def test_days_and_hours_that_are_left_out() -> None:
    hourly = {"FrequencyType": 8012}
    window = {"FromTime": {"Hour": 22, "Minutes": 0}, "ToTime": {"Hour": 5, "Minutes": 30}}
    assert due("2025-07-02 12:00", **hourly, RestrictRuntime=True, **window) == "2025-07-02 22:00"
    assert due("2025-07-02 23:10", **hourly, RestrictRuntime=True, **window) == "2025-07-03 00:00"
    assert due("2025-07-02 12:00", **hourly, RestrictDays=True, DaysSelect={"Friday": True}) == "2025-07-04 00:00"
    assert due("2025-07-02 12:00", **hourly, RestrictDays=True) == "never"


def test_unknown_zone_is_utc() -> None:
    midnight = next_run(schedule(FrequencyType=8011), "Mars/Olympus", 86_400 * 10 + 5)
    assert midnight == 86_400 * 11
