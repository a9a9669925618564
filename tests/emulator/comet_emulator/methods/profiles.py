"""User profiles: finding, storing, and the rules for what a submitted profile may change."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any

from ..core.errors import ApiError, denied
from ..core.facts import NEWEST, parse_version
from ..core.passwords import HASHED, PLAIN, guid
from ..core.routing import Call
from ..core.shapes import split_type
from ..core.store import Row
from ..devices.default_items import give_items, newly_linked
from ..emulator import Emulator
from .policies import apply_policy, default_policy_for, remove_sources

Profile = dict[str, Any]

NAME = re.compile(r"[A-Za-z0-9_.@-]+")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LANGUAGE = re.compile(r"[a-z]{2,3}_[A-Z0-9]{2,3}")
SHORTEST_PASSWORD = 8
LONGEST_NAME = 255
OLD_SHORTEST_NAME = 6

SILENT_ABOUT_USERS = ((20, 9, 0), (22, 3, 7))
"""From the first of these versions on, and before the second, nobody is told that a user does not exist."""


def merge_patch(document: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396) applied to a document; null removes a member."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


# Finding and storing


def find_user(call: Call, username: str) -> Row:
    """A user's row.

    Raises:
        ApiError: unknown, or another tenant's; the status depends on who asks.
    """
    row = call.emulator.store.row("user", username)
    if row is not None and call.sees(row.organization):
        return row
    status = call.switch("unknown_user_status" if call.caller.top_level else "unknown_user_status_tenant")
    if SILENT_ABOUT_USERS[0] <= call.emulator.version < SILENT_ABOUT_USERS[1]:
        status = 403
    raise ApiError(status, "User not found" if status == 400 else "Unauthorised")


def load_user(call: Call, username: str) -> Profile:
    """A user's profile, parsed, to change and store again.

    Raises:
        ApiError: as for :func:`find_user`.
    """
    find_user(call, username)
    return call.emulator.store.document("user", username) or {}


def store_profile(emulator: Emulator, username: str, profile: Profile) -> Row:
    """Store a profile in its final shape, with its policy enforced."""
    apply_policy(emulator, profile)
    return emulator.store.put(
        "user",
        username,
        profile,
        organization=profile.get("OrganizationID", ""),
        parent=profile["PolicyID"],
        group=profile["GroupID"],
    )


def require_hash(call: Call, row: Row, given: str) -> None:
    """Refuse a guarded write whose hash is not the document's present one.

    Raises:
        ApiError: the status of the switch ``hash_mismatch_status``.
    """
    if given != row.hash:
        raise ApiError(call.switch("hash_mismatch_status"), "The profile was changed by someone else (hash mismatch)")


# Names and passwords


def check_name(emulator: Emulator, name: str) -> None:
    """Refuse user names that break the rules.

    Raises:
        ApiError: 400.
    """
    if not name:
        raise ApiError(400, "The username must not be empty")
    if not NAME.fullmatch(name):
        raise ApiError(400, "The username contains a bad character; allowed are a-z A-Z 0-9 _ . @ -")
    if len(name) > LONGEST_NAME:
        raise ApiError(400, f"The username is longer than {LONGEST_NAME} characters")
    if emulator.version < (21, 9, 10) and len(name) < OLD_SHORTEST_NAME:
        raise ApiError(400, f"The username must have at least {OLD_SHORTEST_NAME} characters")


def check_password(password: str, what: str = "password") -> None:
    """Refuse passwords that break the rules.

    Raises:
        ApiError: 400.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise ApiError(400, f"The {what} must have at least {SHORTEST_PASSWORD} characters")
    if "\r" in password or "\n" in password:
        raise ApiError(400, f"The {what} must not contain line breaks")


# New profiles


def new_profile(emulator: Emulator, username: str, password: str, organization: str) -> Profile:
    """The profile of a user made by ``add-user``."""
    profile: Profile = emulator.take(
        "UserProfileConfig",
        {
            "Username": username,
            "OrganizationID": organization,
            "LocalTimezone": "UTC",
            "LanguageCode": "en_US",
            "SendEmailReports": True,
            "SupportsDeviceAssociations": True,
            "PasswordFormat": HASHED,
            "PasswordHash": emulator.hash(password),
            "AllowPasswordLogin": True,
            "CreateTime": emulator.clock.now(),
            "CreationGUID": guid(),
            "PolicyID": default_policy_for(emulator, organization),
        },
        "ProfileData",
    )
    return profile


