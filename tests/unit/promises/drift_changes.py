# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One change behind the back of ``described`` for each kind and block that a tree can hold, and what has to be found.

The tables are written from what the changes mean, not from what anything finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.tests.unit.promises.behind import Document
from ansible_collections.comet.backup.tests.unit.promises.behind_drift import (
    TENANT,
    USER,
    Act,
    admins,
    call,
    config,
    delete,
    edit,
    first,
    first_of_tenant,
    inside,
    make,
    profile,
    psas,
    tenant,
)
from ansible_collections.comet.backup.tests.unit.promises.described import DEVICE

GIB, TIB = 2**30, 2**40
COSMETIC, FUNCTIONAL, PROTECTION = "cosmetic", "functional", "protection"


@dataclass(frozen=True)
class Change:
    """What somebody does, and the one finding that it is.

    ``members`` are before and after by label, ``texts`` both as people read them where that is not the plain value;
    an object of a user has the user as ``owner``. ``severity`` is left open where opinions may differ.
    """

    act: Act
    kind: str
    name: str = ""
    tenant: str = TENANT
    owner: str = ""
    type: str = "drifted"
    members: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    severity: str = ""
    made_by: str = ""

    @property
    def title(self) -> str:
        """What a test of it is called."""
        return "-".join(filter(None, (self.type, self.kind, self.name, *self.members, self.made_by)))


Texts = tuple[str, str]


def _server(act: Act, label: str, before: Any, after: Any, severity: str = "", texts: Texts | None = None) -> Change:
    """A change of the server's own configuration."""
    told = {label: texts} if texts else {}
    return Change(act, "server_config", tenant="", members={label: (before, after)}, texts=told, severity=severity)


def _user(act: Act, label: str, before: Any, after: Any, severity: str = "", texts: Texts | None = None) -> Change:
    """A change of the user's own members."""
    told = {label: texts} if texts else {}
    return Change(act, "user", USER, members={label: (before, after)}, texts=told, severity=severity)


def _tenant(act: Act, label: str, before: Any, after: Any, severity: str = "") -> Change:
    """A change of the tenant's own members."""
    return Change(act, "tenant", TENANT, tenant="", members={label: (before, after)}, severity=severity)


SERVERS = (
    _server(
        config(Email={"SMTPHost": "other.example.com"}), "email.smtp_host", "other.example.com", "mail.example.com"
    ),
    _server(config(Branding={"ProductName": "Safe"}), "branding.product_name", "Safe", "Vault"),
    _server(config(SoftwareBuildRole={"MaxBuilders": 9}), "software_build_role.max_builders", 9, 4),
    _server(
        first("ConstellationRole", "Servers", RemoteAddress="https://b.example.com/"),
        "constellation_role.servers[A].remote_address",
        "https://b.example.com/",
        "https://a.example.com/",
    ),
    _server(
        config(WebhookOptions={"ops": {"URL": "https://hooks.example.com/b"}}),
        "webhook_options[ops].url",
        "https://hooks.example.com/b",
        "https://hooks.example.com/a",
    ),
    _server(
        config(AuditFileOptions={"audit": {"Filename": "other.log"}}),
        "audit_file_options[audit].filename",
        "other.log",
        "audit.log",
    ),
    _server(
        config(AuthenticationRole={"PruneLogsAfterDays": 7}),
        "authentication_role.prune_logs_after_days",
        7,
        90,
    ),
    _server(
        first("AuthenticationRole", "RemoteStorage", Username="somebody"),
        "authentication_role.storage_templates[Europe].username",
        "somebody",
        "storage",
    ),
    _server(
        first("AuthenticationRole", "ReplicateTo", Username="somebody"),
        "authentication_role.replicate_to[Second].username",
        "somebody",
        "cluster",
    ),
    _server(
        first("StorageRole", "ReplicateTo", Username="somebody"),
        "storage_role.replicate_to[Third].username",
        "somebody",
        "cluster",
    ),
    _server(
        config(SessionSettings={"ExpiredInSeconds": 60}),
        "session_settings.expired_in_seconds",
        60,
        8 * 3600,
        texts=("1m", "8h"),
    ),
    _server(config(LoginProtection={"FailureThreshold": 50}), "login_protection.failure_threshold", 50, 5, PROTECTION),
    _server(config(TrustXForwardedFor=True), "trust_x_forwarded_for", True, False),
    _server(
        config(ExternalAdminUserSources={"directory": {"LDAP": {"Port": 636}}}),
        "external_admin_user_sources[directory].ldap.port",
        636,
        389,
        PROTECTION,
    ),
    _server(
        first("SelfBackup", "Targets", ExcludeJobsDB=False), "self_backup.targets[#1].exclude_jobs_db", False, True
    ),
    Change(
        call("AdminUpdateCampaignStart", Options={"Active": True, "UpgradeOlder": False}),
        "update_campaign",
        tenant="",
        members={"upgrade_older": (False, True)},
    ),
)

