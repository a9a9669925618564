# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document as the options that describe it, with a variable for each secret. Private; may change at any time.

What is left out: what the server keeps, what another member overrules, and, unless all is asked for, what is empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from typing import Any, Callable, Optional

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._model import Member
from ansible_collections.comet.backup.plugins.module_utils._module._readable import readable
from ansible_collections.comet.backup.plugins.module_utils._state import _compare, _fields, _keyed, _redact, _values
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

Document = Mapping[str, Any]
Label = Callable[[str, str], Optional[str]]
"""(kind, ID) -> what to write for another object; None for one that does not exist."""

FIRST = {
    "AllowedAdminUser": ("Username", "OrganizationID", "Password"),
    "BackupRuleConfig": ("Description", "Source", "Destination", "Schedules"),
    "DestinationConfig": ("Description", "DestinationType"),
    "DestinationLocation": ("DestinationType",),
    "GroupPolicy": ("Description", "DefaultUserPolicy"),
    "Organization": ("Name", "Hosts", "IsSuspended"),
    "PSAConfig": ("Type", "URL"),
    "RemoteStorageOption": ("Description", "ID", "Type", "Default"),
    "RemoteServerAddress": ("Description", "Type"),
    "ReplicaServer": ("Description", "Type"),
    "ServerConfigOptions": ("License", "ListenAddresses", "TrustXForwardedFor", "Email"),
    "SourceConfig": ("Description", "OwnerDevice", "Engine", "EngineProps"),
    "UserProfileConfig": ("AccountName", "Emails", "PolicyID", "GroupID", "IsSuspended"),
}
"""What a person would write first about a structure. The rest follows in the vendor's order, single values first."""

ORIGIN: Mapping[str, Document] = {
    "AuthenticationRoleOptions": dict.fromkeys(
        ("RoleEnabled", "GenerateMissedBackupEvents", "GenerateScheduledEmails"), True
    ),
    "PSAConfig": {"Type": 1},
    "SharedStorageQuota": {"LimitBytes": 1},
    "StorageRoleOptions": {"RoleEnabled": True},
    "UserProfileConfig": dict.fromkeys(
        ("LocalTimezone", "LanguageCode", "SendEmailReports", "AllowPasswordLogin"), True
    ),
}
"""What a new object comes with, as far as it is not empty, and what always has to be said. Such members are written
although they are empty."""
NO_ORIGIN: Document = {}

_NUMBER = re.compile(r"(\d+)")
NOTHING: Any = object()
"""There is nothing to write."""


@dataclass
class Secret:
    """The place of a secret: words for the name of its variable, how messages call the place, and the name chosen."""

    words: tuple[str, ...]
    where: str
    variable: str = ""

    def __str__(self) -> str:
        return "{{ " + self.variable + " }}"


def secret(place: Place) -> Secret:
    """A new place for a secret."""
    return Secret(place.words, place.where)


@dataclass(frozen=True)
class Place:
    """Where in the tree something is: in words for variables, and as messages name it."""

    words: tuple[str, ...] = ()
    where: str = ""

    def option(self, option: str) -> Place:
        """An option of what is here."""
        return Place((*self.words, option), f"{self.where}.{option}" if self.where else option)

    def item(self, option: str, name: str, kind: str = "") -> Place:
        """One of several that an option holds; ``kind`` is the word for one of them, else made from the option's."""
        where = f"{self.where}.{option}[{name}]" if self.where else f"{option}[{name}]"
        return Place((*self.words, kind or option[:-1] if option.endswith("s") else option, name), where)


