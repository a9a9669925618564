"""What end users may change in their own profile, and what their policy forbids them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..core.errors import ApiError
from ..core.routing import Call
from ..core.store import Row
from .modes import decided, enforce_modes
from .profiles import check_values, keep_newer, keep_read_only, load_user, put_back, store_profile

Profile = dict[str, Any]

NOT_THEIRS = (
    "OrganizationID",
    "GroupID",
    "IsSuspended",
    "AllProtectedItemsQuotaEnabled",
    "AllProtectedItemsQuotaBytes",
    "MaximumDevices",
    "QuotaOffice365ProtectedAccounts",
    "QuotaHyperVGuests",
    "QuotaVMwareGuests",
    "PolicyID",
    "PasswordFormat",
    "PasswordHash",
    "TOTPKey",
    "TOTPKeyEncryptionFormat",
    "RequirePasswordChange",
    "SupportsDeviceAssociations",
    "AutoStorageTemplateGUID",
)
"""Members that only administrators change, or calls of their own: the switch ``user_changes_not_allowed`` decides."""

SERVERS_OWN = ("Policy", "LastSuspended", "ServerConfig")
"""Members that the server keeps itself: what is submitted is an old copy at best."""

VAULT_NOT_THEIRS = ("StorageLimitEnabled", "StorageLimitBytes", "StorageLimitID", "RebrandStorage")
"""Members of a storage vault that come from its template or an administrator."""

BY_POLICY = {
    "AccountName": "PreventChangeAccountName",
    "Emails": "PreventChangeEmailSettings",
    "SendEmailReports": "PreventChangeEmailSettings",
    "OverrideEmailSettings": "PreventChangeEmailSettings",
}
"""Member of a profile to the flag of the policy that keeps it as it is."""


def forbidden(what: str) -> ApiError:
    """The refusal of a change that the policy does not allow."""
    return ApiError(403, f"Your policy does not allow this: {what}")


def accept_own_profile(call: Call, submitted: Profile) -> Row:
    """Check a profile that its user submits, and store it.

    Raises:
        ApiError: something in it is not the user's to change.
    """
    emulator, username = call.emulator, call.caller.username
    present = load_user(call, username)
    if submitted["Username"] != username:
        raise ApiError(400, "The username in the profile does not match the account")
    policy = present["Policy"]
    keep_newer(emulator, submitted, present)
    _keep(call, NOT_THEIRS, submitted, present)
    for name in SERVERS_OWN:
        put_back(name, submitted, present)
    _check_logins(policy, submitted, present)
    for name, flag in BY_POLICY.items():
        if policy[flag] and submitted[name] != present[name]:
            raise forbidden(f"change {name}")
    _check_devices(submitted, present)
    for key in present["Destinations"].keys() & submitted["Destinations"].keys():
        _keep(call, VAULT_NOT_THEIRS, submitted["Destinations"][key], present["Destinations"][key])
    check_vaults(policy, present["Destinations"], submitted["Destinations"])
    check_items(policy, present["Sources"], submitted["Sources"])
    check_values(call, submitted)
    if call.switch("submitted_read_only") == "ignored":
        keep_read_only(submitted, present)
    enforce_modes(policy, submitted["BackupRules"])
    return store_profile(emulator, username, submitted)


def _keep(call: Call, names: Collection[str], submitted: Profile, present: Profile) -> None:
    for name in names:
        if submitted.get(name) != present.get(name):
            if call.switch("user_changes_not_allowed") == "refused":
                raise ApiError(403, f"You are not allowed to change {name}")
            put_back(name, submitted, present)


def _check_logins(policy: Profile, submitted: Profile, present: Profile) -> None:
    """Users may switch their second factor on once it has a secret, and say whether administrators can reset it all."""
    if submitted["AllowPasswordAndTOTPLogin"] and not submitted["TOTPKey"]:
        raise ApiError(400, "TOTP needs a secret first")
    if not submitted["AllowPasswordLogin"] and not submitted["AllowPasswordAndTOTPLogin"]:
        raise ApiError(400, "This would leave no way to log in")
    allowed, was_allowed = bool(submitted.get("PasswordRecovery")), bool(present.get("PasswordRecovery"))
    if allowed != was_allowed and decided(policy.get("ModeAdminResetPassword", 0), allowed) != allowed:
        raise forbidden("change whether administrators can reset the password")


def _check_devices(submitted: Profile, present: Profile) -> None:
    """Devices come by registering only; of those that are there users choose the name."""
    devices = submitted["Devices"]
    if devices.keys() - present["Devices"].keys():
        raise ApiError(403, "You are not allowed to add devices")
    for key, device in devices.items():
        devices[key] = {**present["Devices"][key], "FriendlyName": device["FriendlyName"]}


# Vaults and protected items


def _without(document: Profile, names: Collection[str]) -> Profile:
    return {name: value for name, value in document.items() if name not in names}


def check_vaults(policy: Profile, before: dict[str, Profile], after: dict[str, Profile]) -> None:
    """Refuse changes of storage vaults that the policy forbids.

    Raises:
        ApiError: 403.
    """
    providers = policy["StorageVaultProviders"]
    if policy["PreventDeleteStorageVault"] and before.keys() - after.keys():
        raise forbidden("delete storage vaults")
    for key, vault in after.items():
        old = before.get(key)
        if old is None:
            if policy["PreventAddCustomStorageVault"]:
                raise forbidden("add custom storage vaults")
            kinds = providers["AllowedProvidersWhenRestricted"] or ()
            if providers["ShouldRestrictProviderList"] and vault["DestinationType"] not in kinds:
                raise forbidden("storage vaults of this type")
            continue
        ours = ("Statistics", "DefaultRetention")
        if policy["PreventEditStorageVault"] and _without(old, ours) != _without(vault, ours):
            raise forbidden("edit storage vaults")
        if old["DefaultRetention"] != vault["DefaultRetention"]:
            _check_retention(policy, old)


def _check_retention(policy: Profile, vault: Profile) -> None:
    if policy["EnforceStorageVaultRetention"] or policy["PreventEditStorageVault"]:
        raise forbidden("change the retention of storage vaults")
    if vault.get("S3ObjectLockMode") and not policy["AllowEditObjectLockRetention"]:
        raise forbidden("change the retention of storage vaults with object lock")


def check_items(policy: Profile, before: dict[str, Profile], after: dict[str, Profile]) -> None:
    """Refuse changes of protected items that the policy forbids.

    Raises:
        ApiError: 403.
    """
    engines = policy["ProtectedItemEngineTypes"]
    if policy["PreventDeleteProtectedItem"] and before.keys() - after.keys():
        raise forbidden("delete protected items")
    for key, item in after.items():
        old = before.get(key)
        if old is None and policy["PreventNewProtectedItem"]:
            raise forbidden("add protected items")
        if old is None or old["Engine"] != item["Engine"]:
            allowed = engines["AllowedEngineTypeWhenRestricted"] or ()
            if engines["ShouldRestrictEngineTypeList"] and item["Engine"] not in allowed:
                raise forbidden("protected items of this type")
        retention = None if old is None else old.get("OverrideDestinationRetention")
        if policy["PreventProtectedItemRetention"] and item.get("OverrideDestinationRetention") != retention:
            raise forbidden("retention of protected items")
        changed = old is not None and _without(old, ("Statistics",)) != _without(item, ("Statistics",))
        if changed and policy["PreventEditProtectedItem"]:
            raise forbidden("edit protected items")


def prepare_own_item(call: Call) -> None:
    """Hold the protected item of a call against the caller's policy, before it is set.

    Raises:
        ApiError: 403.
    """
    profile, source_id = load_user(call, call.caller.username), call["SourceID"]
    policy, source = profile["Policy"], call.get("Source", None)
    if source is not None:
        before = {key: item for key, item in profile["Sources"].items() if key == source_id}
        check_items(policy, before, {source_id: source})
    enforce_modes(policy, call.get("BackupRules", None) or {})
