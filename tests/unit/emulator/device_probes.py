"""What the switches about devices change, for ``test_switches``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulator.conftest import Server

VALUES = {"devices_online": 0, "device_reconnect_seconds": 600, "install_token_seconds": 60}
NOWHERE = "https://elsewhere.example.com/"


def _device(server: Any, do: str = "register", **details: Any) -> Any:
    return server.control("device", {"do": do, "user": "alice", **details})


def devices_online(server: Any) -> Any:
    other = Server("--seed", "demo", "--set", f"devices_online={server.control('switch')['devices_online']}")
    try:
        return len(other.ok("dispatcher/list-active"))
    finally:
        other.stop()


def device_reconnect_seconds(server: Any) -> Any:
    server.user()
    server.ok("dispatcher/drop-connection", TargetID=_device(server)["target"])
    server.control("clock", {"advance": 1})
    return len(server.ok("dispatcher/list-active"))


def disconnect_events(server: Any) -> Any:
    server.user()
    _device(server)
    server.control("events/reset", {})
    _device(server, "disconnect")
    return len(server.control("events")["events"])


def user_name_filter(server: Any) -> Any:
    for name in ("alice", "malice"):
        server.user(name)
        _device(server, user=name)
    return len(server.ok("dispatcher/list-active", UserNameFilter="alice"))


def browse_refused_status(server: Any) -> Any:
    server.user()
    _device(server)
    target = _device(server, "connect", allows_filenames=False)["target"]
    return server.call("dispatcher/request-filesystem-objects", TargetID=target)["Status"]


def device_failure_status(server: Any) -> Any:
    server.user()
    return server.call("dispatcher/ping-destination", TargetID=_device(server)["target"], ExtraData={})["Status"]


def device_quota_status(server: Any) -> Any:
    profile = server.user()
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "MaximumDevices": 1})
    _device(server)
    given = {"TargetUser": "alice", "TargetPassword": "password-1", "DeviceID": _device(server, "lobby")["device"]}
    return server.raw("installation/dispatch/register-device", **given).json()["Status"]


def install_token_seconds(server: Any) -> Any:
    server.user()
    token = server.ok("create-install-token", TargetUser="alice", TargetPassword="password-1")["InstallToken"]
    return token["ExpireTime"] - token["CreateTime"]


def foreign_login_url(server: Any) -> Any:
    server.user()
    return server.call("dispatcher/update-login-url", TargetID=_device(server)["target"], NewURL=NOWHERE)["Status"]


def assigned_policy_items(server: Any) -> Any:
    server.user()
    _device(server)
    linked = {"Engine": "engine1/file", "ExistingUserUpdate": True}
    server.ok("policies/set", PolicyID="p", Policy={"Policy": {"DefaultSources": {"linked": linked, "other": {}}}})
    profile = server.ok("get-user-profile", TargetUser="alice")
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "PolicyID": "p"})
    sources = server.ok("get-user-profile", TargetUser="alice")["Sources"]
    return [source["PolicySourceID"] for source in sources.values()]


def update_login_password(server: Any) -> Any:
    server.user()
    given = {"TargetID": _device(server)["target"], "NewPassword": "password-2"}
    return server.call("dispatcher/update-login-password", **given)["Status"]


def default_rules_on_policy_items(server: Any) -> Any:
    profile = server.user()
    settings = {"DefaultSources": {"files": {}}, "DefaultBackupRules": {"any": {"Destination": "vault"}}}
    profile["Policy"].update(settings)
    profile["Destinations"]["vault"] = {"DestinationType": 1002}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    _device(server)
    return len(server.ok("get-user-profile", TargetUser="alice")["BackupRules"])


PROBES: dict[str, Callable[[Any], Any]] = {
    probe.__name__: probe
    for probe in (
        devices_online,
        device_reconnect_seconds,
        disconnect_events,
        user_name_filter,
        browse_refused_status,
        device_failure_status,
        device_quota_status,
        install_token_seconds,
        foreign_login_url,
        assigned_policy_items,
        update_login_password,
        default_rules_on_policy_items,
    )
}
