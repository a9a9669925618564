# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices come by themselves, and go with what is theirs, whichever part of that the server sees to."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_devices, add_items_of_laptop
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed

REVOKE, WRITE = "AdminRevokeDevice", "AdminSetUserProfileHash"
LAPTOP: Options = {"user": "alice", "id": "laptop"}
GONE: Options = {**LAPTOP, "state": "absent", "confirm_data_loss": True}

either_way = pytest.mark.parametrize("items", ["removed", "left"])
really_or_not = pytest.mark.parametrize("check", [True, False], ids=["check", "real"])


def profile(server: EmulatedServer, user: str = "alice") -> dict[str, Any]:
    found: dict[str, Any] = server.client.call("AdminGetUserProfile", TargetUser=user)
    return found


@pytest.fixture
def laden(comet: EmulatedServer) -> EmulatedServer:
    """Two users with the same devices; the laptop of one has items, schedules and retention rules."""
    add_devices(comet)
    add_items_of_laptop(comet)
    comet.forget_calls()
    return comet


@either_way
@pytest.mark.parametrize("address", [{"id": "laptop"}, {"name": "PC-1"}], ids=["id", "name"])
def test_what_a_device_has_goes_with_it_and_nothing_else(laden: EmulatedServer, items: str, address: Options) -> None:
    laden.switch(revoke_device_items=items)
    others = profile(laden, "bob")
    wish = {"user": "alice", **address, "state": "absent", "confirm_data_loss": True}
    said = succeed(laden.task("comet_device", check=True, **wish))
    done = succeed(laden.task("comet_device", **wish))
    assert said["diff"] == done["diff"]
    assert done["msg"].endswith("deleted")
    left = profile(laden)
    assert (list(left["Devices"]), list(left["Sources"]), list(left["BackupRules"])) == (
        ["desktop"],
        ["item-2"],
        ["rule-2"],
    )
    assert profile(laden, "bob") == others
    assert laden.calls(writes=True) == ([REVOKE] if items == "removed" else [REVOKE, WRITE])
    assert succeed(laden.task("comet_device", **wish))["changed"] is False


def test_what_an_interrupted_run_left_goes_with_the_next(laden: EmulatedServer) -> None:
    laden.switch(revoke_device_items="left")
    laden.client.call(REVOKE, TargetUser="alice", TargetDevice="laptop")
    laden.forget_calls()
    refused = laden.task("comet_device", **{**GONE, "confirm_data_loss": False})
    assert "takes its protected items along (2)" in refused["msg"]
    assert succeed(laden.task("comet_device", check=True, **GONE))["changed"] is True
    assert succeed(laden.task("comet_device", **GONE))["changed"] is True
    assert laden.calls(writes=True) == [WRITE]
    assert list(profile(laden)["Sources"]) == ["item-2"]
    assert succeed(laden.task("comet_device", **GONE))["changed"] is False


@either_way
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_after_a_lost_answer_the_rest_goes_as_well(laden: EmulatedServer, items: str, kind: str) -> None:
    laden.switch(revoke_device_items=items)
    laden.fault(kind, path="revoke-device")
    succeed(laden.task("comet_device", user="alice", name="PC-1", state="absent", confirm_data_loss=True))
    assert list(profile(laden)["Sources"]) == ["item-2"]
    assert laden.calls(writes=True).count(REVOKE) == 1


@really_or_not
@pytest.mark.parametrize("address", [{"id": "tower"}, {"name": "Tower"}], ids=["id", "name"])
def test_an_unknown_device_is_absent(laden: EmulatedServer, address: Options, check: bool) -> None:
    digest = laden.digest
    wish = {"user": "alice", **address, "state": "absent"}
    assert succeed(laden.task("comet_device", check=check, **wish))["changed"] is False
    assert laden.digest == digest


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            {"name": "Tower"},
            "device Tower of user alice: user alice has no such device; a device appears when the backup software on "
            "it logs in as the user (comet_install_token helps with that)",
        ),
        ({"id": "tower", "name": "Tower"}, "id: there is no device with the ID tower"),
    ],
)
def test_no_task_makes_a_device(laden: EmulatedServer, address: Options, said: str) -> None:
    digest = laden.digest
    refused = laden.task("comet_device", user="alice", **address)
    assert refused["failed"]
    assert said in refused["msg"]
    assert laden.digest == digest
    foretold = succeed(laden.task("comet_device", check=True, user="alice", **address))
    assert foretold["warnings"][0].endswith("assuming that an earlier task makes the device")


def test_namesakes_need_an_id(laden: EmulatedServer) -> None:
    laden.change_profile("alice", Devices={"desktop": {"FriendlyName": "PC-1"}})
    refused = laden.task("comet_device", user="alice", name="PC-1", state="absent")
    assert "2 objects of kind device are named PC-1: desktop, laptop; give the ID" in refused["msg"]


def test_being_offline_is_no_error_and_a_name_is_the_users_own(laden: EmulatedServer) -> None:
    laden.control("POST", "device", {"do": "disconnect", "user": "alice", "device": "desktop"})
    succeed(laden.task("comet_device", user="alice", id="desktop", name="Front desk"))
    shown = succeed(laden.task("comet_device_info", id="desktop"))["devices"]
    assert [(one["user"], one["name"], one["online"]) for one in shown] == [
        ("alice", "Front desk", False),
        ("bob", "PC-2", True),
    ]
    gone = {"user": "alice", "id": "desktop", "state": "absent", "confirm_data_loss": True}
    assert succeed(laden.task("comet_device", **gone))["changed"] is True


def test_which_connection_counts_is_the_newest(laden: EmulatedServer) -> None:
    newest = laden.control("POST", "device", {"do": "duplicate", "user": "bob", "device": "desktop"})["target"]
    laden.forget_calls()
    shown = {(one["user"], one["id"]): one for one in succeed(laden.task("comet_device_info"))["devices"]}
    assert set(shown) == {(user, key) for user in ("alice", "bob") for key in ("laptop", "desktop")}
    connections = laden.client.call("AdminDispatcherListActive")
    mine = {key: one for key, one in connections.items() if (one["Username"], one["DeviceID"]) == ("bob", "desktop")}
    assert len(mine) == 2
    assert newest in mine
    connection = shown["bob", "desktop"]["connection"]
    assert connection["connection_time"] == max(one["ConnectionTime"] for one in mine.values())
    assert connection["target_id"] in mine
    assert connection["reported_version"]
    assert shown["bob", "laptop"]["connection"] == {}
    assert shown["bob", "laptop"]["online"] is False
    assert laden.calls(writes=False).count("AdminDispatcherListActive") == 2


def test_a_user_that_is_not_there(comet: EmulatedServer) -> None:
    assert succeed(comet.task("comet_device", **GONE))["changed"] is False
    assert "there is no user alice" in comet.task("comet_device", **LAPTOP, name="Front desk")["msg"]
    assert succeed(comet.task("comet_device_info", user="alice"))["devices"] == []
