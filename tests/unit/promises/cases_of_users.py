# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of what is inside a user."""

from __future__ import annotations

from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_policies
from ansible_collections.comet.backup.tests.unit.promises.behind_users import (
    add_backups,
    add_devices,
    add_items,
    add_items_of_laptop,
    add_recipients,
    add_storage,
    add_storage_of_acme,
    default_reports,
    device,
    email_report,
    item,
    schedule,
    set_up_vault,
    vault,
    write_default_reports,
    write_device,
    write_email_report,
    write_item,
    write_schedule,
    write_vault,
)
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Case, Options
from ansible_collections.comet.backup.tests.unit.promises.cases_of_accounts import PATHS

SHARE = {"SharePath": "nas", "Username": "backup", "Password": f"{CANARY}-share"}
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
PROVIDED = frozenset({"id", "type", "comet_server", "comet_bucket", "comet_bucket_key", "default_retention"})

CASES_OF_USERS = (
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
)
