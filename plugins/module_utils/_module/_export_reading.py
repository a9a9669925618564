# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export reads of a server: each list once, as far as the login may. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable, Optional

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused, TooOld
from ansible_collections.comet.backup.plugins.module_utils._module._export_names import shown_names
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

Document = Mapping[str, Any]
Names = Optional[Mapping[str, str]]
"""What to write for each object, by ID; None where nobody could be asked."""


class Reading:
    """The lists and documents of one server. What the login may not read, or the server does not know, is None.

    ``refused`` says of what was refused why, by kind. ``home`` is the tenant that the login belongs to: then what it
    sees is that tenant.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.refused: dict[str, str] = {}
        self._read: dict[str, Any] = {}
        self._names: dict[tuple[str, str], Names] = {}
        self._home: str | None = None

    @property
    def home(self) -> str:
        """ID of the tenant that the login belongs to; empty for the top level. Who reads the configuration is there."""
        if self._home is None:
            self._home = "" if self.config is not None else self.server.own_tenant()
        return self._home

    @property
    def config(self) -> Document | None:
        """The configuration of the server."""
        found: Document | None = self._once(SERVER_CONFIG.kind, self._find_config)
        return found

    def _find_config(self) -> Document | None:
        return self.server.find(SERVER_CONFIG, Wish(True)).document

    def objects(self, resource: Resource) -> Mapping[str, Any] | None:
        """All objects of a kind, by ID."""
        found: Mapping[str, Any] | None = self._once(resource.kind, self._listing(resource))
        return found

    def _listing(self, resource: Resource) -> Callable[[], Mapping[str, Any]]:
        def listing() -> Mapping[str, Any]:
            return self.server.listing(resource)

        return listing

    def tenants(self) -> Mapping[str, Document]:
        """All tenants by ID; none for a login that belongs to one."""
        return {} if self.home else self.objects(TENANT) or {}

    def users(self) -> Iterator[tuple[str, Document]]:
        """All users by name, one after the other: they are too many to keep them all in their long form."""
        found = self._once(USER.kind, self._call("AdminListUsersFull"))
        self._read.pop(USER.kind)
        yield from ((name, profile) for name, profile in (found or {}).items() if profile is not None)

    def document(self, kind: str, method: str) -> Any:
        """The answer of a call without parameters."""
        return self._once(kind, self._call(method))

    def _call(self, method: str) -> Callable[[], Any]:
        def call() -> Any:
            return self.server.client.call(method)

        return call

    def _once(self, kind: str, read: Callable[[], Any]) -> Any:
        """What a call reads, called once. A refusal counts as an answer; a server in trouble is none."""
        if kind not in self._read:
            self._read[kind] = None
            try:
                self._read[kind] = read()
            except LoginFailed:
                raise
            except Refused as error:
                if error.status >= 500:
                    raise
                self.refused[kind] = error.server_message or f"status {error.status}"
            except TooOld:
                return None
        return self._read[kind]

    def names(self, resource: Resource, tenant: str) -> Names:
        """What to write for the objects of a kind where a name counts in ``tenant``; those of others by their IDs."""
        key = (resource.kind, tenant)
        if key not in self._names:
            self._names[key] = self._find_names(resource, tenant)
        return self._names[key]

    def _find_names(self, resource: Resource, tenant: str) -> Names:
        if resource.kind == STORAGE_TEMPLATE.kind:
            return self._template_names(tenant)
        found = self.tenants() if resource.kind == TENANT.kind else self.objects(resource)
        if found is None:
            return None
        here = {
            key: resource.called(one)
            for key, one in found.items()
            if not resource.tenant or str(one.get(resource.tenant) or "") == tenant
        }
        return {**{key: key for key in found}, **shown_names(here, found)}

    def _template_names(self, tenant: str) -> Names:
        """Storage templates stand in the document of their tenant, or in the configuration."""
        around: Any = self.tenants().get(tenant) if tenant != self.home else self.config
        if around is None:
            told = self.objects(STORAGE_TEMPLATE) if tenant == self.home else None
            return None if told is None else shown_names({key: str(name) for key, name in told.items()})
        held = around if tenant != self.home else around.get("AuthenticationRole") or {}
        templates = held.get("RemoteStorage") or ()
        return shown_names({str(one["ID"]): str(one.get("Description") or "") for one in templates if one.get("ID")})
