"""The lobby: installers without a login, and the administrators who give them one."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

LOBBY = ("DEVICE_LOBBY_CONNECT", "DEVICE_LOBBY_DISCONNECT")


def wait_in_lobby(server: Any, **details: Any) -> str:
    waiting: str = server.control("device", {"do": "lobby", **details})["device"]
    return waiting


def lobby_events(server: Any) -> list[str]:
    found = [entry["TypeString"].removeprefix("SEVT_") for entry in server.control("events")["events"]]
    return [name for name in found if name in LOBBY]


def register(server: Any, waiting: str, password: str = "password-1", **options: Any) -> Any:
    given = {"DeviceID": waiting, "TargetUser": "alice", "TargetPassword": password, **options}
    return server.raw("installation/dispatch/register-device", **given).json()


def test_waiting_device(server: Any) -> None:
    waiting = wait_in_lobby(server, name="NEW-PC", platform="macos", version="25.6.8", host="localhost:8060")
    (entry,) = server.ok("installation/list-active").values()
    assert entry["DeviceID"] == waiting
    assert (entry["FriendlyName"], entry["Host"], entry["ReportedVersion"]) == ("NEW-PC", "localhost:8060", "25.6.8")
    assert entry["ReportedPlatform"] == "darwin/arm64"
    assert server.ok("dispatcher/list-active") == {}
    server.control("device", {"do": "leave", "device": waiting})
    assert server.ok("installation/list-active") == {}
    assert lobby_events(server)[-2:] == list(LOBBY)


def test_device_is_sent_away(server: Any) -> None:
    waiting = wait_in_lobby(server)
    server.ok("installation/dispatch/drop-connection", DeviceID=waiting)
    assert server.ok("installation/list-active") == {}
    message = server.refused("installation/dispatch/drop-connection", 400, DeviceID=waiting)
    assert "ERR_UNKNOWN_DEVICE" in message


def test_device_is_registered(server: Any) -> None:
    server.user("alice", "password-1")
    waiting = wait_in_lobby(server, name="NEW-PC")
    assert register(server, waiting)["Status"] == 200
    assert server.ok("installation/list-active") == {}
    config = server.ok("get-user-profile", TargetUser="alice")["Devices"][waiting]
    assert config["FriendlyName"] == "NEW-PC"
    server.control("clock", {"advance": 1})
    (connection,) = server.ok("dispatcher/list-active").values()
    assert (connection["Username"], connection["DeviceID"]) == ("alice", waiting)
    assert "ERR_UNKNOWN_DEVICE" in register(server, waiting)["Message"]


def test_wrong_logins_are_refused(server: Any) -> None:
    server.user("alice", "password-1")
    waiting = wait_in_lobby(server)
    assert register(server, waiting, "wrong-password")["Status"] == 403
    assert register(server, waiting, TargetUser="nobody")["Status"] == 400
    assert waiting in server.ok("installation/list-active")


def test_second_factor(server: Any) -> None:
    profile, secret = server.user("alice", "password-1"), pyotp.random_base32()
    factor = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True, "TOTPKey": secret}
    server.control("profile", {"user": profile["Username"], "members": factor})
    waiting = wait_in_lobby(server)
    missing = register(server, waiting)
    assert (missing["Status"], "ERR_TOTP_REQUIRED" in missing["Message"]) == (403, True)
    assert register(server, waiting, TargetTOTPCode="000000")["Status"] == 403
    code = pyotp.TOTP(secret).at(server.control("clock", {"advance": 0})["now"])
    assert register(server, waiting, TargetTOTPCode=code)["Status"] == 200


def test_tenants_see_their_own_lobby(server: Any) -> None:
    tenant = server.tenant("ACME", "acme.example.com")
    mine, other = wait_in_lobby(server, host="acme.example.com"), wait_in_lobby(server)
    assert set(server.ok("installation/list-active")) == {mine, other}
    (entry,) = server.ok("installation/list-active", login=server.as_tenant()).values()
    assert (entry["DeviceID"], entry["OrganizationID"]) == (mine, tenant)
    server.refused("installation/dispatch/drop-connection", 400, login=server.as_tenant(), DeviceID=other)


@pytest.mark.parametrize("version", ["23.9.1", "25.6.7"])
def test_lobby_of_older_servers(server: Any, version: str) -> None:
    wait_in_lobby(server)
    server.switch(version=version)
    answer = server.raw("installation/list-active")
    if version < "23.9.2":
        assert answer.status_code == 404
    else:
        (entry,) = answer.json().values()
        assert "Host" not in entry
