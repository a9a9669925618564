# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that only reads a kind of object. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._module._spec import (
    in_tenant,
    name_spec,
    own_names,
    renamed,
    telling,
    told_members,
)
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server, arguments


class InfoTask(Task):
    """All objects of a kind, those of a tenant, or the one of a name or ID; an empty list when there is none."""

    def __init__(self, resource: Resource, tenant: Resource) -> None:
        self.resource = resource
        self.tenant = tenant
        self.names = own_names(resource)

    def options(self) -> dict[str, Any]:
        spec: dict[str, Any] = {self.resource.naming: name_spec(self.resource)} if self.resource.name else {}
        spec.update({own: {"type": "str"} for own in telling(self.resource) if own not in spec})
        if not (self.resource.named and self.resource.name) and not self.resource.told_by:
            spec[self.resource.id_option] = {"type": "str"}
        if in_tenant(self.resource):
            spec["tenant"] = {"type": "str", "aliases": ["organization", "OrganizationID"]}
        return spec

    def rules(self) -> dict[str, Any]:
        both = self.resource.name and not self.resource.named and not self.resource.told_by
        return {"mutually_exclusive": [(self.resource.naming, "id")]} if both else {}

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        tenant = params.get("tenant")
        if tenant is not None:
            tenant = server.resolve(self.tenant, tenant, None, "tenant")
        objects = self._objects(server, params, tenant)
        if tenant is not None and self.resource.tenant:
            objects = {key: one for key, one in objects.items() if (one.get(self.resource.tenant) or "") == tenant}
        told = self.resource.hooks.listed(server, objects)
        shown = [one for key, document in objects.items() for one in self._shown(server, key, document, told.get(key))]
        return {"changed": False, self.resource.plural: sorted(shown, key=self._order)}

    def _order(self, shown: Mapping[str, Any]) -> tuple[str, ...]:
        options = (self.resource.naming, *telling(self.resource), self.resource.id_option)
        return tuple(str(shown.get(option, "")) for option in options)

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
        members = renamed(_document.options_from(name, _document.completed(name, document)), self.names)
        members.pop(self.resource.id_option, None)  # the address tells it, also where an older server has none
        address = {} if self.resource.told_by else {self.resource.id_option: key}
        return [{**address, **members, **more}]

    def _objects(self, server: Server, params: Mapping[str, Any], tenant: Any) -> dict[str, Any]:
        if self.resource.told_by:
            wanted, objects = told_members(self.resource, params), server.listing(self.resource, tenant)
            return {one: document for one, document in objects.items() if self.resource.fits(document, wanted)}
        name, key = params.get(self.resource.naming), params.get(self.resource.id_option)
        if name is None and key is None:
            return server.listing(self.resource, tenant)
        if self.resource.named and not self.resource.homes:
            found = server.find(self.resource, Wish(True, id=name or key or ""))
            return {} if found.document is None else {found.id: found.document}
        objects = server.listing(self.resource, tenant)
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
