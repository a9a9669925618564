# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees for comet_apply: what a seeded server holds already, and new users for it."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from emulated import ADMIN, Emulated

GIBIBYTE = 1 << 30
TIMEOUT_SECONDS = 300
Document = dict[str, Any]


def ask(server: Emulated, path: str) -> Document:
    """The answer of a call without parameters."""
    form = urlencode({"Username": ADMIN, "AuthType": "Password", "Password": server.password}).encode()
    with urllib.request.urlopen(f"{server.url}api/v1/admin/{path}", form, timeout=TIMEOUT_SECONDS) as answer:
        return dict(json.loads(answer.read()))


def write(source: Path, **tree: Any) -> Path:
    """Write the tree of a server without tenants; gives the file."""
    source.write_text(json.dumps({"server": tree}), encoding="utf-8")
    return source


def policy_as_it_is(policy: Document) -> Document:
    """What a person would write about a policy of the seed."""
    settings = policy["Policy"]
    wished = {
        "prevent_delete_storage_vault": settings["PreventDeleteStorageVault"],
        "mode_admin_reset_password": settings.get("ModeAdminResetPassword", 0),
    }
    return {"name": policy["Description"], "default_user_policy": policy["DefaultUserPolicy"], "settings": wished}


def user_as_it_is(profile: Document, policies: Document) -> Document:
    """What a service provider would write about a user: ten options, all of which agree with the profile."""
    policy = policies[profile["PolicyID"]]["Description"] if profile["PolicyID"] else ""
    return {
        "name": profile["Username"],
        "account_name": profile["AccountName"],
        "policy": policy,
        "emails": profile["Emails"],
        "send_email_reports": profile["SendEmailReports"],
        "language_code": profile["LanguageCode"],
        "local_timezone": profile["LocalTimezone"],
        "suspended": profile["IsSuspended"],
        "maximum_devices": profile["MaximumDevices"],
        "all_protected_items_quota_enabled": profile["AllProtectedItemsQuotaEnabled"],
        "all_protected_items_quota_bytes": profile["AllProtectedItemsQuotaBytes"],
    }


def as_it_is(server: Emulated, source: Path) -> int:
    """Write a tree that a server fulfils already; gives the number of objects in it."""
    policies = ask(server, "policies/list-full")
    users = ask(server, "list-users-full")
    write(
        source,
        policies=[policy_as_it_is(policy) for policy in policies.values()],
        users=[user_as_it_is(profile, policies) for profile in users.values()],
    )
    return len(policies) + len(users)


def new_user(number: int) -> Document:
    """A new user with a policy of the seed, a quota and one storage vault at a place of its own."""
    cloud = {
        "name": "Cloud",
        "type": "s3",
        "s3_server": "s3.eu-central-1.amazonaws.com",
        "s3_uses_tls": True,
        "s3_bucket_name": f"backup-new-{number:06d}",
        "s3_access_key": "AKIAEXAMPLE",
        "s3_secret_key": f"secret-key-{number:06d}",
        "storage_limit_enabled": True,
        "storage_limit_bytes": 1000 * GIBIBYTE,
    }
    return {
        "name": f"new-{number:06d}",
        "password": f"first-password-{number:06d}",
        "account_name": f"New user {number}",
        "policy": "Standard" if number % 2 else "Premium",
        "all_protected_items_quota_enabled": True,
        "all_protected_items_quota_bytes": 500 * GIBIBYTE,
        "storage_vaults": [cloud],
    }


def fulfilled(wish: Document, profile: Document, policies: Document) -> bool:
    """Whether a user is as ``new_user`` wants it, with a password of its own and a recovery code."""
    [vault] = profile["Destinations"].values()
    [cloud] = wish["storage_vaults"]
    return bool(profile["PasswordHash"] and profile["PasswordRecovery"]) and (
        profile["AccountName"],
        profile["AllProtectedItemsQuotaEnabled"],
        profile["AllProtectedItemsQuotaBytes"],
        profile["Policy"] == policies[profile["PolicyID"]]["Policy"],
        policies[profile["PolicyID"]]["Description"],
        *(vault[name] for name in ("Description", "DestinationType", "S3Server", "S3UsesTLS", "S3BucketName")),
        *(vault[name] for name in ("S3AccessKey", "S3SecretKey", "StorageLimitEnabled", "StorageLimitBytes")),
    ) == (
        wish["account_name"],
        wish["all_protected_items_quota_enabled"],
        wish["all_protected_items_quota_bytes"],
        True,
        wish["policy"],
        *(cloud["name"], 1000, cloud["s3_server"], cloud["s3_uses_tls"], cloud["s3_bucket_name"]),
        *(cloud["s3_access_key"], cloud["s3_secret_key"], True, cloud["storage_limit_bytes"]),
    )