# Submitted profiles


def accept_profile(call: Call, username: str, submitted: Profile, admin_options: Profile | None = None) -> Row:
    """Check a submitted profile against the present one, adopt it by the rules of the API, and store it.

    Raises:
        ApiError: something in it is not allowed.
    """
    emulator = call.emulator
    present = load_user(call, username)
    keep_newer(emulator, submitted, present)
    _check_identity(call, username, submitted, present)
    check_values(call, submitted)
    _check_factor(submitted, present)
    _check_vaults(call, submitted, present)
    check_references(call, submitted, present)
    _adopt_password(emulator, submitted)
    if call.switch("submitted_read_only") == "ignored":
        keep_read_only(submitted, present)
    keep_suspension(submitted, present, emulator.clock.now())
    if admin_options:
        remove_sources(submitted, admin_options["Policy"]["DeleteSources"])
    if submitted["IsSuspended"]:
        emulator.sessions.revoke_account("user", username)
    if submitted.get("OrganizationID", "") != present.get("OrganizationID", ""):
        emulator.jobs.move(username, submitted.get("OrganizationID", ""))
    if submitted["PolicyID"] != present["PolicyID"] and call.switch("assigned_policy_items") == "given":
        apply_policy(emulator, submitted)
        for device in submitted["Devices"]:
            give_items(emulator, submitted, device, newly_linked(None, submitted["Policy"]))
    return store_profile(emulator, username, submitted)


def _check_identity(call: Call, username: str, submitted: Profile, present: Profile) -> None:
    if submitted["Username"] != username:
        raise ApiError(400, "The username in the profile does not match the account")
    organization = submitted.get("OrganizationID", "")
    if organization != present.get("OrganizationID", ""):
        if not call.caller.top_level:
            raise denied()
        if organization and call.emulator.store.row("organization", organization) is None:
            raise call.unknown("tenant")


def check_values(call: Call, submitted: Profile) -> None:
    """Refuse what the switch ``validation`` says is checked.

    Raises:
        ApiError: 400.
    """
    if call.switch("validation") != "strict":
        return
    zone = submitted["LocalTimezone"]
    if zone and zone not in zoneinfo.available_timezones():
        raise ApiError(400, f"Unknown time zone {zone!r}")
    for address in submitted["Emails"]:
        if not EMAIL.fullmatch(address):
            raise ApiError(400, f"Invalid email address {address!r}")
    if submitted["LanguageCode"] and not LANGUAGE.fullmatch(submitted["LanguageCode"]):
        raise ApiError(400, f"Unknown language {submitted['LanguageCode']!r}")
    for source in submitted["Sources"].values():
        check_engine(call, source)


def check_engine(call: Call, source: dict[str, Any]) -> None:
    """Refuse a protected item of an engine that the vendor does not name, if the switch ``validation`` says so.

    Raises:
        ApiError: 400.
    """
    engines = call.emulator.facts.enumerations["ENGINE_BUILTIN"]
    if call.switch("validation") == "strict" and source["Engine"] not in engines:
        raise ApiError(400, f"Unknown engine {source['Engine']!r}")


def check_references(call: Call, submitted: Profile, present: Profile | None) -> None:
    """Refuse a policy or group that does not exist in the user's tenant, or that this administrator may not use.

    Raises:
        ApiError: 400 or 403.
    """
    organization, policy = submitted.get("OrganizationID", ""), submitted["PolicyID"]
    changed = present is None or policy != present["PolicyID"] or organization != present.get("OrganizationID", "")
    allowed = call.caller.permissions.get("AllowedUserPolicies") or []
    if changed and allowed and policy not in allowed:
        raise denied()
    if changed and policy and call.switch("unknown_policy") == "refused":
        row = call.emulator.store.row("policy", policy)
        if row is None:
            raise ApiError(400, "The policy does not exist")
        if row.organization != organization and policy != default_policy_for(call.emulator, organization):
            raise ApiError(400, "The policy belongs to another tenant")
    if call.switch("unknown_shared_quota") == "refused":
        _check_shared_quotas(call, submitted, present)
    group = submitted["GroupID"]
    if group and (present is None or group != present["GroupID"] or organization != present.get("OrganizationID", "")):
        row = call.emulator.store.row("group", group)
        if row is None or row.organization != organization:
            raise call.unknown("user group")


