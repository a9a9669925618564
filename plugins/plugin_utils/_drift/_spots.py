# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a path of a difference leads, by the facts about the kind of object. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._module._spec import own_names
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

RESOURCES = {resource.kind: resource for resource in KINDS}
_MARKED = ("", _redact.MARKER)
"""What a difference tells of a secret: that it is empty, or that it holds something."""


@dataclass(frozen=True)
class Spot:
    """A place in the options of a ``kind``.

    ``fields`` are the members on the way, the outermost first; an option that is no member has none. ``structure`` is
    what the value there is made of, as far as the facts tell. With ``names`` the next word of the path is the name of
    an entry, not an option; an ``entry`` is what such a name leads to. ``label`` is the path as people write it.
    """

    kind: str
    path: tuple[str, ...] = ()
    label: str = ""
    fields: tuple[Field, ...] = ()
    structure: str = ""
    names: bool = False
    entry: bool = False

    def step(self, word: str) -> Spot:
        """The place one word further."""
        path, dotted = (*self.path, word), f"{self.label}.{word}" if self.label else word
        if self.names:
            return replace(self, path=path, label=f"{self.label}[{word}]", names=False, entry=True)
        field = _options(self.kind if not self.path else "", self.structure).get(word)
        if field is None:
            return replace(self, path=path, label=dotted, structure="", entry=False)
        many = field.kind in (_fields.ENTRIES, _fields.RECORDS, _fields.MAP)
        return Spot(self.kind, path, dotted, (*self.fields, field), field.inner, many)

    @cached_property
    def field(self) -> Field | None:
        """The member that the value belongs to; None for an option that is none."""
        return self.fields[-1] if self.fields else None


@cache
def root(kind: str) -> Spot:
    """An object of a kind as a whole; of a kind that is not known here, nothing else is known either."""
    return Spot(kind, structure=RESOURCES[kind].structure if kind in RESOURCES else "")


@cache
def _options(kind: str, structure: str) -> Mapping[str, Field]:
    """The members of a structure by option; with ``kind`` by the options of the module that manages such objects."""
    if not structure:
        return {}
    names = own_names(RESOURCES[kind]) if kind else {}
    return {names.get(field.option, field.option): field for field in _fields.fields(structure).values()}


def options(structure: str) -> Mapping[str, Field]:
    """The members of a structure by option; of none there are none."""
    return _options("", structure)


def at(kind: str, path: Sequence[str]) -> Spot:
    """The place to which a path leads."""
    spot = root(kind)
    for word in path:
        spot = spot.step(word)
    return spot


@dataclass(frozen=True)
class Difference:
    """A value that differs; None is nothing there. ``beside`` are its neighbours that differ, as they were and are."""

    spot: Spot
    before: Any
    after: Any
    beside: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})


def differences(spot: Spot, before: Any, after: Any, *beside: Mapping[str, Any]) -> Iterator[Difference]:
    """The single values in which two nested sides of a difference differ, each as small as the facts allow."""
    if not _descends(spot, before, after):
        have, want = beside or ({}, {})
        yield Difference(spot, _kept(spot.field, before, after), after, (have, want))
        return
    have, want = before or {}, after or {}
    for word in dict.fromkeys((*have, *want)):
        yield from differences(spot.step(word), have.get(word), want.get(word), have, want)


def _descends(spot: Spot, before: Any, after: Any) -> bool:
    sides = [side for side in (before, after) if side is not None]
    if not sides or not all(isinstance(side, Mapping) for side in sides):
        return False
    if spot.entry or not (spot.structure or spot.names):
        # An entry that comes or goes is told as a whole. Of one that stays, a secret may be all that is told.
        return len(sides) > 1 or all(map(_tells_secrets_only, sides))
    return True


def _tells_secrets_only(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and all(map(_tells_secrets_only, value.values()))
    return isinstance(value, str) and value in _MARKED


def _kept(field: Field | None, before: Any, after: Any) -> Any:
    """What was there: of a secret that is replaced or emptied a difference tells only the new side."""
    emptied = after == "" and field is not None and field.member.secret and not field.member.secret_keys
    secret = emptied or after == _redact.MARKER
    return _redact.MARKER if before is None and secret else before
