# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every golden pair against the vendor's facts, so that a mistyped name in a pair cannot hide."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ansible_collections.comet.backup.tests.unit.golden.library import FOLDER, Answer, Conversation, Pair, Request
from ansible_collections.comet.backup.tests.unit.golden.matching import is_matcher

VENDOR = FOLDER.parents[1] / "api" / "vendor"
ENVELOPE = "CometAPIResponseMessage"
ENVELOPE_MEMBERS = ("Status", "Message")
MENTION = re.compile(r"\$\{")
BOOLEANS = ("1", "0", "true", "false")

KIND_OF_MATCHER = {
    "guid": "string",
    "hash": "string",
    "text": "string",
    "string": "string",
    "integer": "int",
    "now": "int",
    "boolean": "bool",
}
"""What a value must be by the facts for ``$is`` to make sense."""

PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "bool": bool,
    "float": (int, float),
    "bytes": str,
    "any": object,
}
"""Scalars of the facts as JSON's reader gives them."""


@cache
def facts(kind: str) -> dict[str, Any]:
    """One of the vendor's files: methods, structures."""
    document: dict[str, Any] = json.loads((VENDOR / f"{kind}.json").read_text(encoding="utf-8"))
    return document


def number(text: str | None) -> tuple[int, ...]:
    """A version that compares; a part that is no number counts as 0, no text as the oldest."""
    return tuple(int(part) if part.isdigit() else 0 for part in (text or "0").split("."))


