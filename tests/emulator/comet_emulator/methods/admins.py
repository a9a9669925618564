"""Administrators, as top-level administrators manage them."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.obscured import obscure
from ..core.routing import Call, handles
from ..emulator import Stored, admin_key
from .setup import create_admin

NAMES_REPEAT_SINCE = (21, 3, 0)
"""The first version in which several tenants can have administrators of the same name."""


@handles("AdminAdminUserList")
def list_admins(call: Call) -> list[dict[str, Any]]:
    """All administrators, secrets obscured."""
    rows = call.visible("admin").values()
    return [obscure(call.emulator, "AllowedAdminUser", orjson.loads(row.body)) for row in rows]


def _is_taken(call: Call, organization: str, username: str) -> bool:
    store = call.emulator.store
    if call.emulator.version < NAMES_REPEAT_SINCE:
        return any(key.partition("/")[2] == username for key in store.rows("admin"))
    return store.row("admin", admin_key(organization, username)) is not None


@handles("AdminAdminUserNew")
def new_admin(call: Call) -> Stored:
    """Make an administrator; names are unique within a tenant."""
    organization = call.target_organization("TargetOrgID")
    if not call["TargetUser"] or not call["TargetPassword"]:
        raise ApiError(400, "An administrator needs a name and a password")
    if _is_taken(call, organization, call["TargetUser"]):
        raise call.taken("Username already exists")
    create_admin(call.emulator, call["TargetUser"], call["TargetPassword"], organization)
    return call.ok()


@handles("AdminAdminUserDelete")
def delete_admin(call: Call) -> Stored:
    """Delete an administrator; of several tenants' with that name the switch ``delete_admin_of_many`` decides."""
    username, store = call["TargetUser"], call.emulator.store
    keys = [key for key in store.rows("admin") if key.partition("/")[2] == username]
    if len(keys) > 1 and call.switch("delete_admin_of_many") == "refused":
        raise ApiError(400, "Several tenants have an administrator of that name")
    key = min(keys, default=admin_key("", username), key=lambda found: found != admin_key("", username))
    call.delete("admin", key, "administrator")
    return call.ok()


@handles("AdminAddFirstAdminUser")
def add_first_admin(call: Call) -> Stored:
    """Make the first administrator of a server that has none; needs no login, and works only then."""
    if call.emulator.store.rows("admin"):
        raise ApiError(403, "Unauthorised")
    if not call["TargetUser"] or not call["TargetPassword"]:
        raise ApiError(400, "An administrator needs a name and a password")
    create_admin(call.emulator, call["TargetUser"], call["TargetPassword"])
    return call.ok()
