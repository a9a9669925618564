"""Which snapshots a retention policy keeps. Days, weeks, months and years are those of UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]

KEEP_EVERYTHING = 801
NEWER_THAN, JOBS_SINCE = 901, 902
"""The first counts from a moment, the second so many days, weeks, months and years back."""
DAY = 86_400
DAYS_OF_MONTH, DAYS_OF_YEAR = 30, 365
"""How long "newer than" counts a month and a year."""


def _day(moment: datetime) -> int:
    return moment.toordinal()


def _week(moment: datetime) -> int:
    return moment.toordinal() // 7


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month


def _year(moment: datetime) -> int:
    return moment.year


Numbering = Callable[[datetime], int]

FIRST_OF_LAST: dict[int, tuple[Numbering, str, str]] = {
    903: (_day, "Days", ""),
    906: (_week, "Weeks", "WeekOffset"),
    905: (_month, "Months", "MonthOffset"),
    911: (_year, "Years", "YearOffset"),
}
"""Ranges that keep the first snapshot of each of the last so many periods: numbering, count, days of shift."""

ONE_FOR_EACH: dict[int, tuple[Numbering, str, str]] = {
    907: (_day, "Jobs", ""),
    908: (_week, "Jobs", "WeekOffset"),
    909: (_month, "Jobs", "MonthOffset"),
    910: (_year, "Jobs", "YearOffset"),
}
"""The same, but periods without a snapshot do not count."""


def _firsts(times: Iterable[int], numbering: Numbering, shift: int) -> dict[int, int]:
    """The first time of each period, by the period's number."""
    firsts: dict[int, int] = {}
    for time in sorted(times):
        moment = datetime.fromtimestamp(time, UTC) - timedelta(days=shift)
        firsts.setdefault(numbering(moment), time)
    return firsts


def _kept_by(entry: Document, times: list[int], now: int) -> set[int]:
    """Times that one ``RetentionRange`` keeps, of times in rising order."""
    kind = entry["Type"]
    if kind == 900:
        return set(times[-entry["Jobs"] :]) if entry["Jobs"] > 0 else set()
    if kind in (NEWER_THAN, JOBS_SINCE):
        days = entry["Days"] + 7 * entry["Weeks"] + DAYS_OF_MONTH * entry["Months"] + DAYS_OF_YEAR * entry["Years"]
        oldest = entry["Timestamp"] if kind == NEWER_THAN else now - days * DAY
        return {time for time in times if time >= oldest}
    if kind not in FIRST_OF_LAST and kind not in ONE_FOR_EACH:
        return set(times)
    numbering, count, offset = (FIRST_OF_LAST.get(kind) or ONE_FOR_EACH[kind])[:3]
    shift = entry[offset] if offset else 0
    firsts = _firsts(times, numbering, shift)
    if kind in FIRST_OF_LAST:
        present = numbering(datetime.fromtimestamp(now, UTC) - timedelta(days=shift))
        return {time for number, time in firsts.items() if present - number < entry[count]}
    periods = sorted(firsts, reverse=True)[: max(0, entry[count])]
    return {firsts[number] for number in periods}


def kept(policy: Document, times: Iterable[int], now: int) -> set[int]:
    """Creation times (Unix seconds) of the snapshots that a ``RetentionPolicy`` keeps.

    A policy without ranges keeps everything, and so does a range of an unknown type.
    """
    rising = sorted(times)
    if policy["Mode"] in (0, KEEP_EVERYTHING) or not policy["Ranges"]:
        return set(rising)
    return set().union(*(_kept_by(entry, rising, now) for entry in policy["Ranges"]))
