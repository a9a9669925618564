"""Believable users in bulk: about 8 KB each, made from shaped parts so that a hundred thousand take seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from ..core.passwords import HASHED
from ..core.store import Row, serialise
from ..devices.live import number_of
from ..devices.worlds import PLATFORMS
from ..emulator import Emulator

Document = dict[str, Any]

EPOCH = 1_700_000_000
DAY = 24 * 3600
GIB = 1 << 30
BATCH = 5_000
PASSWORD = "demo-password"

FIRST_NAMES = (
    "Ada",
    "Ben",
    "Chloe",
    "David",
    "Elif",
    "Farid",
    "Grace",
    "Hugo",
    "Ines",
    "Jonas",
    "Kira",
    "Liam",
    "Mona",
    "Noah",
)
LAST_NAMES = (
    "Abbott",
    "Brandt",
    "Costa",
    "Dubois",
    "Egede",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindt",
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
ENGINES = ("engine1/file", "engine1/systemstate", "engine1/mssql")
FILES_ONLY = ENGINES[:1]
WINDOWS_SYSTEMS = ("windows", "windows", "server")
SYSTEMS = (*WINDOWS_SYSTEMS, "macos", "linux")
VERSIONS = ("25.9.8", "25.9.8", "25.9.8", "25.9.8", "25.9.6", "25.6.8")
INCLUDES = {
    "INCLUDE0": "C:\\Users",
    "INCLUDE1": "D:\\Data",
    "EXCLUDE0": "C:\\Users\\*\\AppData\\Local\\Temp",
    "USE_WIN_VSS": "1",
}
UNIX_INCLUDES = {"INCLUDE0": "/home", "INCLUDE1": "/srv", "EXCLUDE0": "/home/*/.cache"}


PROFILE = {
    "LanguageCode": "en_US",
    "SendEmailReports": True,
    "SupportsDeviceAssociations": True,
    "PasswordFormat": HASHED,
    "PasswordRecovery": "recovery-code-of-the-seed",
    "AllowPasswordLogin": True,
    "CreateTime": EPOCH,
}
VAULT = {
    "CreateTime": EPOCH,
    "ModifyTime": EPOCH,
    "DestinationType": 1003,
    "CometServer": "https://storage.example.com/",
    "EncryptionKeyEncryptionMethod": 1,
    "RepoInitTimestamp": EPOCH,
    "DefaultRetention": {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 30}, {"Type": 905, "Months": 12}]},
    "Statistics": {"ClientProvidedSize": {"Size": GIB, "MeasureStarted": EPOCH, "MeasureCompleted": EPOCH + 60}},
}
RULE = {
    "Description": "Every night",
    "CreateTime": EPOCH,
    "ModifyTime": EPOCH,
    "SkipAlreadyRunning": True,
    "Schedules": [{"FrequencyType": 8011, "SecondsPast": 7200}],
}
DEVICE = {
    "RegistrationTime": EPOCH,
    "PlatformVersion": PLATFORMS["windows"],
    "DeviceTimezone": "Europe/Berlin",
}


def guid_from(rng: random.Random) -> str:
    """An identifier that the generator decides."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def put_policy(emulator: Emulator, key: str, policy: Document) -> None:
    """Store a policy of a seed."""
    dates = {"CreatedDate": EPOCH, "ModifiedDate": EPOCH}
    shaped = emulator.take("GroupPolicy", {**policy, **dates}, "Policy")
    emulator.store.put("policy", key, shaped, organization=shaped["OrganizationID"])


