"""What an end user may do with an own login: the account, the profile, vaults and protected items."""

from __future__ import annotations

import pyotp

from ..accounts.auth import password_is
from ..accounts.factors import code_step
from ..core.errors import ApiError
from ..core.passwords import HASHED, random_key
from ..core.routing import Call, fragment, handles
from ..emulator import Stored
from .account import totp_answer
from .items import delete_item, get_item, set_item
from .own_profile import accept_own_profile, prepare_own_item
from .profiles import check_password, find_user, load_user, require_hash, store_profile
from .templates import providers_of
from .vaults import add_vault


def _check_hash(call: Call) -> None:
    require_hash(call, find_user(call, call.caller.username), call["ProfileHash"])


@handles("UserWebGetUserProfileAndHash")
def get_own_profile(call: Call) -> Stored:
    """The caller's profile with its hash."""
    row = find_user(call, call.caller.username)
    return call.ok(Profile=fragment(row), ProfileHash=row.hash)


@handles("UserWebSetProfileHash")
def set_own_profile(call: Call) -> Stored:
    """Replace the caller's profile if it still has the hash that the caller saw."""
    _check_hash(call)
    row = accept_own_profile(call, call["ProfileData"])
    return call.ok(Profile=fragment(row), ProfileHash=row.hash)


@handles("UserWebAccountRegenerateTotp")
def regenerate_totp(call: Call) -> Stored:
    """Give the caller a new one-time-code secret, which applies at once."""
    _check_hash(call)
    emulator, username = call.emulator, call.caller.username
    profile, secret = load_user(call, username), pyotp.random_base32()
    profile.update(TOTPKey=secret, TOTPKeyEncryptionFormat=1)
    row = store_profile(emulator, username, profile)
    emulator.used_codes.pop(f"user/{username}", None)
    return call.ok(**totp_answer(secret, username, emulator), ProfileHash=row.hash)


@handles("UserWebAccountValidateTotp")
def validate_totp(call: Call) -> Stored:
    """Whether a code fits the caller's secret; what then asks for codes is the profile, which the user sets."""
    _check_hash(call)
    profile = load_user(call, call.caller.username)
    if code_step(call.emulator.clock.now(), profile["TOTPKey"], call["TOTPCode"]) is None:
        raise ApiError(400, "The code is wrong")
    return call.ok()


@handles("UserWebAccountResetPassword")
def reset_own_password(call: Call) -> Stored:
    """Change the caller's password, knowing the old one."""
    _check_hash(call)
    profile = load_user(call, call.caller.username)
    if not password_is(call.emulator, profile, call["OldPassword"]):
        raise ApiError(400, "The current password is wrong")
    check_password(call["NewPassword"], "new password")
    profile.update(
        PasswordFormat=HASHED, PasswordHash=call.emulator.hash(call["NewPassword"]), RequirePasswordChange=False
    )
    if profile.get("PasswordRecovery"):
        profile["PasswordRecovery"] = random_key()
    store_profile(call.emulator, call.caller.username, profile)
    return call.ok()


@handles("UserWebRequestStorageVaultProviders")
def own_providers(call: Call) -> dict[str, str]:
    """Storage templates of the caller's tenant."""
    found = providers_of(call.emulator, call.caller.organization)
    return {key: template["Description"] for key, template in found.items()}


@handles("UserWebRequestStorageVault")
def request_own_vault(call: Call) -> Stored:
    """Give the caller a new vault."""
    return add_vault(call, call.caller.username, call["StorageProvider"])


@handles("UserWebGetProtectedItemWithBackupRules")
def own_item(call: Call) -> Stored:
    """One protected item of the caller."""
    return get_item(call, call.caller.username)


@handles("UserWebSetProtectedItemWithBackupRules")
def set_own_item(call: Call) -> Stored:
    """Replace or make a protected item of the caller."""
    prepare_own_item(call)
    return set_item(call, call.caller.username)


@handles("UserWebDeleteProtectedItem")
def delete_own_item(call: Call) -> Stored:
    """Delete a protected item of the caller."""
    return delete_item(call, call.caller.username)
