"""Which devices are online, registering them, and taking them out of a profile."""

from __future__ import annotations

from collections.abc import Callable

from ..core.errors import ApiError
from ..core.routing import Call, handles
from ..devices.fleet import go_away
from ..devices.live import Connection
from ..devices.registering import check_password, new_token
from ..emulator import Stored
from .policies import remove_source
from .profiles import find_user, load_user, store_profile

NAME_FITS: dict[str, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "prefix": str.startswith,
    "substring": str.__contains__,
}


def _documents(call: Call, connections: list[Connection]) -> Stored:
    visible = [connection for connection in connections if call.sees(connection.organization)]
    return Stored({connection.target: connection.document() for connection in visible})


@handles("AdminDispatcherListActive")
def list_active(call: Call) -> Stored:
    """Connections by target of all visible users, or of those whose name fits ``UserNameFilter``."""
    live, wanted = call.emulator.live, call.get("UserNameFilter")
    if not wanted:
        return _documents(call, live.everyone())
    fits = NAME_FITS[call.switch("user_name_filter")]
    return _documents(call, live.of_users(name for name in call.emulator.store.rows("user") if fits(name, wanted)))


@handles("UserWebDispatcherListActive")
def list_own_active(call: Call) -> Stored:
    """Connections by target of the calling user's devices."""
    return _documents(call, call.emulator.live.of_users((call.caller.username,)))


@handles("AdminCreateInstallToken")
def create_install_token(call: Call) -> Stored:
    """A token for the user's installer, good for one device; needs the user's password."""
    username, organization = call["TargetUser"], find_user(call, call["TargetUser"]).organization
    check_password(call.emulator, username, call["TargetPassword"])
    address = call.get("Server") or call.request.self_address
    return call.ok(InstallToken=new_token(call.emulator, username, organization, address))


@handles("AdminRevokeDevice")
def revoke_device(call: Call) -> Stored:
    """Remove a device from a profile, with its connection, its protected items and their schedules."""
    username, device = call["TargetUser"], call["TargetDevice"]
    profile = load_user(call, username)
    if device not in profile["Devices"]:
        raise ApiError(call.switch("unknown_object_status"), "ERR_UNKNOWN_DEVICE")
    del profile["Devices"][device]
    for vault in profile["Destinations"].values():
        vault["AssociatedDevices"] = [other for other in vault["AssociatedDevices"] if other != device]
    if call.switch("revoke_device_items") == "removed":
        for key in [key for key, source in profile["Sources"].items() if source["OwnerDevice"] == device]:
            remove_source(profile, key)
    go_away(call.emulator, username, device)
    store_profile(call.emulator, username, profile)
    return call.ok()
