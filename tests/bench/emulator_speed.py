# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed and size of the emulator itself, so that the other benchmarks measure the collection."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from case import Case, in_turns
from emulated import ADMIN, PASSWORD, Emulated
from load import CALLS

HERE = Path(__file__).resolve().parent
USERS = 10_000
MANY_USERS = 100_000
CALLS_PER_SECOND = 1500
SEED_SECONDS = 60.0
START_SECONDS = 5.0
MEGABYTE = 1e6


class LoadGenerator:
    """The process of ``load.py``, which measures one thing at a time."""

    def __init__(self, server: Emulated) -> None:
        port = server.url.rstrip("/").rpartition(":")[2]
        command = [sys.executable, str(HERE / "load.py"), port, ADMIN, PASSWORD]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self, what: str) -> float:
        """Seconds for one of the generator's measures."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(what, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the load generator did not measure {what}")
        return float(line)

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=10)


@contextmanager
def load_on(server: Emulated) -> Iterator[LoadGenerator]:
    """A load generator for a server."""
    generator = LoadGenerator(server)
    try:
        yield generator
    finally:
        generator.close()


def answers(repeats: int) -> dict[str, Case]:
    """Small calls, and one list of all users against serialising it."""
    with Emulated("--seed", f"users={USERS}") as server, load_on(server) as load:
        load.seconds("calls")
        load.seconds("list")
        small, whole, serialised = in_turns(
            repeats,
            lambda: load.seconds("calls"),
            lambda: load.seconds("list"),
            lambda: load.seconds("serialise"),
        )
    rate = CALLS / small
    return {
        "emulator_calls": Case(rate / CALLS_PER_SECOND, 1.0, "higher", rate, CALLS_PER_SECOND, "calls per s"),
        "emulator_list_full": Case(whole / serialised, 2.0, "lower", 1000 * whole, 1000 * serialised, "ms"),
    }


def resident_bytes(process_id: int) -> float:
    """Memory that a process holds."""
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(process_id)], capture_output=True, text=True, check=True)
    return 1024.0 * int(done.stdout)


def starts(repeats: int) -> dict[str, Case]:
    """Seeding very many users, starting with them again, and what they take."""
    with tempfile.TemporaryDirectory(prefix="comet-bench-") as directory:

        def start(*options: str) -> tuple[float, float]:
            began = time.perf_counter()
            with Emulated("--data", directory, *options) as server:
                return time.perf_counter() - began, resident_bytes(server.process.pid)

        seeding, seeded = start("--seed", f"users={MANY_USERS}")
        stored = float(sum(file.stat().st_size for file in Path(directory).iterdir()))
        again = statistics.median(start()[0] for _unused in range(repeats))
    return {
        "emulator_seed": Case(seeding / SEED_SECONDS, 1.0, "lower", seeding, SEED_SECONDS, "s"),
        "emulator_start": Case(again / START_SECONDS, 1.0, "lower", again, START_SECONDS, "s"),
        "emulator_memory": Case(seeded / stored, 1.5, "lower", seeded / MEGABYTE, stored / MEGABYTE, "MB"),
    }
