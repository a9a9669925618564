# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree with something of every kind that a tree can hold, at the top level and in a tenant, and a server like it."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, succeed

Tree = dict[str, Any]
AS_DESCRIBED = "as described"
"""The snapshot of a server that is as the tree says."""
DEVICE = "laptop-id"
"""ID of the only device of each user who has one; the tree calls it by its name."""

TEMPLATE = {
    "name": "Europe",
    "type": "comet",
    "remote_address": "https://storage.example.com/",
    "username": "storage",
    "password": f"{CANARY}-template",
}
SITE = {"type": "comet", "username": "cluster", "password": f"{CANARY}-site"}
ITEM = {
    "name": "Documents",
    "device": "laptop",
    "engine": "file",
    "engine_props": {"INCLUDE": ["/home"]},
    "schedules": [
        {
            "name": "Each night",
            "storage_vault": "Cloud",
            "schedules": [{"frequency_type": "daily", "seconds_past": "02:30"}],
        }
    ],
}
WEEKLY = {
    "name": "Once a week",
    "protected_item": "Documents",
    "storage_vault": "Cloud",
    "schedules": [{"frequency_type": "weekly", "seconds_past": "Sunday 04:00"}],
}


def everything() -> Tree:
    """The tree. Of what is referred to there is one more that nobody refers to, so that it can go alone."""
    return {
        "server": {**_settings(), **_of_servers(), **_lists("top")},
        "tenants": [
            {
                "name": "ACME",
                "hosts": ["backup.acme.example"],
                "suspended": False,
                "storage_templates": [dict(TEMPLATE)],
                "admin_users": [_admin("boss"), _admin("clerk")],
                **_settings(),
                **_lists("acme"),
            },
            {"name": "Globex", "hosts": ["backup.globex.example"]},
        ],
    }


def make(server: EmulatedServer) -> None:
    """Make an empty server what the tree says, and keep it as a snapshot."""
    before = everything()
    for definition in (before["server"], *before["tenants"]):
        for user in definition.get("users", []):
            user.pop("protected_items", None)
            user.pop("schedules", None)
    succeed(server.task("comet_apply", objects=before))
    for name in ("anna-top", "anna-acme"):
        server.change_profile(name, Devices={DEVICE: {"FriendlyName": "laptop"}})
    succeed(server.task("comet_apply", objects=everything()))
    assert not succeed(server.task("comet_apply", objects=everything(), check=True))["changed"]
    server.snapshot(AS_DESCRIBED)


def _settings() -> Tree:
    """What the server and a tenant have both."""
    return {
        "email": {
            "mode": "smtp",
            "smtp_host": "mail.example.com",
            "from_email": "backup@example.com",
            "smtp_password": f"{CANARY}-mail",
        },
        "branding": {"product_name": "Vault", "windows_code_sign_pkcs12_password": f"{CANARY}-signing"},
        "software_build_role": {"role_enabled": True, "max_builders": 4},
        "constellation_role": {
            "role_enabled": True,
            "servers": [{**SITE, "description": "A", "remote_address": "https://a.example.com/"}],
        },
        "webhook_options": [
            {
                "name": "ops",
                "url": "https://hooks.example.com/a",
                "level": "full",
                "custom_headers": {"Authorization": f"{CANARY}-hook"},
            }
        ],
        "audit_file_options": [{"name": "audit", "filename": "audit.log", "level": "full"}],
    }


