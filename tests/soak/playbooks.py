# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks of one ansible-core over servers whose modules run on a Python each: foretold, done, and done again."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.fleet.servers import environment
from ansible_collections.comet.backup.tests.soak import wishes
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer, hold
from ansible_collections.comet.backup.tests.soak.old_servers import TOO_OLD, Result, judge, same
from ansible_collections.comet.backup.tests.soak.processes import LONGEST
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, ROOT
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Step, steps_of
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES
from ansible_collections.comet.backup.tests.unit.promises.versions import fate_of
from comet_emulator.core.facts import NEWEST

BARE = Case.__dataclass_fields__["before"].default
MAKING = [steps_of(case)[0] for case in CASES if case.before is BARE and not case.resource.singleton]
"""Tasks that need nothing on the server but the server, and do not change what the tree changes, too."""
CALLBACKS = ROOT / "tests" / "integration" / "callback_plugins"
TREE, READING, EXPORT, EXPORTED = "The tree", "The users", "An export", "What was exported"
MODULES = 2
"""So many tasks run as processes of the host's Python; one more does not, nor does the tree."""


@dataclass(frozen=True)
class Host:
    """A server, its version, the settings of its switches, and the interpreter of its modules with its version."""

    server: SoakedServer
    version: str
    setting: Mapping[str, Any]
    python: str
    interpreter: Path

    @property
    def name(self) -> str:
        """What the inventory calls it."""
        return f"python-{self.python}"

    def prepare(self) -> None:
        """Somebody has worked on the server before, when it was new."""
        self.server.version = NEWEST
        self.server.reset()
        wishes.prepare(self.server)
        self.server.switch(version=self.version, **self.setting)
        self.server.forget_calls()

    def read_only(self, on: bool) -> None:
        """Refuse whatever writes, or no longer."""
        self.server.control("POST", "read-only", {"on": on})


class Playbook:
    """Real processes of ``ansible-playbook``, the programs of one virtual environment; files go into a directory."""

    def __init__(self, programs: Path, directory: Path, hosts: list[Host], dice: random.Random) -> None:
        self.programs, self.directory, self.hosts = programs, directory, hosts
        self.steps = dice.sample(MAKING, MODULES + 1)

    def run(self) -> int:
        """Hold what is promised of every task on every host; returns the number of processes."""
        self._write()
        for host in self.hosts:
            host.prepare()
            host.read_only(True)
        said = self._play("said", "tasks.yml", "--check")
        for host in self.hosts:
            host.read_only(False)
        done = self._play("done", "tasks.yml")
        for host in self.hosts:
            host.read_only(True)
        drift = ["comet.backup.detect_drift", "-e", f"comet_hosts={self.hosts[-1].name}"]
        again = self._play("again", "tasks.yml", "export.yml", *drift)
        for host in self.hosts:
            host.read_only(False)
            self._judge(host, said[host.name], done[host.name], again[host.name])
        return 3

    def _write(self) -> None:
        (self.directory / "tree.json").write_text(json.dumps(wishes.tree(1, 2)))
        hosts = {
            host.name: {
                "comet_url": host.server.url,
                "ansible_python_interpreter": str(host.interpreter),
                "fleet_src": str(self.directory / f"exported-{host.python}"),
            }
            for host in self.hosts
        }
        inventory = {"comet_servers": {"hosts": hosts, "vars": {"ansible_connection": "local"}}}
        (self.directory / "inventory.json").write_text(json.dumps(inventory))
        through_modules = [task_of(step, "module") for step in self.steps[:MODULES]]
        here = [task_of(step, "auto") for step in self.steps[MODULES:]]
        tree = {"name": TREE, "comet.backup.comet_apply": {"src": str(self.directory / "tree.json")}}
        self._write_play("tasks.yml", [*through_modules, *here, tree])
        source = "{{ fleet_src }}"
        export = {"name": EXPORT, "comet.backup.comet_export": {"dest": source}, "check_mode": False}
        exported = {"name": EXPORTED, "comet.backup.comet_apply": {"src": source}, "check_mode": True}
        users = {"name": READING, "comet.backup.comet_user_info": {}, "vars": {"comet_execution": "module"}}
        self._write_play("export.yml", [export, exported, users])

    def _write_play(self, name: str, tasks: list[Result]) -> None:
        connection = {"url": "{{ comet_url }}", "username": ADMIN, "password": PASSWORD}
        play = {
            "hosts": "comet_servers",
            "gather_facts": False,
            "strategy": "ansible.builtin.free",
            "ignore_errors": True,
            "module_defaults": {"group/comet.backup.comet": connection},
            "tasks": tasks,
        }
        (self.directory / name).write_text(json.dumps([play]))

    def _play(self, name: str, *arguments: str) -> dict[str, dict[str, Result]]:
        """What each task came to, by host and name."""
        record = self.directory / f"{name}.jsonl"
        record.write_text("")
        own = {
            "PATH": os.pathsep.join([str(self.programs), os.environ.get("PATH", os.defpath)]),
            "ANSIBLE_HOME": str(self.directory / "home"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "comet_record",
            "ANSIBLE_PIPELINING": "true",
            "COMET_RECORD": str(record),
            "COMET_PASSWORD": PASSWORD,
        }
        done = subprocess.run(
            [self.programs / "ansible-playbook", "-i", "inventory.json", *arguments],
            cwd=self.directory, env=environment(**own), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        hold(done.returncode == 0, "a playbook ends well", self.programs, name, done.stdout[-3000:])
        for secret in (wishes.SECRET, PASSWORD):
            hold(secret not in done.stdout + record.read_text(), "no secret is shown", self.programs, name)
        found: dict[str, dict[str, Result]] = {host.name: {} for host in self.hosts}
        for line in record.read_text().splitlines():
            result = json.loads(line)
            if result["host"] in found:
                found[result["host"]][result["name"]] = result
        return found

    def _judge(self, host: Host, said: dict[str, Result], done: dict[str, Result], again: dict[str, Result]) -> None:
        for step in self.steps:
            name = step.case.title
            about = f"{name} with {self.programs}, Python {host.python} and {dict(host.setting)}"
            judge(fate_of(step, host.version), about, host.version, said[name], done[name], again[name])
        about = f"{host.version}, {dict(host.setting)}, {self.programs}"
        same(said[TREE], done[TREE], about)
        hold(done[TREE]["changed"] and not again[TREE]["changed"], "a tree is applied once", about, again[TREE]["msg"])
        if done[TREE].get("failed"):
            hold(bool(TOO_OLD.search(done[TREE]["msg"])), "a tree is refused for its age", about, done[TREE]["msg"])
        for name in (READING, EXPORT, EXPORTED):
            hold(not again[name].get("failed"), f"{name} can be read", about, again[name].get("msg"))
        hold(not again[EXPORTED]["changed"], "nothing differs from an export", about, again[EXPORTED]["msg"])


def task_of(step: Step, door: str) -> Result:
    """A task of a playbook."""
    return {
        "name": step.case.title,
        f"comet.backup.{step.case.module}": step.options,
        "vars": {"comet_execution": door},
    }