@dataclass
class Exported:
    """Turns documents into options. It notes members that are ``unknown`` to the facts, and ``troubles`` (what, and
    where): things that no task could put into words. ``complete``: what is empty is written, too."""

    complete: bool = False
    unknown: set[str] = field(default_factory=set)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    _secret_keys: dict[tuple[str, Any, str], bool] = field(default_factory=dict)

    def options(
        self,
        name: str,
        document: Document,
        place: Place,
        label: Label,
        skip: frozenset[str] = frozenset(),
        origin: Document | None = None,
    ) -> dict[str, Any]:
        """The document of structure ``name`` without the members in ``skip``.

        What is empty is left out, unless ``origin``, a new document of its kind, holds something there.
        """
        known = _ranks(name)
        origin = {**ORIGIN.get(name, NO_ORIGIN), **origin} if origin else ORIGIN.get(name, NO_ORIGIN)
        found: list[tuple[int, str, Any]] = []
        members = {**dict.fromkeys(origin), **document} if origin else document
        for key, value in members.items():
            if (not value and not self.complete and not origin.get(key)) or key in skip:
                continue
            ranked = known.get(key)
            if ranked is None:
                if value and key not in _model.structure(name).members:
                    self.unknown.add(f"{name}.{key}")
                continue
            rank, entry, simple = ranked
            if simple and not (isinstance(value, str) and "://" in value):
                found.append((rank, entry.option, entry.member.type.zero if value is None else value))
                continue
            if entry.member.unless and document.get(entry.member.unless):
                continue
            shown = self._value(entry, value, document, place, label, origin.get(key))
            if shown is not NOTHING:
                found.append((rank, entry.option, shown))
        found.sort(key=itemgetter(0))
        return {option: shown for _rank, option, shown in found}

    def _value(self, entry: Field, value: Any, siblings: Document, place: Place, label: Label, origin: Any) -> Any:
        member = entry.member
        if entry.kind == _fields.VALUE:
            return self._scalar(entry, value, siblings, place, label)
        value = value or member.type.zero
        inner = place.option(entry.option)
        if entry.kind == _fields.STRUCT:
            shown: Any = self.options(entry.inner, value, inner, label, origin=origin or NO_ORIGIN)
            return shown if shown or self.complete else NOTHING
        if entry.kind == _fields.ENTRIES:
            return self._entries(entry, value, place, label) if value or self.complete or origin else NOTHING
        if entry.kind == _fields.RECORDS:
            return self._records(entry, value, place, label)
        if self._has_open_login(member, value, siblings):
            return self._missing("an address with a password in it", inner)
        if entry.kind == _fields.MAP:
            return self._map(member, value, siblings, inner)
        items = (self._plain(entry, item, siblings, place, label) for item in value)
        return [item for item in items if item is not NOTHING]

    def _has_open_login(self, member: Member, value: Any, siblings: Document) -> bool:
        """Whether a list or a map holds a password in an address, for which no variable could stand: in a list and in
        an entry that is no secret as a whole, no task may leave a value open.
        """
        told = value
        if isinstance(value, Mapping):
            told = [one for key, one in value.items() if not self._is_secret(member, key, siblings)]
        return any(_redact.without_login(one) != one for one in told)

    def _scalar(self, entry: Field, value: Any, siblings: Document, place: Place, label: Label) -> Any:
        if entry.member.secret or _redact.without_login(value) != value:
            return secret(place.option(entry.option)) if value else NOTHING
        return self._plain(entry, value, siblings, place, label)

    def _plain(self, entry: Field, value: Any, siblings: Document, place: Place, label: Label) -> Any:
        """A single value that is no secret: names for other objects and constants, readable sizes and times."""
        member = entry.member
        if not value:
            return _values.to_option(member, member.type.zero if value is None else value)
        if member.unit:
            return readable(member, value, siblings)
        if member.reference and value not in member.words.values():
            named = label(member.reference, value)
            return self._missing(_gone(member), place.option(entry.option)) if named is None else named
        if member.enum and not member.bitset and not _model.constants(member.enum).open:
            named = _constant_names(member.enum).get(value)
            return self._missing(f"the unknown value {value!r}", place.option(entry.option)) if named is None else named
        return _values.to_option(member, value)

    def _missing(self, what: str, place: Place) -> Any:
        """Note what cannot be written."""
        self.troubles.append((what, place.where))
        return NOTHING

    def _entries(self, entry: Field, value: Document, place: Place, label: Label) -> Any:
        """A map of objects as a list, by what people call them."""
        items = []
        for key, item in value.items():
            name: str | None = key
            if entry.member.reference:
                name = label(entry.member.reference, key)
            if name is None:
                self._missing(_gone(entry.member), place.option(entry.option))
            elif name:
                inner = self.options(entry.inner, item or {}, place.item(entry.option, name), label)
                items.append({entry.key_option: name, **inner})
        items.sort(key=_natural_by(entry.key_option))
        return items if items or self.complete or not value else NOTHING

    def _records(self, entry: Field, value: Sequence[Document], place: Place, label: Label) -> Any:
        """A list in the server's order. One whose items nobody could tell apart cannot be written as a whole."""
        skip = self._untold(entry, value)
        if entry.member.key and not _distinct(entry, value, skip):
            what = "items that nothing tells apart, so that the list is left out"
            return self._missing(what, place.option(entry.option))
        shown = []
        for index, item in enumerate(value):
            inner = place.item(entry.option, _title(entry, item, index))
            options = self.options(entry.inner, item or {}, inner, label, skip)
            # One that says nothing would be taken for any other.
            whole = replace(self, complete=True)
            shown.append(options or whole.options(entry.inner, item or {}, inner, label, skip))
        return shown

    @staticmethod
    def _untold(entry: Field, value: Sequence[Document]) -> frozenset[str]:
        """The member that holds the items' IDs, where their names tell them apart as well."""
        ids = [key for key in entry.member.key if _fields.fields(entry.inner)[key.split("+")[0]].member.fixed]
        rest = [key for key in entry.member.key if key not in ids]
        names = [item.get(rest[0]) for item in value] if ids and rest else []
        return frozenset(ids) if names and all(names) and len(set(names)) == len(names) else frozenset()

    def _map(self, member: Member, value: Document, siblings: Document, place: Place) -> Any:
        """A map of plain values. What a numbered list holds stands under its word."""
        engine = str(siblings.get("Engine") or "")
        result: dict[str, Any] = {}
        words = [row["key"] for row in _keyed.lists(member, engine)]
        words = [word for word in words if not self._is_secret(member, word, siblings)]
        held: dict[str, list[Any]] = {word: [] for word in words}
        for key in sorted(value, key=_natural):
            word = next((one for one in words if key.startswith(one)), None)
            if self._is_secret(member, key, siblings):
                result[key] = secret(place.option(key)) if value[key] else value[key]
            elif word is not None:
                one = _unpacked(member, word, value[key])
                held[word] += [] if one in held[word] else [one]
            else:
                result[key] = True if _keyed.is_flag(member, key, engine) else value[key]
        return {**{word: items for word, items in held.items() if items}, **result}

    def _is_secret(self, member: Member, key: str, siblings: Document) -> bool:
        if not member.secret_keys:
            return member.secret
        engine = siblings.get("Engine")
        place = (member.structure, engine, key)
        if place not in self._secret_keys:
            self._secret_keys[place] = _redact.secret_key(member, key, {"Engine": engine})
        return self._secret_keys[place]


