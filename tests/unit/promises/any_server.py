# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers with anything on them: documents made by chance from the facts, under names that nobody would choose."""

from __future__ import annotations

import random
import uuid
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Type, constants
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

Document = dict[str, Any]

NAMES = [
    *(
        "ACME",
        "acme",
        "A.C.M.E.",
        "Bäckerei Müller",
        "株式会社",
        "con",
        "server",
        "ansible",
        "x" * 100,
        "a/b\\c",
        "..",
        "-",
    ),
    *(
        "yes",
        "null",
        "1e5",
        "0x1F",
        "12:30",
        "2024-01-01",
        "{{ name }}",
        "{% raw %}",
        "# no comment",
        "a: b",
        "- a",
        "!x",
    ),
    *(
        "two  spaces",
        "line\nbreak",
        '"quoted"',
        "'single'",
        "*alias",
        "&anchor",
        "%percent",
        "@at",
        "`tick",
        "naïve café",
    ),
]
TEXTS = [
    *(
        "plain",
        "",
        " leading",
        "trailing ",
        "tab\there",
        "a\nb",
        "a\nb\n",
        "a\n\nb\n\n",
        "\n",
        "  indented\nless",
        "é",
        "😀",
    ),
    *(
        "docker ps --format '{{.Names}}'",
        "{{ secret }}",
        "{{secret}}",
        "{# comment #}",
        "true",
        "No",
        "~",
        "3.14",
        "1_000",
    ),
    *(
        "https://user:password@host.example/path",
        "https://host.example",
        "C:\\Users\\*\\Temp",
        "\u2028",
        "\x85",
        "\x7f",
        "=",
    ),
    *("0777", "08:30", "-1", "[a]", "{a: b}", "a #b", "a:", "<<", "|", ">", "?", "\ufeffbom", "\x1b[0m", "end\\"),
]
ENGINES = {
    "engine1/file": {
        "INCLUDE0": "/home", "INCLUDE10": "/srv", "INCLUDE2": "{{ path }}", "EXCLUDE0": "*.tmp", "USE_WIN_VSS": "1",
        "PINCLUDE0": '{"TopDirectory":"C:\\\\","Value":"*.txt"}', "PINCLUDE1": "no JSON",
        "SMBAUTH0": '{"SharePath":"\\\\\\\\nas\\\\a","Username":"u","Password":"p"}', "OTHER": "yes",
    },
    "engine1/mssql": {"PASSWORD": "geheim", "USERNAME": "sa", "ALL_DATABASES": "1", "DB-x": "1"},
    "engine1/mysql": {"HOST": "db", "PASSWORD": "geheim", "PORT": "3306"},
    "engine1/stdout": {"COMMAND": "dump --password x", "OTHER": "{{ x }}", "EXTRACOMMAND-1": "more"},
    "engine1/systemstate": {},
}  # fmt: skip
SENSIBLE: dict[str, list[Document]] = {
    "ExtraFileExclusion": [
        {"Exclude": "*.tmp"},
        {"Exclude": "{{ x }}", "RestrictOS": 1},
        {"Exclude": " ", "Regex": True},
    ],
    "RetentionPolicy": [{"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 3}, {"Type": 903, "Days": 30}]}, {"Mode": 801}],
    "ScheduleConfig": [
        {"FrequencyType": 8010, "SecondsPast": 2**32},
        {"FrequencyType": 8011, "SecondsPast": 7261, "RandomDelaySecs": 600},
        {"FrequencyType": 8012, "SecondsPast": 1800},
        {"FrequencyType": 8013, "SecondsPast": 93600, "Offset": 60},
        {"FrequencyType": 8014, "SecondsPast": 12 * 86400 + 60},
        {"FrequencyType": 8015, "SecondsPast": 5400, "RestrictDays": True, "DaysSelect": {"Monday": True}},
        {"FrequencyType": 8016, "SecondsPast": 0, "SelectedMonth": 2, "SelectedDay": 29},
    ],
}
"""Structures of which modules refuse what makes no sense, and those of which lists hold several alike."""


class AnyServer:
    """Fills a server by chance. The same ``seed`` gives the same server, save for what the server chooses itself."""

    def __init__(self, server: EmulatedServer, seed: int) -> None:
        self.server = server
        self.client = server.client
        self.chance = random.Random(seed)

    def fill(self, portable: bool = False) -> None:
        """Everything there can be, in the top level and in some tenants.

        What is ``portable`` can be made again on another server: nothing there needs a device, and no two tenants bear
        the same name.
        """
        self.devices = 0 if portable else 3
        self._settings()
        names = self.chance.sample(NAMES, 3) if portable else [self.name() for _unused in range(3)]
        keys = ["", *map(self._tenant, names)]
        for key in keys:
            groups = [self._group(key) for _unused in range(3)]
            quotas = [self._quota(key) for _unused in range(2)]
            policies = [self._policy(key) for _unused in range(4)]
            for _unused in range(6):
                self._user(key, policies, groups, quotas)
            self.client.call("AdminStorageRegisterBucket", SetOrganizationID=key, **self._bucket())
            if key:
                self._admin(key, policies)
        self.client.call("AdminNewsSubmit", NewsContent="Maintenance: {{ tonight }}\nfrom 20:00")

    def name(self) -> str:
        """A name that others may have as well."""
        return self.chance.choice(NAMES)

    def text(self) -> str:
        return self.chance.choice(TEXTS)

    def key(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def document(self, name: str, rate: float = 0.5, depth: int = 0) -> Document:
        """A document of a structure, with about so many of its members."""
        rate = rate / (1 + depth)
        if name in SENSIBLE:
            return dict(self.chance.choice(SENSIBLE[name]))
        chosen = {
            key: self._value(entry, rate, depth)
            for key, entry in _fields.fields(name).items()
            if not entry.member.computed and self.chance.random() < rate
        }
        return {key: value for key, value in chosen.items() if value is not None}

    def _value(self, entry: Field, rate: float, depth: int) -> Any:
        member = entry.member
        if member.reference or depth > 4:
            return None
        if entry.kind == _fields.VALUE:
            return self._scalar(member, member.type)
        if entry.kind == _fields.STRUCT:
            return self.document(entry.inner, rate, depth + 1)
        if entry.kind == _fields.ENTRIES:
            keys = {self.key() if entry.key_option == "id" else self.name() for _unused in range(2)}
            return {key: self.document(entry.inner, rate, depth + 1) for key in keys}
        if entry.kind == _fields.RECORDS:
            return [self._record(entry, rate, depth, number) for number in range(self.chance.randrange(4))]
        if entry.kind == _fields.MAP:
            return {name: self.text() for name in ("Authorization", "X-Kind")}
        kind = member.type.item or member.type
        items = [self._scalar(member, kind) for _unused in range(self.chance.randrange(4))]
        return list(dict.fromkeys(items))

    def _record(self, entry: Field, rate: float, depth: int, number: int) -> Document:
        """An item of a list; what tells items apart differs."""
        item = self.document(entry.inner, rate, depth + 1)
        for key in entry.member.key:
            for member in key.split("+"):
                field = _fields.fields(entry.inner)[member]
                if field.member.type.name == "string" and not field.member.reference and not field.member.enum:
                    item[member] = f"{self.name()} {number}"
        return item

    def _scalar(self, member: Member, kind: Type) -> Any:
        if member.secret:
            return self.chance.choice(["", "geheim", "{{ secret }}"])
        if member.enum and not member.bitset:
            return self.chance.choice(list(constants(member.enum).choices.values()))
        if kind.name == "bool":
            return self.chance.random() < 0.5
        if kind.name == "float":
            return self.chance.choice([0.0, 0.5, 3.0])
        if kind.name == "int":
            return min(self._number(member), member.most or 2**62)
        return self.text()

    def _number(self, member: Member) -> int:
        if member.unit in ("bytes", "seconds", "time_of_day", "unix_seconds"):
            return self.chance.choice([0, 1, 60, 3600, 7261, 86400, 90061, 2**30, 5 * 2**40, 10**12, 123456789])
        return self.chance.randrange(5)

    # Objects

    def _settings(self) -> None:
        """Settings that neither stop the server nor shut anybody out."""
        config = self.client.call("AdminMetaServerConfigGet")
        for member in ("Branding", "Email", "WebhookOptions", "AuditFileOptions", "SelfBackup", "ExperimentalOptions"):
            entry = _fields.fields("ServerConfigOptions")[member]
            if member in config:
                config[member] = self._value(entry, 0.8, 0) or config[member]
        config["SelfBackup"]["Targets"] = []
        config["ConstellationRole"]["Servers"] = [self.document("RemoteServerAddress") | {"Description": "one"}]
        templates = [self._template(number) for number in range(3)]
        config["AuthenticationRole"]["RemoteStorage"] = templates
        self.configure(config)

    def configure(self, config: Document) -> None:
        """Write the configuration, and wait until the server is back."""
        self.client.forget_version()
        before = self.client.version_info()["ServerStartHash"]
        self.client.call("AdminMetaServerConfigSet", Config=config)
        self.client.wait_for_restart(before, 30, 0.02)

    def _template(self, number: int) -> Document:
        template = self.document("RemoteStorageOption", 0.3) | {"Type": "comet", "ID": self.key()}
        return template | {"Description": f"{self.name()} {number}", "RemoteAddress": "$self$"}

    def _tenant(self, name: str) -> str:
        document = self.document("Organization", 0.7)
        document["Name"] = name
        document["Hosts"] = [f"{self.chance.randrange(10**9)}.example"]
        document["RemoteStorage"] = [self._template(number) for number in range(2)]
        return str(self.client.call("AdminOrganizationSet", Organization=document)["ID"])

    def _group(self, tenant: str) -> str:
        key = self.key()
        self.client.call("AdminUserGroupsSet", GroupID=key, Group={"Name": self.name(), "OrganizationID": tenant})
        return key

    def _quota(self, tenant: str) -> str:
        key, limit = self.key(), self.chance.choice([0, 2**40, 12345])
        quota = {"Description": self.name(), "OrganizationID": tenant, "LimitBytes": limit}
        self.client.call("AdminSquotaSetWithHash", SharedStorageQuotaID=key, SharedStorageQuota=quota)
        return key

    def _policy(self, tenant: str) -> str:
        key = self.key()
        document = self.document("GroupPolicy", 1.0) | {"Description": self.name(), "OrganizationID": tenant}
        document.get("Policy", {}).pop("ModeRequireUserResetPassword", None)  # it would change each new user
        self.client.call("AdminPoliciesSet", PolicyID=key, Policy=document)
        return key

    def _bucket(self) -> Document:
        return {"SetBucketValue": self.key(), "SetKeyHashValue": "geheim", "SetKeyHashFormat": "1"}

    def _admin(self, tenant: str, policies: list[str]) -> None:
        name = f"admin-{self.chance.randrange(10**6)}"
        self.client.call("AdminAdminUserNew", TargetUser=name, TargetPassword="geheim-geheim", TargetOrgID=tenant)
        config = self.client.call("AdminMetaServerConfigGet")
        permissions = self.document("AdminUserPermissions") | {"AllowedUserPolicies": policies[:2]}
        for admin in config["AdminUsers"]:
            if admin["Username"] == name:
                admin["Permissions"] = permissions
        self.configure(config)

    def _user(self, tenant: str, policies: list[str], groups: list[str], quotas: list[str]) -> None:
        name = f"user-{self.chance.randrange(10**9)}"
        self.client.call("AdminAddUser", TargetUser=name, TargetPassword="geheim-geheim", TargetOrganization=tenant)
        profile = self.client.call("AdminGetUserProfile", TargetUser=name)
        for key, value in self.document("UserProfileConfig").items():
            if key not in ("Destinations", "Sources", "BackupRules"):
                profile[key] = value
        profile["AllowPasswordAndTOTPLogin"] = False
        profile["PolicyID"] = self.chance.choice(["", *policies])
        profile["GroupID"] = self.chance.choice(["", *groups])
        self._contents(profile, quotas)
        self.server.change_profile(name, **profile)

    def _contents(self, profile: Document, quotas: list[str]) -> None:
        devices = {f"{number:064x}": {"FriendlyName": self.name()} for number in range(self.devices)}
        vaults = {self.key(): self.document("DestinationConfig", 0.4) for _unused in range(3)}
        for vault in vaults.values():
            vault.update(Description=self.name(), DestinationType=self.chance.choice([1000, 1002, 1003]))
            vault["StorageLimitID"] = self.chance.choice(["", *quotas])
            vault["AssociatedDevices"] = self.chance.sample(list(devices), self.devices // 2)
        items = {self.key(): self._item(list(devices), list(vaults)) for _unused in range(4) if devices}
        gone = self.key()
        rules = {self.key(): self._rule([*items, gone], [*vaults, gone]) for _unused in range(6) if devices}
        profile.update(Devices=devices, Destinations=vaults, Sources=items, BackupRules=rules)

    def _item(self, devices: list[str], vaults: list[str]) -> Document:
        engine = self.chance.choice(list(ENGINES))
        retention = {one: self.document("RetentionPolicy", 1.0) for one in self.chance.sample(vaults, 2)}
        kept = {"PolicySourceID": self.key(), "ExistingUserUpdate": self.chance.random() < 0.5}
        return {
            **self.document("SourceConfig", 0.4),
            "Description": self.name(),
            "Engine": engine,
            "EngineProps": dict(ENGINES[engine]),
            "OwnerDevice": self.chance.choice([*devices, "f" * 64]),
            "OverrideDestinationRetention": retention,
            **(kept if self.chance.random() < 0.2 else {}),
        }

    def _rule(self, items: list[str], vaults: list[str]) -> Document:
        rule = self.document("BackupRuleConfig", 0.7) | {"Description": self.name()}
        return rule | {"Source": self.chance.choice(items), "Destination": self.chance.choice(vaults)}
