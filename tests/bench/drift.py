# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check runs that find nothing to change: against a bare script, against each other, and how much memory they take."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from case import Case, in_turns
from emulated import Emulated
from programs import applied, peak_bytes, playbook, run, script, told
from wishes import as_it_is, ask

USERS = 10_000
SIZES = {1_000: 5, 10_000: 3, 100_000: 1}
"""Numbers of users, and how many runs one turn takes the median of: what is over soon is easily disturbed."""
MICROSECONDS = 1e6
MEGABYTE = 1e6
PARSERS = ("orjson", "json")


@dataclass(frozen=True)
class Seeded:
    """A server with users, and a tree file of so many objects that it fulfils."""

    server: Emulated
    source: Path
    objects: int

    def in_action(self) -> float:
        """Seconds inside the action for a check of everything; SystemExit when not all is found as wished."""
        return applied(self.server, self.source, "--check", expected={"unchanged": self.objects})

    @property
    def command(self) -> list[str]:
        """A check of everything as users run it."""
        return playbook("apply.yml", "--check", src=str(self.source), expected=self.objects)

    def whole(self) -> float:
        """Seconds of a whole ``ansible-playbook`` that checks everything."""
        return run(self.server, self.command).seconds

    def bare(self, *words: str) -> float:
        """Seconds that the bare script says it takes."""
        return float(told(run(self.server, script("floor_drift.py", *words)))["seconds"])

    def bare_whole(self, *words: str) -> float:
        """Seconds of the bare script as a process."""
        return run(self.server, script("floor_drift.py", *words)).seconds

    def prove(self) -> None:
        """Change one user behind the tree's back, see that exactly this is found, and put it back.

        SystemExit when not. A comparison that overlooks things would be fast, too. Also compiles what runs first.
        """
        self.server.control("snapshot", {"name": "as wished"})
        last = max(ask(self.server, "list-users-full"))
        self.server.control("profile", {"user": last, "members": {"AccountName": "Somebody else"}})
        applied(self.server, self.source, "--check", expected={"unchanged": self.objects - 1, "changed": 1})
        self.server.control("restore", {"name": "as wished"})


@contextmanager
def seeded(users: int) -> Iterator[Seeded]:
    """A server with so many users, and the tree that it fulfils."""
    with tempfile.TemporaryDirectory(prefix="comet-bench-") as directory:
        source = Path(directory) / "tree.json"
        with Emulated("--seed", f"users={users}") as server:
            ready = Seeded(server, source, as_it_is(server, source))
            ready.prove()
            yield ready


def fastest(*seconds: float) -> str:
    """What to say beside a floor that is the fastest of several parsers."""
    shown = ", ".join(f"{name} {taken:.2f} s" for name, taken in zip(PARSERS, seconds[:2], strict=True))
    return f"the floor is the faster of {shown}; with the garbage collector switched off {min(seconds[2:]):.2f} s"


def drift(repeats: int) -> dict[str, Case]:
    """Nothing differs among ten thousand users: inside the action, and as a whole process."""
    paused = [(name, "paused") for name in PARSERS]
    with seeded(USERS) as ready:
        engine, *floors = in_turns(
            repeats,
            ready.in_action,
            *(partial(ready.bare, name) for name in PARSERS),
            *(partial(ready.bare, *words) for words in paused),
        )
        process, *wholes = in_turns(
            repeats,
            ready.whole,
            *(partial(ready.bare_whole, name) for name in PARSERS),
            *(partial(ready.bare_whole, *words) for words in paused),
        )
    floor, whole = min(floors[:2]), min(wholes[:2])
    return {
        "drift_10k_engine": Case(engine / floor, 1.25, "lower", engine, floor, "s", fastest(*floors)),
        "drift_10k_process": Case(process / whole, 2.5, "lower", process, whole, "s", fastest(*wholes)),
    }


def median_of(times: int, measure: Callable[[], float]) -> float:
    """The median of several runs."""
    return statistics.median(measure() for _unused in range(times))


def scale(repeats: int) -> dict[str, Case]:
    """Time per user inside the action, for few and for very many users."""
    with ExitStack() as stack:
        servers = {users: stack.enter_context(seeded(users)) for users in SIZES}
        medians = in_turns(
            repeats,
            *(partial(median_of, SIZES[users], ready.in_action) for users, ready in servers.items()),
        )
    each = {users: MICROSECONDS * seconds / users for users, seconds in zip(SIZES, medians, strict=True)}
    most, least = max(each.values()), min(each.values())
    note = ", ".join(f"{users} users: {taken:.1f} us each" for users, taken in each.items())
    return {"scale_per_user": Case(most / least, 1.3, "lower", most, least, "us per user", note)}


def memory(repeats: int) -> dict[str, Case]:
    """Peak memory of the largest process above that of an ``ansible-playbook`` without tasks."""
    with seeded(USERS) as ready:
        answer = told(run(ready.server, script("floor_drift.py", "json")))["bytes"]
        full, empty = in_turns(
            repeats,
            partial(peak_bytes, ready.server, ready.command),
            partial(peak_bytes, ready.server, playbook("empty.yml")),
        )
    above = full - empty
    note = f"{full / MEGABYTE:.0f} MB at the most, {empty / MEGABYTE:.0f} MB of them without any task"
    return {"memory_10k": Case(above / answer, 5.0, "lower", above / MEGABYTE, answer / MEGABYTE, "MB", note)}