def _check_shared_quotas(call: Call, submitted: Profile, present: Profile | None) -> None:
    had = {vault.get("StorageLimitID", "") for vault in (present or {"Destinations": {}})["Destinations"].values()}
    for vault in submitted["Destinations"].values():
        quota = vault.get("StorageLimitID", "")
        if quota and quota not in had:
            row = call.emulator.store.row("quota", quota)
            if row is None or row.organization != submitted.get("OrganizationID", ""):
                raise call.unknown("shared storage quota")


def _check_factor(submitted: Profile, present: Profile) -> None:
    """An administrator can switch a user's second factor off, never on."""
    if submitted["AllowPasswordAndTOTPLogin"] and not present["AllowPasswordAndTOTPLogin"]:
        raise ApiError(400, "TOTP can only be switched off, not on, by an administrator")


def _check_vaults(call: Call, submitted: Profile, present: Profile) -> None:
    caller = call.caller
    if caller.may("PreventDeleteStorageVault") and present["Destinations"].keys() - submitted["Destinations"].keys():
        raise denied()
    added = submitted["Destinations"].keys() - present["Destinations"].keys()
    if added and caller.may("PreventAddCustomStorageVault"):
        raise denied()
    if caller.may("ShouldRestrictProviderList"):
        allowed = caller.permissions.get("AllowedProvidersWhenRestricted") or []
        if any(submitted["Destinations"][key]["DestinationType"] not in allowed for key in added):
            raise denied()


def _adopt_password(emulator: Emulator, submitted: Profile) -> None:
    """A submitted hash overwrites the stored one; a password in plain text (format 0) is hashed."""
    if submitted["PasswordFormat"] == PLAIN and submitted["PasswordHash"]:
        submitted["PasswordHash"] = emulator.hash(submitted["PasswordHash"])
        submitted["PasswordFormat"] = HASHED


def keep_newer(emulator: Emulator, submitted: Profile, present: Profile) -> None:
    """Put back members that are newer than this server, unless they were sent: whoever reads a profile from it and
    sends it back cannot know them. Lists are left alone, their entries have no names.
    """
    if emulator.version < parse_version(NEWEST):
        _keep_newer(emulator, "UserProfileConfig", submitted, present)


def _keep_newer(emulator: Emulator, type_name: str, submitted: Profile, present: Profile) -> None:
    for member in emulator.facts.structures.get(type_name, ()):
        name = member.name
        if member.since > emulator.version:
            if not submitted.get(name):
                put_back(name, submitted, present)
        elif name in submitted and name in present:
            kind, inner = split_type(member.type)
            if kind == "map":
                for key in submitted[name].keys() & present[name].keys():
                    _keep_newer(emulator, inner, submitted[name][key], present[name][key])
            elif not kind:
                _keep_newer(emulator, inner, submitted[name], present[name])


def put_back(name: str, submitted: Profile, present: Profile) -> None:
    """Make a member what it is in the present document, also when it is not there."""
    if name in present:
        submitted[name] = present[name]
    else:
        submitted.pop(name, None)


def keep_read_only(submitted: Profile, present: Profile) -> None:
    """Put back what only the server and devices write."""
    submitted["CreateTime"], submitted["CreationGUID"] = present["CreateTime"], present["CreationGUID"]
    for part in ("Destinations", "Sources"):
        for key, document in submitted[part].items():
            keep_statistics(document, present[part].get(key, {}))


def keep_statistics(submitted: Profile, present: Profile) -> None:
    """Put back the statistics of a vault or a protected item, which its device writes."""
    put_back("Statistics", submitted, present)


def keep_suspension(submitted: Profile, present: Profile, now: int) -> None:
    """``LastSuspended`` is the server's: set when a suspension begins, gone when it ends."""
    submitted.pop("LastSuspended", None)
    if submitted["IsSuspended"]:
        since = present.get("LastSuspended", 0) if present["IsSuspended"] else 0
        submitted["LastSuspended"] = since or now
