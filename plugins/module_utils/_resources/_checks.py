# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a structure although each of its members is right by itself. Private; may change at any time.

Servers store a schedule that never starts, or a retention that keeps nothing, without a word, and nobody notices before
a backup is missing. Every table whose document can hold such a structure names these checks.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Checks

Document = Mapping[str, Any]

MINUTE, HOUR, DAY = 60, 3600, 86400
LEAP_YEAR = 2024
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
PERIODS = {
    "hourly": ("hour", HOUR),
    "daily": ("day", DAY),
    "weekly": ("week", 7 * DAY),
    "monthly": ("month", 31 * DAY),
    "yearly": ("day", DAY),
}
"""What the start of a schedule is counted from, and how long that lasts at most, by frequency."""

RANGES = {
    "most_recent_x_jobs": ("Jobs",),
    "newer_than_x": ("Timestamp",),
    "jobs_since": ("Days", "Weeks", "Months", "Years"),
    "first_job_for_each_last_x_days": ("Days",),
    "first_job_for_last_x_weeks": ("Weeks",),
    "first_job_for_last_x_months": ("Months",),
    "first_job_for_last_x_years": ("Years",),
    "last_x_backups_one_for_each_day": ("Jobs",),
    "last_x_backups_one_for_each_week": ("Jobs",),
    "last_x_backups_one_for_each_month": ("Jobs",),
    "last_x_backups_one_for_each_year": ("Jobs", "Years"),
}
"""The numbers of which a retention range needs one, by its type; the vendor does not say it of the yearly ones."""


def _schedule(document: Document, now: int) -> str:
    """A schedule that never starts, by how the vendor documents its frequencies (SCHEDULE_FREQUENCY_*)."""
    group = constants("SCHEDULE_FREQUENCY")
    number = document.get("FrequencyType") or 0
    if number not in group.choices.values():
        said = f"{number} is not a frequency" if number else "a schedule needs one"
        return f"frequency_type: {said}; valid are: {', '.join(group.choices)}"
    frequency = str(group.name_of(number))
    return _start(document, frequency, now) or _restriction(document, frequency)


def _start(document: Document, frequency: str, now: int) -> str:
    """A start that lies outside of what it is counted from."""
    past = document.get("SecondsPast") or 0
    if frequency == "once":
        return "" if past > now else f"seconds_past: the unix time {past} at which it would start once is in the past"
    if frequency == "periodic":
        return "" if past > 0 else "seconds_past: a periodic schedule needs the interval between its starts"
    period, length = PERIODS[frequency]
    if not 0 <= past < length:
        return f"seconds_past: {past} is outside of the {period} that a {frequency} start is counted in"
    return _date(document) if frequency == "yearly" else ""


def _date(document: Document) -> str:
    """A day that no year has; the last one of February is fine."""
    month, day = document.get("SelectedMonth") or 0, document.get("SelectedDay") or 0
    if not 1 <= month <= 12:
        return f"selected_month: a yearly schedule needs a month from 1 to 12, not {month}"
    days = calendar.monthrange(LEAP_YEAR, month)[1]
    return "" if 1 <= day <= days else f"selected_day: {day} is no day of month {month}, which ends with {days}"


def _restriction(document: Document, frequency: str) -> str:
    """Days or hours that leave out each start; where these depend on a time zone, only whether they leave any."""
    past = document.get("SecondsPast") or 0
    return _restricted_days(document, frequency, past) or _restricted_hours(document, frequency, past)


def _restricted_days(document: Document, frequency: str, past: int) -> str:
    if not document.get("RestrictDays"):
        return ""
    chosen = document.get("DaysSelect") or {}
    if not any(chosen.get(day) for day in WEEKDAYS):
        return "days_select: restrict_days is on, but no day is chosen, so it would never start"
    weekday = WEEKDAYS[past // DAY] if frequency == "weekly" else ""
    if weekday and not chosen.get(weekday):
        return f"days_select: its weekly start is on {weekday}, which is not chosen, so it would never start"
    return ""


def _restricted_hours(document: Document, frequency: str, past: int) -> str:
    if not document.get("RestrictRuntime"):
        return ""
    first, last = (_minute(document.get(name) or {}) for name in ("FromTime", "ToTime"))
    if first == last:
        return "to_time: restrict_runtime is on, but to_time is from_time, so there is no time to start in"
    starts = {past // MINUTE % 60 + 60 * hour for hour in range(24)} if frequency == "hourly" else set()
    starts |= {past % DAY // MINUTE} if frequency in PERIODS and not starts else set()
    if starts and not any(_within(minute, first, last) for minute in starts):
        when = _clock(min(starts)) if len(starts) == 1 else f"minute {min(starts)} of each hour"
        return f"from_time: it starts at {when}, never between {_clock(first)} and {_clock(last)}"
    return ""


def _minute(time: Document) -> int:
    """The minute of the day that a time of day is."""
    return int((time.get("Hour") or 0) * 60 + (time.get("Minutes") or 0))


def _within(minute: int, first: int, last: int) -> bool:
    """Whether a minute is among those between two others, both included, maybe over midnight."""
    return first <= minute <= last if first <= last else minute >= first or minute <= last


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _time(document: Document, now: int) -> str:
    """A time that no day has."""
    hour, minutes = document.get("Hour") or 0, document.get("Minutes") or 0
    if not 0 <= hour <= 23:
        return f"hour: {hour} is not between 0 and 23"
    return "" if 0 <= minutes <= 59 else f"minutes: {minutes} is not between 0 and 59"


def _retention(document: Document, now: int) -> str:
    """Whether a server keeps everything or nothing by no rule at all is not documented."""
    if document.get("Mode") != constants("RETENTIONMODE").choices["delete_except"] or document.get("Ranges"):
        return ""
    return "ranges: the mode delete_except needs at least one range that keeps something"


def _range(document: Document, now: int) -> str:
    """A range that keeps nothing, since the numbers that its type counts with (RETENTIONRANGE_*) are left out."""
    number = document.get("Type") or 0
    kind = str(constants("RETENTIONRANGE").name_of(number))
    if not number:
        return "type: a range needs one"
    counts = RANGES.get(kind, ())
    if counts and not any((document.get(name) or 0) > 0 for name in counts):
        return f"{counts[0].lower()}: a range of the type {kind} keeps nothing without {_either(counts)}"
    return ""


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(name.lower() for name in names)


CHECKS: Checks = {
    "HourSchedConfig": _time,
    "RetentionPolicy": _retention,
    "RetentionRange": _range,
    "ScheduleConfig": _schedule,
}
