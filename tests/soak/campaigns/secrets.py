# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary in every secret: none of them is in anything that a run shows or leaves, whatever becomes of the run."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.soak import (
    crashes,
    doors,
    planted,
    secret_calls,
    secret_plays,
    secret_trees,
)
from ansible_collections.comet.backup.tests.soak.campaign import (
    Campaign,
    Figures,
    SoakedServer,
    hold,
    on_one_server,
)
from ansible_collections.comet.backup.tests.soak.canaries import LINES, PLAIN, Canaries, Search, number_of
from ansible_collections.comet.backup.tests.soak.crashes import SPOILT
from ansible_collections.comet.backup.tests.soak.doors import Seen
from ansible_collections.comet.backup.tests.soak.mishandled import wrong
from ansible_collections.comet.backup.tests.soak.planting import combined
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD
from ansible_collections.comet.backup.tests.unit.promises.case import Options

OUTCOMES = (
    *("written", "unchanged", "checked", "refused", "lost", "wrong", "crashed", "read", "locked out", "logged in"),
)
"""What becomes of a task. Refused: the server repeats what was sent. Read: what was written is read in all ways."""
OF_TREES = ("written", "unchanged", "checked", "refused", "lost", "crashed")
OF_CALLS = ("written", "checked", "refused", "crashed")
RUNNER = "runner"


@dataclass
class Case:
    """What one run has: its dice, its canaries, what it searched, and how it is called."""

    dice: random.Random
    canaries: Canaries
    title: str = ""
    search: Search = field(default_factory=lambda: Search(PASSWORD))

    def check(self, *shown: str | bytes) -> None:
        """Hold that none of these texts holds a secret."""
        for text in shown:
            found = self.search.text(text, self.title)
            hold(not found, "nothing shows a secret", *found)

    def figures(self, outcome: str, **more: int) -> Figures:
        """What is counted in every run, and of this one. ``outcome`` is a figure with a dot, such as plays.refused."""
        counted = {"canaries": len(self.canaries.planted), "places": self.search.places, "bytes": self.search.bytes}
        return Counter({**counted, outcome: 1, **more})