def _of_servers() -> Tree:
    """What only a server has."""
    return {
        "authentication_role": {
            "prune_logs_after_days": 90,
            "storage_templates": [dict(TEMPLATE)],
            "replicate_to": [{**SITE, "description": "Second", "remote_address": "https://second.example.com/"}],
        },
        "storage_role": {
            "replicate_to": [{**SITE, "description": "Third", "remote_address": "https://third.example.com/"}]
        },
        "session_settings": {"expired_in_seconds": "8h"},
        "login_protection": {"enabled": True, "failure_threshold": 5, "cooldown_seconds": "10m"},
        "trust_x_forwarded_for": False,
        "external_admin_user_sources": [
            {
                "id": "directory",
                "name": "Directory",
                "type": "ldap",
                "ldap": {"hostname": "ldap.example.com", "port": 389, "bind_password": f"{CANARY}-bind"},
            }
        ],
        "self_backup": {
            "targets": [
                {
                    "location": {"type": "local", "localcopy_path": "/srv/self"},
                    "encryption_key": f"{CANARY}-archive",
                    "exclude_jobs_db": True,
                    "schedule": [{"frequency_type": "daily", "seconds_past": "03:30"}],
                }
            ]
        },
        "news": [{"text": "Welcome"}, {"text": "Maintenance on Saturday"}],
        "update_campaign": {"active": True, "upgrade_older": True},
    }


def _lists(place: str) -> Tree:
    """What the server and a tenant may have several of; names that count on the whole server end with the place."""
    return {
        "policies": [
            {
                "name": "Gold",
                "settings": {
                    "prevent_delete_storage_vault": True,
                    "default_storage_vault_retention": {
                        "mode": "delete_except",
                        "ranges": [{"type": "jobs_since", "days": 30}],
                    },
                },
            },
            {"name": "Silver", "settings": {"prevent_open_web_ui": True}},
        ],
        "psas": [
            {
                "type": "generic",
                "url": f"https://psa.{place}.example/comet",
                "partner_key": f"{CANARY}-psa",
                "grouped_by": {"tenants": True},
                "custom_headers": {"Authorization": f"{CANARY}-header"},
            },
            {"type": "syncro", "url": place, "alerts_disabled": True, "partner_key": f"{CANARY}-psa"},
        ],
        "shared_quotas": [{"name": "Pool", "limit_bytes": "2 TiB"}, {"name": "Spare", "limit_bytes": "1 TiB"}],
        "user_groups": [{"name": "Staff", "users": [f"anna-{place}"]}, {"name": "Guests"}],
        "users": [_anna(place), _ben(place)],
        "buckets": [{"id": f"{place}-1", "key_hash": f"{CANARY}-key", "key_hash_format": 1}],
    }


def _anna(place: str) -> Tree:
    """A user with everything inside."""
    cloud = {
        "name": "Cloud",
        "type": "s3",
        "s3_server": "s3.example.com",
        "s3_bucket_name": "anna",
        "s3_access_key": "AKIAEXAMPLE",
        "s3_secret_key": f"{CANARY}-s3",
        "storage_limit_enabled": True,
        "storage_limit_bytes": "1 TiB",
        "default_retention": {"mode": "delete_except", "ranges": [{"type": "jobs_since", "days": 90}]},
    }
    disk = {"name": "Disk", "type": "local", "localcopy_path": "/mnt/disk", "shared_quota": "Pool"}
    return {
        "name": f"anna-{place}",
        "password": f"{CANARY}-user",
        "account_name": "Anna",
        "policy": "Gold",
        "emails": ["anna@customer.example"],
        "maximum_devices": 3,
        "suspended": False,
        "all_protected_items_quota_enabled": True,
        "all_protected_items_quota_bytes": "500 GiB",
        "override_email_settings": [{"email": "boss@customer.example", "reports": [{"report_type": "immediate"}]}],
        "storage_vaults": [cloud, disk],
        "protected_items": [ITEM, {**ITEM, "name": "Pictures", "schedules": []}],
        "schedules": [WEEKLY],
    }


def _ben(place: str) -> Tree:
    """A user with rules of his own and nothing inside."""
    database = {
        "id": "database",
        "engine": "engine1/mysql",
        "description": "Database",
        "engine_props": {"USERNAME": "backup", "PASSWORD": f"{CANARY}-mysql"},
    }
    rules = {"prevent_open_web_ui": True, "default_sources": [database]}
    return {"name": f"ben-{place}", "password": f"{CANARY}-user", "custom_policy": rules}


def _admin(name: str) -> Tree:
    return {
        "name": name,
        "password": f"{CANARY}-admin",
        "ip_whitelist": "^10[.]",
        "permissions": {"allow_edit_branding": True},
    }
