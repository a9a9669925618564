# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one server's result of comet_apply says about drift, object by object. Private; may change at any time.

Nothing is masked yet. A result is read tolerantly: what it does not hold is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import CONTENTS
from ansible_collections.comet.backup.plugins.module_utils._module._done import CHANGED, CREATED, DELETED
from ansible_collections.comet.backup.plugins.module_utils._module._spec import own_names
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import RESOURCES, Difference, differences, root
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    DRIFTED,
    FAILED,
    MISSING,
    UNMANAGED,
    UNWANTED,
)

_TYPES = {CREATED: MISSING, DELETED: UNWANTED, CHANGED: DRIFTED}
Sides = tuple[Mapping[str, Any], Mapping[str, Any]]
Address = tuple[str, str, str]


@dataclass(frozen=True)
class Deviation:
    """One object that is not as written. ``owner`` is kind and name of the object that it is a part of, if any."""

    type: str
    kind: str
    tenant: str
    name: str
    owner: tuple[str, str] | None = None
    made_by: str = ""
    reaches: int | None = None
    message: str = ""
    members: tuple[Difference, ...] = ()

    def id(self, server: str, again: int = 0) -> str:
        """The same in each report: 16 hexadecimal digits of what it is about.

        ``again`` counts those before it that are about the same, as far as names tell.
        """
        address = (server, self.type, self.kind, self.tenant, *(self.owner or ("", "")), self.name, *["again"] * again)
        return sha256("\0".join(address).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def deviations(result: Mapping[str, Any]) -> Iterator[Deviation]:
    """All that a result tells."""
    sides = {_address(one): (one.get("before") or {}, one.get("after") or {}) for one in result.get("diff") or ()}
    for told in result.get("objects") or ():
        yield from _of_object(told, sides.get(_address(told), ({}, {})))
    for told in result.get("unmanaged") or ():
        owner = told.get("owner")
        holder = (str(owner["kind"]), str(owner["name"])) if owner else None
        yield Deviation(UNMANAGED, *_address(told), holder, str(told.get("made_by") or ""))


def _address(told: Mapping[str, Any]) -> Address:
    kind, tenant, name = (str(told.get(part) or "") for part in ("kind", "tenant", "name"))
    return kind, tenant, name


def _of_object(told: Mapping[str, Any], sides: Sides) -> Iterator[Deviation]:
    kind, tenant, name = _address(told)
    reaches = told.get("reaches")
    found = Deviation(_TYPES.get(told.get("outcome", ""), FAILED), kind, tenant, name, reaches=reaches)
    if found.type == FAILED:
        yield replace(found, message=str(told.get("msg") or ""))
    elif found.type == DRIFTED:
        yield from _drifted(found, sides)
    else:
        yield replace(found, message=_described_with(kind, sides))


def _drifted(found: Deviation, sides: Sides) -> Iterator[Deviation]:
    """An object with the members that differ, unless only objects inside it do; and these."""
    inside = list(_inside(found, sides))
    plurals = {inner.plural for inner in CONTENTS.get(found.kind, ())}
    before, after = ({option: value for option, value in side.items() if option not in plurals} for side in sides)
    members = tuple(sorted(differences(root(found.kind), before, after), key=_place))
    if members or not inside:
        yield replace(found, members=members)
    yield from inside


def _place(found: Difference) -> tuple[str, ...]:
    return found.spot.path


def _inside(outer: Deviation, sides: Sides) -> Iterator[Deviation]:
    """What is told of the objects inside one. They belong to the outermost of them, whose document holds them all."""
    for inner in CONTENTS.get(outer.kind, ()):
        before, after = (_held(side, inner) for side in sides)
        for title in dict.fromkeys((*before, *after)):
            have, want = before.get(title) or {}, after.get(title) or {}
            name = f"{title} ({outer.name})" if outer.owner else title
            owner = outer.owner or (outer.kind, outer.name)
            found = Deviation(_type_of(inner, have, want), inner.kind, outer.tenant, name, owner)
            if found.type == DRIFTED:
                yield from _drifted(found, (have, want))
            else:
                yield replace(found, message=_described_with(inner.kind, (have, want)))


def _held(side: Mapping[str, Any], inner: Resource) -> Mapping[str, Any]:
    held = side.get(inner.plural)
    return held if isinstance(held, Mapping) else {}


def _type_of(inner: Resource, have: Mapping[str, Any], want: Mapping[str, Any]) -> str:
    """Of an object inside another the difference tells the name only where the object comes or goes."""
    address = own_names(inner).get(inner.naming, inner.naming)
    if address not in have and address in want:
        return MISSING
    return UNWANTED if address in have and address not in want else DRIFTED


def _described_with(kind: str, sides: Sides) -> str:
    """What an object that comes or goes takes along."""
    counts = Counter(_contained(kind, sides))
    told = [
        f"{count} {(RESOURCES[one].plural if count > 1 else one).replace('_', ' ')}" for one, count in counts.items()
    ]
    return f"With it: {', '.join(told)}." if told else ""


def _contained(kind: str, sides: Sides) -> Iterator[str]:
    """The kinds of the objects inside one, each as often as it occurs."""
    for inner in CONTENTS.get(kind, ()):
        for side in sides:
            for held in _held(side, inner).values():
                yield inner.kind
                yield from _contained(inner.kind, (held or {}, {}))