class UserMaker:
    """Makes users of one tenant from parts that were shaped once."""

    def __init__(self, emulator: Emulator, rng: random.Random, organization: str, policies: list[str]) -> None:
        self.rng = rng
        self.organization = organization
        self.policies = policies
        self.settings = {key: (emulator.store.peek("policy", key) or {})["Policy"] for key in policies}
        profile = {**PROFILE, "OrganizationID": organization, "PasswordHash": emulator.hash(PASSWORD)}
        self.profile = emulator.take("UserProfileConfig", profile, "seed")
        self.vault = emulator.take("DestinationConfig", VAULT, "seed")
        self.source = emulator.take("SourceConfig", {"CreateTime": EPOCH, "ModifyTime": EPOCH}, "seed")
        self.rule = emulator.take("BackupRuleConfig", RULE, "seed")
        self.device = emulator.take("DeviceConfig", DEVICE, "seed")

    def make(self, number: int, username: str) -> Document:
        """The user of that number, in its final shape."""
        rng = self.rng
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        policy = self.policies[number % len(self.policies)] if self.policies and number % 4 else ""
        devices = {f"{rng.getrandbits(256):064x}": f"PC-{number}-{index}" for index in range(1 + number % 2)}
        vaults = {guid_from(rng): self._vault(name) for name in ("Office", "Cloud")[: 1 + number % 2]}
        engines = ENGINES[: 1 + number % 3]
        configs = {key: self._device(key, name, engines) for key, name in devices.items()}
        sources = {
            guid_from(rng): self._source(engine, owner, configs[owner]) for owner in devices for engine in engines
        }
        rules = {
            guid_from(rng): {**self.rule, "Source": source, "Destination": next(iter(vaults))} for source in sources
        }
        return {
            **self.profile,
            "Username": username,
            "AccountName": f"{first} {last}",
            "LocalTimezone": ZONES[number % len(ZONES)],
            "Emails": [f"{first}.{last}.{number}@example.com".lower()],
            "Destinations": vaults,
            "Sources": sources,
            "BackupRules": rules,
            "Devices": configs,
            "MaximumDevices": number % 5,
            "PolicyID": policy,
            "Policy": self.settings[policy] if policy else self.profile["Policy"],
            "CreationGUID": guid_from(rng),
        }

    def _vault(self, name: str) -> Document:
        size = self.rng.randrange(1, 500) * GIB
        statistics = self.vault["Statistics"]
        return {
            **self.vault,
            "Description": name,
            "CometBucket": guid_from(self.rng),
            "CometBucketKey": f"{self.rng.getrandbits(160):040x}",
            "EncryptedEncryptionKey": f"{self.rng.getrandbits(256):064x}",
            "StorageLimitEnabled": True,
            "StorageLimitBytes": 2 * size,
            "Statistics": {**statistics, "ClientProvidedSize": {**statistics["ClientProvidedSize"], "Size": size}},
        }

    def _device(self, key: str, name: str, engines: tuple[str, ...]) -> Document:
        """A device whose id decides about system and version; all but files are backed up on Windows only."""
        systems = SYSTEMS if engines == FILES_ONLY else WINDOWS_SYSTEMS
        return {
            **self.device,
            "FriendlyName": name,
            "PlatformVersion": PLATFORMS[systems[number_of(f"system {key}", len(systems))]],
            "ClientVersion": VERSIONS[number_of(f"version {key}", len(VERSIONS))],
        }

    def _source(self, engine: str, owner: str, device: Document) -> Document:
        names = {"engine1/file": "Files", "engine1/systemstate": "System", "engine1/mssql": "Database"}
        includes = INCLUDES if device["PlatformVersion"]["os"] == "windows" else UNIX_INCLUDES
        properties = includes if engine == "engine1/file" else {}
        return {
            **self.source,
            "Engine": engine,
            "Description": names[engine],
            "OwnerDevice": owner,
            "EngineProps": properties,
        }

    def row(self, number: int, username: str) -> tuple[str, Row]:
        """The user of that number, ready for the store."""
        profile = self.make(number, username)
        return username, Row(serialise(profile), self.organization, profile["PolicyID"])


def seed_users(emulator: Emulator, count: int) -> None:
    """``count`` users without a tenant, three quarters of them with one of two policies."""
    policies = ["policy-standard", "policy-premium"]
    put_policy(emulator, policies[0], {"Description": "Standard", "Policy": {"PreventDeleteStorageVault": True}})
    put_policy(emulator, policies[1], {"Description": "Premium", "Policy": {"ModeAdminResetPassword": 3}})
    maker = UserMaker(emulator, random.Random(count), "", policies)

    def rows(start: int) -> Iterator[tuple[str, Row]]:
        return (maker.row(number, f"user-{number:06d}") for number in range(start, min(start + BATCH, count)))

    for start in range(0, count, BATCH):
        emulator.store.put_many("user", rows(start))
