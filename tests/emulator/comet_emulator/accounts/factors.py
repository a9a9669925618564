"""Second factors: one-time codes and security keys, and the refusal that asks for them."""

from __future__ import annotations

from typing import Any

import pyotp

from ..core.errors import ApiError, unauthorised
from ..core.routing import Request
from ..emulator import Emulator
from .authenticators import sign_request_u2f, sign_request_webauthn, signed_by_u2f, signed_by_webauthn

Admin = dict[str, Any]

ALLOWED_BY = {
    "Password": "AllowPasswordLogin",
    "PasswordTOTP": "AllowPasswordAndTOTPLogin",
    "PasswordU2F": "AllowPasswordAndU2FLogin",
    "PasswordWebAuthn": "AllowPasswordAndWebAuthnLogin",
}
"""``AuthType`` of a login by password to the setting of the account that allows it."""


# One-time codes


def code_step(now: int, secret: str, code: str) -> int | None:
    """The 30-second step a code belongs to, that of ``now`` (seconds) or one to either side; None when it is wrong."""
    if not secret or not code:
        return None
    step = now // 30
    try:
        totp = pyotp.TOTP(secret)
        steps = (near for near in (step, step - 1, step + 1) if pyotp.utils.strings_equal(totp.at(near * 30), code))
        return next(steps, None)
    except ValueError:
        return None


def code_is_good(emulator: Emulator, account: str, owner: dict[str, Any], code: str) -> bool:
    """Whether a code is right and was not used before; it is used up by this."""
    step = code_step(emulator.clock.now(), owner.get("TOTPKey", ""), code)
    if step is None or step <= emulator.used_codes.get(account, -1):
        return False
    emulator.used_codes[account] = step
    return True


# What is asked for


def second_factor_needed(emulator: Emulator, headers: dict[str, str], **extra: Any) -> ApiError:
    """The password was right but is not enough: HTTP 449 and ``headers`` that say what is wanted.

    The switch ``second_factor_reply`` chooses among HTTP status, body, and both; ``extra`` joins the body.
    """
    reply = emulator.switches["second_factor_reply"]
    message = "ERR_TOTP_REQUIRED: a second factor is required"
    if "X-Comet-TOTP-Requested" not in headers or reply == "http":
        message = "A second factor is required"
    if reply == "body":
        return ApiError(403, message, **extra)
    return ApiError(449, message, http_status=449, headers=headers, **extra)


def wanted_factors(emulator: Emulator, request: Request, key: str, admin: Admin) -> dict[str, str]:
    """Headers of the refusal: one for each second factor that would do; none when the account has none."""
    address = request.form.get("SelfAddress") or request.self_address
    headers = {}
    if admin["AllowPasswordAndTOTPLogin"]:
        headers["X-Comet-TOTP-Requested"] = "1"
    if admin["AllowPasswordAndWebAuthnLogin"] and admin.get("WebAuthnRegistrations"):
        headers["X-Comet-WebAuthn-Challenge"] = sign_request_webauthn(emulator, key, admin, address)
    if admin["AllowPasswordAndU2FLogin"] and admin.get("U2FRegistrations"):
        headers["X-Comet-U2F-Challenge"] = sign_request_u2f(emulator, key, admin, address)
    return headers


def factor_is_good(emulator: Emulator, key: str, admin: Admin, given: dict[str, str]) -> bool:
    """Whether the second factor that the ``AuthType`` promises is there and right.

    Raises:
        ApiError: 403, the account does not allow this kind of login.
    """
    kind = given["AuthType"]
    if kind not in ALLOWED_BY or not admin[ALLOWED_BY[kind]]:
        raise unauthorised()
    if kind == "PasswordTOTP":
        return code_is_good(emulator, key, admin, given["TOTP"])
    if kind == "PasswordWebAuthn":
        return signed_by_webauthn(emulator, key, admin, given["WebAuthnSign"])
    if kind == "PasswordU2F":
        return signed_by_u2f(emulator, key, admin, given["U2FSign"])
    return True
