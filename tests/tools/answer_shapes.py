# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an answer has the shape that the vendor's facts allow: a second opinion, without code of the emulator.

:func:`deviations` reads ``api/vendor/*.json`` only. What it checks: which result type a method has at a version, that
every member is there and none besides, types (Go's widths included), enumerations, null, and the envelope of failures.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[2] / "api" / "vendor"
ENVELOPE = "CometAPIResponseMessage"
JSON = "application/json"
PLAIN = "text/plain"
ZIP = "application/zip"

Version = tuple[int, ...]

OPEN_ENUMERATIONS = {"PASSWORD_FORMAT", "ENCRYPTIONMETHOD", "ENGINE_BUILTIN", "NEW_STORAGE_VAULT_MODE"}
"""Groups of constants that do not name every value: two publish only 0, engines come from plug-ins too, and a vault
mode may also hold the id of a template."""

RANGES = {
    "int": (-(2**63), 2**63 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint": (0, 2**64 - 1),
    "uint8": (0, 2**8 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
"""Go's integer types."""

NOT_JSON = object()
"""What a body is that cannot be parsed."""

SCALARS: dict[str, tuple[type, ...]] = {"string": (str,), "int": (int,), "bool": (bool,), "float": (int, float)}

OTHER_STATUSES = (403, 404, 413, 429, 449, 502, 504)
"""HTTP statuses other than 200 that a server, or a proxy before it, answers API calls with."""


@dataclass(frozen=True)
class Rules:
    """Under which rules an answer was given: the server's version and its choices.

    ``also_known`` are names of members that may be there although the facts do not have them; ``any_member`` allows
    every name.
    """

    version: str = "25.9.8"
    omit_when_zero: bool = True
    null_for_empty: bool = False
    closed_enumerations: bool = True
    also_known: frozenset[str] = frozenset()
    any_member: bool = False

    @staticmethod
    def of(switches: Mapping[str, Any], **more: Any) -> Rules:
        """The rules that an emulator's switches and version make, as its control calls show them."""
        return Rules(
            version=switches["version"],
            omit_when_zero=switches["omit_when_zero"],
            null_for_empty=switches["empty_collections"] == "null",
            closed_enumerations=switches["check_enumerations"],
            **more,
        )


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, decompressed."""

    status: int
    content_type: str
    body: bytes


@cache
def facts(kind: str) -> dict[str, Any]:
    """One of the vendor's files: methods, structures, constants, fields_semantics."""
    parsed: dict[str, Any] = json.loads((VENDOR / f"{kind}.json").read_text(encoding="utf-8"))
    return parsed


@cache
def parse_version(text: str | None) -> Version:
    """``"24.12.x"`` as ``(24, 12, 0)``; without a text, older than everything."""
    return tuple(int(part) if part.isdigit() else 0 for part in (text or "0.0.0").split("."))


@cache
def paths() -> dict[str, str]:
    """Every path, older ones included, to the method that it calls."""
    found = {}
    for name, method in facts("methods").items():
        for legacy in method.get("legacy_endpoints", []):
            found[legacy["path"]] = name
    return {**found, **{method["path"]: name for name, method in facts("methods").items()}}


# Which result, at which version


def result_type(method: str, version: str) -> str:
    """The result type of a method at a version; the older one for as long as the newer one does not exist."""
    entry = facts("methods")[method]
    for older in entry.get("returned_before", []):
        at = parse_version(version)
        until, before = older.get("until"), older.get("before")
        if (until and at <= parse_version(until)) or (before and at < parse_version(before)):
            return str(older["returns"])
        if not _exists(entry["returns"], version):
            return str(older["returns"])
    return str(entry["returns"])


def method_exists(method: str, version: str) -> bool:
    """Whether a server of this version has the method; none is older than its own result."""
    if parse_version(facts("methods")[method]["since"]) > parse_version(version):
        return False
    return _exists(result_type(method, version), version)


def _exists(type_name: str, version: str) -> bool:
    structure = facts("structures").get(_innermost(type_name))
    return structure is None or any(
        parse_version(field["since"]) <= parse_version(version) for field in structure["fields"]
    )


def _innermost(type_name: str) -> str:
    while type_name.endswith(">"):
        type_name = type_name.partition("<")[2][:-1].removeprefix("string,").strip()
    return type_name


@cache
def members(structure: str, version: str) -> dict[str, dict[str, Any]]:
    """Members of a structure that exist at a version, by name."""
    fields = facts("structures")[structure]["fields"]
    return {field["name"]: field for field in fields if parse_version(field["since"]) <= parse_version(version)}


@cache
def _enumeration(structure: str, member: str, declared_in: str | None) -> frozenset[Any]:
    semantics = facts("fields_semantics")
    meaning = semantics.get(f"{structure}.{member}") or semantics.get(f"{declared_in}.{member}") or {}
    group = meaning.get("enum")
    if not group or meaning.get("bitset") or group in OPEN_ENUMERATIONS:
        return frozenset()
    return frozenset(facts("constants")[group]["values"].values())


# Checking


def deviations(method: str | None, answer: Answer, rules: Rules) -> list[str]:
    """Everything about an answer that the facts do not allow; ``method`` is None for a path that they do not have."""
    if answer.status != 200:
        return _other_status(answer)
    if method is None or not method_exists(method, rules.version):
        refused = is_failure(_parsed(answer))
        return _failure(_parsed(answer)) if refused else ["no such method at this version, and yet it answers"]
    raw = facts("methods")[method]["returns"] == "bytes"
    if raw and not _is_json(answer):
        return _raw(method, answer)
    document = _parsed(answer)
    if not _is_json(answer) or document is NOT_JSON:
        return [f"no JSON, sent as {answer.content_type}"]
    if is_failure(document):
        return _failure(document)
    return ["JSON instead of a raw body, and no failure either"] if raw else _success(method, document, rules)


def value_deviations(type_name: str, value: Any, rules: Rules) -> list[str]:
    """Everything about a parsed value that its type does not allow, each with its path."""
    return list(_Checker(rules, frozenset()).value(type_name, value, ""))


def _parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return NOT_JSON


def is_failure(document: Any) -> bool:
    """Whether a parsed body is the envelope of a failure: both members, and a status that says no."""
    if not isinstance(document, dict) or not {"Status", "Message"} <= document.keys():
        return False
    status = document["Status"]
    return status.__class__ is int and not 200 <= status <= 299


def _is_json(answer: Answer) -> bool:
    return answer.content_type.partition(";")[0].strip() == JSON


def _other_status(answer: Answer) -> list[str]:
    if answer.status not in OTHER_STATUSES:
        return [f"HTTP status {answer.status}"]
    if not _is_json(answer):
        return [] if answer.content_type.startswith(PLAIN) else [f"HTTP {answer.status} as {answer.content_type}"]
    document = _parsed(answer)
    return _failure(document) if is_failure(document) else [f"HTTP {answer.status} without an envelope of failure"]


def _failure(document: dict[str, Any]) -> list[str]:
    found = []
    if not 400 <= document["Status"] <= 599:
        found.append(f"Status: {document['Status']} is no status of a failure")
    if not isinstance(document["Message"], str) or not document["Message"]:
        found.append("Message: a failure without a text")
    # A login that waits for its second factor comes with the session that can be completed.
    allowed = {"Status", "Message"} | ({"SessionKey", "SessionType"} if document["Status"] == 449 else set())
    return found + [f"{name}: not in an envelope of failure" for name in sorted(document.keys() - allowed)]


def _raw(method: str, answer: Answer) -> list[str]:
    given = answer.content_type.partition(";")[0].strip()
    documented = facts("methods")[method]["response_content_type"]
    if documented and given != documented:
        return [f"content type {given}, not {documented}"]
    if given == ZIP and not answer.body.startswith(b"PK"):
        return ["no ZIP archive"]
    return [] if given else ["no content type"]


def _success(method: str, document: Any, rules: Rules) -> list[str]:
    entry = facts("methods")[method]
    returns = result_type(method, rules.version)
    later = {
        name
        for name, since in entry.get("response_fields_since", {}).items()
        if parse_version(since) > parse_version(rules.version)
    }
    checker = _Checker(rules, frozenset(later))
    return list(checker.value(returns, document, "", numbered=entry.get("returns_map_key") == "int"))


class _Checker:
    """Walks through a value along its type and yields what is wrong, each with its path."""

    def __init__(self, rules: Rules, later: frozenset[str]) -> None:
        self.rules = rules
        self.later = later

    def value(
        self, type_name: str, value: Any, path: str, *, numbered: bool = False, go_type: str = ""
    ) -> Iterator[str]:
        """Check a value of any type. ``numbered``: the keys of a map are numbers written as text."""
        kind, _unused, inner = type_name.partition("<")
        if value is None and type_name != "any":
            if not (kind in ("list", "map") and self.rules.null_for_empty):
                yield f"{path}: null"
        elif kind == "list":
            yield from self._list(inner[:-1], value, path)
        elif kind == "map":
            yield from self._map(inner[:-1].partition(",")[2].strip(), value, path, numbered)
        elif type_name in facts("structures"):
            yield from self._structure(type_name, value, path)
        elif type_name == "bytes":
            yield from _base64(value, path)
        elif type_name != "any":
            yield from _scalar(type_name, value, path, go_type)

    def _list(self, inner: str, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: {type(value).__name__} instead of a list"
            return
        if not value and self.rules.null_for_empty:
            yield f"{path}: [] although empty ones are null"
        for number, item in enumerate(value):
            yield from self.value(inner, item, f"{path}[{number}]")

    def _map(self, inner: str, value: Any, path: str, numbered: bool) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: {type(value).__name__} instead of a map"
            return
        if not value and self.rules.null_for_empty:
            yield f"{path}: {{}} although empty ones are null"
        for key, item in value.items():
            if numbered and not key.removeprefix("-").isdigit():
                yield f"{path}: the key {key!r} is no number"
            yield from self.value(inner, item, f"{path}[{key}]")

    def _structure(self, structure: str, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: {type(value).__name__} instead of a {structure}"
            return
        present = members(structure, self.rules.version)
        if not path and self.later:
            present = {name: field for name, field in present.items() if name not in self.later}
        newest = members(structure, "9999.0.0")
        for name in value.keys() - present.keys():
            if name in newest:
                yield f"{path}.{name}: newer than {self.rules.version}"
            elif name not in self.rules.also_known and not self.rules.any_member:
                yield f"{path}.{name}: unknown to {structure}"
        for name, field in present.items():
            if name in value:
                yield from self._member(structure, field, value[name], f"{path}.{name}")
            elif not (field["omit_when_zero"] and self.rules.omit_when_zero):
                yield f"{path}.{name}: missing"

    def _member(self, structure: str, field: dict[str, Any], value: Any, path: str) -> Iterator[str]:
        plain = field["type"] not in facts("structures")
        if field["omit_when_zero"] and self.rules.omit_when_zero and plain and not value and value is not None:
            yield f"{path}: zero, and should be left out"
        go_type = field.get("go_base_type") or field.get("go_type") or ""
        numbered = field.get("map_key") == "int"
        yield from self.value(field["type"], value, path, numbered=numbered, go_type=go_type)
        allowed = _enumeration(structure, field["name"], field["from"]) if self.rules.closed_enumerations else None
        for item in value if isinstance(value, list) else [value]:
            if allowed and item and not isinstance(item, dict) and item not in allowed:
                yield f"{path}: {item!r} is not in its enumeration"


def _scalar(type_name: str, value: Any, path: str, go_type: str) -> Iterator[str]:
    if type(value) not in SCALARS[type_name]:
        yield f"{path}: {type(value).__name__} instead of {type_name}"
    elif type_name == "int":
        lowest, highest = RANGES.get(go_type, RANGES["int64"])
        if not lowest <= value <= highest:
            yield f"{path}: {value} is no {go_type or 'int64'}"


def _base64(value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{path}: {type(value).__name__} instead of base64 text"
        return
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error:
        yield f"{path}: no base64"
