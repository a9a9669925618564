# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single members among the options of a task: found by a dotted path, and left out. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    connection_spec,
    identity_spec,
    resource_spec,
    telling,
)
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

EXTRA = "extra"
_MERGED = (_fields.STRUCT, _fields.ENTRIES)


@dataclass(frozen=True)
class Step:
    """One step of a path: all spellings of the option, and whether it holds ``many`` objects rather than one."""

    spellings: frozenset[str]
    many: bool = False


@dataclass(frozen=True)
class Unknown:
    """A word that is no member, and those that are."""

    word: str
    known: frozenset[str]


Path = tuple[Step, ...]


def path_of(task: ResourceTask, dotted: str, where: str) -> Path | Unknown:
    """The way to a member such as ``settings.prevent_delete_storage_vault`` in the options of a task.

    Words may be spelt as in a tree, in a task or in the API. Raises InvalidOption, which names ``where``, for what
    cannot be left out.
    """
    return _path(task, dotted.split("."), f"{where}: {dotted}")


def _path(task: ResourceTask, words: Sequence[str], where: str) -> Path | Unknown:
    word, *rest = words
    spellings = _options(task)
    if word not in spellings:
        return Unknown(word, frozenset(_plain(task).get(one, one) for one in set(spellings.values()) - _address(task)))
    option = spellings[word]
    if option in _address(task):
        raise InvalidOption(f"{where} says which object is meant, or that it is to exist; it counts always")
    inner = next((one for one in task.contents if one.resource.plural == option), None)
    first = Step(_same(spellings, option), inner is not None)
    if not rest:
        return (first,)
    if option == EXTRA:
        return (first, *(Step(frozenset((one,))) for one in rest))
    if inner is not None:
        below = _path(inner, rest, where)
        return below if isinstance(below, Unknown) else (first, *below)
    plain = {own: name for name, own in task.names.items()}.get(option, option)
    return _deeper(_fields.by_spelling(task.resource.structure).get(plain), first, rest, where)


def _deeper(field: _fields.Field | None, step: Step, rest: Sequence[str], where: str) -> Path | Unknown:
    """The path with what is below a member. Items that nothing tells apart are written as they are or not at all."""
    if field is None or not field.inner or not (field.kind in _MERGED or field.member.key):
        raise InvalidOption(f"{where} goes into what is written as a whole; name the whole of it")
    step = Step(step.spellings, field.kind != _fields.STRUCT)
    known = _fields.by_spelling(field.inner)
    if rest[0] not in known:
        return Unknown(rest[0], frozenset(one.option for one in known.values()))
    here = known[rest[0]]
    if here.member.name in {name for key in field.member.key for name in key.split("+")}:
        raise InvalidOption(f"{where} tells the items apart; it counts always")
    below = Step(frozenset(word for word, one in known.items() if one is here))
    if not rest[1:]:
        return (step, below)
    further = _deeper(here, below, rest[1:], where)
    return further if isinstance(further, Unknown) else (step, *further)


def without(given: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """The options without the member that the path leads to; the very same ones where they do not speak of it.

    A dictionary that held nothing else goes as well, for an empty one would clear something.
    """
    step, rest = path[0], path[1:]
    result: dict[str, Any] | None = None
    for key in [key for key in given if key in step.spellings]:
        value = _emptied(given[key], step, rest) if rest else None
        if value is given[key] and rest:
            continue
        result = dict(given) if result is None else result
        if value in (None, {}):
            del result[key]
        else:
            result[key] = value
    return given if result is None else result


def _emptied(value: Any, step: Step, rest: Path) -> Any:
    """What an option holds without what the rest of the path leads to; the same where nothing of it is there."""
    if isinstance(value, list) and step.many:
        items = [without(item, rest) if isinstance(item, Mapping) else item for item in value]
        return items if any(new is not old for new, old in zip(items, value)) else value
    if not isinstance(value, Mapping):
        return value
    if not step.many:
        return without(value, rest)
    entries = {key: without(item, rest) if isinstance(item, Mapping) else item for key, item in value.items()}
    return entries if any(entries[key] is not value[key] for key in value) else value


def canonical(task: ResourceTask, params: Mapping[str, Any]) -> dict[str, Any]:
    """The options under the names that the module itself has for them."""
    options = _options(task)
    return {options.get(name, name): value for name, value in params.items()}


@cache
def _options(task: ResourceTask) -> Mapping[str, str]:
    """Every spelling of the options of a task, and the option that it stands for."""
    options = task.options()
    found = {option: option for option in options}
    for option, spec in options.items():
        for word in (*spec.get("aliases", ()), _plain(task).get(option, option)):
            found.setdefault(word, option)
    for word, field in _fields.by_spelling(task.resource.structure).items():
        option = task.names.get(field.option, field.option)
        if option in options:
            found.setdefault(word, option)
    return found


@cache
def _plain(task: ResourceTask) -> Mapping[str, str]:
    """Options that a tree calls by their plain names, which the connection has taken in the module."""
    return {f"{task.resource.kind}_{word}": word for word in connection_spec()}


@cache
def _address(task: ResourceTask) -> frozenset[str]:
    """Options that say which object is meant, and whether it is to exist."""
    own = [option for option in identity_spec(task.resource) if option in resource_spec(task.resource)]
    return frozenset((*own, *telling(task.resource), "state"))


def _same(spellings: Mapping[str, str], option: str) -> frozenset[str]:
    return frozenset(word for word, one in spellings.items() if one == option)
