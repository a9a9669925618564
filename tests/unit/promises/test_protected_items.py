# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is odd about protected items: devices, policies, schedules that go along, and lists of files."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_items
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

MODULE, INFO = "comet_protected_item", "comet_protected_item_info"
SET = "AdminSetProtectedItemWithBackupRules"
FILES: dict[str, Any] = {"engine": "file", "engine_props": {"INCLUDE": ["/home", "/srv"]}}
PICTURES: dict[str, Any] = {"user": "alice", "name": "Pictures"}
LINK = {"PolicySourceID": "documents", "ExistingUserUpdate": True}


@pytest.fixture
def alice(comet: EmulatedServer) -> EmulatedServer:
    """A user with two devices, a vault, two items of the second device, and a schedule of one of them."""
    add_items(comet)
    return comet


def profile(server: EmulatedServer) -> dict[str, Any]:
    found: dict[str, Any] = server.client.call("AdminGetUserProfile", TargetUser="alice")
    return found


def change(server: EmulatedServer, key: str, **members: Any) -> None:
    items = profile(server)["Sources"]
    server.change_profile("alice", Sources={**items, key: {**items[key], **members}})


def refused(server: EmulatedServer, check: bool = False, **options: Any) -> str:
    """What a task that fails says; it changes nothing."""
    digest = server.digest
    result = server.task(MODULE, check=check, **options)
    assert result.get("failed") is True, result
    assert server.digest == digest
    return str(result["msg"])


def found(server: EmulatedServer, **options: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = succeed(server.task(INFO, **options))["protected_items"]
    return items


class TestNames:
    def test_an_item_that_is_given_by_its_id_is_called_by_its_name(self, alice: EmulatedServer) -> None:
        changed = succeed(alice.task(MODULE, user="alice", id="item-1", post_exec=["sync"]))
        assert changed["msg"] == "protected item Pictures of user alice changed"
        gone = succeed(alice.task(MODULE, user="alice", id="item-1", state="absent"))
        assert gone["msg"] == "protected item Pictures of user alice deleted"

    @pytest.mark.parametrize("user", ["", "  "])
    def test_nobody_is_no_user(self, alice: EmulatedServer, user: str) -> None:
        """A variable that is empty by mistake."""
        for state in ("present", "absent"):
            assert refused(alice, user=user, name="Pictures", state=state).endswith("user: must not be empty")

    def test_a_name_counts_on_the_device(self, alice: EmulatedServer) -> None:
        made = succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))
        assert made["changed"]
        assert made["protected_item"]["id"] != "item-1"
        assert succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))["changed"] is False
        other = succeed(alice.task(MODULE, **PICTURES, device="device-2", post_exec=["sync"]))
        assert other["protected_item"]["id"] == "item-1"
        assert {one["device"] for one in found(alice, user="alice", name="Pictures")} == {"device-1", "device-2"}
        assert [one["id"] for one in found(alice, user="alice", name="Pictures", device="PC-2")] == ["item-1"]
        assert found(alice, device="PC-3") == []

    def test_a_name_that_fits_two_is_refused(self, alice: EmulatedServer) -> None:
        made = succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))["protected_item"]["id"]
        ids = ", ".join(sorted([made, "item-1"]))
        assert refused(alice, **PICTURES, pre_exec=["sync"]) == (
            f"protected item Pictures of user alice: 2 objects of kind protected item are named Pictures: {ids}; give "
            "the ID of the one that is meant, or its device"
        )

    def test_alone_it_needs_no_device(self, alice: EmulatedServer) -> None:
        assert succeed(alice.task(MODULE, **PICTURES, pre_exec=["sync"]))["protected_item"]["id"] == "item-1"

    def test_an_id_takes_an_item_to_another_device_and_renames_it(self, alice: EmulatedServer) -> None:
        moved = succeed(alice.task(MODULE, user="alice", id="item-1", name="Photos", device="PC-1"))
        assert moved["diff"] == {
            "before": {"name": "Pictures", "device": "PC-2"},
            "after": {"name": "Photos", "device": "PC-1"},
        }
        item = profile(alice)["Sources"]["item-1"]
        assert (item["Description"], item["OwnerDevice"], item["FromTheFuture"]) == ("Photos", "device-1", 1)

    def test_deleting_looks_on_the_device(self, alice: EmulatedServer) -> None:
        for device in ("PC-1", "PC-3"):
            gone = succeed(alice.task(MODULE, **PICTURES, device=device, state="absent"))
            assert gone["changed"] is False
        assert succeed(alice.task(MODULE, **PICTURES, device="PC-2", state="absent"))["changed"] is True

    def test_an_item_that_is_made_again_has_the_same_id(self, alice: EmulatedServer) -> None:
        first = succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))["protected_item"]["id"]
        succeed(alice.task(MODULE, **PICTURES, device="PC-1", state="absent"))
        assert succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))["protected_item"]["id"] == first

    def test_one_task_may_describe_several_of_a_name(self, alice: EmulatedServer) -> None:
        items = [{"name": "Documents", "device": device, **FILES} for device in ("PC-1", "PC-2")]
        made = succeed(alice.task("comet_user", name="alice", protected_items=[*items, {"name": "Music", **FILES}]))
        assert list(made["diff"]["after"]["protected_items"]) == ["Documents (PC-1)", "Documents (PC-2)", "Music"]
        assert len(found(alice, user="alice", name="Documents")) == 2


