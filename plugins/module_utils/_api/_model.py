# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Views over the facts: structures, methods and constants by name. Private; may change at any time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._facts import FACTS

Version = tuple[int, ...]


class UnknownFact(KeyError):
    """No structure, member, method or constant group of that name; the text says which."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Type:
    """A type of the API: a scalar, ``list``, ``map`` (keys are text) or ``structure``.

    ``name`` is the scalar's name (string, int, bool, float, bytes, any, file) or the structure's; ``item`` is what
    a list or map holds.
    """

    kind: str
    name: str = ""
    item: Type | None = None

    @property
    def zero(self) -> Any:
        """What absent, null and empty mean for this type; a new object each time."""
        if self.kind == "list":
            return []
        if self.kind in ("map", "structure"):
            return {}
        return {"int": 0, "bool": False, "float": 0.0, "any": None}.get(self.name, "")


@cache
def parse_type(text: str) -> Type:
    """``map<string,list<X>>`` as a Type. Raises UnknownFact for a structure that does not exist."""
    match = re.match(r"(?:list|map)<(?:string,)?(.*)>$", text)
    if match:
        return Type(text.split("<", 1)[0], item=parse_type(match.group(1)))
    if text in ("string", "int", "bool", "float", "bytes", "any", "file"):
        return Type("scalar", text)
    if text not in _facts()["structures"]:
        raise UnknownFact(f"no structure {text}")
    return Type("structure", text)


@dataclass(frozen=True)
class Member:
    """One member of a structure, with what the facts say about it (see api/build_facts.py).

    ``words`` are what people write for values that stand for no object, where others refer to one. ``most`` is the
    largest number that servers allow, if there is one.
    """

    name: str
    structure: str
    type: Type
    since: str = ""
    option: str = ""
    reference: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    secret: bool = False
    secret_keys: tuple[Mapping[str, str], ...] = ()
    numbered: tuple[Mapping[str, str], ...] = ()
    flags: tuple[Mapping[str, str], ...] = ()
    sensitive: bool = False
    computed: bool = False
    fixed: bool = False
    initial: bool = False
    unless: str = ""
    stamp: bool = False
    keep: bool = False
    lock: bool = False
    set: bool = False
    ordered: bool = False
    bitset: bool = False
    enum: str = ""
    unit: str = ""
    most: int = 0
    format: str = ""


@dataclass(frozen=True)
class Structure:
    """A structure with its own and its inherited members by API name."""

    name: str
    members: Mapping[str, Member]

    def member(self, name: str) -> Member:
        """The member; raises UnknownFact."""
        if name not in self.members:
            raise UnknownFact(f"{self.name} has no member {name}")
        return self.members[name]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method."""

    name: str
    type: Type
    required: bool = False
    since: str = ""
    secret: bool = False
    enum: str = ""
    url: bool = False


@dataclass(frozen=True)
class Method:
    """One method of the API.

    ``path`` starts with a slash. ``auth`` is admin, user, admin_or_user, admin_unless_public_downloads or none.
    ``writes``: it changes something. ``lock`` names the parameter that takes a hash.
    """

    name: str
    path: str
    returns: Type
    auth: str
    parameters: Mapping[str, Parameter]
    verb: str = "POST"
    content: str = "application/json"
    multipart: bool = False
    writes: bool = False
    since: str = ""
    role: str = ""
    top_level: bool = False
    preventable: bool = False
    restarts: bool = False
    loses_data: bool = False
    lock: str = ""
    tenant: str = ""


@dataclass(frozen=True)
class Constants:
    """A group of constants. ``choices`` maps each friendly name to its value; ``open``: a server may know more."""

    group: str
    choices: Mapping[str, Any]
    spellings: Mapping[str, Any]
    open: bool = False

    def name_of(self, value: Any) -> Any:
        """The friendly name of a value, or the value itself where it has none."""
        for name, known in self.choices.items():
            if known == value:
                return name
        return value


@lru_cache(maxsize=1)
def _facts() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(FACTS)
    return facts


@cache
def structure(name: str) -> Structure:
    """The structure of that name, inherited members first. Raises UnknownFact."""
    facts = _facts()["structures"].get(name)
    if facts is None:
        raise UnknownFact(f"no structure {name}")
    members: dict[str, Member] = {}
    for parent in facts["extends"]:
        members.update(structure(parent).members)
    for member, since in facts.get("dates", {}).items():
        members[member] = replace(members[member], since=since)
    for member, entry in facts["members"].items():
        members[member] = _member(name, member, entry)
    return Structure(name, members)


def _member(owner: str, name: str, entry: Mapping[str, Any]) -> Member:
    known = dict(entry)
    key = known.pop("key", ())
    return Member(
        name=name,
        structure=owner,
        type=parse_type(known.pop("type")),
        key=(key,) if isinstance(key, str) else tuple(key),
        secret_keys=tuple(known.pop("secret_keys", ())),
        numbered=tuple(known.pop("numbered", ())),
        flags=tuple(known.pop("flags", ())),
        **known,
    )


@cache
def method(name: str) -> Method:
    """The method of that name, as in AdminListUsers. Raises UnknownFact."""
    facts = _facts()["methods"].get(name)
    if facts is None:
        raise UnknownFact(f"no method {name}")
    known = {key: value for key, value in facts.items() if key not in ("reads", "legacy", "parameters", "returns")}
    parameters = {
        parameter: Parameter(parameter, parse_type(entry["type"]), **{k: v for k, v in entry.items() if k != "type"})
        for parameter, entry in facts["parameters"].items()
    }
    return Method(name=name, returns=parse_type(facts["returns"]), parameters=parameters, **known)


def oldest_server() -> str:
    """The oldest server version that the facts speak of; what they call old is there since at least then."""
    return str(_facts()["oldest"])


def method_names() -> list[str]:
    """All method names, sorted."""
    return sorted(_facts()["methods"])


def structure_names() -> list[str]:
    """All structure names, sorted."""
    return sorted(_facts()["structures"])


@cache
def constants(group: str) -> Constants:
    """The constant group of that name. Raises UnknownFact.

    A value may be written by its friendly name (the first of each value is the one shown), by the vendor's key, by
    the published name GROUP_KEY, or, for text, as itself.
    """
    facts = _facts()["constants"].get(group)
    if facts is None:
        raise UnknownFact(f"no constant group {group}")
    choices: dict[str, Any] = {}
    spellings: dict[str, Any] = {}
    shown = set()
    for key, value in facts["values"].items():
        friendly = facts.get("names", {}).get(key, key.strip("_").lower())
        for spelling in (friendly, key, f"{group}_{key}", *([value] if isinstance(value, str) and value else [])):
            spellings.setdefault(spelling, value)
        if value not in shown:
            shown.add(value)
            choices[friendly] = value
    return Constants(group, choices, spellings, bool(facts.get("open")))


def parse_version(text: str) -> Version:
    """``25.9.8`` as (25, 9, 8); what is not a number counts as 0, so that pre-releases compare."""
    return tuple(int(part) if part.isdigit() else 0 for part in text.split(".")[:3])
