# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the objects inside an object a task names. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._done import Done
from ansible_collections.comet.backup.plugins.module_utils._module._spec import told_by
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource

Document = Mapping[str, Any]


class Inside:
    """What a task says about the objects inside its own one: IDs by kind.

    ``named`` are those that it describes, ``listed`` all those in places of which it lists the objects.
    """

    def __init__(self) -> None:
        self.named: dict[str, set[str]] = {}
        self.listed: dict[str, set[str]] = {}

    @classmethod
    def of(cls, done: Done) -> Inside:
        """By what became of the objects that the task describes, those that went included."""
        inside = cls()
        inside._gather(done, done.resource, done.outcome.plan.found.document or {}, done.id)
        return inside

    def _gather(self, done: Done, outer: Resource, around: Document, key: str) -> None:
        for resource in done.described:
            home = home_in(resource, outer.kind)
            held = _home.objects(home, around) if home else {}
            named = (inner.id for inner in done.inside if inner.resource is resource)
            self.add(resource.kind, named, belonging(links(done.resource, resource), held, key))
        for inner in done.inside:
            self._gather(inner, outer, around, inner.id)

    def add(self, kind: str, named: Iterable[str], listed: Iterable[str]) -> None:
        """Add a place of which the task lists the objects."""
        self.named.setdefault(kind, set()).update(named)
        self.listed.setdefault(kind, set()).update(listed)

    def left(self, kind: str) -> set[str]:
        """Those that the task does not name where it lists others, or none."""
        return self.listed[kind] - self.named[kind] if kind in self.listed else set()

    def untold(self, kind: str, held: Mapping[str, Any]) -> Collection[str]:
        """Those of which the task says nothing at all."""
        if kind not in self.listed:
            return held
        told = self.listed[kind] | self.named[kind]
        return [key for key in held if key not in told]


@cache
def home_in(resource: Resource, owner: str) -> Home | None:
    """Where objects of a kind are in the document of an owner of the kind ``owner``."""
    return next((home for home in resource.homes if home.owner and home.owner.kind == owner), None)


@cache
def links(outer: Resource, inner: Resource) -> tuple[str, ...]:
    """Members of the inner kind that say whose an object is, where both are side by side in a larger document."""
    whose = told_by(outer, inner)
    return tuple(name for name, field in _fields.fields(inner.structure).items() if field.option in whose)


def belonging(members: Iterable[str], held: Mapping[str, Any], key: str) -> list[str]:
    """IDs of those objects that belong to the one with the ID ``key``, by the members that say so."""
    return [
        one
        for one, document in held.items()
        if isinstance(document, dict) and all(document.get(member) == key for member in members)
    ]
