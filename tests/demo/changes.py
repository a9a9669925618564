# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody changes on the server behind the playbook's back, and the lines of the report that must come of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server import Server


@dataclass(frozen=True)
class Change:
    """One change by hand. ``lines`` is what drift reports must say about it; nothing for what nobody wrote down."""

    story: str
    do: Callable[[Server], object]
    lines: tuple[str, ...] = ()


def edit_user(name: str, **members: Any) -> Callable[[Server], object]:
    """Read a profile, set members, write it back."""

    def edit(server: Server) -> object:
        profile = server.call("admin/get-user-profile", TargetUser=name)
        return server.call("admin/set-user-profile", TargetUser=name, ProfileData=json.dumps({**profile, **members}))

    return edit


def edit_policy(name: str, tenant: str, **settings: Any) -> Callable[[Server], object]:
    """Set members of the settings of a tenant's policy."""

    def edit(server: Server) -> object:
        for key, policy in server.call(
            "admin/policies/list-full", TargetOrganization=tenant_id(server, tenant)
        ).items():
            if policy["Description"] == name:
                policy["Policy"].update(settings)
                return server.call("admin/policies/set", PolicyID=key, Policy=json.dumps(policy))
        raise RuntimeError(f"there is no policy {name}")

    return edit


def edit_tenant(name: str, part: str, **members: Any) -> Callable[[Server], object]:
    """Set members of a part of a tenant, such as its e-mail settings."""

    def edit(server: Server) -> object:
        key = tenant_id(server, name)
        tenant = server.call("admin/organization/list")[key]
        tenant[part].update(members)
        return server.call("admin/organization/set", OrganizationID=key, Organization=json.dumps(tenant))

    return edit


def delete_user(name: str) -> Callable[[Server], object]:
    """Delete an account."""
    return lambda server: server.call("admin/delete-user", TargetUser=name)


def tenant_id(server: Server, name: str) -> str:
    """ID of the tenant with that name."""
    return str(next(key for key, one in server.call("admin/organization/list").items() if one["Name"] == name))


CHANGES = (
    Change(
        "In ACME's policy Gold, users may delete their storage vaults again",
        edit_policy("Gold", "ACME", PreventDeleteStorageVault=False),
        ("policy Gold (ACME): settings.prevent_delete_storage_vault false -> true",),
    ),
    Change(
        "ben.brandt gets a quota of 5 TiB",
        edit_user("ben.brandt", AllProtectedItemsQuotaBytes=5 * 1024**4),
        ("user ben.brandt (ACME): all_protected_items_quota_bytes 5 TiB -> 100 GiB",),
    ),
    Change(
        "ida.imhof is suspended",
        edit_user("ida.imhof", IsSuspended=True),
        ("user ida.imhof (ACME): suspended true -> false",),
    ),
    Change(
        "clara.conrad's reports go to her private address as well",
        edit_user("clara.conrad", Emails=["clara.conrad@acme.example", "clara@home.example"]),
        ("user clara.conrad (ACME): emails clara.conrad@acme.example clara@home.example -> clara.conrad@acme.example",),
    ),
    Change("kenji.king's account is deleted", delete_user("kenji.king"), ("user kenji.king (Globex): missing",)),
    Change(
        "Globex sends its e-mail under another name",
        edit_tenant("Globex", "Email", FromName="Globex IT"),
        ("tenant Globex: email.from_name Globex IT -> Globex Backup",),
    ),
    Change(
        "emma.evans switches her language to Spanish, which nobody wrote down",
        edit_user("emma.evans", LanguageCode="es_ES"),
    ),
)
