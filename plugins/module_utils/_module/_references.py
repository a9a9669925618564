# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which other objects a task's options name. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._state import _fields

Reference = tuple[str, str]
"""Kind and name (or ID) of an object."""

_ARGUMENTS = {("user_group", "users"): "user"}
"""Options outside of documents that name objects, and their kind."""


def references(task: ResourceTask, params: Mapping[str, Any]) -> Iterator[Reference]:
    """What the options name, at any depth and in the objects inside; they need not be validated."""
    kind = task.resource.kind
    plain = {own: option for option, own in task.names.items()}
    inside = {inner.resource.plural for inner in task.contents}
    members = {plain.get(option, option): value for option, value in params.items() if option not in inside}
    yield from _named(task.resource.structure, members)
    for (whose, option), named in _ARGUMENTS.items():
        if whose == kind:
            yield from _texts(named, params.get(option))
    for inner in task.contents:
        for item in mappings(params.get(inner.resource.plural)):
            yield from references(inner, item)


def _named(structure: str, options: Mapping[str, Any]) -> Iterator[Reference]:
    known = _fields.by_spelling(structure)
    for option, value in options.items():
        field = known.get(option)
        if field is None or not value:
            continue
        if field.member.reference:
            yield from _texts(field.member.reference, _keys(field, value))
        if field.inner:
            single = field.kind == _fields.STRUCT
            for item in mappings([value] if single else value):
                yield from _named(field.inner, item)


def _keys(field: _fields.Field, value: Any) -> Any:
    """What names other objects in the value of an option: the keys of its entries, or the value itself."""
    if field.kind != _fields.ENTRIES or isinstance(value, Mapping):
        return list(value) if isinstance(value, Mapping) else value
    return [item.get(field.key_option) for item in mappings(value)]


def _texts(kind: str, value: Any) -> Iterator[Reference]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    yield from ((kind, item) for item in items if isinstance(item, str) and item)


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The items that are dictionaries, of a list or of a map by key."""
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, Sequence) else ()
    return [item for item in items if isinstance(item, Mapping)]
