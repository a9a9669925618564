"""Policies: settings that many users share, kept in step by the server."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.passwords import guid
from ..core.routing import Call, fragment, fragments, handles
from ..core.store import Row
from ..devices.default_items import give_items, models_of, newly_linked
from ..emulator import Emulator, Stored

Policy = dict[str, Any]


# What a policy does to users


def default_policy_for(emulator: Emulator, organization: str) -> str:
    """The policy that new users of a tenant get, or ``""``."""
    whole_server = emulator.switches["default_policy_scope"] == "server"
    for key, row in emulator.store.rows("policy").items():
        if (whole_server or row.organization == organization) and (emulator.store.peek("policy", key) or {})[
            "DefaultUserPolicy"
        ]:
            return key
    return ""


def apply_policy(emulator: Emulator, profile: dict[str, Any]) -> None:
    """Put the content of a profile's policy into it; without a policy its own settings stand."""
    policy = emulator.store.peek("policy", profile["PolicyID"]) if profile["PolicyID"] else None
    # Put anew every time, so that the same profile is always stored with the same order of members.
    profile.pop("ServerConfig", None)
    if policy is None:
        return
    settings = policy["Policy"]
    profile["Policy"] = settings
    delay = settings.get("RandomDelaySecs", 0)
    if delay:
        profile["ServerConfig"] = {"RandomDelaySecs": delay}
    models = models_of(settings)
    for source in profile["Sources"].values():
        if not source["ExistingUserUpdate"] or source["PolicySourceID"] not in models:
            continue
        model, _unused = models[source["PolicySourceID"]]
        if model["ExistingUserUpdate"]:
            follow = ("Engine", "Description", "PreExec", "ThawExec", "PostExec", "EngineProps")
            source.update({name: model[name] for name in follow})


def remove_sources(profile: dict[str, Any], policy_sources: list[str]) -> bool:
    """Remove protected items that a policy made, with their schedules. Returns whether there were any."""
    gone = [
        key
        for key, source in profile["Sources"].items()
        if source["PolicySourceID"] and source["PolicySourceID"] in policy_sources
    ]
    for key in gone:
        remove_source(profile, key)
    return bool(gone)


def remove_source(profile: dict[str, Any], source_id: str, *, rules: bool = True) -> None:
    """Remove one protected item, and with ``rules`` the schedules that run it."""
    profile["Sources"].pop(source_id, None)
    if rules:
        for key in [key for key, rule in profile["BackupRules"].items() if rule["Source"] == source_id]:
            del profile["BackupRules"][key]


def linked_users(emulator: Emulator, policy_id: str) -> dict[str, Row]:
    """Users whose profile points to a policy."""
    return {key: row for key, row in emulator.store.rows("user").items() if row.parent == policy_id}


def refresh_users(emulator: Emulator, policy_id: str, delete_sources: list[str], gained: Collection[str] = ()) -> None:
    """Bring the users that follow a policy in step with it, without their items that the named policy sources made.

    ``gained`` names the default protected items that their devices get now.
    """
    for key, row in linked_users(emulator, policy_id).items():
        profile = orjson.loads(row.body)
        remove_sources(profile, delete_sources)
        apply_policy(emulator, profile)
        for device in profile["Devices"] if gained else ():
            give_items(emulator, profile, device, gained)
        emulator.store.put("user", key, profile, organization=row.organization, parent=row.parent, group=row.group)


# Storing


def _store(call: Call, policy_id: str, policy: Policy, *, present: Policy | None) -> Row:
    emulator = call.emulator
    if not call.caller.top_level:
        policy["OrganizationID"] = call.caller.organization
    organization = policy["OrganizationID"]
    if organization and emulator.store.row("organization", organization) is None:
        raise call.unknown("tenant")
    now = call.emulator.clock.now()
    policy["CreatedDate"] = present["CreatedDate"] if present else now
    policy["ModifiedDate"] = now
    if policy["DefaultUserPolicy"]:
        _clear_other_defaults(call, policy_id, organization)
    return emulator.store.put("policy", policy_id, policy, organization=organization)


def _clear_other_defaults(call: Call, policy_id: str, organization: str) -> None:
    whole_server = call.switch("default_policy_scope") == "server"
    store = call.emulator.store
    for key, row in list(store.rows("policy").items()):
        if key == policy_id or not (whole_server or row.organization == organization):
            continue
        other = orjson.loads(row.body)
        if other["DefaultUserPolicy"]:
            other["DefaultUserPolicy"] = False
            store.put("policy", key, other, organization=row.organization)


# Methods


@handles("AdminPoliciesList")
def list_policies(call: Call) -> dict[str, str]:
    """Policy id to description."""
    return {key: orjson.loads(row.body)["Description"] for key, row in call.visible("policy").items()}


@handles("AdminPoliciesListFull")
def list_policies_full(call: Call) -> Stored:
    """Policy id to policy."""
    return Stored(fragments(call.visible("policy")))


@handles("AdminPoliciesGet")
def get_policy(call: Call) -> Stored:
    """One policy with its hash."""
    row = call.find("policy", call["PolicyID"], "policy")
    return call.ok(Policy=fragment(row), PolicyHash=row.hash)


@handles("AdminPoliciesNew")
def new_policy(call: Call) -> Stored:
    """Make a policy; the documented answer has its hash but not its id."""
    policy_id = guid()
    row = _store(call, policy_id, call["Policy"], present=None)
    answer = call.ok(PolicyHash=row.hash)
    if call.switch("policies_new_returns_id"):
        answer.value["PolicyID"] = policy_id
    return answer


@handles("AdminPoliciesSet")
def set_policy(call: Call) -> Stored:
    """Replace a policy, or make it under the caller's id; users that follow it are brought in step."""
    policy_id = call["PolicyID"]
    if not policy_id:
        raise ApiError(400, "The policy id must not be empty")
    row = call.emulator.store.row("policy", policy_id)
    if row is not None and not call.sees(row.organization):
        raise call.unknown("policy")
    expected = call.get("CheckPolicyHash")
    if expected and (row is None or expected != row.hash):
        raise ApiError(call.switch("hash_mismatch_status"), "The policy was changed by someone else (hash mismatch)")
    present = None if row is None else orjson.loads(row.body)
    _store(call, policy_id, call["Policy"], present=present)
    gained = newly_linked(present and present["Policy"], call["Policy"]["Policy"])
    refresh_users(call.emulator, policy_id, call.get("Options", {}).get("DeleteSources") or [], gained)
    return call.ok()


@handles("AdminPoliciesDelete")
def delete_policy(call: Call) -> Stored:
    """Delete a policy; users that followed it keep its settings as their own."""
    emulator, policy_id = call.emulator, call["PolicyID"]
    row = emulator.store.row("policy", policy_id)
    users = linked_users(emulator, policy_id) if row is not None and call.sees(row.organization) else {}
    if users and call.switch("policy_delete_in_use") == "refused":
        raise ApiError(400, f"The policy is in use by {len(users)} users")
    call.delete("policy", policy_id, "policy")
    for key, user in users.items():
        profile = {**orjson.loads(user.body), "PolicyID": ""}
        apply_policy(emulator, profile)
        emulator.store.put("user", key, profile, organization=user.organization, group=user.group)
    return call.ok()
