#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the coverage of the tests that ran last to its limit: of lines, and of branches, each by itself.

coverage adds both up for its own `fail_under`, so that many lines would make up for branches that no test takes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "build" / "coverage.json"
MEASURED = {"lines": ("covered_lines", "num_statements"), "branches": ("covered_branches", "num_branches")}


def limit() -> float:
    """Return the share in percent that has to be covered."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return float(settings["tool"]["coverage"]["report"]["fail_under"])


def shares(totals: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return how many lines and branches are covered, and how many there are."""
    return {name: (totals[covered], totals[count]) for name, (covered, count) in MEASURED.items()}


def verdict(totals: Mapping[str, int], least: float) -> tuple[bool, list[str]]:
    """Return whether both reach the limit, and a line about each."""
    enough, lines = True, []
    for name, (covered, count) in shares(totals).items():
        share = 100 * covered / count if count else 0.0
        enough = enough and share >= least
        lines.append(f"{share:6.2f} % of {count} {name} are covered; {least:g} % is the limit")
    return enough, lines


def main() -> int:
    """Return 1 when too little is covered."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    command = [sys.executable, "-m", "coverage", "json", "--fail-under", "0", "-q", "-o", str(REPORT)]
    subprocess.run(command, cwd=ROOT, check=True)
    enough, lines = verdict(json.loads(REPORT.read_text())["totals"], limit())
    print("\n".join(lines))
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
