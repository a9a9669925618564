# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans in files: what they hold, whose they are, and what they allow later."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._module import _release, _saved_plan
from ansible_collections.comet.backup.plugins.module_utils._module._done import Done
from ansible_collections.comet.backup.plugins.module_utils._module._saved_plan import PlanWriter, SavedPlan
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.tests.unit.emulated import ROOT
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import entry, server, tree
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import CANARY

SERVER = "https://backup.example.com:8060"
ALICE = {"Username": "alice", "OrganizationID": "t-1", "Emails": ["a@example.com"], "AccountName": "Alice"}


def foreseen(one: Entry, user: Mapping[str, Any] | None = None) -> Done:
    """What a run in check mode would do for an entry in the tenant ACME, of which the server has one user at most."""
    replies = {
        "AdminAccountProperties": {},
        "AdminOrganizationList": {"t-1": {"Name": "ACME"}},
        "AdminListUsersFull": {} if user is None else {"alice": dict(user)},
        "AdminGetUserProfileAndHash": {"Profile": user, "ProfileHash": "h"},
        "AdminPoliciesListFull": {"p-1": {"Description": "Gold", "OrganizationID": "t-1"}},
    }
    there = server(ScriptedClient(replies, check_mode=True))
    there.tasks = 100
    return one.task.reconcile(there, one.params)


def planned(path: Path, *pairs: tuple[Entry, Done], secrets: tuple[str, ...] = ()) -> dict[str, Any]:
    writer = PlanWriter(SERVER)
    for one, done in pairs:
        writer.add(one, done, secrets)
    writer.write(str(path))
    return dict(json.loads(path.read_text()))


