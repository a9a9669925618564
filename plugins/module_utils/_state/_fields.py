# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members of a structure as options: names, aliases and how they are compared. Private; may change at any time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, structure

VALUE, STRUCT, ENTRIES, RECORDS, LIST, MAP = "value", "struct", "entries", "records", "list", "map"


_PROPER_NAMES = {"HyperV": "Hyperv", "VMware": "Vmware", "MacOS": "Macos", "WebAuthn": "Webauthn", "WebDav": "Webdav"}


_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z\d])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """``S3UsesTLS`` as ``s3_uses_tls``; proper names stay one word."""
    for proper, plain in _PROPER_NAMES.items():
        name = name.replace(proper, plain)
    return _BETWEEN_WORDS.sub("_", name).lower()


@dataclass(frozen=True)
class Field:
    """One option of a structure.

    ``kind`` says what it holds: a single VALUE, a STRUCT merged member by member, ENTRIES of a map (written as a
    list whose items carry the key), RECORDS (exactly this list of structures), a LIST of values or a MAP of values.
    ``key_option`` is the item's option for an entry's key.
    """

    option: str
    member: Member
    kind: str
    aliases: tuple[str, ...] = ()

    @cached_property
    def inner(self) -> str:
        """Name of the structure that it holds; empty for values."""
        kind: Type | None = self.member.type
        while kind is not None and kind.kind in ("list", "map"):
            kind = kind.item
        return kind.name if kind is not None and kind.kind == "structure" else ""

    @cached_property
    def key_option(self) -> str:
        """Option that carries the key of a map's entry."""
        return self.member.key[0] if self.member.key else "key"


def _kind(member: Member) -> str:
    kind, item = member.type.kind, member.type.item
    if kind == "structure":
        return STRUCT
    if kind == "map":
        return ENTRIES if item is not None and item.kind == "structure" else MAP
    if kind == "list":
        return RECORDS if item is not None and item.kind == "structure" else LIST
    return VALUE


@cache
def fields(name: str) -> Mapping[str, Field]:
    """All members of the structure ``name`` by API name, computed ones included.

    An alias that differs from another option by its case alone would confuse people and tools, so there is none.
    """
    members = structure(name).members
    plain = {member: snake_case(member) for member in members}
    options = {member.name: member.option or plain[member.name] for member in members.values()}
    taken = set(options.values())
    result = {}
    for member in members.values():
        option = options[member.name]
        spellings = [member.name, plain[member.name]]
        aliases = [word for word in spellings if word != option and word.lower() not in taken - {option}]
        result[member.name] = Field(option, member, _kind(member), tuple(dict.fromkeys(aliases)))
    return result


@cache
def by_spelling(name: str) -> Mapping[str, Field]:
    """The settable members of the structure ``name`` by option name and by every alias."""
    settable = [field for field in fields(name).values() if not field.member.computed]
    result = {alias: field for field in settable for alias in field.aliases}
    result.update({field.option: field for field in settable})
    return result


def settable(name: str, hidden: tuple[str, ...] = ()) -> Iterator[Field]:
    """Every field that a task can reach in the structure ``name``, at any depth, those in ``hidden`` apart."""
    seen, waiting = {name}, [field for field in fields(name).values() if field.member.name not in hidden]
    while waiting:
        field = waiting.pop()
        if field.member.computed:
            continue
        yield field
        if field.inner and field.inner not in seen:
            seen.add(field.inner)
            waiting.extend(fields(field.inner).values())
