# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places in shared documents, which writers fill with one number after the other, each its own, all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Options

Document = dict[str, Any]
Write = Callable[[EmulatedServer, int], bool]
"""Puts a number into the slot; whether the server has acknowledged it."""

PATIENCE = 40
"""How often another program tries before it gives up: it is more stubborn than the collection."""


@dataclass
class Slot:
    """One place, and the ledger of its writer: the last number that was acknowledged, and those tried since."""

    name: str
    write: Write
    read: Callable[[EmulatedServer], int | None]
    shows: Callable[[int], int] = int
    """What is read where a number was written."""
    acknowledged: int | None = None
    tried: list[int] = field(default_factory=list)
    updates: int = 0
    asks: Callable[[int], dict[str, Options]] | None = None
    """The task that writes a number, as a playbook has it; None for other programs."""

    def put(self, server: EmulatedServer, number: int) -> None:
        """Write a number, and keep the ledger."""
        self.note(number, self.write(server, number))

    def note(self, number: int, acknowledged: bool) -> None:
        """Keep the ledger of a number that somebody else has tried to write."""
        self.tried.append(number)
        if acknowledged:
            self.acknowledged, self.tried = number, []
            self.updates += 1

    def kept(self, server: EmulatedServer) -> bool:
        """Whether the slot holds what was last acknowledged, or what was tried since and perhaps happened."""
        if self.acknowledged is None:
            return True
        return self.read(server) in {self.shows(number) for number in (self.acknowledged, *self.tried)}


def by_task(name: str, module: str, options: Callable[[int], Options], read: Callable[[EmulatedServer], Any]) -> Slot:
    """A slot that a task of the collection writes."""

    def write(server: EmulatedServer, number: int) -> bool:
        return not server.task(module, **options(number)).get("failed")

    def task(number: int) -> dict[str, Options]:
        return {f"comet.backup.{module}": options(number)}

    return Slot(f"{module} {name}", write, read, asks=task)


def by_program(name: str, get: Callable[[Client], tuple[Document, str]], put: Callable[..., None]) -> Slot:
    """A member that nobody knows, written by another program that minds the lock: ``put`` sends document and hash."""

    def write(server: EmulatedServer, number: int) -> bool:
        with connect({**DEFAULTS, **server.login}, False) as client:
            for _unused in range(PATIENCE):
                document, lock = get(client)
                try:
                    put(client, {**document, name: number}, lock)
                except Refused:
                    continue
                return True
        return False

    def read(server: EmulatedServer) -> int | None:
        return get(server.client)[0].get(name)

    return Slot(f"program {name}", write, read)


DEFAULTS: Options = {
    "validate_certs": True,
    "ca_path": None,
    "client_cert": None,
    "client_key": None,
    "timeout": 30,
    "retries": 3,
    "allow_http": False,
}
"""Connection options of the other programs."""


def number_in(text: Any) -> int | None:
    """The digits of a text, as a number."""
    digits = "".join(letter for letter in str(text or "") if letter.isdigit())
    return int(digits) if digits else None


# A user's profile


def profile(client: Client) -> tuple[Document, str]:
    """The profile of alice, and its hash."""
    answer = client.call("AdminGetUserProfileAndHash", TargetUser="alice")
    return answer["Profile"], answer["ProfileHash"]


def add_alice(server: EmulatedServer) -> None:
    """A user with a device, a storage vault and a protected item."""
    server.client.call("AdminAddUser", TargetUser="alice", TargetPassword="correct horse")
    office = {"Description": "Office", "DestinationType": 1002, "LocalcopyPath": "/office"}
    pictures = {"Description": "Pictures", "Engine": "engine1/file", "OwnerDevice": "pc-1"}
    devices = {"pc-1": {"FriendlyName": "PC-1"}}
    server.change_profile("alice", Devices=devices, Destinations={"office": office}, Sources={"pictures": pictures})


def put_profile(client: Client, document: Document, lock: str) -> None:
    """Write it under its hash."""
    client.call("AdminSetUserProfileHash", TargetUser="alice", ProfileData=document, RequireHash=lock)


def in_profile(member: str) -> Callable[[EmulatedServer], Any]:
    """Reads a member of the profile."""
    return lambda server: profile(server.client)[0].get(member)


def inside(member: str, name: str, part: str, called: str = "Description") -> Callable[[EmulatedServer], int | None]:
    """Reads the number in a part of the one thing of that name in a map of the profile."""

    def read(server: EmulatedServer) -> int | None:
        found = [one for one in (profile(server.client)[0].get(member) or {}).values() if one[called] == name]
        value = found[0].get(part) if len(found) == 1 else None
        return number_in(value)

    return read


