# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options with a canary in every secret: computed from the facts, and counted against the specs of the modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, constants, structure
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.tests.soak.canaries import LINES, MARK

Options = dict[str, Any]
Place = tuple[str, ...]
New = Callable[..., str]
"""Makes a canary for a place; of which kinds may be said as well."""
KEYED = {field.option for field in _fields.fields("SourceConfig").values() if field.member.secret_keys}
"""Options that hold secrets beside other values."""
ITEM = "item"
"""What items are called that are there for their secrets alone."""


def engines() -> list[str]:
    """The engines whose properties hold secrets."""
    rows = structure("SourceConfig").member("EngineProps").secret_keys
    return list(dict.fromkeys(row["engine"] for row in rows))


def properties(member: Member, engine: str, new: New, path: str) -> Options:
    """Properties of a protected item with a canary in each secret that the engine has."""
    rows = [row for row in member.secret_keys if row["engine"] == engine]
    structured = {row["key"] for row in member.numbered if "holds" in row}
    made: Options = {}
    for row in rows:
        key = {"any": "ANYTHING", "prefix": row["key"] + "0", "exact": row["key"]}[row["match"]]
        text = new(f"{path}.{engine}.{key}")
        made[key] = {"SharePath": "nas", "Username": "u", "Password": text} if row["key"] in structured else text
    return made


def members(name: str, new: New, hidden: tuple[str, ...] = (), above: Place = (), path: str = "") -> list[Options]:
    """Options of a structure that lead to its secrets, at any depth.

    One set of options, or, where the meaning of a map depends on an engine beside it, one for each engine.
    """
    made: Options = {}
    keyed: Field | None = None
    for field in _fields.fields(name).values():
        where = f"{path}.{field.option}".lstrip(".")
        if field.member.computed or field.member.name in hidden:
            continue
        if field.member.secret_keys:
            keyed = field
        elif field.member.secret:
            made[field.option] = {"X-Canary": new(where)} if field.kind == _fields.MAP else new(where)
        elif field.inner and field.inner not in (*above, name):
            made.update(_inside(field, members(field.inner, new, (), (*above, name), where)))
    if keyed is None:
        return [made] if made else []
    return [
        {**made, "engine": engine, keyed.option: properties(keyed.member, engine, new, f"{path}.{keyed.option}")}
        for engine in engines()
    ]


def _inside(field: Field, items: list[Options]) -> Options:
    """An option that holds a structure with secrets, a list of such, or a map."""
    if not items:
        return {}
    if field.kind == _fields.STRUCT:
        return {field.option: items[0]}
    if field.kind == _fields.ENTRIES:
        return {field.option: [{field.key_option: f"{ITEM}-{number}", **one} for number, one in enumerate(items)]}
    known_fields = _fields.fields(field.inner)
    keys = [known_fields[member] for key in field.member.key for member in key.split("+")]
    return {field.option: [{**{key.option: _called(key.member) for key in keys}, **one} for one in items]}


def _called(member: Member) -> str:
    """What tells an item apart from others."""
    if member.enum:
        return next(iter(constants(member.enum).choices))
    return "" if member.reference else ITEM


def of_task(task: Task, new: New) -> list[Options]:
    """Sets of options that together hold all secrets that a module can be told, the connection's apart."""
    own = task.resource.arguments if isinstance(task, ResourceTask) else task.options()
    plain: Options = {name: new(name, LINES) for name, spec in own.items() if spec.get("no_log")}
    if not isinstance(task, ResourceTask):
        return [plain]
    for inner in task.contents:
        items = of_task(inner, new)
        if any(items):
            plain[inner.resource.plural] = [{"name": f"{ITEM}-{number}", **one} for number, one in enumerate(items)]
    made = members(task.resource.structure, new, task.resource.unmanaged) or [{}]
    return [{**{task.names.get(option, option): value for option, value in one.items()}, **plain} for one in made]


def known(spec: Mapping[str, Any], path: Place = ()) -> Iterator[Place]:
    """The paths of all secret options of a spec, and of those whose keys may be secret."""
    for name, option in spec.items():
        if option.get("no_log") or name in KEYED:
            yield (*path, name)
        yield from known(option.get("options") or {}, (*path, name))


def reached(value: Any, spec: Mapping[str, Any], path: Place = ()) -> Iterator[Place]:
    """The paths of all secret options that hold a canary, however deep; and of others that do, which is a mistake."""
    for name, item in value.items():
        option = spec.get(name, {})
        inner = option.get("options")
        if inner is None:
            if MARK in str(item):
                yield (*path, name)
        else:
            for one in item if isinstance(item, list) else [item]:
                yield from reached(one, inner, (*path, name))


def combined(options: Options, more: Options) -> Options:
    """Options of an object with those that lead to its secrets; lists get further items, what an engine has is new."""
    result = dict(options)
    for name, value in more.items():
        have = result.get(name)
        if isinstance(value, dict) and isinstance(have, dict) and name not in KEYED:
            result[name] = combined(have, value)
        elif isinstance(value, list) and isinstance(have, list):
            result[name] = [*have, *value]
        else:
            result[name] = value
    return result
