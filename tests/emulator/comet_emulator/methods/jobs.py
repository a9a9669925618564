"""The job history."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson

from ..emulator import Stored
from ..errors import ApiError
from ..routing import PLAUSIBLE, Call, fragment, handles
from ..store import Row
from .profiles import find_user
from .searching import matches

RECENT_SECONDS = 24 * 3600
SEVERITIES = "DIWE"
RUNNING = range(6000, 7000)

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
    return _select(call, lambda job: True)


@handles("AdminGetJobsRecent")
def recent_jobs(call: Call) -> Stored:
    """Jobs that run, or ended within a day."""
    since = call.emulator.clock.now() - RECENT_SECONDS
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
    """Jobs that started or ended in a range, in either order of its ends; 0 and 0 mean those not finished."""
    first, last = sorted((call["Start"], call["End"]))
    if first == last == 0:
        return _select(call, lambda job: job["EndTime"] == 0)
    return _select(call, lambda job: first <= job["StartTime"] <= last or first <= job["EndTime"] <= last)


@handles("AdminGetJobsForCustomSearch")
def search_jobs(call: Call) -> Stored:
    """Jobs that fit a search clause."""
    now = call.emulator.clock.now()
    return _select(call, lambda job: matches(call["Query"], job, now))


@handles("UserWebGetJobsForCustomSearch")
def search_own_jobs(call: Call) -> Stored:
    """Jobs of the calling user that fit a search clause."""
    own, now = call.caller.username, call.emulator.clock.now()
    return _select(call, lambda job: job["Username"] == own and matches(call["Query"], job, now))


@handles("AdminCountJobsForCustomSearch")
def count_jobs(call: Call) -> dict[str, int]:
    """How many jobs fit a search clause."""
    return {"Count": len(search_jobs(call).value)}


@handles("AdminGetJobProperties", "UserWebGetJobProperties")
def job_properties(call: Call) -> Stored:
    """One job."""
    return Stored(fragment(_find(call, call["JobID"])))


def _entries(job: Job) -> list[dict[str, Any]]:
    entries = [{"Time": job["StartTime"], "Severity": "I", "Message": "Starting job"}]
    if job["EndTime"]:
        good = job["Status"] < RUNNING.start
        message = "Job finished" if good else "Job failed"
        entries.append({"Time": job["EndTime"], "Severity": "I" if good else "E", "Message": message})
    return entries


@handles(
    "AdminGetJobLogEntries",
    "UserWebGetJobLogEntries",
    coverage=PLAUSIBLE,
    reason="made-up lines: no device writes a log",
)
def job_log_entries(call: Call) -> list[dict[str, Any]]:
    """Made-up log lines, of a severity at least and with a text in them."""
    lowest = SEVERITIES.index(call.get("MinSeverity") or "D")
    entries = _entries(orjson.loads(_find(call, call["JobID"]).body))
    text = call.get("MessageContains")
    return [entry for entry in entries if SEVERITIES.index(entry["Severity"]) >= lowest and text in entry["Message"]]


@handles("AdminGetJobLog", "UserWebGetJobLog", coverage=PLAUSIBLE, reason="made-up lines: no device writes a log")
def job_log(call: Call) -> bytes:
    """The made-up log as text."""
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(entry['Time']))} {entry['Severity']} {entry['Message']}"
        for entry in _entries(orjson.loads(_find(call, call["JobID"]).body))
    ]
    return ("\n".join(lines) + "\n").encode()


@handles("AdminJobAbandon")
def abandon(call: Call) -> Stored:
    """Mark an unfinished job as abandoned."""
    find_user(call, call["TargetUser"])
    row = _find(call, call["JobID"])
    job = orjson.loads(row.body)
    if row.parent != call["TargetUser"] or job["Status"] not in RUNNING:
        raise ApiError(400, "The job is not running")
    job.update(Status=7007, EndTime=call.emulator.clock.now())
    call.emulator.store.put("job", call["JobID"], job, organization=row.organization, parent=row.parent)
    return call.ok()


@handles("AdminJobCancel", "UserWebJobCancel", coverage=PLAUSIBLE, reason="always refused: no device is connected")
def cancel(call: Call) -> Stored:
    """Refused: no device is connected that could stop."""
    find_user(call, call.get("TargetUser") or call.caller.username)
    _find(call, call["JobID"])
    raise ApiError(400, "The device is offline, the job cannot be cancelled")