def of_alice() -> list[Slot]:
    """Slots in one profile: of tasks, of another program, and of her device, which writes past all locks."""
    alice = {"user": "alice"}

    def vault(name: str) -> Slot:
        def options(number: int) -> Options:
            return {**alice, "name": name, "type": "local", "localcopy_path": f"/srv/{number}"}

        return by_task(name, "comet_storage_vault", options, inside("Destinations", name, "LocalcopyPath"))

    def item(name: str) -> Slot:
        def options(number: int) -> Options:
            return {**alice, "name": name, "device": "PC-1", "engine": "file", "pre_exec": [f"run {number}"]}

        return by_task(name, "comet_protected_item", options, inside("Sources", name, "PreExec"))

    def schedule(name: str) -> Slot:
        where = {"protected_item": "Pictures", "storage_vault": "Office"}

        def options(number: int) -> Options:
            return {**alice, **where, "name": name, "pre_exec": [f"run {number}"]}

        return by_task(name, "comet_schedule", options, inside("BackupRules", name, "PreExec"))

    def member(option: str, name: str) -> Slot:
        return by_task(option, "comet_user", lambda number: {"name": "alice", option: number}, in_profile(name))

    def device(server: EmulatedServer, number: int) -> bool:
        server.change_profile("alice", FromTheDevice=number)
        return True

    return [
        *(vault("Main"), vault("Second"), item("Documents"), item("Letters"), schedule("Nightly"), schedule("Weekly")),
        member("maximum_devices", "MaximumDevices"),
        member("all_protected_items_quota_bytes", "AllProtectedItemsQuotaBytes"),
        by_program("FromTheFuture", profile, put_profile),
        Slot("device", device, in_profile("FromTheDevice")),
    ]


# A policy, and a shared quota


def policy(client: Client) -> tuple[Document, str]:
    """The policy Gold, and its hash."""
    answer = client.call("AdminPoliciesGet", PolicyID="Gold")
    return answer["Policy"], answer["PolicyHash"]


def add_gold(server: EmulatedServer) -> None:
    """A policy with nothing in it."""
    server.client.call("AdminPoliciesSet", PolicyID="Gold", Policy={"Description": "Gold", "Policy": {}})


def put_policy(client: Client, document: Document, lock: str) -> None:
    """Write it under its hash."""
    client.call("AdminPoliciesSet", PolicyID="Gold", Policy=document, CheckPolicyHash=lock)


def of_gold() -> list[Slot]:
    """Slots in one policy."""

    def setting(option: str, member: str) -> Slot:
        def read(server: EmulatedServer) -> Any:
            return policy(server.client)[0]["Policy"].get(member)

        return by_task(option, "comet_policy", lambda number: {"name": "Gold", "settings": {option: number}}, read)

    return [
        setting("random_delay_secs", "RandomDelaySecs"),
        setting("rotate_storage_vault_keys_hours", "RotateStorageVaultKeysHours"),
        *of_old_gold(),
    ]


def of_old_gold() -> list[Slot]:
    """The same on the oldest server, which has no numbers among the settings."""

    def source(key: str) -> Slot:
        def options(number: int) -> Options:
            made = {"id": key, "engine": "file", "description": f"No. {number}"}
            return {"name": "Gold", "settings": {"default_sources": [made]}}

        def read(server: EmulatedServer) -> int | None:
            found = (policy(server.client)[0]["Policy"].get("DefaultSources") or {}).get(key) or {}
            return number_in(found.get("Description"))

        return by_task(key, "comet_policy", options, read)

    return [
        source("first"),
        source("other"),
        source("third"),
        by_program("FromTheFuture", policy, put_policy),
        by_program("FromTheProgram", policy, put_policy),
    ]


def quota(client: Client) -> tuple[Document, str]:
    """The shared quota Pool, and its hash."""
    answer = client.call("AdminSquotaGetWithHash", SharedStorageQuotaID="pool")
    return answer["SharedStorageQuota"], answer["SharedStorageQuotaHash"]


def add_pool(server: EmulatedServer) -> None:
    """A quota without a limit."""
    pool = {"Description": "Pool"}
    server.client.call("AdminSquotaSetWithHash", SharedStorageQuotaID="pool", SharedStorageQuota=pool)


def put_quota(client: Client, document: Document, lock: str) -> None:
    """Write it under its hash."""
    client.call("AdminSquotaSetWithHash", SharedStorageQuotaID="pool", SharedStorageQuota=document, CheckHash=lock)


def of_pool() -> list[Slot]:
    """Slots in one shared quota."""

    def read(server: EmulatedServer) -> Any:
        return quota(server.client)[0].get("LimitBytes")

    limit = by_task("limit", "comet_shared_quota", lambda number: {"name": "Pool", "limit_bytes": number}, read)
    return [
        limit,
        by_program("FromTheFuture", quota, put_quota),
        by_program("FromTheProgram", quota, put_quota),
    ]
