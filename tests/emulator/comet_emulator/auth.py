"""Logins: which account a request speaks for."""

from __future__ import annotations

import re
from typing import Any

import pyotp

from .emulator import Emulator, admin_key
from .errors import ApiError, unauthorised
from .facts import Method
from .passwords import PLAIN
from .routing import Caller, Request
from .sessions import Session

CREDENTIALS = ("Username", "AuthType", "Password", "SessionKey", "TOTP")


def credentials_of(request: Request) -> dict[str, str]:
    """The login fields of a request: form fields, or headers where the body is no form."""
    if "Username" in request.form or "AuthType" in request.form:
        return {name: request.form.get(name, "") for name in CREDENTIALS}
    return {name: request.headers.get(f"x-comet-admin-{name.lower()}", "") for name in CREDENTIALS}


def second_factor_needed(**extra: Any) -> ApiError:
    """HTTP 449: the password was right but is not enough. ``extra`` joins the body."""
    headers = {"X-Comet-TOTP-Requested": "1"}
    return ApiError(449, "ERR_TOTP_REQUIRED: a second factor is required", http_status=449, headers=headers, **extra)


def authenticate(emulator: Emulator, method: Method, request: Request) -> Caller:
    """The caller of a method.

    Raises:
        ApiError: the credentials are wrong, or not enough.
    """
    given = credentials_of(request)
    if method.auth == "none":
        return Caller()
    if method.auth == "user":
        caller = login_user(emulator, given)
        profile = emulator.store.peek("user", caller.account) or {}
        if method.needs_web_access and profile["Policy"]["PreventOpenWebUI"]:
            raise unauthorised()
        return caller
    public = emulator.config["SoftwareBuildRole"]["AllowUnauthenticatedDownloads"]
    if method.auth == "admin_unless_public_downloads" and public and not given["Username"]:
        return Caller()
    if method.auth == "admin_or_user":
        try:
            return login_admin(emulator, request, given, method.name)
        except ApiError as problem:
            if problem.status != 403:
                raise
            return login_user(emulator, given)
    return login_admin(emulator, request, given, method.name)


# Administrators


def login_admin(emulator: Emulator, request: Request, given: dict[str, str], method_name: str) -> Caller:
    """The administrator that the credentials belong to.

    Raises:
        ApiError: 403, 429 or 449.
    """
    check_login_protection(emulator, given["Username"])
    if given["AuthType"] == "SessionKey":
        return _admin_of_session(emulator, request, given)
    for key in _candidates(emulator, request, given["Username"]):
        admin = emulator.store.peek("admin", key) or {}
        caller = _caller(key, admin)
        if given["AuthType"] == "TOTP" and method_name == "AdminAccountSessionUpgrade":
            if _code_is_good(emulator, key, admin, given["TOTP"]):
                check_address(request, admin)
                return caller
        elif emulator.verifier.verify(given["Password"], admin["PasswordFormat"], admin["Password"]):
            check_address(request, admin)
            _check_factors(emulator, key, admin, given, method_name)
            caller.by_password = True
            return caller
    note_failure(emulator, given["Username"])
    raise unauthorised()


def _caller(key: str, admin: dict[str, Any]) -> Caller:
    return Caller("admin", admin["Username"], key, admin["OrganizationID"], admin["Permissions"])


def _admin_of_session(emulator: Emulator, request: Request, given: dict[str, str]) -> Caller:
    session = emulator.sessions.find(given["SessionKey"])
    if session is None or session.kind != "admin" or session.pending:
        raise unauthorised()
    admin = emulator.store.peek("admin", session.account)
    if admin is None or given["Username"] not in ("", session.username):
        raise unauthorised()
    check_address(request, admin)
    caller = _caller(session.account, admin)
    caller.session_key = session.key
    return caller


def _candidates(emulator: Emulator, request: Request, username: str) -> list[str]:
    """Ids of the administrators of that name, the likeliest first: names may repeat across tenants."""
    keys = [admin_key("", username), *(admin_key(key, username) for key in emulator.store.rows("organization"))]
    keys = [key for key in keys if emulator.store.row("admin", key) is not None]
    if len(keys) > 1 and emulator.switches["tenant_admin_by"] == "host":
        preferred = admin_key(emulator.organization_of_host(request.headers.get("host", "")), username)
        keys.sort(key=lambda key: key != preferred)
    return keys


def _check_factors(
    emulator: Emulator, key: str, admin: dict[str, Any], given: dict[str, str], method_name: str
) -> None:
    if given["AuthType"] == "PasswordTOTP":
        if not admin["AllowPasswordAndTOTPLogin"] or not _code_is_good(emulator, key, admin, given["TOTP"]):
            note_failure(emulator, given["Username"])
            raise unauthorised()
    elif given["AuthType"] != "Password":
        raise unauthorised()
    elif not admin["AllowPasswordLogin"]:
        if not admin["AllowPasswordAndTOTPLogin"]:
            raise unauthorised()
        if method_name in ("AdminAccountSessionStart", "HybridSessionStart"):
            pending = start_admin_session(emulator, key, admin["Username"], pending=True)
            raise second_factor_needed(SessionKey=pending.key, SessionType="admin")
        raise second_factor_needed()