class Secrets:
    """Runs on one server, each with canaries of its own."""

    def __init__(self, server: SoakedServer) -> None:
        self.server = server
        self.methods = secret_calls.names()

    def run(self, seed: int) -> Figures:
        """One run of a kind that follows from the seed; nothing may be found in whatever it shows."""
        dice = random.Random(seed)
        case = Case(dice, Canaries(dice))
        self.server.reset()
        kinds = (self._task, self._like_secrets, self._call, self._tree, self._playbook)
        figures = dice.choices(kinds, weights=(50, 10, 28, 7, 5))[0](case)
        self.server.control("POST", "fault", {"kind": "none"})
        self.server.await_restart()
        return figures

    def _through(self, case: Case, door: str, outcome: str, module: str, **options: Any) -> Seen:
        """Run a task through a door, so that it comes to such an outcome, and search what it shows."""
        if outcome in SPOILT:
            self.server.control(
                "POST", "fault", {"kind": "random", "seed": case.dice.randrange(10**6), **SPOILT[outcome]}
            )
        with ExitStack() as stack:
            if outcome == "crashed":
                point = case.dice.choice(crashes.POINTS)
                case.title += f", in {point[1]}"
                stack.enter_context(crashes.crashing(point))
            seen = doors.through(door, self.server, module, outcome == "checked", **options)
        case.check(seen.shown)
        hold(bool(seen.result), "there is a result", case.title, seen.beside)
        return seen

    # Single tasks

    def _task(self, case: Case) -> Figures:
        """The task of a module, with a canary in each secret that it can be told."""
        subject = case.dice.choice(planted.SUBJECTS)
        door, outcome = case.dice.choice(doors.DOORS), case.dice.choice(OUTCOMES)
        case.title = f"{subject.title}, {outcome}, through the {door} door"
        options = subject.options(case.canaries)
        subject.prepare(self.server, options)
        if outcome in ("unchanged", "read"):
            self._write(case, subject, options)
        if outcome == "unchanged":
            options.update({name: "on_create" for name in planted.WHEN if name in options})
        if outcome == "wrong":
            options = wrong(options, case.dice)
        options.update(self._login(case, outcome))
        seen = self._through(case, door, outcome, subject.module, **options)
        if outcome in ("written", "logged in"):
            self._reached(case, subject, seen)
        if outcome == "locked out":
            hold(seen.result["failed"], "whoever cannot log in fails", case.title)
        if outcome == "read":
            self._read(case, door)
        failed = bool(seen.result.get("failed"))
        return case.figures(f"outcomes.{outcome}", tasks=1, failures=failed)

    def _write(self, case: Case, subject: planted.Subject, options: Options) -> None:
        done = self.server.task(subject.module, **options)
        hold(not done.get("failed"), "a task without trouble succeeds", case.title, done["msg"])
        self.server.await_restart()

    def _reached(self, case: Case, subject: planted.Subject, seen: Seen) -> None:
        """Hold that every canary was sent, and is stored, so that there was something to find."""
        hold(not seen.result.get("failed"), "a task without trouble succeeds", case.title, seen.result["msg"])
        told = {place: text for text, place in case.canaries.planted.items()}
        unsent = [place for place, text in told.items() if number_of(text) not in str(seen.sent)]
        hold(not unsent, "every secret is sent", case.title, unsent)
        self.server.await_restart()
        missing = planted.not_stored(subject, case.canaries, self.server)
        hold(not missing, "every secret is stored", case.title, missing)

    def _login(self, case: Case, outcome: str) -> Options:
        """Secrets of the login: one that works, or one that does not, as an outcome needs it."""
        if outcome == "logged in":
            password = case.canaries.new(planted.LOGIN, LINES)
            self.server.client.call("AdminAdminUserNew", TargetUser=RUNNER, TargetPassword=password)
            return {"username": RUNNER, "password": password}
        if outcome == "locked out":
            password, name = (
                case.canaries.new("password", LINES),
                case.dice.choice(("session_key", "totp_code", "totp_secret")),
            )
            return {"password": password, name: case.canaries.new(name, PLAIN)}
        return {}

    def _read(self, case: Case, door: str) -> None:
        """Read all that the server holds, which tells its secrets, by each module that reads."""
        self.server.switch(config_secrets="plain")
        for module in planted.READING:
            seen = doors.through(door, self.server, module)
            hold(not seen.result.get("failed"), "reading works", module, seen.result)
            case.check(seen.shown)
        with tempfile.TemporaryDirectory() as directory:
            self._through(case, door, "read", "comet_export", dest=directory)
            found = case.search.files(Path(directory))
        hold(not found, "no file holds a secret", case.title, *found)

    def _like_secrets(self, case: Case) -> Figures:
        """A task with texts that only look like secrets, beside such that are: those are readable."""
        module, options, texts = case.dice.choice(planted.LIKE_SECRETS)
        door, outcome = case.dice.choice(doors.DOORS), case.dice.choice(("checked", "written"))
        case.title = f"{module} with {', '.join(texts)}, through the {door} door"
        more = planted.completed(module, case.canaries, 0)
        more.pop("protected_items", None)  # they need a device, which a new account has not
        options = combined(options, more)
        planted.accounts(self.server, options)
        seen = self._through(case, door, outcome, module, **options)
        hold(not seen.result.get("failed"), "a task without trouble succeeds", case.title, seen.result["msg"])
        hidden = [text for text in texts if text not in json.dumps(seen.result["diff"])]
        hold(not hidden, "what is no secret stays readable", case.title, hidden, seen.result["diff"])
        return case.figures(f"outcomes.{outcome}", readable=len(texts), tasks=1)

    # Calls and trees

    def _call(self, case: Case) -> Figures:
        """A call of comet_api, with a canary in each secret that is sent, and in each that is answered."""
        name, door, outcome = (case.dice.choice(some) for some in (self.methods, doors.DOORS, OF_CALLS))
        case.title = f"{name}, {outcome}, through the {door} door"
        call = secret_calls.SecretCall.of(name, case.canaries)
        login = {"session_key": case.canaries.new("session_key")} if call.method.auth == "user" else {}
        options = {"method": name, "params": call.sent, **login}
        with call.answered(outcome == "refused", case.dice):
            how = outcome if outcome in ("checked", "crashed") else "written"
            seen = self._through(case, door, how, "comet_api", **options)
        failed = bool(seen.result.get("failed"))
        return case.figures(f"outcomes.{outcome}", calls=1, failures=failed)

    def _tree(self, case: Case) -> Figures:
        """A tree with something of every kind: planned or applied, from variables or a file, and a report on it."""
        made = secret_trees.tree(case.canaries)
        door, outcome = case.dice.choice(doors.DOORS), case.dice.choice(OF_TREES)
        case.title = f"a tree, {outcome}, through the {door} door"
        with tempfile.TemporaryDirectory() as given, tempfile.TemporaryDirectory() as left:
            source, secrets = secret_trees.in_file(made, Path(given))
            from_file = case.dice.random() < 0.5
            options: dict[str, Any] = {"src": source, "secrets": secrets} if from_file else {"objects": made}
            if outcome == "unchanged":
                hold(not self.server.task("comet_apply", **options).get("failed"), "a tree is applied", case.title)
            planned = {"state": "planned", "plan_file": f"{left}/plan.json"} if outcome == "checked" else {}
            seen = self._through(case, door, outcome, "comet_apply", unmanaged="all", **options, **planned)
            hold(outcome != "written" or not seen.result.get("failed"), "a tree is applied", seen.result["msg"])
            secret_trees.report(seen.result, Path(left))
            found = case.search.files(Path(left))
        hold(not found, "no file holds a secret", case.title, *found)
        failed = bool(seen.result.get("failed"))
        return case.figures(f"outcomes.{outcome}", trees=1, failures=failed)

    # Whole processes

    def _playbook(self, case: Case) -> Figures:
        """A playbook in processes of its own, of which everything is searched that can be seen of them."""
        with tempfile.TemporaryDirectory() as directory:
            run = secret_plays.PlayedWith(self.server, Path(directory), case.canaries, case.dice)
            case.title = run.title
            watched = run.play()
            case.check(watched.output, *watched.processes)
            found = case.search.files(run.place.left)
            hold(not found, "no file holds a secret", case.title, *found)
            run.judge(watched)
        return case.figures(f"plays.{run.outcome}", playbooks=1, processes=len(watched.processes))