class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (
                {"engine": "tape"},
                "engine: 'tape' is not a known value; valid are: exchangeedb, file, hyperv, mongodb, ",
            ),
            ({"device": "PC-9"}, "device: there is no device named PC-9; did you mean PC-"),
            ({"device": "PC-1"}, "engine: needed to create a protected item"),
            ({"engine": "file"}, "device: needed to create a protected item"),
            (
                {"device": "PC-1", **FILES, "override_destination_retention": [{"storage_vault": "Ofice"}]},
                "override_destination_retention[0].storage_vault: there is no storage vault named Ofice; did you mean "
                "Office?",
            ),
            (
                {"device": "PC-1", "engine": "file", "engine_props": {"exclude": ["*.tmp"]}},
                "engine_props.exclude: only",
            ),
            ({"statistics": {}}, "statistics is not an option of this module"),
        ],
    )
    def test_one_sentence_says_it(self, alice: EmulatedServer, options: dict[str, Any], words: str) -> None:
        message = refused(alice, user="alice", name="Documents", **options)
        assert message.startswith(("protected item Documents of user alice: " + words, words))

    def test_without_what_names_it(self, alice: EmulatedServer) -> None:
        assert refused(alice, user="alice", **FILES) == "one of the following is required: name, id"
        assert refused(alice, name="Documents", **FILES) == "missing required arguments: user"

    def test_of_a_user_that_is_not_there(self, alice: EmulatedServer) -> None:
        message = "protected item Documents of user alise: there is no user alise; did you mean alice?"
        assert refused(alice, user="alise", name="Documents", device="PC-1", **FILES) == message
        gone = succeed(alice.task(MODULE, user="alise", name="Documents", device="PC-1", state="absent"))
        assert gone["changed"] is False

    def test_of_an_id_that_is_not_there(self, alice: EmulatedServer) -> None:
        assert "there is no protected item with the ID item-9" in refused(alice, user="alice", id="item-9", **FILES)


class TestCheckMode:
    def test_devices_and_vaults_that_are_still_to_come(self, alice: EmulatedServer) -> None:
        digest = alice.digest
        override = [{"storage_vault": "Cloud", "mode": "keep_everything"}]
        options = {**PICTURES, **FILES, "device": "PC-9", "override_destination_retention": override}
        foretold = succeed(alice.task(MODULE, check=True, **options))
        assert foretold["changed"] is True
        assert foretold["diff"]["after"]["device"] == "PC-9"
        assert sorted(foretold["warnings"]) == [
            "device: there is no device PC-9 yet; assuming that an earlier task makes it",
            "override_destination_retention[0].storage_vault: there is no storage vault Cloud yet; assuming that an "
            "earlier task makes it",
        ]
        assert alice.digest == digest

    def test_of_a_user_that_is_still_to_come(self, alice: EmulatedServer) -> None:
        foretold = succeed(alice.task(MODULE, check=True, user="carol", name="Documents", device="PC-1", **FILES))
        assert foretold["changed"] is True
        assert len(foretold["warnings"]) == 2


class TestPolicies:
    """An item that a policy keeps in step with its own."""

    @pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
    def test_it_is_neither_changed_nor_deleted(self, alice: EmulatedServer, check: bool) -> None:
        change(alice, "item-1", **LINK)
        start = "protected item Pictures of user alice: a policy keeps this protected item; "
        assert refused(alice, check, **PICTURES, pre_exec=["sync"]).startswith(start + "change it in the policy")
        assert refused(alice, check, **PICTURES, state="absent").startswith(start + "take it out of the policy")

    def test_one_that_is_as_wished_is_no_trouble(self, alice: EmulatedServer) -> None:
        change(alice, "item-1", **LINK)
        assert succeed(alice.task(MODULE, **PICTURES, engine="file", device="PC-2"))["changed"] is False

    def test_it_can_be_taken_over(self, alice: EmulatedServer) -> None:
        change(alice, "item-1", **LINK)
        succeed(alice.task(MODULE, **PICTURES, pre_exec=["sync"], existing_user_update=False))
        item = profile(alice)["Sources"]["item-1"]
        assert (item["PreExec"], item["ExistingUserUpdate"], item["PolicySourceID"]) == (["sync"], False, "documents")
        assert succeed(alice.task(MODULE, **PICTURES, state="absent"))["changed"] is True

    def test_one_that_a_policy_made_and_let_go_is_the_users_own(self, alice: EmulatedServer) -> None:
        change(alice, "item-1", PolicySourceID="documents", ExistingUserUpdate=False)
        assert succeed(alice.task(MODULE, **PICTURES, pre_exec=["sync"]))["changed"] is True