TENANTS = (
    _tenant(tenant(Hosts=["other.acme.example"]), "hosts", ["other.acme.example"], ["backup.acme.example"]),
    _tenant(tenant(Email={"FromEmail": "a@b.example"}), "email.from_email", "a@b.example", "backup@example.com"),
    _tenant(tenant(Branding={"ProductName": "Safe"}), "branding.product_name", "Safe", "Vault"),
    _tenant(tenant(SoftwareBuildRole={"MaxBuilders": 9}), "software_build_role.max_builders", 9, 4),
    _tenant(
        tenant(WebhookOptions={"ops": {"Level": "none"}}),
        "webhook_options[ops].level",
        "none",
        "full",
    ),
    _tenant(
        tenant(AuditFileOptions={"audit": {"Filename": "other.log"}}),
        "audit_file_options[audit].filename",
        "other.log",
        "audit.log",
    ),
    _tenant(
        first_of_tenant("ConstellationRole", "Servers", RemoteAddress="https://b.example.com/"),
        "constellation_role.servers[A].remote_address",
        "https://b.example.com/",
        "https://a.example.com/",
    ),
    _tenant(
        first_of_tenant("RemoteStorage", Username="somebody"),
        "storage_templates[Europe].username",
        "somebody",
        "storage",
    ),
    _tenant(tenant(IsSuspended=True), "suspended", True, False, PROTECTION),
)

LISTS = (
    Change(
        edit("policy", "Gold", Policy={"PreventDeleteStorageVault": False}),
        "policy",
        "Gold",
        members={"settings.prevent_delete_storage_vault": (False, True)},
        severity=PROTECTION,
    ),
    Change(
        edit("policy", "Gold", Policy={"DefaultStorageVaultRetention": {"Mode": 801}}),
        "policy",
        "Gold",
        members={"settings.default_storage_vault_retention.mode": ("keep_everything", "delete_except")},
        severity=PROTECTION,
    ),
    Change(
        psas(lambda held: [{**one, "GroupedBy": {"Tenants": False}} for one in held]),
        "psa",
        name="generic https://psa.acme.example/comet",
        members={"grouped_by.tenants": (False, True)},
    ),
    Change(
        edit("shared_quota", "Pool", LimitBytes=5 * GIB),
        "shared_quota",
        "Pool",
        members={"limit_bytes": (5 * GIB, 2 * TIB)},
        texts={"limit_bytes": ("5 GiB", "2 TiB")},
        severity=PROTECTION,
    ),
    Change(
        profile(GroupID=""),
        "user_group",
        "Staff",
        members={"users": ([], [USER])},
    ),
)

USERS = (
    _user(profile(MaximumDevices=9), "maximum_devices", 9, 3, PROTECTION),
    _user(profile(IsSuspended=True), "suspended", True, False, PROTECTION, texts=("true", "false")),
    _user(profile(AccountName="Somebody"), "account_name", "Somebody", "Anna", COSMETIC),
    _user(profile(Emails=["a@b.example"]), "emails", ["a@b.example"], ["anna@customer.example"]),
    _user(
        profile(AllProtectedItemsQuotaBytes=TIB),
        "all_protected_items_quota_bytes",
        TIB,
        500 * GIB,
        PROTECTION,
        texts=("1 TiB", "500 GiB"),
    ),
    _user(profile(PolicyID=""), "policy", "", "Gold", PROTECTION),
    _user(
        profile(OverrideEmailSettings={"boss@customer.example": {"Reports": [{"ReportType": 1}]}}),
        "override_email_settings[boss@customer.example].reports[#1].report_type",
        "summary",
        "immediate",
    ),
)


def _is(admin: Document, name: str, tenant: str) -> bool:
    return bool((admin["Username"], admin["OrganizationID"]) == (name, tenant))


INSIDE = (
    Change(
        inside("Destinations", "Cloud", {"StorageLimitBytes": 2 * TIB}),
        "storage_vault",
        "Cloud",
        owner=USER,
        members={"storage_limit_bytes": (2 * TIB, TIB)},
        texts={"storage_limit_bytes": ("2 TiB", "1 TiB")},
        severity=PROTECTION,
    ),
    Change(
        inside("Destinations", "Cloud", {"DefaultRetention": {"Mode": 801}}),
        "storage_vault",
        "Cloud",
        owner=USER,
        members={"default_retention.mode": ("keep_everything", "delete_except")},
        severity=PROTECTION,
    ),
    Change(
        inside("Sources", "Documents", {"EngineProps": {"INCLUDE0": "/srv"}}),
        "protected_item",
        "Documents",
        owner=USER,
        members={"engine_props[INCLUDE0]": ("/srv", "/home")},
    ),
    Change(
        inside("BackupRules", "Each night", {"Schedules": [{"FrequencyType": 8011, "SecondsPast": 0}]}),
        "schedule",
        name="Each night (Documents)",
        owner=USER,
        members={"schedules[#1].seconds_past": (0, 9000)},
        texts={"schedules[#1].seconds_past": ("00:00", "02:30")},
        severity=PROTECTION,
    ),
    Change(
        inside("BackupRules", "Once a week", {"Schedules": [{"FrequencyType": 8013, "SecondsPast": 86400 + 3600}]}),
        "schedule",
        "Once a week",
        owner=USER,
        members={"schedules[#1].seconds_past": (86400 + 3600, 4 * 3600)},
        severity=PROTECTION,
    ),
    Change(
        inside("BackupRules", "Once a week", {"Destination": "gone"}),
        "schedule",
        "Once a week",
        owner=USER,
        members={"storage_vault": ("gone", "Cloud")},
        severity=PROTECTION,
    ),
    Change(
        act=admins(lambda held, key: [{**one, "IPWhitelist": ""} if _is(one, "boss", key) else one for one in held]),
        kind="admin_user",
        name="boss",
        members={"ip_whitelist": ("", "^10[.]")},
        severity=PROTECTION,
    ),
)


