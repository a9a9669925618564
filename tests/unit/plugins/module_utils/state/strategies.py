# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of the API, made from the facts."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, constants, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _compare, _fields

CANARY = "canary-71d2"
WORDS = ("", "a", "b", "Gold", "käse", "2")
KEYS = ("one", "two", "three")
NEW = "FromTheFuture"
DEPTH = 5
# Which entries of EngineProps are secrets, and which are not; where the facts do not know the engine, any may be.
ENGINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "engine1/file": (("SMBAUTH-0", "SMBAUTH1"), ("INCLUDE", "INCLUDE0", "INCLUDE-1", "PINCLUDE7", "USE_WIN_VSS")),
    "engine1/mssql": (("PASSWORD",), ("USERNAME", "LOGTRUNC")),
    "engine1/mysql": (("PASSWORD", "USERNAME"), ()),
    "": (("ANYTHING",), ()),
}


def documents(name: str, secrets: Sequence[str] = WORDS) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of the structure with some of its members, and here and there one that nobody knows.

    Drawn from a seed: the structures are too large to be drawn member by member.
    """
    return st.builds(lambda seed: Maker(Random(seed), secrets).document(name, DEPTH), st.integers(0, 2**32))


class Maker:
    """Makes documents; the same ones from the same random numbers."""

    def __init__(self, random: Random, secrets: Sequence[str]) -> None:
        self.random = random
        self.secrets = secrets

    def document(self, name: str, depth: int) -> dict[str, Any]:
        members = list(structure(name).members.values())
        share = min(0.7, 8 / len(members)) if depth == DEPTH else min(0.6, 3 / len(members))
        result = {
            member.name: self.member(member, depth) for member in members if self.random.random() < share and depth
        }
        if self.random.random() < 0.3:
            result[NEW] = self.random.choice(("", "text", {"Deep": [1]}))
        if "EngineProps" in result:
            # Which properties are secret depends on the engine; properties without one would be the other's.
            result["Engine"] = result.get("Engine") or ""
            result["EngineProps"] = self.engine_props(result["Engine"])
        return result

    def engine_props(self, engine: str) -> dict[str, str]:
        secret, plain = ENGINES[engine]
        props = {key: self.random.choice(self.secrets) for key in secret if self.random.random() < 0.7}
        return {**props, **{key: self.random.choice(WORDS) for key in plain if self.random.random() < 0.6}}

    def member(self, member: Member, depth: int) -> Any:
        if self.random.random() < 0.05:
            return None
        if member.name == "Engine":
            return self.random.choice(list(ENGINES))
        value = self.value(member, member.type, depth)
        if member.key and isinstance(value, list):
            return self.distinct(member, value)
        return value

    def distinct(self, member: Member, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Items that a person can tell apart, as the server demands."""
        field = _fields.fields(member.structure)[member.name]
        for number, item in enumerate(items):
            item.pop("ID", None)
            names = [name for key in member.key for name in key.split("+") if name != "ID"]
            item.update({name: item.get(name) or 0 if name == "Type" else f"{name}-{number}" for name in names})
        assert len({_compare.identity(field, item) for item in items}) == len(items)
        return items

    def value(self, member: Member, kind: Type, depth: int) -> Any:
        if kind.kind == "structure":
            return self.document(kind.name, depth - 1)
        if kind.kind == "map" and kind.item:
            keys = self.random.sample(KEYS, self.random.randrange(3))
            return {key: self.value(member, kind.item, depth) for key in keys}
        if kind.kind == "list" and kind.item:
            return [self.value(member, kind.item, depth) for _turn in range(self.random.randrange(4))]
        if member.secret:
            return self.random.choice(self.secrets)
        if member.enum and not member.bitset:
            return self.random.choice([*constants(member.enum).choices.values(), kind.zero])
        if kind.name in ("int", "float"):
            return self.random.randrange(4)
        return bool(self.random.randrange(2)) if kind.name == "bool" else self.random.choice(WORDS)


def settable(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Options as the modules show them, without what no task can set."""
    known = {field.option: field for field in _fields.fields(name).values()}
    result: dict[str, Any] = {}
    for option, value in options.items():
        field = known.get(option)
        if field is None or field.member.computed:
            continue
        if field.inner and isinstance(value, list):
            keys = {field.key_option} if field.kind == _fields.ENTRIES else set()
            result[option] = [{**settable(field.inner, item), **{key: item[key] for key in keys}} for item in value]
        else:
            result[option] = settable(field.inner, value) if field.inner and isinstance(value, dict) else value
    return result
