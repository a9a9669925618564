# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary in every secret: none of them is in anything that a run shows or leaves, whatever becomes of the run."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from ansible_collections.comet.backup.tests.soak import crashes, doors, mishandled
from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, SoakedServer, hold, on_one_server
from ansible_collections.comet.backup.tests.soak.canaries import Canaries, Search
from ansible_collections.comet.backup.tests.soak.planted import SUBJECTS, Subject
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD

WRITTEN, UNCHANGED, CHECKED, REFUSED, LOST, WRONG, CRASHED = OUTCOMES = (
    *("written", "unchanged", "checked", "refused", "lost", "wrong", "crashed"),
)


class Secrets:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server

    def run(self, seed: int) -> Figures:
        """One task with canaries, of which nothing is found."""
        dice = random.Random(seed)
        subject = dice.choice(SUBJECTS)
        door, outcome = dice.choice(doors.DOORS), dice.choice(OUTCOMES)
        canaries, search = Canaries(dice), Search(PASSWORD)
        options = subject.options(canaries)
        self.server.reset()
        subject.prepare(self.server, options)
        point = dice.choice(crashes.POINTS)
        if outcome == UNCHANGED:
            done = self.server.task(subject.module, **options)
            hold(not done.get("failed"), "written", done)
            options = {**options, **{name: "on_create" for name in ("update_secrets", "update_password") if name in options}}
        elif outcome == WRONG:
            options = mishandled.wrong(options, dice)
        elif outcome in (REFUSED, LOST):
            kind = "echo" if outcome == REFUSED else "drop_after"
            self.server.control("POST", "fault", {"kind": "random", "weights": {kind: dice.choice((0.2, 0.5))}, "seed": seed,
              "values": {"echo": [0, 2]} if kind == "echo" else {}})
        with crashes.crashing(point) if outcome == CRASHED else nullcontext():
            seen = doors.through(door, self.server, subject.module, outcome == CHECKED, **options)
        self.server.control("POST", "fault", {"kind": "none"})
        self.server.await_restart()
        found = search.text(seen.shown, f"{subject.title}, {outcome} {point if outcome==CRASHED else ''}, through the {door} door")
        hold(not found, "nothing shows a secret", *found)
        hold(bool(seen.result), "there is a result", subject.title, outcome, seen.beside[-3000:])
        failed = bool(seen.result.get("failed"))
        return Counter({"canaries": len(canaries.planted), "bytes": search.bytes, f"outcomes.{outcome}": 1, f"failed.{outcome}": failed})


CAMPAIGN = Campaign(
    name="secrets",
    title="Secrets",
    text="""
""",
    rows={
        "canaries": "Canaries",
    },
    opened=on_one_server(lambda server: Secrets(server).run),
    seconds=180,
    quick=(1, 2),
)
