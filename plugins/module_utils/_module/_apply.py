# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that makes a whole server what a tree says. Private; may change at any time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._connection import secret_options
from ansible_collections.comet.backup.plugins.module_utils._module._done import CHANGED, DELETED, Done
from ansible_collections.comet.backup.plugins.module_utils._module._glances import glance_of
from ansible_collections.comet.backup.plugins.module_utils._module._outcomes import FAILED, Tally, sentence
from ansible_collections.comet.backup.plugins.module_utils._module._progress import Progress
from ansible_collections.comet.backup.plugins.module_utils._module._prune import Prune, prune_spec
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._runner import Finished, Look, Runner, Work
from ansible_collections.comet.backup.plugins.module_utils._module._saved_plan import PlanWriter, SavedPlan
from ansible_collections.comet.backup.plugins.module_utils._module._secret_texts import texts
from ansible_collections.comet.backup.plugins.module_utils._module._selection import (
    IGNORE,
    ONLY,
    PROTECT,
    SKIP,
    Selection,
    selector_spec,
)
from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown
from ansible_collections.comet.backup.plugins.module_utils._module._snapshot import Snapshot
from ansible_collections.comet.backup.plugins.module_utils._module._source import given_secrets, read_tree
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._module._unmanaged import (
    UNMANAGED,
    Unmanaged,
    unmanaged_spec,
)
from ansible_collections.comet.backup.plugins.module_utils._module._validation import Validator, complaint
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._redact import spellings
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

MOST_CONCURRENT = 64
PLANNED = "planned"
_SHARED = ("confirm_data_loss", "force", "restart_timeout")
UNTOLD = "what would become of it could not be told beforehand, so it may not be what was planned"
SHOWN = 5
"""So many of several mistakes or failures are said in a message; the result holds all of them."""


