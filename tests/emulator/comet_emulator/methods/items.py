"""Protected items with their schedules, one at a time (25.9.6 and later)."""

from __future__ import annotations

from typing import Any

from ..core.routing import Call, handles
from ..emulator import Stored
from .policies import remove_source
from .profiles import check_engine, find_user, keep_statistics, load_user, require_hash, store_profile


def rules_of(profile: dict[str, Any], source_id: str) -> dict[str, Any]:
    """The schedules that run one protected item."""
    return {key: rule for key, rule in profile["BackupRules"].items() if rule["Source"] == source_id}


def get_item(call: Call, username: str) -> Stored:
    """One protected item, its schedules, and the profile's hash."""
    profile, source_id = load_user(call, username), call["SourceID"]
    if source_id not in profile["Sources"]:
        raise call.unknown("protected item")
    return call.ok(
        Source=profile["Sources"][source_id],
        BackupRules=rules_of(profile, source_id),
        ProfileHash=find_user(call, username).hash,
    )


def set_item(call: Call, username: str) -> Stored:
    """Replace or make a protected item, and its schedules."""
    profile, source_id = load_user(call, username), call["SourceID"]
    if call.get("RequireHash"):
        require_hash(call, find_user(call, username), call["RequireHash"])
    source = call.get("Source", None)
    if source is not None:
        if call.switch("submitted_read_only") == "ignored":
            keep_statistics(source, profile["Sources"].get(source_id, {}))
        check_engine(call, source)
        profile["Sources"][source_id] = source
    elif source_id not in profile["Sources"]:
        raise call.unknown("protected item")
    rules = call.get("BackupRules", None)
    if rules is not None:
        if call.switch("set_protected_item_rules") == "replace":
            for key in rules_of(profile, source_id):
                del profile["BackupRules"][key]
        profile["BackupRules"].update({key: {**rule, "Source": source_id} for key, rule in rules.items()})
    store_profile(call.emulator, username, profile)
    return call.ok()


def delete_item(call: Call, username: str) -> Stored:
    """Delete a protected item, and its schedules unless a switch says that they stay."""
    profile, source_id = load_user(call, username), call["SourceID"]
    if source_id not in profile["Sources"]:
        call.refuse_deletion("protected item")
        return call.ok()
    remove_source(profile, source_id, rules=call.switch("delete_protected_item_rules") == "removed")
    store_profile(call.emulator, username, profile)
    return call.ok()


@handles("AdminGetProtectedItemWithBackupRules")
def admin_get_item(call: Call) -> Stored:
    """As :func:`get_item`, for any visible user."""
    return get_item(call, call["TargetUser"])


@handles("AdminSetProtectedItemWithBackupRules")
def admin_set_item(call: Call) -> Stored:
    """As :func:`set_item`, for any visible user."""
    return set_item(call, call["TargetUser"])


@handles("AdminDeleteProtectedItem")
def admin_delete_item(call: Call) -> Stored:
    """As :func:`delete_item`, for any visible user."""
    return delete_item(call, call["TargetUser"])
