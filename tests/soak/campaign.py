# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a campaign is: many runs, each of which follows from its seed alone, and figures of what was seen."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ansible_collections.comet.backup.plugins.module_utils._api import _transport
from ansible_collections.comet.backup.plugins.module_utils._state import _fragments, _late
from ansible_collections.comet.backup.tests.fleet.held import held
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.pauses import SHORT

Figures = Counter[str]
"""What was counted. A dot in a name parts a table from its rows, as in ``faults.drop_after``."""

SHORTER: tuple[tuple[Any, str, Any], ...] = (
    (_transport, "BACK_OFF_SECONDS", 0.01),
    (_fragments, "DOUBT", 0.3),
    (_late, "PATIENCE", 1.0),
)
"""Thousands of runs repeat a call now and then. Where patience counts, time-outs are short themselves."""

STEADY, PAUSE = 3, 0.02
"""So many answers in a row, with these seconds between them, are those of a server that does not restart."""

Run = Callable[[int], Figures]
"""One run: takes its seed, returns what it counted. Raises Lost."""


class Lost(Exception):
    """A promise was broken. The text says which, and what was seen."""


def hold(kept: bool, promise: str, *seen: Any) -> None:
    """Raise Lost unless a promise was kept; ``seen`` is told with it."""
    if not kept:
        raise Lost(": ".join([promise, *(str(one) for one in seen)]))


def nothing() -> None:
    """What most campaigns have to prepare."""


@dataclass(frozen=True)
class Campaign:
    """One kind of trouble.

    ``title`` and ``text`` (reStructuredText) tell readers of the documentation what is done and what has to hold;
    ``rows`` are the figures that they see, by what each is called there. A name that ends with a dot stands for all
    figures that begin so, and its words hold ``{}`` for the rest of the name; one that ends with ``.*`` stands for how
    many these are, and ``{}`` for all their rests. ``opened`` gives the run, which may use one server for all seeds.
    ``seconds`` is the time it gets by default. ``quick`` are seeds that every change runs. ``prepare`` is done before
    the time begins, by long runs alone.
    """

    name: str
    title: str
    text: str
    rows: Mapping[str, str]
    opened: Callable[[], AbstractContextManager[Run]]
    seconds: float
    quick: tuple[int, ...]
    prepare: Callable[[], None] = nothing


class SoakedServer(EmulatedServer):
    """An emulator whose whole state can be compared with that of another moment, whatever chance and the clock did."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.directory = directory
        super().__init__("--data", str(directory), *options)

    def held(self) -> dict[str, list[Any]]:
        """All that is stored, by kind and name."""
        return held(self.directory)

    def await_restart(self) -> None:
        """Wait until the server is back, should it be restarting, or be about to do so."""
        steady = 0
        while steady < STEADY:
            time.sleep(PAUSE)
            steady = 0 if self.control("GET", "state")["restarting"] else steady + 1

    def suffered(self) -> Figures:
        """Calls that have suffered each kind of fault since faults were last forgotten, which they are now."""
        injected = self.control("GET", "fault")["injected"]
        self.control("POST", "fault", {"kind": "none"})
        return Counter({f"faults.{kind}": count for kind, count in injected.items()})


@contextmanager
def soaked_server(*options: str) -> Iterator[SoakedServer]:
    """A server of one's own, for tasks that wait less than they do otherwise."""
    with tempfile.TemporaryDirectory() as directory, short_pauses():
        server = SoakedServer(Path(directory), *options)
        try:
            yield server
        finally:
            server.close()


def on_one_server(run_on: Callable[[SoakedServer], Run]) -> Callable[[], AbstractContextManager[Run]]:
    """What opens a campaign whose runs share one emulator; ``run_on`` gives the run on it."""

    @contextmanager
    def opened() -> Iterator[Run]:
        with soaked_server() as server:
            yield run_on(server)

    return opened


@contextmanager
def short_pauses() -> Iterator[None]:
    """Pauses of the collection that do not slow thousands of runs down."""
    with ExitStack() as stack:
        for where, name, value in (*SHORT, *SHORTER):
            stack.enter_context(patch.object(where, name, value))
        yield


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What differs between two states, in a line for each object; empty for nothing."""
    lines = []
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one != other:
            lines.append(f"{name}: {one} is not {other}")
    return "\n".join(lines)
