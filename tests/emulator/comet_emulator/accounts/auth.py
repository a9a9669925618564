"""Logins: which account a request speaks for."""

from __future__ import annotations

from typing import Any

from ..core.errors import ApiError, unauthorised
from ..core.facts import Method
from ..core.passwords import PLAIN
from ..core.routing import Caller, Request
from ..emulator import Emulator, admin_key
from .factors import code_is_good, factor_is_good, second_factor_needed, wanted_factors
from .protection import check_address, check_login_protection, note_failure, note_success
from .sessions import Session

CREDENTIALS = ("Username", "AuthType", "Password", "SessionKey", "TOTP", "WebAuthnSign", "U2FSign")

Credentials = dict[str, str]


def credentials_of(request: Request) -> Credentials:
    """The login fields of a request: form fields, or headers where the body is no form."""
    if "Username" in request.form or "AuthType" in request.form:
        return {name: request.form.get(name, "") for name in CREDENTIALS}
    return {name: request.headers.get(f"x-comet-admin-{name.lower()}", "") for name in CREDENTIALS}


def authenticate(emulator: Emulator, method: Method, request: Request) -> Caller:
    """The caller of a method.

    Raises:
        ApiError: the credentials are wrong, or not enough.
    """
    given = credentials_of(request)
    if method.auth == "none":
        return Caller()
    if method.auth == "user":
        return login_user(emulator, given)
    if method.auth == "admin_unless_public_downloads" and not given["Username"] and _is_public(emulator, request):
        return Caller()
    if method.auth == "admin_or_user":
        return _login_either(emulator, request, given, method.name)
    return login_admin(emulator, request, given, method.name)


def _is_public(emulator: Emulator, request: Request) -> bool:
    """Whether the server, or the tenant whose host name was asked, lets everyone download its clients."""
    owner = emulator.store.peek("organization", _asked_tenant(emulator, request)) or emulator.config
    return bool(owner["SoftwareBuildRole"]["AllowUnauthenticatedDownloads"])


def _login_either(emulator: Emulator, request: Request, given: Credentials, method_name: str) -> Caller:
    """Whoever the credentials belong to; administrators first. A name that only users have fails as a user's."""
    is_user = emulator.store.row("user", given["Username"]) is not None
    users_log_in = emulator.config["AuthenticationRole"]["RoleEnabled"]
    if given["AuthType"] == "SessionKey":
        session = emulator.sessions.find(given["SessionKey"])
        is_user = session is not None and session.kind == "user"
    elif admins_named(emulator, request, given["Username"]):
        try:
            return login_admin(emulator, request, given, method_name)
        except ApiError as problem:
            if problem.status != 403 or not (is_user and users_log_in):
                raise
    if is_user and users_log_in:
        return login_user(emulator, given)
    return login_admin(emulator, request, given, method_name)


# Administrators


def login_admin(emulator: Emulator, request: Request, given: Credentials, method_name: str) -> Caller:
    """The administrator that the credentials belong to.

    Raises:
        ApiError: 403, 429 or 449.
    """
    if given["AuthType"] == "SessionKey":
        return _admin_of_session(emulator, request, given)
    name = given["Username"]
    check_login_protection(emulator, f"admin/{name}")
    candidates = admins_named(emulator, request, name)
    for key in candidates or _newcomer(emulator, request, given):
        admin = emulator.store.peek("admin", key) or {}
        if not _is_proven(emulator, key, admin, given, method_name):
            continue
        check_address(emulator, request, admin)
        _check_tenant(emulator, admin["OrganizationID"])
        if given["AuthType"] != "TOTP":
            _check_factors(emulator, request, key, given, method_name)
        note_success(emulator, f"admin/{name}")
        caller = _caller(emulator, key, admin)
        caller.by_password = given["AuthType"] != "TOTP"
        return caller
    note_failure(emulator, f"admin/{name}")
    raise unauthorised()


