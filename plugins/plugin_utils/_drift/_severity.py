# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How grave a difference is. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.plugin_utils._drift._severities import KINDS, MEMBERS, OPTIONS, STRUCTURES
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, options
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import FUNCTIONAL, SEVERITIES


def of_kind(kind: str) -> str:
    """How grave it is that a whole object is not as written."""
    return KINDS.get(kind, FUNCTIONAL)


def of_difference(found: Difference) -> str:
    """How grave it is that a value differs; of one that holds several members the gravest of these counts."""
    spot = found.spot
    if not spot.fields:
        return OPTIONS.get(spot.kind, {}).get(spot.path[0], FUNCTIONAL)
    held = [one for side in (found.before, found.after) for one in _below(spot.fields, side)]
    return gravest(held or [_of_member(spot.fields)])


def gravest(severities: Iterable[str]) -> str:
    """The gravest of some severities, of which there is at least one."""
    return min(severities, key=SEVERITIES.index)


def _below(fields: tuple[Field, ...], value: Any) -> Iterator[str]:
    """The severities of the members that a value of the last field holds, if it is one or several structures."""
    known = options(fields[-1].inner)
    for item in value if isinstance(value, list) else [value]:
        for option, held in item.items() if isinstance(item, Mapping) else ():
            if option in known:
                path = (*fields, known[option])
                yield from list(_below(path, held)) or [_of_member(path)]


def _of_member(fields: tuple[Field, ...]) -> str:
    """What is said of a member on the way, the outermost first, else of the structure that has the last one."""
    own = (MEMBERS.get(field.member.structure, {}).get(field.member.name) for field in fields)
    whole = STRUCTURES.get(fields[-1].member.structure, FUNCTIONAL)
    return next((severity for severity in own if severity), whole)
