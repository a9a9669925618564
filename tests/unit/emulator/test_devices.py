"""Devices: registering, coming and going, install tokens, and which of them are online at the start."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.device_calls import (
    active,
    device,
    events,
    let_pass,
    profile_of,
)

# Registering


def test_registered_device_is_in_the_profile_and_online(alice: Any) -> None:
    made = device(alice, "register", name="PC-1", platform="linux", time_zone="Europe/Berlin")
    config = profile_of(alice)["Devices"][made["device"]]
    assert (config["FriendlyName"], config["PlatformVersion"]["os"]) == ("PC-1", "linux")
    connection = alice.ok("dispatcher/list-active")[made["target"]]
    assert connection["Username"] == "alice"
    assert connection["DeviceID"] == made["device"]
    assert connection["ReportedVersion"] == "25.9.8"
    assert connection["ReportedPlatform"] == "linux/amd64"
    assert connection["ReportedPlatformVersion"] == config["PlatformVersion"]
    assert connection["DeviceTimeZone"] == "Europe/Berlin"
    assert connection["IPAddress"].startswith("203.0.113.")
    assert abs(connection["ConnectionTime"] - time.time()) < 60
    assert connection["AllowsFilenames"] is True
    assert events(alice, "DEVICE_NEW", "DEVICE_LIVE_CONNECT")[-2:] == ["DEVICE_NEW", "DEVICE_LIVE_CONNECT"]


def test_installer_needs_the_password(alice: Any) -> None:
    refused = alice.http.post(
        f"{alice.url}_control/device", json={"do": "register", "user": "alice", "password": "wrong-one"}, timeout=20
    )
    assert refused.status_code == 400
    assert profile_of(alice)["Devices"] == {}
    assert device(alice, "register", password="password-1")["device"] in profile_of(alice)["Devices"]


@pytest.mark.parametrize("status", [400, 403])
def test_device_quota(alice: Any, status: int) -> None:
    alice.switch(device_quota_status=status)
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile_of(alice), "MaximumDevices": 1})
    first = device(alice, "register")["device"]
    device(alice, "register", device=first, name="again")
    waiting = device(alice, "lobby")["device"]
    given = {"TargetUser": "alice", "TargetPassword": "password-1"}
    alice.refused("installation/dispatch/register-device", status, DeviceID=waiting, **given)
    assert list(profile_of(alice)["Devices"]) == [first]
    assert waiting in alice.ok("installation/list-active")


def new_token(server: Any) -> str:
    given = {"TargetUser": "alice", "TargetPassword": "password-1", "Server": "https://backup.example.com/"}
    token: str = server.ok("create-install-token", **given)["InstallToken"]["Token"]
    return token


def use_token(server: Any, token: str) -> int:
    body = {"do": "register", "token": token}
    return int(server.http.post(f"{server.url}_control/device", json=body, timeout=20).status_code)


def test_install_token_is_good_for_one_device(alice: Any) -> None:
    alice.refused("create-install-token", 403, TargetUser="alice", TargetPassword="wrong-password")
    answer = alice.ok("create-install-token", TargetUser="alice", TargetPassword="password-1")["InstallToken"]
    assert (answer["Server"], answer["Used"], answer["Username"]) == (alice.url, False, "alice")
    assert [use_token(alice, answer["Token"]), use_token(alice, answer["Token"])] == [200, 400]
    assert len(profile_of(alice)["Devices"]) == 1


def test_install_token_goes_with_its_user(server: Any) -> None:
    before = server.digest()
    server.user()
    token = new_token(server)
    server.ok("delete-user", TargetUser="alice")
    assert server.digest() == before
    server.user()
    assert use_token(server, token) == 400


@pytest.mark.parametrize("seconds", [600, 86_400])
def test_install_token_expires(alice: Any, seconds: int) -> None:
    alice.switch(install_token_seconds=seconds)
    early, late = new_token(alice), new_token(alice)
    let_pass(alice, seconds - 60)
    assert use_token(alice, early) == 200
    let_pass(alice, 61)
    assert use_token(alice, late) == 400


# Coming and going


def test_device_comes_back_under_a_new_target(alice: Any) -> None:
    made = device(alice, "register")
    again = device(alice, "reconnect")
    assert active(alice) == {again["target"]: made["device"]}
    assert again["target"] != made["target"]
    assert device(alice, "disconnect")["target"] is None
    assert active(alice) == {}
    back = device(alice, "connect")["target"]
    assert active(alice) == {back: made["device"]}
    assert device(alice, "connect")["target"] == back


def test_device_may_be_there_twice_for_a_while(alice: Any) -> None:
    made = device(alice, "register")
    second = device(alice, "duplicate", seconds=30)
    assert active(alice) == {made["target"]: made["device"], second["target"]: made["device"]}
    let_pass(alice, 31)
    assert active(alice) == {second["target"]: made["device"]}


@pytest.mark.parametrize("told", [True, False])
def test_events_of_connections(alice: Any, told: bool) -> None:
    alice.switch(disconnect_events=told)
    device(alice, "register")
    alice.control("events/reset", {})
    device(alice, "reconnect")
    new = events(alice, "DEVICE_LIVE_CONNECT", "DEVICE_LIVE_DISCONNECT")
    assert new == (["DEVICE_LIVE_DISCONNECT"] if told else []) + ["DEVICE_LIVE_CONNECT"]


def test_device_that_is_gone_cannot_be_commanded(alice: Any) -> None:
    made = device(alice, "register")
    alice.ok("dispatcher/refetch-profile", TargetID=made["target"])
    device(alice, "disconnect")
    for target in (made["target"], "d0d0d0d0"):
        assert alice.refused("dispatcher/refetch-profile", 403, TargetID=target) == "Unauthorised"


def test_devices_are_seen_by_their_tenant_and_user_only(alice: Any) -> None:
    tenant = alice.tenant()
    alice.user("bob", TargetOrganization=tenant)
    mine, other = device(alice, "register"), device(alice, "register", user="bob")
    assert set(active(alice)) == {mine["target"], other["target"]}
    assert set(active(alice, login=alice.as_tenant())) == {other["target"]}
    alice.refused("dispatcher/refetch-profile", 403, login=alice.as_tenant(), TargetID=mine["target"])
    login = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    assert set(alice.ok("user/web/dispatcher/list-active", login=login)) == {mine["target"]}
    alice.ok("user/web/dispatcher/drop-connection", login=login, TargetID=mine["target"])
    alice.refused("user/web/dispatcher/drop-connection", 403, login=login, TargetID=other["target"])


@pytest.mark.parametrize(
    ("choice", "names"),
    [("exact", {"ann"}), ("prefix", {"ann", "anna"}), ("substring", {"ann", "anna", "joann"})],
)
def test_filter_by_name(server: Any, choice: str, names: set[str]) -> None:
    server.switch(user_name_filter=choice)
    for name in ("ann", "anna", "joann", "bob"):
        server.user(name)
        device(server, "register", user=name)
    found = server.ok("dispatcher/list-active", UserNameFilter="ann").values()
    assert {entry["Username"] for entry in found} == names
    assert len(active(server)) == 4


def test_suspended_users_are_offline(alice: Any) -> None:
    made, profile = device(alice, "register"), profile_of(alice)
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "IsSuspended": True})
    let_pass(alice)
    assert active(alice) == {}
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "IsSuspended": False})
    let_pass(alice)
    assert list(active(alice).values()) == [made["device"]]


def test_devices_of_suspended_tenants_are_offline(server: Any) -> None:
    tenant = server.tenant()
    server.user(TargetOrganization=tenant)
    made, organization = device(server, "register"), server.ok("organization/list")[tenant]
    server.ok("organization/set", OrganizationID=tenant, Organization={**organization, "IsSuspended": True})
    let_pass(server)
    assert active(server) == {}
    refused = server.http.post(f"{server.url}_control/device", json={"do": "connect", "user": "alice"}, timeout=20)
    assert refused.status_code == 400
    server.ok("organization/set", OrganizationID=tenant, Organization={**organization, "IsSuspended": False})
    let_pass(server)
    assert list(active(server).values()) == [made["device"]]


def test_devices_of_deleted_users_are_gone(alice: Any) -> None:
    device(alice, "register")
    alice.ok("delete-user", TargetUser="alice")
    assert active(alice) == {}
    assert events(alice, "DEVICE_LIVE_DISCONNECT")


@pytest.mark.parametrize("moment", [0.1, 600.0])
def test_devices_come_back_after_a_restart(alice: Any, moment: float) -> None:
    made, away = device(alice, "register"), device(alice, "register", name="away")
    device(alice, "disconnect", device="away")
    alice.switch(device_reconnect_seconds=moment)
    alice.ok("meta/restart-service")
    alice.wait()
    if moment > 1:
        assert active(alice) == {}
    let_pass(alice, moment)
    assert list(active(alice).values()) == [made["device"]]
    assert made["target"] not in active(alice)
    assert away["device"] in profile_of(alice)["Devices"]


def test_a_snapshot_holds_who_is_online(alice: Any) -> None:
    made = device(alice, "register")
    alice.control("snapshot", {"name": "one device"})
    device(alice, "reconnect")
    device(alice, "register", name="second")
    alice.control("restore", {"name": "one device"})
    assert active(alice) == {made["target"]: made["device"]}


@pytest.mark.parametrize(
    "body",
    [
        {"do": "dance"},
        {"do": "register", "user": "alice", "platform": "toaster"},
        {"do": "register", "user": "nobody"},
        {"do": "connect", "user": "alice"},
        {"do": "connect", "user": "alice", "device": "unknown"},
        {"do": "leave", "device": "unknown"},
    ],
)
def test_control_calls_that_make_no_sense(alice: Any, body: dict[str, str]) -> None:
    device(alice, "register", name="one")
    device(alice, "register", name="two")
    before = alice.digest()
    answer = alice.http.post(f"{alice.url}_control/device", json=body, timeout=20)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert alice.digest() == before


# Which devices are online at the start


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_share_of_devices_online(start: Callable[..., Any], share: float) -> None:
    server = start("--seed", "demo", "--set", f"devices_online={share}")
    digest = server.digest()
    profiles = server.ok("list-users-full")
    registered = {key: name for name, profile in profiles.items() for key in profile["Devices"]}
    connections = server.ok("dispatcher/list-active").values()
    online = {entry["DeviceID"] for entry in connections}
    assert online <= registered.keys()
    assert share / 2 <= len(online) / len(registered) <= (1 + share) / 2
    assert server.digest() == digest
    server.ok("meta/restart-service")
    server.wait()
    let_pass(server)
    assert set(active(server).values()) == online
    for entry in connections:
        config = profiles[entry["Username"]]["Devices"][entry["DeviceID"]]
        assert entry["ReportedVersion"] == config["ClientVersion"]


def test_demo_has_several_systems_and_versions(start: Callable[..., Any]) -> None:
    server = start("--seed", "demo", "--version", "25.9.6")
    connections = server.ok("dispatcher/list-active").values()
    assert {entry["ReportedPlatform"].split("/")[0] for entry in connections} == {"windows", "darwin", "linux"}
    assert {entry["ReportedVersion"] for entry in connections} == {"25.9.6", "25.6.8"}
    assert len(server.ok("installation/list-active")) == 3


def test_the_same_devices_are_online_in_another_process(start: Callable[..., Any], tmp_path: Any) -> None:
    first = start("--data", str(tmp_path), "--seed", "demo")
    online = set(active(first).values())
    first.stop()
    assert set(active(start("--data", str(tmp_path))).values()) == online


def test_very_many_users_are_not_all_online(start: Callable[..., Any]) -> None:
    server = start("--seed", "users=10002", "--set", "devices_online=1")
    names = [f"user-{number:06d}" for number in (9_999, 10_001)]
    assert [len(active(server, UserNameFilter=name)) for name in names] == [2, 0]


def test_profiles_written_by_hand_bring_nobody_online(alice: Any) -> None:
    devices = {"f" * 64: {"FriendlyName": "PC", "RegistrationTime": 1_700_000_000}}
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile_of(alice), "Devices": devices})
    assert active(alice) == {}
