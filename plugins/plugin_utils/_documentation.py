# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of options, computed from argument spec and descriptions, so that they cannot drift. Private."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, constants, parse_version
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    Contents,
    field_spec,
    holders,
    identity_spec,
    own_names,
    resource_spec,
)
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.plugin_utils._descriptions import describe
from ansible_collections.comet.backup.plugins.plugin_utils._descriptions._arguments import ARGUMENTS

_WRITINGS = {
    "bytes": "A number of bytes, or a size such as V(500 GiB).",
    "seconds": "A number of seconds, or a duration such as V(8h).",
    "time_of_day": "A number of seconds, or, in quotes, a time such as V(02:30), V(Monday 02:30), V(day 15 02:30) or "
    "V(2026-12-24T18:00:00Z).",
}
_COMMON = {
    "state": ["Whether the object is to exist."],
    "extra": [
        "Members that this collection does not know yet, in the spelling of the API, merged into the document.",
        "A member that is known is refused with the option to use instead.",
    ],
    "update_secrets": [
        "When secrets inside the document are written.",
        "With V(on_create) only where the server holds none; with V(always) each time, which counts as a change.",
        "They are never compared with what the server shows.",
    ],
    "update_password": [
        "When the password is written.",
        "With V(on_create) only where the server holds none; with V(always) each time, which counts as a change.",
        "It is never compared with what the server shows.",
    ],
    "exclusive": ["Whether entries that the task does not name are removed from the maps that it does name."],
    "max_deletions": [
        "How many entries the task may remove from lists and maps.",
        "It fails before writing anything when there are more.",
    ],
    "confirm_data_loss": ["Has to be V(true) to delete what takes backups, or the keys to them, with it."],
    "restart_timeout": [
        "For how many seconds the task waits for a server that it made restart. When the time is over, the task fails.",
    ],
    "force": ["Has to be V(true) to delete what other objects still use."],
}


def documented(resource: Resource, contents: Contents | None = None) -> str:
    """The options of a kind's module as YAML text.

    Those in ``resource.arguments`` may stand in the module itself, and ``resource.place`` does.
    """
    spec = resource_spec(resource, contents)
    here = [name for name in resource.arguments if name not in ARGUMENTS.get(resource.kind, ())] + [resource.place]
    options = _options(resource, {name: option for name, option in spec.items() if name not in here}, contents)
    return json.dumps({"options": options})


def _options(
    resource: Resource, spec: Mapping[str, Any], contents: Contents | None, around: str = ""
) -> dict[str, Any]:
    """Each option of the spec with everything below it. ``around`` leads to it from the options of the module."""
    address = identity_spec(resource)
    own = own_names(resource)
    arguments = ARGUMENTS.get(resource.kind, {})
    inside = {inner.plural: inner for inner in (contents or {}).get(resource.kind, ())}
    entries = {own.get(entry.option, entry.option): entry for entry in _fields.fields(resource.structure).values()}
    options = {}
    for name, option in spec.items():
        if name in arguments:
            sentences = [re.sub(r"\bO\((\w+)\)", rf"O({around}\1)", text) for text in arguments[name]]
            options[name] = {**_plain(option), "description": sentences}
        elif name in address:
            options[name] = {**_plain(option), "description": [_address(resource, name)]}
        elif name in inside:
            below = _options(inside[name], option["options"], contents, f"{around}{name}[].")
            options[name] = {**_plain(option), "description": _inside(resource, inside[name]), "suboptions": below}
        elif name in entries and name not in _COMMON:
            options[name] = _option(entries[name], option, (resource.structure,))
        else:
            options[name] = {**_plain(option), "description": _COMMON[name]}
    return options


def _inside(resource: Resource, inner: Resource) -> list[str]:
    """What a person has to know about objects that are described along with the one that they are in."""
    nouns = inner.plural.replace("_", " ")
    return [
        f"{nouns[:1].upper()}{nouns[1:]} of the {resource.noun}, as M(comet.backup.comet_{inner.kind}) manages each.",
        "Those that the task does not name stay as they are, unless O(exclusive) is V(true).",
        "An empty list removes all.",
    ]


