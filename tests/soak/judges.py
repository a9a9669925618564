# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true of documents, said once more and apart from the code that is judged by it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.tests.soak.oddities import CANARY, HUGE

Document = Mapping[str, Any]
_CANARIES = re.compile(rf"{CANARY}-\w+")


def without_canaries(value: Any) -> Any:
    """The value with the marker in the place of each secret: a whole text, or the password in an address."""
    if isinstance(value, Mapping):
        return {key: without_canaries(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_canaries(item) for item in value]
    if not isinstance(value, str) or CANARY not in value:
        return value
    return _CANARIES.sub(_redact.MARKER, value) if "://" in value else _redact.MARKER


def canaries(value: Any) -> set[str]:
    """All secrets in a value."""
    return set(_CANARIES.findall(json.dumps(value)))


def texts(value: Any) -> Iterator[str]:
    """All texts in a value that hold more than a word; not the keys."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inner:
        yield from texts(one)
    if isinstance(value, str) and len(value) > 1:
        yield value


@dataclass(frozen=True)
class Rules:
    """What a wish leaves open: whether secrets are written anew, entries that it does not name go, and members that
    count only when an object is made are looked at. ``done``: what is judged is the result, in which a secret that is
    written anew is the wished one.
    """

    always: bool = False
    exclusive: bool = False
    initial: bool = True
    done: bool = False


class Undecided(Exception):
    """The wish speaks of something that is judged by nothing but a second run."""


def fulfils(name: str, held: Document, patch: Document, rules: Rules) -> bool:
    """Whether a document of a structure is as a patch wants it. Raises Undecided."""
    known = _fields.fields(name)
    return all(
        _is_so(known[key], held.get(key), wanted, rules) if key in known else _holds(held.get(key), wanted)
        for key, wanted in patch.items()
    )


def _holds(held: Any, wanted: Any) -> bool:
    """The same of a member that nobody knows: dictionaries are merged."""
    if isinstance(held, Mapping) and isinstance(wanted, Mapping):
        return all(_holds(held.get(key), one) for key, one in wanted.items())
    return bool(held == wanted) or not (held or wanted)


def _is_so(field: Field, held: Any, wanted: Any, rules: Rules) -> bool:
    member = field.member
    if member.initial and not rules.initial:
        return True
    if member.secret_keys:
        raise Undecided
    if member.secret:
        same = held == wanted if rules.done else not wanted
        return bool(held) == bool(wanted) and (not rules.always or not wanted or same)
    if field.kind == _fields.STRUCT:
        return fulfils(field.inner, held or {}, wanted, rules)
    if field.kind == _fields.ENTRIES:
        return _entries_are_so(field, held or {}, wanted, rules)
    if field.kind == _fields.RECORDS:
        return _records_are_so(field, held or [], wanted, rules)
    if member.set:
        held, wanted = (sorted(json.dumps(one) for one in {*(values or ())}) for values in (held, wanted))
    return bool(held == wanted) or not (held or wanted)


def _entries_are_so(field: Field, held: Document, wanted: Document, rules: Rules) -> bool:
    alone = (rules.exclusive and not field.member.keep) or not wanted
    if alone and not set(held) <= {key for key, one in wanted.items() if one is not None}:
        return False
    return all(
        key not in held if one is None else key in held and fulfils(field.inner, held[key] or {}, one, rules)
        for key, one in wanted.items()
    )


def _records_are_so(field: Field, held: Sequence[Any], wanted: Sequence[Any], rules: Rules) -> bool:
    if len(held) != len(wanted) and not field.member.keep:
        return False
    if field.member.ordered:
        return all(fulfils(field.inner, one, other, rules) for one, other in zip(held, wanted, strict=False))
    if len(held) > HUGE // 10:
        raise Undecided
    # What is the same item is not said here: some way to pair the items has to do.
    return _pairs(field.inner, list(held), list(wanted), rules)


def _pairs(name: str, held: list[Any], wanted: list[Any], rules: Rules) -> bool:
    if not wanted:
        return True
    fitting = [spot for spot, one in enumerate(held) if fulfils(name, one or {}, wanted[0], rules)]
    return any(_pairs(name, held[:spot] + held[spot + 1 :], wanted[1:], rules) for spot in fitting)


def containers(name: str, held: Document, path: str = "") -> Iterator[tuple[str, str, Document]]:
    """Every structure in a document: where it is, its name, and what it holds.

    Items of lists are found by what tells them apart; those that nothing does are left out.
    """
    yield path, name, held
    for key, field in _fields.fields(name).items():
        value, where = held.get(key), f"{path}/{key}"
        if not value:
            continue
        if field.kind == _fields.STRUCT:
            yield from containers(field.inner, value, where)
        elif field.kind == _fields.ENTRIES:
            for one, item in value.items():
                yield from containers(field.inner, item or {}, f"{where}/{one}")
        elif field.kind == _fields.RECORDS and field.member.key:
            for item in value:
                told = next((item.get(one) for one in "+".join(field.member.key).split("+") if item.get(one)), "")
                yield from containers(field.inner, item, f"{where}/{told}")


def lost_stranger(name: str, before: Document, after: Document, named: Collection[str] = ()) -> str:
    """Where the first member is that nobody knows, and that is not what it was although what held it is still there.

    ``named`` are members of the document itself that the wish names. Empty for none.
    """
    left = {where: held for where, _name, held in containers(name, after)}
    for where, inner, held in containers(name, before):
        known = structure(inner).members
        for key, value in held.items():
            if key in known or (not where and key in named) or where not in left:
                continue
            if key not in left[where] or left[where][key] != value:
                return f"{where}/{key}"
    return ""


def in_lists(name: str, held: Document, path: str = "") -> Iterator[tuple[str, int, Counter[str]]]:
    """Lists whose items nothing tells apart: where, how many, and how often each member that nobody knows is in it."""
    for key, field in _fields.fields(name).items():
        value, where = held.get(key), f"{path}/{key}"
        if field.kind == _fields.STRUCT and value:
            yield from in_lists(field.inner, value, where)
        elif field.kind == _fields.RECORDS and not field.member.key:
            found = [json.dumps(one) for item in value or () for one in _unheard_of(field.inner, item)]
            yield where, len(value or ()), Counter(found)


def _unheard_of(name: str, held: Document) -> Iterator[Any]:
    for _where, inner, one in containers(name, held):
        yield from (value for key, value in one.items() if key not in structure(inner).members)


@dataclass
class Touched:
    """Looks for members that a patch does not name, and that are not the very same afterwards."""

    rules: Rules

    def first(self, name: str, before: Document, after: Document, patch: Document, path: str = "") -> str:
        """Where the first one is; empty for none."""
        known, members = _fields.fields(name), structure(name).members
        written = {one.format for one in members.values() if one.format and one.name in patch}
        stamps = {one.name for one in members.values() if one.stamp} | {"CreateTime"}
        for key in [*before, *(one for one in after if one not in before)]:
            where = f"{path}/{key}"
            if key not in patch and key not in written | stamps and not self._same(key, before, after):
                return where
            field = known.get(key)
            if key in patch and field is not None and before.get(key) and after.get(key):
                inner = self._inside(field, before[key], after[key], patch[key], where)
                if inner:
                    return inner
        return ""

    @staticmethod
    def _same(key: str, before: Document, after: Document) -> bool:
        return key in before and key in after and after[key] is before[key]

    def _inside(self, field: Field, before: Any, after: Any, wanted: Any, where: str) -> str:
        if field.kind == _fields.STRUCT:
            return self.first(field.inner, before, after, wanted, where)
        if field.kind != _fields.ENTRIES or not wanted:
            return ""
        for key, item in before.items():
            if wanted.get(key) is not None:
                inner = self.first(field.inner, item or {}, after[key] or {}, wanted[key], f"{where}/{key}")
                if inner:
                    return inner
            elif key not in wanted and not self.rules.exclusive and after.get(key, after) is not item:
                return f"{where}/{key}"
        return ""


def finished(rules: Rules) -> Rules:
    """The rules by which the result is judged."""
    return replace(rules, done=True)
