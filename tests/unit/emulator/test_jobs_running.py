"""Jobs that run: how they begin, go on while time passes, and end."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.worker import Worker

ACTIVE, REVIVED, SUCCESS = 6001, 6002, 5000
GIB = 1 << 30


@pytest.fixture
def worker(server: Any) -> Worker:
    server.switch(job_seconds=4)
    return Worker(server)


def test_a_backup_from_begin_to_end(worker: Worker) -> None:
    job = worker.job(job_id := worker.back_up(Tags="before the update"))
    assert (job["Status"], job["Classification"], job["EndTime"], job["Tags"]) == (ACTIVE, 4001, 0, "before the update")
    assert (job["Username"], job["DeviceID"]) == ("alice", worker.device)
    assert job["CancellationID"]
    assert "SnapshotID" not in job
    worker.later(1)
    first = worker.job(job_id)["Progress"]
    worker.later(1)
    second = worker.job(job_id)["Progress"]
    assert 0 < first["BytesDone"] < second["BytesDone"]
    assert first["Counter"] < second["Counter"]
    assert first["ItemsDone"] < second["ItemsDone"] < second["ItemsTotal"] == first["ItemsTotal"]
    assert first["SentTime"] <= first["RecievedTime"] <= second["SentTime"]
    worker.later(60)
    ended = worker.job(job_id)
    assert ended["Status"] == SUCCESS
    assert ended["SnapshotID"]
    assert 4 <= ended["EndTime"] - ended["StartTime"] <= 5
    assert not {"Progress", "CancellationID"} & ended.keys()
    assert ended["TotalFiles"] == second["ItemsTotal"]
    assert 0 < ended["UploadSize"] <= ended["TotalSize"]
    grown = ended["DestinationSizeEnd"]["Size"] - ended["DestinationSizeStart"]["Size"]
    assert grown == ended["UploadSize"]


def test_what_a_backup_leaves_behind(worker: Worker) -> None:
    def hash_now() -> str:
        return str(worker.server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"])

    before = hash_now()
    job_id = worker.back_up()
    assert hash_now() == before
    job = worker.done(job_id)
    assert hash_now() != before
    profile = worker.profile
    statistics = profile["Sources"][worker.source]["Statistics"]
    assert statistics["LastBackupJob"] == statistics["LastSuccessfulBackupJob"] == job
    assert statistics["LastStartTime"] == job["StartTime"]
    vault = profile["Destinations"][worker.vault]
    assert vault["RepoInitTimestamp"] == job["StartTime"]
    assert vault["EncryptedEncryptionKey"]
    size = vault["Statistics"]["ClientProvidedSize"]
    assert size["Size"] == job["DestinationSizeEnd"]["Size"]
    assert vault["Statistics"]["ClientProvidedContent"]["Components"][0]["UsedBy"] == [worker.source]
    bucket = worker.server.ok("storage/bucket-properties", BucketID=vault["CometBucket"])
    assert bucket["Size"] == size
    assert worker.snapshots() == [job["SnapshotID"]]
    second = worker.done(worker.back_up())
    assert second["UploadSize"] < job["UploadSize"] < second["TotalSize"]
    assert worker.snapshots() == [job["SnapshotID"], second["SnapshotID"]]


def test_events_tell_of_begin_and_end(worker: Worker) -> None:
    worker.server.control("events/reset", {})
    job_id = worker.back_up()
    worker.later(2)
    ended = worker.done(job_id)
    events = [event for event in worker.server.control("events")["events"] if event["ResourceID"] == job_id]
    assert [event["TypeString"] for event in events] == ["SEVT_JOB_NEW", "SEVT_JOB_COMPLETED"]
    assert [event["Data"]["Status"] for event in events] == [ACTIVE, SUCCESS]
    assert events[1]["Data"] == ended
    assert {event["Actor"] for event in events} == {"alice"}


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("warning", 7001), ("error", 7002), ("quota", 7003), ("timeout", 7000), ("success", SUCCESS)],
)
def test_how_jobs_end_is_a_switch(worker: Worker, outcome: str, status: int) -> None:
    worker.server.switch(job_outcome=outcome)
    job = worker.done(worker.back_up())
    assert job["Status"] == status
    statistics = worker.profile["Sources"][worker.source]["Statistics"]
    assert statistics["LastBackupJob"] == job
    assert (statistics["LastSuccessfulBackupJob"]["GUID"] == job["GUID"]) == (status == SUCCESS)
    assert len(worker.snapshots()) == (status in (SUCCESS, 7001))
    worst = worker.server.ok("get-job-log-entries", JobID=job["GUID"], MinSeverity="W")
    assert [entry["Severity"] for entry in worst] == {SUCCESS: [], 7001: ["W"]}.get(status, ["E"])


def test_how_long_jobs_run_is_a_switch(worker: Worker) -> None:
    worker.server.switch(job_seconds=3600)
    job_id = worker.back_up()
    worker.later(3500)
    assert worker.job(job_id)["Status"] == ACTIVE
    worker.later(200)
    job = worker.job(job_id)
    assert job["EndTime"] - job["StartTime"] in (3600, 3601)


def test_jobs_run_in_real_time(worker: Worker) -> None:
    job_id = worker.begin(seconds=0.2)
    until = time.monotonic() + 5
    while worker.job(job_id)["Status"] == ACTIVE and time.monotonic() < until:
        time.sleep(0.02)
    assert worker.job(job_id)["Status"] == SUCCESS


def test_a_test_decides_how_one_job_ends(worker: Worker) -> None:
    job_id = worker.begin(kind="restore", seconds=1000, outcome="error")
    worker.server.control("job", {"job": job_id, "seconds": 1, "outcome": "warning"})
    job = worker.done(job_id)
    assert (job["Classification"], job["Status"]) == (4002, 7001)


@pytest.mark.parametrize(
    "request_",
    [
        {"user": "nobody"},
        {"user": "alice", "kind": "cooking"},
        {"user": "alice", "outcome": "splendid"},
        {"user": "alice", "seconds": -1},
        {"user": "alice", "device": "other"},
        {"user": "alice", "source": "other"},
        {"job": "other", "outcome": "error"},
    ],
)
def test_control_calls_that_make_no_sense(worker: Worker, request_: Any) -> None:
    answer = worker.server.http.post(f"{worker.server.url}_control/job", json=request_, timeout=10)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert worker.jobs == []


# Quotas


def test_a_full_vault(worker: Worker) -> None:
    limit = {"StorageLimitEnabled": True, "StorageLimitBytes": 1000}
    worker.change(Destinations={worker.vault: limit})
    assert worker.done(worker.back_up())["Status"] == 7003
    worker.change(Destinations={worker.vault: {**limit, "StorageLimitBytes": 1000 * GIB}})
    assert worker.done(worker.back_up())["Status"] == SUCCESS


def test_a_shared_quota_takes_precedence(worker: Worker) -> None:
    quota = {"Description": "both", "LimitBytes": 1000}
    worker.server.ok("squota/set-with-hash", SharedStorageQuotaID="q", SharedStorageQuota=quota)
    worker.change(Destinations={worker.vault: {"StorageLimitID": "q", "StorageLimitEnabled": False}})
    assert worker.done(worker.back_up())["Status"] == 7003
    quota["LimitBytes"] = 1000 * GIB
    worker.server.ok("squota/set-with-hash", SharedStorageQuotaID="q", SharedStorageQuota=quota)
    worker.change(Destinations={worker.vault: {"StorageLimitEnabled": True, "StorageLimitBytes": 1}})
    assert worker.done(worker.back_up())["Status"] == SUCCESS


def test_what_a_user_may_protect(worker: Worker) -> None:
    worker.change(AllProtectedItemsQuotaEnabled=True, AllProtectedItemsQuotaBytes=1000)
    assert worker.done(worker.back_up())["Status"] == 7003
    worker.change(AllProtectedItemsQuotaEnabled=False, Sources={worker.source: {"Engine": "engine1/winmsofficemail"}})
    job = worker.done(worker.back_up())
    assert job["Status"] == SUCCESS
    assert job["TotalAccountsCount"] > 1
    assert worker.done(worker.back_up())["TotalAccountsCount"] == job["TotalAccountsCount"]
    worker.change(QuotaOffice365ProtectedAccounts=1)
    assert worker.done(worker.back_up())["Status"] == 7003


# Cancelling and abandoning


def test_cancelling(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.later(2)
    given = {"TargetUser": "alice", "JobID": job_id}
    worker.server.ok("job/cancel", **given)
    job = worker.job(job_id)
    assert job["Status"] == 7005
    assert job["EndTime"] >= job["StartTime"] + 2
    assert 0 < job["UploadSize"] < job["TotalSize"]
    assert "SnapshotID" not in job
    worker.later(60)
    assert worker.job(job_id) == job
    worker.server.refused("job/cancel", 400, **given)


def test_a_job_is_only_cancelled_on_a_live_device(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.device_does("disconnect")
    message = worker.server.refused("job/cancel", 400, TargetUser="alice", JobID=job_id)
    assert "offline" in message
    assert worker.job(job_id)["Status"] == ACTIVE


def test_a_job_that_cannot_be_cancelled(worker: Worker) -> None:
    known = {"GUID": "j", "Username": "alice", "Status": ACTIVE, "Classification": 4001, "DeviceID": worker.device}
    worker.server.control("history", {"jobs": [{**known, "StartTime": 1_700_000_000}]})
    worker.server.refused("job/cancel", 400, TargetUser="alice", JobID="j")


def test_a_job_waits_for_its_device(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.later(2)
    done = worker.job(job_id)["Progress"]["ItemsDone"]
    worker.device_does("disconnect")
    worker.later(86_400)
    job = worker.job(job_id)
    assert (job["Status"], job["Progress"]["ItemsDone"]) == (ACTIVE, done)
    worker.device_does("connect")
    worker.later(1)
    assert worker.job(job_id)["Status"] == ACTIVE
    job = worker.done(job_id)
    assert job["Status"] == SUCCESS
    assert job["EndTime"] - job["StartTime"] > 86_400


def test_a_silent_device_can_time_a_job_out(worker: Worker) -> None:
    worker.server.switch(job_timeout_seconds=3600)
    job_id = worker.back_up()
    worker.device_does("disconnect")
    worker.later(3000)
    assert worker.job(job_id)["Status"] == ACTIVE
    worker.later(700)
    assert worker.job(job_id)["Status"] == 7000
    worker.device_does("connect")
    assert worker.done(job_id)["Status"] == 7000


def test_an_abandoned_job_of_a_live_device_is_revived(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.server.ok("job/abandon", TargetUser="alice", JobID=job_id)
    assert worker.job(job_id)["Status"] == 7007
    worker.later(1)
    job = worker.job(job_id)
    assert (job["Status"], job["EndTime"]) == (REVIVED, 0)
    assert job["CancellationID"]
    assert worker.done(job_id)["Status"] == SUCCESS


def test_an_abandoned_job_of_an_offline_device_stays_so(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.device_does("disconnect")
    worker.server.ok("job/abandon", TargetUser="alice", JobID=job_id)
    worker.later(1000)
    job = worker.job(job_id)
    assert job["Status"] == 7007
    assert job["EndTime"] > 0
    worker.server.refused("job/abandon", 400, TargetUser="alice", JobID=job_id)
    worker.device_does("connect")
    assert worker.done(job_id)["Status"] == SUCCESS


# What comes between


def test_jobs_outlive_a_restart_of_the_server(worker: Worker) -> None:
    worker.server.switch(device_reconnect_seconds=0.01)
    job_id = worker.back_up()
    worker.server.ok("meta/restart-service")
    worker.server.wait()
    assert worker.job(job_id)["Status"] == ACTIVE
    worker.later(1)
    assert worker.done(job_id)["Status"] == SUCCESS


def test_jobs_outlive_the_process(start: Any, tmp_path: Any) -> None:
    options = ("--data", str(tmp_path), "--set", "job_seconds=30", "--set", "devices_online=1")
    worker = Worker(start(*options))
    worker.later(10)
    job_id = worker.back_up()
    worker.later(20)
    worker.server.stop()
    worker.server = start(*options)
    assert worker.job(job_id)["Status"] == ACTIVE
    worker.device_does("connect")
    worker.later(1)
    assert worker.job(job_id)["Status"] == ACTIVE
    worker.later(10)
    assert worker.job(job_id)["Status"] == SUCCESS


def test_a_restored_state_goes_on(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.server.control("snapshot", {"name": "running"})
    assert worker.done(job_id)["Status"] == SUCCESS
    worker.server.control("restore", {"name": "running"})
    assert worker.job(job_id)["Status"] == ACTIVE
    assert worker.done(job_id)["Status"] == SUCCESS


def test_a_job_of_a_deleted_user_is_gone(worker: Worker) -> None:
    worker.done(worker.back_up())
    worker.back_up()
    worker.server.ok("delete-user", TargetUser="alice")
    worker.later(60)
    assert not {"job", "job_log", "work", "snapshot"} & worker.server.control("state")["counts"].keys()


def test_jobs_go_with_their_user_to_another_tenant(worker: Worker) -> None:
    job = worker.done(worker.back_up())
    server, tenant = worker.server, worker.server.tenant()
    assert server.ok("get-jobs-all", login=server.as_tenant()) == []
    moved = {**worker.profile, "OrganizationID": tenant}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=moved)
    assert server.ok("get-jobs-all", login=server.as_tenant()) == [job]
    assert server.ok("get-job-log-entries", JobID=job["GUID"], login=server.as_tenant())


def test_long_jobs_do_not_fill_their_log(worker: Worker) -> None:
    job_id = worker.begin(seconds=10_000)
    for _unused in range(100):
        worker.later(100)
    worker.later(10)
    assert worker.job(job_id)["Status"] == SUCCESS
    assert 5 < len(worker.server.ok("get-job-log-entries", JobID=job_id)) < 20


def test_a_profile_may_change_while_a_job_runs(worker: Worker) -> None:
    job_id = worker.back_up()
    worker.change(Sources={worker.source: None}, BackupRules={worker.rule: None}, Destinations={worker.vault: None})
    assert worker.done(job_id)["Status"] == SUCCESS
    assert worker.profile["Sources"] == {}
