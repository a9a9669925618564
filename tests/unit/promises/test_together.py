# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user and what is in it go to the server together, and the result says of each what it would say of it alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost
from ansible_collections.comet.backup.plugins.module_utils._module._contents import Contents
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted
from ansible_collections.comet.backup.tests.unit.promises.test_contents import NIGHTLY, WHOLE, Troubled, names, profile

ADD, READ, WRITE = "AdminAddUser", "AdminGetUserProfileAndHash", "AdminSetUserProfileHash"
REQUEST, ITEM = "AdminRequestStorageVault", "AdminSetProtectedItemWithBackupRules"
ADDRESS = "https://backup.example.com/"

NEW: Options = {
    "name": "bob",
    "user_password": "correct horse",
    "policy": "Gold",
    "all_protected_items_quota_bytes": "5 GiB",
}
MAIN: Options = {"name": "Main", "storage_template": "Local", "self_address": ADDRESS}
OTHER: Options = {"name": "Other", "storage_template": "Local", "self_address": ADDRESS}
CLOUD: Options = {"name": "Cloud", "type": "s3", "s3_bucket_name": "b", "s3_secret_key": f"{CANARY}-s3"}
SHARE: Options = {"name": "Share", "type": "local", "localcopy_path": "/srv"}
MAIL: Options = {"name": "Mail", "device": "laptop", "engine": "mysql"}
MINE = {**NIGHTLY, "storage_vault": "Cloud"}
DOCUMENTS = {**WHOLE["protected_items"][0], "schedules": [MINE]}
WEEKLY = WHOLE["schedules"][0]
OWN: Options = {
    "name": "alice",
    "account_name": "Alice",
    "storage_vaults": [CLOUD, SHARE],
    "protected_items": [DOCUMENTS],
    "schedules": [WEEKLY],
}
"""Nothing of it is made by the server."""

SINCE_25 = ["25.9.8", "25.6.8"]
BEFORE_25 = ["24.12.5", "22.6.2"]
"""These do not say in their answer to a write what is stored then."""


@pytest.fixture
def alice(comet: EmulatedServer) -> EmulatedServer:
    """A server with a policy, and a user that has a device and nothing else."""
    succeed(comet.task("comet_policy", name="Gold"))
    succeed(comet.task("comet_user", name="alice", user_password="correct horse"))
    comet.change_profile("alice", Devices={"d1": {"FriendlyName": "laptop"}})
    comet.forget_calls()
    return comet


def calls(server: EmulatedServer) -> list[str]:
    """The methods called, in order, those apart that look up other objects or find out that there is no such user."""
    named = [call["method"] for call in server.control("GET", "calls")["calls"]]
    about_users = [name for name in named if name in (ADD, READ, WRITE, REQUEST, ITEM)]
    return about_users[about_users.index(ADD) :] if ADD in about_users else about_users


@pytest.mark.parametrize("version", [*SINCE_25, *BEFORE_25])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_new_user_with_vaults_takes_three_calls(alice: EmulatedServer, version: str, count: int) -> None:
    alice.switch(version=version)
    vaults = [{**SHARE, "name": f"Vault {number}"} for number in range(count)]
    made = succeed(alice.task("comet_user", **NEW, storage_vaults=vaults))
    assert calls(alice) == [ADD, READ, WRITE]
    assert len(made.get("storage_vaults", [])) == count
    alice.forget_calls()
    assert not succeed(alice.task("comet_user", **NEW, storage_vaults=vaults))["changed"]
    assert calls(alice) == [READ]


def test_a_bare_user_with_vaults_takes_three_calls(alice: EmulatedServer) -> None:
    """Nothing of its own has to be written once it is made."""
    succeed(alice.task("comet_user", name="bob", user_password="correct horse", storage_vaults=[CLOUD, SHARE]))
    assert calls(alice) == [ADD, READ, WRITE]


@pytest.mark.parametrize("version", [*SINCE_25, *BEFORE_25])
def test_all_that_is_in_a_user_is_one_write(alice: EmulatedServer, version: str) -> None:
    alice.switch(version=version)
    succeed(alice.task("comet_user", **OWN))
    assert calls(alice) == [READ, WRITE]
    made = profile(alice)
    assert names(made["Destinations"]) == {"Cloud", "Share"}
    assert names(made["BackupRules"]) == {"Nightly", "Weekly"}
    assert made["AccountName"] == "Alice"
    alice.forget_calls()
    assert not succeed(alice.task("comet_user", **OWN))["changed"]
    assert calls(alice) == [READ]


def tree(count: int) -> Options:
    """Users with a policy, a quota and a vault each."""
    users = [{**NEW, "name": f"user{number}", "storage_vaults": [SHARE]} for number in range(count)]
    return {"server": {"users": [{"password": one.pop("user_password"), **one} for one in users]}}


