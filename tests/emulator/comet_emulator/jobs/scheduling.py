"""Schedules that run by themselves, where the switch ``run_schedules`` says so."""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

import orjson

from ..devices.live import Connection, number_of
from ..emulator import Emulator
from .running import Order, when_ended
from .schedules import next_run
from .workload import BACKUP

Document = dict[str, Any]

MISSED, SKIPPED = 7004, 7006
FAILED = (7000, 7002, 7003)
MINUTE = 60
MADE_UP_SINCE = (23, 12, 3)
"""First version with which devices make up for a missed run when they come back online, not only when they start."""

LONGEST_LOOK_BACK = 31 * 86_400
"""Seconds before now that are caught up with at most."""

NO_RULES = b'"BackupRules":{}'


class Due(NamedTuple):
    """One schedule of a user at one moment (Unix seconds)."""

    moment: float
    username: str
    rule: str


def delay(schedule: Document, rule: str, moment: float) -> int:
    """Seconds by which a run is late at random: the same for the same run."""
    most = schedule.get("RandomDelaySecs", 0)
    return number_of(f"{rule} {moment}", most + 1) if most > 0 else 0


def _zone(profile: Document, rule: Document) -> str:
    """The time zone of the device that a rule is for."""
    source = profile["Sources"].get(rule["Source"]) or {}
    device = profile["Devices"].get(source.get("OwnerDevice", "")) or {}
    zone: str = device.get("DeviceTimezone") or profile["LocalTimezone"]
    return zone


class Plan(NamedTuple):
    """What was found out about one stored profile: when its schedules are due next, and whether some catch up."""

    body: bytes
    next: float
    makes_up: bool


def plan(username: str, body: bytes, since: float, until: float) -> tuple[Plan, list[Due]]:
    """The plan of a profile after ``until``, and what is due later than ``since`` and not after ``until``.

    Random delays may lead beyond.
    """
    found: list[Due] = []
    if NO_RULES in body:
        return Plan(body, inf, False), found
    profile, following, makes_up = orjson.loads(body), inf, False
    for key, rule in {} if profile["IsSuspended"] else profile["BackupRules"].items():
        zone = _zone(profile, rule)
        makes_up = makes_up or bool(rule["EventTriggers"].get("OnPCBootIfLastJobMissed"))
        for schedule in rule["Schedules"]:
            moment = next_run(schedule, zone, since)
            while moment is not None and moment <= until:
                found.append(Due(moment + delay(schedule, key, moment), username, key))
                moment = next_run(schedule, zone, moment)
            following = min(following, inf if moment is None else moment)
    return Plan(body, following, makes_up), found


class Scheduler:
    """Runs the schedules of one server. Profiles are only read again when they changed, or something in them is due."""

    def __init__(self, emulator: Emulator) -> None:
        self._seen = emulator.clock.monotonic()
        self._last = emulator.clock.time()
        self._plans: dict[str, Plan] = {}

    def run(self, emulator: Emulator) -> None:
        """Start what became due since the last look, when the switch wants it."""
        now, moment = emulator.clock.time(), emulator.clock.monotonic()
        # By the monotonic clock, so that a wall clock that is set does not repeat or leave out anything.
        since, self._seen = now - min(moment - self._seen, LONGEST_LOOK_BACK), moment
        if now < self._last:
            self._plans.clear()
        self._last = now
        if not emulator.switches["run_schedules"]:
            return
        for run in self._due(emulator, since, now):
            if run.moment <= now:
                run_now(emulator, run)
            else:
                _run_later(emulator, run, run.moment - now)
        if emulator.version >= MADE_UP_SINCE:
            _make_up(emulator, {username for username, known in self._plans.items() if known.makes_up})

    def _due(self, emulator: Emulator, since: float, until: float) -> list[Due]:
        """What is due later than ``since`` and not after ``until``, in order."""
        due: list[Due] = []
        for username, row in emulator.store.rows("user").items():
            known = self._plans.get(username)
            if known is None or known.next <= until or known.body != row.body:
                self._plans[username], found = plan(username, row.body, since, until)
                due += found
        return sorted(due)


