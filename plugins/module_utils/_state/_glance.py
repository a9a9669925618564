# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a document certainly is as options wish, told in microseconds. Private; may change at any time.

What is compared is compiled once for each structure: a rule for each option, which knows how its member is written and
compared. A rule that is in doubt passes its option on to the very conversion and comparison that a task makes, so a
glance that says yes is never wrong; no only means that somebody has to look closer. Values that validation would
convert or refuse are always in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Callable, Optional

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _values
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NotFound
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._sound import (
    MEASURED,
    PRESENT,
    STATE,
    is_sound,
    is_sound_scalar,
)

Options = Mapping[str, Any]
Document = Mapping[str, Any]
Resolve = Callable[[str, str], Optional[str]]
"""(kind, name or ID) -> ID of the only object that this can mean, None in doubt. Raises nothing."""
Rule = Callable[[Any, Document, Resolve], bool]
"""(value of an option, the structure that holds its member, resolve) -> whether the member certainly is so."""
Convert = Callable[[Any, Resolve], Any]
"""(value of an option, or an item of it; resolve) -> what the API calls it, DOUBT where that is not certain."""

DOUBT = object()
"""Equals nothing that a document can hold."""
REMEMBERED = 1000
"""So many spellings of constants, sizes and times are remembered for each member."""


class Glance:
    """The rules of one structure.

    ``members`` are the options and their other spellings, each with the option of the structure that it stands for;
    without it they are those of the structure. ``more`` are rules of options beside the members, and go first.
    ``stated`` are options that must not be null. ``exclusive``: entries of maps that are not named are to go.
    """

    def __init__(
        self,
        structure: str,
        members: Mapping[str, str] | None = None,
        more: Mapping[str, Rule] | None = None,
        stated: frozenset[str] = frozenset(),
        exclusive: bool = False,
    ) -> None:
        known, more = _fields.by_spelling(structure), more or {}
        members = {name: name for name in known} if members is None else members
        self.structure = structure
        self.exclusive = exclusive
        self.stated = stated
        self.fields = {
            written: known[option] for written, option in members.items() if known[option].option not in more
        }
        self._aliases = frozenset(name for name, field in self.fields.items() if name in field.aliases)
        self._rules = dict(more)

    def _rule(self, option: Any) -> Rule | None:
        """The rule of an option that is met for the first time: most of a structure's options never are."""
        if option not in self.fields:
            return None
        self._rules[option] = rule_of(self.fields[option], self.exclusive)
        return self._rules[option]

    def same(self, options: Options, document: Document, resolve: Resolve) -> bool:
        """Whether a task with these options certainly would change nothing, nor be refused."""
        rules, doubtful = self._rules, None
        for option, value in options.items():
            rule = rules.get(option) or self._rule(option)
            if rule is None or (value is None and option in self.stated):
                return False
            if value is not None and not rule(value, document, resolve):
                doubtful = {**(doubtful or {}), option: value}
        if not self._aliases.isdisjoint(options) and self._names_twice(options):
            return False
        return doubtful is None or self._closely(doubtful, options, document, resolve)

    def _names_twice(self, options: Options) -> bool:
        """Whether two options mean the same member: which of them counts is not ours to say."""
        named = [self.fields[option].option for option in options if option in self.fields]
        return len(set(named)) < len(named)

    def _closely(self, doubtful: Options, options: Options, document: Document, resolve: Resolve) -> bool:
        """What a task finds out about some of the options; the others are certain."""
        told: dict[str, Any] = {}
        for option, value in options.items():
            field = self.fields.get(option)
            if option in doubtful:
                # The rule of what another member may overrule has looked into it as closely as this would.
                if field is None or field.member.unless or not is_sound(field, value):
                    return False
                told[field.option] = value
            elif field is not None and field.member.name == "Engine":
                # What the keys of some maps mean depends on it, if the options name it.
                told[field.option] = value

        def resolved(kind: str, value: str, where: str) -> str:
            key = resolve(kind, value)
            if key is None:
                raise NotFound(f"{where}: it is not certain which {kind} is meant")
            return key

        merge = Merge(initial=False, exclusive=self.exclusive)
        try:
            merge.document(self.structure, document, _document.patch_from(self.structure, told, resolved))
        except CometError:
            return False
        return not merge.changes


