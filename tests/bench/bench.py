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
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "tools")]

from case import Case  # noqa: E402
from drift import drift, memory, scale  # noqa: E402
from emulator_speed import answers, starts  # noqa: E402
from loops import loops  # noqa: E402
from provision import provision  # noqa: E402

GROUPS: dict[tuple[str, ...], Callable[[int], dict[str, Case]]] = {
    ("emulator_calls", "emulator_list_full"): answers,
    ("emulator_seed", "emulator_start", "emulator_memory"): starts,
    ("loop_1000_in_process", "loop_module_process"): loops,
    ("drift_10k_engine", "drift_10k_process"): drift,
    ("memory_10k",): memory,
    ("provision_1000_time", "provision_1000_calls"): provision,
    ("scale_per_user",): scale,
}
"""Names of cases that are measured together, and the function that measures them so many times."""


def measure(repeats: int, wanted: set[str]) -> Iterator[tuple[str, Case]]:
    """Run every group that has a wanted case; gives the wanted ones as soon as they are measured."""
    for names, run in GROUPS.items():
        if wanted.intersection(names):
            yield from ((name, case) for name, case in run(repeats).items() if name in wanted)


def show(name: str, case: Case) -> None:
    """Print a row of the table, and below it what there is to know about the figures."""
    sign = ">=" if case.better == "higher" else "<="
    verdict = "reached" if case.reached else "MISSED"
    print(
        f"{name:24} {case.ours:10.2f} {case.floor:10.2f}  {case.unit:12} "
        f"{case.ratio:7.2f} {sign:>3}{case.limit:6.2f}  {verdict}"
    )
    if case.note:
        print(f"    {case.note}")
    sys.stdout.flush()


def document(cases: dict[str, Case]) -> dict[str, Any]:
    """The cases as others read them: figures without notes."""
    figures = {name: asdict(case) for name, case in cases.items()}
    for case in figures.values():
        del case["note"]
    return {"cases": figures}


def main(arguments: list[str] | None = None) -> int:
    """Run the cases, print the table, write the file."""
    every = [name for names in GROUPS for name in names]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs per figure; the median counts")
    parser.add_argument("--only", metavar="CASE,...", help=f"only these of {', '.join(every)}")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench.json", help="default %(default)s")
    options = parser.parse_args(arguments)
    wanted = set(options.only.split(",")) if options.only else set(every)
    if unknown := wanted - set(every):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    if options.repeats < 1:
        parser.error("--repeats must be at least 1")
    # Figures of an earlier run must not pass for those of one that breaks off.
    options.output.unlink(missing_ok=True)
    print(f"{'case':24} {'ours':>10} {'floor':>10}  {'unit':12} {'ratio':>7} {'limit':>9}", flush=True)
    cases: dict[str, Case] = {}
    for name, case in measure(options.repeats, wanted):
        show(name, case)
        cases[name] = case
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(document(cases), indent=2) + "\n")
    print(f"written to {options.output}")
    return 0 if all(case.reached for case in cases.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
