"""Devices: registering, coming and going, commands, install tokens, and what policies give to new devices."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

MOMENT = 1
"""Seconds after which a device is back, with the default of ``device_reconnect_seconds``."""


@pytest.fixture
def alice(server: Any) -> Any:
    server.user("alice", "password-1")
    return server


def device(server: Any, do: str, **details: Any) -> Any:
    return server.control("device", {"do": do, "user": "alice", **details})


def active(server: Any, **options: Any) -> dict[str, Any]:
    """Device id of every connection by target."""
    return {key: entry["DeviceID"] for key, entry in server.ok("dispatcher/list-active", **options).items()}


def profile_of(server: Any, name: str = "alice") -> dict[str, Any]:
    profile: dict[str, Any] = server.ok("get-user-profile", TargetUser=name)
    return profile


def let_pass(server: Any, seconds: float = MOMENT) -> None:
    server.control("clock", {"advance": seconds})


def events(server: Any, *names: str) -> list[str]:
    """Types of the events of these names, in order."""
    found = [entry["TypeString"].removeprefix("SEVT_") for entry in server.control("events")["events"]]
    return [name for name in found if name in names]


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
    before = len(events(alice, "DEVICE_LIVE_CONNECT", "DEVICE_LIVE_DISCONNECT"))
    device(alice, "reconnect")
    new = events(alice, "DEVICE_LIVE_CONNECT", "DEVICE_LIVE_DISCONNECT")[before:]
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


def test_profiles_written_by_hand_bring_nobody_online(alice: Any) -> None:
    devices = {"f" * 64: {"FriendlyName": "PC", "RegistrationTime": 1_700_000_000}}
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile_of(alice), "Devices": devices})
    assert active(alice) == {}


# Commands


def test_dropped_connection_comes_back(alice: Any) -> None:
    made = device(alice, "register")
    alice.switch(device_reconnect_seconds=30)
    alice.ok("dispatcher/drop-connection", TargetID=made["target"])
    assert active(alice) == {}
    let_pass(alice, 31)
    assert list(active(alice).values()) == [made["device"]]


@pytest.mark.parametrize("command", ["kill-process", "force-login"])
def test_stopped_device_stays_away(alice: Any, command: str) -> None:
    made = device(alice, "register")
    alice.ok(f"dispatcher/{command}", TargetID=made["target"])
    let_pass(alice, 60)
    assert active(alice) == {}


@pytest.mark.parametrize(("choice", "forced"), [("unreachable", False), ("unreachable", True), ("reachable", False)])
def test_login_url(alice: Any, choice: str, forced: bool) -> None:
    alice.switch(foreign_login_url=choice)
    made = device(alice, "register")
    alice.refused("dispatcher/update-login-url", 400, TargetID=made["target"], NewURL="nonsense")
    alice.ok("dispatcher/update-login-url", TargetID=made["target"], NewURL=alice.url)
    let_pass(alice)
    (target,) = active(alice)
    given = {"TargetID": target, "NewURL": "https://elsewhere.example.com/"}
    if choice == "unreachable" and not forced:
        alice.refused("dispatcher/update-login-url", 400, **given)
        assert list(active(alice)) == [target]
        return
    alice.ok("dispatcher/update-login-url", **given, Force=str(forced).lower())
    let_pass(alice, 60)
    assert active(alice) == {}


@pytest.mark.parametrize("status", [400, 500])
def test_login_password(alice: Any, status: int) -> None:
    alice.switch(device_failure_status=status)
    target = device(alice, "register")["target"]
    alice.refused("dispatcher/update-login-password", status, TargetID=target, NewPassword="password-2")
    alice.ok("dispatcher/update-login-password", TargetID=target, NewPassword="password-1")


def test_device_may_change_the_password_of_its_account(alice: Any) -> None:
    alice.switch(update_login_password="account")
    target = device(alice, "register")["target"]
    alice.refused("dispatcher/update-login-password", 400, TargetID=target, NewPassword="short")
    alice.ok("dispatcher/update-login-password", TargetID=target, NewPassword="password-2")
    login = {"Username": "alice", "AuthType": "Password", "Password": "password-2"}
    assert set(alice.ok("user/web/dispatcher/list-active", login=login)) == {target}


def finish_job(server: Any, classification: int) -> None:
    """Let the one job of a kind that runs come to its end."""
    (job,) = [job for job in server.ok("get-jobs-all") if job["Classification"] == classification]
    let_pass(server, 60)
    assert server.ok("get-job-properties", JobID=job["GUID"])["Status"] == 5000


def test_software_is_updated(alice: Any) -> None:
    made = device(alice, "register", version="25.6.8")
    (before,) = alice.ok("dispatcher/list-active").values()
    assert before["ReportedVersion"] == "25.6.8"
    alice.ok("dispatcher/update-software", TargetID=made["target"])
    finish_job(alice, 4007)
    let_pass(alice)
    ((target, after),) = alice.ok("dispatcher/list-active").items()
    assert target != made["target"]
    assert after["ReportedVersion"] == "25.9.8"
    assert profile_of(alice)["Devices"][made["device"]]["ClientVersion"] == "25.9.8"


@pytest.mark.parametrize("forget", [True, False])
def test_software_is_uninstalled(alice: Any, forget: bool) -> None:
    made = device(alice, "register")
    alice.ok("dispatcher/uninstall-software", TargetID=made["target"], RemoveConfigFile=str(forget).lower())
    finish_job(alice, 4011)
    assert active(alice) == {}
    assert made["device"] in profile_of(alice)["Devices"]
    body = {"do": "connect", "user": "alice"}
    again = alice.http.post(f"{alice.url}_control/device", json=body, timeout=20)
    assert again.status_code == (400 if forget else 200)
    assert device(alice, "register", device=made["device"])["target"] in active(alice)


def test_import_makes_a_protected_item(alice: Any) -> None:
    made = device(alice, "register")
    sources = alice.ok("dispatcher/request-import-sources", TargetID=made["target"])["ImportSources"]
    alice.refused("dispatcher/import-apply", 400, TargetID=made["target"], ImportSourceID="nothing")
    chosen = next(iter(sources))
    alice.ok("dispatcher/import-apply", TargetID=made["target"], ImportSourceID=chosen)
    finish_job(alice, 4008)
    (item,) = profile_of(alice)["Sources"].values()
    assert item["OwnerDevice"] == made["device"]
    assert sources[chosen] in item["Description"]


def test_storage_is_tried(alice: Any) -> None:
    target = device(alice, "register")["target"]
    bucket = alice.ok("storage/register-bucket")
    good = {
        "DestinationType": 1003,
        "CometServer": alice.url,
        "CometBucket": bucket["NewBucketID"],
        "CometBucketKey": bucket["NewBucketKey"],
    }
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData=good)
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData={"DestinationType": 1006, "SpanTargets": [good]})
    local = {"DestinationType": 1002, "LocalcopyPath": "D:\\"}
    alice.ok("dispatcher/ping-destination", TargetID=target, ExtraData=local)
    wrong = {**good, "CometBucketKey": "wrong"}
    for bad in (wrong, {"DestinationType": 1006, "SpanTargets": [local, wrong]}, {"DestinationType": 1000}, {}):
        alice.refused("dispatcher/ping-destination", 400, TargetID=target, ExtraData=bad)


def test_share_login_is_tried(alice: Any) -> None:
    good = {"SharePath": "\\\\server\\share", "Username": "ada", "Password": "secret"}
    target = device(alice, "register")["target"]
    alice.ok("dispatcher/test-smb-auth", TargetID=target, Wsa=good)
    for bad in ({**good, "SharePath": "/mnt"}, {**good, "Username": ""}):
        alice.refused("dispatcher/test-smb-auth", 400, TargetID=target, Wsa=bad)
    unix = device(alice, "register", name="unix", platform="linux")["target"]
    alice.refused("dispatcher/test-smb-auth", 400, TargetID=unix, Wsa=good)


# Revoking


@pytest.mark.parametrize("choice", ["removed", "left"])
def test_revoked_device_is_gone(alice: Any, choice: str) -> None:
    alice.switch(revoke_device_items=choice)
    alice.ok("policies/set", PolicyID="p", Policy={"Policy": {"DefaultSources": {"files": {"Engine": "engine1/file"}}}})
    alice.ok("set-user-profile", TargetUser="alice", ProfileData={**profile_of(alice), "PolicyID": "p"})
    made = device(alice, "register")
    alice.ok("revoke-device", TargetUser="alice", TargetDevice=made["device"])
    profile = profile_of(alice)
    assert profile["Devices"] == {}
    assert len(profile["Sources"]) == (0 if choice == "removed" else 1)
    let_pass(alice, 60)
    assert active(alice) == {}
    assert events(alice, "DEVICE_LIVE_DISCONNECT", "DEVICE_REMOVED")[-2:] == [
        "DEVICE_LIVE_DISCONNECT",
        "DEVICE_REMOVED",
    ]
    message = alice.refused("revoke-device", 400, TargetUser="alice", TargetDevice=made["device"])
    assert "ERR_UNKNOWN_DEVICE" in message


# What a policy gives to devices

ITEM = {"Engine": "engine1/file", "Description": "Files", "EngineProps": {"INCLUDE0": "C:\\"}}
NIGHTLY = {"Description": "Nightly", "Schedules": [{"FrequencyType": 8011}]}


def set_policy(server: Any, **settings: Any) -> None:
    """Let alice follow a policy with these settings."""
    server.ok("policies/set", PolicyID="p", Policy={"Description": "P", "Policy": settings})
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile_of(server), "PolicyID": "p"})


def request_vault(server: Any) -> str:
    template = next(iter(server.ok("request-storage-vault-providers")))
    vault: str = server.ok("request-storage-vault", TargetUser="alice", StorageProvider=template)["DestinationID"]
    return vault


def test_default_items_with_their_schedules(alice: Any) -> None:
    first = request_vault(alice)
    let_pass(alice, 10)
    latest = request_vault(alice)
    rules = {
        "a": {**NIGHTLY, "Source": "files", "Destination": "1100"},
        "b": {**NIGHTLY, "Source": "files", "Destination": "1101"},
        "c": {**NIGHTLY, "Source": "another", "Destination": "1101"},
    }
    set_policy(alice, DefaultSources={"files": ITEM}, DefaultSourcesBackupRules=rules)
    made = device(alice, "register")
    device(alice, "register", device=made["device"])
    profile = profile_of(alice)
    ((key, item),) = profile["Sources"].items()
    assert (item["PolicySourceID"], item["OwnerDevice"]) == ("files", made["device"])
    assert (item["Engine"], item["EngineProps"]) == (ITEM["Engine"], ITEM["EngineProps"])
    assert {rule["Source"] for rule in profile["BackupRules"].values()} == {key}
    assert sorted(rule["Destination"] for rule in profile["BackupRules"].values()) == sorted([first, latest, latest])


@pytest.mark.parametrize("choice", [True, False])
def test_default_schedules(alice: Any, choice: bool) -> None:
    alice.switch(default_rules_on_policy_items=choice)
    vault = request_vault(alice)
    set_policy(alice, DefaultSources={"files": ITEM}, DefaultBackupRules={"any": NIGHTLY})
    device(alice, "register")
    rules = profile_of(alice)["BackupRules"].values()
    assert [rule["Destination"] for rule in rules] == ([vault] if choice else [])


@pytest.mark.parametrize(
    ("platform", "names"),
    [("windows", {"any", "windows", "x64"}), ("macos", {"any", "macos"}), ("linux", {"any", "linux"})],
)
def test_items_for_some_systems_only(alice: Any, platform: str, names: set[str]) -> None:
    kinds = {"any": 0, "windows": 1, "x86": 2, "x64": 3, "macos": 4, "linux": 5}
    models = {name: {"SourceConfig": ITEM, "RestrictOS": number} for name, number in kinds.items()}
    set_policy(alice, DefaultSourcesWithOSRestriction=models)
    device(alice, "register", platform=platform)
    assert {item["PolicySourceID"] for item in profile_of(alice)["Sources"].values()} == names


def test_devices_get_linked_items_when_the_policy_gains_them(alice: Any) -> None:
    set_policy(alice)
    made = device(alice, "register")
    linked = {**ITEM, "ExistingUserUpdate": True}
    set_policy(alice, DefaultSources={"linked": linked, "new devices only": ITEM})
    ((key, item),) = profile_of(alice)["Sources"].items()
    assert (item["PolicySourceID"], item["OwnerDevice"]) == ("linked", made["device"])
    set_policy(alice, DefaultSources={"linked": {**linked, "Description": "Renamed"}})
    ((same, renamed),) = profile_of(alice)["Sources"].items()
    assert (same, renamed["Description"]) == (key, "Renamed")


@pytest.mark.parametrize("mode", ["none", "user_controlled", "server_controlled"])
def test_vault_for_a_new_device(alice: Any, mode: str) -> None:
    set_policy(alice, DefaultNewStorageVault=mode)
    template = next(iter(alice.ok("request-storage-vault-providers")))
    profile = {**profile_of(alice), "AutoStorageTemplateGUID": template}
    alice.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    made = device(alice, "register", address="https://backup.example.com/")
    vaults = list(profile_of(alice)["Destinations"].values())
    assert len(vaults) == (1 if mode == "server_controlled" else 0)
    for vault in vaults:
        assert vault["AssociatedDevices"] == [made["device"]]
        assert vault["CometServer"] == "https://backup.example.com/"
