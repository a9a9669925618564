# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of the API as odd as a server may hold them, made from the facts, in parts that shrink."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, constants, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._sound import MEASURED
from ansible_collections.comet.backup.tests.unit.promises.any_server import TEXTS

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
Document = dict[str, Any]

CANARY = "canary-9e4c"
"""Begins every secret, and is nowhere else."""
SECRETS = ("", *(f"{CANARY}-{number}" for number in range(9)))
LOGINS = tuple(f"https://somebody:{CANARY}-{number}@host.example/path" for number in range(3))
"""Addresses with a password in them, which may be anywhere."""
READABLE = (
    *("password", "token: none", "the secret of success", "$2a$10$abcdefghijklmnopqrstuv", "0123456789abcdef" * 4),
    *("eyJhbGciOiJub25lIn0.e30.", "AKIAIOSFODNN7EXAMPLE", "-----BEGIN CERTIFICATE-----", "<hidden>"),
)
"""Texts that merely look secret."""
PLAIN = tuple(dict.fromkeys(("", "a", "b", *(text for text in TEXTS if "@" not in text), *READABLE)))
LIMITS = (0, 1, 2, -1, 2**31 - 1, 2**32, 2**53 + 1, 2**63 - 1, -(2**63))
FLOATS = (0.0, 1.0, -0.5, 0.1, 1e308, 5e-324)
KEYS = ("one", "two", "", " ", "a.b", "ключ", "{{ key }}", "state", "null", "x" * 300)
"""Keys of maps; the empty one is something that no task can name."""
TELLING = ("NewPassword", "ApiTokens")
NEW = ("FromTheFuture", "Zukünftig", "new.dotted", *TELLING, "Überraschung Nr. 2")
"""Members that nobody knows; those that are ``TELLING`` sound like secrets."""
UNHEARD = 987_654
HUGE = 250
"""So many items are a huge list."""
DEEP = 40
"""So deep is a member that nobody knows nested at most."""
TOP, INNER = 6, 3
"""How many members a document has at most, and how many each structure in it has."""
DEPTH = 4


@st.composite
def rarely(draw: Draw[Any], one_in: int) -> bool:
    """True in about one of so many cases; shrinks to false."""
    return bool(draw(st.integers(0, one_in - 1)) == one_in - 1)


@cache
def documents(name: str, odd: bool = True) -> st.SearchStrategy[Document]:
    """Documents of a structure. Those that are not ``odd`` hold only what the API documents, and can be told apart."""
    return _documents(name, odd, DEPTH)


@st.composite
def _documents(draw: Draw[Any], name: str, odd: bool, depth: int) -> Document:
    members = structure(name).members
    most = TOP if depth == DEPTH else INNER
    chosen = draw(st.lists(st.sampled_from(list(members)), unique=True, max_size=most)) if members and depth else []
    result = {one: _member(draw, members[one], odd, depth) for one in chosen}
    for key in [key for key in result if members[key].secret_keys]:
        result.update(_engine_and_props(draw, members[key], odd))
    if draw(rarely(3)):
        new = draw(st.sampled_from(NEW))
        result[new] = draw(unknown(new in TELLING))
    return result


@st.composite
def unknown(draw: Draw[Any], secret: bool) -> Any:
    """A value of a member that nobody knows; all texts in one that sounds like a secret are secrets."""
    plain = st.one_of(st.sampled_from((*PLAIN, LOGINS[0])), st.sampled_from(LIMITS), st.booleans(), st.none())
    value = draw(st.sampled_from(SECRETS) if secret else plain)
    for _turn in range(draw(st.sampled_from((0, 1, 2, 3, DEEP)))):
        value = [value] if draw(st.booleans()) else {draw(st.sampled_from(("Deep", "Inner", "größer"))): value}
    return value


def _member(draw: Draw[Any], member: Member, odd: bool, depth: int) -> Any:
    if draw(rarely(12)):
        return None
    value = _value(draw, member, member.type, odd, depth)
    if member.key and isinstance(value, list):
        return told_apart(member, value)
    return value


def _value(draw: Draw[Any], member: Member, kind: Type, odd: bool, depth: int) -> Any:
    if kind.kind == "structure":
        return draw(_documents(kind.name, odd, depth - 1))
    if kind.kind == "map" and kind.item:
        keys = draw(st.lists(st.sampled_from([key for key in KEYS if key or odd]), unique=True, max_size=3))
        return {key: _value(draw, member, kind.item, odd, depth) for key in keys}
    if kind.kind == "list" and kind.item:
        items = [_value(draw, member, kind.item, odd, depth) for _turn in range(draw(st.integers(0, 3)))]
        return items * (HUGE // len(items)) if items and draw(rarely(30)) else items
    return draw(scalars(member, kind, odd))


def scalars(member: Member, kind: Type, odd: bool = True) -> st.SearchStrategy[Any]:
    """Single values of a member."""
    if member.secret:
        return st.sampled_from(SECRETS)
    if member.enum and not member.bitset:
        known = [*constants(member.enum).choices.values(), kind.zero]
        unheard: tuple[Any, ...] = (UNHEARD, -1) if kind.name == "int" else ("from-the-future",)
        return st.sampled_from([*known, *(unheard if odd else ())])
    if kind.name == "int":
        most = member.most or (max(LIMITS) if member.unit in MEASURED else 0)
        return st.sampled_from([number for number in LIMITS if odd or not most or 0 <= number <= most])
    if kind.name == "any":
        return unknown(False) if odd else st.sampled_from(PLAIN)
    if kind.name == "bytes":
        return st.sampled_from(("", "AAAA", "//8="))
    plain: dict[str, tuple[Any, ...]] = {"float": FLOATS, "bool": (False, True)}
    return st.sampled_from(plain.get(kind.name, (*PLAIN, *(LOGINS if odd else ()))))


def told_apart(member: Member, items: list[Document]) -> list[Document]:
    """Items of a list that a person can tell apart, as the server demands."""
    result = []
    for number, item in enumerate(items):
        names = [name for key in member.key for name in key.split("+")]
        kinds = structure(_fields.fields(member.structure)[member.name].inner).members
        texts = {name: f"{name}-{number}" for name in names if kinds[name].type.name == "string"}
        result.append({**item, **{name: item.get(name) or 0 for name in names if name not in texts}, **texts})
    return result


def _engine_and_props(draw: Draw[Any], member: Member, odd: bool) -> Document:
    """An engine, and entries of the map whose meaning depends on it."""
    listed = sorted({row["engine"] for row in member.secret_keys})
    engine = draw(st.sampled_from(["engine1/file", *listed, "", *(["engine1/future"] if odd else [])]))
    words = [row["key"] for row in (*member.numbered, *member.flags, *member.secret_keys) if row["key"]]
    keys = st.builds(lambda word, end: word + end, st.sampled_from([*words, "OTHER"]), st.sampled_from(("", "0", "-1")))
    props = {}
    for key in draw(st.lists(keys, unique=True, max_size=5)):
        matches = {row["match"] for row in member.secret_keys if row["engine"] == engine}
        exact = {row["key"] for row in member.secret_keys if row["match"] == "exact"}
        starts = tuple(row["key"] for row in member.secret_keys if row["match"] == "prefix")
        secret = not matches or "any" in matches or key in exact or key.startswith(starts)
        props[key] = draw(st.sampled_from(SECRETS if secret else (*PLAIN, *(LOGINS if odd else ()))))
    return {"Engine": engine, member.name: props}