def _gone(member: Member) -> str:
    return f"a {member.reference.replace('_', ' ')} that does not exist"


def _unpacked(member: Member, word: str, value: Any) -> Any:
    """A value of a numbered list; JSON text of an object as that object, which is compared as such."""
    if any(row["key"] == word and "holds" in row for row in member.numbered):
        try:
            found = json.loads(value)
        except (TypeError, ValueError):
            return value
        return found if isinstance(found, dict) else value
    return value


@cache
def _ranks(name: str) -> Mapping[str, tuple[int, Field, bool]]:
    """The settable members of a structure by API name: rank, field, and whether the value is written as it is."""
    known = {one: entry for one, entry in _fields.fields(name).items() if not entry.member.computed}
    first = [one for one in FIRST.get(name, ()) if one in known]
    single = [one for one, entry in known.items() if entry.kind in (_fields.VALUE, _fields.LIST)]
    order = list(dict.fromkeys((*first, *single, *known)))
    return {one: (rank, known[one], _is_simple(known[one])) for rank, one in enumerate(order)}


def _is_simple(entry: Field) -> bool:
    """Whether nothing is special about a member, so that its value says it all."""
    member = entry.member
    special = (member.secret, member.reference, member.enum, member.unit, member.unless, member.words)
    return entry.kind == _fields.VALUE and not any(special)


@cache
def _constant_names(enum: str) -> Mapping[Any, str]:
    """The friendly names of a group of constants, by value."""
    return {value: name for name, value in _model.constants(enum).choices.items()}


def _distinct(entry: Field, items: Sequence[Document], skip: frozenset[str]) -> bool:
    """Whether each item has something by which a task can tell it from the others."""
    told = [{key: value for key, value in item.items() if key not in skip} for item in items]
    keys = [_compare.identity(entry, item) for item in told]
    return None not in keys and len(set(map(str, keys))) == len(keys)


def _title(entry: Field, item: Document, index: int) -> str:
    """What a person calls an item of a list."""
    names = ["Description", *(part for key in reversed(entry.member.key) for part in key.split("+"))]
    return next((str(item[name]) for name in names if item.get(name)), str(index + 1))


def _natural(text: str) -> tuple[Any, ...]:
    """Orders INCLUDE2 before INCLUDE10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(text))


def _natural_by(option: str) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    def order(item: Mapping[str, Any]) -> tuple[Any, ...]:
        return _natural(str(item[option]))

    return order


def secrets_in(value: Any) -> Iterator[Secret]:
    """All places of secrets in a tree, in its order."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from secrets_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in(item)


def filled(value: Any) -> Any:
    """The tree with the text for each place of a secret."""
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, dict):
        return {key: filled(item) for key, item in value.items()}
    return [filled(item) for item in value] if isinstance(value, list) else value