def _address(resource: Resource, name: str) -> str:
    noun = resource.noun
    if name in holders(resource):
        owner = resource.owners[name]
        called = "Name" if owner.named else "Name or ID"
        return f"{called} of the {owner.noun} that the {noun} belongs to."
    if name == "tenant" and not resource.tenant and "tenant" not in resource.owners:
        whose = " or ".join(holders(resource))
        return f"Name or ID of the tenant in which the {whose} is looked up; empty for the top level."
    if name == "tenant" and resource.singleton:
        return f"Name or ID of the tenant whose {noun} the task is about; empty for the top level."
    if name == "tenant":
        return f"Name or ID of the tenant that the {noun} belongs to; empty for the top level."
    if name in resource.owners:
        words = "Name" if resource.owners[name].named else "Name or ID"
        return f"{words} of the {resource.owners[name].noun} that the {noun} belongs to."
    if name == resource.naming != "name":
        return describe(resource.structure, resource.name)
    if name == "id":
        only = "" if not resource.name else " Needed only where several bear the same name, or to rename one."
        return f"ID of the {noun}.{only}"
    return f"Name of the {noun}."


def _plain(option: Mapping[str, Any]) -> dict[str, Any]:
    """The spec without what has no place in documentation."""
    return {key: value for key, value in option.items() if key not in ("no_log", "fallback", "options")}


def _option(entry: Field, option: Mapping[str, Any], above: tuple[str, ...], since: str = "") -> dict[str, Any]:
    """One option with everything below it. ``since`` is the server version that what is around it needs."""
    result = {**_plain(option), "description": _sentences(entry, since)}
    since = max(since, entry.member.since, key=parse_version)
    if "options" in option and entry.inner:
        inner = {field.option: field for field in _fields.fields(entry.inner).values()}
        result["suboptions"] = {
            name: _option(inner[name], below, (*above, entry.inner), since)
            if name in inner and name != entry.key_option
            else _entry_option(entry, inner, name, below, above, since)
            for name, below in option["options"].items()
        }
    return result


def _entry_option(
    entry: Field, inner: Mapping[str, Field], name: str, option: Mapping[str, Any], above: tuple[str, ...], since: str
) -> dict[str, Any]:
    """The key or the state of a map's entry; a list's item may have a member of the key's name."""
    if entry.kind != _fields.ENTRIES and name in inner:
        return _option(inner[name], option, (*above, entry.inner), since)
    words = "ID" if name == "id" else name.replace("_", " ")
    key = _named(entry.member) or f"Which entry is meant, by its {words}."
    text = key if name == entry.key_option else "Whether the entry is to exist."
    return {**_plain(option), "description": [text]}


def _named(member: Member) -> str:
    """How another object is named; empty where the member names none."""
    return f"The name or the ID of a {member.reference.replace('_', ' ')}." if member.reference else ""


def _sentences(entry: Field, since: str) -> list[str]:
    """What a person has to know about an option inside of what needs the server version ``since``."""
    member = entry.member
    text = describe(member.structure, member.name)
    sentences = [text]
    if member.enum and not member.bitset:
        names = [f"V({name})" for name in constants(member.enum).choices]
        if not all(name in text for name in names):
            sentences.append(f"One of {', '.join(names)}.")
    if member.unit in _WRITINGS:
        sentences.append(_WRITINGS[member.unit])
    if entry.kind == _fields.ENTRIES or member.keep:
        sentences.append("Entries that the task does not name stay as they are.")
    elif entry.kind in (_fields.LIST, _fields.RECORDS):
        sentences.append(f"The whole list, {'in this order' if member.ordered else 'in any order'}.")
    if member.reference and entry.kind != _fields.ENTRIES and " ID" not in text:
        sentences.append(_named(member))
    newer = parse_version(member.since) > parse_version(since)
    if newer and member.since.rsplit(".", 1)[0] not in text:
        sentences.append(f"Needs server version {member.since} or newer.")
    return sentences


__all__ = ["documented", "field_spec"]