def _gone(act: Act, kind: str, name: str, tenant: str = TENANT, owner: str = "") -> Change:
    """An object that is written and no longer there."""
    return Change(act, kind, name, tenant, owner, "missing")


def _extra(act: Act, kind: str, name: str, tenant: str = TENANT, owner: str = "", made_by: str = "") -> Change:
    """An object that is there and not written."""
    return Change(act, kind, name, tenant, owner, "unmanaged", made_by=made_by)


GONE = (
    _gone(delete("tenant", "Globex", ""), "tenant", "Globex", tenant=""),
    _gone(delete("policy", "Silver"), "policy", "Silver"),
    _gone(delete("shared_quota", "Spare"), "shared_quota", "Spare"),
    _gone(delete("user_group", "Guests"), "user_group", "Guests"),
    _gone(delete("news", "Welcome", ""), "news", "Welcome", tenant=""),
    _gone(psas(lambda held: held[:1]), "psa", "syncro acme"),
    _gone(call("AdminDeleteUser", TargetUser="ben-acme"), "user", "ben-acme"),
    _gone(call("AdminStorageDeleteBucket", BucketID="acme-1"), "bucket", "acme-1"),
    _gone(inside("Destinations", "Disk", None), "storage_vault", "Disk", owner=USER),
    _gone(inside("Sources", "Pictures", None), "protected_item", "Pictures", owner=USER),
    _gone(inside("BackupRules", "Once a week", None), "schedule", "Once a week", owner=USER),
    _gone(inside("BackupRules", "Each night", None), "schedule", "Each night (Documents)", owner=USER),
    _gone(admins(lambda held, key: [one for one in held if not _is(one, "clerk", key)]), "admin_user", "clerk"),
)

ITEM: Document = {"Description": "Extra", "Engine": "engine1/file", "OwnerDevice": DEVICE}
BUCKET = {"SetBucketValue": "extra", "SetKeyHashValue": "theirs", "SetKeyHashFormat": "1"}
EXTRA = (
    _extra(
        call("AdminOrganizationSet", Organization={"Name": "Extra", "Hosts": ["e.example"]}),
        "tenant",
        "Extra",
        tenant="",
    ),
    _extra(make("policy", "Extra"), "policy", "Extra"),
    _extra(make("shared_quota", "Extra"), "shared_quota", "Extra"),
    _extra(make("user_group", "Extra"), "user_group", "Extra"),
    _extra(call("AdminNewsSubmit", NewsContent="Extra"), "news", "Extra", tenant=""),
    _extra(psas(lambda held: [*held, {"Type": 1, "URL": ""}]), "psa", "gradient"),
    _extra(
        call("AdminAddUser", "TargetOrganization", TargetUser="extra", TargetPassword="correct horse"), "user", "extra"
    ),
    _extra(call("AdminStorageRegisterBucket", "SetOrganizationID", **BUCKET), "bucket", "extra"),
    _extra(
        profile(Destinations={"extra": {"Description": "Extra", "DestinationType": 1002}}),
        "storage_vault",
        "Extra",
        owner=USER,
    ),
    _extra(profile(Sources={"extra": ITEM}), "protected_item", "Extra", owner=USER),
    _extra(
        profile(Sources={"extra": {**ITEM, "PolicySourceID": "extra", "ExistingUserUpdate": True}}),
        "protected_item",
        "Extra",
        owner=USER,
        made_by="policy",
    ),
    _extra(profile(BackupRules={"extra": {"Description": "Extra", "Source": "gone"}}), "schedule", "Extra", owner=USER),
    _extra(admins(lambda held, key: [*held, _admin(key)]), "admin_user", "extra"),
    _extra(
        admins(lambda held, key: [*held, {**_admin(key), "ExternalAuthenticationSource": "directory"}]),
        "admin_user",
        "extra",
        made_by="external login",
    ),
)


def _admin(tenant: str) -> Document:
    return {"Username": "extra", "OrganizationID": tenant, "AllowPasswordLogin": True, "Password": "correct horse"}
