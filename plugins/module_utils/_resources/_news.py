# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""News items, known by their text. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class NewsHooks(Hooks):
    """An item is posted and removed; no call changes one."""

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """An item that is there asks nothing."""
        return True

    def repeatable(self, server: Server, wish: Wish) -> bool:
        """Never: each call posts another item."""
        return False

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """An item that is there is as wished, whatever white space its text has."""
        return wish if found.document is None else replace(wish, patch={})


# AdminNewsSubmit tells neither the ID nor whose the item is: it is found by its text, in the login's own tenant.
NEWS = Resource(
    kind="news",
    plural="news",
    structure="NewsEntry",
    name="TextContent",
    tenant="OrganizationID",
    alike=True,
    listing=Call("AdminNewsGetAll"),
    creating=Call("AdminNewsSubmit", {"NewsContent": "name"}),
    deleting=Call("AdminNewsRemove", {"NewsItem": "id"}),
    references=(TENANT,),
    hooks=NewsHooks(),
)
