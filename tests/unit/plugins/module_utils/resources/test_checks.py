# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that cannot happen and retention that keeps nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._model import constants, structure
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._resources import _checks
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource

NOW = 1_800_000_000
FREQUENCIES = constants("SCHEDULE_FREQUENCY").choices
RANGES = constants("RETENTIONRANGE").choices
HOUR, DAY = 3600, 86400
OFFICE = {"RestrictRuntime": True, "FromTime": {"Hour": 9}, "ToTime": {"Hour": 17, "Minutes": 30}}
NIGHT = {"RestrictRuntime": True, "FromTime": {"Hour": 22}, "ToTime": {"Hour": 4}}
MONDAYS = {"RestrictDays": True, "DaysSelect": {"Monday": True, "Sunday": False}}


def schedule(frequency: str, **members: Any) -> dict[str, Any]:
    return {"FrequencyType": FREQUENCIES[frequency], **members}


def wrong(name: str, document: dict[str, Any]) -> str:
    return _checks.CHECKS[name](document, NOW)


@pytest.mark.parametrize(
    "possible",
    [
        schedule("once", SecondsPast=NOW + 1),
        schedule("hourly"),
        schedule("hourly", SecondsPast=HOUR - 1),
        schedule("hourly", SecondsPast=900, **OFFICE, **MONDAYS),
        schedule("hourly", SecondsPast=None, RestrictDays=None),
        schedule("daily", SecondsPast=DAY - 1),
        schedule("daily", SecondsPast=9 * HOUR, **OFFICE),
        schedule("daily", SecondsPast=17 * HOUR + 30 * 60 + 59, **OFFICE),
        schedule("daily", SecondsPast=23 * HOUR, **NIGHT),
        schedule("daily", SecondsPast=4 * HOUR, **NIGHT),
        schedule("daily", DaysSelect={}, FromTime={}, ToTime={}),
        schedule("weekly", SecondsPast=7 * DAY - 1),
        schedule("weekly", SecondsPast=DAY + HOUR, **MONDAYS),
        schedule("monthly", SecondsPast=31 * DAY - 1),
        schedule("monthly", SecondsPast=30 * DAY + 10 * HOUR, **OFFICE, **MONDAYS),
        schedule("periodic", SecondsPast=1, Offset=-5, **OFFICE, **MONDAYS),
        schedule("yearly", SelectedMonth=2, SelectedDay=29, SecondsPast=9 * HOUR, **OFFICE),
        schedule("yearly", SelectedMonth=12, SelectedDay=31),
    ],
)
def test_a_schedule_that_can_happen(possible: dict[str, Any]) -> None:
    assert wrong("ScheduleConfig", possible) == ""


