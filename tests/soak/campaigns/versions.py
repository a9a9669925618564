# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every ansible-core, every Python, every version of the server and every switch of the emulator is met."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import cores

from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, Run, SoakedServer, soaked_server
from ansible_collections.comet.backup.tests.soak.old_servers import OldServer
from ansible_collections.comet.backup.tests.soak.playbooks import Host, Playbook
from ansible_collections.comet.backup.tests.soak.releases import SERVERS, server_of, setting_of
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS

TASKS = 2
"""Tasks of a run in this process."""
TREES = 0.5
"""The share of these runs that also apply a whole tree and export the server."""


class Versions:
    """Runs in turn: as many in this process as there are versions of the server, then playbooks of each ansible-core.

    A core runs its playbooks on two servers at once, each with another Python for modules.
    """

    def __init__(self, stack: ExitStack, server: SoakedServer) -> None:
        self.server, self._stack = server, stack
        self._others: list[SoakedServer] = [server]
        self._cores = cores.cores()

    def run(self, seed: int) -> Figures:
        """The run whose turn it is."""
        dice = random.Random(seed)
        whole, place = divmod(seed - 1, len(SERVERS) + len(self._cores))
        if place < len(SERVERS):
            return self._here(whole * len(SERVERS) + place, dice)
        number = place - len(SERVERS)
        return self._playbooks(self._cores[number], whole + number, dice)

    def _here(self, turn: int, dice: random.Random) -> Figures:
        """Some tasks on a server of that turn."""
        version, setting = server_of(turn), setting_of(turn)
        old = OldServer(self.server, version, setting)
        figures = self._met(version, setting)
        for step in dice.sample(STEPS, TASKS):
            figures[old.step(step)] += 1
        if dice.random() < TREES:
            figures["objects"] += old.tree(1, dice.randint(1, 3))
            figures["exported"] += old.export()
        return figures

    def _playbooks(self, core: cores.Core, turn: int, dice: random.Random) -> Figures:
        """Three playbooks, with modules on the Pythons of that turn."""
        programs, figures, hosts = cores.make(core) / "bin", Counter[str](), []
        for number, python in enumerate(two_of(cores.targets(core), turn)):
            if number == len(self._others):
                self._others.append(self._stack.enter_context(soaked_server()))
            version, setting = dice.choice(SERVERS), setting_of(dice.randrange(10**6))
            hosts.append(Host(self._others[number], version, setting, python, cores.make_modules(python)))
            figures += self._met(version, setting)
            figures[f"pythons.{python}"] += 1
            figures["pairs." + f"{core.version} and {python}"] += 1
        with tempfile.TemporaryDirectory() as directory:
            count = Playbook(programs, Path(directory), hosts, dice).run()
        return figures + Counter({f"cores.{core.release}": count, "playbooks": count})

    @staticmethod
    def _met(version: str, setting: dict[str, object]) -> Figures:
        return Counter({f"servers.{version}": 1, **{f"switches.{name}={value}": 1 for name, value in setting.items()}})


def two_of(pythons: list[str], turn: int) -> list[str]:
    """The oldest of some Pythons, and another one, if there is, which is the turn's."""
    others = pythons[1:]
    return [*pythons[:1], *([others[turn % len(others)]] if others else [])]


@contextmanager
def opened() -> Iterator[Run]:
    """Runs on one emulator, or on several where Pythons are compared."""
    with ExitStack() as stack:
        yield Versions(stack, stack.enter_context(soaked_server())).run


def prepare() -> None:
    """Make all virtual environments."""
    for core in cores.cores():
        cores.make(core)
    for python in cores.pythons():
        cores.make_modules(python)


CAMPAIGN = Campaign(
    name="versions",
    title="Versions",
    text="""
Every version of Comet Server since the oldest supported one that brought a method or a member, every setting of every
switch of the emulator (that is, of everything that nobody has documented), every ansible-core that the Pythons of the
machine can run, and every Python that these support for modules: a run takes one of each, and as many runs in a row as
there are versions meet all of them. Check mode announces exactly what happens, the first run does it, the second
changes nothing and sends no call that writes, an export describes the server as it is. What a server is too old for is
refused with the version needed and the one found. Playbooks run modules on one Python and trees, exports and the
detection of drift on another; the oldest Python has the oldest release of ``requests`` that will do.
""",
    rows={
        "servers.*": f"Versions of Comet Server, from {SERVERS[0]} to {SERVERS[-1]}",
        "switches.*": "Settings of switches",
        "cores.*": "Versions of ansible-core: {}",
        "pythons.*": "Pythons for modules: {}",
        "pairs.*": "Pairs of ansible-core and Python for modules",
        "playbooks": "Playbooks",
        "done": "Tasks that single objects took, each announced, done, and done again",
        "too new": "Tasks that a server was too old for, refused with one sentence",
        "objects": "Objects written in trees",
        "exported": "Objects exported and compared",
    },
    opened=opened,
    seconds=240,
    quick=(1, 2, 3),
    prepare=prepare,
)
