# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks on a server of any version, under any setting of its switches, and what has to be true of their results."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.soak import honesty, wishes
from ansible_collections.comet.backup.tests.soak.campaign import SoakedServer, hold
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises import versions
from ansible_collections.comet.backup.tests.unit.promises.case import Step
from ansible_collections.comet.backup.tests.unit.promises.versions import fate_of, knows, reaches
from comet_emulator.core.facts import NEWEST

TOO_OLD = re.compile(r" needs Comet Server ([0-9.]+) or newer; this server is ([0-9.]+)\.")
"""How a refusal says which version is needed, and which was found."""

Result = dict[str, Any]


def refused(result: Result, about: str, version: str) -> None:
    """Hold that a task that a server is too old for says so."""
    named = TOO_OLD.search(str(result.get("msg")))
    told = bool(result.get("failed")) and named is not None and named[2] == version and not reaches(version, named[1])
    hold(told, "a server that is too old is named with the version needed", about, version, result.get("msg"))


def same(said: Result, done: Result, about: str) -> None:
    """Hold that check mode announced what happened."""
    for part in ("failed", "changed", "diff"):
        announced, happened = (one.get(part) or None for one in (said, done))
        hold(announced == happened, "check mode equals reality", about, part, announced, happened, done.get("msg"))


def judge(fate: str, about: str, version: str, said: Result, done: Result, again: Result) -> None:
    """Hold what is promised of one task: announced, done, and done once more."""
    same(said, done, about)
    if fate == versions.TOO_NEW:
        for result in (said, done, again):
            refused(result, about, version)
        return
    for result in (said, done, again):
        hold(not result.get("failed"), "a task succeeds", about, version, result.get("msg"))
    hold(done["changed"] is (fate == versions.DONE), "a task does its work, and only that", about, version, done["msg"])
    hold(not again["changed"], "the second run changes nothing", about, version, again["msg"])


class OldServer:
    """A server that is of one version, under one setting, while tasks run, and new while they are prepared."""

    def __init__(self, server: SoakedServer, version: str, setting: Result) -> None:
        self.server, self.version, self.setting = server, version, setting

    def _begin(self, prepare: Callable[[EmulatedServer], None], since: bool) -> None:
        """``since``: the objects can be made on that version already."""
        self.server.version = self.version if since else NEWEST
        self.server.reset()
        prepare(self.server)
        self.server.switch(version=self.version, **self.setting)
        self.server.client.forget_version()
        self.server.forget_calls()

    def step(self, step: Step) -> str:
        """One task of a case, in check mode, for real, and again; returns what became of it."""
        fate, about = fate_of(step, self.version), f"{step.case.title}-{step.name} with {self.setting}"
        self._begin(step.prepare, knows(self.version, step))
        said = self._quiet(step.case.module, check=True, **step.options)
        run = self.server.task if fate == versions.DONE else self._quiet
        done = run(step.case.module, **step.options)
        again = self._quiet(step.case.module, **step.options)
        for result in (said, done, again):
            honesty.check(result)
        judge(fate, about, self.version, said, done, again)
        if fate == versions.DONE:
            self._reached(step, done, about)
        return fate

    def _quiet(self, module: str, check: bool = False, **options: Any) -> Result:
        """A task that has nothing to write, and writes nothing."""
        before = self.server.digest
        self.server.forget_calls()
        result: Result = self.server.task(module, check=check, **options)
        hold(not self.server.calls(writes=True), "nothing is sent that writes", module, self.version, result["msg"])
        hold(self.server.digest == before, "the server stays as it is", module, self.version, result["msg"])
        return result

    def _reached(self, step: Step, done: Result, about: str) -> None:
        """Hold that the server has what was wished, going by what it stores and by what the case expects."""
        found = step.case.read(self.server)
        hold((found is None) == (step.name == "delete"), "the object is there, or gone", about, self.version)
        if step.name == "change":
            before, after = step.case.diff
            hold(done["diff"] == {"before": before, "after": after}, "the change is the one meant", about, done["diff"])

    def tree(self, tenants: int, users: int) -> int:
        """A whole server at once, of which all is done that the server is new enough for; returns how much that is."""
        about, objects = f"tree with {self.setting}", wishes.tree(tenants, users)
        self._begin(wishes.prepare, False)
        said = self._quiet("comet_apply", check=True, objects=objects)
        done = self.server.task("comet_apply", objects=objects)
        again = self._quiet("comet_apply", objects=objects)
        for result in (said, done, again):
            honesty.check(result)
        same(said, done, about)
        hold(told(said) == told(done), "check mode equals reality", about, told(said), told(done))
        failed = [one for one in done["objects"] if one["outcome"] == "failed"]
        for one in failed:
            refused({**one, "failed": True}, about, self.version)
        left = [one for one in again["objects"] if one["outcome"] not in ("failed", "skipped")]
        hold(not again["changed"] and not left, "the second run changes nothing", about, self.version, left)
        hold(again["counts"]["failed"] == len(failed), "the same is refused again", about, again["msg"])
        return int(done["counts"]["changed"] + done["counts"]["created"] + done["counts"]["deleted"])

    def export(self) -> int:
        """What is written of the server is what the server is; returns how many objects that are."""
        with tempfile.TemporaryDirectory() as directory:
            target = Path(directory) / "export"
            written = self._quiet("comet_export", dest=str(target))
            hold(not written.get("failed"), "an export succeeds", self.version, written["msg"])
            applied = self._quiet("comet_apply", check=True, src=str(target))
        hold(not applied.get("failed"), "an export can be applied", self.version, self.setting, applied["msg"])
        hold(not applied["changed"], "nothing differs from an export", self.version, self.setting, applied["objects"])
        return int(applied["counts"]["unchanged"])


def told(result: Result) -> list[tuple[str, ...]]:
    """What a run of a tree says about each object."""
    parts = ("kind", "tenant", "name", "outcome", "msg")
    return sorted(tuple(str(one[part]) for part in parts) for one in result["objects"])