@cache
def glance(structure: str, exclusive: bool = False, beside: tuple[str, ...] = ()) -> Glance:
    """The glance at a structure inside another one; ``beside`` are options that its holder looks at itself."""
    return Glance(structure, more=dict.fromkeys(beside, _nothing), exclusive=exclusive)


def _nothing(value: Any, document: Document, resolve: Resolve) -> bool:
    return True


def rule_of(field: Field, exclusive: bool) -> Rule:
    """The rule of one option."""
    member = field.member
    if member.initial and member.type.name == "bool":
        return _initial
    rule = _plain_rule(field, exclusive)
    return _unless(member.unless, rule) if member.unless else rule


def _plain_rule(field: Field, exclusive: bool) -> Rule:
    member = field.member
    if member.secret and not member.secret_keys:
        return _secret(field) if field.kind == _fields.VALUE else _doubt
    if field.kind == _fields.VALUE:
        return _value(field)
    if field.kind == _fields.LIST:
        return _list(field)
    if field.kind == _fields.MAP:
        return _map(field)
    if field.kind == _fields.STRUCT:
        return _struct(field, exclusive)
    return _entries(field, exclusive) if field.kind == _fields.ENTRIES else _records(field, exclusive)


def _doubt(value: Any, document: Document, resolve: Resolve) -> bool:
    return False


def _initial(value: Any, document: Document, resolve: Resolve) -> bool:
    """What counts only when the object is made."""
    return isinstance(value, bool)


def _unless(other: str, rule: Rule) -> Rule:
    """What another member overrules may be refused, unless it says nothing."""

    def alone(value: Any, document: Document, resolve: Resolve) -> bool:
        return not (value and document.get(other)) and rule(value, document, resolve)

    return alone


def _secret(field: Field) -> Rule:
    """A secret that is there is not written again."""
    name = field.member.name

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        return isinstance(value, str) and bool(value) == bool(document.get(name))

    return rule


def _value(field: Field) -> Rule:
    name, zero = field.member.name, field.member.type.zero
    if _is_text(field, field.member.type):
        return _text(name)
    if field.member.type.name == "bool":
        return _truth(name)
    if field.member.type.name == "int" and not field.member.enum:
        return _number(field)
    convert = converter(field, field.member.type)

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        return bool(convert(value, resolve) == (document.get(name) or zero))

    return rule


def _is_text(field: Field, kind: Type) -> bool:
    """Whether a value is the text that a person writes."""
    member = field.member
    return kind.name in ("string", "bytes") and not (member.enum or member.reference or member.words)


def _text(name: str) -> Rule:
    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        return isinstance(value, str) and value == (document.get(name) or "")

    return rule


def _truth(name: str) -> Rule:
    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        return isinstance(value, bool) and value == (document.get(name) or False)

    return rule


def _number(field: Field) -> Rule:
    """A number; of those that stand for sizes and times most are texts."""
    member, name = field.member, field.member.name
    measured = member.unit in MEASURED
    low, high = (0 if measured or member.most else -(2**63)), (member.most or 2**63 - 1)
    convert = converter(field, member.type)

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        before = document.get(name) or 0
        if isinstance(value, int):
            return value == before and low <= value <= high and not isinstance(value, bool)
        return measured and bool(convert(value, resolve) == before)

    return rule


def converter(field: Field, kind: Type) -> Convert:
    """How a value, or an item of a list, of the type ``kind`` becomes what the API calls it."""
    member = field.member
    if _is_text(field, kind):
        return lambda value, resolve: value if isinstance(value, str) else DOUBT
    if member.reference:
        return _referring(field)
    return _remembering(field, kind)


def _referring(field: Field) -> Convert:
    kind, words = field.member.reference, field.member.words

    def convert(value: Any, resolve: Resolve) -> Any:
        if not isinstance(value, str):
            return DOUBT
        key = resolve(kind, value) if value else value
        return DOUBT if key is None else words.get(key, key)

    return convert


