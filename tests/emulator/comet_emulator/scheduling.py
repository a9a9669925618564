"""Schedules that run by themselves, where the switch ``run_schedules`` says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from .emulator import Emulator
from .live import Connection, number_of
from .running import Order
from .schedules import next_run
from .workload import BACKUP

Document = dict[str, Any]

MISSED, SKIPPED = 7004, 7006
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


def _moments(rule_id: str, rule: Document, zone: str, since: float, until: float) -> Iterator[float]:
    for schedule in rule["Schedules"]:
        moment = next_run(schedule, zone, since)
        while moment is not None and moment <= until:
            yield moment + delay(schedule, rule_id, moment)
            moment = next_run(schedule, zone, moment)


def _zone(profile: Document, rule: Document) -> str:
    """The time zone of the device that a rule is for."""
    source = profile["Sources"].get(rule["Source"]) or {}
    device = profile["Devices"].get(source.get("OwnerDevice", "")) or {}
    zone: str = device.get("DeviceTimezone") or profile["LocalTimezone"]
    return zone


def due(emulator: Emulator, since: float, until: float) -> list[Due]:
    """What is due later than ``since`` and not after ``until``, in order; random delays may lead beyond."""
    found = []
    for username, row in emulator.store.rows("user").items():
        profile = None if NO_RULES in row.body else orjson.loads(row.body)
        if profile is None or profile["IsSuspended"]:
            continue
        for key, rule in profile["BackupRules"].items():
            times = _moments(key, rule, _zone(profile, rule), since, until)
            found += [Due(moment, username, key) for moment in times]
    return sorted(found)


class Scheduler:
    """Runs the schedules of one server."""

    def __init__(self, emulator: Emulator) -> None:
        self._seen = emulator.clock.time()

    def run(self, emulator: Emulator) -> None:
        """Start what became due since the last look, when the switch wants it."""
        now = emulator.clock.time()
        since, self._seen = max(self._seen, now - LONGEST_LOOK_BACK), now
        if not emulator.switches["run_schedules"]:
            return
        for run in due(emulator, since, now):
            if run.moment <= now:
                run_now(emulator, run)
            else:
                _run_later(emulator, run, run.moment - now)


def _run_later(emulator: Emulator, run: Due, seconds: float) -> None:
    emulator.timers.after(seconds, lambda: run_now(emulator, run))


def run_now(emulator: Emulator, run: Due) -> None:
    """Start one scheduled backup as of its moment; of an offline device it is missed."""
    profile = emulator.store.peek("user", run.username)
    rule = profile and profile["BackupRules"].get(run.rule)
    source = profile and rule and profile["Sources"].get(rule["Source"])
    row = emulator.store.row("user", run.username)
    if not profile or not rule or not source or row is None or source["OwnerDevice"] not in profile["Devices"]:
        return
    order = Order(BACKUP, rule["Source"], rule["Destination"], rule=run.rule, started=run.moment)
    order.tags, order.stop_after = rule["Tags"], rule["StopAfter"]
    order.details = {"AutoRetentionLevel": rule["AutoRetentionLevel"]}
    connection = emulator.live.of_device(run.username, source["OwnerDevice"])
    with emulator.changing():
        if connection is not None:
            _run_online(emulator, connection, order, rule)
        elif _missed_counts(emulator, run.moment):
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
