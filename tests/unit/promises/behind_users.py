# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back with what is inside a user."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import Document, add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, user, write_user
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import add_templates, write_template


def schedule(name: str) -> Callable[[EmulatedServer], Document | None]:
    """Reads the only schedule of alice with that name."""

    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in rules_of_alice(server).values() if one["Description"] == name]
        assert len(found) <= 1, f"{len(found)} schedules are named {name}"
        return found[0] if found else None

    return read


def write_schedule(server: EmulatedServer, document: Document) -> None:
    held = rules_of_alice(server)
    key = next(key for key, one in held.items() if one["Description"] == document["Description"])
    profile = user("alice")(server) or {}
    write_user(server, {**profile, "BackupRules": {**held, key: document}})


def rules_of_alice(server: EmulatedServer) -> Document:
    rules: Document = (user("alice")(server) or {}).get("BackupRules") or {}
    return rules


def vaults_of(server: EmulatedServer, name: str) -> Document:
    """The storage vaults of a user by ID; none of one that does not exist."""
    vaults: Document = (user(name)(server) or {}).get("Destinations") or {}
    return vaults


def vault(name: str) -> Callable[[EmulatedServer], Document | None]:
    """Reads the only storage vault of alice with that name."""

    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in vaults_of(server, "alice").values() if one["Description"] == name]
        assert len(found) <= 1, f"{len(found)} storage vaults are named {name}"
        return found[0] if found else None

    return read


def vault_id(server: EmulatedServer, name: str) -> str:
    return next(key for key, one in vaults_of(server, "alice").items() if one["Description"] == name)


def write_vault(server: EmulatedServer, document: Document) -> None:
    key = vault_id(server, document["Description"])
    server.change_profile("alice", Destinations={key: document})


def item(user: str, name: str, device: str) -> Callable[[EmulatedServer], Document | None]:
    """A protected item of a user by its name on a device, which is given by its ID."""

    def read(server: EmulatedServer) -> Document | None:
        items = server.client.call("AdminGetUserProfile", TargetUser=user)["Sources"].values()
        found = [one for one in items if (one["Description"], one["OwnerDevice"]) == (name, device)]
        assert len(found) <= 1, f"{len(found)} items are named {name}"
        return found[0] if found else None

    return read


def write_item(user: str) -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        items = server.client.call("AdminGetUserProfile", TargetUser=user)["Sources"]
        told = (document["Description"], document["OwnerDevice"])
        key = next(one for one, item in items.items() if (item["Description"], item["OwnerDevice"]) == told)
        server.change_profile(user, Sources={**items, key: document})

    return write


def device(user: str, key: str) -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found: Document | None = server.client.call("AdminGetUserProfile", TargetUser=user)["Devices"].get(key)
        return found

    return read


def write_device(user: str, key: str) -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        server.change_profile(user, Devices={key: document})

    return write


def email_report(user: str, address: str) -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        profile = server.client.call("AdminGetUserProfile", TargetUser=user)
        found: Document | None = profile["OverrideEmailSettings"].get(address)
        return found

    return read


def write_email_report(user: str, address: str) -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        server.change_profile(user, OverrideEmailSettings={address: document})

    return write


def default_reports(policy: str) -> Callable[[EmulatedServer], Document | None]:
    """The reports that a policy gives, if it gives any of its own."""

    def read(server: EmulatedServer) -> Document | None:
        found = server.client.call("AdminPoliciesListFull").get(policy)
        reports: Document = found["Policy"]["DefaultEmailReports"] if found else {}
        return reports if reports.get("ShouldOverrideDefaultReports") else None

    return read


def write_default_reports(policy: str) -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        held = server.client.call("AdminPoliciesGet", PolicyID=policy)["Policy"]
        settings = {**held["Policy"], "DefaultEmailReports": document}
        server.client.call("AdminPoliciesSet", PolicyID=policy, Policy={**held, "Policy": settings})

    return write


# What objects need to exist before


def add_vault(server: EmulatedServer) -> None:
    vault = {"Description": "Main", "DestinationType": 1002, "LocalcopyPath": "/backup"}
    server.change_profile("alice", Destinations={"vault-1": vault})


def add_items(server: EmulatedServer) -> None:
    """A user with two devices, a vault, and items on one of them that no task names, with a member from the future."""
    kept = {"Engine": "engine1/file", "OwnerDevice": "device-2", "EngineProps": {"INCLUDE7": "/"}, "FromTheFuture": 1}
    rule = {"Source": "item-1", "Destination": "vault-1", "Description": "Nightly", "FromTheFuture": 1}
    add_user(
        "alice",
        Devices={"device-1": {"FriendlyName": "PC-1"}, "device-2": {"FriendlyName": "PC-2"}},
        Destinations={"vault-1": {"Description": "Office", "DestinationType": 1002, "LocalcopyPath": "/backup"}},
        Sources={"item-1": {**kept, "Description": "Pictures"}, "item-2": {**kept, "Description": "Music"}},
        BackupRules={"rule-1": rule},
    )(server)


