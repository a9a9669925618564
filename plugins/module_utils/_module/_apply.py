# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that makes a whole server what a tree says. Private; may change at any time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._connection import secret_options
from ansible_collections.comet.backup.plugins.module_utils._module._done import CHANGED, DELETED, Done
from ansible_collections.comet.backup.plugins.module_utils._module._outcomes import FAILED, Tally, sentence
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._runner import Runner, Work
from ansible_collections.comet.backup.plugins.module_utils._module._snapshot import Snapshot
from ansible_collections.comet.backup.plugins.module_utils._module._source import given_secrets, read_tree
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._module._validation import Validator, complaint
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

MOST_CONCURRENT = 64
_SHARED = ("confirm_data_loss", "force", "restart_timeout")
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
            "state": {"type": "str", "choices": ["present", "planned"], "default": "present"},
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

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        began, calls = time.monotonic(), server.client.calls
        before = (calls.reads, calls.writes)
        if not 1 <= params["concurrency"] <= MOST_CONCURRENT:
            raise InvalidOption(f"concurrency: must be from 1 to {MOST_CONCURRENT}, not {params['concurrency']}")
        document = read_tree(params["src"], params["secrets"]) if params.get("src") else params["objects"]
        tree = Tree(self._tasks, document)
        server.together = len({entry.tenant for entry in tree.entries}) > 1
        tally = Tally()
        self._apply(server, params, tree.entries, tally)
        made = {"reads": calls.reads - before[0], "writes": calls.writes - before[1]}
        return {**_result(tally, made, server.check_mode), "seconds": round(time.monotonic() - began, 3)}

    def _apply(self, server: Server, params: Mapping[str, Any], entries: Sequence[Entry], tally: Tally) -> None:
        """From entries to outcomes."""
        snapshot = Snapshot(server, self._tasks[self._followers].resource, self._member)
        differing = snapshot.differing(entries, lambda entry: tally.unchanged(entry.kind))
        works = self._works(differing, params)

        def look(work: Work, done: Done) -> Mapping[str, Any]:
            counts = done.resource.kind == self._followed and done.action in (CHANGED, DELETED)
            return {"reaches": snapshot.reach(done.id)} if counts else {}

        runner = Runner(
            server,
            tally,
            1 if server.check_mode else params["concurrency"],
            params.get("max_failures"),
            look,
            lambda failed: None,
        )
        runner.run(works)

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
        return Work(entry, options, secrets - {""})

    @staticmethod
    def _shared(spec: Mapping[str, Any], entry: Entry, params: Mapping[str, Any]) -> dict[str, Any]:
        """What the task says for all objects that have such an option and do not say so themselves."""
        return {name: params[name] for name in _SHARED if name in spec and entry.params.get(name) is None}


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
