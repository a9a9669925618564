# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does behind the back of a tree. Each function gives an act, to be done to a server as ``described``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import (
    Document,
    config_of,
    tenant_id,
    write_config,
    write_tenant,
)
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import held_by, psas_of, write_psas
from ansible_collections.comet.backup.tests.unit.promises.case import merged

Act = Callable[[EmulatedServer], None]
TENANT, USER = "ACME", "anna-acme"


@dataclass(frozen=True)
class Kept:
    """How the objects of a kind are listed, written and deleted, and which member is their name."""

    listing: str
    member: str
    key: str
    deleting: str
    writing: str = ""
    document: str = ""
    reply: str = ""

    def find(self, server: EmulatedServer, name: str, tenant: str) -> tuple[str, Document]:
        """ID and document of the only object of that name in a tenant."""
        answer = server.client.call(self.listing)
        owner = tenant and tenant_id(server, tenant)
        held = (answer[self.reply] if self.reply else answer).items()
        (found,) = (
            (key, one) for key, one in held if (one[self.member], one.get("OrganizationID", "")) == (name, owner)
        )
        return found


KEPT = {
    "tenant": Kept("AdminOrganizationList", "Name", "OrganizationID", "AdminOrganizationDelete"),
    "policy": Kept(
        "AdminPoliciesListFull", "Description", "PolicyID", "AdminPoliciesDelete", "AdminPoliciesSet", "Policy"
    ),
    "user_group": Kept(
        "AdminUserGroupsListFull", "Name", "GroupID", "AdminUserGroupsDelete", "AdminUserGroupsSet", "Group"
    ),
    "shared_quota": Kept(
        *("AdminSquotaListAll", "Description", "SharedStorageQuotaID", "AdminSquotaDelete"),
        *("AdminSquotaSetWithHash", "SharedStorageQuota", "Entries"),
    ),
    "news": Kept("AdminNewsGetAll", "TextContent", "NewsItem", "AdminNewsRemove"),
}


def edit(kind: str, name: str, tenant: str = TENANT, **members: Any) -> Act:
    """Members of an object with calls of its own are changed."""

    def act(server: EmulatedServer) -> None:
        kept = KEPT[kind]
        key, document = kept.find(server, name, tenant)
        server.client.call(kept.writing, **{kept.key: key, kept.document: merged(document, members)})

    return act


def delete(kind: str, name: str, tenant: str = TENANT) -> Act:
    """An object with calls of its own is deleted."""

    def act(server: EmulatedServer) -> None:
        kept = KEPT[kind]
        key, _unused = kept.find(server, name, tenant)
        server.client.call(kept.deleting, **{kept.key: key})

    return act


def make(kind: str, name: str, tenant: str = TENANT) -> Act:
    """Another object with calls of its own is made."""

    def act(server: EmulatedServer) -> None:
        kept = KEPT[kind]
        document = {kept.member: name, "OrganizationID": tenant and tenant_id(server, tenant)}
        server.client.call(kept.writing, **{kept.key: f"extra-{kind}", kept.document: document})

    return act


def call(method: str, tenant: str = "", **parameters: Any) -> Act:
    """A method is called; ``tenant`` names the parameter that takes the ID of the tenant."""

    def act(server: EmulatedServer) -> None:
        server.client.call(method, **parameters, **({tenant: tenant_id(server, TENANT)} if tenant else {}))

    return act


def tenant(**members: Any) -> Act:
    """Members of the tenant are changed."""

    def act(server: EmulatedServer) -> None:
        write_tenant(server, merged(held_by(server, TENANT), members))

    return act


def config(**members: Any) -> Act:
    """Members of the server's configuration are changed."""

    def act(server: EmulatedServer) -> None:
        write_config(server, merged(config_of(server), members))

    return act


def first(*path: str, **members: Any) -> Act:
    """Members of the first item of a list in the server's configuration are changed."""

    def act(server: EmulatedServer) -> None:
        document = config_of(server)
        _change_first(document, path, members)
        write_config(server, document)

    return act


def first_of_tenant(*path: str, **members: Any) -> Act:
    """Members of the first item of a list of the tenant are changed."""

    def act(server: EmulatedServer) -> None:
        document = held_by(server, TENANT)
        _change_first(document, path, members)
        write_tenant(server, document)

    return act


def _change_first(document: Any, path: tuple[str, ...], members: Document) -> None:
    for member in path:
        document = document[member]
    document[0] = merged(document[0], members)


def profile(**members: Any) -> Act:
    """Members of the profile of the user are changed."""

    def act(server: EmulatedServer) -> None:
        server.change_profile(USER, **members)

    return act


def inside(member: str, name: str, change: Document | None) -> Act:
    """Members of an object inside the user are changed, or it is gone with ``change`` null."""

    def act(server: EmulatedServer) -> None:
        held = server.client.call("AdminGetUserProfile", TargetUser=USER)[member]
        (key,) = (key for key, one in held.items() if one["Description"] == name)
        server.change_profile(USER, **{member: {key: change}})

    return act


def psas(change: Callable[[list[Document]], list[Document]]) -> Act:
    """The PSA connections of the tenant become what ``change`` makes of them."""

    def act(server: EmulatedServer) -> None:
        write_psas(server, TENANT, change(psas_of(server, TENANT)))

    return act


def admins(change: Callable[[list[Document], str], list[Document]]) -> Act:
    """The administrators become what ``change`` makes of all of them and the ID of the tenant."""

    def act(server: EmulatedServer) -> None:
        document = config_of(server)
        changed = change(document["AdminUsers"], tenant_id(server, TENANT))
        write_config(server, {**document, "AdminUsers": changed})

    return act
