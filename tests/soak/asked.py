# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that a task may give for a structure, made from the facts: as shown, in other words, or anything else."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, constants
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.tests.soak import oddities
from ansible_collections.comet.backup.tests.soak.oddities import DEPTH, INNER, TOP, Draw, rarely, scalars
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import settable

Options = dict[str, Any]

IN_WORDS = {
    "bytes": ("500 GiB", "1.5T", "0"),
    "seconds": ("8h", "1h30m", "90"),
    "time_of_day": ("02:30", "Monday 02:30", "day 15 02:30"),
}
"""Numbers as people write them, by unit."""
EXTRA: tuple[Options, ...] = (
    {"FromTheFuture": "mine"},
    {"FromTheFuture": {"Deep": oddities.LOGINS[1]}},
    {"NewPassword": {"Deep": f"{oddities.CANARY}-mine"}},
    {"ApiTokens": {"Deep": [{"Deeper": f"{oddities.CANARY}-mine"}]}},
    {"Zukünftig": None},
    {"Mine": [1, {"a": 0}]},
)
"""Members that nobody knows, as a task may set them."""


@cache
def options(name: str) -> st.SearchStrategy[Options]:
    """Options of a structure that have nothing to do with any document."""
    return _options(name, DEPTH)


@st.composite
def asked(draw: Draw[Any], name: str, document: Mapping[str, Any] | None) -> Options:
    """Options for an object: parts of what is shown of this or of another document, and others."""
    source = document if document is not None and draw(st.booleans()) else draw(oddities.documents(name, False))
    shown = settable(name, _document.options_from(name, copy.deepcopy(source)))
    kept = draw(st.lists(st.sampled_from(list(shown)), unique=True, max_size=TOP)) if shown else []
    result = {option: shown[option] for option in kept}
    if draw(st.booleans()):
        result = _without_doubles(name, {**result, **draw(options(name))})
    if draw(rarely(6)):
        result["extra"] = draw(st.sampled_from(EXTRA))
    return result


def _without_doubles(name: str, options: Options) -> Options:
    """The options, each in one spelling only."""
    known = _fields.by_spelling(name)
    return {spelling: options[spelling] for spelling in {known[one].option: one for one in options}.values()}


@st.composite
def _options(draw: Draw[Any], name: str, depth: int) -> Options:
    fields = list({field.option: field for field in _fields.by_spelling(name).values()}.values())
    most = TOP if depth == DEPTH else INNER
    if not fields or not depth:
        return {}
    numbers: Iterable[int] = draw(st.lists(st.integers(0, len(fields) - 1), unique=True, max_size=most))
    result: Options = {}
    for field in (fields[number] for number in numbers):
        spelling = draw(st.sampled_from([field.option, field.option, *field.aliases]))
        result[spelling] = None if draw(rarely(10)) else _value(draw, field, depth)
    return result


def _value(draw: Draw[Any], field: Field, depth: int) -> Any:
    member, item = field.member, field.member.type.item or field.member.type
    if field.kind == _fields.STRUCT:
        return draw(_options(field.inner, depth - 1))
    if field.kind == _fields.ENTRIES:
        return _entries(draw, field, depth)
    if field.kind == _fields.RECORDS:
        items = [draw(_options(field.inner, depth - 1)) for _turn in range(draw(st.integers(0, 3)))]
        return _told_apart(field, items) if member.key else items
    if field.kind == _fields.LIST:
        return [draw(_scalars(member, item)) for _turn in range(draw(st.integers(0, 3)))]
    if field.kind == _fields.MAP:
        return _map(draw, field)
    return draw(_scalars(member, member.type))


def _entries(draw: Draw[Any], field: Field, depth: int) -> list[Options]:
    keys = draw(st.lists(st.sampled_from([key for key in oddities.KEYS if key]), unique=True, max_size=3))
    states = st.sampled_from(({}, {}, {"state": "present"}, {"state": "absent"}))
    return [{**draw(_options(field.inner, depth - 1)), **draw(states), field.key_option: key} for key in keys]


def _told_apart(field: Field, items: list[Options]) -> list[Options]:
    """Items that name what tells them apart, as the server's may be told apart."""
    known, inner = _fields.by_spelling(field.inner), _fields.fields(field.inner)
    names = {name for key in field.member.key for name in key.split("+")}
    rest = [{one: value for one, value in item.items() if known[one].member.name not in names} for item in items]
    texts = [inner[name].option for name in sorted(names) if inner[name].member.type.name == "string"]
    return [
        {**item, **{one: f"{known[one].member.name}-{number}" for one in texts}} for number, item in enumerate(rest)
    ]


def _map(draw: Draw[Any], field: Field) -> Options:
    """A map of plain values; where keys have meanings also lists, flags and secrets that stay."""
    member = field.member
    if not member.secret_keys:
        keys = draw(st.lists(st.sampled_from(oddities.KEYS), unique=True, max_size=3))
        return {key: draw(scalars(member, member.type.item or member.type)) for key in keys}
    words = [row["key"] for row in (*member.numbered, *member.flags) if row["key"]]
    keys = draw(st.lists(st.sampled_from([*words, "INCLUDE0", "OTHER", "PASSWORD"]), unique=True, max_size=4))
    lists, flags = {row["key"] for row in member.numbered}, {row["key"] for row in member.flags}
    secrets = {row["key"] for row in member.secret_keys}
    texts = st.sampled_from(("/home", "*.tmp", "a{}b", oddities.LOGINS[2]))
    result: Options = {}
    for key in keys:
        one = st.sampled_from(oddities.SECRETS) if key in secrets else st.booleans() if key in flags else texts
        result[key] = draw(st.lists(one, max_size=3) if key in lists else one)
    return result


def _scalars(member: Member, kind: Type) -> st.SearchStrategy[Any]:
    """Values as people write them."""
    if member.enum and not member.bitset:
        return st.sampled_from([*constants(member.enum).spellings, *constants(member.enum).choices.values()])
    if kind.name == "bool":
        return st.sampled_from((False, True, "yes", "off"))
    if kind.name == "int" and member.unit in IN_WORDS:
        return st.one_of(scalars(member, kind, False), st.sampled_from(IN_WORDS[member.unit]))
    return scalars(member, kind, False)
