"""Live devices. None is ever connected, so calls to one are refused as the real server refuses an unknown target."""

from __future__ import annotations

from typing import Any

from ..auth import password_is
from ..emulator import Stored
from ..errors import ApiError, unauthorised
from ..passwords import random_key
from ..routing import PLAUSIBLE, Call, handles
from .profiles import load_user

TOKEN_SECONDS = 24 * 3600


@handles(
    "AdminDispatcherListActive",
    "UserWebDispatcherListActive",
    "AdminInstallationListActive",
    coverage=PLAUSIBLE,
    reason="no device is ever connected",
)
def list_active(call: Call) -> dict[str, Any]:
    """No connections."""
    return {}


@handles(
    "AdminInstallationDispatchDropConnection",
    "AdminInstallationDispatchRegisterDevice",
    coverage=PLAUSIBLE,
    reason="always refused: no device waits in the lobby",
)
def lobby_device(call: Call) -> Stored:
    """No device waits in the lobby."""
    raise unauthorised()


@handles("AdminCreateInstallToken", coverage=PLAUSIBLE, reason="no installer uses the token; its lifetime is not known")
def create_install_token(call: Call) -> Stored:
    """A token for the user's installer; needs the user's password. Nothing can use it yet."""
    profile = load_user(call, call["TargetUser"])
    if not password_is(call.emulator, profile, call["TargetPassword"]):
        raise ApiError(403, "Unauthorised")
    now = call.emulator.clock.now()
    token = {
        "Username": call["TargetUser"],
        "Server": call.get("Server") or call.request.self_address,
        "Token": random_key(),
        "CreateTime": now,
        "Used": False,
        "ExpireTime": now + TOKEN_SECONDS,
    }
    return call.ok(InstallToken=token)
