# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of cases: one entry gives a module all promises. A module may have several entries."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._spec import in_tenant
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import (
    Document,
    add_admin_of_source,
    add_auth_source,
    add_backups,
    add_devices,
    add_items,
    add_items_of_laptop,
    add_member_of_staff,
    add_namesakes,
    add_neighbours,
    add_policies,
    add_psas,
    add_quotas,
    add_recipients,
    add_replicas,
    add_self_backups,
    add_storage,
    add_storage_of_acme,
    add_templates,
    add_tenants,
    add_user_of_acme,
    add_user_with_gold,
    add_users,
    add_vault,
    add_vaults_under_pool,
    admin,
    auth_source,
    bucket,
    campaign,
    config,
    configured,
    default_reports,
    device,
    email_report,
    is_in_srv,
    is_second_site,
    item,
    listed,
    psa,
    quota,
    schedule,
    set_up_vault,
    settings,
    template,
    user,
    vault,
    webhook,
    write_admin,
    write_auth_source,
    write_campaign,
    write_config,
    write_configured,
    write_default_reports,
    write_device,
    write_email_report,
    write_group,
    write_item,
    write_policy,
    write_psa,
    write_quota,
    write_schedule,
    write_settings,
    write_template,
    write_tenant,
    write_user,
    write_vault,
    write_webhook,
)

Options = dict[str, Any]

CANARY = "canary-5fb1"
"""Begins every secret of the cases; nothing that a task shows may hold it."""

AT_MOST = 5
"""How often a task writes one object before it gives up."""


@dataclass(frozen=True)
class Case:
    """One object as a task describes it.

    ``create`` and ``change`` are options beside ``address``; ``change`` comes on top of ``create`` and is all that
    then differs, as ``diff`` (before, after) says. ``reads`` is the smallest possible number of reading calls when
    nothing differs. ``before`` makes what the object needs. ``read`` and ``write`` work on the document as the server
    has it, ``meanwhile`` is what somebody else changes in it. ``fills`` are members that the server fills in by itself
    when the object is made. ``act`` is the method that writes what ``create`` and ``change`` say beside a document,
    if they say nothing else of one that exists. ``elsewhere`` is an address of nothing where one cannot be made up.
    ``beside`` is the number of calls that tell the module that reads more about the objects than what holds them.
    ``deletes`` is the method that deletes it, where that is not the kind's own. ``loaded`` gives the object something
    that deleting it would lose, which ``loss`` says. ``there``: no task makes such an object,
    so that it is there before, and ``create`` changes it.
    """

    module: str
    title: str
    address: Options
    create: Options
    reads: int
    read: Callable[[EmulatedServer], Document | None]
    change: Options = field(default_factory=dict)
    diff: tuple[Options, Options] = ({}, {})
    write: Callable[[EmulatedServer, Document], None] | None = None
    meanwhile: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[EmulatedServer], None] = lambda server: None
    fills: frozenset[str] = frozenset()
    act: str = ""
    deletes: str = ""
    elsewhere: Options = field(default_factory=dict)
    beside: int = 0
    loaded: Callable[[EmulatedServer], None] | None = None
    loss: str = ""
    there: bool = False

    @property
    def resource(self) -> Resource:
        return resource_of(self.module)

    @property
    def requested(self) -> bool:
        """Whether the server is asked to make the object by its own means."""
        return self.resource.hooks.requested(Wish(True, arguments=self.create))

    @property
    def home(self) -> Home | None:
        """The larger document that holds the object, for a kind without calls of its own."""
        named = next((owner for kind, owner in self.resource.owners.items() if kind in self.address), None)
        return next((home for home in self.resource.homes if home.owner is named), None)

    @property
    def reading(self) -> Call:
        """The call that reads the object, or what it is in."""
        home = self.home
        inside = home.reading if home else None
        if home and home.owner:
            inside = (home.owner.reading if home.owner.named else None) or home.owner.listing
        call = self.resource.reading or self.resource.listing or inside
        assert call is not None
        return call

    @property
    def key(self) -> str:
        """The member of a result that tells which object it is about."""
        if self.home and self.home.sole:
            return next(iter(self.address))
        return (self.resource.naming or next(iter(self.address))) if self.resource.told_by else self.resource.id_option

    @property
    def in_tenant(self) -> bool:
        """Whether a tenant may be said together with the address."""
        owner = self.home.owner if self.home else None
        return in_tenant(self.resource) and not (owner and owner.named)

    @property
    def where(self) -> Options:
        """What the module that reads has to be told so that it looks where the object is."""
        owner = self.home.owner if self.home else None
        return {owner.kind: self.address[owner.kind]} if owner else {}

    @property
    def found(self) -> bool:
        """Whether no task has to make the object."""
        return self.there or self.resource.singleton

    def present(self, **more: Any) -> Options:
        return {**self.address, **copy.deepcopy(self.create), **more}

    def changed(self) -> Options:
        return {**self.present(), **copy.deepcopy(self.change)}

    def absent(self, confirmed: bool = True) -> Options:
        confirmation = {self.resource.confirm: confirmed} if self.resource.has_loss else {}
        return {**self.address, "state": "absent", **confirmation}

    def plant(self, server: EmulatedServer, members: Mapping[str, Any]) -> None:
        """Merge members into the stored document as somebody else would."""
        document = self.read(server)
        assert document is not None
        assert self.write is not None
        self.write(server, merged(document, members))


