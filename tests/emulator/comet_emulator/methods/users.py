"""Users: listing, creating, reading, writing, passwords, deleting."""

from __future__ import annotations

from typing import Any

from ..accounts.auth import password_is
from ..core.errors import ApiError, denied
from ..core.passwords import HASHED, PLAIN, guid, random_key
from ..core.routing import Call, fragment, fragments, handles
from ..devices.registering import TOKENS
from ..emulator import Stored
from ..jobs.running import KINDS
from .modes import decided
from .policies import apply_policy, default_policy_for
from .profiles import (
    accept_profile,
    check_name,
    check_password,
    check_references,
    check_values,
    find_user,
    keep_suspension,
    load_user,
    new_profile,
    require_hash,
    store_profile,
)

Profile = dict[str, Any]


# Creating


def _check_new(call: Call, username: str) -> None:
    check_name(call.emulator, username)
    if call.emulator.store.row("user", username) is not None:
        raise call.taken("Username already exists")


@handles("AdminAddUser")
def add_user(call: Call) -> Stored:
    """Make a user with a password; the server chooses everything else."""
    emulator, username = call.emulator, call["TargetUser"]
    organization = call.target_organization()
    _check_new(call, username)
    check_password(call["TargetPassword"])
    profile = new_profile(emulator, username, call["TargetPassword"], organization)
    apply_policy(emulator, profile)
    if _decided_by(call, profile, "ModeAdminResetPassword", "StoreRecoveryCode"):
        profile["PasswordRecovery"] = random_key()
    profile["RequirePasswordChange"] = _decided_by(
        call, profile, "ModeRequireUserResetPassword", "RequirePasswordChange"
    )
    store_profile(emulator, username, emulator.take("UserProfileConfig", profile, "ProfileData"))
    return call.ok()


def _decided_by(call: Call, profile: Profile, mode: str, parameter: str) -> bool:
    """What a parameter of the call asks for, as far as a mode of the policy leaves it open."""
    asked = call.get(parameter, None)
    return decided(profile["Policy"].get(mode, 0), None if asked is None else bool(asked))


@handles("AdminAddUserFromProfile")
def add_user_from_profile(call: Call) -> Stored:
    """Make a user with a whole profile, for replication and migration."""
    emulator, username, profile = call.emulator, call["TargetUser"], call["ProfileData"]
    _check_new(call, username)
    if profile["Username"] not in ("", username):
        raise ApiError(400, "The username in the profile does not match the account")
    organization = call.target_organization() or profile.get("OrganizationID", "")
    if organization and emulator.store.row("organization", organization) is None:
        raise call.unknown("tenant")
    if organization != call.caller.organization and not call.caller.top_level:
        raise denied()
    profile.update(Username=username, OrganizationID=organization)
    if not profile["PolicyID"]:
        profile["PolicyID"] = default_policy_for(emulator, organization)
    check_values(call, profile)
    check_references(call, profile, None)
    if profile["PasswordFormat"] == PLAIN:
        check_password(profile["PasswordHash"])
        profile.update(PasswordFormat=HASHED, PasswordHash=emulator.hash(profile["PasswordHash"]))
    if call.switch("submitted_read_only") == "ignored" or not profile["CreationGUID"]:
        fresh = new_profile(emulator, username, "", organization)
        profile.update(CreateTime=fresh["CreateTime"], CreationGUID=guid())
    keep_suspension(profile, {"IsSuspended": False}, emulator.clock.now())
    store_profile(emulator, username, emulator.take("UserProfileConfig", profile, "ProfileData"))
    return call.ok()


# Reading


@handles("AdminListUsers")
def list_users(call: Call) -> list[str]:
    """Names of all visible users."""
    return list(call.visible("user"))


@handles("AdminListUsersFull")
def list_users_full(call: Call) -> Stored:
    """Name to profile, of all visible users."""
    return Stored(fragments(call.visible("user")))


@handles("AdminGetUserProfile")
def get_profile(call: Call) -> Stored:
    """A bare profile."""
    return Stored(fragment(find_user(call, call["TargetUser"])))


@handles("AdminGetUserProfileAndHash")
def get_profile_and_hash(call: Call) -> Stored:
    """A profile with its hash."""
    row = find_user(call, call["TargetUser"])
    return call.ok(Profile=fragment(row), ProfileHash=row.hash)


@handles("AdminGetUserProfileHash")
def get_profile_hash(call: Call) -> Stored:
    """The hash of a profile."""
    return call.ok(ProfileHash=find_user(call, call["TargetUser"]).hash)


# Writing


@handles("AdminSetUserProfile")
def set_profile(call: Call) -> Stored:
    """Replace a profile, whoever changed it meanwhile."""
    accept_profile(call, call["TargetUser"], call["ProfileData"])
    return call.ok()


@handles("AdminSetUserProfileHash")
def set_profile_hash(call: Call) -> Stored:
    """Replace a profile if it still has the hash that the caller saw."""
    require_hash(call, find_user(call, call["TargetUser"]), call["RequireHash"])
    row = accept_profile(call, call["TargetUser"], call["ProfileData"], call.get("AdminOptions", None))
    return call.ok(Profile=fragment(row), ProfileHash=row.hash)


@handles("AdminResetUserPassword")
def reset_password(call: Call) -> Stored:
    """Give a user a new password; without a recovery code only with the old one."""
    emulator, profile = call.emulator, load_user(call, call["TargetUser"])
    check_password(call["NewPassword"], "new password")
    old = call.get("OldPassword")
    if old:
        if not password_is(emulator, profile, old):
            raise ApiError(400, "The current password is wrong")
    elif not profile.get("PasswordRecovery"):
        raise ApiError(400, "The password cannot be reset without the old password, because no recovery code is stored")
    profile.update(PasswordFormat=HASHED, PasswordHash=emulator.hash(call["NewPassword"]))
    if profile.get("PasswordRecovery"):
        profile["PasswordRecovery"] = random_key()
    store_profile(emulator, call["TargetUser"], profile)
    return call.ok()


@handles("AdminDisableUserTotp")
def disable_totp(call: Call) -> Stored:
    """Switch a user's second factor off."""
    profile = load_user(call, call["TargetUser"])
    profile.update(AllowPasswordAndTOTPLogin=False, AllowPasswordLogin=True, TOTPKey="", TOTPKeyEncryptionFormat=0)
    store_profile(call.emulator, call["TargetUser"], profile)
    return call.ok()


@handles("AdminDeleteUser")
def delete_user(call: Call) -> Stored:
    """Delete a user and the history of its jobs; buckets stay."""
    find_user(call, call["TargetUser"])
    forget_user(call, call["TargetUser"])
    return call.ok()


def forget_user(call: Call, username: str) -> None:
    """Remove a user, its jobs with all that belongs to them, its install tokens and its sessions."""
    store = call.emulator.store
    store.delete("user", username)
    for kind in (*KINDS, TOKENS):
        for key in [key for key, row in store.rows(kind).items() if row.parent == username]:
            store.delete(kind, key)
    call.emulator.sessions.revoke_account("user", username)