def _is_proven(emulator: Emulator, key: str, admin: dict[str, Any], given: Credentials, method_name: str) -> bool:
    """Whether the first proof is right: the password, or to complete a session the one-time code alone."""
    if given["AuthType"] == "TOTP":
        return method_name == "AdminAccountSessionUpgrade" and code_is_good(emulator, key, admin, given["TOTP"])
    source = admin.get("ExternalAuthenticationSource")
    if source:
        is_there = emulator.store.row("login_source", source) is not None
        return is_there and emulator.directories.accepts(source, admin["Username"], given["Password"])
    return emulator.verifier.verify(given["Password"], admin["PasswordFormat"], admin["Password"])


def _caller(emulator: Emulator, key: str, admin: dict[str, Any]) -> Caller:
    permissions = admin["Permissions"]
    if permissions:
        known = emulator.taker.members_of("AdminUserPermissions")
        permissions = {flag: value for flag, value in permissions.items() if flag in known}
    return Caller("admin", admin["Username"], key, admin["OrganizationID"], permissions)


def _living_session(emulator: Emulator, kind: str, given: Credentials) -> Session:
    """The session of the key that was sent.

    Raises:
        ApiError: 403, there is none of that kind and name, or it is from before an upgrade of the server.
    """
    session = emulator.sessions.find(given["SessionKey"])
    if session is None or session.kind != kind or session.pending:
        raise unauthorised()
    if given["Username"] not in ("", session.username):
        raise unauthorised()
    if session.version < emulator.version:
        emulator.sessions.revoke(session.key)
        raise ApiError(403, "The session was ended by an upgrade of the server, please log in again")
    return session


def _admin_of_session(emulator: Emulator, request: Request, given: Credentials) -> Caller:
    session = _living_session(emulator, "admin", given)
    admin = emulator.store.peek("admin", session.account)
    if admin is None:
        raise unauthorised()
    check_address(emulator, request, admin)
    _check_tenant(emulator, admin["OrganizationID"])
    caller = _caller(emulator, session.account, admin)
    caller.session_key = session.key
    return caller


def admins_named(emulator: Emulator, request: Request, username: str) -> list[str]:
    """Ids of the administrators of that name, the likeliest first: names may repeat across tenants."""
    keys = [admin_key("", username), *(admin_key(key, username) for key in emulator.store.rows("organization"))]
    keys = [key for key in keys if emulator.store.row("admin", key) is not None]
    if len(keys) > 1 and emulator.switches["tenant_admin_by"] == "host":
        preferred = admin_key(_asked_tenant(emulator, request), username)
        keys.sort(key=lambda key: key != preferred)
    return keys


def _asked_tenant(emulator: Emulator, request: Request) -> str:
    return emulator.organization_of_host(request.headers.get("host", ""))


def _check_factors(emulator: Emulator, request: Request, key: str, given: Credentials, method_name: str) -> None:
    """Hold the second factor against what the account asks for.

    Raises:
        ApiError: 403, or 449 with a pending session where one was to begin.
    """
    admin = emulator.store.peek("admin", key) or {}
    if given["AuthType"] != "Password":
        if not factor_is_good(emulator, key, admin, given):
            note_failure(emulator, f"admin/{given['Username']}")
            raise unauthorised()
    elif not admin["AllowPasswordLogin"] and not _trusts_directory(emulator, admin):
        headers = wanted_factors(emulator, request, key, admin)
        if not headers:
            raise unauthorised()
        if not _may_wait(emulator, admin, method_name):
            raise second_factor_needed(emulator, headers)
        pending = emulator.start_session("admin", key, admin["Username"], pending=True)
        raise second_factor_needed(emulator, headers, SessionKey=pending.key, SessionType="admin")


def _may_wait(emulator: Emulator, admin: dict[str, Any], method_name: str) -> bool:
    """Whether a login that is not enough begins a session which waits for its second factor."""
    if method_name not in ("AdminAccountSessionStart", "HybridSessionStart"):
        return False
    if emulator.switches["pending_sessions"] == "external" and not admin.get("ExternalAuthenticationSource"):
        return False
    return "AdminAccountSessionUpgrade" in emulator.methods


