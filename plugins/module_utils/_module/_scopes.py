# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a server of which a tree lists all objects, and what is in them. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._module._members import canonical
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import telling, told_members
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _home, _values
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]
Params = Mapping[str, Any]

OUTERMOST = "tenant"


@dataclass(frozen=True, eq=False)
class Held:
    """An object that a server holds, one of ``objects``, and the same wherever it is looked up.

    ``tenant`` is the ID of the tenant that it is in, ``tenants`` are all that people may call that tenant. ``around``
    is the larger document that the object is a part of, if any.
    """

    resource: Resource
    key: str
    objects: Mapping[str, Document]
    tenant: str
    tenants: tuple[str, ...]
    around: Document

    @property
    def document(self) -> Document:
        """What the server holds; decoded when it is asked for, since most objects are not."""
        return self.objects[self.key]

    @property
    def told(self) -> dict[str, Any]:
        """What tells it apart where it has no ID, by the options of its module."""
        known = {field.option: (name, field) for name, field in _fields.fields(self.resource.structure).items()}
        result = {}
        for own, option in telling(self.resource).items():
            name, field = known[option]
            result[own] = _values.to_option(field.member, self.document.get(name))
        return result

    @property
    def name(self) -> str:
        """What people call it, as in a tree."""
        if self.resource.named:
            return self.key
        name = self.resource.called(self.document)
        if self.resource.told_by:
            name = " ".join(str(one) for one in self.told.values() if one not in (None, ""))
        return " ".join(name.split()) or self.key

    @property
    def address(self) -> dict[str, Any]:
        """The options that name it."""
        resource = self.resource
        place = {"tenant": self.tenant} if self.tenant else {}
        if resource.told_by:
            return {**self.told, **place}
        if resource.alike:
            return {resource.naming: resource.called(self.document), **place}
        if resource.named:
            return {resource.naming or resource.id_option: self.key}
        called = resource.called(self.document)
        return {**({resource.naming: called} if called else {}), resource.id_option: self.key}


class _Kind:
    """All objects of a kind that the login sees where the tree speaks of any, by ID, and by tenant and name."""

    def __init__(self, objects: Iterable[Held]) -> None:
        self.objects = list(objects)
        self.by_id: dict[str, list[Held]] = {}
        self.by_name: dict[tuple[str, str], list[Held]] = {}
        for one in self.objects:
            self.by_id.setdefault(one.key, []).append(one)
            self.by_name.setdefault(("" if one.resource.outermost else one.tenant, one.name), []).append(one)


