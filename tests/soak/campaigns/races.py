# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several runs, other programs and devices that change the same documents at once: every one keeps a ledger."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.comet.backup.tests.soak import open_slots, slots
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.processes import played
from ansible_collections.comet.backup.tests.soak.scenes import Stage, of_tree
from ansible_collections.comet.backup.tests.soak.slots import Slot
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.versions import VERSIONS

LOCKED = (
    (VERSIONS[0], slots.add_alice, slots.of_alice),
    (VERSIONS[1], slots.add_alice, slots.of_alice),
    (VERSIONS[0], slots.add_gold, slots.of_gold),
    (VERSIONS[1], slots.add_gold, slots.of_old_gold),
    (VERSIONS[0], slots.add_pool, slots.of_pool),
)
"""Documents that come with a hash: the server's version, how each is made, and slots in it."""
ROUNDS = 4
"""How many numbers a writer writes."""
PLAYBOOKS, TREES, OPEN = 0.04, 0.12, 0.3
"""The share of runs of whole playbooks, of those in which trees race, and of those about documents without a lock."""
PLAYED = 8
"""How many numbers a playbook writes: it takes a while until all of them have begun."""
CROWD = {"rate": 25, "users": ["alice"], "changes": ["statistics", "vault"]}
"""Devices that report and open storage vaults meanwhile, so many times a second."""


