# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task that describes a user with what is in it: storage vaults, protected items and their schedules."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

NIGHTLY = {
    "name": "Nightly",
    "storage_vault": "Main",
    "schedules": [{"frequency_type": "daily", "seconds_past": "02:30"}],
}
WHOLE: Options = {
    "name": "alice",
    "account_name": "Alice",
    "storage_vaults": [
        {"name": "Main", "storage_template": "Local", "self_address": "https://backup.example.com/"},
        {"name": "Cloud", "type": "s3", "s3_bucket_name": "b", "s3_secret_key": f"{CANARY}-s3"},
    ],
    "protected_items": [
        {
            "name": "Documents",
            "device": "laptop",
            "engine": "file",
            "engine_props": {"INCLUDE": ["/home"], "SMBAUTH": [f"{CANARY}-smb"]},
            "schedules": [NIGHTLY],
        }
    ],
    "schedules": [
        {
            "name": "Weekly",
            "protected_item": "Documents",
            "storage_vault": "Cloud",
            "schedules": [{"frequency_type": "weekly", "seconds_past": "Monday 02:30"}],
        }
    ],
}


@pytest.fixture
def alice(comet: EmulatedServer) -> EmulatedServer:
    """A server with a user that has a device and nothing else."""
    succeed(comet.task("comet_user", name="alice", user_password="correct horse"))
    comet.change_profile("alice", Devices={"d1": {"FriendlyName": "laptop"}})
    comet.forget_calls()
    return comet


def profile(server: EmulatedServer) -> dict[str, Any]:
    found: dict[str, Any] = server.client.call("AdminGetUserProfile", TargetUser="alice")
    return found


def names(objects: dict[str, Any]) -> set[str]:
    return {one["Description"] for one in objects.values()}


def test_everything_is_made_and_nothing_is_left_to_do(alice: EmulatedServer) -> None:
    said = succeed(alice.task("comet_user", check=True, **WHOLE))
    assert alice.calls(writes=True) == []
    done = succeed(alice.task("comet_user", **WHOLE))
    assert said["diff"] == done["diff"]
    assert said["changed"] is done["changed"] is True
    made = profile(alice)
    assert names(made["Destinations"]) == {"Main", "Cloud"}
    assert names(made["Sources"]) == {"Documents"}
    assert names(made["BackupRules"]) == {"Nightly", "Weekly"}
    (item,) = made["Sources"]
    assert {rule["Source"] for rule in made["BackupRules"].values()} == {item}
    assert made["Sources"][item]["OwnerDevice"] == "d1"
    alice.forget_calls()
    again = succeed(alice.task("comet_user", **WHOLE))
    assert (again["changed"], again["diff"]) == (False, {"before": {}, "after": {}})
    assert (len(alice.calls(writes=False)), alice.calls(writes=True)) == (1, [])


def test_a_vault_is_requested_once(alice: EmulatedServer) -> None:
    for _unused in range(2):
        succeed(alice.task("comet_user", **WHOLE))
    assert alice.calls(writes=True).count("AdminRequestStorageVault") == 1


