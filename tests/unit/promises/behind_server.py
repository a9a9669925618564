# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back with what the server has as a whole, and with settings."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import Document, config_of, write_config, write_tenant
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import held_by


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


# What objects need to exist before


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
