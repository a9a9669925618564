# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test does behind the tasks' back, whatever the kind: reading, writing, and making tenants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer

Document = dict[str, Any]


def listed(method: str, member: str, name: str) -> Callable[[EmulatedServer], Document | None]:
    """Reads the one object of a list whose ``member`` is ``name``."""

    def read(server: EmulatedServer) -> Document | None:
        found = [one for one in server.client.call(method).values() if one[member] == name]
        assert len(found) <= 1, f"{len(found)} objects are named {name}"
        return found[0] if found else None

    return read


def key_of(server: EmulatedServer, method: str, member: str, name: str) -> str:
    return str(next(key for key, one in server.client.call(method).items() if one[member] == name))


def write_tenant(server: EmulatedServer, document: Document) -> None:
    key = key_of(server, "AdminOrganizationList", "Name", document["Name"])
    server.client.call("AdminOrganizationSet", OrganizationID=key, Organization=document)


def config(server: EmulatedServer) -> Document | None:
    found: Document = server.client.call("AdminMetaServerConfigGet")
    return found


def write_config(server: EmulatedServer, document: Document) -> None:
    started = server.start_hash
    server.client.call("AdminMetaServerConfigSet", Config=document)
    server.client.wait_for_restart(started, 20, 0.02)


def config_of(server: EmulatedServer) -> Document:
    found: Document = server.client.call("AdminMetaServerConfigGet")
    return found


def tenant_id(server: EmulatedServer, name: str = "ACME") -> str:
    return key_of(server, "AdminOrganizationList", "Name", name)


# What objects need to exist before


def add_tenants(server: EmulatedServer) -> None:
    for name in ("ACME", "Globex"):
        server.client.call("AdminOrganizationSet", Organization={"Name": name, "Hosts": [f"{name.lower()}.example"]})


def add_admin(server: EmulatedServer, name: str, **members: Any) -> None:
    """Another administrator with the same password."""
    server.client.call("AdminAdminUserNew", TargetUser=name, TargetPassword=PASSWORD)
    document = config_of(server)
    for admin in document["AdminUsers"]:
        if admin["Username"] == name:
            admin.update(members)
    write_config(server, document)
