"""Sessions of administrators and users."""

from __future__ import annotations

from ..accounts.auth import tenant_suspended
from ..core.errors import unauthorised
from ..core.routing import Call, handles
from ..emulator import Stored
from .profiles import load_user


def start_user_session(call: Call, username: str) -> Stored:
    """Begin a session for an end user."""
    session = call.emulator.start_session("user", username, username)
    return call.ok("Logged in OK.", SessionKey=session.key, SessionType="user")


@handles("AdminAccountSessionStart", "HybridSessionStart", "UserWebSessionStart")
def start(call: Call) -> Stored:
    """Turn the credentials of the call into a session key."""
    if call.caller.kind == "user":
        return start_user_session(call, call.caller.username)
    session = call.emulator.start_session("admin", call.caller.account, call.caller.username)
    return call.ok("Logged in OK.", SessionKey=session.key, SessionType="admin")


@handles("AdminAccountSessionStartAsUser")
def start_as_user(call: Call) -> Stored:
    """A session of an end user, for an administrator who sees that user; suspended users have none.

    Raises:
        ApiError: no such user, or a suspended one.
    """
    profile = load_user(call, call["TargetUser"])
    if profile["IsSuspended"] or tenant_suspended(call.emulator, profile.get("OrganizationID", "")):
        raise unauthorised()
    return start_user_session(call, call["TargetUser"])


@handles("AdminAccountSessionRevoke", "UserWebSessionRevoke")
def revoke(call: Call) -> Stored:
    """End the session that the call was made with."""
    call.emulator.sessions.revoke(call.caller.session_key)
    return call.ok()


@handles("AdminAccountSessionUpgrade")
def upgrade(call: Call) -> Stored:
    """Complete a session that waits for its second factor, which the credentials of this call are."""
    session = call.emulator.sessions.find(call["SessionKey"])
    if session is None or session.account != call.caller.account or call.caller.session_key:
        raise unauthorised()
    session.pending = False
    return call.ok()
