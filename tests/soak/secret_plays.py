# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks whose variables hold canaries: single tasks, and those of the collection with its roles."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.soak.campaign import hold
from ansible_collections.comet.backup.tests.soak.canaries import Canaries
from ansible_collections.comet.backup.tests.soak.crashes import SPOILT
from ansible_collections.comet.backup.tests.soak.planted import SUBJECTS, WHEN
from ansible_collections.comet.backup.tests.soak.secret_trees import Tree, in_file, tree
from ansible_collections.comet.backup.tests.soak.watched import Place, Stop, Watched
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, EmulatedServer

Arguments = list[str]


def single_task(server: EmulatedServer, place: Place, canaries: Canaries, dice: random.Random) -> Arguments:
    """One task twice, whose results are registered, shown, and written into a file."""
    subject = dice.choice(SUBJECTS)
    options = subject.options(canaries)
    subject.prepare(server, options)
    again = {**options, **{name: "on_create" for name in WHEN if name in options}}
    given = {"first": options, "again": again}
    tasks = [task for name, told in given.items() for task in _tasks(subject.module, name, told, place.left)]
    return _playbook(place, given, tasks, server)


def _tasks(module: str, name: str, options: Mapping[str, Any], left: Path) -> list[dict[str, Any]]:
    told = {option: "{{ given." + name + "." + option + " }}" for option in options}
    return [
        {"name": name, f"comet.backup.{module}": told, "register": name, "ignore_errors": True},
        {"name": "Show", "ansible.builtin.debug": {"var": name}},
        {
            "name": "Keep",
            "ansible.builtin.copy": {
                "content": "{{ " + name + " }}",
                "dest": str(left / f"{name}.json"),
                "mode": "0600",
            },
        },
    ]


def _playbook(place: Place, given: Any, tasks: list[dict[str, Any]], server: EmulatedServer) -> Arguments:
    login = {"url": server.url, "username": ADMIN, "password": PASSWORD}
    plays = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/comet.backup.comet": login},
            "tasks": tasks,
        }
    ]
    values = place.write("values.json", {"given": given})
    return ["-i", "localhost,", "-c", "local", str(place.write("play.yml", plays)), "-e", f"@{values}"]


def whole_server(server: EmulatedServer, place: Place, canaries: Canaries, dice: random.Random) -> Arguments:
    """A tree that is planned, applied, and exported."""
    made = tree(canaries)
    source, secrets = in_file(made, place.given)
    apply: dict[str, Any] = {"src": source, "secrets": secrets, "unmanaged": "all"}
    plan = {**apply, "state": "planned", "plan_file": str(place.left / "plan.json")}
    given = {
        "plan": plan,
        "apply": apply,
        "export": {"dest": str(place.left / "export")},
        "info": {"gather": ["server_config"]},
    }
    (place.left / "export").mkdir()
    modules = {"plan": "comet_apply", "apply": "comet_apply", "export": "comet_export", "info": "comet_server_info"}
    tasks = [task for name, module in modules.items() for task in _tasks(module, name, given[name], place.left)]
    return _playbook(place, given, tasks, server)


def _own(playbook: str, variables: Callable[[Tree, Place], dict[str, Any]], filled: bool = False) -> Any:
    """A playbook of the collection, with variables of its only host.

    ``filled``: the server holds already what they describe, and tells its secrets.
    """

    def arguments(server: EmulatedServer, place: Place, canaries: Canaries, dice: random.Random) -> Arguments:
        login = {"comet_url": server.url, "comet_username": ADMIN, "comet_password": PASSWORD}
        made = tree(canaries)
        if filled:
            done = server.task("comet_apply", objects=made)
            hold(not done.get("failed"), "a tree is applied", done["msg"])
            server.switch(config_secrets="plain")
        host = {"ansible_connection": "local", **login, **variables(made, place)}
        inventory = place.write("inventory.yml", {"comet_servers": {"hosts": {"one": host}}})
        reports = ["-e", f"drift_reports={place.left / 'reports'}"] if "drift" in playbook else []
        return [f"comet.backup.{playbook}", "-i", str(inventory), *reports]

    return arguments


def _definitions(made: Tree, place: Place) -> dict[str, Any]:
    return {"comet_server": made["server"], "comet_tenants": made["tenants"], "drift_unmanaged": "all"}


