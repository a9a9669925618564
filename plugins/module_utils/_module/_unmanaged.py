# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds beside what a tree names. Private; may change at any time.

Nothing is read that the work on the tree does not read anyway, but for kinds of which the tree says nothing.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused, TooOld
from ansible_collections.comet.backup.plugins.module_utils._module._done import Done
from ansible_collections.comet.backup.plugins.module_utils._module._export_names import shown_names
from ansible_collections.comet.backup.plugins.module_utils._module._foresight import buckets_of
from ansible_collections.comet.backup.plugins.module_utils._module._inside import Inside, home_in
from ansible_collections.comet.backup.plugins.module_utils._module._prune import KINDS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import OUTERMOST, Held, Scopes
from ansible_collections.comet.backup.plugins.module_utils._module._secret_texts import secret_texts
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection, Subject
from ansible_collections.comet.backup.plugins.module_utils._module._shelves import Shelf, shelves
from ansible_collections.comet.backup.plugins.module_utils._module._snapshot import Watch
from ansible_collections.comet.backup.plugins.module_utils._module._tree import OUTER, SERVER, Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state import _home
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._redact import TOO_SHORT, without_login
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]

UNMANAGED = "unmanaged"
NONE, LISTED, ALL = "none", "listed", "all"
SHOWN = 5
"""So many names are told of a kind of which the tree says nothing."""
IN_TROUBLE = 500
"""From this status on a refusal says nothing about what a login may do."""
_NOBODY = ("", "")


def unmanaged_spec() -> dict[str, Any]:
    """The spec of the option."""
    return {UNMANAGED: {"type": "str", "choices": [NONE, LISTED, ALL], "default": NONE}}


@dataclass(frozen=True, order=True)
class Found:
    """An object that the tree does not name. ``owner`` is the kind and name of the object that it is in, if any."""

    tenant: str
    kind: str
    owner: tuple[str, str]
    name: str
    made_by: str

    def told(self, blank: Callable[[str], str]) -> dict[str, Any]:
        """As the result shows it; ``blank`` takes secrets out of a text."""
        kind, name = self.owner
        owner = {"kind": kind, "name": blank(name)} if kind else None
        told = {"kind": self.kind, "tenant": blank(self.tenant), "name": blank(self.name)}
        return {**told, "owner": owner, "made_by": self.made_by}


class _Said(NamedTuple):
    """What an entry says about the objects inside its own one.

    ``inside`` is about those with tasks of their own, ``given`` tells the patch of those that are members.
    """

    inside: Inside
    given: Callable[[Shelf], Any]
    exclusive: bool


class _Place(NamedTuple):
    """Objects of a kind inside another one, by ID: some are ``left`` out of a list, of some nothing is told."""

    resource: Resource
    held: Mapping[str, Document]
    left: Collection[str]
    untold: Collection[str]


class _Count:
    """How many objects there are, and the first names."""

    def __init__(self) -> None:
        self.total = 0
        self.names: list[str] = []

    def add(self, total: int, names: Iterable[str], beginning: str) -> None:
        """Add objects whose names all start with ``beginning``; most of them come too late to be looked at."""
        self.total += total
        if len(self.names) < SHOWN or beginning < self.names[-1]:
            self.names = sorted((*self.names, *names))[:SHOWN]


