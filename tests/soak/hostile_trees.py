# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees for comet_apply in which every name, note, path, header and key is a text that nobody should fall for."""

from __future__ import annotations

from typing import Any

from ansible_collections.comet.backup.tests.soak.payloads import Payloads

Tree = dict[str, Any]
PASSWORD = "canary-5fb1-password"


def tree(payloads: Payloads, users: int = 2) -> Tree:
    """Something of most kinds at the top level and in two tenants whose names are hard to tell apart."""
    name = payloads.name()
    return {
        "server": {
            **_scope(payloads, users),
            "email": {"from_name": payloads.text()},
            "news": [{"text": payloads.text()}],
        },
        "tenants": [_tenant(payloads, name, users), _tenant(payloads, payloads.twin(name), users)],
    }


def _tenant(payloads: Payloads, name: str, users: int) -> Tree:
    branding = {"product_name": payloads.text(), "company_name": payloads.text(), "help_url": payloads.text()}
    template = {"name": payloads.name(), "type": "comet", "remote_address": payloads.name()}
    return {"name": name, **_scope(payloads, users), "branding": branding, "storage_templates": [template]}


def _scope(payloads: Payloads, users: int) -> Tree:
    """What the top level and tenants have in common."""
    policy = payloads.name()
    header = {payloads.name(): f"{PASSWORD}-{payloads.name()}"}
    return {
        "policies": [
            {"name": policy, "settings": {"default_sources": [_source(payloads)]}},
            {"name": payloads.twin(policy)},
        ],
        "user_groups": [{"name": payloads.name()}],
        "shared_quotas": [{"name": payloads.name(), "limit_bytes": "1 TiB"}],
        "webhook_options": [{"name": payloads.name(), "url": payloads.text(), "custom_headers": header}],
        "users": [_user(payloads, policy) for _unused in range(users)],
    }


def _source(payloads: Payloads) -> Tree:
    return {
        "id": payloads.name(),
        "engine": "file",
        "description": payloads.text(),
        "engine_props": {"INCLUDE": [payloads.text(), payloads.text()], "EXCLUDE": [payloads.text()]},
        "pre_exec": [payloads.text()],
    }


def _user(payloads: Payloads, policy: str) -> Tree:
    vault = {"name": payloads.name(), "type": "localcopy", "localcopy_path": payloads.text()}
    return {
        "name": f"user-{len(payloads.given)}",
        "user_password": PASSWORD,
        "account_name": payloads.text(),
        "emails": [f"{payloads.name()}@example.com"],
        "policy": policy,
        "storage_vaults": [vault],
    }
