"""Schedules that run by themselves, and retention rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.tests.unit.emulator.worker import Worker
from comet_emulator.jobs.retention import kept
from comet_emulator.jobs.scheduling import delay

DAY = 86_400
ZONE = "Pacific/Auckland"
SUCCESS, MISSED, SKIPPED = 5000, 7004, 7006


@pytest.fixture
def worker(server: Any) -> Worker:
    server.switch(run_schedules=True)
    return Worker(server, time_zone=ZONE)


def hours(jobs: list[dict[str, Any]], shift: int = 0) -> set[tuple[int, int]]:
    times = [datetime.fromtimestamp(job["StartTime"], UTC) + timedelta(hours=shift) for job in jobs]
    return {(moment.hour, moment.minute) for moment in times}


def test_nothing_runs_by_itself_unless_switched_on(worker: Worker) -> None:
    worker.server.switch(run_schedules=False)
    worker.later(3 * DAY)
    assert worker.jobs == []


def test_schedules_run_in_the_time_zone_of_their_device(worker: Worker) -> None:
    worker.later(3 * DAY)
    jobs = worker.jobs
    assert len(jobs) == 3
    assert {(job["Status"], job["BackupRuleGUID"]) for job in jobs} == {(SUCCESS, worker.rule)}
    assert hours(jobs) <= {(13, 0), (14, 0)}, "2 o'clock in New Zealand"
    assert len(worker.snapshots()) == 3


def test_each_moment_counts_once(worker: Worker) -> None:
    hourly = {"Schedules": [{"FrequencyType": 8012, "SecondsPast": 900}]}
    worker.change(BackupRules={worker.rule: hourly})
    for _unused in range(8):
        worker.later(1800)
    assert len(worker.jobs) == 4
    assert {minute for _unused, minute in hours(worker.jobs)} == {15}


def test_an_offline_device_misses_its_schedule(worker: Worker) -> None:
    worker.device_does("disconnect")
    before = worker.profile
    worker.later(DAY)
    (job,) = worker.jobs
    assert (job["Status"], job["StartTime"]) == (MISSED, job["EndTime"])
    assert worker.profile == before, "a job that never ran leaves no statistics"
    entries = worker.server.ok("get-job-log-entries", JobID=job["GUID"])
    assert [entry["Severity"] for entry in entries] == ["E"]


def test_missed_schedules_need_not_be_written_down(worker: Worker) -> None:
    worker.device_does("disconnect")
    config = worker.server.ok("meta/server-config/get")
    config["AuthenticationRole"]["GenerateMissedBackupEvents"] = False
    worker.server.ok("meta/server-config/set", Config=config)
    worker.server.wait()
    worker.server.switch(run_schedules=True)
    worker.later(DAY)
    assert worker.jobs == []


def test_a_schedule_skips_a_run_while_the_last_goes_on(worker: Worker) -> None:
    worker.server.switch(job_seconds=5000)
    hourly = {"Schedules": [{"FrequencyType": 8012, "SecondsPast": 0}], "SkipAlreadyRunning": True}
    worker.change(BackupRules={worker.rule: hourly})
    worker.later(4 * 3600)
    jobs = sorted(worker.jobs, key=lambda job: int(job["StartTime"]))
    assert [job["Status"] == SKIPPED for job in jobs] == [False, True, False, True]
    assert [jobs[1]["ConflictingJobID"], jobs[3]["ConflictingJobID"]] == [jobs[0]["GUID"], jobs[2]["GUID"]]


def test_suspended_users_and_items_of_no_device_rest(worker: Worker) -> None:
    other = Worker(worker.server, "bobby")
    other.change(IsSuspended=True)
    worker.change(Sources={worker.source: {"OwnerDevice": "gone"}})
    worker.later(2 * DAY)
    assert worker.server.ok("get-jobs-all") == []


def test_random_delays(worker: Worker) -> None:
    schedule = {"FrequencyType": 8011, "SecondsPast": 7200, "RandomDelaySecs": 3600}
    delays = {delay(schedule, "rule", float(day)) for day in range(50)}
    assert len(delays) > 10
    assert min(delays) >= 0
    assert max(delays) <= 3600
    worker.change(BackupRules={worker.rule: {"Schedules": [schedule]}})
    worker.later(DAY + 3600)
    worker.later(3600)
    assert {job["Status"] for job in worker.jobs} == {SUCCESS}
    for job in worker.jobs:
        begun = datetime.fromtimestamp(job["StartTime"], ZoneInfo(ZONE))
        planned = begun.replace(hour=2, minute=0, second=0).timestamp()
        assert job["StartTime"] - planned == delay(schedule, worker.rule, planned)


def test_a_failed_run_is_tried_again(worker: Worker) -> None:
    worker.server.switch(job_outcome="error")
    again = {"OnLastJobFailDoRetry": True, "LastJobFailDoRetryCount": 2, "LastJobFailDoRetryTime": 10}
    worker.change(BackupRules={worker.rule: {"EventTriggers": again}})
    worker.later(DAY)
    for _unused in range(4):
        worker.later(600)
        worker.later(5)
    jobs = sorted(worker.jobs, key=lambda job: int(job["StartTime"]))
    assert [job["RetryCount"] for job in jobs] == [0, 1, 2]
    assert {job["Status"] for job in jobs} == {7002}
    assert jobs[1]["StartTime"] - jobs[0]["EndTime"] == jobs[2]["StartTime"] - jobs[1]["EndTime"] == 600


@pytest.mark.parametrize(("version", "made_up"), [("25.9.8", True), ("23.12.2", False)])
def test_a_missed_run_is_made_up_for(worker: Worker, version: str, made_up: bool) -> None:
    worker.server.switch(version=version)
    worker.change(BackupRules={worker.rule: {"EventTriggers": {"OnPCBootIfLastJobMissed": True}}})
    worker.device_does("disconnect")
    worker.later(DAY)
    worker.device_does("connect")
    worker.later(1)
    worker.later(5)
    worker.device_does("reconnect")
    worker.later(5)
    assert [job["Status"] for job in worker.jobs] == ([MISSED, SUCCESS] if made_up else [MISSED])


# Retention

NOW = int(datetime(2026, 6, 17, 12, tzinfo=UTC).timestamp())
NIGHTS = [NOW - night * DAY - 3600 * (night % 5) for night in range(800)]


def policy(kind: int, **members: int) -> dict[str, Any]:
    names = ("Timestamp", "Jobs", "Days", "Weeks", "Months", "Years", "WeekOffset", "MonthOffset", "YearOffset")
    return {"Mode": 802, "Ranges": [{**dict.fromkeys(names, 0), "Type": kind, **members}]}


@pytest.mark.parametrize(
    ("kind", "members", "count"),
    [
        (900, {"Jobs": 7}, 7),
        (900, {"Jobs": 0}, 0),
        (902, {"Days": 3, "Weeks": 1}, 10),
        (901, {"Timestamp": NOW - 5 * DAY}, 6),
        (903, {"Days": 14}, 14),
        (905, {"Months": 6}, 6),
        (906, {"Weeks": 9, "WeekOffset": 3}, 9),
        (911, {"Years": 2}, 2),
        (907, {"Jobs": 5}, 5),
        (908, {"Jobs": 4}, 4),
        (909, {"Jobs": 3, "MonthOffset": 10}, 3),
        (910, {"Jobs": 3}, 3),
        (904, {}, len(NIGHTS)),
    ],
)
def test_each_kind_of_range_keeps_so_many(kind: int, members: dict[str, int], count: int) -> None:
    assert len(kept(policy(kind, **members), NIGHTS, NOW)) == pytest.approx(count, abs=1 if kind == 902 else 0)


def test_the_first_of_a_period_is_kept() -> None:
    times = [int(datetime(2026, 6, day, hour, tzinfo=UTC).timestamp()) for day in (15, 16) for hour in (1, 5, 9)]
    assert kept(policy(903, Days=3), times, NOW) == {times[0], times[3]}
    assert kept(policy(905, Months=1), times, NOW) == {times[0]}
    assert kept(policy(905, Months=2, MonthOffset=15), times, NOW) == {times[0], times[3]}
    assert kept(policy(909, Jobs=1), [1_000_000, *times], NOW) == {times[0]}


def test_ranges_add_up_and_no_range_keeps_everything() -> None:
    both = {"Mode": 802, "Ranges": [*policy(900, Jobs=3)["Ranges"], *policy(911, Years=2)["Ranges"]]}
    assert kept(both, NIGHTS, NOW) == kept(policy(900, Jobs=3), NIGHTS, NOW) | kept(policy(911, Years=2), NIGHTS, NOW)
    for rules in ({"Mode": 801, "Ranges": both["Ranges"]}, {"Mode": 802, "Ranges": []}):
        assert kept(rules, NIGHTS, NOW) == set(NIGHTS)


@given(
    kind=st.sampled_from([900, 901, 903, 905, 906, 907, 908, 909, 910, 911]),
    count=st.integers(0, 40),
    times=st.sets(st.integers(NOW - 900 * DAY, NOW), max_size=30),
)
def test_more_is_kept_by_larger_ranges(kind: int, count: int, times: set[int]) -> None:
    def keep(number: int) -> set[int]:
        names = ("Jobs", "Days", "Weeks", "Months", "Years")
        return kept(policy(kind, **dict.fromkeys(names, number)), times, NOW)

    assert keep(count) <= keep(count + 1) <= times
