# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects inside another one that its task describes along with it. Private; may change at any time.

A user's storage vaults are managed by the very task that manages them alone; here it is only told whose they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, CometError, LoginFailed
from ansible_collections.comet.backup.plugins.module_utils._module._done import Done
from ansible_collections.comet.backup.plugins.module_utils._module._spec import inherited, told_by
from ansible_collections.comet.backup.plugins.module_utils._state import _engine, _fields, _guards
from ansible_collections.comet.backup.plugins.module_utils._state._document import Resolve
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Ambiguous, InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._lists import Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish, refuse_many
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

if TYPE_CHECKING:
    from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask

Params = Mapping[str, Any]


@contextmanager
def errors_about(inner: ResourceTask, params: Params) -> Iterator[None]:
    """Errors say which of the objects inside they are about."""
    try:
        yield
    except CometError as error:
        error.message = f"{inner.about(params)}: {error.message}"
        raise


@dataclass
class Contents:
    """What one task says about the objects inside its own object.

    ``described`` is each kind of which it says something, and what. ``leaving`` are those that are to go because the
    task does not name them (task, ID and name), found before anything is written. ``spared`` are those that the task
    describes somewhere else (kind and ID), and so does not want to go. ``beyond`` are the contents of the object
    around, if there is one, which come after these.

    Whichever write of the larger document comes first, of the object's own or of something inside, takes along all that
    comes after it and can be foretold: it is run on a draft of the server, and the document that results is written.
    """

    server: Server
    outer: ResourceTask
    params: Params
    wish: Wish
    spared: frozenset[tuple[str, str]] = frozenset()
    beyond: Contents | None = None

    def __post_init__(self) -> None:
        told = [(inner, self.params.get(inner.resource.plural)) for inner in self.outer.contents]
        self.described = [(inner, items) for inner, items in told if items is not None and self.wish.present]
        self.leaving: list[tuple[ResourceTask, str, str]] = []
        self._items = [(inner, item) for inner, items in self.described for item in items]
        self._next = 0
        self._key = ""
        self._written: dict[int, Done] = {}
        self._doubtful: dict[int, Done] = {}

    def check(self, found: Found) -> None:
        """Find out what has to go, and refuse what must not be. Raises CometError."""
        if not self.described:
            return
        if found.document is not None:
            self._known(found)
        self.consider(found)
        if found.document is None:
            return
        self.spared |= set(self._meant(found.id))
        for inner, items in self.described:
            if items and not self.wish.exclusive:
                continue
            within = self._within(inner.resource, found.id)
            held = self.server.listing(inner.resource, within=within)
            for key in sorted(key for key in held if (inner.resource.kind, key) not in self.spared):
                foreign = inner.resource.hooks.foreign(held[key], found.document)
                if self._mine(inner.resource, held[key], found.id) and not foreign:
                    self.leaving.append((inner, key, inner.resource.called(held[key]) or key))
        refuse_many([f"{inner.resource.plural}.{name}" for inner, _key, name in self.leaving], self.wish.max_deletions)
        for inner, key, _name in self.leaving:
            gone = self._find(inner, self._removal(key), found.id)
            _guards.refuse_loss(self.server, inner.resource, self.wish, gone)

    def _meant(self, key: str) -> Iterator[tuple[str, str]]:
        """Kind and ID of each object that the task describes inside its own, at any depth."""
        for inner, items in self.described:
            for item in items:
                there = self._find(inner, item, key)
                yield inner.resource.kind, there.id
                yield from self._deeper(inner, self._complete(inner, item, key), key)._meant(there.id)

    def _deeper(self, inner: ResourceTask, params: Params, key: str) -> Contents:
        """What the task says about the objects inside one of those inside."""
        home, owner = self._within(inner.resource, key)
        return Contents(self.server, inner, params, Wish(True, home=home, owner=owner))

    def consider(self, found: Found) -> None:
        """Refuse what contradicts itself in the objects inside, at any depth, before anything is written."""
        for inner, items in self.described:
            _refuse_copies(inner.resource, items)
            for item in items:
                params = self._complete(inner, item, found.id)
                with errors_about(inner, params):
                    there = Found("", None) if found.document is None else self._find(inner, item, found.id)
                    if params.get("state") != "absent":
                        inner.consider(params, there, self._resolve_beside(inner, found))
                        self._deeper(inner, params, found.id).consider(there)

    def _resolve_beside(self, inner: ResourceTask, found: Found) -> Resolve:
        """IDs for the names of objects in the same larger document, by which entries are told; all else as written."""
        kinds, within = inner.resource.related, self._within(inner.resource, found.id)

        def resolve(kind: str, value: str, where: str) -> str:
            beside = found.document is not None and kind in kinds and within[0] in kinds[kind].owners
            try:
                return (beside and self.server.lookup(kinds[kind], value, None, within)) or value
            except Ambiguous:
                return value

        return resolve

    def reconcile(self, outcome: _engine.Outcome) -> Iterator[tuple[str, Done]]:
        """Each object by name, and what was done to it: those to be there, kind by kind, then those that go.

        ``outcome`` is that of the object around them.
        """
        self._key = outcome.id
        if self._items or self.leaving:
            self._known(outcome.held)
        for spot, (inner, item) in enumerate(self._items):
            self._next = spot + 1
            yield self._title(inner, item), self._written.get(spot) or self._settled(spot, inner, item)
        for inner, gone, name in reversed(self.leaving):
            yield name, self._run(self.server, inner, self._removal(gone))

    def along(self) -> _engine.Along | None:
        """What the engine writes along with the object, as far as that can be foretold."""
        return self._aboard if self._waiting() else None

    def _waiting(self) -> bool:
        return self._next < len(self._items) or (self.beyond is not None and self.beyond._waiting())

    @contextmanager
    def _aboard(self, draft: Server, key: str) -> Iterator[None]:
        self._key = key
        laid = self._laid_on(draft)
        last = self._next + len(laid) == len(self._items)
        try:
            with self.beyond._aboard(draft, self.beyond._key) if self.beyond and last else nullcontext():
                yield
        except AnswerLost:
            self._doubtful.update(laid)
            raise
        self._written.update(laid)
        self.server.warnings.extend(one for one in draft.warnings if one not in self.server.warnings)

    def _laid_on(self, draft: Server) -> dict[int, Done]:
        """What becomes of the objects that come next, up to one that only a real run can tell of."""
        laid: dict[int, Done] = {}
        for spot in range(self._next, len(self._items)):
            holder, warnings = self._holder(), list(draft.warnings)
            before = draft.foretold(*holder)
            try:
                laid[spot] = self._run(draft, *self._items[spot])
            except LoginFailed:
                raise
            except CometError:
                draft.foretell(holder[0], before)
                draft.warnings = warnings
                break
        return laid

    def _settled(self, spot: int, inner: ResourceTask, item: Params) -> Done:
        """An object is run on its own unless it was written along; that tells as well what became of a lost answer."""
        done, doubtful = self._run(self.server, inner, item), self._doubtful.get(spot)
        return done if done.changed or doubtful is None else doubtful

    def _known(self, found: Found) -> None:
        """Save the reading of a document that was read a moment ago, where it holds the objects itself."""
        if any(self.outer.resource.kind in inner.resource.owners for inner in self.outer.contents):
            self.server.foretell(self.outer.resource, found)

    def _run(self, server: Server, inner: ResourceTask, item: Params) -> Done:
        params = self._complete(inner, item, self._key)
        with errors_about(inner, params):
            return inner.reconcile(server, params, self.spared, None if server.drafting else self)

    def _holder(self) -> tuple[Resource, str]:
        """The object whose document holds those inside, by kind and ID."""
        kind, key = self._within(self.outer.contents[0].resource, self._key)
        return (self.outer.resource if kind == self.outer.resource.kind else self.outer.resource.owners[kind]), key

    def _find(self, inner: ResourceTask, item: Params, key: str) -> Found:
        return self.server.find(inner.resource, inner.address(self.server, self._complete(inner, item, key)))

    def _complete(self, inner: ResourceTask, item: Params, key: str) -> dict[str, Any]:
        """The options of the inner task: its own, those of the outer one that count for both, and whose it is."""
        shared = {name: self.params.get(name) for name in inherited(self.outer.resource, inner.resource)}
        shared[inner.resource.confirm] = self.params.get(self.outer.resource.confirm)
        whose = {self.wish.home: self.wish.owner, self.outer.resource.kind: key}
        told = {name: whose[name] for name in told_by(self.outer.resource, inner.resource)}
        return {**shared, **item, **told}

    def _within(self, resource: Resource, key: str) -> Within:
        outer = self.outer.resource.kind
        return (outer, key) if outer in resource.owners else (self.wish.home, self.wish.owner)

    def _mine(self, resource: Resource, document: Mapping[str, Any], key: str) -> bool:
        """Whether an object belongs to the outer one, where both live side by side in a larger document."""
        outer = self.outer.resource.kind
        links = [name for name, field in _fields.fields(resource.structure).items() if field.member.reference == outer]
        return outer in resource.owners or any(document.get(name) == key for name in links)

    def _title(self, inner: ResourceTask, item: Params) -> str:
        """What the difference calls an object: its name, with what tells it from others of that name in the task."""
        resource = inner.resource
        name = str(item.get(resource.naming) or item.get(resource.id_option) or "")
        place = item.get(resource.placing) if resource.placing else None
        alike = [one for one in self.params[resource.plural] if one.get(resource.naming) == name] if place else []
        return f"{name} ({place})" if len(alike) > 1 else name

    @staticmethod
    def _removal(key: str) -> dict[str, Any]:
        return {"id": key, "state": "absent"}


def _refuse_copies(resource: Resource, items: Sequence[Params]) -> None:
    """Raises InvalidOption where two items are about the same object, so that each run would undo one of them."""
    address = (resource.id_option, resource.naming, resource.placing)
    told = [tuple(str(item.get(option) or "") for option in address if option) for item in items]
    twice = next((one for one in told if told.count(one) > 1), None)
    if twice:
        raise InvalidOption(f"{resource.plural} names {' '.join(filter(None, twice))} twice")
