#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that can fail: changes the code of _state and _api in small ways and looks whether a test notices.

Each change is a mutant, made and run by mutmut in copies below build/mutants. A mutant that no test notices has to be
explained in survivors.yml. The exit status is 1 where one is not, and where an explanation is not true (any more).
Without ``--seconds`` all mutants are run; a run that was broken off goes on where it was, unless the code has changed.
``--publish`` keeps the figures by file, so that files can be run one after another, and says which are left to be run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BATCHES = 10
"""Mutants are chosen by the last digit of their number."""


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="changes that no test notices")
    parser.add_argument("files", nargs="*", help="such as _state/_compare.py; by default all of _state and _api")
    parser.add_argument("--seconds", type=float, help="as many tenths of the mutants as can be begun in this time")
    parser.add_argument("--seed", type=int, default=1, help="chooses the order of the tenths; default %(default)s")
    parser.add_argument("--survivors", action="store_true", help="only what has survived before, on tests of now")
    parser.add_argument("--outdated", action="store_true", help="only files without figures of their code of now")
    parser.add_argument("--publish", action="store_true", help="keep the figures of these files for the documentation")
    parser.add_argument("--children", type=int, default=2, help="mutants at a time; default %(default)s")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "soak.json", help="default %(default)s")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants asked for; return 1 when one survived that nobody has explained."""
    options = options_of(arguments)
    mutation, judging = part("mutation"), part("survivors")
    files = options.files or mutation.every_file()
    if options.outdated:
        files = part("strength").outdated(published(), part("strength").codes(files))
    began = time.monotonic()
    explained = judging.explanations()
    places = mutation.Places(files, options.children, partial(judging.excused, explained))
    places.prepare(keep=options.survivors)
    run(places, options)
    judged = judging.judge(places.verdicts(), explained, places.change)
    print(judged.table())
    print(*judged.complaints, sep="\n")
    write(options.output, judged.told(time.monotonic() - began))
    if options.publish:
        publish({file: judged.figures.get(file, Counter()) for file in files}, places.code())
    return 1 if judged.complaints else 0


def part(name: str) -> Any:
    """A module beside this file, which can be imported once its path is known."""
    return importlib.import_module(f"ansible_collections.comet.backup.tests.soak.{name}")


def run(places: Any, options: argparse.Namespace) -> None:
    """Run the mutants asked for."""
    if options.survivors:
        places.run_survivors()
    elif options.seconds is None:
        places.run()
    else:
        began = time.monotonic()
        digits = random.Random(options.seed).sample(range(BATCHES), BATCHES)
        for count, digit in enumerate(digits, start=1):
            places.run(f"*__mutmut_*{digit}")
            if time.monotonic() - began >= options.seconds:
                print(f"{count} of {BATCHES} tenths, of seed {options.seed}: mutants that end with {digits[:count]}")
                break


def published() -> dict[str, Any]:
    """What was published last."""
    figures: dict[str, dict[str, Any]] = json.loads(part("page").FIGURES.read_text())
    name: str = part("strength").NAME
    return figures.get(name, {})


def publish(figures: dict[str, Counter[str]], code: Path) -> None:
    """Keep the figures of a run of the files below ``code``, write the page, and say what is left to be run for it."""
    strength, every = part("strength"), part("mutation").every_file()
    now = strength.codes(every)
    entry = strength.merged(published(), figures, strength.codes(figures, code), now)
    part("page").publish({strength.NAME: entry}, part("harness").campaigns())
    print("to be run for the page:", *(strength.outdated(entry, now) or ["nothing"]))


def write(path: Path, told: dict[str, object]) -> None:
    """Enter the figures among those of the other campaigns."""
    every = json.loads(path.read_text()) if path.exists() else {"campaigns": {}}
    every["campaigns"]["mutants"] = told
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(every, indent=2) + "\n")


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / path) for path in (".venv/collections", "tests/emulator", "tests/tools")]
    sys.exit(main())
