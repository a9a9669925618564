"""When schedules are due: ``ScheduleConfig`` read as the vendor documents it, in the time zone of its owner."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

Schedule = dict[str, Any]

ONCE, DAILY, HOURLY, WEEKLY, MONTHLY, PERIODIC, YEARLY = 8010, 8011, 8012, 8013, 8014, 8015, 8016

TRIES = 2_000
"""How many moments are looked at before a schedule counts as one that never runs, such as on no day of the week."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC when there is none."""
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return UTC


def next_run(schedule: Schedule, zone: str, after: float) -> float | None:
    """The first moment (seconds since 1970) later than ``after`` at which a schedule is due; None when it never is.

    Random delays are left to the caller.
    """
    local = datetime.fromtimestamp(after, zone_of(zone))
    for moment in islice(_moments(schedule, local), TRIES):
        if moment.timestamp() > after and _allowed(schedule, moment):
            return moment.timestamp()
    return None


def _moments(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """Moments of a schedule in order, from one that may be past already."""
    kind, past = schedule["FrequencyType"], timedelta(seconds=schedule["SecondsPast"])
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == ONCE:
        yield datetime.fromtimestamp(schedule["SecondsPast"], now.tzinfo)
    elif kind == PERIODIC:
        yield from _periods(schedule, now)
    elif kind == HOURLY:
        yield from _every(now.replace(minute=0, second=0, microsecond=0) + past, timedelta(hours=1))
    elif kind == DAILY:
        yield from _every(midnight - timedelta(days=1) + past, timedelta(days=1))
    elif kind == WEEKLY:
        sunday = midnight - timedelta(days=(midnight.weekday() + 1) % 7)
        yield from _every(sunday - timedelta(days=7) + past, timedelta(days=7))
    elif kind == MONTHLY:
        yield from (_month(midnight, months) + past for months in range(-1, TRIES))
    elif kind == YEARLY:
        yield from _years(schedule, midnight)


def _every(first: datetime, step: timedelta) -> Iterator[datetime]:
    """Moments of the same time of day, also over a change of the clocks."""
    while True:
        yield first
        first += step


def _periods(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    step = schedule["SecondsPast"]
    if step > 0:
        offset = schedule.get("Offset", 0)
        first = int(now.timestamp() - offset) // step * step + offset
        yield from (datetime.fromtimestamp(first + count * step, now.tzinfo) for count in range(TRIES))


def _month(day: datetime, months: int) -> datetime:
    """The first day of a month, so many months after the one of ``day``."""
    number = day.year * 12 + day.month - 1 + months
    return day.replace(year=number // 12, month=number % 12 + 1, day=1)


def _years(schedule: Schedule, day: datetime) -> Iterator[datetime]:
    past = timedelta(seconds=schedule["SecondsPast"])
    for year in range(day.year - 1, day.year + 9):
        try:
            yield day.replace(year=year, month=schedule["SelectedMonth"], day=schedule["SelectedDay"]) + past
        except ValueError:
            continue


def _allowed(schedule: Schedule, moment: datetime) -> bool:
    """Whether a schedule's restrictions of days and hours let it run at a moment."""
    if schedule["RestrictDays"] and not schedule["DaysSelect"][DAYS[moment.weekday()]]:
        return False
    if not schedule["RestrictRuntime"]:
        return True
    minute = moment.hour * 60 + moment.minute
    start, end = (schedule[name]["Hour"] * 60 + schedule[name]["Minutes"] for name in ("FromTime", "ToTime"))
    return bool(start <= minute <= end if start <= end else minute >= start or minute <= end)
