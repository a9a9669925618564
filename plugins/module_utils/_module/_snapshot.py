# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds when the work on a tree begins, read with the fewest calls. Private; may change at any time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, LoginFailed
from ansible_collections.comet.backup.plugins.module_utils._module._glances import glance_of
from ansible_collections.comet.backup.plugins.module_utils._module._inside import Inside
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import FEW, Server

Document = Mapping[str, Any]
Resolve = Callable[[str, str], "str | None"]
Watch = Callable[[Entry, Document, Inside], None]
"""Told of an object that is as its entry wishes, with its document, and what the entry says about objects inside."""


class Snapshot:
    """The lists of a server, and a first glance at them: which objects are certainly as their entries wish.

    ``followers`` is the kind whose objects follow others, as users do policies: how many do is counted on the way.
    """

    def __init__(self, server: Server, followers: Resource, member: str) -> None:
        self._server = server
        self._followers, self._member = followers, member
        self._reach: Counter[str] | None = None
        self._known: dict[tuple[str, str | None, str], str | None] = {}
        self._resolvers: dict[tuple[str, str | None], Resolve] = {}
        self._lock = threading.Lock()

    def differing(
        self,
        entries: Sequence[Entry],
        same: Callable[[str], None],
        done: Callable[[], None],
        watch: Watch | None = None,
    ) -> list[Entry]:
        """The entries that need a closer look, in their order.

        Of each of the others ``same`` is told the kind, but once for two entries about one object. Whoever wants to
        ``watch`` looks at the lists of the server in any case, however few the entries are.
        """
        by_kind: dict[str, list[Entry]] = {}
        for entry in entries:
            by_kind.setdefault(entry.kind, []).append(entry)
        vouched: set[int] = set()
        for group in by_kind.values():
            for entry, document in self._existing(group, sparing=watch is None):
                inside = Inside() if watch is not None else None
                if entry.present and self._glance(entry, document, inside):
                    vouched.add(id(entry))
                    done()
                    if watch is not None and inside is not None:
                        watch(entry, document, inside)
                    if not entry.bare:
                        same(entry.kind)
        return [entry for entry in entries if id(entry) not in vouched]

    def reach(self, key: str) -> int:
        """How many objects follow the one with this ID (AdminListUsersFull)."""
        with self._lock:
            if self._reach is None:
                self._reach = Counter(self._server.column(self._followers, self._member).values())
        return self._reach[key]

    def _existing(self, entries: Sequence[Entry], sparing: bool) -> Iterator[tuple[Entry, Document]]:
        """Entries whose objects exist, with these; none of kinds that are not listed by a call of their own.

        ``sparing``: nor of those of which reading a few objects one by one costs less than the list.
        """
        resource = entries[0].task.resource
        few = sparing and resource.named and resource.reading is not None and len(entries) <= FEW
        if resource.homes or resource.listing is None or few:
            return
        if resource.named:
            wanted = {entry.params.get(resource.naming or resource.id_option): entry for entry in entries}
            # Walked to the end once, which is what a large answer allows at the least cost.
            for key, document in self._server.walk(resource):
                entry = wanted.get(key)
                if entry is not None:
                    yield entry, document
            return
        for entry in entries:
            found = self._lookup(resource, entry.name, self._tenant(entry)) if "id" not in entry.params else None
            if found:
                yield entry, self._server.listing(resource, self._tenant(entry))[found]

    def _glance(self, entry: Entry, document: Document, inside: Inside | None) -> bool:
        """Whether the object is certainly as wished."""
        resource = entry.task.resource
        tenant = str(document.get(resource.tenant) or "") if resource.tenant else None
        resolve = self._resolver(resource, tenant)
        return glance_of(entry.task).same(entry.params, document, self._tenant(entry), resolve, inside)

    def _tenant(self, entry: Entry) -> str | None:
        """ID of the tenant that an entry is about; None where it names none, or one that is not there."""
        named = entry.params.get("tenant")
        outer = entry.task.resource.related.get("tenant")
        return self._lookup(outer, named, None) if named and outer else None

    def _resolver(self, resource: Resource, tenant: str | None) -> Resolve:
        """Finds the IDs of other objects that one inside a tenant names; what is no kind here is taken as it is."""
        key = (resource.kind, tenant)
        if key not in self._resolvers:
            related = resource.related

            def resolve(kind: str, name: str) -> str | None:
                if kind not in related:
                    return name
                return self._lookup(related[kind], name, None if kind == "tenant" else tenant)

            self._resolvers[key] = resolve
        return self._resolvers[key]

    def _lookup(self, resource: Resource, name: str, tenant: str | None) -> str | None:
        """ID of an object by its name or ID, looked up once; None where there is none, or several, or no telling."""
        key = (resource.kind, tenant, name)
        if key not in self._known:
            try:
                self._known[key] = self._server.lookup(resource, name, tenant) or None
            except LoginFailed:
                raise
            except CometError:
                self._known[key] = None
        return self._known[key]
