# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage templates of a server or of a tenant. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_SET, _REPLACEMENT = "AdminMetaRemoteStorageVaultSet", "ReplacementAutoVaultID"
_KEYS = ("ID", "Description")


class StorageTemplateHooks(Hooks):
    """Users and policies whose vaults are made automatically from a template may be given another one in its place."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses a replacement where nothing is to be replaced."""
        if wish.present and wish.arguments.get("replacement"):
            raise InvalidOption("replacement: only with state=absent")
        return wish

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """A replacement is for one that is to go."""
        return not arguments

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """The ID of the replacement, which only the call without an owner takes."""
        name = wish.arguments.get("replacement")
        if not name:
            return {}
        if wish.owner:
            raise InvalidOption(
                "replacement: the API takes one only from an administrator of the tenant; log in as such a one, and "
                "leave tenant out"
            )
        server.client.require(_model.method(_SET).parameters[_REPLACEMENT].since, "replacement")
        key = server.resolve(STORAGE_TEMPLATE, name, wish.tenant, "replacement")
        if key == found.id:
            raise InvalidOption("replacement: has to be another storage template than the one that is deleted")
        return {_REPLACEMENT: key}


STORAGE_TEMPLATE = Resource(
    kind="storage_template",
    plural="storage_templates",
    structure="RemoteStorageOption",
    name="Description",
    chosen=True,
    homes=(
        Home(
            reading=Call("AdminMetaRemoteStorageVaultGet"),
            updating=Call(_SET, {"RemoteStorageOptions": "document"}),
            keys=_KEYS,
        ),
        Home(path=("RemoteStorage",), owner=TENANT, keys=_KEYS),
    ),
    hidden=("LDAP", "OIDC"),
    arguments={"replacement": {"type": "str"}},
    references=(TENANT,),
    hooks=StorageTemplateHooks(),
)
