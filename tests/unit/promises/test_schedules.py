# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules of users: what they refer to, what belongs to a policy, starts that cannot happen, times that are kept."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import user
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_backups, rules_of_alice, schedule
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed

MODULE = "comet_schedule"
NIGHT = {"frequency_type": "daily", "seconds_past": "02:30"}
NIGHTLY: Options = {
    "user": "alice",
    "name": "Each night",
    "protected_item": "Documents",
    "storage_vault": "Main vault",
    "schedules": [NIGHT],
}
POLICYS = (
    "protected_item: a policy keeps the protected item Kept, so its schedules are left alone; change them in the policy"
)
before_each = pytest.mark.usefixtures("backups")


@pytest.fixture
def backups(comet: EmulatedServer) -> None:
    add_backups(comet)
    comet.forget_calls()


def refused(comet: EmulatedServer, **options: Any) -> str:
    """The sentence with which a task fails, without writing anything, after whose schedule it is about."""
    digest = comet.digest
    result = comet.task(MODULE, **options)
    assert result["failed"]
    assert comet.digest == digest
    assert comet.calls(writes=True) == []
    return str(result["msg"]).partition("alice: ")[2]


@before_each
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"protected_item": "Document"},
            "protected_item: there is no protected item named Document; did you mean Docum",
        ),
        (
            {"storage_vault": "Main vaul"},
            "storage_vault: there is no storage vault named Main vaul; did you mean Main vault?",
        ),
        (
            {"storage_vault": "xyz"},
            "storage_vault: there is no storage vault named xyz; valid are: Main vault, Second ",
        ),
        ({"storage_vault": "latest"}, "storage_vault: there is no storage vault named latest"),
        ({"protected_item": None}, "protected_item: needed to create a schedule"),
        ({"storage_vault": None}, "storage_vault: needed to create a schedule"),
        ({"protected_item": ""}, "protected_item: needed to create a schedule"),
        ({"name": ""}, "name: must not be empty"),
        ({"id": "nobody", "name": None}, "id: there is no schedule with the ID nobody, and a new one needs a name"),
        ({"schedules": [{**NIGHT, "frequency_type": "nightly"}]}, "schedules[0].frequency_type: 'nightly' is not a k"),
        ({"schedules": [{**NIGHT, "seconds_past": "25:00"}]}, "schedules[0].seconds_past: '25:00' is not a time of"),
        ({"schedules": [{**NIGHT, "restrict_days": True}]}, "schedules.#1.days_select: restrict_days is on, but no "),
        ({"schedules": [NIGHT, {}]}, "schedules.#2.frequency_type: a schedule needs one; valid are: daily, hourly,"),
        ({"auto_retention_level": "always"}, "auto_retention_level: 'always' is not a known value; valid are: auto"),
        ({"limit_vault_speed_bps": "fast"}, "limit_vault_speed_bps: 'fast' is not a size"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(comet: EmulatedServer, options: Options, said: str) -> None:
    message = refused(comet, **{**NIGHTLY, **options})
    assert message.startswith(said), message


@before_each
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"user": "alic"}, "schedule Each night of user alic: there is no user alic; did you mean alice?"),
        ({"user": None}, "missing required arguments: user"),
        ({"name": None}, "one of the following is required: name, id"),
        ({"tenant": "ACME"}, "tenant is not an option of this module"),
        ({"storage_vaults": ["Main vault"]}, "storage_vaults is not an option of this module; did you mean storage_v"),
    ],
)
def test_an_address_that_leads_nowhere(comet: EmulatedServer, options: Options, said: str) -> None:
    given = {name: value for name, value in {**NIGHTLY, **options}.items() if value is not None}
    result = comet.task(MODULE, **given)
    assert result["failed"]
    assert result["msg"].startswith(said), result["msg"]


@before_each
def test_what_an_earlier_task_would_make_is_pending(comet: EmulatedServer) -> None:
    result = succeed(comet.task(MODULE, check=True, **{**NIGHTLY, "protected_item": "Mail", "storage_vault": "Third"}))
    after = result["diff"]["after"]
    assert (after["protected_item"], after["storage_vault"]) == ("Mail", "Third")
    assert [text.partition(":")[0] for text in result["warnings"]] == ["protected_item", "storage_vault"]


def test_the_user_may_be_pending_too(comet: EmulatedServer) -> None:
    result = succeed(comet.task(MODULE, check=True, **NIGHTLY))
    assert result["changed"]
    assert result["schedule"]["id"] == SCHEDULE.new_id("alice", "Each night")
    assert result["warnings"][0] == "there is no user alice yet; assuming that an earlier task makes it"


@before_each
def test_ids_serve_as_well_as_names(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **NIGHTLY))
    made = schedule("Each night")(comet) or {}
    assert (made["Source"], made["Destination"]) == ("documents", "main")
    again = comet.task(MODULE, **{**NIGHTLY, "protected_item": "documents", "storage_vault": "main"})
    assert not succeed(again)["changed"]