class Races:
    """Runs on one server."""

    def __init__(self, server: SoakedServer) -> None:
        self.server, self.stage = server, Stage(server)

    def run(self, seed: int) -> Figures:
        """One race: in a document with a lock, in one without, or of whole trees."""
        dice = random.Random(seed)
        what = dice.random()
        if what < PLAYBOOKS:
            return self._playbooks(dice)
        if what < PLAYBOOKS + TREES:
            return self._trees(dice)
        if what < PLAYBOOKS + TREES + OPEN:
            self._begin(VERSIONS[0], open_slots.prepare)
            name = dice.choice(sorted(open_slots.FAMILIES))
            return self._open(name, open_slots.FAMILIES[name](), dice)
        version, add, every = dice.choice(LOCKED)
        self._begin(version, add)
        return self._locked(every(), dice, seed)

    def _begin(self, version: str, prepare: Callable[[EmulatedServer], None]) -> None:
        self.server.version = version
        self.server.reset()
        prepare(self.server)

    def _locked(self, every: list[Slot], dice: random.Random, seed: int) -> Figures:
        """Writers of one document with a lock: whatever was acknowledged is there at the end."""
        chosen = dice.sample(every, dice.randint(2, min(6, len(every))))
        self.server.control("POST", "clients", {**CROWD, "seed": seed})
        self._race(chosen, dice)
        others = sum(self.server.control("GET", "clients")["done"].values())
        self.server.control("POST", "clients", {"rate": 0})
        figures = self._counted(chosen) + Counter({"races": 1, "others": others})
        self._hold_kept(chosen)
        return figures

    def _hold_kept(self, racing: Sequence[Slot]) -> None:
        lost = [f"{one.name} is {one.read(self.server)}, not {one.acknowledged}" for one in self._lost(racing)]
        hold(not lost, "no update is lost where there is a lock", lost)

    def _open(
        self, name: str, every: list[Slot], dice: random.Random, race: Callable[..., None] | None = None
    ) -> Figures:
        """Writers of one document without a lock: what is overwritten is counted, and put right by one more run."""
        (race or self._race)(every, dice)
        lost = self._lost(every)
        figures = self._counted(every) + Counter({"open races": 1, "overwritten": len(lost)})
        figures[f"open.{name}"] += sum(one.updates for one in every)
        figures[f"overwritten.{name}"] += len(lost)
        for one in every:
            one.put(self.server, dice.randint(1000, 2000))
        lost = self._lost(every)
        hold(not lost, "one after the other nothing is lost", [one.name for one in lost])
        return figures

    def _playbooks(self, dice: random.Random) -> Figures:
        """Several whole ansible-playbook processes at once, each with a ledger of its own."""
        name = dice.choice(["", "", "configuration", "tenant"])
        if name:
            self._begin(VERSIONS[0], open_slots.prepare)
            every = open_slots.FAMILIES[name]()[: dice.randint(2, 4)]
            return self._open(name, every, dice, self._play) + Counter({"playbooks": len(every)})
        version, add, slots_in = dice.choice([one for one in LOCKED if one[2] is not slots.of_pool])
        self._begin(version, add)
        every = [one for one in slots_in() if one.asks]
        chosen = dice.sample(every, min(len(every), dice.randint(2, 4)))
        self._play(chosen, dice)
        self._hold_kept(chosen)
        return self._counted(chosen) + Counter({"races": 1, "playbooks": len(chosen)})

    def _trees(self, dice: random.Random) -> Figures:
        """Several runs apply the same tree at once; one more run, and everything is there exactly once."""
        scene = of_tree(dice.randint(1, 2), dice.randint(1, 3), unguarded=False)
        self.stage.begin(scene)
        many = dice.randint(2, 3)
        with ThreadPoolExecutor(many) as pool:
            results = list(pool.map(lambda _unused: self.stage.task(scene)[0], range(many)))
        failed = [result["msg"] for result in results if result.get("failed")]
        self.stage.finish(scene, "; ".join(failed))
        self.stage.settled(scene, "; ".join(failed))
        return Counter({"tree races": 1, "trees": many, "objects": many * scene.count})

    def _race(self, racing: Sequence[Slot], dice: random.Random) -> None:
        """All writers write at once, each its numbers in turn."""
        series = [sorted(dice.sample(range(1, 1000), ROUNDS)) for _unused in racing]

        def write(slot: Slot, numbers: list[int]) -> None:
            for number in numbers:
                slot.put(self.server, number)

        with ThreadPoolExecutor(len(racing)) as pool:
            list(pool.map(write, racing, series))

    def _play(self, racing: Sequence[Slot], dice: random.Random) -> None:
        """All writers at once, each a playbook of its own that notes which of its tasks have failed."""
        series = [sorted(dice.sample(range(1, 1000), PLAYED)) for _unused in racing]

        def write(slot: Slot, numbers: list[int]) -> None:
            with tempfile.TemporaryDirectory() as directory:
                failed = played(
                    Path(directory), self.server.url, [slot.asks(number) for number in numbers if slot.asks]
                )
            for number, one in zip(numbers, failed, strict=True):
                slot.note(number, not one)

        with ThreadPoolExecutor(len(racing)) as pool:
            list(pool.map(write, racing, series))

    def _lost(self, racing: Sequence[Slot]) -> list[Slot]:
        return [one for one in racing if not one.kept(self.server)]

    @staticmethod
    def _counted(racing: Sequence[Slot]) -> Figures:
        updates, refused = sum(one.updates for one in racing), sum(len(one.tried) for one in racing)
        return Counter({"updates": updates, "given up": refused})


CAMPAIGN = Campaign(
    name="races",
    title="Races",
    text="""
Several runs of the collection, other programs and devices change the same documents at once, each its own members, and
each keeps a ledger of what the server acknowledged. Where the API has a lock (profiles, policies, shared quotas),
nothing in any ledger may be missing at the end. Where it has none, the collection reads a document just before it
writes it, with no call in between; what is overwritten in that moment is counted, and one more run puts it right. In a
third kind of race several runs apply the same tree at once: at the end every object is there exactly once. Some of the
writers are whole ``ansible-playbook`` processes, two to four of them at a time.
""",
    rows={
        "races": "Races in documents with a lock",
        "updates": "Updates that the server acknowledged",
        "others": "Changes by devices meanwhile",
        "given up": "Updates given up after five attempts, and reported as failed",
        "open races": "Races in documents without a lock",
        "open.": "Updates in {}",
        "overwritten.": "Of these overwritten by another writer, in {}",
        "tree races": "Races of whole trees",
        "trees": "Runs in them",
        "playbooks": "Whole playbooks among the writers, as processes of their own",
    },
    opened=on_one_server(lambda server: Races(server).run),
    seconds=480,
    quick=(1, 2, 3, 4, 5),
)
