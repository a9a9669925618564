# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift on five servers of ten thousand users each: all that changed, nothing else, in bounded time and memory."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from emulated import ROOT, Emulated

from ansible_collections.comet.backup.tests.fleet.detecting import CLEAN, DRIFT, UNKNOWN, Detected, detect
from ansible_collections.comet.backup.tests.fleet.drifting import Described, Line, lines
from ansible_collections.comet.backup.tests.fleet.servers import Fleet

NAMES = ("africa", "america", "asia", "australia", "europe")
USERS = 10_000
CHANGES = 100
AS_WRITTEN = "as written"
PEAK = ROOT / "tests" / "bench" / "peak.py"
"""Runs a program and tells how much memory its largest process had."""
SECONDS, MEGABYTES = 120.0, 1_000.0
"""No run may take longer, and no process of one may need more. Far above what is usual, for busy machines."""


@dataclass(frozen=True)
class Large:
    """Five servers with the files that describe them."""

    fleet: Fleet
    described: dict[str, Described]

    def restore(self) -> None:
        """Take back what happened behind the back of the files."""
        for server in self.fleet.servers.values():
            server.control("restore", {"name": AS_WRITTEN})

    def detect(self, folder: Path, **variables: object) -> Detected:
        """A run within the bounds; says what it took."""
        began = time.monotonic()
        run = detect(self.fleet, folder, through=PEAK, **variables)
        seconds = time.monotonic() - began
        megabytes = json.loads(run.played.output.splitlines()[-1])["peak_bytes"] / 1e6
        print(f"{len(NAMES)} servers of {USERS} users: {seconds:.1f} s, {megabytes:.0f} MB in the largest process")
        assert seconds < SECONDS
        assert megabytes < MEGABYTES
        return run


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    """Servers with the seed of many users, and files written from what they hold."""
    directory = tmp_path_factory.mktemp("large")
    with ExitStack() as stack, ThreadPoolExecutor(len(NAMES)) as pool:
        options = ("--seed", f"users={USERS}", "--set", "restart_seconds=0.05")
        servers = {name: stack.enter_context(Emulated(*options)) for name in NAMES}
        made = Fleet(servers, directory)
        made.describe({"comet_retries": 0, "fleet_src": f"{directory}/{{{{ inventory_hostname }}}}.json"})
        files = [directory / f"{name}.json" for name in NAMES]
        described = dict(zip(NAMES, pool.map(Described.write, servers.values(), files), strict=True))
        for server in servers.values():
            server.control("snapshot", {"name": AS_WRITTEN})
        yield Large(made, described)


def told(run: Detected) -> Counter[tuple[str, Line]]:
    """All lines of the report, by server; one that is told twice counts twice."""
    return Counter((server["name"], line) for server in run.report["servers"] for line in lines(server))


def test_all_changes_are_found_and_nothing_else(large: Large, tmp_path: Path) -> None:
    """And once they are taken back, nothing is."""
    made = Counter((name, line) for name, one in large.described.items() for line in one.disturb())
    assert made.total() == len(made) == CHANGES
    run = large.detect(tmp_path)
    assert run.status == DRIFT, run.played.output
    assert (sorted(told(run) - made), sorted(made - told(run))) == ([], [])
    totals = run.report["totals"]
    assert (totals["findings"], totals["drift"], totals["compared"]) == (CHANGES, CHANGES, len(NAMES))
    assert set(run.verdicts.values()) == {"drift"}

    large.restore()
    run = large.detect(tmp_path, drift_previous=str(tmp_path / "drift.json"))
    assert run.status == CLEAN, run.played.output
    assert told(run) == Counter()
    totals = run.report["totals"]
    objects = sum(one.objects for one in large.described.values())
    assert (totals["gone"], totals["objects"], totals["unchanged"]) == (CHANGES, objects, objects)


def test_a_server_that_stops_does_not_keep_the_others_from_being_reported(large: Large, tmp_path: Path) -> None:
    """All that changed on them is found."""
    large.restore()
    first, *others = NAMES
    made = {name: Counter(large.described[name].disturb()) for name in others}
    large.fleet.servers[first].process.terminate()
    large.fleet.servers[first].process.wait(timeout=10)
    run = large.detect(tmp_path)
    assert run.status == UNKNOWN, run.played.output
    assert run.verdicts == {first: "unknown", **dict.fromkeys(others, "drift")}
    assert run.server(first)["state"] == "unreachable"
    assert {name: Counter(lines(run.server(name))) for name in others} == made