class Scopes:
    """Where on a server a tree says all there is to be: in a tenant or at the top level, by kind."""

    def __init__(self, server: Server, tasks: Mapping[str, ResourceTask], tree: Tree) -> None:
        self._server, self._tasks, self._tree = server, tasks, tree
        self._kinds: dict[str, _Kind] = {}
        self._places: dict[str, frozenset[str]] = {}

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        """IDs of the tenants that the tree speaks of and the server has, by what the tree calls them.

        Where that may be several, nobody could tell whose objects are listed, so there is none.
        """
        found: dict[str, set[str]] = {}
        for entry in self._tree.entries:
            if entry.kind == OUTERMOST:
                found.setdefault(entry.name, set()).update(tenant.key for tenant in self.meant(entry))
        return {name: next(iter(keys)) for name, keys in found.items() if len(keys) == 1}

    @cached_property
    def _called(self) -> Mapping[str, str]:
        return {**{key: name for name, key in self._ids.items()}, self._server.own_tenant(): ""}

    def tenant(self, written: str) -> str | None:
        """ID of a tenant as the tree calls it, or of what the login calls the top level; None if it is not there."""
        return self._ids.get(written) if written else self._server.own_tenant()

    def written(self, tenant: str) -> str:
        """What the tree calls a tenant; its ID where the tree does not speak of it."""
        return self._called.get(tenant, tenant)

    def held(self, kind: str) -> Iterator[Held]:
        """The objects of a kind where the tree lists all of them."""
        objects = self.seen(kind) if self._listed(kind) else ()
        yield from (one for one in objects if self.lists(one))

    def seen(self, kind: str) -> Sequence[Held]:
        """The objects of a kind that the login sees; of one in the documents of tenants, where the tree lists any."""
        return self._kind(kind).objects

    def others(self, kind: str, entries: Iterable[Entry]) -> Iterator[Held]:
        """Those of them that none of these entries is about."""
        resource, about = self._tasks[kind].resource, [entry for entry in entries if entry.kind == kind]
        if resource.named:
            # Of thousands of users most are named, and need no closer look.
            keys = {_key(entry) for entry in about}
            objects = self._server.listing(resource)
            tenants = self._server.column(resource, resource.tenant).items()
            yield from (self.one(resource, key, objects, tenant, {}) for key, tenant in tenants if key not in keys)
            return
        named = {one for entry in about for one in self.meant(entry)} if self._listed(kind) else ()
        yield from (one for one in self.seen(kind) if one not in named)

    def lists(self, one: Held) -> bool:
        """Whether an object is where the tree lists all of its kind."""
        listed = self._listed(one.resource.kind)
        return one.tenant in listed or (one.resource.outermost and bool(listed))

    def _listed(self, kind: str) -> frozenset[str]:
        """IDs of the tenants of which the tree lists the objects of a kind."""
        if kind not in self._places:
            tenants = {self.tenant(written) for written in self._tree.scopes.get(kind, ())}
            self._places[kind] = frozenset(tenant for tenant in tenants if tenant is not None)
        return self._places[kind]

    def meant(self, entry: Entry) -> list[Held]:
        """The objects that an entry of the tree is about; of copies and of those with an ambiguous name all."""
        resource = entry.task.resource
        held = self._kind(entry.kind)
        if resource.named:
            return held.by_id.get(_key(entry), [])
        params = canonical(entry.task, entry.params)
        name, key = str(params.get(resource.naming) or ""), str(params.get(resource.id_option) or "")
        tenant = "" if resource.outermost else self.tenant(entry.tenant)
        if tenant is None:
            return []
        if resource.told_by:
            inside = {one.key: one for one in held.objects if one.tenant == tenant}
            documents = {one.key: one.document for one in inside.values()}
            told = told_members(resource, params)
            return [inside[one] for one in _home.fitting(resource, resource.homes[0], documents, told)]
        # In the order in which the single modules look: by ID, by name, by an ID in place of the name, by our own ID.
        chosen = resource.new_id(tenant, name) if resource.chosen else ""
        named = held.by_name.get((tenant, " ".join(name.split())))
        return held.by_id.get(key) or named or held.by_id.get(name) or held.by_id.get(chosen) or []

    def _kind(self, kind: str) -> _Kind:
        if kind not in self._kinds:
            self._kinds[kind] = _Kind(self._read(self._tasks[kind].resource))
        return self._kinds[kind]

    def _read(self, resource: Resource) -> Iterator[Held]:
        if OUTERMOST in resource.owners:
            for written in sorted(self._tree.scopes.get(resource.kind, ())):
                tenant = self.tenant(written)
                if tenant is not None:
                    yield from self._inside(resource, tenant)
        elif resource.homes:
            yield from self._inside(resource, None)
        elif resource.outermost:
            tenants = self._tenants(resource)
            for key, document in tenants.items():
                yield Held(resource, key, tenants, key, (key, resource.called(document)), {})
        else:
            objects = self._server.listing(resource)
            for key, tenant in self._server.column(resource, resource.tenant).items():
                yield self.one(resource, key, objects, tenant, {})

    def _tenants(self, resource: Resource) -> Mapping[str, Document]:
        """All tenants; an administrator of one may not list them."""
        try:
            return self._server.listing(resource)
        except LoginFailed:
            raise
        except Refused:
            own = self._server.own_tenant()
            if not own:
                raise
            return {own: {}}

    def _inside(self, resource: Resource, tenant: str | None) -> Iterator[Held]:
        """The objects in a larger document: a tenant's, or the server's."""
        home, owner = self._server.holder(resource, tenant)
        wish = Wish(False, home=home, owner=owner, tenant=tenant)
        around = self._server.around(resource, wish).document or {}
        objects = _home.objects(self._server.home(resource, wish), around)
        for key, document in objects.items():
            whose = str(document.get(resource.tenant) or "") if tenant is None else tenant
            yield self.one(resource, key, objects, whose, around if isinstance(around, Mapping) else {})

    def one(self, resource: Resource, key: str, objects: Mapping[str, Document], tenant: str, around: Document) -> Held:
        """An object in the tenant of that ID, or at the top level."""
        names = tuple(dict.fromkeys((self.written(tenant), tenant)))
        return Held(resource, key, objects, tenant, names, around)


def _key(entry: Entry) -> str:
    """The ID that an entry gives, of a kind whose names are IDs."""
    option = entry.task.resource.naming or entry.task.resource.id_option
    given = entry.params.get(option) or canonical(entry.task, entry.params).get(option)
    return str(given or "")