def test_each_new_user_of_a_tree_takes_three_calls(alice: EmulatedServer) -> None:
    made = succeed(alice.task("comet_apply", objects=tree(7)))
    assert made["counts"]["created"] == 7
    assert Counter(calls(alice)) == {ADD: 7, READ: 7, WRITE: 7}
    assert made["calls"]["writes"] == 14
    alice.forget_calls()
    assert not succeed(alice.task("comet_apply", objects=tree(7)))["changed"]
    assert calls(alice) == []


def test_a_user_that_was_made_after_the_list_was_read_is_completed(alice: EmulatedServer) -> None:
    """The server refuses to make it again."""

    def meanwhile() -> None:
        succeed(alice.task("comet_user", name="user3", user_password="their secret", account_name="Theirs"))

    made = succeed(
        alice.task("comet_apply", wrap=lambda client: Interrupted(client, {ADD}, meanwhile, 1), objects=tree(7))
    )
    assert made["changed"]
    found = alice.client.call("AdminGetUserProfile", TargetUser="user3")
    assert (found["AccountName"], names(found["Destinations"])) == ("Theirs", {"Share"})
    assert not succeed(alice.task("comet_apply", objects=tree(7)))["changed"]


def test_a_warning_is_given_once(alice: EmulatedServer) -> None:
    """Although what it is about is tried on a draft first."""
    main = {"name": "Main", "storage_template": "Local", "self_address": "http://127.0.0.1/"}
    for wish in ({**OWN, "storage_vaults": [SHARE, main, CLOUD]}, {**OWN, "protected_items": [MAIL]}):
        said = succeed(alice.task("comet_user", check=True, **wish)).get("warnings", [])
        done = succeed(alice.task("comet_user", **wish)).get("warnings", [])
        assert said == done
        assert len(said) == (1 if main in wish["storage_vaults"] else 0)


