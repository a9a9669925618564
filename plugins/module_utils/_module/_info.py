# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that only reads a kind of object. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    field_spec,
    holders,
    name_spec,
    own_names,
    place_spec,
    renamed,
    shown_id,
    shown_place,
    telling,
    telling_spec,
    told_members,
)
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _home
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.plugins.module_utils._state._lists import NOWHERE, Within, arguments
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class InfoTask(Task):
    """All objects of a kind, those of a tenant, or the one of a name or ID; an empty list when there is none."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Options whose names the connection has taken, and what they are called here."""
        return own_names(self.resource)

    def options(self) -> dict[str, Any]:
        spec: dict[str, Any] = {self.resource.naming: name_spec(self.resource)} if self.resource.name else {}
        spec.update({own: option for own, option in telling_spec(self.resource).items() if own not in spec})
        if not (self.resource.named and self.resource.name) and not (self.resource.singleton or self.resource.told_by):
            spec[self.resource.id_option] = {"type": "str"}
        spec.update({field.option: field_spec(field, ()) for field in self._named_on()})
        place = place_spec(self.resource)
        return {**spec, **{name: {**option, "required": False} for name, option in place.items()}}

    def rules(self) -> dict[str, Any]:
        names = [self.resource.naming, "id"]
        known = not self.resource.name or self.resource.named or self.resource.told_by
        either = [options for options in ([] if known else names, holders(self.resource)) if len(options) > 1]
        return {"mutually_exclusive": either} if either else {}

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        tenant = params.get("tenant")
        if tenant is not None:
            tenant = server.resolve(TENANT, tenant, None, "tenant")
        places = self._places(server, params, tenant)
        shown = [one for within in places for one in self._inside(server, params, tenant, within)]
        if self.resource.singleton:
            return {"changed": False, self.resource.kind: shown[0]}
        return {"changed": False, self.resource.plural: sorted(shown, key=self._order)}

    def _order(self, shown: Mapping[str, Any]) -> tuple[str, ...]:
        place = (*holders(self.resource), self.resource.place)
        first = (self.resource.naming, *telling(self.resource), *place, self.resource.id_option)
        return tuple(str(shown.get(name, "")) for name in first)

    def _places(self, server: Server, params: Mapping[str, Any], tenant: str | None) -> Iterator[Within]:
        """The larger documents to look into; NOWHERE for kinds that need none of them named."""
        owners = {kind: self.resource.owners[kind] for kind in holders(self.resource)}
        named = [kind for kind in owners if params.get(kind) is not None]
        for kind in named or owners:
            yield from ((kind, key) for key in self._owners(server, owners[kind], params.get(kind), tenant))
        if self.resource.place:
            yield from (
                (home.name, "") for home in self.resource.homes if params[self.resource.place] in (None, home.name)
            )
        elif not owners or (not named and any(home.name not in owners for home in self.resource.homes)):
            yield NOWHERE

    def _owners(self, server: Server, owner: Resource, name: str | None, tenant: str | None) -> Iterator[str]:
        """IDs of the objects that hold others: the one that is named, or all, in a tenant if that is named."""
        if name is not None:
            key = name if owner.named else server.lookup(owner, name, tenant)
            yield from [key] if key else []
            return
        for key, document in server.listing(owner).items():
            if tenant is None or str(document.get(owner.tenant) or "") == tenant:
                server.foretell(owner, Found(key, document))
                yield key

    def _inside(
        self, server: Server, params: Mapping[str, Any], tenant: str | None, within: Within
    ) -> Iterator[dict[str, Any]]:
        """The objects as the result shows them: those in a larger document, or all."""
        objects = self._on(server, params, within, self._objects(server, params, tenant, within))
        if tenant is not None and self.resource.tenant:
            objects = {key: one for key, one in objects.items() if (one.get(self.resource.tenant) or "") == tenant}
        told = self.resource.hooks.listed(server, objects, within)
        owner = server.label(self.resource.owners.get(within[0]), within[1])
        place = shown_place(self.resource, within[0], owner)
        for key, document in objects.items():
            address = shown_id(self.resource, within[0], key)
            yield from ({**address, **one, **place} for one in self._shown(server, key, document, told.get(key)))

    def _shown(
        self, server: Server, key: str, document: Mapping[str, Any], told: Mapping[str, Any] | None
    ) -> list[dict[str, Any]]:
        """The object as the result shows it; none when it has gone since it was listed."""
        name, reading = self.resource.structure, self.resource.reading
        more = told or {}
        if told is None and reading is not None and reading.beside:
            found = server.find(self.resource, Wish(True, id=key), fresh=True)
            if found.document is None:
                return []
            document = found.document
            more = _document.options_from(_model.method(reading.method).returns.name, found.beside)
        visible = {
            key: one for key, one in _document.completed(name, document).items() if key not in self.resource.hidden
        }
        members = renamed(_document.options_from(name, visible), self.names)
        members.pop(self.resource.id_option, None)  # the address tells it, also where an older server has none
        return [{**members, **more}]

    def _named_on(self) -> list[Field]:
        """The member for the other object on which names count, if there is such a one."""
        member = self.resource.named_on
        return [_fields.fields(self.resource.structure)[member]] if member else []

    def _on(
        self, server: Server, params: Mapping[str, Any], within: Within, objects: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Those objects that are on the one which the task names, or all."""
        for field in self._named_on():
            name = params.get(field.option)
            if name:
                key = server.lookup(self.resource.related[field.member.reference], name, None, within) or name
                objects = {one: document for one, document in objects.items() if document.get(field.member.name) == key}
        return objects

    def _objects(
        self, server: Server, params: Mapping[str, Any], tenant: str | None, within: Within
    ) -> Mapping[str, Any]:
        if self.resource.told_by:
            wanted, objects = told_members(self.resource, params), server.listing(self.resource, tenant, within)
            home = _home.home_of(self.resource, Wish(True, home=within[0]))
            return {one: objects[one] for one in _home.fitting(self.resource, home, objects, wanted)}
        name, key = params.get(self.resource.naming), params.get(self.resource.id_option)
        if name is None and key is None:
            return server.listing(self.resource, tenant, within)
        if self.resource.named and not self.resource.homes:
            found = server.find(self.resource, Wish(True, id=name or key or ""))
            return {} if found.document is None else {found.id: found.document}
        objects = server.listing(self.resource, tenant, within)
        return {
            one: document
            for one, document in objects.items()
            if one in (name, key) or (name is not None and self.resource.bears(document, name))
        }


class ReportsTask(Task):
    """The readings that a singleton's table names, such as a server's version, statistics and configuration."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def options(self) -> dict[str, Any]:
        names = list(self.resource.reports)
        return {"gather": {"type": "list", "elements": "str", "choices": names, "default": names}}

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        wanted = [name for name in self.resource.reports if name in params["gather"]]
        return {"changed": False, **{name: report(server, self.resource.reports[name]) for name in wanted}}


def report(server: Server, call: Call) -> Any:
    """One reading, in the spelling of the options and without secrets; a map becomes a dictionary by key."""
    answer = server.client.call(call.method, **arguments(call, {}))
    kind: Type = _model.method(call.method).returns
    if kind.kind == "map" and kind.item is not None:
        return {key: _document.options_from(kind.item.name, value) for key, value in answer.items()}
    return _document.options_from(kind.name, answer)
