# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs campaigns, each for its time; prints what was lost with the command that repeats it; writes build/soak.json.

A campaign is a file in ``campaigns`` that ends with a ``CAMPAIGN``; being there is all that it takes. The exit status
is 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulated import ROOT

from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, Lost, Run
from ansible_collections.comet.backup.tests.soak.page import publish

HERE = Path(__file__).resolve().parent
ENOUGH = 10
"""So many seeds that broke a promise say all there is to say."""
COMMAND = ".venv/bin/python tests/soak/soak.py"


def campaigns() -> dict[str, Campaign]:
    """All campaigns by name."""
    package = f"{__name__.rpartition('.')[0]}.campaigns"
    found = [importlib.import_module(f"{package}.{path.stem}").CAMPAIGN for path in sorted(HERE.glob("campaigns/*.py"))]
    return {one.name: one for one in found}


@dataclass
class Outcome:
    """What a campaign came to. ``lost`` are the seeds that broke a promise, with what was seen."""

    runs: int = 0
    seconds: float = 0.0
    figures: Figures = field(default_factory=Counter)
    lost: dict[int, str] = field(default_factory=dict)

    def add(self, other: Outcome) -> None:
        """Count what another process has done at the same time."""
        self.runs += other.runs
        self.seconds = max(self.seconds, other.seconds)
        self.figures += other.figures
        self.lost.update(other.lost)

    def told(self) -> dict[str, Any]:
        """As others read it."""
        return {
            "runs": self.runs,
            "seconds": round(self.seconds),
            "figures": dict(sorted(self.figures.items())),
            "lost": {str(seed): seen for seed, seen in self.lost.items()},
        }


def attempt(run: Run, seed: int, outcome: Outcome) -> None:
    """One run, and what became of it. A fault of the campaign itself counts as a loss, too: nothing was shown."""
    outcome.runs += 1
    try:
        outcome.figures += run(seed)
    except Lost as lost:
        outcome.lost[seed] = str(lost)
    except Exception:
        outcome.lost[seed] = traceback.format_exc(limit=-4)


def soak(campaign: Campaign, seeds: Iterable[int], seconds: float) -> Outcome:
    """Run a campaign with these seeds until they end or its time is over; tells of losses at once."""
    outcome, began = Outcome(), time.monotonic()
    with campaign.opened() as run:
        for seed in seeds:
            if time.monotonic() - began >= seconds or len(outcome.lost) >= ENOUGH:
                break
            attempt(run, seed, outcome)
            if seed in outcome.lost:
                print(f"LOST  {outcome.lost[seed]}\n      {COMMAND} --only {campaign.name} --repeat {seed}", flush=True)
    outcome.seconds = time.monotonic() - began
    return outcome


def share(name: str, first: int, step: int, seconds: float) -> Outcome:
    """What one of several processes does: every so manieth seed, on servers of its own."""
    return soak(campaigns()[name], itertools.count(first, step), seconds)


def shared(campaign: Campaign, first: int, seconds: float, processes: int) -> Outcome:
    """Run a campaign with the seeds from that one on, in several processes at once."""
    if processes == 1:
        return soak(campaign, itertools.count(first), seconds)
    total = Outcome()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
        parts = [pool.submit(share, campaign.name, first + one, processes, seconds) for one in range(processes)]
        for part in parts:
            total.add(part.result())
    return total


def options_of(arguments: list[str] | None, every: dict[str, Campaign]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="everything that can go wrong, by chance, for a bounded time")
    parser.add_argument("--only", metavar="CAMPAIGN,...", help=f"only these of {', '.join(every)}")
    parser.add_argument("--seconds", type=float, help="for each campaign; by default each has its own time")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; default %(default)s")
    parser.add_argument("--processes", type=int, default=2, help="that share the seeds; default %(default)s")
    parser.add_argument("--repeat", type=int, metavar="SEED", help="only the run with this seed")
    parser.add_argument("--publish", action="store_true", help="write the page of the documentation from this run")
    parser.add_argument("--page", action="store_true", help="run nothing; write the page from what was published last")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "soak.json", help="default %(default)s")
    options = parser.parse_args(arguments)
    options.chosen = options.only.split(",") if options.only else list(every)
    if unknown := set(options.chosen) - set(every):
        parser.error(f"no such campaign: {', '.join(sorted(unknown))}")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the campaigns asked for; return 1 when anything was lost."""
    every = campaigns()
    options = options_of(arguments, every)
    if options.page:
        publish({}, every)
        return 0
    options.output.unlink(missing_ok=True)
    outcomes: dict[str, Outcome] = {}
    for name in options.chosen:
        campaign = every[name]
        seconds = campaign.seconds if options.seconds is None else options.seconds
        campaign.prepare()
        if options.repeat is None:
            at_once = f" in {options.processes} processes" if options.processes > 1 else ""
            print(f"{name}: seeds from {options.seed} on, for {seconds:g} s{at_once}", flush=True)
            outcome = shared(campaign, options.seed, seconds, options.processes)
        else:
            print(f"{name}: seed {options.repeat}", flush=True)
            outcome = soak(campaign, [options.repeat], seconds)
        outcomes[name] = outcome
        figures = ", ".join(f"{figure} {count}" for figure, count in sorted(outcome.figures.items()))
        print(
            f"{name}: {outcome.runs} runs in {outcome.seconds:.0f} s, {len(outcome.lost)} lost; {figures}", flush=True
        )
    told = {"campaigns": {name: outcome.told() for name, outcome in outcomes.items()}}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(told, indent=2) + "\n")
    if options.publish:
        publish(told["campaigns"], every)
    lost = sum(len(outcome.lost) for outcome in outcomes.values())
    print(f"{lost} lost; written to {options.output}")
    return 1 if lost else 0
