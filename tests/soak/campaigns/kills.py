# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that are killed at any moment: the next run finishes what they began."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.soak import wishes
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    Run,
    SoakedServer,
    hold,
    soaked_server,
)
from ansible_collections.comet.backup.tests.soak.processes import Doomed, killed, left_with, play
from ansible_collections.comet.backup.tests.soak.scenes import Scene, Stage, choose, of_tree

PLAYBOOKS = 0.02
"""The share of runs that are whole processes of ansible-playbook."""
MOMENTS = (0.5, 4.0)
"""Seconds after its start between which a playbook is killed."""
LIFETIME = 0.2
"""Seconds within which a bare process is killed that is not killed at a call."""
EXPORTS = 0.1
"""The share of runs that kill an export, which writes files and no server."""
AT_A_CALL = 0.7
"""The share of bare processes that end at a writing call, just before it or just after it."""


class Kills:
    """Runs on one server."""

    def __init__(self, server: SoakedServer, directory: Path) -> None:
        self.stage, self.server, self.directory = Stage(server), server, directory

    def run(self, seed: int) -> Figures:
        """One task that is killed up to three times, and then finished."""
        dice = random.Random(seed)
        what = dice.random()
        if what < PLAYBOOKS:
            return self._playbook(dice)
        if what < PLAYBOOKS + EXPORTS:
            return self._export(dice)
        scene = choose(dice)
        self.stage.begin(scene)
        figures = Counter({"objects": scene.count})
        for _unused in range(dice.randint(1, 3)):
            figures["kills"] += self._kill(scene, dice)
            if scene.restarts:
                self.server.await_restart()
        self.stage.finish(scene, "(killed)")
        self.stage.settled(scene, "(killed)")
        return figures

    def _kill(self, scene: Scene, dice: random.Random) -> bool:
        """Run the task in a process that may not live to see its end; whether it was killed."""
        number, after = dice.randint(1, 1 + scene.count), dice.random() < 0.5
        seconds = dice.uniform(0.0, LIFETIME)
        if dice.random() >= AT_A_CALL:
            return killed(lambda: self.stage.task(scene), seconds)

        def doomed(client: Client) -> Doomed:
            return Doomed(client, number, after)

        return killed(lambda: self.server.task(scene.module, wrap=doomed, **scene.options))

    def _playbook(self, dice: random.Random) -> Figures:
        """The same with a whole ansible-playbook, which leaves files where it stopped; no secret is among them."""
        scene = of_tree(2, dice.randint(2, 6))
        self.stage.begin(scene)
        home = self.directory / "playbook"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        tree = scene.options["objects"]
        status, _unused = play(home, self.server.url, tree, dice.uniform(*MOMENTS))
        leaks = left_with(home / "left", wishes.SECRET)
        hold(not leaks, "a killed playbook leaves no secret behind", leaks)
        self.server.await_restart()
        again, output = play(home, self.server.url, tree)
        hold(again == 0, "the next playbook succeeds", output)
        self.stage.settled(scene, "(killed playbook)")
        return Counter({"objects": scene.count, "kills": status < 0, "playbooks": 2})

    def _export(self, dice: random.Random) -> Figures:
        """An export that is killed leaves each file as it was or as it will be, and nothing that is taken for one."""
        small, large = of_tree(1, 1), of_tree(2, 3)
        before, after = self._exported(small, "before"), self._exported(large, "after")
        target = self.directory / "target"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.directory / "before", target)
        options: dict[str, Any] = {"dest": str(target), "clean": True}
        was_killed = killed(lambda: self.server.task("comet_export", **options), dice.uniform(0.0, LIFETIME / 4))
        found = files(target)
        odd = [name for name, text in found.items() if text not in (before.get(name), after.get(name))]
        hold(not odd, "each file is whole", odd)
        again = self.server.task("comet_export", **options)
        hold(not again.get("failed"), "the next export succeeds", again["msg"])
        hold(files(target) == after, "the next export is complete", sorted(files(target)))
        return Counter({"exports": 1, "kills": was_killed})

    def _exported(self, scene: Scene, name: str) -> dict[str, bytes]:
        """The files of an export of what a scene comes to."""
        self.stage.begin(scene)
        self.stage.finish(scene, "(new)")
        target = self.directory / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        done = self.server.task("comet_export", dest=str(target))
        hold(not done.get("failed"), "an export succeeds", done["msg"])
        return files(target)


def files(directory: Path) -> dict[str, bytes]:
    """What is read of a directory: names and contents of its files, without hidden ones."""
    found = (path for path in directory.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}


@contextmanager
def opened() -> Iterator[Run]:
    """Runs on one emulator, with files of their own."""
    with soaked_server() as server, tempfile.TemporaryDirectory() as directory:
        yield Kills(server, Path(directory)).run


CAMPAIGN = Campaign(
    name="kills",
    title="Killed processes",
    text="""
The process that does the work is killed, up to three times in a row: just before or just after a writing call, or at
any moment. It is a bare process of the collection's engine, an export, or a whole ``ansible-playbook``. The next run
finishes: the server holds exactly what it holds without a kill. An export leaves each file whole, as it was or as it
will be. A killed playbook leaves no secret in temporary files.
""",
    rows={
        "objects": "Objects written",
        "kills": "Processes killed",
        "playbooks": "Whole playbooks among the processes",
        "exports": "Exports among the processes",
    },
    opened=opened,
    seconds=480,
    quick=(1, 2, 3, 4),
)
