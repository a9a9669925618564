"""The caller's own administrator account: security settings and one-time codes."""

from __future__ import annotations

from typing import Any

import pyotp
import re2

from ..accounts.factors import ALLOWED_BY, code_step
from ..accounts.protection import address_allowed, client_address
from ..core.errors import ApiError, denied
from ..core.facts import parse_version
from ..core.obscured import PREFIX, obscure, reveal
from ..core.passwords import PLAIN
from ..core.routing import Call, handles
from ..emulator import Emulator, Stored

SECURITY = "AdminSecurityOptions"

ALLOW_LIST_SINCE = parse_version("24.12.2")
"""First version in which administrators may change their own ``IPWhitelist``."""

NEEDS = {
    "PasswordTOTP": "TOTPKey",
    "PasswordU2F": "U2FRegistrations",
    "PasswordWebAuthn": "WebAuthnRegistrations",
}
"""``AuthType`` to the member that must not be empty before the account may allow it."""

REGISTRATIONS = ("U2FRegistrations", "WebAuthnRegistrations")

QR_SCALE = 5
"""Pixels for each square of a QR code."""


def own_account(call: Call) -> dict[str, Any]:
    """The caller's ``AllowedAdminUser``, to change and put back."""
    return call.emulator.store.document("admin", call.caller.account) or {}


def store_own_account(call: Call, admin: dict[str, Any]) -> None:
    """Put the caller's account back."""
    call.emulator.put_admin(call.emulator.take("AllowedAdminUser", admin, "Security"))


@handles("AdminAccountProperties")
def properties(call: Call) -> dict[str, Any]:
    """Tenant, permissions and security settings of the caller; secrets obscured."""
    admin = own_account(call)
    security = {name: admin[name] for name in call.emulator.taker.members_of(SECURITY) if name in admin}
    return {
        "OrganizationID": admin["OrganizationID"],
        "Permissions": admin["Permissions"],
        "Security": obscure(call.emulator, SECURITY, security),
    }


@handles("AdminAccountSetProperties")
def set_properties(call: Call) -> Stored:
    """Replace the caller's security settings; a new password needs a login with the present one."""
    emulator, admin = call.emulator, own_account(call)
    security = reveal(emulator, SECURITY, call["Security"])
    if _is_new_password(call, security["Password"], admin["Password"]):
        _check_new_password(call, security, admin)
        admin.update(Password=security["Password"], PasswordFormat=PLAIN)
        security["RequirePasswordChange"] = False
    if emulator.version >= ALLOW_LIST_SINCE:
        _check_allow_list(call, security.get("IPWhitelist", ""))
    else:
        security["IPWhitelist"] = admin.get("IPWhitelist", "")
    for name in REGISTRATIONS:
        # Keys can be taken away here; new ones have to prove themselves in calls of their own.
        security[name] = [entry for entry in security.get(name) or () if entry in (admin.get(name) or ())]
    kept = ("Password", "PasswordFormat", "TOTPKey", "TOTPKeyEncryptionFormat")
    for name in emulator.taker.members_of(SECURITY):
        if name not in kept and (name in security or name in admin):
            admin[name] = security.get(name)
    for kind, member in NEEDS.items():
        if admin[ALLOWED_BY[kind]] and not admin.get(member):
            raise ApiError(400, f"{ALLOWED_BY[kind]} needs a registered second factor first")
    store_own_account(call, admin)
    return call.ok()


def _is_new_password(call: Call, submitted: str, stored: str) -> bool:
    """An empty, unchanged or obscured password means the present one, unless obscured ones are taken literally."""
    if submitted.startswith(PREFIX):
        return bool(call.switch("obscured_secrets_sent_back") == "literal")
    return submitted not in ("", stored)


def _check_new_password(call: Call, security: dict[str, Any], admin: dict[str, Any]) -> None:
    if call.caller.may("PreventChangePassword"):
        raise denied()
    if admin.get("ExternalAuthenticationSource"):
        raise ApiError(400, "The password of this account is kept by its external authentication source")
    if security["PasswordFormat"] != PLAIN:
        raise ApiError(400, "A new password must be sent in plain text (format 0)")
    if not call.caller.by_password:
        raise ApiError(403, "The current password is needed to change the password")


def _check_allow_list(call: Call, pattern: str) -> None:
    if not pattern:
        return
    try:
        re2.compile(pattern)
    except re2.error:
        raise ApiError(400, "The IP allow-list is not a regular expression") from None
    if not address_allowed(pattern, client_address(call.emulator, call.request)):
        raise ApiError(400, "This IP allow-list would lock you out")


# One-time codes


def totp_answer(secret: str, username: str, emulator: Emulator) -> dict[str, str]:
    """``Image`` and ``URL`` for an authenticator: a QR code of the URL as a PNG in a data URI, and the URL itself."""
    # Imported where it is used, as few servers ever need it.
    import segno

    url = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=emulator.config["Branding"]["ProductName"])
    return {"Image": segno.make_qr(url).png_data_uri(scale=QR_SCALE), "URL": url}


@handles("AdminAccountRegenerateTotp")
def regenerate_totp(call: Call) -> Stored:
    """Replace the caller's one-time-code secret at once."""
    admin = own_account(call)
    secret = pyotp.random_base32()
    admin.update(TOTPKey=secret, TOTPKeyEncryptionFormat=1)
    store_own_account(call, admin)
    call.emulator.used_codes.pop(call.caller.account, None)
    return call.ok(**totp_answer(secret, call.caller.username, call.emulator), ProfileHash="")


@handles("AdminAccountValidateTotp")
def validate_totp(call: Call) -> Stored:
    """Whether a code fits the caller's secret; it is not used up."""
    if code_step(call.emulator.clock.now(), own_account(call).get("TOTPKey", ""), call["TOTPCode"]) is None:
        raise ApiError(400, "The code is wrong")
    return call.ok()