class TestSchedules:
    @pytest.mark.parametrize("rules", ["replace", "merge"])
    def test_they_stay_as_they_are(self, alice: EmulatedServer, rules: str) -> None:
        """Whatever the call does with those that are not sent."""
        alice.switch(set_protected_item_rules=rules)
        before = profile(alice)["BackupRules"]
        alice.forget_calls()
        succeed(alice.task(MODULE, **PICTURES, pre_exec=["sync"]))
        assert alice.calls(writes=True) == [SET]
        assert profile(alice)["BackupRules"] == before

    def test_an_older_server_takes_the_profile(self, alice: EmulatedServer) -> None:
        alice.switch(version="25.9.5")
        before = profile(alice)["BackupRules"]
        alice.forget_calls()
        succeed(alice.task(MODULE, **PICTURES, pre_exec=["sync"]))
        succeed(alice.task(MODULE, user="alice", name="Documents", device="PC-1", **FILES))
        assert alice.calls(writes=True) == ["AdminSetUserProfileHash"] * 2
        assert profile(alice)["BackupRules"] == before

    def test_one_task_describes_both(self, alice: EmulatedServer) -> None:
        nightly = {"name": "Each night", "storage_vault": "Office", "schedules": [{"frequency_type": "daily"}]}
        both = {"user": "alice", "name": "Documents", "device": "PC-1", **FILES, "schedules": [nightly]}
        foretold = succeed(alice.task(MODULE, check=True, **both))
        made = succeed(alice.task(MODULE, **both))
        assert foretold["diff"] == made["diff"]
        item = made["protected_item"]["id"]
        assert [one["protected_item"] for one in made["schedules"]] == [item]
        assert succeed(alice.task(MODULE, **both))["changed"] is False
        assert {rule["Source"] for rule in profile(alice)["BackupRules"].values()} == {"item-1", item}
        gone = succeed(alice.task(MODULE, **{**both, "schedules": []}))
        assert gone["changed"] is True
        assert {rule["Source"] for rule in profile(alice)["BackupRules"].values()} == {"item-1"}

    def test_a_schedule_needs_the_id_where_two_items_have_the_name(self, alice: EmulatedServer) -> None:
        succeed(alice.task(MODULE, **PICTURES, device="PC-1", **FILES))
        schedule = {"protected_item": "Pictures", "storage_vault": "Office", "schedules": [{"frequency_type": "daily"}]}
        result = alice.task("comet_schedule", user="alice", name="Each night", **schedule)
        assert result["msg"].endswith("; give the ID of the one that is meant")

    @pytest.mark.parametrize("rules", ["removed", "left"])
    def test_they_go_with_a_deleted_item(self, alice: EmulatedServer, rules: str) -> None:
        """In one write with a lock, whatever the call for deleting would do with them."""
        alice.switch(delete_protected_item_rules=rules)
        other = {"Source": "item-2", "Destination": "vault-1", "Description": "Weekly"}
        alice.change_profile("alice", BackupRules={**profile(alice)["BackupRules"], "rule-2": other})
        alice.forget_calls()
        succeed(alice.task(MODULE, **PICTURES, state="absent"))
        assert alice.calls(writes=True) == ["AdminSetUserProfileHash"]
        after = profile(alice)
        assert set(after["Sources"]) == {"item-2"}
        assert set(after["BackupRules"]) == {"rule-2"}


