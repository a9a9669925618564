"""The lobby: devices whose installers wait without a login until an administrator gives them one."""

from __future__ import annotations

from typing import Any

import orjson

from ..accounts.auth import login_user
from ..core.errors import ApiError
from ..core.routing import PLAUSIBLE, Call, handles
from ..devices.fleet import connect_later, leave_lobby
from ..devices.registering import NewDevice, register
from ..emulator import Stored
from .profiles import find_user

Document = dict[str, Any]


def _find(call: Call) -> Document:
    waiting = call.emulator.live.waiting.get(call["DeviceID"])
    if waiting is None or not call.sees(waiting["OrganizationID"]):
        raise ApiError(call.switch("unknown_object_status"), "ERR_UNKNOWN_DEVICE")
    return waiting


@handles("AdminInstallationListActive")
def list_waiting(call: Call) -> Document:
    """Waiting devices that the caller sees, by device id."""
    waiting = call.emulator.live.waiting
    return {key: document for key, document in waiting.items() if call.sees(document["OrganizationID"])}


@handles("AdminInstallationDispatchDropConnection")
def drop_waiting(call: Call) -> Stored:
    """Send a waiting device away; it does not come back by itself."""
    leave_lobby(call.emulator, _find(call)["DeviceID"])
    return call.ok()


@handles(
    "AdminInstallationDispatchRegisterDevice",
    coverage=PLAUSIBLE,
    reason="the bytes of a good answer are not documented; an envelope is sent",
)
def register_waiting(call: Call) -> bytes:
    """Let a waiting device log in as a user; it appears in the profile and connects after a moment."""
    waiting, username = _find(call), call["TargetUser"]
    find_user(call, username)
    _log_in(call, username)
    new = NewDevice(
        waiting["DeviceID"],
        waiting["FriendlyName"],
        waiting["ReportedVersion"],
        waiting["ReportedPlatformVersion"],
        waiting["DeviceTimeZone"],
    )
    register(call.emulator, username, new, call.request.self_address)
    leave_lobby(call.emulator, new.device)
    connect_later(call.emulator, username, new.device)
    return orjson.dumps({"Status": 200, "Message": "OK"})


def _log_in(call: Call, username: str) -> None:
    """Try the login that the device is to use.

    Raises:
        ApiError: it is wrong, or a second factor is missing; the administrator's own login is not in question.
    """
    code = call.get("TargetTOTPCode")
    given = {
        "Username": username,
        "AuthType": "PasswordTOTP" if code else "Password",
        "Password": call["TargetPassword"],
        "TOTP": code,
    }
    try:
        login_user(call.emulator, given)
    except ApiError as problem:
        raise ApiError(problem.status if problem.http_status == 200 else 403, problem.message) from None
