# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as a person would write them: sizes, durations, times of day. Private; may change at any time.

What comes out is read by ``_state._values`` as exactly the number that went in; where no such text is shorter than the
number, the number stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Callable, Union

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, constants
from ansible_collections.comet.backup.plugins.module_utils._state import _values

Number = Union[int, str]
_BASES = {"iB": 1024, "B": 1000}
_SIZES = {
    f"{'k' if unit + letter == 'BK' else letter}{unit}": base**power
    for power, letter in enumerate("KMGTP", start=1)
    for unit, base in _BASES.items()
}
_SPANS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DAY = _SPANS["d"]
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MOST_PARTS = 2
"""A duration of more parts than ``1h30m`` has is no easier to read than its seconds."""


def readable(member: Member, value: Any, siblings: Mapping[str, Any]) -> Any:
    """The value of a member with a unit as a person would write it; ``siblings`` is the structure that holds it."""
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return value
    if member.unit == "bytes":
        return size(value)
    if member.unit == "seconds":
        return duration(value)
    if member.unit == "time_of_day":
        return start(value, str(constants("SCHEDULE_FREQUENCY").name_of(siblings.get("FrequencyType") or 0)))
    return value


@lru_cache(maxsize=4096)
def size(value: int) -> Number:
    """Bytes in the unit that leaves the smallest whole number, as in ``500 GiB``."""
    fitting = [(value // factor, unit) for unit, factor in _SIZES.items() if value % factor == 0]
    number, unit = min(fitting, default=(value, ""))
    return _exact(f"{number} {unit}", value, _values.size) if unit else value


@lru_cache(maxsize=4096)
def duration(value: int) -> Number:
    """Seconds as ``8h`` or ``1h30m``."""
    parts, rest = [], value
    for unit, seconds in _SPANS.items():
        count, rest = divmod(rest, seconds)
        parts += [f"{count}{unit}"] if count else []
    return _exact("".join(parts), value, _values.span) if len(parts) <= MOST_PARTS else value


@lru_cache(maxsize=4096)
def start(value: int, frequency: str) -> Number:
    """When a schedule of that frequency starts, as ``02:30``, ``Monday 02:30``, ``day 15 02:30`` or a date."""
    if frequency in ("periodic", "hourly"):
        return duration(value)
    if frequency == "once":
        moment = datetime.fromtimestamp(value, timezone.utc) if value < 2**35 else None
        return _exact(f"{moment:%Y-%m-%dT%H:%M:%SZ}", value, _values.time_of_day) if moment else value
    day, seconds = divmod(value, _DAY)
    if frequency == "weekly" and day < len(_DAYS):
        return _exact(f"{_DAYS[day]} {_clock(seconds)}", value, _values.time_of_day)
    if frequency == "monthly":
        return _exact(f"day {day + 1} {_clock(seconds)}", value, _values.time_of_day)
    return value if day else _exact(_clock(seconds), value, _values.time_of_day)


def _clock(seconds: int) -> str:
    """A time of day, without seconds where there are none."""
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


def _exact(text: str, value: int, read: Callable[[str], int]) -> Number:
    """The text, if it is read as that very number."""
    try:
        return text if read(text) == value else value
    except ValueError:
        return value
