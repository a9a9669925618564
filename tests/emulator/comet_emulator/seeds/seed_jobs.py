"""Jobs of the demo seed: five nights of backups for a user, up to the moment of seeding."""

from __future__ import annotations

import random
from typing import Any

from ..devices.live import online_from_start
from ..emulator import Emulator
from ..jobs.job_log import RUNNING, whole_log, write_log
from ..jobs.snapshots import add_snapshot
from ..jobs.workload import BACKUP, ZERO, totals
from .seed_users import DAY, GIB, guid_from

Document = dict[str, Any]

ACTIVE, SUCCESS, WARNED, MISSED = 6001, 5000, 7001, 7004
OUTCOMES = (SUCCESS, SUCCESS, SUCCESS, SUCCESS, WARNED, 7002, MISSED, ACTIVE)
NIGHTS = 5
SHARE_SENT = 50
"""One of so many bytes goes over the line."""


def _id(purpose: str, job_id: str) -> str:
    return guid_from(random.Random(f"{purpose} {job_id}"))


def _measured(size: int, moment: int) -> Document:
    return {"Size": size, "MeasureStarted": moment, "MeasureCompleted": moment}


def _draw(emulator: Emulator, rng: random.Random, profile: Document, nights_ago: int) -> Document:
    """One job; how it went is for the generator to say, when it was for the clock."""
    status = OUTCOMES[rng.randrange(len(OUTCOMES))]
    before = nights_ago * DAY + rng.randrange(DAY)
    size = rng.randrange(1, 200) * GIB
    job_id = guid_from(rng)
    duration = 0 if status == ACTIVE else rng.randrange(60, 7200)
    # Each night is another protected item's, so that most of them have run.
    sources = list(profile["Sources"])
    source = sources[nights_ago % len(sources)]
    device = profile["Sources"][source]["OwnerDevice"]
    online = online_from_start(device, emulator.switches["devices_online"])
    # A job of tonight runs where the device is online; an old one is stuck since its device went away.
    if status == ACTIVE and online != (nights_ago == 0):
        status = MISSED
    ended = emulator.clock.now() - before
    job = {
        "GUID": job_id,
        "Username": profile["Username"],
        "Classification": BACKUP,
        "Status": status,
        "StartTime": ended - (0 if status == MISSED else duration),
        "EndTime": 0 if status == ACTIVE else ended,
        "SourceGUID": source,
        "DestinationGUID": next(iter(profile["Destinations"])),
        "DeviceID": device,
        "BackupRuleGUID": next(key for key, rule in profile["BackupRules"].items() if rule["Source"] == source),
        "ClientVersion": "25.9.8",
    }
    return {**job, **_details(job, totals(rng.randrange(1, 500_000), size), profile)}


def _details(job: Document, whole: Document, profile: Document) -> Document:
    """What a job of that status has seen of a protected item with these totals."""
    held = profile["Destinations"][job["DestinationGUID"]]["Statistics"]["ClientProvidedSize"]["Size"]
    if job["Status"] == MISSED:
        return ZERO
    if job["Status"] == ACTIVE:
        done = {"BytesDone": whole["TotalSize"] // 2, "ItemsDone": whole["TotalFiles"] // 2}
        times = {"SentTime": job["StartTime"], "RecievedTime": job["StartTime"]}
        progress = {"Counter": 1, **times, **done, "ItemsTotal": whole["TotalFiles"]}
        return {**ZERO, "CancellationID": _id("cancellation of", job["GUID"]), "Progress": progress}
    sent = whole["TotalSize"] // SHARE_SENT
    good = job["Status"] in (SUCCESS, WARNED)
    return {
        **whole,
        "UploadSize": sent,
        "SnapshotID": _id("snapshot of", job["GUID"]) if good else "",
        "DestinationSizeStart": _measured(max(0, held - sent), job["StartTime"]),
        "DestinationSizeEnd": _measured(held, job["EndTime"]),
    }


def _statistics(emulator: Emulator, profile: Document, jobs: list[Document]) -> None:
    """Write into a profile what its jobs, oldest first, left there."""
    seen: dict[str, Document] = {}
    for job in jobs:
        if job["Status"] in (*RUNNING, MISSED):
            continue
        statistics = seen.setdefault(job["SourceGUID"], {})
        statistics.update(LastStartTime=job["StartTime"], LastBackupJob=job)
        if job["Status"] == SUCCESS:
            statistics["LastSuccessfulBackupJob"] = job
            vault = profile["Destinations"][job["DestinationGUID"]]
            held = {**vault["Statistics"], "ClientProvidedSize": job["DestinationSizeEnd"]}
            vault["Statistics"] = emulator.take("DestinationStatistics", held, "seed")
    for source, statistics in seen.items():
        profile["Sources"][source]["Statistics"] = emulator.take("SourceStatistics", statistics, "seed")


def seed_jobs(emulator: Emulator, rng: random.Random, profile: Document, organization: str) -> None:
    """Store the last jobs of a user with their logs and snapshots; the profile gets their statistics.

    Jobs that run stand still: no device of this run has begun them.
    """
    drawn = [_draw(emulator, rng, profile, nights_ago) for nights_ago in range(NIGHTS)]
    jobs = [emulator.jobs.store(job, organization) for job in sorted(drawn, key=lambda job: int(job["StartTime"]))]
    for job in jobs:
        write_log(emulator, job, *whole_log(job))
        if job.get("SnapshotID"):
            add_snapshot(emulator, job, organization, profile["Sources"][job["SourceGUID"]]["Engine"])
    _statistics(emulator, profile, jobs)
