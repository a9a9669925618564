"""The caller's own administrator account."""

from __future__ import annotations

import re
from typing import Any

import pyotp

from ..auth import address_allowed, code_step
from ..emulator import Emulator, Stored
from ..errors import ApiError, denied
from ..obscured import PREFIX, obscure
from ..passwords import PLAIN
from ..routing import Call, handles

SECURITY = "AdminSecurityOptions"
BLANK_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


def _own(call: Call) -> dict[str, Any]:
    return call.emulator.store.document("admin", call.caller.account) or {}


@handles("AdminAccountProperties")
def properties(call: Call) -> dict[str, Any]:
    """Tenant, permissions and security settings of the caller; secrets obscured."""
    admin = _own(call)
    security = {name: admin[name] for name in call.emulator.taker.members_of(SECURITY) if name in admin}
    return {
        "OrganizationID": admin["OrganizationID"],
        "Permissions": admin["Permissions"],
        "Security": obscure(call.emulator, SECURITY, security),
    }


@handles("AdminAccountSetProperties")
def set_properties(call: Call) -> Stored:
    """Replace the caller's security settings; a new password needs a login with the present one."""
    emulator, security, admin = call.emulator, call["Security"], _own(call)
    if _is_new_password(call, security["Password"], admin["Password"]):
        _check_new_password(call, security)
        admin.update(Password=security["Password"], PasswordFormat=PLAIN)
    _check_whitelist(call, security.get("IPWhitelist", ""))
    kept = ("Password", "PasswordFormat", "TOTPKey", "TOTPKeyEncryptionFormat")
    for name in emulator.taker.members_of(SECURITY):
        if name not in kept:
            admin.pop(name, None)
            if name in security:
                admin[name] = security[name]
    if admin["AllowPasswordAndTOTPLogin"] and not admin.get("TOTPKey"):
        raise ApiError(400, "TOTP needs a validated secret first")
    emulator.put_admin(emulator.take("AllowedAdminUser", admin, "Security"))
    return call.ok()


def _is_new_password(call: Call, submitted: str, stored: str) -> bool:
    """An empty, unchanged or obscured password means the present one, unless obscured ones are taken literally."""
    if submitted.startswith(PREFIX):
        return bool(call.switch("obscured_secrets_sent_back") == "literal")
    return submitted not in ("", stored)


def _check_new_password(call: Call, security: dict[str, Any]) -> None:
    if call.caller.may("PreventChangePassword"):
        raise denied()
    if security["PasswordFormat"] != PLAIN:
        raise ApiError(400, "A new password must be sent in plain text (format 0)")
    if not call.caller.by_password:
        raise ApiError(403, "The current password is needed to change the password")


def _check_whitelist(call: Call, pattern: str) -> None:
    if not pattern:
        return
    try:
        re.compile(pattern)
    except re.error:
        raise ApiError(400, "The IP allow-list is not a regular expression") from None
    if not address_allowed(pattern, call.request.client):
        raise ApiError(400, "This IP allow-list would lock you out")


def totp_answer(secret: str, username: str, emulator: Emulator) -> dict[str, str]:
    """``Image`` and ``URL`` for an authenticator; the image is a blank one, the URL is good."""
    url = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=emulator.config["Branding"]["ProductName"])
    return {"Image": f"data:image/png;base64,{BLANK_PNG}", "URL": url}


@handles("AdminAccountRegenerateTotp")
def regenerate_totp(call: Call) -> Stored:
    """Replace the caller's one-time-code secret at once."""
    admin = _own(call)
    secret = pyotp.random_base32()
    admin.update(TOTPKey=secret, TOTPKeyEncryptionFormat=1)
    call.emulator.put_admin(admin)
    call.emulator.used_codes.pop(call.caller.account, None)
    return call.ok(**totp_answer(secret, call.caller.username, call.emulator), ProfileHash="")


@handles("AdminAccountValidateTotp")
def validate_totp(call: Call) -> Stored:
    """Whether a code fits the caller's secret; it is not used up."""
    if code_step(call.emulator.clock.now(), _own(call).get("TOTPKey", ""), call["TOTPCode"]) is None:
        raise ApiError(400, "The code is wrong")
    return call.ok()
