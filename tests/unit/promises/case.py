# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A case: one object as tasks describe it, and what can be done with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import in_tenant
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import Document

Options = dict[str, Any]
CANARY = "canary-5fb1"
"""Begins every secret of the cases; nothing that a task shows may hold it."""

AT_MOST = 5
"""How often a task writes one object before it gives up."""


@dataclass(frozen=True)
class Case:
    """One object as a task describes it.

    ``create`` and ``change`` are options beside ``address``; ``change`` comes on top of ``create`` and is all that
    then differs, as ``diff`` (before, after) says. ``reads`` is the smallest possible number of reading calls when
    nothing differs. ``before`` makes what the object needs. ``read`` and ``write`` work on the document as the server
    has it, ``meanwhile`` is what somebody else changes in it. ``fills`` are members that the server fills in by itself
    when the object is made. ``act`` is the method that writes what ``create`` and ``change`` say beside a document,
    if they say nothing else of one that exists. ``elsewhere`` is an address of nothing where one cannot be made up.
    ``beside`` is the number of calls that tell the module that reads more about the objects than what holds them.
    ``deletes`` is the method that deletes it, where that is not the kind's own. ``loaded`` gives the object something
    that deleting it would lose, which ``loss`` says. ``there``: no task makes such an object,
    so that it is there before, and ``create`` changes it.
    """

    module: str
    title: str
    address: Options
    create: Options
    reads: int
    read: Callable[[EmulatedServer], Document | None]
    change: Options = field(default_factory=dict)
    diff: tuple[Options, Options] = ({}, {})
    write: Callable[[EmulatedServer, Document], None] | None = None
    meanwhile: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[EmulatedServer], None] = lambda server: None
    fills: frozenset[str] = frozenset()
    act: str = ""
    deletes: str = ""
    elsewhere: Options = field(default_factory=dict)
    beside: int = 0
    loaded: Callable[[EmulatedServer], None] | None = None
    loss: str = ""
    there: bool = False

    @property
    def resource(self) -> Resource:
        return resource_of(self.module)

    @property
    def requested(self) -> bool:
        """Whether the server is asked to make the object by its own means."""
        return self.resource.hooks.requested(Wish(True, arguments=self.create))

    @property
    def home(self) -> Home | None:
        """The larger document that holds the object, for a kind without calls of its own."""
        named = next((owner for kind, owner in self.resource.owners.items() if kind in self.address), None)
        return next((home for home in self.resource.homes if home.owner is named), None)

    @property
    def reading(self) -> Call:
        """The call that reads the object, or what it is in."""
        home = self.home
        inside = home.reading if home else None
        if home and home.owner:
            inside = (home.owner.reading if home.owner.named else None) or home.owner.listing
        call = self.resource.reading or self.resource.listing or inside
        assert call is not None
        return call

    @property
    def key(self) -> str:
        """The member of a result that tells which object it is about."""
        if self.home and self.home.sole:
            return next(iter(self.address))
        return (self.resource.naming or next(iter(self.address))) if self.resource.told_by else self.resource.id_option

    @property
    def in_tenant(self) -> bool:
        """Whether a tenant may be said together with the address."""
        owner = self.home.owner if self.home else None
        return in_tenant(self.resource) and not (owner and owner.named)

    @property
    def where(self) -> Options:
        """What the module that reads has to be told so that it looks where the object is."""
        owner = self.home.owner if self.home else None
        return {owner.kind: self.address[owner.kind]} if owner else {}

    @property
    def found(self) -> bool:
        """Whether no task has to make the object."""
        return self.there or self.resource.singleton

    def present(self, **more: Any) -> Options:
        return {**self.address, **copy.deepcopy(self.create), **more}

    def changed(self) -> Options:
        return {**self.present(), **copy.deepcopy(self.change)}

    def absent(self, confirmed: bool = True) -> Options:
        confirmation = {self.resource.confirm: confirmed} if self.resource.has_loss else {}
        return {**self.address, "state": "absent", **confirmation}

    def plant(self, server: EmulatedServer, members: Mapping[str, Any]) -> None:
        """Merge members into the stored document as somebody else would."""
        document = self.read(server)
        assert document is not None
        assert self.write is not None
        self.write(server, merged(document, members))


def resource_of(module: str) -> Resource:
    task = TASKS[module]
    assert isinstance(task, ResourceTask)
    return task.resource


def holds(shown: Any, wanted: Any) -> bool:
    """Whether a result shows what was wished; of a dictionary also what was not."""
    if isinstance(wanted, Mapping):
        return all(name in shown and holds(shown[name], value) for name, value in wanted.items())
    return bool(shown == wanted)


def merged(document: Any, members: Mapping[str, Any]) -> Any:
    """The document with the members put in at their depth."""
    result = dict(document or {})
    for name, value in members.items():
        result[name] = merged(result.get(name), value) if isinstance(value, Mapping) else value
    return result


@dataclass(frozen=True)
class Step:
    """One task of a case: what it is called, what has to be done before, and its options."""

    name: str
    case: Case
    options: Options

    def prepare(self, server: EmulatedServer) -> None:
        """Bring the server to the point where the task has something to do."""
        self.case.before(server)
        if self.name != "create":
            succeed(server.task(self.case.module, **self.case.present()))
        server.forget_calls()


def succeed(result: Options) -> Options:
    assert not result.get("failed"), result["msg"]
    return result


def steps_of(case: Case) -> list[Step]:
    """What can be done with the object. A kind of which there is exactly one is never made or deleted."""
    steps = [Step("create", case, case.present())]
    if case.change:
        steps.append(Step("change", case, case.changed()))
    if not case.resource.singleton:
        steps.append(Step("delete", case, case.absent()))
    return steps
