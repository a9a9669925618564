# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back with accounts, and what they are in, governed by, or log in with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import (
    Document,
    add_tenants,
    config_of,
    key_of,
    listed,
    tenant_id,
    write_config,
)


def user(name: str) -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found: Document | None = server.client.call("AdminListUsersFull").get(name)
        return found

    return read


def write_user(server: EmulatedServer, document: Document) -> None:
    server.client.call("AdminSetUserProfile", TargetUser=document["Username"], ProfileData=document)


def write_policy(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminPoliciesListFull", "Description", document["Description"])
    server.client.call("AdminPoliciesSet", PolicyID=key, Policy=document)


def admin(name: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        key = tenant and tenant_id(server, tenant)
        found = [
            one for one in config_of(server)["AdminUsers"] if (one["Username"], one["OrganizationID"]) == (name, key)
        ]
        assert len(found) <= 1, f"{len(found)} administrators are named {name}"
        return found[0] if found else None

    return read


def write_admin(server: EmulatedServer, document: Document) -> None:
    own = (document["Username"], document["OrganizationID"])
    around = config_of(server)
    others = [one for one in around["AdminUsers"] if (one["Username"], one["OrganizationID"]) != own]
    write_config(server, {**around, "AdminUsers": [*others, document]})


def auth_source(name: str) -> Callable[[EmulatedServer], Document | None]:
    return listed("AdminExternalAuthSourcesGet", "Description", name)


def write_auth_source(server: EmulatedServer, document: Document) -> None:
    sources = server.client.call("AdminExternalAuthSourcesGet")
    key = key_of(server, "AdminExternalAuthSourcesGet", "Description", document["Description"])
    server.client.call("AdminExternalAuthSourcesSet", Sources={**sources, key: document})


def write_group(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminUserGroupsListFull", "Name", document["Name"])
    server.client.call("AdminUserGroupsSet", GroupID=key, Group=document)


# What objects need to exist before


def add_policies(server: EmulatedServer) -> None:
    """Gold and Silver in each tenant and at the top level, so that only the right one will do."""
    add_tenants(server)
    for tenant in ("", tenant_id(server), tenant_id(server, "Globex")):
        for name in ("Gold", "Silver"):
            policy = {"Description": name, "OrganizationID": tenant, "Policy": {"PreventOpenWebUI": name == "Gold"}}
            server.client.call("AdminPoliciesSet", PolicyID=f"{name}-{tenant or 'top'}", Policy=policy)


def add_auth_source(server: EmulatedServer) -> None:
    """Policies to refer to, and a source that no task names, with a member from the future."""
    add_policies(server)
    other = {"Description": "Other", "Type": "oidc", "OIDC": {"ClientSecret": "theirs"}, "FromTheFuture": 1}
    server.client.call("AdminExternalAuthSourcesNew", Source=other, SourceID="other")


def add_admin_of_source(server: EmulatedServer) -> None:
    """An administrator that the source has made, and one that has nothing to do with it."""
    key = key_of(server, "AdminExternalAuthSourcesGet", "Description", "Directory")
    config = server.client.call("AdminMetaServerConfigGet")
    made = {"Username": "carol", "OrganizationID": "", "ExternalAuthenticationSource": key}
    write_config(server, {**config, "AdminUsers": [*config["AdminUsers"], made]})
    server.client.call("AdminAdminUserNew", TargetUser="dave", TargetPassword="correct horse")


def add_namesakes(server: EmulatedServer) -> None:
    """Policies to refer to, and administrators of the same name where the task does not look."""
    add_policies(server)
    for tenant in ("", tenant_id(server, "Globex")):
        server.client.call("AdminAdminUserNew", TargetUser="carol", TargetPassword="theirs", TargetOrgID=tenant)


def add_user(name: str, **members: Any) -> Callable[[EmulatedServer], None]:
    def add(server: EmulatedServer) -> None:
        server.client.call("AdminAddUser", TargetUser=name, TargetPassword="correct horse")
        server.change_profile(name, **members)

    return add


def add_user_with_gold(server: EmulatedServer) -> None:
    key = key_of(server, "AdminPoliciesListFull", "Description", "Gold")
    add_user("bob", PolicyID=key)(server)


def add_users(*names: str, tenant: str = "") -> Callable[[EmulatedServer], None]:
    """Users in no group, where the task does not look as well as where it does."""

    def add(server: EmulatedServer) -> None:
        add_tenants(server)
        for name in names:
            add_user(name, OrganizationID=tenant and tenant_id(server, tenant))(server)
        add_user("eve", OrganizationID=tenant_id(server, "Globex"))(server)

    return add


def add_member_of_staff(server: EmulatedServer) -> None:
    key = key_of(server, "AdminUserGroupsListFull", "Name", "Staff")
    server.client.call("AdminUserGroupsSetUsersForGroup", GroupID=key, Users=["bob"])
