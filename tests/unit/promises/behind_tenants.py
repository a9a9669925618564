# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back with what the server and each tenant may have several of."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import Document, add_tenants, tenant_id, write_tenant
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user


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


# What objects need to exist before


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


def add_user_of_acme(server: EmulatedServer) -> None:
    vault = {"Description": "Main", "DestinationType": 1002, "LocalcopyPath": "/backup"}
    add_user("bob", OrganizationID=tenant_id(server), Destinations={"vault-1": vault})(server)


def add_vaults_under_pool(server: EmulatedServer) -> None:
    """Three under the quota, and one that has nothing to do with it."""
    key = quota_id(server)
    under, alone = ({"DestinationType": 1002, "LocalcopyPath": "/backup", "StorageLimitID": one} for one in (key, ""))
    add_user("bob", Destinations={"vault-1": under, "vault-2": under, "vault-3": alone})(server)
    add_user("carol", Destinations={"vault-4": under})(server)