def user(**options: Any) -> Entry:
    return entry("user", name="alice", **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


CHANGE = user(emails=["new@example.com"], policy="Gold")


# What a plan holds


def test_a_plan_says_what_would_happen_to_each_object(path: Path) -> None:
    plan = planned(path, (CHANGE, foreseen(CHANGE, ALICE)))
    assert (plan["format"], plan["server"], plan["collection"]) == ("comet.backup plan", SERVER, _release.release())
    (only,) = plan["objects"]
    assert (only["kind"], only["tenant"], only["name"], only["id"]) == ("user", "ACME", "alice", "alice")
    assert (only["action"], only["stage"]) == ("changed", "user")
    assert only["before"] == {"emails": ["a@example.com"], "policy": ""}
    assert only["after"] == {"emails": ["new@example.com"], "policy": "Gold"}


def test_what_stays_as_it_is_is_not_in_the_plan(path: Path) -> None:
    same = user(account_name="Alice")
    assert planned(path, (same, foreseen(same, ALICE)))["objects"] == []


def test_deletions_come_first_and_then_the_order_of_the_work(path: Path) -> None:
    things = {
        "policies": [{"name": "Gold", "state": "absent", "force": True}, {"name": "New"}],
        "users": [{"name": "alice", "state": "absent"}, {"name": "bob", "password": "a-long-secret"}],
    }
    entries = tree({"name": "ACME", "hosts": ["a.example"], **things}).entries
    plan = planned(path, *((one, foreseen(one, ALICE)) for one in reversed(entries)))
    assert [f"{one['action']} {one['name']}" for one in plan["objects"]] == [
        "deleted alice",
        "deleted Gold",
        "changed ACME",
        "created New",
        "created bob",
    ]


def test_the_file_is_its_owners_alone(path: Path) -> None:
    path.write_text("an older plan")
    path.chmod(0o644)
    planned(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["plan.json"]


def test_a_plan_that_cannot_be_written_leaves_the_older_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("an older plan")

    def full(*_unused: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(InvalidOption, match=r"plan_file: .* cannot be written: No space left on device"):
        planned(path)
    assert [(one.name, one.read_text()) for one in path.parent.iterdir()] == [("plan.json", "an older plan")]


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"plan_file: .*/none/plan cannot be written: No such file"):
        planned(tmp_path / "none" / "plan")


SECRET = user(password=CANARY, update_password="always", emails=[f"{CANARY}@example.com"], extra={"NewToken": CANARY})


def test_no_secret_is_in_the_file(path: Path) -> None:
    held = {**ALICE, "PasswordHash": CANARY, "TOTPKey": CANARY, "FutureSecret": CANARY}
    planned(path, (SECRET, foreseen(SECRET, held)), secrets=(CANARY,))
    assert CANARY not in path.read_text()
    assert "user_password" in path.read_text()


def test_a_fingerprint_does_not_depend_on_secrets(path: Path) -> None:
    prints = [
        planned(path, (SECRET, foreseen(SECRET, {**ALICE, "PasswordHash": held})))["objects"][0]["fingerprint"]
        for held in ("one", "other")
    ]
    assert prints[0] == prints[1]


# Whose a plan is


def test_a_plan_is_for_one_server(path: Path) -> None:
    planned(path)
    with pytest.raises(InvalidOption, match=f"was made for {SERVER}, and this is https://other"):
        SavedPlan.read(str(path), "https://other.example.com:8060")


@pytest.mark.parametrize(
    ("made", "now"),
    [("https://a.example", "https://A.example:443"), ("http://a.example:80", "http://a.example/")],
)
def test_one_address_has_several_spellings(path: Path, made: str, now: str) -> None:
    PlanWriter(made).write(str(path))
    assert SavedPlan.read(str(path), now).warnings() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", "- a: 1", '{"format": "something else"}', "\x00"])
def test_a_file_that_is_no_plan_is_told(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(InvalidOption, match=r"plan_file: .*plan.json is no plan"):
        SavedPlan.read(str(path), SERVER)


def test_bytes_that_are_no_text_are_no_plan(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidOption, match="is no plan"):
        SavedPlan.read(str(path), SERVER)


def test_a_plan_that_does_not_exist_is_told(path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"there is no .*; state planned makes one"):
        SavedPlan.read(str(path), SERVER)


def test_a_plan_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="cannot be read: Is a directory"):
        SavedPlan.read(str(tmp_path), SERVER)


def edited(path: Path, **members: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))


def test_a_plan_of_another_time_is_told(path: Path) -> None:
    planned(path)
    edited(path, schema=_saved_plan.SCHEMA + 1, collection="9.9.9")
    with pytest.raises(InvalidOption, match=r"made by version 9\.9\.9 of the collection"):
        SavedPlan.read(str(path), SERVER)


@pytest.mark.parametrize("members", [{"objects": []}, {"server": "https://other"}, {"checksum": ""}, {"more": 1}])
def test_an_edited_plan_is_refused(path: Path, members: dict[str, Any]) -> None:
    planned(path, (CHANGE, foreseen(CHANGE, ALICE)))
    edited(path, **members)
    with pytest.raises(InvalidOption, match="is not as it was written"):
        SavedPlan.read(str(path), SERVER)


def test_the_same_plan_in_another_layout_is_the_same(path: Path) -> None:
    planned(path, (CHANGE, foreseen(CHANGE, ALICE)))
    edited(path)
    assert SavedPlan.read(str(path), SERVER).allows(CHANGE, foreseen(CHANGE, ALICE)) == ""


# What a plan allows


Moment = tuple[Entry, Any]


def verdict(path: Path, then: Moment, now: Moment) -> str:
    planned(path, (then[0], foreseen(*then)))
    return SavedPlan.read(str(path), SERVER).allows(now[0], foreseen(*now))


def test_what_was_planned_may_be_done(path: Path) -> None:
    assert verdict(path, (CHANGE, ALICE), (CHANGE, ALICE)) == ""


def test_what_is_as_wished_by_now_needs_no_permission(path: Path) -> None:
    done = {**ALICE, "Emails": ["new@example.com"], "PolicyID": "p-1"}
    assert verdict(path, (CHANGE, ALICE), (CHANGE, done)) == ""
    same = user(account_name="Alice")
    assert verdict(path, (same, ALICE), (same, ALICE)) == ""


def test_what_the_server_keeps_itself_is_no_move(path: Path) -> None:
    assert verdict(path, (CHANGE, ALICE), (CHANGE, {**ALICE, "LastSuspended": 5, "Devices": {"d": {}}})) == ""


@pytest.mark.parametrize(
    ("then", "now", "reason"),
    [
        (
            (CHANGE, ALICE),
            (CHANGE, {**ALICE, "AccountName": "Alicia", "MaximumDevices": 3}),
            "it has moved since the plan was made (account_name, maximum_devices); make a new plan",
        ),
        (
            (CHANGE, ALICE),
            (CHANGE, {**ALICE, "Emails": ["other@example.com"]}),
            "it has moved since the plan was made (emails); make a new plan",
        ),
        (
            (CHANGE, ALICE),
            (user(emails=["newer@example.com"], policy="Gold", suspended=True), ALICE),
            "it would change otherwise than planned (suspended, emails); make a new plan",
        ),
        (
            (user(state="absent"), ALICE),
            (CHANGE, ALICE),
            "it would be changed, but the plan says deleted; make a new plan",
        ),
        (
            (user(password="a-long-secret"), None),
            (user(password="a-long-secret", suspended=True), ALICE),
            "it was not there when the plan was made, and is now; make a new plan",
        ),
        (
            (user(password="a-long-secret", suspended=True), ALICE),
            (user(password="a-long-secret", suspended=True), None),
            "it has gone since the plan was made; make a new plan",
        ),
        (
            (user(account_name="Alice"), ALICE),
            (CHANGE, ALICE),
            "it is not in the plan, but would be changed; make a new plan",
        ),
    ],
)
def test_what_was_not_planned_is_refused_with_the_reason(path: Path, then: Any, now: Any, reason: str) -> None:
    assert verdict(path, then, now) == reason


def test_another_object_of_the_same_name_is_refused(path: Path) -> None:
    gold = entry("policy", name="Gold", default_user_policy=True)
    done = foreseen(gold)
    planned(path, (gold, done))
    other = replace(done, outcome=replace(done.outcome, id="p-2"))
    saved = SavedPlan.read(str(path), SERVER)
    assert saved.allows(gold, other) == (
        "it is another object now: its ID is p-2, and was p-1 when the plan was made; make a new plan"
    )


def test_an_id_that_only_the_server_can_tell_is_no_difference(path: Path) -> None:
    beta = tree({"name": "Beta"}).entries[0]
    done = foreseen(beta)
    assert planned(path, (beta, done))["objects"][0]["id"] == ""
    assert SavedPlan.read(str(path), SERVER).allows(beta, done) == ""


def test_a_group_is_made_and_filled_by_the_same_plan(path: Path) -> None:
    made = tree({"name": "ACME", "user_groups": [{"name": "All", "users": ["alice"]}]}).entries[1:]
    bare, full = made
    done = foreseen(user(password="a-long-secret"))
    planned(path, (bare, done), (full, done))
    saved = SavedPlan.read(str(path), SERVER)
    assert [saved.allows(one, done) for one in made] == ["", ""]
    assert saved.warnings() == []


def test_what_nobody_asks_for_any_more_is_told(path: Path) -> None:
    planned(path, (CHANGE, foreseen(CHANGE, ALICE)))
    saved = SavedPlan.read(str(path), SERVER)
    assert saved.warnings() == ["plan_file: 1 of the plan's objects are not asked for any more (user alice)"]
    assert saved.warnings([CHANGE]) == []
    saved.allows(CHANGE, foreseen(CHANGE, ALICE))
    assert saved.warnings() == []


def test_of_many_only_some_are_named(path: Path) -> None:
    done = foreseen(CHANGE, ALICE)
    planned(path, *((replace(CHANGE, name=f"user-{number}"), done) for number in range(9)))
    (warning,) = SavedPlan.read(str(path), SERVER).warnings()
    assert warning.endswith(
        "9 of the plan's objects are not asked for any more (" + "user user-0, user user-1, "
        "user user-2, user user-3, user user-4, ...)"
    )


def test_a_deletion_that_nobody_asks_for_is_done_or_not_wanted_any_more(path: Path) -> None:
    gone = user(state="absent")
    planned(path, (gone, foreseen(gone, ALICE)))
    assert SavedPlan.read(str(path), SERVER).warnings() == []


TEXTS = st.text(max_size=8)
SIDES = st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(), st.booleans(), st.lists(TEXTS, max_size=2)), max_size=3)


@given(SIDES, SIDES, SIDES)
def test_a_plan_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, Any], after: dict[str, Any], other: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    done = replace(foreseen(CHANGE, ALICE), diff={"before": before, "after": after})
    planned(path, (CHANGE, done))
    saved = SavedPlan.read(str(path), SERVER)
    assert saved.allows(CHANGE, done) == ""
    reason = saved.allows(CHANGE, replace(done, diff={"before": before, "after": other}))
    assert (reason == "") == (json.dumps(after, sort_keys=True) == json.dumps(other, sort_keys=True))


# The version in it


def test_the_version_is_that_of_the_collection() -> None:
    assert f"\nversion: {_release.release()}\n" in (ROOT / "galaxy.yml").read_text()


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"MANIFEST.json": '{"collection_info": {"name": "backup", "version": "2.3.4"}}', "galaxy.yml": ""}, "2.3.4"),
        ({"MANIFEST.json": "{}", "galaxy.yml": "name: backup\nversion: 2.3.5\n"}, "2.3.5"),
        ({}, "unknown"),
    ],
)
def test_the_version_is_found_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], version: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(_release, "_ROOT", tmp_path)
    assert _release.release.__wrapped__() == version
