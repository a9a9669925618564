# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single values: how a person writes them and how the API does. Private; may change at any time."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._api._model import Constants, Member, Type, constants
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, nearest

_SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "p": 10**15}
_SIZES.update({unit + "i": 1024**power for power, unit in enumerate("kmgtp", start=1)})
_SPANS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def size(text: str) -> int:
    """Bytes from ``500 GiB``, ``1.5T`` or a plain number. Raises ValueError."""
    match = re.match(r"^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?i?)b?\s*$", text, re.IGNORECASE)
    if not match or match.group(2).lower() not in _SIZES:
        raise ValueError("not a size such as 1073741824, 500 GiB or 2 TB")
    return int(Fraction(match.group(1)) * _SIZES[match.group(2).lower()])


def span(text: str) -> int:
    """Seconds from ``8h``, ``1h30m`` or a plain number. Raises ValueError."""
    parts = re.findall(r"(\d+)\s*(s|min|m|h|d|w|)", text.strip().lower())
    if not parts or "".join(number + unit for number, unit in parts) != re.sub(r"\s+", "", text.lower()):
        raise ValueError("not a duration such as 28800, 8h or 1h30m")
    return sum(int(number) * _SPANS[unit] for number, unit in parts)


def time_of_day(text: str) -> int:
    """Seconds from ``02:30`` or ``02:30:15``, from ``Monday 02:30`` or ``day 15 02:30`` into a week or a month.

    A date with its time zone is unix time; durations work too. Raises ValueError.
    """
    match = re.match(r"^(?:([a-z]+day)|day\s+(\d{1,2})\s)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?$", text.strip().lower())
    if not match:
        return _moment(text)
    weekday, day, *clock = match.groups()
    hours, minutes, seconds = (int(part or 0) for part in clock)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError("not a time of day")
    if weekday and weekday not in _WEEKDAYS:
        raise ValueError(f"not a day of the week{nearest(weekday, _WEEKDAYS)}")
    if day and not 1 <= int(day) <= 31:
        raise ValueError("not a day of a month")
    days = _WEEKDAYS.index(weekday) if weekday else int(day or 1) - 1
    return days * _SPANS["d"] + hours * 3600 + minutes * 60 + seconds


def _moment(text: str) -> int:
    """Unix time from a date such as ``2026-12-24T18:00:00Z``, or seconds from a duration. Raises ValueError."""
    try:
        if not re.match(r"\s*\d+-\d+-\d+", text):
            return span(text)
        moment = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text.strip()))
    except ValueError:
        raise ValueError("not a time such as 02:30 or a number of seconds") from None
    if moment.tzinfo is None:
        raise ValueError("not a moment, since no time zone is given as in 2026-12-24T18:00:00Z")
    return int(moment.timestamp())


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not re.match(r"^-?\d+$", str(value).strip()):
        raise ValueError("not a whole number")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError("not a number")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number that JSON can say")
    return number


def refuse_unsayable(value: Any, where: str) -> None:
    """Raises InvalidOption for a number that JSON cannot say, anywhere in a value such as an unknown member's."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            refuse_unsayable(item, f"{where}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_unsayable(item, f"{where}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidOption(f"{where}: {float(value)} is not a number that JSON can say")


def _truth(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _WORDS:
        raise ValueError("not true or false")
    return _WORDS[word]


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError("not a text")
    return str(value)


_UNITS: dict[str, Callable[[str], int]] = {"bytes": size, "seconds": span, "time_of_day": time_of_day}
_SCALARS: dict[str, Callable[[Any], Any]] = {
    "int": _integer,
    "float": _number,
    "bool": _truth,
    "string": _text,
    "bytes": _text,
    "any": lambda value: value,
}


def scalar(kind: str, value: Any) -> Any:
    """A value of one of the API's scalar types, also from text. Raises ValueError."""
    return _SCALARS[kind](value)


def from_option(member: Member, kind: Type, value: Any, where: str) -> Any:
    """The API's value of what a person wrote for ``member``; ``kind`` is its type, or its items' type.

    Raises InvalidOption that names ``where``; the value itself is shown unless it is a secret.
    """
    try:
        if member.enum and not member.bitset and kind.name in ("int", "string"):
            return _constant(constants(member.enum), kind, value)
        if kind.name == "int" and member.unit in _UNITS and not isinstance(value, (int, float)):
            return _fitting(member, _UNITS[member.unit](str(value)))
        return _fitting(member, _SCALARS[kind.name](value))
    except (ValueError, TypeError) as error:
        shown = "" if member.secret else f" {value!r} is"
        raise InvalidOption(f"{where}:{shown or ' the value is'} {error}") from None


def _fitting(member: Member, value: Any) -> Any:
    """The value, unless it is a number that no server can hold or that servers do not allow. Raises ValueError."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("beyond the 64 bits that the API has for a number")
    if member.most and not 0 <= value <= member.most:
        raise ValueError(f"not between 0 and {member.most}")
    return value


def _constant(group: Constants, kind: Type, value: Any) -> Any:
    """A constant by friendly name, vendor's key, published name or value. Raises ValueError."""
    if value == "" and kind.name == "string":
        return ""
    word = str(value).strip()
    # YAML turns the bare words on and off into booleans before anybody can ask for them as names.
    switch = {"True": "on", "False": "off"}.get(word, word)
    for spelling in (word, word.lower(), word.upper(), switch):
        if spelling in group.spellings:
            return group.spellings[spelling]
        if spelling in group.choices:
            return group.choices[spelling]
    if kind.name == "int" and re.match(r"^-?\d+$", word):
        if group.open or int(word) in group.spellings.values() or int(word) == 0:
            return int(word)
        raise ValueError(f"not a known value; valid are: {', '.join(group.choices)}")
    raise ValueError(f"not a known value{nearest(word, group.choices)}")


def to_option(member: Member, value: Any) -> Any:
    """What a person reads for a value of the API: names for constants, plain numbers for sizes and times."""
    if member.enum and not member.bitset and not isinstance(value, (dict, list)):
        return constants(member.enum).name_of(value)
    return next((word for word, meant in member.words.items() if meant == value), value)