@before_each
def test_two_of_one_name_are_told_by_their_ids(comet: EmulatedServer) -> None:
    for key in ("one", "two"):
        succeed(comet.task(MODULE, **NIGHTLY, id=key))
    assert set(rules_of_alice(comet)) == {"kept", "given", "one", "two"}
    message = comet.task(MODULE, **NIGHTLY)["msg"]
    assert "2 objects of kind schedule are named Each night: one, two; give the ID of the one that is meant" in message
    renamed = succeed(comet.task(MODULE, user="alice", id="two", name="At noon"))
    assert renamed["diff"] == {"before": {"name": "Each night"}, "after": {"name": "At noon"}}


@before_each
@pytest.mark.parametrize(
    "options",
    [
        {"user": "alice", "name": "Kept", "skip_already_running": True},
        {"user": "alice", "id": "kept", "protected_item": "Documents"},
        {**NIGHTLY, "protected_item": "Kept"},
        {"user": "alice", "name": "Given", "protected_item": "kept"},
        {"user": "alice", "name": "Kept", "state": "absent"},
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_what_a_policy_keeps_is_left_alone(comet: EmulatedServer, options: Options, check: bool) -> None:
    assert refused(comet, check=check, **options) == POLICYS


@before_each
def test_what_a_policy_keeps_may_be_described_as_it_is(comet: EmulatedServer) -> None:
    held = {"user": "alice", "name": "Kept", "protected_item": "Kept", "schedules": [{"frequency_type": "hourly"}]}
    assert not succeed(comet.task(MODULE, **held))["changed"]


@before_each
def test_what_a_policy_once_gave_is_the_users_own(comet: EmulatedServer) -> None:
    assert succeed(comet.task(MODULE, user="alice", name="Given", skip_already_running=True))["changed"]
    assert succeed(comet.task(MODULE, user="alice", name="Given", state="absent"))["changed"]


@before_each
def test_times_are_kept(comet: EmulatedServer) -> None:
    """The server leaves both to whoever writes the schedule."""
    succeed(comet.task(MODULE, **NIGHTLY))
    made = schedule("Each night")(comet) or {}
    assert made["CreateTime"] == made["ModifyTime"] > 0
    comet.change_profile(
        "alice", BackupRules={**rules_of_alice(comet), "old": {**made, "CreateTime": 5, "ModifyTime": 6}}
    )
    succeed(comet.task(MODULE, user="alice", id="old", skip_already_running=True))
    old = rules_of_alice(comet)["old"]
    assert old["CreateTime"] == 5
    assert old["ModifyTime"] >= made["ModifyTime"]


@before_each
def test_the_rest_of_the_profile_stays(comet: EmulatedServer) -> None:
    before = user("alice")(comet) or {}
    for options in (NIGHTLY, {**NIGHTLY, "storage_vault": "Second vault"}, {**NIGHTLY, "state": "absent"}):
        succeed(comet.task(MODULE, **options))
        after = user("alice")(comet) or {}
        assert {**after, "BackupRules": None} == {**before, "BackupRules": None}
        assert {key: after["BackupRules"][key] for key in ("kept", "given")} == before["BackupRules"]


@before_each
def test_a_start_that_is_over_stays_while_nothing_else_changes_it(comet: EmulatedServer) -> None:
    over = {"Description": "Once", "Source": "documents", "Destination": "main", "Schedules": [{"FrequencyType": 8010}]}
    comet.change_profile("alice", BackupRules={"once": over})
    once = {"user": "alice", "name": "Once", "schedules": [{"frequency_type": "once", "seconds_past": 0}]}
    assert not succeed(comet.task(MODULE, **once))["changed"]
    assert succeed(comet.task(MODULE, **once, skip_already_running=True))["changed"]
    assert "is in the past" in comet.task(MODULE, **{**once, "name": "Other", "protected_item": "Documents"})["msg"]


@pytest.mark.parametrize("named", [{}, {"user": "alice"}, {"name": "Given"}, {"user": "alice", "id": "given"}])
def test_reading(comet: EmulatedServer, backups: None, named: Options) -> None:
    shown = succeed(comet.task("comet_schedule_info", **named))["schedules"]
    assert [one["id"] for one in shown] == (["given"] if "name" in named or "id" in named else ["given", "kept"])
    assert {one["user"] for one in shown} == {"alice"}
    assert comet.task("comet_schedule_info", user="nobody")["schedules"] == []


@before_each
@pytest.mark.parametrize(
    ("version", "options", "said"),
    [
        ("25.6.8", {"tags": "nightly"}, "The member BackupJobAdvancedOptions.Tags needs Comet Server 25.9.6"),
        (
            "24.12.5",
            {"schedules": [{"frequency_type": "yearly", "selected_month": 12, "selected_day": 31}]},
            "needs Comet Server 25.3.1",
        ),
        (
            "24.3.7",
            {"event_triggers": {"on_last_job_fail_do_retry": True, "last_job_fail_do_retry_count": 3}},
            "needs Comet Server 24.6.6",
        ),
    ],
)
def test_what_an_old_server_does_not_know(comet: EmulatedServer, version: str, options: Options, said: str) -> None:
    comet.switch(version=version)
    comet.client.forget_version()
    message = refused(comet, **{**NIGHTLY, **options})
    assert said in message
    assert version in message
