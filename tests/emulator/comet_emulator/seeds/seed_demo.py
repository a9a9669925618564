"""The demo seed: a small provider with two tenants, policies, storage templates, thirty users and their jobs."""

from __future__ import annotations

import random
from typing import Any

import orjson

from ..core.passwords import HASHED
from ..devices.registering import NewDevice, waiting_device
from ..emulator import Emulator
from ..methods.buckets import create_bucket
from ..methods.setup import create_admin, store_config
from ..server.provisioning import SELF
from .seed_jobs import seed_jobs
from .seed_users import GIB, UserMaker, guid_from, put_policy

TENANTS = {
    "11111111-1111-4111-8111-111111111111": ("ACME", "backup.acme.example"),
    "22222222-2222-4222-8222-222222222222": ("Globex", "backup.globex.example"),
}
USERS_FOR_EACH = 10

THIS_SERVER = {"Type": "comet", "Description": "This server", "RemoteAddress": SELF, "Username": "admin"}
"""The target of the demo's Constellation."""

GOLD = {"Mode": 802, "Ranges": [{"Type": 903, "Days": 30}, {"Type": 906, "Weeks": 12}, {"Type": 905, "Months": 24}]}
SILVER = {"Mode": 802, "Ranges": [{"Type": 903, "Days": 14}]}


def _template(name: str, rng: random.Random, limit: int) -> dict[str, Any]:
    return {
        "ID": guid_from(rng),
        "Type": "comet",
        "Description": name,
        "RemoteAddress": "$self$",
        "StorageLimitEnabled": limit > 0,
        "StorageLimitBytes": limit,
    }


def _policies(emulator: Emulator, rng: random.Random, organization: str) -> list[str]:
    keys = []
    for name, retention, default in (("Gold", GOLD, False), ("Silver", SILVER, True)):
        key = guid_from(rng)
        settings = {
            "DefaultStorageVaultRetention": retention,
            "PreventDeleteStorageVault": True,
            "PreventOpenWebUI": not default,
        }
        policy = {"Description": name, "OrganizationID": organization, "DefaultUserPolicy": default, "Policy": settings}
        put_policy(emulator, key, policy)
        keys.append(key)
    return keys


def _users(emulator: Emulator, rng: random.Random, organization: str, prefix: str) -> None:
    maker = UserMaker(emulator, rng, organization, _policies(emulator, rng, organization))
    for number in range(USERS_FOR_EACH):
        username = f"{prefix}-{number + 1:02d}"
        profile = maker.make(number, username)
        seed_jobs(emulator, rng, profile, organization)
        emulator.store.put("user", username, profile, organization=organization, parent=profile["PolicyID"])


def _lobby(emulator: Emulator) -> None:
    """Installers that wait for somebody to give them a login, at the server and at each tenant."""
    rng = random.Random("lobby")
    for organization, host in [("", "127.0.0.1:8060"), *((key, host) for key, (_unused, host) in TENANTS.items())]:
        new = NewDevice(f"{rng.getrandbits(256):064x}", f"NEW-PC-{rng.randrange(100)}", emulator.version_text)
        waiting = waiting_device(new, organization, host, emulator.clock.now())
        emulator.live.waiting[new.device] = waiting


def _buckets(emulator: Emulator) -> None:
    """Make the buckets that the users' vaults are in."""
    for row in emulator.store.rows("user").values():
        for vault in orjson.loads(row.body)["Destinations"].values():
            key, size = emulator.hash(vault["CometBucketKey"]), vault["Statistics"]["ClientProvidedSize"]
            create_bucket(emulator, vault["CometBucket"], HASHED, key, row.organization, size)


def seed_demo(emulator: Emulator) -> None:
    """Fill an empty server."""
    rng = random.Random("demo")
    config = emulator.store.document("server", "config") or {}
    templates = [
        {**config["AuthenticationRole"]["RemoteStorage"][0], "ID": guid_from(rng)},
        _template("Europe", rng, 500 * GIB),
    ]
    config["AuthenticationRole"]["RemoteStorage"] = emulator.take("list<RemoteStorageOption>", templates, "seed")
    config["ConstellationRole"]["Servers"] = emulator.take("list<RemoteServerAddress>", [THIS_SERVER], "seed")
    store_config(emulator, config)
    _users(emulator, rng, "", "direct")
    for key, (name, host) in TENANTS.items():
        tenant = {
            "Name": name,
            "Hosts": [host],
            "Branding": {"BrandName": name, "ProductName": f"{name} Backup"},
            "Email": {"FromEmail": f"noreply@{host}", "FromName": name},
            "RemoteStorage": [_template(f"{name} storage", rng, 250 * GIB)],
        }
        emulator.store.put("organization", key, emulator.take("Organization", tenant, "seed"), organization=key)
        create_admin(emulator, name.lower(), f"{name.lower()}-admin", key)
        _users(emulator, rng, key, name.lower())
    _buckets(emulator)
    _lobby(emulator)
