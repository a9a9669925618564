# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that cannot happen are refused by every module that can hold one, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, user, write_policy
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_backups
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed

NO_DAY = {"frequency_type": "weekly", "seconds_past": "Monday 02:30", "restrict_days": True}
LATE = {"frequency_type": "daily", "seconds_past": "1d"}
RULES = "default_sources_backup_rules"


def rules(*schedules: Options) -> list[Options]:
    return [{"id": "nightly", "name": "Each night", "schedules": list(schedules)}]


def holders(schedule: Options) -> dict[str, tuple[str, Options]]:
    """Modules with a schedule somewhere in their options, by where it is."""
    report = {"email": "boss@example.com", "reports": [{"report_type": "summary", "summary_frequency": [schedule]}]}
    target = {"location": {"type": "local"}, "schedule": [schedule]}
    return {
        f"settings.{RULES}.nightly.schedules": ("comet_policy", {"name": "Gold", "settings": {RULES: rules(schedule)}}),
        "custom_policy.default_backup_rules.nightly.schedules": (
            "comet_user",
            {"name": "alice", "custom_policy": {"default_backup_rules": rules(schedule)}},
        ),
        "override_email_settings.boss@example.com.reports.#1.summary_frequency": (
            "comet_user",
            {"name": "alice", "override_email_settings": [report]},
        ),
        "self_backup.targets.#1.schedule": ("comet_server_config", {"self_backup": {"targets": [target]}}),
    }


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("where", holders({}))
@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (NO_DAY, "days_select: restrict_days is on, but no day is chosen, so it would never start"),
        (LATE, "seconds_past: 86400 is outside of the day that a daily start is counted in"),
        ({"seconds_past": "02:30"}, "frequency_type: a schedule needs one; valid are: daily, hourly, monthly, once"),
    ],
)
def test_every_module_refuses_it(comet: EmulatedServer, where: str, schedule: Options, said: str, check: bool) -> None:
    add_user("alice")(comet)
    module, options = holders(schedule)[where]
    digest = comet.digest
    result = comet.task(module, check=check, **options)
    assert result["failed"]
    assert f": {where}.#1.{said}" in result["msg"]
    assert comet.digest == digest


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("module", "options", "where"),
    [
        ("comet_policy", {"name": "Gold", "settings": {"random_delay_secs": "6h"}}, "settings.random_delay_secs"),
        (
            "comet_policy",
            {"name": "Gold", "settings": {RULES: rules({"frequency_type": "daily", "random_delay_secs": "6h"})}},
            f"settings.{RULES}[nightly].schedules[0].random_delay_secs",
        ),
    ],
)
def test_a_longer_delay_than_servers_allow(
    comet: EmulatedServer, module: str, options: Options, where: str, check: bool
) -> None:
    result = comet.task(module, check=check, **options)
    assert result["msg"] == f"policy Gold: {where}: '6h' is not between 0 and 18000"
    assert comet.client.call("AdminPoliciesListFull") == {}


def test_an_old_one_stays_while_the_task_does_not_speak_of_it(comet: EmulatedServer) -> None:
    succeed(comet.task("comet_policy", name="Gold", settings={RULES: rules()}))
    held: dict[str, Any] = {"nightly": {"Schedules": [{"FrequencyType": 8011, "SecondsPast": 99999}]}}
    write_policy(comet, {"Description": "Gold", "Policy": {"DefaultSourcesBackupRules": held}})
    assert succeed(comet.task("comet_policy", name="Gold", settings={"prevent_open_web_ui": True}))["changed"]
    renamed = [{"id": "nightly", "name": "By night"}]
    assert succeed(comet.task("comet_policy", name="Gold", settings={RULES: renamed}))["changed"]
    shown = succeed(comet.task("comet_policy_info", name="Gold"))["policies"][0]["settings"][RULES][0]
    assert (shown["name"], shown["schedules"][0]["seconds_past"]) == ("By night", 99999)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("name", ["alice", "bob"])
@pytest.mark.parametrize("inside", [False, True])
def test_a_task_that_describes_it_along_with_a_user(
    comet: EmulatedServer, name: str, inside: bool, check: bool
) -> None:
    """It is refused before the user is touched, also where it stands in one of the user's protected items."""
    add_backups(comet)
    comet.change_profile("alice", Devices={"laptop": {"FriendlyName": "laptop"}})
    rule = {"name": "Each night", "storage_vault": "Main vault", "schedules": [NO_DAY]}
    item = {"name": "Documents", "engine": "file", "device": "laptop", "schedules": [rule]}
    described = {"protected_items": [item]} if inside else {"schedules": [{**rule, "protected_item": "Documents"}]}
    digest = comet.digest
    options = {"name": name, "user_password": "Correct-Horse-7", "account_name": "Somebody", **described}
    result = comet.task("comet_user", check=check, **options)
    between = f"protected item Documents of user {name}: " * inside
    assert result["msg"] == (
        f"user {name}: {between}schedule Each night of user {name}: schedules.#1.days_select: restrict_days is on, "
        "but no day is chosen, so it would never start"
    )
    assert comet.digest == digest


def test_an_old_one_may_be_described_along_with_a_user_as_it_is(comet: EmulatedServer) -> None:
    add_backups(comet)
    rules = (user("alice")(comet) or {})["BackupRules"]
    rules["given"]["Schedules"] = [{"FrequencyType": 8010, "SecondsPast": 5}]
    comet.change_profile("alice", BackupRules=rules)
    over = {"name": "Given", "protected_item": "Given", "schedules": [{"frequency_type": "once", "seconds_past": 5}]}
    assert not succeed(comet.task("comet_user", name="alice", schedules=[over]))["changed"]
    assert succeed(comet.task("comet_user", name="alice", schedules=[{**over, "skip_already_running": True}]))[
        "changed"
    ]


def test_a_retention_that_keeps_nothing(comet: EmulatedServer) -> None:
    days = {"mode": "delete_except", "ranges": [{"type": "newer_than_x", "days": 30}]}
    result = comet.task("comet_policy", name="Gold", settings={"default_storage_vault_retention": days})
    assert result["msg"] == (
        "policy Gold: settings.default_storage_vault_retention.ranges.#1.timestamp: a range of the type newer_than_x "
        "keeps nothing without timestamp"
    )
    assert comet.client.call("AdminPoliciesListFull") == {}


@pytest.mark.parametrize(
    ("written", "frequency", "seconds"),
    [
        ("Wednesday 02:30", "weekly", 3 * 86400 + 9000),
        ("day 15 02:30", "monthly", 14 * 86400 + 9000),
        ("2099-12-24T18:00:00Z", "once", 4101818400),
        ("4h", "periodic", 14400),
    ],
)
def test_starts_are_written_as_people_say_them(
    comet: EmulatedServer, written: str, frequency: str, seconds: int
) -> None:
    wanted = {"frequency_type": frequency, "seconds_past": written}
    task = {"name": "Gold", "settings": {RULES: rules(wanted)}}
    made = succeed(comet.task("comet_policy", **task))["policy"]["settings"][RULES][0]
    assert made["schedules"][0]["seconds_past"] == seconds
    assert not succeed(comet.task("comet_policy", **task))["changed"]
