# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the documentation that tells what a long run came to: computed from its figures and the campaigns.

``soak.py --publish`` keeps the figures of a run beside this file and writes the page; ``soak.py --page`` writes it anew
when its words have changed. What was not run this time keeps the figures of the time before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emulated import ROOT

from ansible_collections.comet.backup.tests.soak import strength
from ansible_collections.comet.backup.tests.soak.campaign import Campaign

PAGE = ROOT / "docs" / "docsite" / "rst" / "trust.rst"
FIGURES = Path(__file__).with_name("figures.json")
HEAD = """.. _ansible_collections.comet.backup.docsite.trust:

.. Written by `make soak`; do not edit.

What was tried to break it
==========================

This collection holds the keys to other people's backups. So its promises are put to the test under everything that can
go wrong, by chance, run after run: against an emulated server, since a real one cannot be broken on demand. Each run
follows from a number, its seed, and whatever breaks a promise can be repeated with it. ``make test`` runs a few fixed
seeds of every campaign, ``make soak`` runs them for most of an hour and prints the seeds.

These are the figures of the last long run. In all: **{runs} runs, {lost} of which broke a promise.**
"""

Document = dict[str, Any]


def page(figures: Mapping[str, Document], campaigns: Mapping[str, Campaign]) -> str:
    """The page, with a section for each campaign that has figures."""
    told = [one for name, one in figures.items() if name in campaigns]
    runs, lost = sum(one["runs"] for one in told), sum(len(one["lost"]) for one in told)
    sections = [section(campaign, figures[name]) for name, campaign in campaigns.items() if name in figures]
    if strength.NAME in figures:
        sections.append(strength.section(figures[strength.NAME]))
    return "\n".join([HEAD.format(runs=grouped(runs), lost=lost or "none"), *sections])


def section(campaign: Campaign, outcome: Document) -> str:
    """What a campaign does, and a table of what it came to."""
    rows = [("Runs", outcome["runs"]), *rows_of(campaign, outcome["figures"])]
    rows.append(("Runs that broke a promise", len(outcome["lost"])))
    lines = [campaign.title, "-" * len(campaign.title), campaign.text, ".. list-table::", "   :widths: 80 20", ""]
    for words, count in rows:
        lines += [f"   * - {words}", f"     - {grouped(count)}"]
    return "\n".join([*lines, ""])


def rows_of(campaign: Campaign, figures: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The figures that readers see, and what they are called."""
    for name, words in campaign.rows.items():
        prefix = name.removesuffix("*")
        rests = sorted((one.removeprefix(prefix) for one in figures if one.startswith(prefix)), key=natural)
        if name.endswith(".*"):
            yield words.format(", ".join(rests)), len(rests)
        elif name.endswith("."):
            yield from ((words.format(rest.replace("_", " ")), figures[prefix + rest]) for rest in rests)
        else:
            yield words, figures.get(name, 0)


def natural(text: str) -> list[str]:
    """What texts are sorted by so that version 3.9 is older than 3.10."""
    return [part.zfill(9) if part.isdecimal() else part for part in re.split(r"(\d+)", text)]


def grouped(number: int) -> str:
    """A number as people read it."""
    return f"{number:,}"


def publish(run: Mapping[str, Document], campaigns: Mapping[str, Campaign]) -> None:
    """Keep the figures of a run of campaigns, or of mutants, and write the page."""
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    names = (*campaigns, strength.NAME)
    figures = {name: {**known, **run}[name] for name in names if name in known or name in run}
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
    PAGE.write_text(page(figures, campaigns))
