# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees for comet_apply with something of every kind, and the server that they are applied to."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import tenant_id, write_tenant
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, write_policy
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import write_template, write_webhook

Tree = dict[str, Any]
SECRET = "canary-5fb1"
"""Begins every secret that a wish holds; nothing that a task shows may hold it."""
UNKNOWN: dict[str, Any] = {"FromTheFuture": {"Deep": [1, {"Er": None}]}}
"""A member that no version of the collection knows, and that has to survive every write."""


def prepare(server: EmulatedServer) -> None:
    """A server on which somebody has worked before: what the tree changes, removes, and does not speak of."""
    call = server.client.call
    call("AdminOrganizationSet", Organization={"Name": "T0", "Hosts": ["t0.example"], **UNKNOWN})
    home = tenant_id(server, "T0")
    vault = {"Description": "Old", "DestinationType": 1002, "LocalcopyPath": "/old", **UNKNOWN}
    for name, tenant in (("T0-0", home), ("leaver", home), ("stranger", "")):
        devices = {f"pc-{name}": {"FriendlyName": "PC", **UNKNOWN}}
        add_user(name, OrganizationID=tenant, Devices=devices, Destinations={"old": vault}, **UNKNOWN)(server)
    for name, tenant in (("Gold", home), ("Theirs", "")):
        made: Tree = {"Description": name, "OrganizationID": tenant, "Policy": {"HideAppVersion": True}}
        call("AdminPoliciesSet", PolicyID=f"{name}-1", Policy=made)
        write_policy(server, {**made, **UNKNOWN, "Policy": {**made["Policy"], **UNKNOWN}})
    for tenant in ("", "T0"):
        write_webhook("theirs", tenant)(server, {"URL": "https://theirs.example", **UNKNOWN})
        write_template("Theirs", tenant)(server, {"Type": "comet", "Description": "Theirs", "ID": "theirs", **UNKNOWN})
    write_tenant(server, {**call("AdminOrganizationList")[home], **UNKNOWN})
    call("AdminUserGroupsSet", GroupID="theirs", Group={"Name": "Theirs", "OrganizationID": home, **UNKNOWN})
    call("AdminUserGroupsSetUsersForGroup", GroupID="theirs", Users=["leaver"])
    call("AdminNewsSubmit", NewsContent="Old news")


def user(name: str, **more: Any) -> Tree:
    """A user with a vault that the server makes, and one elsewhere."""
    return {
        "name": name,
        "password": f"{SECRET}-password",
        "policy": "Gold",
        "maximum_devices": 3,
        "emails": [f"{name.lower()}@example.com"],
        "storage_vaults": [
            {"name": "Main", "storage_template": "Local", "self_address": "https://backup.example.com/"},
            {"name": "Cloud", "type": "s3", "s3_bucket_name": name.lower(), "s3_secret_key": f"{SECRET}-s3"},
        ],
        **more,
    }


def tenant(name: str, users: int) -> Tree:
    """A tenant with something of most kinds. Of T0 something is there already."""
    own = [user(f"{name}-{number}", user_group="Staff" if number % 2 else None) for number in range(users)]
    if name == "T0":
        nightly = {"name": "Nightly", "storage_vault": "Cloud", "schedules": [{"frequency_type": "daily"}]}
        item = {"name": "Files", "device": "PC", "engine": "file", "schedules": [nightly]}
        own[0] |= {"protected_items": [item], "user_group": None}
        own.append({"name": "leaver", "state": "absent", "confirm_data_loss": True})
    return {
        "name": name,
        "hosts": [f"{name.lower()}.example", f"backup.{name.lower()}.example"],
        "branding": {"product_name": f"{name} Backup"},
        "storage_templates": [{"name": "Local", "type": "comet", "remote_address": "$self$"}],
        "webhook_options": [{"name": "ops", "url": f"https://{name.lower()}.example/hook"}],
        "policies": [{"name": "Gold", "settings": {"prevent_delete_storage_vault": True}}, {"name": "Silver"}],
        "user_groups": [{"name": "Staff"}, {"name": "Guests", "users": [f"{name}-0"]}],
        "shared_quotas": [{"name": "Pool", "limit_bytes": "1 TiB"}],
        "users": own,
        "buckets": [{"id": f"bucket-{name.lower()}", "key_hash": f"{SECRET}-key", "key_hash_format": 0}],
        "psas": [{"type": "gradient", "url": f"https://{name.lower()}-psa.example", "partner_key": f"{SECRET}-psa"}],
        "admin_users": [{"name": f"{name}-boss", "password": f"{SECRET}-admin"}],
    }


def tree(tenants: int, users: int, unguarded: bool = True) -> Tree:
    """A whole server: ``users`` in each of the tenants.

    ``unguarded``: also what a server makes as often as it is asked to, such as news, and a tenant without hosts.
    """
    return {
        "server": {
            "policies": [{"name": "House"}],
            "news": [*([{"text": "Welcome"}] if unguarded else []), {"text": "Old news", "state": "absent"}],
            "email": {"from_email": "backup@example.com", "smtp_password": f"{SECRET}-smtp"},
            "webhook_options": [{"name": "ops", "url": "https://ops.example"}],
            "users": [{"name": "top", "password": f"{SECRET}-password", "policy": "House"}],
        },
        "tenants": [
            *(tenant(f"T{number}", users) for number in range(tenants)),
            *([{"name": "Bare"}] if unguarded else []),
        ],
    }
