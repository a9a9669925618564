"""Sessions of administrators and users."""

from __future__ import annotations

from ..auth import start_admin_session
from ..emulator import Stored
from ..errors import unauthorised
from ..routing import Call, handles
from .profiles import find_user


def start_user_session(call: Call, username: str) -> Stored:
    """Begin a session for an end user."""
    emulator = call.emulator
    session = emulator.sessions.start(
        "user", username, username, emulator.config["SessionSettings"]["ExpiredInSeconds"]
    )
    return call.ok("Logged in OK.", SessionKey=session.key, SessionType="user")


@handles("AdminAccountSessionStart", "HybridSessionStart", "UserWebSessionStart")
def start(call: Call) -> Stored:
    """Turn the credentials of the call into a session key."""
    if call.caller.kind == "user":
        return start_user_session(call, call.caller.username)
    session = start_admin_session(call.emulator, call.caller.account, call.caller.username)
    return call.ok("Logged in OK.", SessionKey=session.key, SessionType="admin")


@handles("AdminAccountSessionStartAsUser")
def start_as_user(call: Call) -> Stored:
    """A session of an end user, for an administrator who sees that user."""
    find_user(call, call["TargetUser"])
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
