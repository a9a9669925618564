"""The job history and the calls that begin jobs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.worker import Worker

DAY = 86_400
ACTIVE, SUCCESS, ERROR, SKIPPED = 6001, 5000, 7002, 7006


@pytest.fixture(scope="module")
def demo(start_for_module: Any) -> Any:
    return start_for_module("--seed", "demo")


@pytest.fixture
def worker(server: Any) -> Worker:
    return Worker(server)


def written(server: Any, *jobs: dict[str, Any]) -> None:
    """Jobs of the user alice in the history."""
    defaults = {"Username": "alice", "Classification": 4001, "Status": SUCCESS}
    server.control("history", {"jobs": [{**defaults, **job} for job in jobs]})


# The demo's history


def test_the_demo_has_every_kind_of_job_within_a_day(demo: Any) -> None:
    recent = demo.ok("get-jobs-recent")
    assert {job["Status"] // 1000 for job in recent} == {5, 6, 7}
    assert {SUCCESS, ACTIVE, 7001, ERROR, 7004} <= {job["Status"] for job in recent}
    live = {(entry["Username"], entry["DeviceID"]) for entry in demo.ok("dispatcher/list-active").values()}
    running = [job for job in demo.ok("get-jobs-all") if job["Status"] == ACTIVE]
    stuck = [job for job in running if (job["Username"], job["DeviceID"]) not in live]
    assert 0 < len(stuck) < len(running)
    assert all(job["StartTime"] < time.time() - DAY for job in stuck)


def test_the_demo_stands_still(demo: Any) -> None:
    before = demo.digest()
    demo.control("clock", {"advance": 7200})
    assert demo.digest() == before


def test_statistics_of_the_demo_fit_its_jobs(demo: Any) -> None:
    jobs = {job["GUID"]: job for job in demo.ok("get-jobs-all")}
    sources = {key: it for profile in demo.ok("list-users-full").values() for key, it in profile["Sources"].items()}
    ran = {key: it["Statistics"] for key, it in sources.items() if it.get("Statistics")}
    assert len(ran) > len(sources) / 2
    for key, statistics in ran.items():
        own = [job for job in jobs.values() if job["SourceGUID"] == key]
        assert jobs[statistics["LastBackupJob"]["GUID"]] == statistics["LastBackupJob"]
        good = [job["StartTime"] for job in own if job["Status"] == SUCCESS]
        assert statistics["LastSuccessfulBackupJob"].get("StartTime", 0) == max(good, default=0)


def test_snapshots_of_the_demo_are_those_of_its_jobs(demo: Any) -> None:
    target, entry = next(iter(demo.ok("dispatcher/list-active", UserNameFilter="acme").items()))
    jobs = demo.ok("get-jobs-for-user", TargetUser=entry["Username"])
    given = {"TargetID": target, "Destination": jobs[0]["DestinationGUID"]}
    snapshots = demo.ok("dispatcher/request-vault-snapshots", **given)["Snapshots"]
    made = {job["SnapshotID"] for job in jobs if job.get("SnapshotID")}
    assert made == {entry["Snapshot"] for entry in snapshots} != set()


def test_jobs_by_user_and_tenant(demo: Any) -> None:
    everything = demo.ok("get-jobs-all")
    assert len(everything) == 150
    assert len(demo.ok("get-jobs-for-user", TargetUser="acme-01")) == 5
    acme = {"Username": "acme", "AuthType": "Password", "Password": "acme-admin"}
    assert {job["Username"].split("-")[0] for job in demo.ok("get-jobs-all", login=acme)} == {"acme"}
    foreign = next(job["GUID"] for job in everything if job["Username"].startswith("globex"))
    demo.refused("get-job-properties", 400, login=acme, JobID=foreign)
    assert demo.ok("get-job-properties", JobID=everything[0]["GUID"]) == everything[0]


# Dates


def test_jobs_in_a_range_of_dates(server: Any) -> None:
    server.user()
    early = {"GUID": "early", "StartTime": 1000, "EndTime": 2000}
    across = {"GUID": "across", "StartTime": 1500, "EndTime": 6000}
    late = {"GUID": "late", "StartTime": 5000, "EndTime": 5500}
    running = {"GUID": "running", "StartTime": 3000, "EndTime": 0, "Status": ACTIVE}
    written(server, early, across, late, running)

    def found(start: int, end: int) -> set[str]:
        return {job["GUID"] for job in server.ok("get-jobs-for-date-range", Start=start, End=end)}

    assert found(900, 1600) == found(1600, 900) == {"early", "across"}
    assert found(5000, 5500) == {"late"}
    assert found(3500, 4500) == set(), "neither started nor ended inside"
    assert found(2900, 3100) == {"running"}
    assert found(0, 900) == set(), "a job that runs has not ended in 1970"
    assert found(0, 0) == {"running"}
    assert found(0, 10_000) == {"early", "across", "late", "running"}
    server.switch(version="22.5.0")
    assert found(5000, 5500) == {"late", "running"}, "older servers may add what is not finished"


def test_recent_jobs(server: Any) -> None:
    server.user()
    now = int(time.time())
    old = {"GUID": "old", "StartTime": now - 3 * DAY, "EndTime": now - 2 * DAY}
    new = {"GUID": "new", "StartTime": now - 2 * DAY, "EndTime": now}
    stuck = {"GUID": "stuck", "StartTime": now - 3 * DAY, "Status": ACTIVE}
    written(server, old, new, stuck)
    assert {job["GUID"] for job in server.ok("get-jobs-recent")} == {"new", "stuck"}


def test_lists_can_be_shuffled(server: Any) -> None:
    server.user()
    written(server, *({"GUID": f"job-{number}", "StartTime": 1000} for number in range(30)))
    stored = server.ok("get-jobs-all")
    assert server.ok("get-jobs-all") == stored
    server.switch(shuffle_lists=True)
    first, second = server.ok("get-jobs-all"), server.ok("get-jobs-all")
    assert stored != first != second
    assert len(first) == len(stored)
    assert all(job in stored for job in first)


def test_old_jobs_are_pruned(server: Any) -> None:
    server.user()
    now = int(server.control("clock", {"advance": 0})["now"])
    days = server.ok("meta/server-config/get")["AuthenticationRole"]["PruneLogsAfterDays"]
    times = {"StartTime": now - days * DAY + 3000, "EndTime": now - days * DAY + 3000}
    written(server, {"GUID": "old", **times}, {"GUID": "stuck", **times, "EndTime": 0, "Status": ACTIVE})
    written(server, {"GUID": "new", "StartTime": now, "EndTime": now})
    assert len(server.ok("get-jobs-all")) == 3
    server.control("clock", {"advance": 7300})
    assert {job["GUID"] for job in server.ok("get-jobs-all")} == {"stuck", "new"}


# Logs


def test_the_log_of_a_job_grows(worker: Worker) -> None:
    job_id = worker.begin(seconds=4, outcome="error")
    begun = worker.server.ok("get-job-log-entries", JobID=job_id)
    worker.later(1)
    middle = worker.server.ok("get-job-log-entries", JobID=job_id)
    assert middle[: len(begun)] == begun
    assert len(middle) > len(begun)
    worker.later(10)
    whole = worker.server.ok("get-job-log-entries", JobID=job_id)
    assert whole[: len(middle)] == middle
    assert [entry["Time"] for entry in whole] == sorted(entry["Time"] for entry in whole)
    assert {entry["Severity"] for entry in whole} == {"D", "I", "E"}
    text = worker.server.raw("get-job-log", JobID=job_id)
    assert text.headers["Content-Type"].startswith("text/plain")
    assert [entry["Message"] in row for entry, row in zip(whole, text.text.splitlines(), strict=True)] == [True] * len(
        whole
    )


def test_lines_of_a_log_by_severity_and_text(worker: Worker) -> None:
    job_id = worker.begin(seconds=1, outcome="error")
    worker.later(5)
    whole = worker.server.ok("get-job-log-entries", JobID=job_id)
    for lowest, severities in {"D": "DIWE", "I": "IWE", "W": "WE", "E": "E"}.items():
        wanted = [entry for entry in whole if entry["Severity"] in severities]
        assert worker.server.ok("get-job-log-entries", JobID=job_id, MinSeverity=lowest) == wanted != []
    (line,) = worker.server.ok("get-job-log-entries", JobID=job_id, MessageContains="Job failed")
    assert line["Severity"] == "E"
    assert worker.server.ok("get-job-log-entries", JobID=job_id, MinSeverity="W", MessageContains="Starting") == []
    worker.server.refused("get-job-log-entries", 400, JobID=job_id, MinSeverity="X")
    assert worker.server.raw("get-job-log", JobID="nope").json()["Status"] == 400


# Calls that begin jobs


def test_the_id_of_a_job_is_told_from_25_9_6_on(worker: Worker) -> None:
    given = {"TargetID": worker.target, "BackupRule": worker.rule}
    answer = worker.server.ok("dispatcher/run-backup", **given)
    assert worker.job(answer["JobID"])["BackupRuleGUID"] == worker.rule
    worker.server.switch(version="25.6.8")
    assert set(worker.server.ok("dispatcher/run-backup", **given)) == {"Status", "Message"}


def test_only_what_the_device_has_is_backed_up(worker: Worker) -> None:
    other = Worker(worker.server, "bobby")
    target = {"TargetID": worker.target}
    for source, vault in ((worker.source, other.vault), (other.source, worker.vault)):
        worker.server.refused("dispatcher/run-backup-custom", 400, **target, Source=source, Destination=vault)
    worker.server.refused("dispatcher/run-backup", 400, **target, BackupRule=other.rule)
    second = worker.server.control("device", {"do": "register", "user": "alice", "name": "second"})["target"]
    worker.server.refused("dispatcher/run-backup", 400, TargetID=second, BackupRule=worker.rule)
    worker.server.refused("dispatcher/run-backup", 403, TargetID="unknown", BackupRule=worker.rule)
    assert worker.jobs == []


def test_a_backup_that_is_running_already_is_skipped(worker: Worker) -> None:
    first = worker.back_up()
    assert worker.job(worker.back_up())["Status"] == ACTIVE
    skipped = worker.job(worker.back_up(SkipAlreadyRunning=True))
    assert (skipped["Status"], skipped["ConflictingJobID"]) == (SKIPPED, first)
    assert skipped["EndTime"] == skipped["StartTime"]
    worker.later(10)
    assert worker.done(worker.back_up(SkipAlreadyRunning=True))["Status"] == SUCCESS


def test_a_backup_may_only_take_so_long(worker: Worker) -> None:
    worker.server.switch(job_seconds=1000)
    job = worker.job(job_id := worker.back_up(StopAfter=100))
    worker.later(500)
    ended = worker.job(job_id)
    assert ended["Status"] == 7000
    assert 100 <= ended["EndTime"] - job["StartTime"] <= 101


def test_options_of_a_schedule_count_when_it_is_run_by_hand(worker: Worker) -> None:
    worker.change(BackupRules={worker.rule: {"SkipAlreadyRunning": True, "Tags": "nightly"}})
    given = {"TargetID": worker.target, "BackupRule": worker.rule}
    first = worker.job(worker.server.ok("dispatcher/run-backup", **given)["JobID"])
    second = worker.job(worker.server.ok("dispatcher/run-backup", **given)["JobID"])
    assert (first["Tags"], second["Status"], second["ConflictingJobID"]) == ("nightly", SKIPPED, first["GUID"])


def test_restoring(worker: Worker) -> None:
    snapshot = worker.done(worker.back_up())["SnapshotID"]
    given = {"TargetID": worker.target, "Source": worker.source, "Destination": worker.vault}
    plain = worker.server.ok("dispatcher/run-restore", **given, Path="C:\\Restored")["JobID"]
    job = worker.done(plain)
    assert (job["Classification"], job["Status"], job["SnapshotID"]) == (4002, SUCCESS, snapshot)
    assert job["DownloadSize"] > 0
    assert job["UploadSize"] == 0
    known = {"KnownFileCount": 7, "KnownByteCount": 4096, "KnownDirCount": 2}
    options = {"Type": 0, "DestPath": "C:\\Restored"}
    custom = worker.server.ok("dispatcher/run-restore-custom", **given, Options=options, Snapshot=snapshot, **known)
    job = worker.done(custom["JobID"])
    assert (job["TotalFiles"], job["TotalSize"], job["TotalDirectories"]) == (7, 4096, 2)
    missing = worker.server.ok("dispatcher/run-restore", **given, Path="C:\\", Snapshot="gone")["JobID"]
    assert worker.done(missing)["Status"] == ERROR
    statistics = worker.profile["Sources"][worker.source]["Statistics"]
    assert statistics["LastBackupJob"]["Classification"] == 4001


@pytest.mark.parametrize(
    ("path", "classification"),
    [
        ("apply-retention-rules", 4003),
        ("deepverify-storage-vault", 4010),
        ("reindex-storage-vault", 4009),
        ("unlock", 4004),
    ],
)
def test_work_on_a_vault(worker: Worker, path: str, classification: int) -> None:
    target = {"TargetID": worker.target}
    worker.server.ok(f"dispatcher/{path}", **target, Destination=worker.vault)
    worker.later(10)
    (job,) = worker.jobs
    assert (job["Classification"], job["Status"], job["DestinationGUID"]) == (classification, SUCCESS, worker.vault)
    worker.server.refused(f"dispatcher/{path}", 400, **target, Destination="unknown")


def test_a_verified_vault_remembers_it(worker: Worker) -> None:
    worker.server.ok("dispatcher/deepverify-storage-vault", TargetID=worker.target, Destination=worker.vault)
    worker.later(10)
    (job,) = worker.jobs
    statistics = worker.profile["Destinations"][worker.vault]["Statistics"]
    names = ("GUID", "StartTime", "EndTime")
    assert [statistics[f"LastSuccessfulDeepVerify_{name}"] for name in names] == [job[name] for name in names]


def test_measuring_a_vault_again(worker: Worker) -> None:
    job = worker.done(worker.begin(kind="remeasure"))
    measured = worker.profile["Destinations"][worker.vault]["Statistics"]["ClientProvidedSize"]
    assert measured == {"Size": 0, "MeasureStarted": job["StartTime"], "MeasureCompleted": job["EndTime"]}


def test_a_vault_in_use_is_only_unlocked_unsafely(worker: Worker) -> None:
    worker.begin(seconds=1000)
    given = {"TargetID": worker.target, "Destination": worker.vault}
    for options in ({}, {"AllowUnsafe": "1"}):
        worker.server.ok("dispatcher/unlock", **given, **options)
    worker.server.switch(version="24.12.0")
    worker.server.ok("dispatcher/unlock", **given)
    worker.later(10)
    states = [job["Status"] for job in worker.jobs if job["Classification"] == 4004]
    assert states == [ERROR, SUCCESS, SUCCESS]


def test_deleting_snapshots(worker: Worker) -> None:
    made = [worker.done(worker.back_up())["SnapshotID"] for _unused in range(3)]
    full = worker.profile["Destinations"][worker.vault]["Statistics"]["ClientProvidedSize"]["Size"]
    given = {"TargetID": worker.target, "DestinationID": worker.vault}
    worker.server.ok("dispatcher/delete-snapshot", **given, SnapshotID=made[0])
    assert len(worker.snapshots()) == 3, "a job has to do it first"
    worker.later(10)
    assert worker.snapshots() == made[1:]
    assert worker.profile["Destinations"][worker.vault]["Statistics"]["ClientProvidedSize"]["Size"] < full
    worker.server.ok("dispatcher/delete-snapshots", **given, SnapshotIDs=[])
    worker.later(10)
    assert worker.jobs[-1]["Status"] == SUCCESS
    worker.server.ok("dispatcher/delete-snapshots", **given, SnapshotIDs=made)
    worker.later(10)
    assert worker.jobs[-1]["Status"] == ERROR
    assert worker.snapshots() == made[1:]
    worker.server.ok("dispatcher/delete-snapshots", **given, SnapshotIDs=made[1:])
    worker.later(10)
    assert worker.snapshots() == []


def test_retention_deletes_what_is_not_kept(worker: Worker) -> None:
    keep_one = {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 1}]}
    worker.change(Destinations={worker.vault: {"DefaultRetention": keep_one}})
    first, second = (worker.done(worker.back_up())["SnapshotID"] for _unused in range(2))
    assert worker.snapshots() == [first, second]
    worker.server.ok("dispatcher/apply-retention-rules", TargetID=worker.target, Destination=worker.vault)
    worker.later(10)
    assert worker.snapshots() == [second]
    third = worker.done(worker.back_up(AutoRetentionLevel=1))["SnapshotID"]
    worker.later(10)
    assert worker.jobs[-1]["Classification"] == 4003
    assert worker.snapshots() == [third]
    keep_all = {"Mode": 801, "Ranges": []}
    worker.change(Sources={worker.source: {"OverrideDestinationRetention": {worker.vault: keep_all}}})
    fourth = worker.done(worker.back_up(AutoRetentionLevel=1))["SnapshotID"]
    worker.later(10)
    assert worker.snapshots() == [third, fourth]


# End users


def test_end_users_run_and_see_their_own_jobs(worker: Worker) -> None:
    Worker(worker.server, "bobby").begin()
    own = {"login": worker.login}
    given = {"TargetID": worker.target, "Source": worker.source, "Destination": worker.vault}
    answer = worker.server.ok("user/web/dispatcher/run-backup-custom", **own, **given)
    assert set(answer) == {"Status", "Message"}
    (job,) = worker.server.ok("user/web/get-jobs", **own)
    query = {"RuleField": "BackupJobDetail.Status", "RuleOperator": "int_eq", "RuleValue": str(ACTIVE)}
    assert worker.server.ok("user/web/get-jobs-for-custom-search", **own, Query=query) == [job]
    assert worker.server.ok("user/web/get-job-properties", **own, JobID=job["GUID"]) == job
    assert worker.server.ok("user/web/get-job-log-entries", **own, JobID=job["GUID"])
    worker.server.ok("user/web/job/cancel", **own, JobID=job["GUID"])
    assert worker.job(job["GUID"])["Status"] == 7005
    foreign = next(job["GUID"] for job in worker.server.ok("get-jobs-all") if job["Username"] == "bobby")
    for path in ("get-job-properties", "get-job-log", "job/cancel"):
        worker.server.refused(f"user/web/{path}", 400, **own, JobID=foreign)


def test_end_users_may_be_kept_from_deleting_snapshots(worker: Worker) -> None:
    snapshot = worker.done(worker.back_up())["SnapshotID"]
    given = {"TargetID": worker.target, "DestinationID": worker.vault, "SnapshotID": snapshot}
    worker.change(Policy={"PreventDeleteSingleSnapshots": True})
    worker.server.refused("user/web/dispatcher/delete-snapshot", 403, login=worker.login, **given)
    worker.change(Policy={"PreventDeleteSingleSnapshots": False})
    worker.server.ok("user/web/dispatcher/delete-snapshot", login=worker.login, **given)
    worker.later(10)
    assert worker.snapshots() == []
