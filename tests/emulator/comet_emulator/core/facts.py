"""Facts about the API: structures, methods, constants and what single fields mean, as plain typed records.

The JSON files beside this module are made by ``refresh_facts.py``; nothing here knows how the emulator behaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import orjson

Version = tuple[int, int, int]

OLDEST, NEWEST = "18.8.1", "25.9.8"
"""Releases between which the facts can tell what a server has."""

DOCUMENTED = (22, 6, 2)
"""Release of the vendor's pages. Dates before it are those of SDKs, which may have come after the servers."""


@lru_cache
def parse_version(text: str | None) -> Version:
    """``"25.9.8"`` as ``(25, 9, 8)``; a part that is no number (``24.9.x``) counts as 0, no text as the oldest."""
    parts = [int(part) if part.isdigit() else 0 for part in (text or "").split(".")] + [0, 0, 0]
    return parts[0], parts[1], parts[2]


def supported_version(text: str) -> Version:
    """The version of a server that the facts describe.

    Raises:
        ValueError: it is not of the form ``25.9.8``, or outside of what the facts cover.
    """
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){2}", text):
        raise ValueError(f"version {text!r}: expected three numbers, such as {NEWEST}")
    version = parse_version(text)
    if not parse_version(OLDEST) <= version <= parse_version(NEWEST):
        raise ValueError(f"version {text}: the facts cover servers from {OLDEST} to {NEWEST}")
    return version


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a structure, inherited ones included (facts: ``structures.json``).

    In its ``type`` integers that are short or unsigned are called as in Go: ``uint64``, ``list<uint64>``.
    """

    name: str
    type: str
    omit_when_zero: bool
    since: Version
    secret_kind: str = ""
    enumeration: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a method; ``encoding`` is string, int, bool, json or file."""

    name: str
    type: str
    required: bool
    encoding: str
    since: Version
    enumeration: str


@dataclass(frozen=True, slots=True)
class Method:
    """One API method (facts: ``methods.json``)."""

    name: str
    path: str
    http_method: str
    parameters: tuple[Parameter, ...]
    returns: str
    content_type: str
    auth: str
    roles: tuple[str, ...]
    top_level_only: bool
    needs_live_device: bool
    needs_device_consent: bool
    needs_web_access: bool
    mutates: bool
    unordered: bool
    since: Version
    legacy_paths: tuple[str, ...]
    returned_before: tuple[tuple[Version, bool, str], ...]
    response_fields_since: dict[str, Version] = field(default_factory=dict)

    def returns_at(self, version: Version) -> str:
        """The result type that a server of this version gives."""
        for limit, inclusive, returns in self.returned_before:
            if version < limit or (inclusive and version == limit):
                return returns
        return self.returns


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about the API."""

    structures: dict[str, tuple[Member, ...]]
    methods: dict[str, Method]
    enumerations: dict[str, frozenset[Any]]
    event_types: dict[str, int]
    events_since: dict[str, Version]


# Enumerations that the published constants do not close: only the value 0 of the first two is published, engines
# come from plug-ins too, and event types and rebuilt values grow with every version.
OPEN_ENUMERATIONS = frozenset(
    {"PASSWORD_FORMAT", "ENCRYPTIONMETHOD", "ENGINE_BUILTIN", "SEVT", "NEW_STORAGE_VAULT_MODE"}
)


def _read(name: str) -> Any:
    return orjson.loads(resources.files("comet_emulator").joinpath("facts", f"{name}.json").read_bytes())


def _exact_type(entry: dict[str, Any]) -> str:
    """A member's type with the width and sign that the vendor's typed clients give its integers."""
    return re.sub(r"\bint\b", entry.get("integers", "int"), entry["type"])


def _members(structure: str, fields: list[dict[str, Any]], semantics: dict[str, Any]) -> tuple[Member, ...]:
    members = []
    for entry in fields:
        meaning = (
            semantics.get(f"{structure}.{entry['name']}") or semantics.get(f"{entry.get('from')}.{entry['name']}") or {}
        )
        secret = meaning.get("secret_kind", "secret") if meaning.get("secret") else ""
        enumeration = "" if meaning.get("bitset") else meaning.get("enum", "")
        members.append(
            Member(
                name=entry["name"],
                type=_exact_type(entry),
                omit_when_zero=entry.get("omit_when_zero", False),
                since=parse_version(entry.get("since")),
                secret_kind=secret,
                enumeration="" if enumeration in OPEN_ENUMERATIONS else enumeration,
            )
        )
    return tuple(members)


def _appeared(type_name: str, structures: dict[str, tuple[Member, ...]]) -> Version:
    """When the first member of a structure appeared; other types were always there."""
    members = structures.get(type_name.rstrip(">").rpartition("<")[2].rpartition(",")[2].strip(), ())
    return min((member.since for member in members), default=(0, 0, 0))


def _method(name: str, entry: dict[str, Any], structures: dict[str, tuple[Member, ...]]) -> Method:
    # Dates are those of releases that first show something. Where they leave a gap, a result is as old as its members.
    appeared = _appeared(entry["returns"], structures)
    parameters = tuple(
        Parameter(
            name=parameter["name"],
            type=parameter["type"],
            required=parameter.get("required", False),
            encoding=parameter["encoding"],
            since=parse_version(parameter.get("since")),
            enumeration="" if parameter.get("enum", "") in OPEN_ENUMERATIONS else parameter.get("enum", ""),
        )
        for parameter in entry["params"]
    )
    older = []
    for before in entry.get("returned_before", []):
        limit = parse_version(before.get("until") or before.get("before"))
        inclusive = "until" in before and limit >= appeared
        older.append((max(limit, appeared), inclusive, before["returns"]))
    return Method(
        name=name,
        path=entry["path"],
        http_method=entry["http_method"],
        parameters=parameters,
        returns=entry["returns"],
        content_type=entry.get("response_content_type") or "application/octet-stream",
        auth=entry["auth"],
        roles=tuple(entry.get("requires_roles", [])),
        top_level_only=entry.get("top_level_only", False),
        needs_live_device=entry.get("needs_live_device", False),
        needs_device_consent=entry.get("needs_device_consent", False),
        needs_web_access=entry.get("needs_web_access", False),
        mutates=entry.get("mutates", False),
        unordered=entry.get("unordered_result", False),
        since=parse_version(entry.get("since")) if older else max(parse_version(entry.get("since")), appeared),
        legacy_paths=tuple(entry["legacy_paths"]),
        returned_before=tuple(older),
        response_fields_since={
            key: parse_version(text) for key, text in entry.get("response_fields_since", {}).items()
        },
    )


@lru_cache(maxsize=1)
def load_facts() -> Facts:
    """Read the facts that travel with the emulator; they are read once for each process."""
    semantics = _read("fields_semantics")
    constants = _read("constants")
    structures = {name: _members(name, entry["fields"], semantics) for name, entry in _read("structures").items()}
    return Facts(
        structures=structures,
        methods={name: _method(name, entry, structures) for name, entry in _read("methods").items()},
        enumerations={
            name: frozenset(entry["values"].values()) for name, entry in constants.items() if not entry.get("bitset")
        },
        event_types=constants["SEVT"]["values"],
        events_since={name: parse_version(text) for name, text in constants["SEVT"]["since"].items()},
    )
