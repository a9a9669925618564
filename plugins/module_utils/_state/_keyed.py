# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps whose keys are more than names, as SourceConfig.EngineProps. Private; may change at any time.

What a key means depends on the engine. All keys that begin with the word of a numbered list, such as INCLUDE0 and
INCLUDE1, are one set of values, whatever comes after the word. A flag such as USE_WIN_VSS counts by being there,
whatever its value. An engine of None stands for one that is not known here and now: then the rules of all engines hold.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _redact, _values
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, closest

Row = Mapping[str, str]
"""A numbered list: ``engine``, ``key`` (its word), and ``holds``, the structure of values that are JSON text."""
Entries = Mapping[str, Any]

PRESENT = "1"
"""The value of a flag that is set here."""


def lists(member: Member, engine: str | None) -> list[Row]:
    """The numbered lists of an engine."""
    return [row for row in member.numbered if engine in (None, row["engine"])]


def is_flag(member: Member, key: str, engine: str | None) -> bool:
    """Whether the key counts by being there."""
    return any(key == row["key"] and engine in (None, row["engine"]) for row in member.flags)


def written(member: Member, entries: Entries, engine: str | None, where: str) -> dict[str, str | None]:
    """The API's map of what a person wrote: a list under the word of a numbered list, true or false for a flag.

    None stands for a secret that stays as it is, if there is one. Raises InvalidOption.
    """
    result: dict[str, str | None] = {}
    named = {str(name) for name in entries}
    for name, value in entries.items():
        key, path = str(name), f"{where}.{name}"
        if isinstance(value, list):
            numbers = _free(_word(member, key, engine, path), named)
            result.update({next(numbers): _text(member, key, item, path) for item in value})
        elif is_flag(member, key, engine):
            result.update({key: PRESENT} if _flag(value, path) else {})
        elif value is None and _is_secret(member, key, engine):
            result[key] = None
        else:
            result[key] = _text(member, key, value, path)
    return result


def _is_secret(member: Member, key: str, engine: str | None) -> bool:
    if not member.secret_keys:
        return member.secret
    return _redact.secret_key(member, key, {} if engine is None else {"Engine": engine})


def _word(member: Member, key: str, engine: str | None, where: str) -> str:
    """The word of the numbered list that the key is. Raises InvalidOption."""
    words = [row["key"] for row in lists(member, engine)]
    if key in words:
        return key
    if not words:
        raise InvalidOption(f"{where}: the value must be a text, not a list")
    raise InvalidOption(f"{where}: only {', '.join(words)} take a list{closest(key.upper(), words)}")


def _flag(value: Any, where: str) -> bool:
    try:
        return bool(_values.scalar("bool", value))
    except ValueError as error:
        raise InvalidOption(f"{where}: {value!r} is {error}") from None


def _text(member: Member, key: str, value: Any, where: str) -> str:
    """A value as text; a dictionary as JSON where the API takes such."""
    if isinstance(value, Mapping) and any("holds" in row and key.startswith(row["key"]) for row in member.numbered):
        return json.dumps(value)
    if value is None:
        raise InvalidOption(f"{where}: there is no value; leave the key out instead")
    return str(_values.from_option(member, member.type.item or member.type, value, where))


def _free(word: str, taken: Collection[str]) -> Iterator[str]:
    """Keys with that word and a number that nobody has."""
    return (key for key in map(f"{word}{{}}".format, count()) if key not in taken)


def shown(member: Member, entries: Entries, engine: str) -> dict[str, Any]:
    """The map as a person reads it: flags that are there are true."""
    return {key: True if is_flag(member, key, engine) else value for key, value in entries.items()}


def aligned(member: Member, before: Entries, wanted: Entries, engine: str) -> dict[str, Any]:
    """The wished map by the server's keys: what the server holds already keeps its key, all else has one of its own.

    A flag that is there keeps its value. So what is left to compare are plain entries.
    """
    rows = lists(member, engine)
    words = tuple(row["key"] for row in rows)
    result = {
        key: before[key] if key in before and is_flag(member, key, engine) else value
        for key, value in wanted.items()
        if not key.startswith(words)
    }
    for row in rows:
        have, want = ({key: one[key] for key in one if key.startswith(row["key"])} for one in (before, wanted))
        # Which of these words stand for secrets is known without the engine.
        secret = bool(member.secret_keys) and _redact.secret_key(member, row["key"], {})
        result.update(_secret_list(row, have, want) if secret else _plain_list(row, have, want))
    return result


def _plain_list(row: Row, before: Entries, wanted: Entries) -> dict[str, Any]:
    """The wished values, each once; those that the server has under its keys, however often it has them."""
    wishes = {_told(row, value): key for key, value in reversed(list(wanted.items()))}
    result = {key: value for key, value in before.items() if _told(row, value) in wishes}
    known = {_told(row, value) for value in before.values()}
    for told, key in reversed(list(wishes.items())):
        if told not in known:
            result[_key_for(row, key, result)] = wanted[key]
    return result


def _secret_list(row: Row, before: Entries, wanted: Entries) -> dict[str, Any]:
    """The wished values under the keys of their counterparts on the server.

    What has no counterpart never takes the key of one that goes: a secret under a known key counts as known.
    """
    pairs = _counterparts(row, before, wanted)
    result: dict[str, Any] = {}
    for key, value in wanted.items():
        result[pairs.get(key) or _key_for(row, key, {*before, *result, *pairs.values()})] = value
    return result


def _counterparts(row: Row, before: Entries, wanted: Entries) -> dict[str, str]:
    """Which wished secret (by key) is which one of the server (by key): by what it tells beside the secret.

    Where one of the two tells nothing, the same key counts, and then the order.
    """
    pairs: dict[str, str] = {}

    def pair(key: str, others: Collection[str]) -> None:
        free = [other for other in others if other not in pairs.values()]
        if free and key not in pairs:
            pairs[key] = free[0]

    have = {key: _told(row, value) for key, value in before.items()}
    want = {key: _told(row, value) for key, value in wanted.items()}
    for key, told in want.items():
        pair(key, [other for other, theirs in have.items() if told and theirs == told])
    for key, told in want.items():
        pair(key, [key] if key in have and not (told and have[key]) else [])
    for key, told in want.items():
        pair(key, [other for other, theirs in have.items() if not (told and theirs)])
    return pairs


def _told(row: Row, value: Any) -> str:
    """What tells a value of a numbered list from others; of JSON text all but secrets and what the server keeps.

    Empty for a secret that is no JSON object, or holds nothing else.
    """
    if "holds" not in row:
        return str(value)
    known = structure(row["holds"]).members
    hidden = {name for name, member in known.items() if member.secret or member.computed}
    try:
        item = json.loads(value)
    except (TypeError, ValueError):
        item = None
    if not isinstance(item, dict):
        return "" if hidden else str(value)
    told = {name: one for name, one in item.items() if name not in hidden and one}
    return json.dumps(told, sort_keys=True) if told else ""


def _key_for(row: Row, key: str, taken: Collection[str]) -> str:
    """The wished key, or the next free number where another value has it."""
    return next(_free(row["key"], taken)) if key in taken else key
