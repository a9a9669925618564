"""The job history."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.routing import Call, fragment, handles
from ..core.store import Row
from ..emulator import Emulator, Stored
from ..jobs.job_log import RUNNING, read_log
from ..jobs.running import ABANDONED, CANCELLED
from ..server.routine import every_hour
from .profiles import find_user
from .searching import job_test

DAY = 24 * 3600
SEVERITIES = "DIWE"

Job = dict[str, Any]


def _select(call: Call, wanted: Callable[[Job], bool]) -> Stored:
    rows = [row for row in call.visible("job").values() if wanted(orjson.loads(row.body))]
    return Stored([fragment(row) for row in rows])


def _find(call: Call, job_id: str) -> Row:
    row = call.find("job", job_id, "job")
    if call.caller.kind == "user" and row.parent != call.caller.username:
        raise call.unknown("job")
    return row


@handles("AdminGetJobsAll")
def all_jobs(call: Call) -> Stored:
    """Every visible job."""
    return Stored([fragment(row) for row in call.visible("job").values()])


@handles("AdminGetJobsRecent")
def recent_jobs(call: Call) -> Stored:
    """Jobs that run, or ended lately."""
    since = call.emulator.clock.now() - call.switch("recent_jobs_seconds")
    return _select(call, lambda job: job["EndTime"] == 0 or job["EndTime"] >= since)


@handles("AdminGetJobsForUser")
def jobs_for_user(call: Call) -> Stored:
    """Jobs of one user."""
    find_user(call, call["TargetUser"])
    return Stored([fragment(row) for row in call.visible("job").values() if row.parent == call["TargetUser"]])


@handles("UserWebGetJobs")
def own_jobs(call: Call) -> Stored:
    """Jobs of the calling user."""
    return Stored([fragment(row) for row in call.visible("job").values() if row.parent == call.caller.username])


@handles("AdminGetJobsForDateRange")
def jobs_for_date_range(call: Call) -> Stored:
    """Jobs that started or ended in a range, in either order of its ends; 0 and 0 mean those not finished.

    Before 22.6.0 jobs that are not finished may come along with any range: here all do.
    """
    first, last = sorted((call["Start"], call["End"]))
    unfinished = call.emulator.version < (22, 6, 0)
    if first == last == 0:
        return _select(call, lambda job: job["EndTime"] == 0)

    def inside(job: Job) -> bool:
        began: bool = first <= job["StartTime"] <= last
        ended: bool = job["EndTime"] > 0 and first <= job["EndTime"] <= last
        return began or ended or (unfinished and job["EndTime"] == 0)

    return _select(call, inside)


@handles("AdminGetJobsForCustomSearch")
def search_jobs(call: Call) -> Stored:
    """Jobs that fit a search clause."""
    return _select(call, job_test(call.emulator, call["Query"]))


@handles("UserWebGetJobsForCustomSearch")
def search_own_jobs(call: Call) -> Stored:
    """Jobs of the calling user that fit a search clause."""
    own, test = call.caller.username, job_test(call.emulator, call["Query"])
    return _select(call, lambda job: job["Username"] == own and test(job))


@handles("AdminCountJobsForCustomSearch")
def count_jobs(call: Call) -> dict[str, int]:
    """How many jobs fit a search clause."""
    return {"Count": len(search_jobs(call).value)}


@handles("AdminGetJobProperties", "UserWebGetJobProperties")
def job_properties(call: Call) -> Stored:
    """One job."""
    return Stored(fragment(_find(call, call["JobID"])))


@handles("AdminGetJobLogEntries", "UserWebGetJobLogEntries")
def job_log_entries(call: Call) -> list[Job]:
    """Lines of a job's log, of a severity at least and with a text in them."""
    _find(call, call["JobID"])
    lowest = SEVERITIES.index(call.get("MinSeverity") or SEVERITIES[0])
    text = call.get("MessageContains")
    lines = read_log(call.emulator, call["JobID"])
    return [entry for entry in lines if SEVERITIES.index(entry["Severity"]) >= lowest and text in entry["Message"]]


@handles("AdminGetJobLog", "UserWebGetJobLog")
def job_log(call: Call) -> bytes:
    """The whole log as text, times in UTC."""
    _find(call, call["JobID"])
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(entry['Time']))} {entry['Severity']} {entry['Message']}\n"
        for entry in read_log(call.emulator, call["JobID"])
    ]
    return "".join(lines).encode()


def _unfinished(call: Call, username: str) -> Job:
    """A job of that user that has not ended.

    Raises:
        ApiError: there is none.
    """
    find_user(call, username)
    row = _find(call, call["JobID"])
    job: Job = orjson.loads(row.body)
    if row.parent != username or job["Status"] not in RUNNING:
        raise ApiError(400, "The job is not running")
    return job


@every_hour
def prune(emulator: Emulator) -> None:
    """Forget jobs that ended longer ago than ``PruneLogsAfterDays``; 0 keeps them all."""
    days = emulator.config["AuthenticationRole"]["PruneLogsAfterDays"]
    oldest = emulator.clock.now() - days * DAY
    with emulator.changing():
        for key, row in list(emulator.store.rows("job").items()) if days > 0 else ():
            if 0 < orjson.loads(row.body)["EndTime"] < oldest:
                emulator.store.delete("job", key)
                emulator.store.delete("job_log", key)


@handles("AdminJobAbandon")
def abandon(call: Call) -> Stored:
    """Mark an unfinished job as abandoned; its device, if it still works on the job, revives it."""
    job = _unfinished(call, call["TargetUser"])
    call.emulator.jobs.end(job["GUID"], ABANDONED)
    return call.ok()


@handles("AdminJobCancel", "UserWebJobCancel")
def cancel(call: Call) -> Stored:
    """Let the device stop an unfinished job. It must be online, and the job one that can be cancelled."""
    job = _unfinished(call, call.get("TargetUser") or call.caller.username)
    if not job.get("CancellationID"):
        raise ApiError(400, "The job cannot be cancelled")
    if call.emulator.live.of_device(job["Username"], job["DeviceID"]) is None:
        raise ApiError(400, "The device is offline, the job cannot be cancelled")
    call.emulator.jobs.end(job["GUID"], CANCELLED)
    return call.ok()
