# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back: reading and writing documents, and making what objects need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

Document = dict[str, Any]


# How each kind is read and written behind the tasks' back


def user(name: str) -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found: Document | None = server.client.call("AdminListUsersFull").get(name)
        return found

    return read


def write_user(server: EmulatedServer, document: Document) -> None:
    server.client.call("AdminSetUserProfile", TargetUser=document["Username"], ProfileData=document)


def listed(method: str, member: str, name: str) -> Callable[[EmulatedServer], Document | None]:
    """Reads the one object of a list whose ``member`` is ``name``."""

    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in server.client.call(method).values() if one[member] == name]
        assert len(found) <= 1, f"{len(found)} objects are named {name}"
        return found[0] if found else None

    return read


def key_of(server: EmulatedServer, method: str, member: str, name: str) -> str:
    return next(key for key, one in server.client.call(method).items() if one[member] == name)


def write_policy(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminPoliciesListFull", "Description", document["Description"])
    server.client.call("AdminPoliciesSet", PolicyID=key, Policy=document)


def write_tenant(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminOrganizationList", "Name", document["Name"])
    server.client.call("AdminOrganizationSet", OrganizationID=key, Organization=document)


def quota(name: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        key = tenant and tenant_id(server, tenant)
        entries = server.client.call("AdminSquotaListAll")["Entries"].values()
        found = [one for one in entries if (one["Description"], one["OrganizationID"]) == (name, key)]
        assert len(found) <= 1, f"{len(found)} quotas are named {name}"
        return found[0] if found else None

    return read


def write_quota(server: EmulatedServer, document: Document) -> None:
    server.client.call("AdminSquotaSetWithHash", SharedStorageQuotaID=quota_id(server), SharedStorageQuota=document)


def quota_id(server: EmulatedServer) -> str:
    """ID of the only quota that tasks have made."""
    entries = server.client.call("AdminSquotaListAll")["Entries"]
    (key,) = (key for key, one in entries.items() if not key.startswith("other-") and one["Description"] == "Pool")
    return str(key)


def bucket(name: str) -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found: Document | None = server.client.call("AdminStorageListBuckets").get(name)
        return found

    return read


def config(server: EmulatedServer) -> Document | None:
    found: Document = server.client.call("AdminMetaServerConfigGet")
    return found


def write_config(server: EmulatedServer, document: Document) -> None:
    started = server.start_hash
    server.client.call("AdminMetaServerConfigSet", Config=document)
    server.client.wait_for_restart(started, 20, 0.02)


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


def config_of(server: EmulatedServer) -> Document:
    found: Document = server.client.call("AdminMetaServerConfigGet")
    return found


def held_by(server: EmulatedServer, tenant: str) -> Document:
    """The document that holds the webhooks of a tenant, or without one those of the server."""
    if not tenant:
        return {"WebhookOptions": server.client.call("AdminMetaWebhookOptionsGet")}
    found: Document = server.client.call("AdminOrganizationList")[tenant_id(server, tenant)]
    return found


def hold(server: EmulatedServer, tenant: str, document: Document) -> None:
    if tenant:
        write_tenant(server, document)
    else:
        server.client.call("AdminMetaWebhookOptionsSet", WebhookOptions=document["WebhookOptions"])


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


def webhook(name: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found: Document | None = held_by(server, tenant)["WebhookOptions"].get(name)
        return found

    return read


def write_webhook(name: str, tenant: str = "") -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        around = held_by(server, tenant)
        hold(server, tenant, {**around, "WebhookOptions": {**around["WebhookOptions"], name: document}})

    return write


def settings(member: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    """Reads what a tenant, or the server, has exactly one of."""

    def read(server: EmulatedServer) -> Document | None:
        found: Document = (held_by(server, tenant) if tenant else config_of(server))[member]
        return found

    return read


def write_settings(
    member: str, method: str, parameter: str, tenant: str = ""
) -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        if tenant:
            write_tenant(server, {**held_by(server, tenant), member: document})
        else:
            server.client.call(method, **{parameter: document})

    return write


def campaign(server: EmulatedServer) -> Document | None:
    found: Document = server.client.call("AdminUpdateCampaignStatus")
    return found


def write_campaign(server: EmulatedServer, document: Document) -> None:
    server.client.call("AdminUpdateCampaignStart", Options=document)


def auth_source(name: str) -> Callable[[EmulatedServer], Document | None]:
    return listed("AdminExternalAuthSourcesGet", "Description", name)


def write_auth_source(server: EmulatedServer, document: Document) -> None:
    sources = server.client.call("AdminExternalAuthSourcesGet")
    key = key_of(server, "AdminExternalAuthSourcesGet", "Description", document["Description"])
    server.client.call("AdminExternalAuthSourcesSet", Sources={**sources, key: document})


def templates_of(server: EmulatedServer, tenant: str) -> list[Document]:
    """The storage templates of a tenant, or without one those of the server."""
    if tenant:
        held: list[Document] = server.client.call("AdminOrganizationList")[tenant_id(server, tenant)]["RemoteStorage"]
        return held
    own: list[Document] = server.client.call("AdminMetaRemoteStorageVaultGet")
    return own


def template(name: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in templates_of(server, tenant) if one["Description"] == name]
        assert len(found) <= 1, f"{len(found)} templates are named {name}"
        return found[0] if found else None

    return read


def write_template(name: str, tenant: str = "") -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        others = [one for one in templates_of(server, tenant) if one["Description"] != name]
        if tenant:
            found = server.client.call("AdminOrganizationList")[tenant_id(server, tenant)]
            write_tenant(server, {**found, "RemoteStorage": [*others, document]})
        else:
            server.client.call("AdminMetaRemoteStorageVaultSet", RemoteStorageOptions=[*others, document])

    return write


def psas_of(server: EmulatedServer, tenant: str) -> list[Document]:
    """The PSA connections of a tenant, or without one those of the server."""
    if tenant:
        held: list[Document] = server.client.call("AdminOrganizationList")[tenant_id(server, tenant)]["PSAConfigs"]
        return held
    own: list[Document] = server.client.call("AdminMetaPsaConfigListGet")
    return own


def psa(kind: int, url: str, tenant: str = "") -> Callable[[EmulatedServer], Document | None]:
    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in psas_of(server, tenant) if (one["Type"], one["URL"]) == (kind, url)]
        assert len(found) <= 1, f"{len(found)} connections of type {kind} lead to {url}"
        return found[0] if found else None

    return read


def write_psas(server: EmulatedServer, tenant: str, documents: list[Document]) -> None:
    if tenant:
        found = server.client.call("AdminOrganizationList")[tenant_id(server, tenant)]
        write_tenant(server, {**found, "PSAConfigs": documents})
    else:
        server.client.call("AdminMetaPsaConfigListSet", PSAConfigList=documents)


def write_psa(tenant: str = "") -> Callable[[EmulatedServer, Document], None]:
    def write(server: EmulatedServer, document: Document) -> None:
        told = (document["Type"], document["URL"])
        others = [one for one in psas_of(server, tenant) if (one["Type"], one["URL"]) != told]
        write_psas(server, tenant, [*others, document])

    return write


Fits = Callable[[Document], bool]


def configured(path: tuple[str, str], fits: Fits) -> Callable[[EmulatedServer], Document | None]:
    """Reads the one item that fits from a list in the server's configuration."""

    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in server.client.call("AdminMetaServerConfigGet")[path[0]][path[1]] if fits(one)]
        assert len(found) <= 1, f"{len(found)} of {path[1]} fit"
        return found[0] if found else None

    return read


def write_configured(path: tuple[str, str], fits: Fits) -> Callable[[EmulatedServer, Document], None]:
    """Puts an item into a list in the server's configuration, in place of the one that fits."""

    def write(server: EmulatedServer, document: Document) -> None:
        config = server.client.call("AdminMetaServerConfigGet")
        items = [one for one in config[path[0]][path[1]] if not fits(one)]
        write_config(server, {**config, path[0]: {**config[path[0]], path[1]: [*items, document]}})

    return write


def is_second_site(replica: Document) -> bool:
    return bool(replica["Description"] == "Second site")


def is_in_srv(target: Document) -> bool:
    return bool(target["Location"]["LocalcopyPath"] == "/srv/self-backup")


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


def add_tenants(server: EmulatedServer) -> None:
    for name in ("ACME", "Globex"):
        server.client.call("AdminOrganizationSet", Organization={"Name": name, "Hosts": [f"{name.lower()}.example"]})


def tenant_id(server: EmulatedServer, name: str = "ACME") -> str:
    return key_of(server, "AdminOrganizationList", "Name", name)


def add_policies(server: EmulatedServer) -> None:
    """Gold and Silver in each tenant and at the top level, so that only the right one will do."""
    add_tenants(server)
    for tenant in ("", tenant_id(server), tenant_id(server, "Globex")):
        for name in ("Gold", "Silver"):
            policy = {"Description": name, "OrganizationID": tenant, "Policy": {"PreventOpenWebUI": name == "Gold"}}
            server.client.call("AdminPoliciesSet", PolicyID=f"{name}-{tenant or 'top'}", Policy=policy)


def add_quotas(server: EmulatedServer) -> None:
    """A quota of the same name where the task does not look."""
    add_tenants(server)
    for tenant in ("", tenant_id(server, "Globex")):
        other = {"Description": "Pool", "OrganizationID": tenant, "LimitBytes": 1}
        key = f"other-{tenant or 'top'}"
        server.client.call("AdminSquotaSetWithHash", SharedStorageQuotaID=key, SharedStorageQuota=other)


def add_neighbours(server: EmulatedServer) -> None:
    """Two tenants, and webhooks in one and at the top level that no task names, with a member from the future."""
    add_tenants(server)
    for tenant in ("", "ACME"):
        for name in ("audit", "zabbix"):
            document = {"URL": f"https://{name}.example.com", "CustomHeaders": {"X-Key": name}, "FromTheFuture": 1}
            write_webhook(name, tenant)(server, document)


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


def add_templates(server: EmulatedServer) -> None:
    """Two tenants, and templates in one and at the top level that no task names, with a member from the future."""
    add_tenants(server)
    for tenant in ("", "ACME"):
        for name in ("Asia", "Africa"):
            document = {"Type": "comet", "Description": name, "ID": f"{name}-{tenant}", "FromTheFuture": 1}
            write_template(name, tenant)(server, document)


def add_psas(server: EmulatedServer) -> None:
    """Two tenants, and connections in one and at the top level that no task names, with a member from the future."""
    add_tenants(server)
    for tenant in ("", "ACME"):
        for kind, url in ((1, ""), (0, "https://other.example.com")):
            document = {"Type": kind, "URL": url, "PartnerKey": "theirs", "FromTheFuture": 1}
            write_psa(tenant)(server, document)


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


def add_user(name: str, **members: Any) -> Callable[[EmulatedServer], None]:
    def add(server: EmulatedServer) -> None:
        server.client.call("AdminAddUser", TargetUser=name, TargetPassword="correct horse")
        server.change_profile(name, **members)

    return add


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
        used = {"RepoInitTimestamp": 1700000000, "EncryptionKeyEncryptionMethod": 1}
        used["Statistics"] = {"ClientProvidedSize": {"Size": 4096, "MeasureCompleted": 1700000000}}
        rule = {"Description": "Each night", "Source": "documents", "Destination": key}
        server.change_profile("alice", Destinations={key: used}, BackupRules={"nightly": rule})

    return set_up


def add_user_with_gold(server: EmulatedServer) -> None:
    key = key_of(server, "AdminPoliciesListFull", "Description", "Gold")
    add_user("bob", PolicyID=key)(server)


def write_group(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminUserGroupsListFull", "Name", document["Name"])
    server.client.call("AdminUserGroupsSet", GroupID=key, Group=document)


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


def add_user_of_acme(server: EmulatedServer) -> None:
    vault = {"Description": "Main", "DestinationType": 1002, "LocalcopyPath": "/backup"}
    add_user("bob", OrganizationID=tenant_id(server), Destinations={"vault-1": vault})(server)


def add_vaults_under_pool(server: EmulatedServer) -> None:
    """Three under the quota, and one that has nothing to do with it."""
    key = quota_id(server)
    under, alone = ({"DestinationType": 1002, "LocalcopyPath": "/backup", "StorageLimitID": one} for one in (key, ""))
    add_user("bob", Destinations={"vault-1": under, "vault-2": under, "vault-3": alone})(server)
    add_user("carol", Destinations={"vault-4": under})(server)


def add_replicas(server: EmulatedServer) -> None:
    """Targets of both roles that no task names, one of them without a name, with a member from the future."""
    config = server.client.call("AdminMetaServerConfigGet")
    replica = {"Type": "comet", "Username": "theirs", "Password": "theirs", "FromTheFuture": 1}
    replica["RemoteAddress"] = "https://a.example.com/"
    named, nameless = ({**replica, "Description": name} for name in ("A", ""))
    for role in ("AuthenticationRole", "StorageRole"):
        config = {**config, role: {**config[role], "RoleEnabled": True, "ReplicateTo": [named, nameless]}}
    write_config(server, config)


def add_self_backups(server: EmulatedServer) -> None:
    """Self-backups to other places, which no task names, with a member from the future."""
    config = server.client.call("AdminMetaServerConfigGet")
    local = {"DestinationType": 1002, "LocalcopyPath": "/srv/other"}
    bucket = {"DestinationType": 1000, "S3Server": "s3.example.com", "S3BucketName": "b", "S3SecretKey": "theirs"}
    targets = [{"Location": place, "EncryptionKey": "theirs", "FromTheFuture": 1} for place in (local, bucket)]
    write_config(server, {**config, "SelfBackup": {**config["SelfBackup"], "Targets": targets}})