class ApplyTask(Task):
    """One server, exactly as a tree says: every object by the task that manages it alone.

    ``tasks`` are these by kind. ``followed`` is the kind of which a result tells how many objects of the kind
    ``followers`` refer to it in their ``member``.
    """

    unseen = ("objects", "secrets")

    def __init__(self, tasks: Mapping[str, ResourceTask], followed: str, followers: str, member: str) -> None:
        self._tasks = tasks
        self._followed, self._followers, self._member = followed, followers, member
        self._validators: dict[str, Validator] = {}

    def options(self) -> dict[str, Any]:
        return {
            "objects": {"type": "dict", "no_log": True},
            "src": {"type": "path"},
            "secrets": {"type": "dict", "no_log": True, "default": {}},
            "state": {"type": "str", "choices": ["present", PLANNED], "default": "present"},
            "plan_file": {"type": "path"},
            ONLY: selector_spec(),
            SKIP: selector_spec(),
            IGNORE: selector_spec(members=True),
            PROTECT: selector_spec(),
            **prune_spec(),
            **unmanaged_spec(),
            "confirm_data_loss": {"type": "bool", "default": False},
            "force": {"type": "bool", "default": False},
            "concurrency": {"type": "int", "default": 8},
            "max_failures": {"type": "int"},
            "progress": {"type": "bool", "default": True},
            "restart_timeout": {"type": "int", "default": 120},
        }

    def rules(self) -> dict[str, Any]:
        return {"mutually_exclusive": [["objects", "src"]], "required_one_of": [["objects", "src"]]}

    def blanked(self, params: Mapping[str, Any], found: set[str]) -> set[str]:
        """Only what belongs to the connection: the rest is blanked out object by object, each with its own secrets."""
        return secret_options(params)

    def prepare(self) -> None:
        for kind in (self._followed, self._followers):
            glance_of(self._tasks[kind])

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        began, calls = time.monotonic(), server.client.calls
        before = (calls.reads, calls.writes)
        self._refuse_nonsense(params)
        planned = params["state"] == PLANNED
        tally = self._reconcile(server.rehearsal() if planned else server, params, server.check_mode)
        made = {"reads": calls.reads - before[0], "writes": calls.writes - before[1]}
        result = _result(tally, made, server.check_mode and not planned)
        return {**result, "seconds": round(time.monotonic() - began, 3)}

    @staticmethod
    def _refuse_nonsense(params: Mapping[str, Any]) -> None:
        if not 1 <= params["concurrency"] <= MOST_CONCURRENT:
            raise InvalidOption(f"concurrency: must be from 1 to {MOST_CONCURRENT}, not {params['concurrency']}")
        if params.get("max_failures") is not None and params["max_failures"] < 0:
            raise InvalidOption("max_failures: must not be negative")

    def _reconcile(self, server: Server, params: Mapping[str, Any], keep_files: bool) -> Tally:
        """From the tree to what became of it; with ``keep_files`` no plan is written."""
        document = read_tree(params["src"], params["secrets"]) if params.get("src") else params["objects"]
        tree = Tree(self._tasks, document)
        selection = Selection(params, self._tasks)
        saved = self._saved(server, params)
        chosen = selection.chosen(tree.entries)
        server.together = len({entry.tenant for entry in tree.entries}) > 1
        server.tasks = sum(entry.kind == self._followers for entry in chosen)
        doomed = Prune(server, self._tasks, tree, selection, chosen, params).entries()
        tally = Tally()
        whole = len(chosen) + len(doomed)
        progress = Progress(whole, server.tell if params["progress"] else None, server.terminal)
        snapshot = Snapshot(server, self._tasks[self._followers].resource, self._member)
        unmanaged = Unmanaged(server, self._tasks, tree, selection, params[UNMANAGED])
        differing = snapshot.differing(chosen, tally.unchanged, progress.done, unmanaged.watch)
        unmanaged.survey(doomed)
        server.warnings += selection.warnings(prunes=bool(doomed))
        works = self._works([*differing, *doomed], params)
        if saved is not None:
            works = self._guarded(server, params, works, saved)
            server.warnings += saved.warnings([*chosen, *doomed])
        writer = None if keep_files else self._writer(server, params)
        runner = self._runner(server, params, tally, self._looks(snapshot, writer, unmanaged), progress.done)
        left = len(differing)
        runner.run(works[:left])
        runner.run(works[left:], cautious=True)
        progress.finish()
        if writer is not None:
            writer.write(params["plan_file"])
        used = (text for work in works for text in work.secrets)
        tally.beside = unmanaged.result(chain(texts(params["secrets"]), used))
        return tally

    @staticmethod
    def _saved(server: Server, params: Mapping[str, Any]) -> SavedPlan | None:
        """The plan that says what may be done, if the task names one."""
        given = params.get("plan_file") and params["state"] != PLANNED
        return SavedPlan.read(params["plan_file"], server.client.settings.base) if given else None

    @staticmethod
    def _writer(server: Server, params: Mapping[str, Any]) -> PlanWriter | None:
        """What takes down a plan, if the task wants one."""
        planned = params["state"] == PLANNED and params.get("plan_file")
        return PlanWriter(server.client.settings.base) if planned else None

    def _looks(self, snapshot: Snapshot, writer: PlanWriter | None, unmanaged: Unmanaged) -> Look:
        """What is told of an object beside what its own task says; and what a plan keeps of it."""

        def look(work: Work, done: Done) -> Mapping[str, Any]:
            if writer is not None:
                writer.add(work.entry, done, work.secrets)
            unmanaged.worked(work.entry, done)
            counts = done.resource.kind == self._followed and done.action in (CHANGED, DELETED)
            return {"reaches": snapshot.reach(done.id)} if counts else {}

        return look

    @staticmethod
    def _runner(server: Server, params: Mapping[str, Any], tally: Tally, look: Look, finished: Finished) -> Runner:
        # What only looks ahead hardly waits for the server, and is told in the order of the tree.
        concurrency = 1 if server.check_mode else params["concurrency"]
        return Runner(server, tally, concurrency, params.get("max_failures"), look, finished)

    def _guarded(
        self, server: Server, params: Mapping[str, Any], works: Sequence[Work], saved: SavedPlan
    ) -> list[Work]:
        """The works, each with the reason why a plan forbids it, found by looking at what each would do now.

        What would fail now must not be tried either: it might come to something else than planned.
        """
        reasons: dict[int, str] = {}
        tally = Tally()

        def look(work: Work, done: Done) -> Mapping[str, Any]:
            reasons[id(work.entry)] = saved.allows(work.entry, done, work.secrets)
            return {}

        self._runner(server.rehearsal(), {**params, "max_failures": None}, tally, look, _nobody).run(works)
        for failed in tally.of(FAILED):
            about = shown(failed.entry.task.about(failed.entry.params))
            reasons.setdefault(id(failed.entry), failed.msg.removeprefix(f"{about}: "))
        return [replace(work, refusal=reasons.get(id(work.entry), UNTOLD)) for work in works]

    def _works(self, entries: Iterable[Entry], params: Mapping[str, Any]) -> list[Work]:
        """The entries with validated options. Raises InvalidOption that tells all mistakes, before anything is done."""
        works: list[Work] = []
        mistakes: list[str] = []
        for entry in entries:
            try:
                works.append(self._work(entry, params))
            except InvalidOption as error:
                mistakes.append(f"{entry.where}: {error.message}")
        if mistakes:
            more = f"; and {len(mistakes) - SHOWN} more" if len(mistakes) > SHOWN else ""
            raise InvalidOption("; ".join(mistakes[:SHOWN]) + more)
        return works

    def _work(self, entry: Entry, params: Mapping[str, Any]) -> Work:
        task = entry.task
        validator = self._validators.get(entry.kind)
        if validator is None:
            validator = self._validators[entry.kind] = Validator(task.options(), task.rules())
        validation = validator.validate({**entry.params, **self._shared(validator.spec, entry, params)})
        if validation.errors.errors:
            raise InvalidOption(complaint(validation, validator.spec, entry.params))
        options = validation.validated_parameters
        secrets = set(validation._no_log_values) | task.secrets(options) | given_secrets(entry.params)
        return Work(entry, options, spellings(secrets))

    @staticmethod
    def _shared(spec: Mapping[str, Any], entry: Entry, params: Mapping[str, Any]) -> dict[str, Any]:
        """What the task says for all objects that have such an option and do not say so themselves."""
        return {name: params[name] for name in _SHARED if name in spec and entry.params.get(name) is None}


def _nobody(*, failed: bool = False) -> None:
    """Nobody waits for what only looks ahead."""


def _result(tally: Tally, calls: Mapping[str, int], check_mode: bool) -> dict[str, Any]:
    """What became of everything. What a failed object had written before it failed counts as a change, too."""
    told = tally.result()
    failed = tally.of(FAILED)
    message = sentence(told["counts"])
    if failed:
        first = "; ".join(one.msg for one in failed[:SHOWN])
        message = f"{message}: {first}" + ("; ..." if len(failed) > SHOWN else "")
    changed = tally.differs if check_mode else calls["writes"] > 0
    return {"changed": changed, "failed": bool(failed), "msg": message, **told, "calls": calls}