def resource_of(module: str) -> Resource:
    task = TASKS[module]
    assert isinstance(task, ResourceTask)
    return task.resource


def holds(shown: Any, wanted: Any) -> bool:
    """Whether a result shows what was wished; of a dictionary also what was not."""
    if isinstance(wanted, Mapping):
        return all(name in shown and holds(shown[name], value) for name, value in wanted.items())
    return bool(shown == wanted)


def merged(document: Any, members: Mapping[str, Any]) -> Any:
    """The document with the members put in at their depth."""
    result = dict(document or {})
    for name, value in members.items():
        result[name] = merged(result.get(name), value) if isinstance(value, Mapping) else value
    return result


# The cases

NEW_USER = frozenset(
    {"local_timezone", "language_code", "send_email_reports", "allow_password_login", "policy", "custom_policy", "name"}
)

PATHS = {"INCLUDE": ["/home", "/srv"], "EXCLUDE-1": "*.tmp", "USE_WIN_VSS": True, "CONFIRM_EFS": False}
FILES = {"id": "documents", "engine": "engine1/file", "description": "Documents", "engine_props": PATHS}
SHARE = {"SharePath": "nas", "Username": "backup", "Password": f"{CANARY}-share"}
DATABASE = {
    "id": "database",
    "engine": "engine1/mysql",
    "description": "Database",
    "engine_props": {"USERNAME": "backup", "PASSWORD": f"{CANARY}-mysql"},
}
MAIL = {"from_email": "backup@example.com", "smtp_host": "mail.example.com", "smtp_password": f"{CANARY}-smtp"}
HOOK = {"name": "ops", "url": "https://hooks.example.com/a", "custom_headers": {"Authorization": f"{CANARY}-hook"}}
SITE = {
    "description": "A",
    "type": "comet",
    "remote_address": "https://a.example.com/",
    "username": "cluster",
    "password": f"{CANARY}-cluster",
}
LONE_HOOK = {
    "webhook_url": "https://hooks.example.com/a",
    "custom_headers": {"Authorization": f"{CANARY}-hook"},
    "level": "full",
    "white_listed_event_types": ["account_new", "account_removed"],
}
DIRECTORY = {
    "type": "ldap",
    "ldap": {
        "hostname": "ldap.example.com",
        "port": 389,
        "security_method": "starttls",
        "bind_password": f"{CANARY}-bind",
    },
    "new_user_permissions": {"prevent_edit_server_settings": True},
}
PILOTS = {"rule_field": "UserProfileConfig.Username", "rule_operator": "str_startswith", "rule_value": "pilot-"}
TEMPLATE = {
    "name": "Europe",
    "type": "comet",
    "remote_address": "https://storage.example.com",
    "username": "storage",
    "password": f"{CANARY}-template",
}
DAILY: Options = {
    "report_type": "summary",
    "summary_frequency": [{"frequency_type": "daily", "seconds_past": "07:00"}],
    "filter": {
        "clause_type": "or",
        "clause_children": [
            {"rule_field": "BackupJobDetail.Status", "rule_operator": "int_eq", "rule_value": status}
            for status in ("7001", "7002")
        ],
    },
}
LONE_TEMPLATE = {
    "type": "comet",
    "remote_address": "https://storage.example.com",
    "storage_template_username": "storage",
    "storage_template_password": f"{CANARY}-template",
}

PROVIDED = frozenset({"id", "type", "comet_server", "comet_bucket", "comet_bucket_key", "default_retention"})