def test_what_alone_differs_is_one_write(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", **OWN))
    alice.forget_calls()
    share, weekly = {**SHARE, "localcopy_path": "/mnt"}, {**WEEKLY, "name": "Monthly"}
    result = succeed(alice.task("comet_user", **{**OWN, "storage_vaults": [CLOUD, share], "schedules": [weekly]}))
    assert calls(alice) == [READ, WRITE]
    assert result["msg"] == "user alice changed"
    assert set(result["diff"]["after"]) == {"storage_vaults", "schedules"}
    assert names(profile(alice)["BackupRules"]) == {"Nightly", "Weekly", "Monthly"}


def test_an_item_with_its_schedules_is_one_write(alice: EmulatedServer) -> None:
    succeed(alice.task("comet_user", name="alice", storage_vaults=[CLOUD]))
    alice.forget_calls()
    succeed(alice.task("comet_protected_item", user="alice", **DOCUMENTS))
    assert calls(alice) == [READ, WRITE]
    assert names(profile(alice)["BackupRules"]) == {"Nightly"}
    alice.forget_calls()
    succeed(alice.task("comet_protected_item", user="alice", name="Documents", post_exec=["sync"]))
    assert calls(alice) == [READ, ITEM]


@pytest.mark.parametrize(
    ("version", "each"), [*((version, [WRITE]) for version in SINCE_25), *((one, [READ, WRITE]) for one in BEFORE_25)]
)
def test_a_vault_by_request_takes_a_call_and_a_write(alice: EmulatedServer, version: str, each: list[str]) -> None:
    """The request answers with what is stored then, where the server is new enough; the name takes the rest along."""
    alice.switch(version=version)
    succeed(alice.task("comet_user", **NEW, storage_vaults=[MAIN, CLOUD, SHARE]))
    before = [ADD, READ, WRITE]
    lock = [] if version in SINCE_25 else [READ]
    assert calls(alice) == [*before, *lock, REQUEST, *each]
    alice.forget_calls()
    succeed(alice.task("comet_user", **{**NEW, "name": "carol"}, storage_vaults=[SHARE, MAIN, OTHER]))
    assert calls(alice) == [*before, *(2 * [*lock, REQUEST, *each])]


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on each object is written on its own."""
    monkeypatch.setattr(Contents, "along", lambda self: None)


def plain(value: Any) -> Any:
    """A result without times and without what differs between two users."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not key.endswith(("_time", "_guid", "_hash"))}
    return [plain(item) for item in value] if isinstance(value, list) else value


CHANGED: Options = {
    **OWN,
    "account_name": "Al",
    "storage_vaults": [{**CLOUD, "storage_limit_bytes": "5 GiB"}, {"name": "Share", "state": "absent"}],
    "protected_items": [{**DOCUMENTS, "exclusive": True, "schedules": [{**MINE, "name": "Daily"}]}],
    "schedules": [{**WEEKLY, "pre_exec": ["sync"]}],
}


@pytest.mark.parametrize("wish", [OWN, WHOLE, CHANGED, {**CHANGED, "exclusive": True, "update_secrets": "always"}])
def test_the_result_is_that_of_writing_one_by_one(
    alice: EmulatedServer, monkeypatch: pytest.MonkeyPatch, wish: Options
) -> None:
    if wish is not OWN and wish is not WHOLE:
        wish = {**wish, "protected_items": [{k: v for k, v in wish["protected_items"][0].items() if k != "exclusive"}]}
        succeed(alice.task("comet_user", **OWN))
    alice.snapshot("before")
    said = succeed(alice.task("comet_user", check=True, **wish))
    together = succeed(alice.task("comet_user", **wish))
    stored = profile(alice)
    alice.restore("before")
    alone(monkeypatch)
    apart = succeed(alice.task("comet_user", **wish))
    if wish is not WHOLE:  # the server chooses the ID of a vault by request
        assert plain(together) == plain(apart)
        assert list(together) == list(apart)
        assert names(profile(alice)["BackupRules"]) == names(stored["BackupRules"])
    assert said["diff"] == together["diff"] == apart["diff"]
    assert said["msg"] == together["msg"] == apart["msg"]


@pytest.mark.parametrize("happens", [True, False])
def test_a_lost_answer_leaves_no_gap_in_the_result(alice: EmulatedServer, happens: bool) -> None:
    alice.snapshot("before")
    untroubled = succeed(alice.task("comet_user", **OWN))
    alice.restore("before")
    lost = AnswerLost("the answer is lost")
    result = succeed(alice.task("comet_user", wrap=lambda client: Troubled(client, 1, happens, lost), **OWN))
    assert plain(result) == plain(untroubled)


def test_what_another_task_makes_meanwhile_is_not_made_twice(alice: EmulatedServer) -> None:
    """The write is refused, and the rest is found out anew from what is there by then."""
    seen: list[str] = []

    class Slow:
        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            if _model.method(method_name).writes and not seen:
                seen.append(method_name)
                succeed(alice.task("comet_user", name="alice", storage_vaults=[SHARE], protected_items=[MAIL]))
            return self._client.call(method_name, **parameters)

    result = succeed(alice.task("comet_user", wrap=Slow, **OWN))
    made = profile(alice)
    assert names(made["Destinations"]) == {"Cloud", "Share"}
    assert len(made["Sources"]) == 2
    assert set(result["diff"]["after"]["storage_vaults"]) == {"Cloud"}
    assert not succeed(alice.task("comet_user", **OWN))["changed"]


def test_what_a_server_refuses_is_told_of_the_object_that_it_is_about(alice: EmulatedServer) -> None:
    """All at once it refuses all; then they go one by one, and what is right is made."""

    class Picky:
        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            vaults = parameters.get("ProfileData", {}).get("Destinations") or {}
            if "Cloud" in names(vaults):
                parameters["RequireHash"] = "none that any profile has"
            return self._client.call(method_name, **parameters)

    result = alice.task("comet_user", wrap=Picky, **{**OWN, "storage_vaults": [SHARE, CLOUD]})
    assert result["failed"]
    assert result["msg"].startswith("user alice: storage vault Cloud of user alice: ")
    made = profile(alice)
    assert (made["AccountName"], names(made["Destinations"]), made["Sources"]) == ("Alice", {"Share"}, {})


def test_what_a_policy_brings_comes_first(alice: EmulatedServer) -> None:
    """The policy gives the device an item of that name; the task takes it for the one that it means."""
    alice.switch(assigned_policy_items="given")
    kept = {"Description": "Documents", "Engine": "engine1/file", "ExistingUserUpdate": True}
    (key,) = alice.client.call("AdminPoliciesList")
    policy = alice.client.call("AdminPoliciesGet", PolicyID=key)["Policy"]
    policy["Policy"] = {**policy["Policy"], "DefaultSources": {"documents": kept}}
    alice.client.call("AdminPoliciesSet", PolicyID=key, Policy=policy)
    alice.forget_calls()
    item = {"name": "Documents", "device": "laptop", "engine": "file"}
    result = succeed(alice.task("comet_user", name="alice", policy="Gold", protected_items=[item]))
    assert [one["policy_source_id"] for one in result["protected_items"]] == ["documents"]
    assert len(profile(alice)["Sources"]) == 1
    assert calls(alice) == [READ, WRITE]


@pytest.mark.parametrize("kind", ["empty", "partial"])
def test_an_answer_that_says_less_is_not_gone_on_from(alice: EmulatedServer, kind: str) -> None:
    """What it leaves out would be gone after the next write."""

    class Brief:
        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            answer = self._client.call(method_name, **parameters)
            if method_name not in (WRITE, REQUEST):
                return answer
            told = {} if kind == "empty" else {**answer["Profile"], "PasswordHash": ""}
            return {**answer, "Profile": told}

    before = profile(alice)
    alice.forget_calls()
    succeed(alice.task("comet_user", wrap=Brief, **{**WHOLE, "account_name": "B"}))
    assert calls(alice) == [READ, WRITE, READ, REQUEST, READ, WRITE]
    assert profile(alice)["PasswordHash"] == before["PasswordHash"] != ""
