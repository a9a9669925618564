# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants, which the API calls organizations. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._accounts import accounts
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._template_ids import identified, inspected
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_TEMPLATES = ("RemoteStorage",)


class TenantHooks(Hooks):
    """Deleting a tenant deletes everything in it; its storage templates need IDs."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """Chooses the IDs of new ones."""
        return inspected(server, wish, found, _TEMPLATES, found.id or wish.name)

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Names these IDs."""
        return identified(wish, found, _TEMPLATES)

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """Where nothing differs, no template is new."""
        return True

    def repeatable(self, server: Server, wish: Wish) -> bool:
        """With host names, which no two tenants share."""
        return bool(wish.patch.get("Hosts"))

    def loss(self, server: Server, found: Found) -> str:
        """Counts the tenant's users and their storage vaults (AdminListUsersFull)."""
        users = [user for _name, user in accounts(server) if user.get("OrganizationID") == found.id]
        if not users:
            return ""
        vaults = sum(len(user.get("Destinations") or {}) for user in users)
        return f"deletes its {len(users)} users as well, with the keys of their {vaults} storage vaults"


TENANT = Resource(
    kind="tenant",
    plural="tenants",
    structure="Organization",
    name="Name",
    outermost=True,
    whole=True,
    listing=Call("AdminOrganizationList"),
    creating=Call("AdminOrganizationSet", {"Organization": "document"}, made="ID"),
    updating=Call("AdminOrganizationSet", {"OrganizationID": "id", "Organization": "document"}),
    deleting=Call("AdminOrganizationDelete", {"OrganizationID": "id"}),
    checks=CHECKS,
    hooks=TenantHooks(),
)


def refuse_another_tenant(noun: str, wish: Wish, found: Found) -> None:
    """For kinds whose objects stay in the tenant that they were made in. Raises InvalidOption."""
    owner = (found.document or {}).get("OrganizationID") or ""
    if found.document is not None and wish.present and wish.tenant is not None and wish.tenant != owner:
        raise InvalidOption(f"tenant: the {noun} belongs to {owner or 'the top level'}, which cannot be changed")