class Unmanaged:
    """Finds what a server holds beside what a tree names.

    That is told of kinds and places of which the tree lists objects; with the ``mode`` all, what is in others is
    counted. What ``selection`` leaves out or ignores is neither.
    """

    def __init__(
        self, server: Server, tasks: Mapping[str, ResourceTask], tree: Tree, selection: Selection, mode: str
    ) -> None:
        self._server, self._tasks, self._tree, self._selection = server, tasks, tree, selection
        self._looks, self._counts = mode != NONE, mode == ALL
        self._scopes = Scopes(server, tasks, tree)
        self._found: list[Found] = []
        self._undescribed: defaultdict[tuple[str, str], _Count] = defaultdict(_Count)
        self._shelves: dict[str, tuple[Shelf, ...]] = {}
        self._lock = threading.Lock()

    # Lists of the server

    def survey(self, leaving: Sequence[Entry]) -> None:
        """Look at the lists of the server; ``leaving`` are the entries of what the run removes from them.

        What the login may not list, or the server does not know, is left out. Raises what any other reading raises.
        """
        entries = (*self._tree.entries, *leaving)
        for kind in KINDS if self._looks else ():
            if kind in self._tree.scopes or (self._counts and not self._tasks[kind].resource.homes):
                with _as_far_as_allowed():
                    self._survey(kind, entries)
        if self._counts and not any(entry.kind == OUTER[SERVER] for entry in entries):
            with _as_far_as_allowed():
                resource = self._tasks[OUTER[SERVER]].resource
                found = self._server.find(resource, Wish(True))
                self._count_inside(resource, self._server.own_tenant(), found.document or {})

    def _survey(self, kind: str, entries: Sequence[Entry]) -> None:
        going = self._going(entries)
        for one in self._scopes.others(kind, entries):
            # What is part of larger documents is counted where these are looked at.
            if one.tenant in going or (one.resource.homes and not self._scopes.lists(one)):
                continue
            self._add(one)
            if self._counts and one.resource.outermost:
                self._count_inside(one.resource, one.tenant, one.document)

    def _going(self, entries: Sequence[Entry]) -> set[str]:
        """IDs of the tenants that go, with all that is in them."""
        gone = [entry for entry in entries if entry.kind == OUTERMOST and not entry.present]
        return {one.key for entry in gone for one in self._scopes.meant(entry)}

    def _count_inside(self, outer: Resource, tenant: str, document: Document) -> None:
        """Count what is in the document of an object that the tree does not describe."""
        for shelf in self._shelves_of(outer):
            held = shelf.objects(document)
            for one in self._held(shelf.resource, held, held, tenant, document):
                if not self._scopes.lists(one):
                    self._add(one)

    def _add(self, one: Held) -> None:
        """Tell an object, or count it, unless the task is not about it. One's own tenant is none among others."""
        kind, label = one.resource.kind, self._called(one.tenant)
        subject = Subject(kind, (one.name, one.key), {*one.tenants, label})
        # Both are asked, so that a selector is not said to fit nothing because the other one came first.
        chosen, ignored = self._selection.chooses(subject), self._selection.ignores(subject)
        own = one.resource.outermost and one.key == self._server.own_tenant()
        if own or ignored or not chosen:
            return
        where = "" if one.resource.outermost else label
        if self._scopes.lists(one):
            self._tell(one, where, _NOBODY)
        elif self._counts:
            self._undescribed[kind, where].add(1, (one.name,), one.name)

    # Inside the objects of the tree

    @property
    def watch(self) -> Watch | None:
        """Who looks at the objects that are as the tree says, if anybody has to."""
        return self._vouched if self._looks else None

    def _vouched(self, entry: Entry, document: Document, inside: Inside) -> None:
        def given(shelf: Shelf) -> Any:
            return shelf.given(entry.params)

        self._look_into(entry, document, _Said(inside, given, bool(entry.params.get("exclusive"))))

    def worked(self, entry: Entry, done: Done) -> None:
        """Look into an object that had to be worked on, as it was before; several threads may come by."""
        document = done.outcome.plan.found.document

        def given(shelf: Shelf) -> Any:
            return shelf.within(done.wish.patch)

        if self._looks and entry.present and not entry.bare and document:
            with self._lock:
                self._look_into(entry, document, _Said(Inside.of(done), given, done.wish.exclusive))

    def _look_into(self, entry: Entry, document: Document, said: _Said) -> None:
        resource = entry.task.resource
        outer = resource.outermost or resource.singleton
        label, owner = (entry.name, _NOBODY) if outer else (entry.tenant, (entry.kind, entry.name))
        beginning = "" if outer else f"{entry.name}: "
        for place in self._places(entry, document, said):
            for one in self._ones(place, place.left, label, document):
                if self._matters(one, label):
                    self._tell(one, self._where(one, label), owner)
            if place.untold:
                self._count_untold(place, document, label, beginning)

    def _count_untold(self, place: _Place, document: Document, label: str, beginning: str) -> None:
        kind = place.resource.kind
        ones = self._ones(place, place.untold, label, document)
        if kind not in KINDS and not self._selection.ignores_any:
            names = (beginning + one.name for one in ones)
            self._undescribed[kind, label].add(len(place.untold), names, beginning)
            return
        for one in ones:
            if self._matters(one, label):
                name = beginning + one.name
                self._undescribed[kind, self._where(one, label)].add(1, (name,), name)

    def _ones(self, place: _Place, keys: Iterable[str], label: str, around: Document) -> Iterator[Held]:
        """Objects of a place in the tenant that the tree calls ``label``."""
        yield from self._held(place.resource, keys, place.held, self._scopes.tenant(label) or "", around)

    def _where(self, one: Held, label: str) -> str:
        """What the result calls the tenant of an object in a document that is said to be of the tenant ``label``."""
        return self._called(one.tenant) if one.resource.tenant else label

    def _places(self, entry: Entry, document: Document, said: _Said) -> Iterator[_Place]:
        """The places inside an object where there is something."""
        for resource, home in _inside_of(entry.task):
            left = said.inside.left(resource.kind)
            if not left and not self._counts:
                continue
            held = _home.objects(home, document)
            if held:
                untold = said.inside.untold(resource.kind, held) if self._counted(entry, resource.plural) else ()
                yield _Place(resource, held, left, untold)
        for shelf in self._shelves_of(entry.task.resource):
            held = shelf.objects(document)
            wanted = said.given(shelf) if held else None
            if wanted is not None:
                yield _Place(shelf.resource, held, shelf.unnamed(held, wanted, said.exclusive), ())
            elif held and self._counted(entry, shelf.option):
                yield _Place(shelf.resource, held, (), held)

    def _counted(self, entry: Entry, option: str) -> bool:
        return self._counts and not self._selection.ignores_inside(entry, option)

    def _matters(self, one: Held, label: str) -> bool:
        """Whether an object inside another one is nobody else's, and in no list that was looked at."""
        subject = Subject(one.resource.kind, (one.name, one.key), (label,))
        return not self._selection.ignores(subject) and not self._scopes.lists(one)

    # Both

    def _shelves_of(self, outer: Resource) -> tuple[Shelf, ...]:
        if outer.kind not in self._shelves:
            self._shelves[outer.kind] = shelves(outer, self._tasks.values())
        return self._shelves[outer.kind]

    def _held(
        self, resource: Resource, keys: Iterable[str], held: Mapping[str, Document], tenant: str, around: Document
    ) -> Iterator[Held]:
        """Objects of a document in a tenant; some documents hold those of all tenants."""
        for key in keys:
            whose = str(held[key].get(resource.tenant) or "") if resource.tenant else tenant
            yield self._scopes.one(resource, key, held, whose, around)

    def _tell(self, one: Held, label: str, owner: tuple[str, str]) -> None:
        self._found.append(Found(label, one.resource.kind, owner, one.name, self._maker(one)))

    def _maker(self, one: Held) -> str:
        """Who has made an object. A bucket is made along with a storage vault, which is all that tells."""
        if one.resource.has_maker:
            return one.resource.hooks.maker(one.document, one.around)
        return "server" if one.resource.kind == "bucket" and one.key in self._filled else ""

    @cached_property
    def _filled(self) -> set[str]:
        """IDs of the buckets that hold storage vaults of users, as far as the login may list them."""
        with _as_far_as_allowed():
            return buckets_of(self._server.listing(self._tasks["user"].resource).values())
        return set()

    def _called(self, tenant: str) -> str:
        """What the tree calls a tenant, else its name where no other one has it, else its ID."""
        written = self._scopes.written(tenant)
        return self._names.get(tenant, tenant) if written == tenant else written

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What to call each tenant, as far as the login may list them."""
        with _as_far_as_allowed():
            return shown_names({one.key: one.resource.called(one.document) for one in self._scopes.seen(OUTERMOST)})
        return {}

    def result(self, given: Iterable[str]) -> dict[str, Any]:
        """What was found, in an order that stays, without the texts that must not be told, those ``given`` included."""
        if not self._looks:
            return {}
        counts = sorted(self._undescribed.items(), key=_by_tenant)
        told = [word for one in self._found for word in (one.tenant, one.owner[1], one.name)]
        told += [name for (_kind, tenant), count in counts for name in (tenant, *count.names)]
        blank = self._blanking("\n".join(told), given)
        found: dict[str, Any] = {UNMANAGED: [one.told(blank) for one in sorted(self._found)]}
        if self._counts:
            found["undescribed"] = [
                {"kind": kind, "tenant": blank(tenant), "count": count.total, "names": [*map(blank, count.names)]}
                for (kind, tenant), count in counts
            ]
        return found

    def _blanking(self, told: str, given: Iterable[str]) -> Callable[[str], str]:
        """What takes the secrets of the whole tree, and passwords in addresses, out of a part of what is ``told``."""
        entries = self._tree.entries if told else ()
        written = (text for entry in entries for text in secret_texts(entry.task, entry.params))
        secrets = {text for text in {*given, *written} if len(text) > TOO_SHORT and text in told}

        def blank(text: str) -> str:
            text = str(without_login(text))
            return str(remove_values(text, secrets)) if secrets else text

        return blank


@cache
def _inside_of(task: ResourceTask) -> tuple[tuple[Resource, Home], ...]:
    """The kinds that a task may describe inside its own object, at any depth, and where its document holds them."""
    waiting, found = list(task.contents), {}
    while waiting:
        inner = waiting.pop(0)
        home = home_in(inner.resource, task.resource.kind)
        if home is not None:
            found[inner.resource] = home
        waiting += inner.contents
    return tuple(found.items())


@contextmanager
def _as_far_as_allowed() -> Iterator[None]:
    """What the login may not read, or the server does not know yet, is left out; a server in trouble is an error."""
    try:
        yield
    except LoginFailed:
        raise
    except Refused as error:
        if error.status >= IN_TROUBLE:
            raise
    except TooOld:
        pass


def _by_tenant(counted: tuple[tuple[str, str], _Count]) -> tuple[str, str]:
    (kind, tenant), _unused = counted
    return tenant, kind