def _file(made: Tree, place: Place) -> dict[str, Any]:
    source, secrets = in_file(made, place.given)
    return {"fleet_src": source, "fleet_secrets": secrets}


PLAYS: Mapping[str, Callable[[EmulatedServer, Place, Canaries, random.Random], Arguments]] = {
    "task": single_task,
    "whole server": whole_server,
    "configure_server": _own("configure_server", lambda made, place: {"comet_server": made["server"]}),
    "provision_tenant": _own("provision_tenant", lambda made, place: {"comet_tenants": made["tenants"]}),
    "provision_fleet": _own("provision_fleet", _definitions),
    "provision_fleet from a file": _own("provision_fleet", _file),
    "export_server": _own(
        "export_server", lambda made, place: {"export_dest": str(place.left / "export")}, filled=True
    ),
    "detect_drift": _own("detect_drift", _definitions),
    "detect_drift of what is there": _own("detect_drift", _definitions, filled=True),
    "detect_drift from a file": _own("detect_drift", _file),
}
"""What writes the files of a playbook, and gives its command line."""


CRASHES = (
    "_state._engine:reconcile",
    "_state._plan:make_plan",
    "_state._document:patch_from",
    "_state._redact:keyed_secrets",
)
"""Functions of the collection that fail in the middle of a run."""
HOW = ("plain", "checked", "refused", "lost", "crashed", "interrupted", "terminated")
STOPPED = {"interrupted": signal.SIGINT, "terminated": signal.SIGTERM}
MOMENTS = (0.5, 5.0)
"""Seconds after its start between which a playbook is stopped."""
LONG = ("configure_server", "provision_tenant", "provision_fleet")
"""Playbooks with a task for each object, which would take minutes with a process for each."""
OWN_OUTPUT = {"ANSIBLE_DEBUG": "1"}
"""Ansible shows what it does; of a module process, as it documents, also the options that it is started with."""
NO_FILES = {"ANSIBLE_PIPELINING": "1"}
"""Ansible writes the options of a module process into a file, which stays when it is stopped; not so with this."""
ROOM = "ansible_collections.comet.backup.plugins.module_utils."


class PlayedWith:
    """A playbook with canaries in its variables: which one, through which door, how much it tells, and what happens."""

    def __init__(self, server: EmulatedServer, directory: Path, canaries: Canaries, dice: random.Random) -> None:
        self.place, self._server, self._dice = Place(directory), server, dice
        self.name, self.outcome = dice.choice(list(PLAYS)), dice.choice(HOW)
        self._verbosity = dice.randint(0, 4)
        self._door = "auto" if self.name in LONG else dice.choice(("auto", "module"))
        self._debug = dice.random() < 0.3 and self._door != "module"
        self._diff = dice.random() < 0.5
        self._arguments = PLAYS[self.name](server, self.place, canaries, dice)
        self.title = f"{self.name}, {self.outcome}, execution {self._door}, verbosity {self._verbosity}"

    def play(self) -> Watched:
        """Run it."""
        more = ["-v"] * self._verbosity + ["--diff"] * self._diff + ["--check"] * (self.outcome == "checked")
        own = dict(OWN_OUTPUT) if self._debug else {}
        if self.outcome in SPOILT:
            self._server.control(
                "POST", "fault", {"kind": "random", "seed": self._dice.randrange(10**6), **SPOILT[self.outcome]}
            )
        if self.outcome == "crashed":
            where, _colon, name = self._dice.choice(CRASHES).partition(":")
            own.update(self.place.crashing(ROOM + where, name))
        if self.outcome in STOPPED:
            own.update(NO_FILES)
        stop = Stop(STOPPED[self.outcome], self._dice.uniform(*MOMENTS)) if self.outcome in STOPPED else None
        return self.place.play([*self._arguments, "-e", f"comet_execution={self._door}", *more], stop, **own)

    def judge(self, watched: Watched) -> None:
        """Hold that it came to what it had to, so that there was something to see."""
        ended = (0, 2) if "drift" in self.name else (0,)
        hold(
            self.outcome != "plain" or watched.status in ended,
            "a playbook without trouble succeeds",
            self.title,
            watched.output,
        )
        hold(
            self.outcome != "crashed" or "unexpected ValueError" in watched.output,
            "a crash is told",
            self.title,
            watched.output,
        )
