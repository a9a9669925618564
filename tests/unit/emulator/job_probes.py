"""What the switches about jobs change, for ``test_switches``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.comet.backup.tests.unit.emulator.worker import Worker

VALUES = {"job_seconds": 1000.0, "job_timeout_seconds": 5, "recent_jobs_seconds": 3 * 86_400}
KNOWN = {"Username": "alice", "Classification": 4001, "Status": 5000, "StartTime": 1000}


def job_seconds(server: Any) -> Any:
    worker = Worker(server)
    return worker.done(worker.back_up())["Status"]


def job_outcome(server: Any) -> Any:
    worker = Worker(server)
    return worker.done(worker.back_up())["Status"]


def job_timeout_seconds(server: Any) -> Any:
    worker = Worker(server)
    job_id = worker.back_up()
    worker.device_does("disconnect")
    return worker.done(job_id)["Status"]


def run_schedules(server: Any) -> Any:
    worker = Worker(server)
    worker.later(86_400)
    return len(worker.jobs)


def search_unknown_field(server: Any) -> Any:
    clause = {"RuleField": "BackupJobDetail.Nothing", "RuleOperator": "int_eq", "RuleValue": "0"}
    return server.call("count-jobs-for-custom-search", Query=clause)


def recent_jobs_seconds(server: Any) -> Any:
    server.user()
    ended = int(server.control("clock", {"advance": 0})["now"]) - 2 * 86_400
    server.control("history", {"jobs": [{**KNOWN, "GUID": "job", "EndTime": ended}]})
    return len(server.ok("get-jobs-recent"))


def shuffle_lists(server: Any) -> Any:
    server.user()
    jobs = [{**KNOWN, "GUID": f"job-{number}"} for number in range(30)]
    server.control("history", {"jobs": jobs})
    return server.ok("get-jobs-all") == server.ok("get-jobs-all")


PROBES: dict[str, Callable[[Any], Any]] = {
    probe.__name__: probe
    for probe in (
        job_seconds,
        job_outcome,
        job_timeout_seconds,
        run_schedules,
        recent_jobs_seconds,
        search_unknown_field,
        shuffle_lists,
    )
}