def _remembering(field: Field, kind: Type) -> Convert:
    """Conversion of constants, sizes, times and other numbers; people write the same few again and again."""
    seen: dict[Any, Any] = {}

    def convert(value: Any, resolve: Resolve) -> Any:
        # True and 1 would be the same key.
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            return DOUBT
        if value not in seen:
            if len(seen) >= REMEMBERED:
                return _converted(field, kind, value)
            seen[value] = _converted(field, kind, value)
        return seen[value]

    return convert


def _converted(field: Field, kind: Type, value: Any) -> Any:
    if not is_sound_scalar(field, kind, value):
        return DOUBT
    try:
        return _values.from_option(field.member, kind, value, "")
    except InvalidOption:
        return DOUBT


def _list(field: Field) -> Rule:
    name, is_set = field.member.name, field.member.set
    convert = converter(field, field.member.type.item or field.member.type)

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        if not isinstance(value, list):
            return False
        before = document.get(name) or []
        wanted = [convert(item, resolve) for item in value]
        if wanted == before:
            return True
        texts = is_set and isinstance(before, list) and all(isinstance(one, str) for one in (*before, *wanted))
        return texts and set(wanted) == set(before)

    return rule


def _map(field: Field) -> Rule:
    """Exactly the texts that are there; flags count by being there. All else about the keys is looked at closer."""
    name = field.member.name
    flags = {(row["engine"], row["key"]) for row in field.member.flags}
    named = {key for _engine, key in flags}

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        before = document.get(name) or {}
        if not isinstance(value, dict) or not isinstance(before, dict) or len(value) != len(before):
            return False
        for key, text in value.items():
            if key in named:
                if text is not True or key not in before or (document.get("Engine"), key) not in flags:
                    return False
            elif not isinstance(text, str) or before.get(key) != text:
                return False
        return True

    return rule


def _struct(field: Field, exclusive: bool) -> Rule:
    name, inner = field.member.name, field.inner

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        before = document.get(name) or {}
        plain = isinstance(value, dict) and isinstance(before, dict)
        return plain and glance(inner, exclusive).same(value, before, resolve)

    return rule


def _entries(field: Field, exclusive: bool) -> Rule:
    """Entries by their keys; an empty list clears all."""
    name, inner, reference = field.member.name, field.inner, field.member.reference
    key_option = field.key_option

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        before = document.get(name) or {}
        if not isinstance(value, list) or not isinstance(before, dict):
            return False
        seen = set()
        look = glance(inner, exclusive, (key_option, STATE))
        for item in value:
            key = item.get(key_option) if isinstance(item, dict) else None
            if not key or not isinstance(key, str) or item.get(STATE, PRESENT) != PRESENT:
                return False
            key = resolve(reference, key) if reference else key
            held = before.get(key)
            if not isinstance(held, dict) or not look.same(item, held, resolve):
                return False
            seen.add(key)
        return len(seen) == len(value) and (len(seen) == len(before) or (bool(value) and not exclusive))

    return rule


def _records(field: Field, exclusive: bool) -> Rule:
    """The same items in the same order, each told from the others by its best key, if they have keys."""
    name, inner = field.member.name, field.inner
    key = field.member.key[0].split("+") if field.member.key else []
    options = [_fields.fields(inner)[part].option for part in key]
    if not key and any(one.member.initial for one in _fields.settable(inner)):
        # Items without keys are told apart by all that they hold, also by what else counts only at first.
        return _doubt

    def rule(value: Any, document: Document, resolve: Resolve) -> bool:
        before = document.get(name) or []
        if not isinstance(value, list) or not isinstance(before, list) or len(value) != len(before):
            return False
        look, told = glance(inner, exclusive), []
        for item, held in zip(value, before):
            if not isinstance(item, dict) or not isinstance(held, dict) or not look.same(item, held, resolve):
                return False
            if key and (held.get(key[0]) in (None, "") or any(item.get(option) is None for option in options)):
                return False
            told.append([held.get(part) or "" for part in key])
        return not key or all(one not in told[:index] for index, one in enumerate(told))

    return rule
