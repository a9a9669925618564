"""User groups (24.12 and later): a user is in one group at most."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.passwords import guid
from ..core.routing import Call, fragment, fragments, handles
from ..emulator import Stored
from .profiles import find_user


def _move(call: Call, username: str, group: str) -> None:
    store = call.emulator.store
    row = store.rows("user")[username]
    profile = {**orjson.loads(row.body), "GroupID": group}
    store.put("user", username, profile, organization=row.organization, parent=row.parent, group=group)


def _members(call: Call, group: str) -> list[str]:
    return [key for key, row in call.emulator.store.rows("user").items() if row.group == group]


def _store(call: Call, group_id: str, group: dict[str, Any]) -> None:
    if not group["Name"]:
        raise ApiError(400, "The user group needs a name")
    shaped = call.emulator.take("UserGroup", group, "Group")
    if call.switch("group_names") == "unique":
        _check_name(call, group_id, shaped)
    call.emulator.store.put("group", group_id, shaped, organization=shaped["OrganizationID"])


def _check_name(call: Call, group_id: str, group: dict[str, Any]) -> None:
    """Refuse a name that another group of the tenant has."""
    for key, row in call.emulator.store.rows("group").items():
        other = key != group_id and row.organization == group["OrganizationID"]
        if other and orjson.loads(row.body)["Name"] == group["Name"]:
            raise call.taken("The name of the user group is in use already")


@handles("AdminUserGroupsList")
def list_groups(call: Call) -> dict[str, str]:
    """Group id to name."""
    return {key: orjson.loads(row.body)["Name"] for key, row in call.visible("group").items()}


@handles("AdminUserGroupsListFull")
def list_groups_full(call: Call) -> Stored:
    """Group id to group."""
    return Stored(fragments(call.visible("group")))


@handles("AdminUserGroupsGet")
def get_group(call: Call) -> Stored:
    """One group, on request with the profiles of its members; without an envelope."""
    row = call.find("group", call["GroupID"], "user group")
    users = call.emulator.store.rows("user")
    members = _members(call, call["GroupID"]) if call.get("IncludeUsers", False) else []
    return Stored({"UserGroup": fragment(row), "Users": {name: fragment(users[name]) for name in members}})


@handles("AdminUserGroupsNew")
def new_group(call: Call) -> Stored:
    """Make a group under an id of the server's choice."""
    group_id = guid()
    group = {"Name": call["Name"], "OrganizationID": call.target_organization(), "CreatedAt": call.emulator.clock.now()}
    _store(call, group_id, group)
    return call.ok(UserGroupID=group_id)


@handles("AdminUserGroupsSet")
def set_group(call: Call) -> Stored:
    """Replace a group, or make it under the caller's id; one that moves to another tenant leaves its members behind."""
    store, group_id, group = call.emulator.store, call["GroupID"], call["Group"]
    present = store.document("group", group_id)
    if not group_id:
        raise ApiError(400, "The group id must not be empty")
    if present is not None and not call.sees(present["OrganizationID"]):
        raise call.unknown("user group")
    if not call.caller.top_level:
        group["OrganizationID"] = call.caller.organization
    elif group["OrganizationID"] and store.row("organization", group["OrganizationID"]) is None:
        raise call.unknown("tenant")
    group["CreatedAt"] = present["CreatedAt"] if present else call.emulator.clock.now()
    _store(call, group_id, group)
    for username in _members(call, group_id):
        if store.rows("user")[username].organization != group["OrganizationID"]:
            _move(call, username, "")
    return call.ok()


@handles("AdminUserGroupsSetUsersForGroup")
def set_members(call: Call) -> Stored:
    """Make the membership exactly this list: named users move in, others leave."""
    group_id = call["GroupID"]
    row = call.find("group", group_id, "user group")
    wanted = set(call["Users"])
    for username in wanted:
        if find_user(call, username).organization != row.organization:
            raise ApiError(400, f"The user {username} belongs to another tenant")
    present = set(_members(call, group_id))
    for username in sorted(present - wanted):
        _move(call, username, "")
    for username in sorted(wanted - present):
        _move(call, username, group_id)
    return call.ok()


@handles("AdminUserGroupsDelete")
def delete_group(call: Call) -> Stored:
    """Delete a group; its members are in no group afterwards, unless a switch says that they go on naming it."""
    gone = call.delete("group", call["GroupID"], "user group") is not None
    if gone and call.switch("deleted_group_members") == "ungrouped":
        for username in _members(call, call["GroupID"]):
            _move(call, username, "")
    return call.ok()