@dataclass(frozen=True)
class Shape:
    """Compares data of a pair with types of the facts.

    ``answers``: the data comes from a server, which leaves out some members when they are zero. ``whole``: objects must
    have every member they always have.
    """

    version: str
    strange: frozenset[str]
    answers: bool = True
    whole: bool = True

    def problems(self, type_name: str, value: Any, path: str) -> Iterator[str]:
        """What does not fit."""
        if isinstance(value, str) and MENTION.search(value):
            return
        if is_matcher(value):
            yield from self._matcher(type_name, value, path)
        elif value is None or type_name == "any":
            return
        elif type_name.startswith("list<"):
            yield from self._list(type_name, value, path)
        elif type_name.startswith("map<"):
            yield from self._map(type_name, value, path)
        elif type_name in PYTHON:
            wrong = not isinstance(value, PYTHON[type_name]) or (isinstance(value, bool) and type_name == "int")
            if wrong:
                yield f"{path}: {type_name} by the facts, not {value!r}"
        elif isinstance(value, dict):
            yield from self._structure(type_name, value, path, self.whole)
        else:
            yield f"{path}: {type_name} by the facts, not {value!r}"

    def _matcher(self, type_name: str, matcher: Mapping[str, Any], path: str) -> Iterator[str]:
        kind = matcher.get("$is", "")
        if kind in KIND_OF_MATCHER and KIND_OF_MATCHER[kind] != type_name:
            yield f"{path}: {type_name} by the facts, never a {kind}"
        if "$patched" in matcher:
            yield from self.partly(type_name, matcher["$with"], path)
        if "$has" in matcher:
            yield from self.partly(type_name, matcher["$has"], path)
        for choice in matcher.get("$one_of", ()):
            yield from self.problems(type_name, choice, path)
        if "$each" in matcher:
            yield from self.problems(inner(type_name), matcher["$each"], f"{path}[]")
        for item in [*matcher.get("$any_order", ()), *matcher.get("$holds", ())]:
            yield from self.problems(inner(type_name), item, f"{path}[]")
        for entry in matcher.get("$entries", ()):
            yield from self.problems(inner(type_name), entry["value"], f"{path}.{entry['key']}")
        if "$between" in matcher and type_name != "int":
            yield f"{path}: {type_name} by the facts, never a number"

    def partly(self, type_name: str, value: Any, path: str) -> Iterator[str]:
        """The same for an object of which only some members are named; what they hold may be in part, too."""
        yield from dataclasses.replace(self, whole=False).problems(type_name, value, path)

    def _list(self, type_name: str, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: {type_name} by the facts, not {value!r}"
            return
        for place, item in enumerate(value):
            yield from self.problems(inner(type_name), item, f"{path}[{place}]")

    def _map(self, type_name: str, value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: {type_name} by the facts, not {value!r}"
            return
        for key, item in value.items():
            yield from self.problems(inner(type_name), item, f"{path}.{key}")

    def _structure(self, type_name: str, value: dict[str, Any], path: str, whole: bool) -> Iterator[str]:
        members = {
            member["name"]: member
            for member in facts("structures")[type_name]["fields"]
            if number(member["since"]) <= number(self.version)
        }
        for name, item in value.items():
            known = name in members
            absent = item == {"$is": "absent"}
            if known == (name in self.strange) and not (absent and name in ENVELOPE_MEMBERS):
                yield f"{path}.{name}: {'known to' if known else 'unknown to'} {type_name} of {self.version}"
            elif known and not absent:
                yield from self._member(members[name], item, f"{path}.{name}")
        if whole:
            missing = [name for name, member in members.items() if not member["omit_when_zero"] and name not in value]
            yield from (f"{path}: {type_name} of {self.version} always has {name}" for name in missing)

    def _member(self, member: Mapping[str, Any], item: Any, path: str) -> Iterator[str]:
        if self.answers and member["omit_when_zero"] and item in ("", 0, [], {}):
            yield f"{path}: left out when it is {item!r}"
        yield from self.problems(member["type"], item, path)


def inner(type_name: str) -> str:
    """What a list or map is made of."""
    found = re.fullmatch(r"(?:list<|map<string,)(.+)>", type_name)
    return found[1] if found else "any"


def result_type(method: Mapping[str, Any], version: str) -> str:
    """What a method returns on a server of this version."""
    for older in method.get("returned_before", ()):
        if number(version) < number(older.get("before")) or number(version) <= number(older.get("until")):
            return str(older["returns"])
    return str(method["returns"])


def problems(conversation: Conversation, pair: Pair) -> list[str]:
    """Everything about a pair that the facts contradict."""
    found = list(_request_problems(pair.request, conversation.version))
    if pair.request.breaks:
        found = [] if found else [f"the request is said to break the facts ({pair.request.breaks}), but does not"]
    return found + list(_answer_problems(pair.request.call, pair.answer, conversation.version))


def _request_problems(request: Request, version: str) -> Iterator[str]:
    methods = facts("methods")
    if request.call not in methods:
        yield f"there is no method {request.call!r}"
        return
    method = methods[request.call]
    if number(method["since"]) > number(version):
        yield f"{request.call} is newer than {version}"
    aliases = [entry["path"] for entry in method.get("legacy_endpoints", ())]
    if request.path not in [method["path"], *aliases]:
        yield f"{request.call} is not served under {request.path}"
    if request.verb != method["http_method"]:
        yield f"{request.call} wants {method['http_method']}"
    given = {request.upload["name"]: None} if request.upload else request.parameters()
    yield from _parameter_problems(method, given, request.strange, version)


def _parameter_problems(
    method: Mapping[str, Any], given: Mapping[str, Any], strange: frozenset[str], version: str
) -> Iterator[str]:
    parameters = {entry["name"]: entry for entry in method["params"]}
    for name in set(given) - set(parameters) - strange:
        yield f"there is no parameter {name}"
    for name, entry in parameters.items():
        if entry["required"] and name not in given:
            yield f"the parameter {name} is needed"
        elif name in given and number(entry["since"]) > number(version):
            yield f"the parameter {name} is newer than {version}"
        elif name in given:
            yield from _value_problems(entry, given[name], Shape(version, strange, answers=False, whole=False))


def _value_problems(parameter: Mapping[str, Any], value: Any, shape: Shape) -> Iterator[str]:
    name, encoding = parameter["name"], parameter["encoding"]
    if encoding == "file" or (isinstance(value, str) and MENTION.search(value)):
        return
    if encoding == "json":
        try:
            document = value["json"] if isinstance(value, dict) else json.loads(value)
        except (ValueError, KeyError):
            yield f"{name}: JSON is wanted"
            return
        yield from shape.problems(parameter["type"], document, name)
    elif not isinstance(value, str):
        yield f"{name}: a form field is text, write it in quotes"
    elif encoding == "int" and not re.fullmatch(r"-?[0-9]+", value):
        yield f"{name}: an integer is wanted"
    elif encoding == "bool" and value not in BOOLEANS:
        yield f"{name}: a boolean is wanted"


def _answer_problems(call: str, answer: Answer, version: str) -> Iterator[str]:
    if answer.status != 200 and answer.kind != "json":
        return
    if call not in facts("methods") or answer.refuses:
        yield from Shape(version, answer.strange).problems(ENVELOPE, answer.body, "answer")
        return
    returns = result_type(facts("methods")[call], version)
    if (returns == "bytes") == (answer.kind == "json"):
        yield f"answer: {returns} by the facts"
    elif returns != "bytes":
        yield from Shape(version, answer.strange).problems(returns, answer.body, "answer")