def _trusts_directory(emulator: Emulator, admin: dict[str, Any]) -> bool:
    """Whether the account's external source says that it sees to second factors itself."""
    source = emulator.store.peek("login_source", admin.get("ExternalAuthenticationSource", "")) or {}
    return bool((source.get("OIDC") or {}).get("SkipMFA"))


def _check_tenant(emulator: Emulator, organization: str) -> None:
    if emulator.switches["suspended_tenant_admins"] == "refused" and tenant_suspended(emulator, organization):
        raise unauthorised()


def _newcomer(emulator: Emulator, request: Request, given: Credentials) -> list[str]:
    """Ask the external sources about a name that no administrator has; who is known there becomes one.

    Returns the id of the new administrator in a list, or an empty list.
    """
    name, asked = given["Username"], _asked_tenant(emulator, request)
    sources = sorted(emulator.store.rows("login_source").items(), key=lambda entry: entry[1].organization != asked)
    for source, row in sources:
        if name and emulator.directories.accepts(source, name, given["Password"]):
            settings = emulator.store.peek("login_source", source) or {}
            organization = row.organization or (settings.get("OIDC") or {}).get("OrganizationID", "")
            admin = {
                "Username": name,
                "OrganizationID": organization,
                "ExternalAuthenticationSource": source,
                "AllowPasswordLogin": True,
                "Permissions": settings["NewUserPermissions"],
            }
            with emulator.changing(name):
                emulator.put_admin(emulator.take("AllowedAdminUser", admin, "AdminUsers"))
            return [admin_key(organization, name)]
    return []


# End users


def login_user(emulator: Emulator, given: Credentials) -> Caller:
    """The end user that the credentials belong to.

    Raises:
        ApiError: 403, 429 or 449.
    """
    username, session_key = given["Username"], ""
    if given["AuthType"] == "SessionKey":
        session = _living_session(emulator, "user", given)
        username, session_key = session.username, session.key
    else:
        check_login_protection(emulator, f"user/{username}")
    profile = emulator.store.peek("user", username)
    if profile is None:
        if not session_key:
            note_failure(emulator, f"user/{username}")
        raise unauthorised()
    organization = profile.get("OrganizationID", "")
    if profile["IsSuspended"] or tenant_suspended(emulator, organization):
        raise unauthorised()
    if not session_key:
        _check_user_password(emulator, profile, given)
        note_success(emulator, f"user/{username}")
    caller = Caller("user", username, username, organization, profile["Policy"], session_key)
    caller.by_password = not session_key
    return caller


def _check_user_password(emulator: Emulator, profile: dict[str, Any], given: Credentials) -> None:
    account = f"user/{profile['Username']}"
    if not emulator.verifier.verify(given["Password"], profile["PasswordFormat"], profile["PasswordHash"]):
        note_failure(emulator, account)
        raise unauthorised()
    if given["AuthType"] == "PasswordTOTP" and profile["AllowPasswordAndTOTPLogin"]:
        if not code_is_good(emulator, account, profile, given["TOTP"]):
            note_failure(emulator, account)
            raise unauthorised()
    elif given["AuthType"] != "Password":
        raise unauthorised()
    elif not profile["AllowPasswordLogin"]:
        if not profile["AllowPasswordAndTOTPLogin"]:
            raise unauthorised()
        raise second_factor_needed(emulator, {"X-Comet-TOTP-Requested": "1"})


def tenant_suspended(emulator: Emulator, organization: str) -> bool:
    """Whether a tenant is suspended; the server's own level never is."""
    found = emulator.store.peek("organization", organization) if organization else None
    return bool(found and found["IsSuspended"])


def password_is(emulator: Emulator, profile: dict[str, Any], password: str) -> bool:
    """Whether a password is the user's."""
    return emulator.verifier.verify(password, profile["PasswordFormat"] or PLAIN, profile["PasswordHash"])