class TestFiles:
    def test_numbers_and_order_mean_nothing(self, alice: EmulatedServer) -> None:
        change(alice, "item-1", EngineProps={"INCLUDE7": "/srv", "INCLUDE-x": "/home", "USE_WIN_VSS": ""})
        alice.forget_calls()
        props = {"INCLUDE": ["/home", "/srv"], "USE_WIN_VSS": True, "CONFIRM_EFS": False}
        for same in (props, {"INCLUDE0": "/home", "INCLUDE1": "/srv", "USE_WIN_VSS": "yes"}):
            assert succeed(alice.task(MODULE, **PICTURES, engine_props=same))["changed"] is False
        assert alice.calls(writes=True) == []

    def test_what_comes_and_goes(self, alice: EmulatedServer) -> None:
        result = succeed(alice.task(MODULE, **PICTURES, engine_props={"INCLUDE": ["/home", "/"], "EXCLUDE": ["*.tmp"]}))
        after = {"engine_props": {"INCLUDE0": "/home", "EXCLUDE0": "*.tmp"}}
        assert result["diff"] == {"before": {}, "after": after}
        assert profile(alice)["Sources"]["item-1"]["EngineProps"] == {
            "INCLUDE7": "/",
            "INCLUDE0": "/home",
            "EXCLUDE0": "*.tmp",
        }

    def test_paths_can_be_read_in_what_a_task_says(self, alice: EmulatedServer) -> None:
        result = succeed(alice.task(MODULE, **PICTURES, engine_props={"INCLUDE": ["/home"], "USE_WIN_VSS": True}))
        assert result["invocation"]["module_args"]["engine_props"] == {"INCLUDE": ["/home"], "USE_WIN_VSS": True}
        assert result["protected_item"]["engine_props"] == {"INCLUDE0": "/home", "USE_WIN_VSS": True}


class TestRetention:
    def test_storage_vaults_go_by_name_or_id(self, alice: EmulatedServer) -> None:
        override = {"mode": "delete_except", "ranges": [{"type": "most_recent_x_jobs", "jobs": 5}]}
        for vault in ("Office", "vault-1"):
            options = {**PICTURES, "override_destination_retention": [{"storage_vault": vault, **override}]}
            assert succeed(alice.task(MODULE, **options))["changed"] is (vault == "Office")
        assert set(profile(alice)["Sources"]["item-1"]["OverrideDestinationRetention"]) == {"vault-1"}
        shown = found(alice, user="alice", name="Pictures")[0]["override_destination_retention"]
        assert [one["storage_vault"] for one in shown] == ["vault-1"]

    @pytest.mark.parametrize("vault", ["Office", "vault-1"])
    def test_what_is_odd_already_is_no_trouble_along_with_the_user(self, alice: EmulatedServer, vault: str) -> None:
        change(alice, "item-1", OverrideDestinationRetention={"vault-1": {"Mode": 802, "Ranges": []}})
        odd = {"storage_vault": vault, "mode": "delete_except"}
        items = [{"name": "Pictures", "override_destination_retention": [odd]}]
        assert succeed(alice.task("comet_user", name="alice", protected_items=items))["changed"] is False
        refused = alice.task("comet_user", name="alice", protected_items=[{**items[0], "name": "Others", **FILES}])
        assert "delete_except" in refused["msg"] or "ranges" in refused["msg"]

    def test_the_vaults_own_counts_again(self, alice: EmulatedServer) -> None:
        override = {"storage_vault": "Office", "mode": "keep_everything"}
        succeed(alice.task(MODULE, **PICTURES, override_destination_retention=[override]))
        gone = [{"storage_vault": "Office", "state": "absent"}]
        removed = succeed(alice.task(MODULE, **PICTURES, override_destination_retention=gone))
        assert removed["removed"] == ["override_destination_retention.vault-1"]
        assert succeed(alice.task(MODULE, **PICTURES, override_destination_retention=gone))["changed"] is False

    def test_a_difference_names_the_vaults(self, alice: EmulatedServer) -> None:
        override = [{"storage_vault": "vault-1", "mode": "keep_everything"}]
        made = succeed(alice.task(MODULE, **PICTURES, override_destination_retention=override))
        assert made["diff"]["after"] == {"override_destination_retention": {"Office": {"mode": "keep_everything"}}}
        removed = succeed(alice.task(MODULE, **PICTURES, override_destination_retention=[]))
        assert list(removed["diff"]["before"]["override_destination_retention"]) == ["Office"]

    def test_a_difference_tells_vaults_of_one_name_apart(self, alice: EmulatedServer) -> None:
        vaults = profile(alice)["Destinations"]
        alice.change_profile("alice", Destinations={**vaults, "vault-9": vaults["vault-1"]})
        override = [{"storage_vault": vault, "mode": "keep_everything"} for vault in ("vault-1", "vault-9")]
        made = succeed(alice.task(MODULE, **PICTURES, override_destination_retention=override))
        assert set(made["diff"]["after"]["override_destination_retention"]) == {"Office", "vault-9"}

    def test_what_is_left_of_a_vault_that_is_gone_can_be_removed(self, alice: EmulatedServer) -> None:
        change(alice, "item-1", OverrideDestinationRetention={"gone": {"Mode": 801}})
        gone = [{"storage_vault": "gone", "state": "absent"}]
        assert succeed(alice.task(MODULE, **PICTURES, override_destination_retention=gone))["changed"] is True
        assert not profile(alice)["Sources"]["item-1"].get("OverrideDestinationRetention")