CAMPAIGN = Campaign(
    name="secrets",
    title="Secrets",
    text="""
A text of its own stands in every secret that a task can be told, in every secret parameter of a method and in every
secret of an answer; which these are follows from the facts and the specs of the modules. Where a task writes, all of
them must have been sent and stored. Then everything is searched that the run shows or leaves: results, differences,
messages, output at every verbosity, registered variables, log files, plans, exports, reports, temporary files, command
lines and environments of processes. The secret texts are found as they are, reversed, in hexadecimal, in base64, and
in all spellings of JSON, HTML and addresses, also in part. Runs succeed, change nothing, only look, are refused by a
server that repeats what it was sent, lose answers, get wrong options, crash in the middle, or are interrupted; through
the action plugin and through a module process. Texts that only look like secrets have to stay readable.
""",
    rows={
        "canaries": "Secrets planted",
        "places": "Outputs and files searched",
        "bytes": "Bytes searched",
        "tasks": "Tasks of single modules",
        "calls": "Calls of single methods",
        "trees": "Whole trees",
        "outcomes.": "... of these three: {}",
        "playbooks": "Runs of ansible-playbook",
        "plays.": "... of these: {}",
        "processes": "Command lines and environments searched",
        "readable": "Texts that look like secrets, and are readable",
    },
    opened=on_one_server(lambda server: Secrets(server).run),
    seconds=180,
    quick=(4, 5, 7, 15, 23),
)