CASES = (
    Case(
        module="comet_admin_user",
        title="admin-user",
        address={"name": "carol"},
        create={
            "admin_user_password": f"{CANARY}-admin",
            "ip_whitelist": "^127[.]",
            "permissions": {"prevent_server_shutdown": True},
        },
        change={"ip_whitelist": "", "permissions": {"prevent_edit_server_settings": True}},
        diff=(
            {"ip_whitelist": "^127[.]", "permissions": {"prevent_edit_server_settings": False}},
            {"ip_whitelist": "", "permissions": {"prevent_edit_server_settings": True}},
        ),
        reads=1,
        read=admin("carol"),
        write=write_admin,
        meanwhile={"Permissions": {"PreventChangePassword": True}},
        before=add_tenants,
        fills=frozenset({"allow_password_login", "password_format"}),
    ),
    Case(
        module="comet_admin_user",
        title="admin-user-of-tenant",
        address={"name": "carol", "tenant": "ACME"},
        create={
            "admin_user_password": f"{CANARY}-admin",
            "permissions": {"allow_edit_branding": True, "allowed_user_policies": ["Gold"]},
        },
        change={"permissions": {"allow_edit_branding": False, "allowed_user_policies": ["Silver", "Gold"]}},
        diff=(
            {"permissions": {"allow_edit_branding": True, "allowed_user_policies": ["Gold"]}},
            {"permissions": {"allow_edit_branding": False, "allowed_user_policies": ["Silver", "Gold"]}},
        ),
        reads=3,
        read=admin("carol", "ACME"),
        write=write_admin,
        meanwhile={"IPWhitelist": "^127[.]"},
        before=add_namesakes,
        fills=frozenset({"allow_password_login", "password_format", "permissions"}),
        deletes="AdminMetaServerConfigSet",
    ),
    Case(
        module="comet_storage_template",
        title="storage-template",
        address={"name": "Europe"},
        create=LONE_TEMPLATE,
        change={"storage_limit_enabled": True, "storage_limit_bytes": "2 TiB"},
        diff=(
            {"storage_limit_enabled": False, "storage_limit_bytes": 0},
            {"storage_limit_enabled": True, "storage_limit_bytes": 2 * 2**40},
        ),
        reads=1,
        read=template("Europe"),
        write=write_template("Europe"),
        meanwhile={"RebrandStorage": True},
        before=add_templates,
    ),
    Case(
        module="comet_storage_template",
        title="storage-template-of-tenant",
        address={"name": "Europe", "tenant": "ACME"},
        create=LONE_TEMPLATE,
        change={"remote_address": "https://other.example.com"},
        diff=(
            {"remote_address": "https://storage.example.com"},
            {"remote_address": "https://other.example.com"},
        ),
        reads=2,
        read=template("Europe", "ACME"),
        write=write_template("Europe", "ACME"),
        meanwhile={"RebrandStorage": True},
        before=add_templates,
    ),
    Case(
        module="comet_user",
        title="user",
        address={"name": "alice"},
        create={
            "user_password": f"{CANARY}-password",
            "account_name": "Alice",
            "emails": ["alice@example.com", "a@example.com"],
            "all_protected_items_quota_enabled": True,
            "all_protected_items_quota_bytes": "500 GiB",
            "override_email_settings": [{"email": "boss@example.com", "reports": []}],
            "custom_policy": {"prevent_open_web_ui": True, "default_sources": [DATABASE]},
        },
        change={
            "account_name": "Alice B",
            "suspended": True,
            "custom_policy": {"default_storage_vault_retention": {"mode": "keep_everything"}},
        },
        diff=(
            {
                "account_name": "Alice",
                "suspended": False,
                "custom_policy": {"default_storage_vault_retention": {"mode": 0}},
            },
            {
                "account_name": "Alice B",
                "suspended": True,
                "custom_policy": {"default_storage_vault_retention": {"mode": "keep_everything"}},
            },
        ),
        reads=1,
        read=user("alice"),
        write=write_user,
        meanwhile={"MaximumDevices": 7, "Policy": {"HideAppVersion": True}},
        fills=NEW_USER,
        loaded=add_vault,
        loss="1 storage vault",
    ),
    Case(
        module="comet_user",
        title="user-of-tenant",
        address={"name": "alice"},
        create={"user_password": f"{CANARY}-password", "tenant": "ACME", "policy": "Gold", "emails": []},
        change={"policy": "Silver", "maximum_devices": 3},
        diff=({"policy": "Gold", "maximum_devices": 0}, {"policy": "Silver", "maximum_devices": 3}),
        reads=3,
        read=user("alice"),
        write=write_user,
        meanwhile={"AccountName": "Somebody"},
        before=add_policies,
        fills=NEW_USER,
    ),
    Case(
        module="comet_policy",
        title="policy",
        address={"name": "Gold"},
        create={
            "settings": {
                "prevent_open_web_ui": True,
                "default_storage_vault_retention": {
                    "mode": "delete_except",
                    "ranges": [{"type": "jobs_since", "days": 30}],
                },
                "storage_vault_providers": {
                    "should_restrict_provider_list": True,
                    "allowed_providers_when_restricted": ["s3", "azure"],
                },
                "default_sources": [FILES, DATABASE],
            }
        },
        change={"default_user_policy": True, "settings": {"hide_app_version": True, "prevent_open_web_ui": False}},
        diff=(
            {"default_user_policy": False, "settings": {"hide_app_version": False, "prevent_open_web_ui": True}},
            {"default_user_policy": True, "settings": {"hide_app_version": True, "prevent_open_web_ui": False}},
        ),
        reads=1,
        read=listed("AdminPoliciesListFull", "Description", "Gold"),
        write=write_policy,
        meanwhile={"Policy": {"PreventViewDeviceNames": True}},
        loaded=add_user_with_gold,
        loss="1 user",
    ),
    Case(
        module="comet_policy",
        title="policy-of-tenant",
        address={"name": "Gold", "tenant": "ACME"},
        create={"settings": {"prevent_delete_storage_vault": True}},
        change={"settings": {"prevent_delete_storage_vault": False}},
        diff=(
            {"settings": {"prevent_delete_storage_vault": True}},
            {"settings": {"prevent_delete_storage_vault": False}},
        ),
        reads=2,
        read=listed("AdminPoliciesListFull", "Description", "Gold"),
        write=write_policy,
        meanwhile={"Policy": {"PreventViewDeviceNames": True}},
        before=add_tenants,
    ),
    Case(
        module="comet_tenant",
        title="tenant",
        address={"name": "Initech"},
        create={
            "hosts": ["backup.initech.example", "initech.example"],
            "email": MAIL,
            "webhook_options": [HOOK],
            "storage_templates": [TEMPLATE],
        },
        change={"suspended": True, "hosts": ["initech.example"], "email": {"smtp_host": "smtp.example.com"}},
        diff=(
            {
                "suspended": False,
                "hosts": ["backup.initech.example", "initech.example"],
                "email": {"smtp_host": "mail.example.com"},
            },
            {"suspended": True, "hosts": ["initech.example"], "email": {"smtp_host": "smtp.example.com"}},
        ),
        reads=1,
        read=listed("AdminOrganizationList", "Name", "Initech"),
        write=write_tenant,
        meanwhile={"Branding": {"ProductName": "Initech Backup"}},
        fills=frozenset({"storage_templates"}),
    ),
    Case(
        module="comet_tenant",
        title="tenant-with-users",
        address={"name": "ACME"},
        create={},
        reads=1,
        read=listed("AdminOrganizationList", "Name", "ACME"),
        change={"branding": {"product_name": "ACME Backup"}},
        diff=({"branding": {"product_name": ""}}, {"branding": {"product_name": "ACME Backup"}}),
        write=write_tenant,
        meanwhile={"Branding": {"TopColor": "#102030"}},
        loaded=add_user_of_acme,
        loss="1 user",
    ),
    Case(
        module="comet_news",
        title="news",
        address={"text": "Maintenance on Saturday\nfrom 20:00 UTC"},
        create={},
        reads=1,
        read=listed("AdminNewsGetAll", "TextContent", "Maintenance on Saturday\nfrom 20:00 UTC"),
    ),
    Case(
        module="comet_bucket",
        title="bucket",
        address={"id": "bucket-1"},
        create={"key_hash": f"{CANARY}-key", "key_hash_format": 0},
        reads=1,
        read=bucket("bucket-1"),
        loaded=lambda server: None,
        loss="backup data",
    ),
    Case(
        module="comet_bucket",
        title="bucket-of-tenant",
        address={"id": "bucket-1"},
        create={"key_hash": f"{CANARY}-key", "key_hash_format": 0, "tenant": "ACME"},
        reads=2,
        read=bucket("bucket-1"),
        before=add_tenants,
    ),
    Case(
        module="comet_shared_quota",
        title="shared-quota",
        address={"name": "Pool"},
        create={"limit_bytes": "500 GiB"},
        change={"limit_bytes": "1 TiB"},
        diff=({"limit_bytes": 500 * 2**30}, {"limit_bytes": 2**40}),
        reads=1,
        read=quota("Pool"),
        write=write_quota,
        meanwhile={"Colour": "blue"},
        loaded=add_vaults_under_pool,
        loss="leaves 3 storage vaults of 2 users without it (bob, carol)",
    ),
    Case(
        module="comet_shared_quota",
        title="shared-quota-of-tenant",
        address={"name": "Pool", "tenant": "ACME"},
        create={"limit_bytes": 2**40},
        change={"limit_bytes": 0},
        diff=({"limit_bytes": 2**40}, {"limit_bytes": 0}),
        reads=2,
        read=quota("Pool", "ACME"),
        write=write_quota,
        meanwhile={"Colour": "blue"},
        before=add_quotas,
    ),
    Case(
        module="comet_user_group",
        title="user-group",
        address={"name": "Staff"},
        create={},
        reads=1,
        read=listed("AdminUserGroupsListFull", "Name", "Staff"),
        before=add_users("bob"),
        loaded=add_member_of_staff,
        loss="leaves 1 user without a group (bob)",
    ),
    Case(
        module="comet_user_group",
        title="user-group-with-users",
        address={"name": "Staff", "tenant": "ACME"},
        create={"users": ["carol", "alice"]},
        change={"users": ["bob", "dave"], "users_absent": ["carol"]},
        diff=({"users": ["alice", "carol"]}, {"users": ["alice", "bob", "dave"]}),
        reads=3,
        read=listed("AdminUserGroupsListFull", "Name", "Staff"),
        write=write_group,
        meanwhile={"Colour": "blue"},
        before=add_users("alice", "bob", "carol", "dave", tenant="ACME"),
        act="AdminUserGroupsSetUsersForGroup",
        loaded=add_member_of_staff,
        loss="leaves 1 user without a group (bob)",
    ),
    Case(
        module="comet_server_config",
        title="server-config-fragments",
        address={},
        create={
            "email": MAIL,
            "webhook_options": [HOOK],
            "authentication_role": {"storage_templates": [{"name": "Local"}, TEMPLATE]},
        },
        change={"branding": {"product_name": "Vault"}, "email": {"from_name": "Backup team"}},
        diff=(
            {"branding": {"product_name": "Comet Backup"}, "email": {"from_name": "Comet Backup"}},
            {"branding": {"product_name": "Vault"}, "email": {"from_name": "Backup team"}},
        ),
        reads=1,
        read=config,
        write=write_config,
        meanwhile={"Branding": {"HelpURL": "https://help.example.com"}},
        fills=frozenset({"storage_templates"}),
    ),
    Case(
        module="comet_server_config",
        title="server-config-whole",
        address={},
        create={"email": MAIL, "session_settings": {"expired_in_seconds": "8h"}},
        change={"trust_x_forwarded_for": True, "listen_addresses": [{"listen_address": "127.0.0.1:8060"}]},
        diff=({"trust_x_forwarded_for": False}, {"trust_x_forwarded_for": True}),
        reads=1,
        read=config,
        write=write_config,
        meanwhile={"LoginProtection": {"FailureThreshold": 5}},
    ),
    Case(
        module="comet_storage_vault",
        title="storage-vault",
        address={"user": "alice", "name": "Main"},
        create={
            "type": "s3",
            "s3_server": "s3.example.com",
            "s3_uses_tls": True,
            "s3_bucket_name": "alice",
            "s3_access_key": "AKIA",
            "s3_secret_key": f"{CANARY}-s3",
            "pre_exec": ["mount /mnt/backup"],
            "default_retention": {"mode": "delete_except", "ranges": [{"type": "jobs_since", "days": 90}]},
        },
        change={"s3_bucket_name": "alice-2", "default_retention": {"mode": "keep_everything"}},
        diff=(
            {"s3_bucket_name": "alice", "default_retention": {"mode": "delete_except"}},
            {"s3_bucket_name": "alice-2", "default_retention": {"mode": "keep_everything"}},
        ),
        reads=1,
        read=vault("Main"),
        write=write_vault,
        meanwhile={"PostExec": ["sync"]},
        before=add_storage,
        fills=frozenset({"create_time", "modify_time"}),
        loaded=set_up_vault("Main"),
        loss="loses its encryption key, so that the backups in it (4096 bytes when last measured) can never be read",
    ),
    Case(
        module="comet_storage_vault",
        title="storage-vault-by-request",
        address={"user": "alice", "name": "Main"},
        create={
            "storage_template": "Local",
            "self_address": "https://backup.example.com/",
            "storage_limit_enabled": True,
            "storage_limit_bytes": "500 GiB",
        },
        change={"storage_limit_bytes": "1 TiB", "rebrand_storage": True},
        diff=(
            {"storage_limit_bytes": 500 * 2**30, "rebrand_storage": False},
            {"storage_limit_bytes": 2**40, "rebrand_storage": True},
        ),
        reads=1,
        read=vault("Main"),
        write=write_vault,
        meanwhile={"PostExec": ["sync"]},
        before=add_storage,
        fills=PROVIDED,
    ),
    Case(
        module="comet_storage_vault",
        title="storage-vault-of-tenant",
        address={"user": "alice", "name": "Main"},
        create={"storage_template": "Europe", "device": "Laptop", "shared_quota": "Pool"},
        change={"associated_devices": [], "storage_limit_enabled": True, "storage_limit_bytes": "1 TiB"},
        diff=(
            {"associated_devices": ["Laptop"], "storage_limit_enabled": False, "storage_limit_bytes": 0},
            {"associated_devices": [], "storage_limit_enabled": True, "storage_limit_bytes": 2**40},
        ),
        reads=2,
        read=vault("Main"),
        write=write_vault,
        meanwhile={"PostExec": ["sync"]},
        before=add_storage_of_acme,
        fills=PROVIDED | {"associated_devices"},
    ),
    Case(
        module="comet_schedule",
        title="schedule",
        address={"user": "alice", "name": "Each night"},
        create={
            "protected_item": "Documents",
            "storage_vault": "Main vault",
            "schedules": [
                {"frequency_type": "daily", "seconds_past": "23:30", "random_delay_secs": "30m"},
                {
                    "frequency_type": "hourly",
                    "restrict_days": True,
                    "days_select": {"saturday": True},
                    "restrict_runtime": True,
                    "from_time": {"hour": 8},
                    "to_time": {"hour": 17, "minutes": 30},
                },
            ],
            "event_triggers": {"on_pc_boot": True},
            "skip_already_running": True,
            "pre_exec": ["net stop billing"],
        },
        change={
            "storage_vault": "Second vault",
            "event_triggers": {"on_pc_boot": False},
            "limit_vault_speed_bps": "10 MB",
        },
        diff=(
            {"storage_vault": "Main vault", "event_triggers": {"on_pc_boot": True}, "limit_vault_speed_bps": 0},
            {"storage_vault": "Second vault", "event_triggers": {"on_pc_boot": False}, "limit_vault_speed_bps": 10**7},
        ),
        reads=1,
        read=schedule("Each night"),
        write=write_schedule,
        meanwhile={"ReduceDiskConcurrency": True},
        before=add_backups,
        fills=frozenset({"create_time", "modify_time"}),
    ),
    Case(
        module="comet_device",
        title="device",
        address={"user": "alice", "id": "laptop"},
        create={"name": "Front desk"},
        change={"name": "Reception"},
        diff=({"name": "Front desk"}, {"name": "Reception"}),
        reads=1,
        read=device("alice", "laptop"),
        write=write_device("alice", "laptop"),
        meanwhile={"SyncroUUID": "theirs"},
        before=add_devices,
        there=True,
        beside=1,
        loaded=add_items_of_laptop,
        loss="takes its protected items along (2), their schedules (3) and their own retention rules (2)",
    ),
    Case(
        module="comet_email_report",
        title="email-report",
        address={"user": "alice", "email": "boss@example.com"},
        create={"reports": [DAILY, {"report_type": "immediate"}]},
        change={
            "reports": [{**DAILY, "filter": {**DAILY["filter"], "clause_type": "not_or"}}, {"report_type": "immediate"}]
        },
        diff=(
            {"reports": {"#1": {"filter": {"clause_type": "or"}}}},
            {"reports": {"#1": {"filter": {"clause_type": "not_or"}}}},
        ),
        reads=1,
        read=email_report("alice", "boss@example.com"),
        write=write_email_report("alice", "boss@example.com"),
        meanwhile={"Colour": "blue"},
        before=add_recipients,
    ),
    Case(
        module="comet_email_report",
        title="email-report-of-policy",
        address={"policy": "Gold"},
        create={"reports": [DAILY]},
        change={"reports": [{**DAILY, "report_type": "grouped_status"}]},
        diff=(
            {"reports": {"#1": {"report_type": "summary"}}},
            {"reports": {"#1": {"report_type": "grouped_status"}}},
        ),
        reads=1,
        read=default_reports("Gold-top"),
        write=write_default_reports("Gold-top"),
        meanwhile={"Colour": "blue"},
        before=add_policies,
    ),
    Case(
        module="comet_webhook",
        title="webhook",
        address={"name": "ops"},
        create={name: value for name, value in LONE_HOOK.items() if name != "level"},
        change={"webhook_url": "https://hooks.example.com/b", "white_listed_event_types": []},
        diff=(
            {
                "webhook_url": "https://hooks.example.com/a",
                "white_listed_event_types": ["account_new", "account_removed"],
            },
            {"webhook_url": "https://hooks.example.com/b", "white_listed_event_types": []},
        ),
        reads=1,
        read=webhook("ops"),
        write=write_webhook("ops"),
        meanwhile={"Level": "none"},
        before=add_neighbours,
    ),
    Case(
        module="comet_webhook",
        title="webhook-of-tenant",
        address={"name": "ops", "tenant": "ACME"},
        create=LONE_HOOK,
        change={"level": "none"},
        diff=({"level": "full"}, {"level": "none"}),
        reads=2,
        read=webhook("ops", "ACME"),
        write=write_webhook("ops", "ACME"),
        meanwhile={"URL": "https://hooks.example.com/c"},
        before=add_neighbours,
    ),
    *(
        Case(
            module="comet_email_options",
            title=f"email-options{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create=MAIL,
            change={"mode": "smtp_ssl", "smtp_host": "smtp.example.com", "smtp_port": 465},
            diff=(
                {"mode": mode, "smtp_host": "mail.example.com", "smtp_port": 0},
                {"mode": "smtp_ssl", "smtp_host": "smtp.example.com", "smtp_port": 465},
            ),
            reads=2 if tenant else 1,
            read=settings("Email", tenant),
            write=write_settings("Email", "AdminMetaEmailOptionsSet", "EmailOptions", tenant),
            meanwhile={"SMTPUsername": "somebody"},
            before=add_tenants,
        )
        for tenant, mode in (("", "builtin"), ("ACME", "inherit"))
    ),
    *(
        Case(
            module="comet_branding",
            title=f"branding{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={
                "product_name": "Vault",
                "windows_code_sign_pkcs12_password": f"{CANARY}-signing",
                "macos_code_sign": {"apple_id": "signing@example.com", "apple_id_pass": f"{CANARY}-apple"},
            },
            change={"product_name": "Safe", "macos_code_sign": {"level": "sign_notarise"}},
            diff=(
                {"product_name": "Vault", "macos_code_sign": {"level": "sign"}},
                {"product_name": "Safe", "macos_code_sign": {"level": "sign_notarise"}},
            ),
            reads=2 if tenant else 1,
            read=settings("Branding", tenant),
            write=write_settings("Branding", "AdminMetaBrandingConfigSet", "BrandingConfig", tenant),
            meanwhile={"HelpURL": "https://help.example.com"},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    *(
        Case(
            module="comet_build_options",
            title=f"build-options{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={"allow_unauthenticated_downloads": True},
            change={"allow_unauthenticated_downloads": False},
            diff=({"allow_unauthenticated_downloads": True}, {"allow_unauthenticated_downloads": False}),
            reads=2 if tenant else 1,
            read=settings("SoftwareBuildRole", tenant),
            write=write_settings("SoftwareBuildRole", "AdminMetaBuildConfigSet", "SoftwareBuildRoleConfig", tenant),
            meanwhile={"MaxBuilders": 7},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    *(
        Case(
            module="comet_constellation",
            title=f"constellation{'-of-tenant' if tenant else ''}",
            address={"tenant": tenant} if tenant else {},
            create={"servers": [SITE], "delete_unused_data": True},
            change={"servers": [{**SITE, "remote_address": "https://b.example.com/"}], "delete_unused_data": False},
            diff=(
                {"servers": {"A": {"remote_address": "https://a.example.com/"}}, "delete_unused_data": True},
                {"servers": {"A": {"remote_address": "https://b.example.com/"}}, "delete_unused_data": False},
            ),
            reads=2 if tenant else 1,
            read=settings("ConstellationRole", tenant),
            write=write_settings(
                "ConstellationRole", "AdminMetaConstellationConfigSet", "ConstellationRoleOptions", tenant
            ),
            meanwhile={"Colour": "blue"},
            before=add_tenants,
        )
        for tenant in ("", "ACME")
    ),
    Case(
        module="comet_update_campaign",
        title="update-campaign",
        address={},
        create={
            "active": True,
            "upgrade_older": True,
            "apply_device_filter": True,
            "device_filter": {"clause_type": "not_or", "clause_children": [PILOTS]},
        },
        change={"force_upgrade_running": True, "upgrade_older": False},
        diff=(
            {"force_upgrade_running": False, "upgrade_older": True},
            {"force_upgrade_running": True, "upgrade_older": False},
        ),
        reads=1,
        read=campaign,
        write=write_campaign,
        meanwhile={"DowngradeNewer": True},
    ),
    Case(
        module="comet_external_auth_source",
        title="external-auth-source",
        address={"name": "Directory"},
        create=DIRECTORY,
        change={"ldap": {"port": 636, "security_method": "ldaps"}},
        diff=(
            {"ldap": {"port": 389, "security_method": "starttls"}},
            {"ldap": {"port": 636, "security_method": "ldaps"}},
        ),
        reads=1,
        read=auth_source("Directory"),
        write=write_auth_source,
        meanwhile={"LDAP": {"SearchDN": "ou=staff,dc=example,dc=com"}},
        before=add_auth_source,
        loaded=add_admin_of_source,
        loss="leaves 1 administrators unable to log in (carol)",
    ),
    Case(
        module="comet_external_auth_source",
        title="external-auth-source-with-policies",
        address={"name": "Company"},
        create={
            "type": "oidc",
            "oidc": {"display_name": "Company", "client_secret": f"{CANARY}-oidc", "scopes": ["openid"]},
            "new_user_permissions": {"allowed_user_policies": ["Gold"]},
        },
        change={"new_user_permissions": {"allowed_user_policies": ["Silver"], "prevent_server_shutdown": True}},
        diff=(
            {"new_user_permissions": {"allowed_user_policies": ["Gold"], "prevent_server_shutdown": False}},
            {"new_user_permissions": {"allowed_user_policies": ["Silver"], "prevent_server_shutdown": True}},
        ),
        reads=2,
        read=auth_source("Company"),
        write=write_auth_source,
        meanwhile={"OIDC": {"DisplayName": "The company"}},
        before=add_auth_source,
    ),
    Case(
        module="comet_protected_item",
        title="protected-item",
        address={"user": "alice", "name": "Documents", "device": "PC-1"},
        create={
            "engine": "file",
            "engine_props": {**PATHS, "SMBAUTH": [SHARE]},
            "pre_exec": ["sync"],
            "override_destination_retention": [{"storage_vault": "Office", "mode": "keep_everything"}],
        },
        change={
            "engine_props": {"INCLUDE": ["/srv", "/var"], "EXCLUDE-1": "*.tmp", "SMBAUTH": [SHARE]},
            "pre_exec": [],
        },
        diff=(
            {"engine_props": {"INCLUDE0": "/home", "USE_WIN_VSS": True}, "pre_exec": ["sync"]},
            {"engine_props": {"INCLUDE0": "/var"}, "pre_exec": []},
        ),
        reads=1,
        read=item("alice", "Documents", "device-1"),
        write=write_item("alice"),
        meanwhile={"PostExec": ["theirs"]},
        before=add_items,
    ),
    Case(
        module="comet_psa",
        title="psa",
        address={"type": "generic", "psa_url": "https://psa.example.com/comet"},
        create={
            "custom_headers": {"Authorization": f"{CANARY}-header"},
            "partner_key": f"{CANARY}-key",
            "grouped_by": {"tenants": True},
        },
        change={"alerts_disabled": True, "grouped_by": {"tenants": False, "users": True}},
        diff=(
            {"alerts_disabled": False, "grouped_by": {"tenants": True, "users": False}},
            {"alerts_disabled": True, "grouped_by": {"tenants": False, "users": True}},
        ),
        reads=1,
        read=psa(0, "https://psa.example.com/comet"),
        write=write_psa(),
        meanwhile={"GroupedBy": {"AccountName": True}},
        before=add_psas,
    ),
    Case(
        module="comet_psa",
        title="psa-of-tenant",
        address={"type": "syncro", "psa_url": "acme", "tenant": "ACME"},
        create={"partner_key": f"{CANARY}-key", "alerts_disabled": True},
        change={"alerts_disabled": False},
        diff=({"alerts_disabled": True}, {"alerts_disabled": False}),
        reads=2,
        read=psa(2, "acme", "ACME"),
        write=write_psa("ACME"),
        meanwhile={"GroupedBy": {"AccountName": True}},
        before=add_psas,
    ),
    *(
        Case(
            module="comet_replication",
            title=f"replication-of-{role}",
            address={"name": "Second site", "role": role},
            create={
                "type": "comet",
                "remote_address": "https://second.example.com/",
                "replication_username": "replicator",
                "replication_password": f"{CANARY}-replica",
            },
            change={"replica_deletion_strategy": "complete", "remote_address": "https://third.example.com/"},
            diff=(
                {"replica_deletion_strategy": "", "remote_address": "https://second.example.com/"},
                {"replica_deletion_strategy": "complete", "remote_address": "https://third.example.com/"},
            ),
            reads=1,
            read=configured((member, "ReplicateTo"), is_second_site),
            write=write_configured((member, "ReplicateTo"), is_second_site),
            meanwhile={"Username": "somebody"},
            before=add_replicas,
            elsewhere={"name": "Third site", "role": role},
            beside=2,
        )
        for role, member in (("authentication", "AuthenticationRole"), ("storage", "StorageRole"))
    ),
    Case(
        module="comet_self_backup",
        title="self-backup",
        address={"location": {"type": "local", "localcopy_path": "/srv/self-backup"}},
        create={
            "encryption_key": f"{CANARY}-archive",
            "exclude_jobs_db": True,
            "schedule": [{"frequency_type": "daily", "seconds_past": "03:30"}],
            "schedule_timezone": "Europe/Berlin",
        },
        change={"exclude_jobs_db": False, "schedule_timezone": "UTC"},
        diff=(
            {"exclude_jobs_db": True, "schedule_timezone": "Europe/Berlin"},
            {"exclude_jobs_db": False, "schedule_timezone": "UTC"},
        ),
        reads=1,
        read=configured(("SelfBackup", "Targets"), is_in_srv),
        write=write_configured(("SelfBackup", "Targets"), is_in_srv),
        meanwhile={"Compression": 5},
        before=add_self_backups,
        elsewhere={"location": {"type": "local", "localcopy_path": "/srv/nowhere"}},
        beside=1,
    ),
)


@dataclass(frozen=True)
class Step:
    """One task of a case: what it is called, what has to be done before, and its options."""

    name: str
    case: Case
    options: Options

    def prepare(self, server: EmulatedServer) -> None:
        """Bring the server to the point where the task has something to do."""
        self.case.before(server)
        if self.name != "create":
            succeed(server.task(self.case.module, **self.case.present()))
        server.forget_calls()


def succeed(result: Options) -> Options:
    assert not result.get("failed"), result["msg"]
    return result


def steps_of(case: Case) -> list[Step]:
    """What can be done with the object. A kind of which there is exactly one is never made or deleted."""
    steps = [Step("create", case, case.present())]
    if case.change:
        steps.append(Step("change", case, case.changed()))
    if not case.resource.singleton:
        steps.append(Step("delete", case, case.absent()))
    return steps


STEPS = tuple(step for case in CASES for step in steps_of(case))
RESOURCE_MODULES = frozenset(name for name, task in TASKS.items() if isinstance(task, ResourceTask))
