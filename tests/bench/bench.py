#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed of the collection, each case against its floor in the same run: a table, and ``build/bench.json``.

Absolute times mean little on a shared machine, ratios do. Every figure is the median of several runs that take turns
with the runs they are compared with. The exit status is 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "tests" / "tools")]

from emulated import ADMIN, PASSWORD, Emulated  # noqa: E402

USERS = 1000
URI_ITEMS = 20
MODULE_ITEMS = 20


@dataclass(frozen=True)
class Case:
    """One comparison. ``better`` says on which side of ``limit`` the ratio has to be."""

    ratio: float
    limit: float
    better: str
    ours: float
    floor: float
    unit: str

    @property
    def reached(self) -> bool:
        """Whether the ratio is on the right side of its limit."""
        return self.ratio >= self.limit if self.better == "higher" else self.ratio <= self.limit


def playbook_seconds(server: Emulated, name: str, **variables: object) -> float:
    """Wall-clock seconds of one ``ansible-playbook`` process. Raises SystemExit with its output when it fails."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), str(HERE / name)]
    command += ["--extra-vars", json.dumps({"users": USERS, **variables})]
    login = {"COMET_URL": server.url, "COMET_USERNAME": ADMIN, "COMET_PASSWORD": PASSWORD}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **login}, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")
    return seconds


def in_turns(repeats: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; they take turns, so that a slow moment of the machine hits all of them."""
    rounds = [[measure() for measure in measures] for _unused in range(repeats)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def loops(repeats: int) -> dict[str, Case]:
    """Existing users, one by one in a loop: through both doors, and with one plain request each."""
    with Emulated("--seed", f"users={USERS}") as server:
        # Everything is made as the timed runs want it, so that they find nothing to change.
        playbook_seconds(server, "users.yml", items=USERS)

        def per_item(name: str, items: int, **variables: object) -> float:
            whole = playbook_seconds(server, name, items=items, **variables)
            empty = playbook_seconds(server, name, items=0, **variables)
            return 1000 * (whole - empty) / items

        here, process, uri = in_turns(
            repeats,
            lambda: per_item("users.yml", USERS, unchanged=True),
            lambda: per_item("users.yml", MODULE_ITEMS, unchanged=True, comet_execution="module"),
            lambda: per_item("uri.yml", URI_ITEMS),
        )
    return {
        "loop_1000_in_process": Case(uri / here, 60, "higher", here, uri, "ms per item"),
        "loop_module_process": Case(process / uri, 1.0, "lower", process, uri, "ms per item"),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the cases, print the table, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs per figure; the median counts")
    options = parser.parse_args(arguments)
    cases = loops(options.repeats)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"cases": {name: asdict(case) for name, case in cases.items()}}, indent=2) + "\n")
    print(f"{'case':24} {'ours':>10} {'floor':>10}  {'unit':12} {'ratio':>7} {'limit':>9}")
    for name, case in cases.items():
        sign = ">=" if case.better == "higher" else "<="
        verdict = "reached" if case.reached else "MISSED"
        print(
            f"{name:24} {case.ours:10.2f} {case.floor:10.2f}  {case.unit:12} "
            f"{case.ratio:7.2f} {sign:>3}{case.limit:6.2f}  {verdict}"
        )
    print(f"written to {target.relative_to(ROOT)}")
    return 0 if all(case.reached for case in cases.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