def add_devices(server: EmulatedServer) -> None:
    """Two users with the same two devices, one of them online, and an item of the second device with its schedule."""
    rule = {"Source": "item-2", "Destination": "vault-1", "Description": "Theirs"}
    for name in ("alice", "bob"):
        add_user(
            name,
            Devices={"laptop": {"FriendlyName": "PC-1"}, "desktop": {"FriendlyName": "PC-2", "FromTheFuture": 1}},
            Destinations={"vault-1": {"Description": "Office", "DestinationType": 1002, "LocalcopyPath": "/backup"}},
            Sources={"item-2": {"Description": "Music", "Engine": "engine1/file", "OwnerDevice": "desktop"}},
            BackupRules={"rule-2": rule},
        )(server)
        server.control("POST", "device", {"do": "connect", "user": name, "device": "desktop"})


def add_items_of_laptop(server: EmulatedServer) -> None:
    """Two items with own retention and three schedules on the first device of one user."""
    retention = {"vault-1": {"Mode": 801, "Ranges": []}}
    source = {"Engine": "engine1/file", "OwnerDevice": "laptop", "OverrideDestinationRetention": retention}
    items = {"item-3": {**source, "Description": "Documents"}, "item-4": {**source, "Description": "Pictures"}}
    rules = {
        f"rule-{number}": {"Source": item, "Destination": "vault-1"}
        for number, item in enumerate(("item-3", "item-3", "item-4"), 3)
    }
    server.change_profile("alice", Sources=items, BackupRules=rules)


def add_recipients(server: EmulatedServer) -> None:
    """A user with reports to another address, with a member from the future."""
    add_user("alice", OverrideEmailSettings={"it@example.com": {"Reports": [{"ReportType": 0}], "FromTheFuture": 1}})(
        server
    )


def add_backups(server: EmulatedServer) -> None:
    """A user of a tenant with vaults and protected items; a policy keeps one, made another, and scheduled both."""
    items = {
        "documents": {"Description": "Documents", "Engine": "engine1/file", "OwnerDevice": "laptop"},
        "kept": {"Description": "Kept", "Engine": "engine1/file", "PolicySourceID": "p", "ExistingUserUpdate": True},
        "given": {"Description": "Given", "Engine": "engine1/file", "PolicySourceID": "p"},
    }
    vaults = {
        key: {"Description": f"{key.title()} vault", "DestinationType": 1000, "FromTheFuture": key}
        for key in ("main", "second")
    }
    rules = {
        key: {"Description": key.title(), "Source": key, "Destination": "main", "Schedules": [{"FrequencyType": 8012}]}
        for key in ("kept", "given")
    }
    add_tenants(server)
    inside = {"Sources": items, "Destinations": vaults, "BackupRules": rules}
    add_user("alice", OrganizationID=tenant_id(server), **inside)(server)


def add_storage(server: EmulatedServer) -> None:
    """A user with a vault and a device, and templates that are not the one a task names, some of the same name."""
    add_templates(server)
    own = {"Type": "comet", "Description": "Local", "ID": "Local-ACME", "RemoteAddress": "$self$"}
    write_template("Local", "ACME")(server, own)
    other = {"Description": "Second vault", "DestinationType": 1000, "FromTheFuture": 1}
    add_user("alice", Destinations={"second": other}, Devices={"laptop": {"FriendlyName": "Laptop"}})(server)


def add_storage_of_acme(server: EmulatedServer) -> None:
    """The same user in a tenant, with templates and quotas of the same names where the task does not look."""
    add_storage(server)
    for tenant in ("", "ACME", "Globex"):
        key = tenant and tenant_id(server, tenant)
        remote = {"Type": "comet", "Description": "Europe", "ID": f"Europe-{tenant}"}
        remote["RemoteAddress"] = "https://europe.example.com/"
        write_template("Europe", tenant)(server, remote)
        pool = {"Description": "Pool", "OrganizationID": key, "LimitBytes": 1}
        server.client.call("AdminSquotaSetWithHash", SharedStorageQuotaID=f"pool-{tenant}", SharedStorageQuota=pool)
    server.change_profile("alice", OrganizationID=tenant_id(server))


def set_up_vault(name: str) -> Callable[[EmulatedServer], None]:
    """A device has set the vault up and backed up into it, and a schedule goes on doing so."""

    def set_up(server: EmulatedServer) -> None:
        key = vault_id(server, name)
        used: Document = {"RepoInitTimestamp": 1700000000, "EncryptionKeyEncryptionMethod": 1}
        used["Statistics"] = {"ClientProvidedSize": {"Size": 4096, "MeasureCompleted": 1700000000}}
        rule = {"Description": "Each night", "Source": "documents", "Destination": key}
        server.change_profile("alice", Destinations={key: used}, BackupRules={"nightly": rule})

    return set_up
