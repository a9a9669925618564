# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secret texts among options that nobody has validated, found in microseconds. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._references import mappings
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

Options = Mapping[str, Any]


def secret_texts(task: ResourceTask, params: Options) -> Iterator[str]:
    """Texts in the options of a task, and of those that it describes inside its object, which nobody may be told."""
    arguments, members = _words(task)
    for word in arguments:
        yield from texts(params.get(word))
    yield from _among(members, params)
    if isinstance(params.get("extra"), Mapping):
        yield from _redact.keyed_secrets(task.resource.structure, params["extra"])
    for inner in task.contents:
        for item in mappings(params.get(inner.resource.plural)):
            yield from secret_texts(inner, item)


@cache
def _words(task: ResourceTask) -> tuple[Sequence[str], Mapping[str, Field]]:
    """Options beside the members that are secret, and the members that are or hold such."""
    resource = task.resource
    arguments = [name for name, spec in resource.arguments.items() if spec.get("no_log")]
    plain = {own: option for option, own in task.names.items()}
    known = _hiding(resource.structure)
    return arguments, {word: known[plain.get(word, word)] for word in task.members if plain.get(word, word) in known}


@cache
def _hiding(structure: str) -> Mapping[str, Field]:
    """The options of a structure that are secret, or hold what is, by every spelling."""
    found = _fields.by_spelling(structure).items()
    return {word: field for word, field in found if _is_secret(field) or _holds_secrets(field)}


def _is_secret(field: Field) -> bool:
    return field.member.secret or bool(field.member.secret_keys)


def _holds_secrets(field: Field) -> bool:
    return bool(field.inner) and any(map(_is_secret, _fields.settable(field.inner)))


def _among(known: Mapping[str, Field], options: Options) -> Iterator[str]:
    for word, value in options.items():
        field = known.get(word)
        if field is None:
            continue
        if field.member.secret_keys and isinstance(value, Mapping):
            beside = _engine_beside(field, options)
            held = (text for key, text in value.items() if _redact.secret_key(field.member, str(key), beside))
            yield from (text for text in texts(list(held)) if len(text) > _redact.TOO_SHORT)
        elif _is_secret(field):
            yield from texts(value)
        elif field.inner:
            for item in mappings([value] if field.kind == _fields.STRUCT else value):
                yield from _among(_hiding(field.inner), item)


def _engine_beside(field: Field, options: Options) -> Mapping[str, Any]:
    """What the keys of a map mean depends on the engine beside it, if that is named."""
    try:
        engine = _document.engine_of(_fields.by_spelling(field.member.structure), options)
    except InvalidOption:
        return {"Engine": ""}
    return {"Engine": engine} if engine else {}


def texts(value: Any) -> Iterator[str]:
    """All texts in a value that is secret as a whole, without empty ones."""
    if isinstance(value, str):
        yield from (value,) if value else ()
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts(item)
