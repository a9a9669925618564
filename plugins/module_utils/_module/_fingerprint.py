# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an object is as it was, told by a digest in its place. Private; may change at any time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, structure
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._plan import without_zeros
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

SHORT = 16
"""So many digits of a member's own digest are kept, which only has to tell which member it is."""


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 over what a person could have written in a document, and a shorter digest of each member by its option.

    Secrets count as there or not, so that nobody can find one out by trying. What the server keeps itself, such as
    times and sizes, does not count, nor does the order of what has none. ``whole`` is empty for what does not exist.
    """

    whole: str
    members: Mapping[str, str]

    @classmethod
    def of(cls, resource: Resource, names: Mapping[str, str], document: Mapping[str, Any] | None) -> Fingerprint:
        """The fingerprint of an object; ``names`` are options that its module calls otherwise than its structure."""
        if document is None:
            return cls("", {})
        kind = Type("structure", resource.structure)
        settled: dict[str, Any] = without_zeros(_settled(kind, _redact.mask(kind, document)))
        known = _fields.fields(resource.structure)
        options = {name: known[name].option if name in known else name for name in settled}
        members = {names.get(options[name], options[name]): _digest(value)[:SHORT] for name, value in settled.items()}
        return cls(_digest(settled), members)


def canonical_json(value: Any) -> str:
    """The same text for the same value, in whatever order its members are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _settled(kind: Type, value: Any) -> Any:
    """A value of the API without the members that a server keeps itself, at any depth."""
    if kind.kind == "structure" and isinstance(value, Mapping):
        members = structure(kind.name).members
        kept = {name: item for name, item in value.items() if name not in members or not members[name].computed}
        return {name: _member(members[name], item) if name in members else item for name, item in kept.items()}
    if kind.item is not None and isinstance(value, Mapping):
        return {key: _settled(kind.item, item) for key, item in value.items()}
    if kind.item is not None and isinstance(value, list):
        return [_settled(kind.item, item) for item in value]
    return value


def _member(member: Member, value: Any) -> Any:
    settled = _settled(member.type, value)
    return sorted(settled, key=canonical_json) if member.set and isinstance(settled, list) else settled