def _run_later(emulator: Emulator, run: Due, seconds: float, retry: int = 0) -> None:
    emulator.timers.after(seconds, lambda: run_now(emulator, run, retry))


def run_now(emulator: Emulator, run: Due, retry: int = 0) -> None:
    """Start one scheduled backup as of its moment; of an offline device it is missed, unless it is a further try."""
    profile = emulator.store.peek("user", run.username)
    rule = profile and profile["BackupRules"].get(run.rule)
    source = profile and rule and profile["Sources"].get(rule["Source"])
    row = emulator.store.row("user", run.username)
    if not profile or not rule or not source or row is None or source["OwnerDevice"] not in profile["Devices"]:
        return
    order = Order(BACKUP, rule["Source"], rule["Destination"], rule=run.rule, started=run.moment, retry=retry)
    order.tags, order.stop_after = rule["Tags"], rule["StopAfter"]
    order.details = {"AutoRetentionLevel": rule["AutoRetentionLevel"]}
    connection = emulator.live.of_device(run.username, source["OwnerDevice"])
    with emulator.changing():
        if connection is not None:
            _run_online(emulator, connection, order, rule)
        elif not retry and _missed_counts(emulator, run.moment):
            offline = emulator.live.new_connection(run.username, source["OwnerDevice"], row)
            emulator.jobs.record(offline, order, MISSED)


def _run_online(emulator: Emulator, connection: Connection, order: Order, rule: Document) -> None:
    same = emulator.jobs.same_work(connection, order) if rule["SkipAlreadyRunning"] else None
    if same is None:
        emulator.jobs.start(connection, order)
    else:
        emulator.jobs.record(connection, order, SKIPPED, ConflictingJobID=same["GUID"])


def _missed_counts(emulator: Emulator, moment: float) -> bool:
    role = emulator.config["AuthenticationRole"]
    return bool(role["GenerateMissedBackupEvents"]) and moment >= role["NoMissedBackupEventsBefore"]


# What follows a run that went wrong


@when_ended(BACKUP)
def retry_later(emulator: Emulator, job: Document, _unused: Document) -> None:
    """Try a failed backup again after a while, as often as its rule says."""
    rule = ((emulator.store.peek("user", job["Username"]) or {}).get("BackupRules") or {}).get(
        job.get("BackupRuleGUID")
    )
    if rule is None or job["Status"] not in FAILED or not emulator.switches["run_schedules"]:
        return
    triggers, retry = rule["EventTriggers"], job["RetryCount"] + 1
    if triggers.get("OnLastJobFailDoRetry") and retry <= triggers.get("LastJobFailDoRetryCount", 0):
        wait = triggers.get("LastJobFailDoRetryTime", 0) * MINUTE
        run = Due(job["EndTime"] + wait, job["Username"], job["BackupRuleGUID"])
        _run_later(emulator, run, max(0.0, run.moment - emulator.clock.time()), retry)


def _make_up(emulator: Emulator, usernames: set[str]) -> None:
    """Run what devices of some users missed last and are there for now, where the rule wants that."""
    last: dict[tuple[str, str], Document] = {}
    for row in emulator.store.rows("job").values() if usernames else ():
        if row.parent in usernames:
            job = orjson.loads(row.body)
            last[job["Username"], job.get("BackupRuleGUID", "")] = job
    for (username, key), job in last.items():
        rule = ((emulator.store.peek("user", username) or {}).get("BackupRules") or {}).get(key)
        if rule is None or job["Status"] != MISSED or not rule["EventTriggers"].get("OnPCBootIfLastJobMissed"):
            continue
        if emulator.live.of_device(username, job["DeviceID"]) is not None:
            run_now(emulator, Due(emulator.clock.time(), username, key))
