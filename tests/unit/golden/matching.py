# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares an answer with what a pair expects: exact values, and matchers such as ``{"$is": "guid", "$as": "ID"}``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.comet.backup.tests.unit.golden.values import Memory, fill

ABSENT = object()
NOW_SECONDS = 60
GUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_now(value: Any) -> bool:
    return _is_integer(value) and abs(value - time.time()) < NOW_SECONDS


KINDS: dict[str, Callable[[Any], bool]] = {
    "absent": lambda value: value is ABSENT,
    "guid": lambda value: isinstance(value, str) and GUID.fullmatch(value) is not None,
    "hash": lambda value: isinstance(value, str) and len(value) >= 8,
    "text": lambda value: isinstance(value, str) and value != "",
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
    "now": _is_now,
}
"""What ``$is`` may name. A hash is opaque: only that it is there, and not a word, can be said of it."""


def is_matcher(value: Any) -> bool:
    """Whether a value of a pair is a matcher, not data."""
    return isinstance(value, dict) and any(key.startswith("$") and not key.startswith("${") for key in value)


def differences(expected: Any, actual: Any, memory: Memory, path: str = "") -> list[str]:
    """Every difference as a line; empty when the answer fits. What ``$as`` names is put into ``memory``."""
    return list(_differences(expected, actual, memory, path or "answer"))


def _differences(expected: Any, actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if is_matcher(expected):
        yield from _match(expected, actual, memory, path)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        wanted = {fill(key, memory): value for key, value in expected.items()}
        yield from _members(wanted, actual, memory, path)
        yield from (f"{path}.{name}: not expected: {_short(actual[name])}" for name in actual if name not in wanted)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: {len(expected)} entries expected, there are {len(actual)}: {_short(actual)}"
        for number, (wanted_item, item) in enumerate(zip(expected, actual, strict=False)):
            yield from _differences(wanted_item, item, memory, f"{path}[{number}]")
    else:
        wanted_value = fill(expected, memory)
        if not _same(wanted_value, actual):
            yield f"{path}: {_short(wanted_value)} expected, it is {_short(actual)}"


def _same(wanted: Any, actual: Any) -> bool:
    """JSON equality: Python takes 1, 1.0 and true for the same."""
    if isinstance(wanted, bool) != isinstance(actual, bool):
        return False
    return bool(wanted == actual)


def _members(wanted: dict[str, Any], actual: dict[str, Any], memory: Memory, path: str) -> Iterator[str]:
    for name, value in wanted.items():
        yield from _differences(value, actual.get(name, ABSENT), memory, f"{path}.{name}")


def _match(matcher: dict[str, Any], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    """All conditions of a matcher; a value that fits is remembered."""
    for word, argument in matcher.items():
        if word in CONDITIONS:
            yield from CONDITIONS[word](argument, actual, memory, path)
        elif word not in ("$as", "$example"):
            raise ValueError(f"{path}: there is no matcher {word}")
    remember(matcher, actual, memory)


def remember(matcher: dict[str, Any], actual: Any, memory: Memory) -> None:
    """Note the value under the name of ``$as``, if there is one; of a pattern with a group, what the group found."""
    if "$as" not in matcher:
        return
    found = re.search(matcher["$like"], actual) if "$like" in matcher and isinstance(actual, str) else None
    memory[matcher["$as"]] = found[1] if found and found.re.groups else actual


Condition = Callable[[Any, Any, Memory, str], Iterator[str]]


def _is(kind: str, actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not KINDS[kind](actual):
        yield f"{path}: {kind} expected, it is {_short(actual)}"


def _like(pattern: str, actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not isinstance(actual, str) or not re.search(pattern, actual):
        yield f"{path}: text like {pattern} expected, it is {_short(actual)}"


def _between(limits: list[int], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    low, high = (fill(limit, memory) for limit in limits)
    if not _is_integer(actual) or not low <= actual <= high:
        yield f"{path}: an integer from {low} to {high} expected, it is {_short(actual)}"


def _has(members: dict[str, Any], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{path}: an object expected, it is {_short(actual)}"
        return
    yield from _members({fill(key, memory): value for key, value in members.items()}, actual, memory, path)


def _not(unwanted: Any, actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if actual is ABSENT or not list(_differences(unwanted, actual, dict(memory), path)):
        yield f"{path}: something else than {_short(fill(unwanted, memory))} expected, it is {_short(actual)}"


def _one_of(choices: list[Any], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not any(_same(fill(choice, memory), actual) for choice in choices):
        yield f"{path}: one of {choices} expected, it is {_short(actual)}"


def _each(expected: Any, actual: Any, memory: Memory, path: str) -> Iterator[str]:
    entries = dict(enumerate(actual)) if isinstance(actual, list) else actual
    if not isinstance(entries, dict) or not entries:
        yield f"{path}: entries expected, it is {_short(actual)}"
        return
    for key, value in entries.items():
        yield from _differences(expected, value, memory, f"{path}[{key!r}]")


def _any_order(expected: list[Any], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        yield f"{path}: {len(expected)} entries in any order expected, it is {_short(actual)}"
        return
    yield from _assign(expected, list(actual), memory, path)


def _entries(expected: list[dict[str, Any]], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if not isinstance(actual, dict) or len(actual) != len(expected):
        yield f"{path}: {len(expected)} entries expected, it is {_short(actual)}"
        return
    yield from _assign(expected, [{"key": key, "value": value} for key, value in actual.items()], memory, path)


def _assign(expected: list[Any], left: list[Any], memory: Memory, path: str) -> Iterator[str]:
    """Each expected value takes the first one left that fits."""
    for wanted in expected:
        fits = next((item for item in left if not list(_differences(wanted, item, dict(memory), path))), ABSENT)
        if fits is ABSENT:
            yield f"{path}: nothing like {_short(wanted)} among {_short(left)}"
            continue
        yield from _differences(wanted, fits, memory, path)
        left.remove(fits)


def _holds(expected: list[Any], actual: Any, memory: Memory, path: str) -> Iterator[str]:
    if isinstance(actual, list):
        yield from _assign(expected, list(actual), memory, path)
    else:
        yield f"{path}: a list expected, it is {_short(actual)}"


CONDITIONS: dict[str, Condition] = {
    "$is": _is,
    "$like": _like,
    "$between": _between,
    "$has": _has,
    "$not": _not,
    "$one_of": _one_of,
    "$each": _each,
    "$any_order": _any_order,
    "$entries": _entries,
    "$holds": _holds,
}


def _short(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