@pytest.mark.parametrize(
    ("impossible", "said"),
    [
        ({}, "frequency_type: a schedule needs one; valid are: daily, hourly, monthly, once, periodic, weekly, yearly"),
        ({"FrequencyType": 9999}, "frequency_type: 9999 is not a frequency; valid are: daily, "),
        (schedule("once", SecondsPast=NOW), f"seconds_past: the unix time {NOW} at which it would start once is in"),
        (schedule("once"), "seconds_past: the unix time 0 at which it would start once is in the past"),
        (schedule("periodic"), "seconds_past: a periodic schedule needs the interval between its starts"),
        (schedule("periodic", SecondsPast=-60), "seconds_past: a periodic schedule needs the interval"),
        (schedule("hourly", SecondsPast=HOUR), "seconds_past: 3600 is outside of the hour that a hourly start"),
        (schedule("daily", SecondsPast=DAY), "seconds_past: 86400 is outside of the day that a daily start"),
        (schedule("daily", SecondsPast=-1), "seconds_past: -1 is outside of the day"),
        (schedule("weekly", SecondsPast=7 * DAY), "seconds_past: 604800 is outside of the week"),
        (schedule("monthly", SecondsPast=31 * DAY), "seconds_past: 2678400 is outside of the month"),
        (schedule("yearly", SelectedMonth=1, SelectedDay=1, SecondsPast=DAY), "seconds_past: 86400 is outside of the"),
        (schedule("yearly", SelectedDay=1), "selected_month: a yearly schedule needs a month from 1 to 12, not 0"),
        (schedule("yearly", SelectedMonth=13, SelectedDay=1), "selected_month: a yearly schedule needs a month"),
        (
            schedule("yearly", SelectedMonth=2, SelectedDay=30),
            "selected_day: 30 is no day of month 2, which ends with 29",
        ),
        (schedule("yearly", SelectedMonth=4), "selected_day: 0 is no day of month 4, which ends with 30"),
        (schedule("hourly", RestrictDays=True), "days_select: restrict_days is on, but no day is chosen"),
        (schedule("hourly", RestrictDays=True, DaysSelect={"Friday": False}), "days_select: restrict_days is on"),
        (schedule("weekly", SecondsPast=3 * DAY, **MONDAYS), "days_select: its weekly start is on Wednesday, which is"),
        (schedule("weekly", **MONDAYS), "days_select: its weekly start is on Sunday, which is not chosen"),
        (schedule("hourly", RestrictRuntime=True), "to_time: restrict_runtime is on, but to_time is from_time"),
        (
            schedule("daily", SecondsPast=2 * HOUR, **OFFICE),
            "from_time: it starts at 02:00, never between 09:00 and 17:30",
        ),
        (
            schedule("daily", SecondsPast=12 * HOUR, **NIGHT),
            "from_time: it starts at 12:00, never between 22:00 and 04:00",
        ),
        (schedule("weekly", SecondsPast=DAY, **OFFICE), "from_time: it starts at 00:00, never between 09:00 and 17:30"),
        (
            schedule(
                "hourly",
                SecondsPast=2700,
                RestrictRuntime=True,
                FromTime={"Hour": 9},
                ToTime={"Hour": 9, "Minutes": 30},
            ),
            "from_time: it starts at minute 45 of each hour, never between 09:00 and 09:30",
        ),
    ],
)
def test_a_schedule_that_cannot_happen(impossible: dict[str, Any], said: str) -> None:
    assert wrong("ScheduleConfig", impossible).startswith(said)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ({}, ""),
        ({"Hour": 23, "Minutes": 59}, ""),
        ({"Hour": 24}, "hour: 24 is not between 0 and 23"),
        ({"Hour": -1}, "hour: -1 is not between 0 and 23"),
        ({"Minutes": 60}, "minutes: 60 is not between 0 and 59"),
    ],
)
def test_a_time_of_day(time: dict[str, Any], said: str) -> None:
    assert wrong("HourSchedConfig", time) == said


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        ("most_recent_x_jobs", {"Jobs": 1}),
        ("newer_than_x", {"Timestamp": 1}),
        ("jobs_since", {"Days": 7, "Weeks": 0}),
        ("jobs_since", {"Months": 1}),
        ("first_job_for_last_x_weeks", {"Weeks": 1, "WeekOffset": 6}),
        ("last_x_backups_one_for_each_year", {"Jobs": 1}),
        ("first_job_for_last_x_years", {"Years": 1}),
    ],
)
def test_a_range_that_keeps_something(kind: str, counts: dict[str, Any]) -> None:
    assert wrong("RetentionRange", {"Type": RANGES[kind], **counts}) == ""


@pytest.mark.parametrize(
    ("kind", "counts", "said"),
    [
        ("most_recent_x_jobs", {}, "jobs: a range of the type most_recent_x_jobs keeps nothing without jobs"),
        ("most_recent_x_jobs", {"Jobs": -1}, "jobs: a range of the type most_recent_x_jobs keeps nothing without jobs"),
        ("newer_than_x", {"Days": 30}, "timestamp: a range of the type newer_than_x keeps nothing without timestamp"),
        (
            "jobs_since",
            {"Jobs": 3},
            "days: a range of the type jobs_since keeps nothing without days or weeks or months",
        ),
    ],
)
def test_a_range_that_keeps_nothing(kind: str, counts: dict[str, Any], said: str) -> None:
    assert wrong("RetentionRange", {"Type": RANGES[kind], **counts}).startswith(said)


