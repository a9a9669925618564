"""What policies give to devices, and what is left when a device is revoked."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.device_calls import (
    active,
    device,
    events,
    let_pass,
    profile_of,
)

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
