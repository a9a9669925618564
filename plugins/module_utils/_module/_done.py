# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task has done to an object, and how results tell it. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._spec import renamed, shown_id, shown_place
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._engine import Outcome
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

CREATED, CHANGED, DELETED, UNCHANGED = "created", "changed", "deleted", "unchanged"

_ACTIONS = {_plan.CREATE: CREATED, _plan.UPDATE: CHANGED, _plan.DELETE: DELETED, _plan.NONE: UNCHANGED}


@dataclass
class Done:
    """What became of one object, and of those ``inside`` it that its task described along with it.

    ``names`` are the options that the kind's module calls otherwise, ``owner`` is what people call the object whose
    document holds this one, ``described`` are the kinds of which the task lists objects inside. ``msg`` is a sentence,
    ``diff`` the changes of the object and of those inside it: ``{"before": {...}, "after": {...}}``.
    """

    resource: Resource
    names: Mapping[str, str]
    wish: Wish
    outcome: Outcome
    owner: str
    msg: str
    diff: dict[str, dict[str, Any]]
    changed: bool
    described: tuple[Resource, ...] = ()
    inside: list[Done] = field(default_factory=list)

    @property
    def action(self) -> str:
        """What happened: created, changed, deleted or unchanged; an object is changed by changes inside it, too."""
        if self.outcome.changed:
            return _ACTIONS[self.outcome.plan.action]
        return CHANGED if self.changed else UNCHANGED

    @property
    def id(self) -> str:
        """The object's ID."""
        return self.outcome.id

    @property
    def removed(self) -> tuple[str, ...]:
        """Entries of the object's own document that went, by path."""
        return self.outcome.plan.removed

    @property
    def restarted(self) -> bool:
        """Whether the server was started again for it."""
        return self.outcome.restarted

    def include(self, name: str, inner: Done) -> None:
        """Add an object inside, which the difference calls by ``name``."""
        self.inside.append(inner)
        self.changed |= inner.changed
        for side, members in inner.diff.items():
            if members:
                self.diff[side].setdefault(inner.resource.plural, {})[name] = members

    def result(self) -> dict[str, Any]:
        """The task's result: the object under its noun, those inside under theirs, what changed, and a sentence."""
        result: dict[str, Any] = {
            "changed": self.changed,
            "msg": self.msg,
            self.resource.kind: self.shown(),
            "diff": self.diff,
        }
        if self.resource.restarts:
            result["restarted"] = self.restarted
        if self.removed:
            result["removed"] = list(self.removed)
        for inner in self.inside:
            shown = inner.shown()
            result.setdefault(inner.resource.plural, []).extend([shown] if shown else [])
        return result

    def shown(self) -> dict[str, Any]:
        """The object as it is now, or would be; empty when it does not exist."""
        resource, outcome = self.resource, self.outcome
        if outcome.document is None:
            return {}
        document = _document.completed(resource.structure, outcome.document)
        if resource.name and resource.named:
            document[resource.name] = self.wish.name
        visible = {name: value for name, value in document.items() if name not in resource.unmanaged}
        view = _document.View(overruled=False)
        shown = renamed(_document.options_from(resource.structure, visible, view), self.names)
        shown.pop(resource.id_option, None)  # the address tells it, also where an older server has none
        more = resource.hooks.shown(self.wish, outcome.plan.found)
        place = shown_place(resource, self.wish.home, self.owner)
        return {**shown_id(resource, self.wish.home, outcome.id), **place, **shown, **more}


def difference(
    server: Server, resource: Resource, names: Mapping[str, str], wish: Wish, outcome: Outcome, owner: str
) -> dict[str, dict[str, Any]]:
    """The changes of the object as its module spells them, with names for the IDs of other objects."""
    kinds = resource.related
    place = shown_place(resource, wish.home, owner) if wish.owner else {}
    address = {resource.naming: wish.name} if resource.name else {resource.id_option: wish.id} if wish.id else place
    beside = _plan.without_zeros(resource.hooks.shown(wish, outcome.plan.found))

    def label(kind: str, key: str) -> str:
        return server.label(kinds.get(kind), key, (wish.home, wish.owner))

    sides = _plan.difference(resource.structure, outcome.plan, {**address, **beside}, label)
    return {side: renamed(members, names) for side, members in sides.items()}
