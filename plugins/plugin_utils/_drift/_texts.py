# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a difference as a person would write them. Private; may change at any time.

A text has one line, or for lists and nested values several, as in YAML. What would act rather than show is written as
an escape, and what is long is cut with a word about the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._readable import duration, readable, start
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, options
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import counted, visible

NOTHING = "nothing"
MOST_ITEMS, MOST_LINES, MOST_CHARACTERS = 12, 40, 300
MOMENTS = frozenset((("AuthenticationRoleOptions", "NoMissedBackupEventsBefore"), ("RetentionRange", "Timestamp")))
"""Members that hold unix time, by structure and name."""
_DAY, _HOUR = 86400, 3600
_FREQUENCY = "frequency_type"
_LAST_MOMENT = 2**35

Beside = Mapping[str, Any]


def texts(found: Difference) -> tuple[str, str]:
    """Both sides. Of two long lists only what they do not share is shown; sides that differ never look the same."""
    before, after, note = found.before, found.after, ""
    if isinstance(before, list) and isinstance(after, list):
        before, after, note = _apart(before, after)
    guessed = {_FREQUENCY: _guessed(before, after)}
    sides = zip((before, after), found.beside, strict=True)
    shown = [_block(found.spot.field, side, {**guessed, **beside}) + (note if side else "") for side, beside in sides]
    if shown[0] == shown[1] and found.before != found.after:
        shown = [NOTHING if side is None else _plain(side) for side in (found.before, found.after)]
    return shown[0], shown[1]


def _guessed(*values: Any) -> str:
    """The frequency of start times where nobody tells it: a day goes by seconds alone.

    It would take the frequency to tell the day of a week from that of a month, so these are told as spans of time.
    """
    late = any(isinstance(value, int) and value >= _DAY for value in values)
    return "periodic" if late else "daily"


def _apart(before: list[Any], after: list[Any]) -> tuple[list[Any], list[Any], str]:
    """Two lists without their common items, and a word about these, where that makes long lists shorter."""
    have, want = ({json.dumps(item, sort_keys=True, default=str): item for item in side} for side in (before, after))
    common = have.keys() & want.keys()
    if max(len(before), len(after)) <= MOST_ITEMS or not common or have.keys() == want.keys():
        return before, after, ""
    sides = [[item for key, item in side.items() if key not in common] for side in (have, want)]
    return sides[0], sides[1], f"\n... and {len(common)} on both sides"


def _block(field: Field | None, value: Any, beside: Beside) -> str:
    """A value in as many lines as it needs."""
    if not value or not isinstance(value, (Mapping, list)):
        return _scalar(field, value, beside)
    lines = list(_lines(field, value))
    rest = len(lines) - MOST_LINES
    return "\n".join(lines if rest <= 0 else [*lines[:MOST_LINES], f"... and {counted(rest, 'line')} more"])


def _lines(field: Field | None, value: Mapping[str, Any] | list[Any]) -> Iterator[str]:
    """A nested value in the manner of YAML; ``field`` is the member that holds it, or a list or map of such values."""
    if isinstance(value, list):
        yield from _items(field, value)
        return
    known = options(field.inner if field else "")
    for name, held in value.items():
        text, inner = visible(str(name)), known.get(name)
        if isinstance(held, (Mapping, list)) and held:
            yield f"{text}:"
            yield from (f"  {line}" for line in _lines(inner, held))
        else:
            yield f"{text}: {_scalar(inner, held, value)}"


def _items(field: Field | None, value: Sequence[Any]) -> Iterator[str]:
    for item in value[:MOST_ITEMS]:
        nested = isinstance(item, (Mapping, list)) and item
        lines = _lines(field, item) if nested else [_scalar(field, item, {})]
        yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines))
    if len(value) > MOST_ITEMS:
        yield f"... and {len(value) - MOST_ITEMS} more"


def _scalar(field: Field | None, value: Any, beside: Beside) -> str:
    """A value in one line; ``beside`` are its neighbours, of which the frequency tells what a start time means."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, str):
        return _cut(visible(value))
    shown = value if field is None else _counted(field, value, beside)
    return shown if isinstance(shown, str) else _plain(shown)


def _counted(field: Field, value: Any, beside: Beside) -> Any:
    """A number with its unit."""
    member = field.member
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return value
    if not value and member.unit != "time_of_day":  # midnight is a time, no size or duration of nothing
        return value
    if (member.structure, member.name) in MOMENTS:
        return _moment(value) if value < _LAST_MOMENT else value
    if member.unit == "hours":
        return duration(value * _HOUR)
    if member.unit == "time_of_day":
        return start(value, str(beside.get(_FREQUENCY) or _guessed(value)))
    return readable(member, value, {})


def _moment(value: int) -> str:
    return f"{datetime.fromtimestamp(value, timezone.utc):%Y-%m-%d %H:%M:%S UTC}"


def _plain(value: Any) -> str:
    return _cut(visible(json.dumps(value, ensure_ascii=False, default=str)))


def _cut(text: str) -> str:
    rest = len(text) - MOST_CHARACTERS
    return text if rest <= 0 else f"{text[:MOST_CHARACTERS]}... and {counted(rest, 'character')} more"