def start_admin_session(emulator: Emulator, key: str, username: str, *, pending: bool = False) -> Session:
    """Begin a session for an administrator."""
    seconds = emulator.config["SessionSettings"]["ExpiredInSeconds"]
    return emulator.sessions.start("admin", key, username, seconds, pending=pending)


def check_address(request: Request, admin: dict[str, Any]) -> None:
    """Refuse clients whose address is not on the administrator's allow-list (a regular expression).

    Raises:
        ApiError: 403.
    """
    pattern = admin.get("IPWhitelist", "")
    if pattern and not address_allowed(pattern, request.client):
        raise ApiError(403, "Your IP address is not allowed to log in to this account")


def address_allowed(pattern: str, address: str) -> bool:
    """Whether an allow-list pattern matches an address; a broken pattern matches nothing."""
    try:
        return re.search(pattern, address) is not None
    except re.error:
        return False


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


def _code_is_good(emulator: Emulator, account: str, owner: dict[str, Any], code: str) -> bool:
    """Whether a code is right and was not used before; it is used up by this."""
    step = code_step(emulator.clock.now(), owner.get("TOTPKey", ""), code)
    if step is None or step <= emulator.used_codes.get(account, -1):
        return False
    emulator.used_codes[account] = step
    return True


# End users


def login_user(emulator: Emulator, given: dict[str, str]) -> Caller:
    """The end user that the credentials belong to.

    Raises:
        ApiError: 403 or 449.
    """
    username, session_key = given["Username"], ""
    if given["AuthType"] == "SessionKey":
        session = emulator.sessions.find(given["SessionKey"])
        if session is None or session.kind != "user" or username not in ("", session.username):
            raise unauthorised()
        username, session_key = session.username, session.key
    profile = emulator.store.peek("user", username)
    if profile is None or profile["IsSuspended"] or _tenant_suspended(emulator, profile.get("OrganizationID", "")):
        raise unauthorised()
    if not session_key:
        check_login_protection(emulator, username)
        _check_user_password(emulator, profile, given)
    return Caller("user", username, username, profile.get("OrganizationID", ""), session_key=session_key)


def _check_user_password(emulator: Emulator, profile: dict[str, Any], given: dict[str, str]) -> None:
    if not emulator.verifier.verify(given["Password"], profile["PasswordFormat"], profile["PasswordHash"]):
        note_failure(emulator, given["Username"])
        raise unauthorised()
    if given["AuthType"] == "PasswordTOTP" and profile["AllowPasswordAndTOTPLogin"]:
        if not _code_is_good(emulator, f"user/{profile['Username']}", profile, given["TOTP"]):
            note_failure(emulator, given["Username"])
            raise unauthorised()
    elif given["AuthType"] != "Password":
        raise unauthorised()
    elif not profile["AllowPasswordLogin"]:
        raise second_factor_needed() if profile["AllowPasswordAndTOTPLogin"] else unauthorised()


def _tenant_suspended(emulator: Emulator, organization: str) -> bool:
    found = emulator.store.peek("organization", organization) if organization else None
    return bool(found and found["IsSuspended"])


def password_is(emulator: Emulator, profile: dict[str, Any], password: str) -> bool:
    """Whether a password is the user's."""
    return emulator.verifier.verify(password, profile["PasswordFormat"] or PLAIN, profile["PasswordHash"])


# Login protection


def check_login_protection(emulator: Emulator, username: str) -> None:
    """Refuse an account that failed too often, while the server's cool-down lasts.

    Raises:
        ApiError: in-body 403 or HTTP 429, as the switch ``login_protection_reply`` says.
    """
    rule = emulator.config.get("LoginProtection") or {}
    failures, last = emulator.failed_logins.get(username, (0, 0.0))
    if not rule.get("Enabled") or failures < max(1, rule["FailureThreshold"]):
        return
    if emulator.clock.monotonic() - last > max(1, rule["CooldownSeconds"]):
        del emulator.failed_logins[username]
        return
    status = int(emulator.switches["login_protection_reply"])
    raise ApiError(status, "Too many bad requests, please slow down", http_status=429 if status == 429 else 200)


def note_failure(emulator: Emulator, username: str) -> None:
    """Remember one failed login."""
    failures, _unused = emulator.failed_logins.get(username, (0, 0.0))
    emulator.failed_logins[username] = (failures + 1, emulator.clock.monotonic())