@pytest.mark.parametrize(
    ("retention", "said"),
    [
        ({}, ""),
        ({"Mode": 801}, ""),
        ({"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 1}]}, ""),
        ({"Mode": 802, "Ranges": []}, "ranges: the mode delete_except needs at least one range that keeps something"),
    ],
)
def test_a_retention(retention: dict[str, Any], said: str) -> None:
    assert wrong("RetentionPolicy", retention) == said


def test_a_range_of_a_newer_server_is_not_judged() -> None:
    assert wrong("RetentionRange", {"Type": 999}) == ""
    assert wrong("RetentionRange", {}) == "type: a range needs one"


def test_every_range_is_known_and_counts_with_members_that_exist() -> None:
    assert set(_checks.RANGES) == set(RANGES)
    assert {name for counts in _checks.RANGES.values() for name in counts} <= set(structure("RetentionRange").members)


def test_every_frequency_is_known() -> None:
    assert {*_checks.PERIODS, "once", "periodic"} == set(FREQUENCIES)


@pytest.mark.parametrize("name", ["HourSchedConfig", "RetentionPolicy", "RetentionRange", "ScheduleConfig"])
def test_complaints_begin_with_the_option_that_they_are_about(name: str) -> None:
    option = {"HourSchedConfig": "hour", "RetentionPolicy": "ranges", "RetentionRange": "type"}.get(
        name, "frequency_type"
    )
    document = {"Hour": 99, "Mode": 802}
    assert wrong(name, document).partition(":")[0] == option
    assert option in {entry.option for entry in _fields.fields(name).values()}


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_every_kind_that_can_hold_such_a_structure_has_the_checks(resource: Resource) -> None:
    held = {resource.structure, *(entry.inner for entry in _fields.settable(resource.structure, resource.hidden))}
    assert bool(resource.checks) == bool(held & set(_checks.CHECKS))
    assert resource.checks in ({}, _checks.CHECKS)


OLD = {"FrequencyType": 8011, "SecondsPast": 99999}
RULE = {"Description": "Old", "Schedules": [OLD]}
POLICY = {"Description": "Gold", "Policy": {"DefaultBackupRules": {"old": RULE}}}


class TestPlans:
    """What a plan would write is looked at, and nothing else."""

    def plan(self, document: Any, settings: dict[str, Any]) -> _plan.Plan:
        wish = Wish(True, patch={"Policy": settings})
        return _plan.make_plan("GroupPolicy", Found("1", document), wish, NOW, checks=_checks.CHECKS)

    def refused(self, document: Any, settings: dict[str, Any]) -> str:
        with pytest.raises(InvalidOption) as caught:
            self.plan(document, settings)
        return caught.value.message

    def test_what_is_new_at_any_depth(self) -> None:
        said = "settings.default_backup_rules.new.schedules.#1.frequency_type: a schedule needs one"
        for empty in ({}, {"SecondsPast": 0}):
            assert self.refused({}, {"DefaultBackupRules": {"new": {"Schedules": [empty]}}}).startswith(said)

    def test_what_changes_as_it_results(self) -> None:
        rules = {"DefaultBackupRules": {"old": {"Schedules": [{**OLD, "RandomDelaySecs": 60}]}}}
        assert "schedules.#1.seconds_past: 99999 is outside of the day" in self.refused(POLICY, rules)

    def test_a_member_that_only_the_server_holds_counts(self) -> None:
        current = {"Policy": {"DefaultStorageVaultRetention": {"Mode": 801, "Ranges": [{"Type": 900, "Jobs": 1}]}}}
        wanted = {"DefaultStorageVaultRetention": {"Mode": 802}}
        assert self.plan(current, wanted).action == _plan.UPDATE
        assert "settings.default_storage_vault_retention.ranges: the mode" in self.refused({}, wanted)

    @pytest.mark.parametrize(
        "settings",
        [
            {"PreventOpenWebUI": True},
            {"DefaultBackupRules": {"old": {"Description": "New"}}},
            {"DefaultBackupRules": {"old": {"Schedules": [OLD]}}},
            {"DefaultBackupRules": {"old": {"Schedules": [OLD, schedule("hourly")]}}},
            {"DefaultBackupRules": {"old": None}},
            {"DefaultBackupRules": {"old": {"Schedules": []}}},
        ],
    )
    def test_an_old_one_that_does_not_change_is_not_the_tasks_business(self, settings: dict[str, Any]) -> None:
        assert self.plan(POLICY, settings).action in (_plan.NONE, _plan.UPDATE)
