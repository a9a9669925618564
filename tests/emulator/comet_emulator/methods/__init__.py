"""Handlers of API methods, one file for each idea; importing a file registers its handlers."""

from __future__ import annotations

import importlib

ROOMS = (
    "account",
    "admins",
    "browsing",
    "browsing_files",
    "buckets",
    "campaigns",
    "commands",
    "configuration",
    "constellation",
    "devices",
    "downloads",
    "external_logins",
    "fragments",
    "groups",
    "items",
    "job_effects",
    "jobs",
    "lobby",
    "logs",
    "meta",
    "news",
    "policies",
    "quotas",
    "replication",
    "reports",
    "resources",
    "restart",
    "running",
    "security_keys",
    "self_backup",
    "sessions",
    "templates",
    "tenants",
    "user_web",
    "users",
    "vaults",
)


def load() -> None:
    """Register every handler."""
    for room in ROOMS:
        importlib.import_module(f"{__name__}.{room}")