def test_what_is_not_named_stays(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    before = profile(alice)
    result = succeed(alice.task("comet_user", name="alice", storage_vaults=[{"name": "New", "type": "local"}]))
    after = profile(alice)
    assert names(after["Destinations"]) == {"Main", "Cloud", "New"}
    assert after["Sources"] == before["Sources"]
    assert after["BackupRules"] == before["BackupRules"]
    assert [vault["name"] for vault in result["storage_vaults"]] == ["New"]
    assert "schedules" not in result


def test_exclusive_removes_what_is_not_named(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    less = {**WHOLE, "exclusive": True, "storage_vaults": WHOLE["storage_vaults"][:1]}
    less["schedules"] = []
    less["protected_items"] = [{"name": "Documents"}]
    said = succeed(alice.task("comet_user", check=True, **less))
    done = succeed(alice.task("comet_user", **less))
    assert said["diff"] == done["diff"]
    assert set(done["diff"]["before"]) == {"storage_vaults", "schedules"}
    after = profile(alice)
    assert names(after["Destinations"]) == {"Main"}
    assert after["BackupRules"] == {}
    assert names(after["Sources"]) == {"Documents"}


def test_an_empty_list_of_an_item_removes_its_schedules_alone(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    other = {"name": "Mail", "device": "laptop", "engine": "mysql", "schedules": [{**NIGHTLY, "name": "Daily"}]}
    succeed(alice.task("comet_protected_item", user="alice", **other))
    succeed(alice.task("comet_protected_item", user="alice", name="Documents", schedules=[]))
    assert names(profile(alice)["BackupRules"]) == {"Daily"}


def test_more_than_max_deletions_is_refused_before_anything_is_written(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    alice.forget_calls()
    refused = alice.task("comet_user", name="alice", account_name="B", schedules=[], max_deletions=1)
    assert refused["failed"]
    assert refused["msg"].startswith("user alice: this would remove 2 entries (schedules.Nightly, schedules.Weekly)")
    assert alice.calls(writes=True) == []


def test_a_vault_in_use_needs_a_second_word_before_anything_is_written(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    vaults = profile(alice)["Destinations"]
    used = {key: {**vault, "RepoInitTimestamp": 1_700_000_000} for key, vault in vaults.items()}
    alice.change_profile("alice", Destinations=used)
    alice.forget_calls()
    wish = {"name": "alice", "account_name": "B", "storage_vaults": []}
    refused = alice.task("comet_user", **wish)
    assert "loses its encryption key" in refused["msg"]
    assert "set confirm_data_loss to true" in refused["msg"]
    assert alice.calls(writes=True) == []
    succeed(alice.task("comet_user", **wish, confirm_data_loss=True))
    assert profile(alice)["Destinations"] == {}


def test_what_is_wrong_inside_is_told_with_its_place(alice: EmulatedServer) -> None:
    refused = alice.task("comet_user", name="alice", storage_vaults=[{"name": "X", "storage_template": "Nope"}])
    assert refused["msg"] == (
        "user alice: storage vault X of user alice: storage_template: there is no storage template named Nope; "
        "valid are: Local"
    )


def test_what_no_server_knows_is_told_with_its_place(alice: EmulatedServer) -> None:
    refused = alice.task("comet_user", name="alice", storage_vaults=[{"name": "X", "type": "floppy"}])
    assert refused["msg"].startswith("user alice: storage vault X: type: 'floppy' is not a known value")


@pytest.mark.parametrize("user", ["alice", "new"])
@pytest.mark.parametrize("kind", ["storage_vaults", "protected_items", "schedules"])
def test_nothing_inside_is_made_without_a_name(alice: EmulatedServer, kind: str, user: str) -> None:
    (options, *_more) = WHOLE[kind]
    nameless = {**options, "name": None}
    refused = alice.task("comet_user", name=user, user_password="correct horse", **{kind: [nameless]})
    assert refused["failed"]
    assert refused["msg"].endswith(": one of the following is required: name, id")
    assert alice.calls(writes=True) == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("kind", "items", "said"),
    [
        ("storage_vaults", [{"name": "A", "tag": "1"}, {"name": "A", "tag": "2"}], "storage_vaults names A twice"),
        ("schedules", [{"name": "N"}, {"name": "N", "state": "absent"}], "schedules names N twice"),
        (
            "protected_items",
            [{"name": "Documents", "device": "laptop"}, {"name": "Documents", "device": "laptop"}],
            "protected_items names Documents laptop twice",
        ),
        (
            "protected_items",
            [{"name": "Documents", "schedules": [NIGHTLY, NIGHTLY]}],
            "schedules names Nightly twice",
        ),
    ],
)
def test_one_object_is_described_once(
    alice: EmulatedServer, kind: str, items: list[Options], said: str, check: bool
) -> None:
    """Each run would undo what the one before has done."""
    succeed(alice.task("comet_user", **WHOLE))
    alice.forget_calls()
    refused = alice.task("comet_user", check=check, name="alice", account_name="B", **{kind: items})
    assert refused["failed"]
    assert refused["msg"].startswith("user alice: ")
    assert refused["msg"].endswith(said)
    assert alice.calls(writes=True) == []


@pytest.mark.parametrize("schedules", [[], WHOLE["schedules"]])
def test_exclusive_leaves_what_is_described_elsewhere(alice: EmulatedServer, schedules: list[Options]) -> None:
    """A schedule may be described with its item or with the user; both count, whichever list is complete."""
    wish = {**WHOLE, "exclusive": True, "schedules": schedules}
    succeed(alice.task("comet_user", **wish))
    succeed(alice.task("comet_schedule", user="alice", **{**WHOLE["schedules"][0], "name": "Stray"}))
    said = succeed(alice.task("comet_user", check=True, **wish))
    done = succeed(alice.task("comet_user", **wish))
    assert said["diff"] == done["diff"]
    described = {"Nightly", *(one["name"] for one in schedules)}
    assert names(profile(alice)["BackupRules"]) == described
    assert done["diff"]["after"] == {}
    assert alice.task("comet_user", **wish)["changed"] is False


def test_secrets_inside_are_hidden_everywhere(alice: EmulatedServer) -> None:
    for options in (WHOLE, {**WHOLE, "update_secrets": "always"}, {**WHOLE, "local_timezone": 5, "schedules": 3}):
        assert CANARY not in str(alice.task("comet_user", **options))


def test_update_secrets_counts_for_what_is_inside(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    new = {"name": "alice", "storage_vaults": [{"name": "Cloud", "s3_secret_key": f"{CANARY}-new"}]}
    assert not succeed(alice.task("comet_user", **new))["changed"]
    result = succeed(alice.task("comet_user", **new, update_secrets="always"))
    assert result["diff"]["after"] == {"storage_vaults": {"Cloud": {"s3_secret_key": "<hidden>"}}}


class Killed(BaseException):
    """The end of the process."""


class Troubled:
    """A client whose ``nth`` writing call ends in trouble, whether it ``happens`` or not."""

    def __init__(self, client: Client, nth: int, happens: bool, trouble: Exception) -> None:
        self._client, self._left, self._happens, self._trouble = client, nth, happens, trouble

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        self._left -= _model.method(method_name).writes
        spoiled = self._left == 0 and _model.method(method_name).writes
        answer = self._client.call(method_name, **parameters) if self._happens or not spoiled else None
        if spoiled:
            raise self._trouble
        return answer


WRITES = 3
"""The profile, the vault by request, and its name with all that comes after it."""
each_write = pytest.mark.parametrize(
    ("nth", "happens"), [(nth + 1, one) for nth in range(WRITES) for one in (True, False)]
)


def finished(server: EmulatedServer) -> None:
    """Everything is there once, and nothing is left to do."""
    assert not succeed(server.task("comet_user", **WHOLE))["changed"]
    made = profile(server)
    assert [len(made[member]) for member in ("Destinations", "Sources", "BackupRules")] == [2, 1, 2]
    assert names(made["Destinations"]) == {"Main", "Cloud"}


def test_so_many_writes_are_troubled(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    assert len(alice.calls(writes=True)) == WRITES


@each_write
def test_a_lost_answer_makes_nothing_twice(alice: EmulatedServer, nth: int, happens: bool) -> None:
    lost = AnswerLost("the answer is lost")
    result = succeed(alice.task("comet_user", wrap=lambda client: Troubled(client, nth, happens, lost), **WHOLE))
    assert result["changed"]
    finished(alice)


@each_write
def test_a_run_that_is_killed_is_finished_by_the_next(alice: EmulatedServer, nth: int, happens: bool) -> None:
    with pytest.raises(Killed):
        alice.task("comet_user", wrap=lambda client: Troubled(client, nth, happens, Killed()), **WHOLE)
    succeed(alice.task("comet_user", **WHOLE))
    finished(alice)


def test_others_may_change_the_profile_meanwhile(alice: EmulatedServer) -> None:
    def meddle() -> None:
        document = profile(alice)
        changes = document.get("Changes", 0) + 1
        alice.client.call("AdminSetUserProfile", TargetUser="alice", ProfileData={**document, "Changes": changes})

    writes = {"AdminSetUserProfileHash", "AdminSetProtectedItemWithBackupRules", "AdminRequestStorageVault"}
    succeed(alice.task("comet_user", wrap=lambda client: Interrupted(client, writes, meddle, 4), **WHOLE))
    assert profile(alice)["Changes"] == 4
    finished(alice)


def test_on_the_oldest_server(alice: EmulatedServer) -> None:
    alice.switch(version="22.6.2")
    succeed(alice.task("comet_user", **WHOLE))
    assert "AdminSetProtectedItemWithBackupRules" not in alice.calls(writes=True)
    finished(alice)


def test_in_check_mode_the_user_may_be_still_to_come(comet: EmulatedServer) -> None:
    wish = {**WHOLE, "user_password": "correct horse", "protected_items": [], "schedules": []}
    said = succeed(comet.task("comet_user", check=True, **wish))
    done = succeed(comet.task("comet_user", **wish))
    assert said["diff"] == done["diff"]


def test_the_objects_of_nobody_are_none(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **WHOLE))
    for module, plural in (("comet_storage_vault_info", "storage_vaults"), ("comet_schedule_info", "schedules")):
        assert len(succeed(alice.task(module))[plural]) == 2
        assert succeed(alice.task(module, user=""))[plural] == succeed(alice.task(module, user="bob"))[plural] == []
