# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what the tasks of a real run came to with what the same tasks of a check run announced."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Step = tuple[str, int]
"""Place of a task, and the how manieth time it ran."""

OURS = "comet.backup."
# The one module that shows no diff when it is done.
CALL = "comet.backup.comet_api"
# Starts what stands for an object that only a real run makes.
PENDING = "(pending)"
# Removes what only a real run has made.
CLEANUP = "/cleanup.yml:"


def differences(real: Path, check: Path) -> list[str]:
    """What the check run announced wrongly, looking at the first real step on each object, where both saw the same."""
    announced = _steps(check)
    problems = []
    for step, record in _first_steps(_steps(real)).items():
        other = announced.get(step)
        if other is None:
            problems.append(f"check mode never came to {record['name']!r} ({record['place']})")
        elif _comparable(record) and _comparable(other) and not _same(_outcome(record), _outcome(other)):
            problems.append(f"{record['name']!r} was {_outcome(record)}, but check mode announced {_outcome(other)}")
    return problems


def _steps(file: Path) -> dict[Step, Record]:
    """The steps of this collection's modules in the order of the run."""
    counted: Counter[str] = Counter()
    steps: dict[Step, Record] = {}
    for line in file.read_text().splitlines():
        record = json.loads(line)
        counted[record["place"]] += 1
        if record["action"].startswith(OURS):
            steps[record["place"], counted[record["place"]]] = record
    return steps


def _first_steps(steps: dict[Step, Record]) -> dict[Step, Record]:
    """For each object the first step that could change it. What comes later finds another state in check mode."""
    first: dict[tuple[str, str], Step] = {}
    for step, record in steps.items():
        if record["check_mode"] or record["action"].endswith("_info") or CLEANUP in record["place"]:
            continue
        first.setdefault((record["action"], record["subject"]), step)
    return {step: steps[step] for step in first.values()}


def _comparable(record: Record) -> bool:
    """Not what a check run leaves out on purpose, nor what was refused: that may hang on what a real run has made."""
    return not record["skipped"] and ("diff" in record or record["action"] == CALL) and "error" not in record


def _outcome(record: Record) -> dict[str, Any]:
    found = record.get("diff") or []
    diffs = [
        {side: value for side, value in diff.items() if value}
        for diff in ([found] if isinstance(found, dict) else found)
    ]
    return {"changed": record.get("changed", False), "diff": diffs}


def _same(real: Any, announced: Any) -> bool:
    """Equal, apart from what can only be pending."""
    if isinstance(real, dict) and isinstance(announced, dict):
        return real.keys() == announced.keys() and all(_same(real[key], announced[key]) for key in real)
    if isinstance(real, list) and isinstance(announced, list):
        return len(real) == len(announced) and all(itertools.starmap(_same, zip(real, announced, strict=True)))
    if isinstance(announced, str) and announced.startswith(PENDING):
        return isinstance(real, str) and bool(real)
    return bool(real == announced)
