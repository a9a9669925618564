# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the work of a tree: stage by stage, several objects at a time, and goes on after a failure. Private."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Callable, Protocol

from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    CometError,
    LoginFailed,
    SecondFactorNeeded,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._module._done import Done
from ansible_collections.comet.backup.plugins.module_utils._module._outcomes import FAILED, SKIPPED, Outcome, Tally
from ansible_collections.comet.backup.plugins.module_utils._module._task import failure, known
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

SILENCE = 5
"""After so many objects in a row that the server did not answer for, beside those under way, it is left alone."""


@dataclass(frozen=True)
class Work:
    """An entry that may differ: its validated options, the secret texts in them, and why it must not be done if so."""

    entry: Entry
    params: Mapping[str, Any]
    secrets: set[str] = field(default_factory=set)
    refusal: str = ""


Look = Callable[[Work, Done], Mapping[str, Any]]
"""What the result tells about an object beside what its task says."""


class Finished(Protocol):
    """Called after each object."""

    def __call__(self, *, failed: bool = False) -> None:
        """``failed``: and that went wrong."""


class Runner:
    """Runs the tasks of single objects for the entries of a tree.

    ``concurrency`` objects at a time, none of a stage before the stage before it has ended. What needs an object that
    failed is skipped. All work stops when the login no longer works, the server no longer answers, or more than
    ``max_failures`` objects have failed (None: whatever fails).
    """

    def __init__(
        self, server: Server, tally: Tally, concurrency: int, max_failures: int | None, look: Look, finished: Finished
    ) -> None:
        self._server, self._tally = server, tally
        self._concurrency, self._max_failures = concurrency, max_failures
        self._look, self._finished = look, finished
        self._failed: set[tuple[str, str, str]] = set()
        self._failures = 0
        self._silent = 0
        self._stop = ""
        self._lock = threading.Lock()

    def run(self, works: Sequence[Work], cautious: bool = False) -> None:
        """Do the works, which are in the order of their stages; ``cautious``: none of them once anything has failed."""
        if cautious and self._failed:
            self._stop = self._stop or "skipped, because something failed that may still need it"
        with ThreadPoolExecutor(self._concurrency) as pool:
            for _stage, group in groupby(works, key=_stage_of):
                alone, together = _parted(group)
                for work in alone:
                    self._settle(work, self._one(work))
                outcomes = pool.map(self._one, together) if len(together) > 1 else map(self._one, together)
                for work, outcome in zip(together, outcomes):
                    self._settle(work, outcome)

    def _settle(self, work: Work, outcome: Outcome) -> None:
        """Take an outcome into account, in the thread that asked for the work."""
        self._tally.add(outcome)
        if outcome.outcome in (FAILED, SKIPPED):
            self._failed.update((work.entry.kind, work.entry.tenant, title) for title in work.entry.titles)

    def _one(self, work: Work) -> Outcome:
        """What becomes of one object."""
        reason = self._stop or self._blame(work.entry)
        if reason:
            self._finished()
            return Outcome.of(work.entry, work.secrets, SKIPPED, reason, {}, {})
        server = self._server if _alone(work.entry.task.resource) else self._server.aside()
        try:
            if work.refusal:
                raise CometError(work.refusal)
            outcome = self._told(work, server, work.entry.task.reconcile(server, work.params))
            self._silent = 0
        except Exception as error:  # a fault of this program must not leave the rest undone and untold
            outcome = self._failure(work, known(error))
        if server is not self._server:
            self._server.warnings += [one for one in server.warnings if one not in self._server.warnings]
        self._finished(failed=outcome.outcome == FAILED)
        return outcome

    def _blame(self, entry: Entry) -> str:
        """Why an entry cannot be right any more: something that it needs failed."""
        for kind, name in entry.references if self._failed else ():
            if {(kind, entry.tenant, name), (kind, "", name)} & self._failed:
                return f"skipped, because {kind.replace('_', ' ')} {name} failed"
        return ""

    def _told(self, work: Work, server: Server, done: Done) -> Outcome:
        if server.check_mode and done.changed:
            self._foretell(server, done)
        more = dict(self._look(work, done))
        if done.restarted:
            more["restarted"] = True
        if done.removed:
            more["removed"] = list(done.removed)
        return Outcome.of(work.entry, work.secrets, done.action, done.msg, done.diff, more)

    @staticmethod
    def _foretell(server: Server, done: Done) -> None:
        """Remember, in check mode, what a real run would have come to by now, for the objects that follow."""
        whole = server.latest(done.resource, done.id) if done.inside else None
        document = whole or done.outcome.document or {}
        server.expect(done.resource, done.wish.tenant, done.wish.name or done.wish.id, document)
        done.resource.hooks.foretell(server, done.wish, done.outcome.plan.found, done.id)

    def _failure(self, work: Work, error: CometError) -> Outcome:
        told = failure(work.entry.task, work.params, error)
        message = told.pop("msg")
        with self._lock:
            self._failures += 1
            self._silent = self._silent + 1 if isinstance(error, Unreachable) else 0
            if isinstance(error, (LoginFailed, SecondFactorNeeded)):
                self._stop = self._stop or "skipped, because the login no longer works"
            elif self._silent >= SILENCE + self._concurrency:
                self._stop = self._stop or "skipped, because the server no longer answers"
            elif self._max_failures is not None and self._failures > self._max_failures:
                self._stop = self._stop or f"skipped, because more than {self._max_failures} objects failed"
        return Outcome.of(work.entry, work.secrets, FAILED, message, {}, told)


def _stage_of(work: Work) -> int:
    return work.entry.stage


def _alone(resource: Resource) -> bool:
    """Whether objects are written in turn: they are parts of a document without a lock, or restart the server."""
    return bool(resource.homes) or resource.singleton or resource.restarts


def _parted(works: Iterable[Work]) -> tuple[list[Work], list[Work]]:
    """Works that are done one by one, and those that are done at the same time."""
    alone: list[Work] = []
    together: list[Work] = []
    for work in works:
        (alone if _alone(work.entry.task.resource) else together).append(work)
    return alone, together
