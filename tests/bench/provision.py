# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand new users on a server that takes its time, against a bare script that makes the least possible calls."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from case import Case, in_turns
from emulated import Emulated
from programs import applied, run, script, told
from wishes import ask, fulfilled, new_user, write

EXISTING = 1000
NEW = 1000
LATENCY_MS = 20
THREADS = 8
LOGINS = ("AdminAccountSessionStart", "AdminAccountSessionRevoke")
BEFORE = "before"


@dataclass
class Provisioning:
    """A server without the new users, and the tree file that wishes for them. ``calls``: by method, of the last run."""

    server: Emulated
    source: Path
    wishes: list[dict[str, Any]]
    calls: dict[str, Counter[str]] = field(default_factory=dict)

    def timed(self, name: str, make: Callable[[], float]) -> float:
        """Seconds that ``make`` tells, from a server as it was before to one that has all users as wished."""
        self.server.control("restore", {"name": BEFORE})
        self.server.control("calls/reset", {})
        seconds = make()
        log = self.server.control("calls")["calls"]
        self.calls[name] = Counter(call["method"] for call in log if call["method"] not in LOGINS)
        self.verify(name)
        return seconds

    def verify(self, name: str) -> None:
        """SystemExit unless the server holds what was wished, whoever made it."""
        users, policies = ask(self.server, "list-users-full"), ask(self.server, "policies/list-full")
        wrong = [
            wish["name"]
            for wish in self.wishes
            if wish["name"] not in users or not fulfilled(wish, users[wish["name"]], policies)
        ]
        if wrong or len(users) != EXISTING + NEW:
            raise SystemExit(f"{name}: {len(users)} users, and these are not as wished: {wrong[:5]}")

    def ours(self) -> float:
        """Seconds inside the action comet_apply."""
        return self.timed("ours", lambda: applied(self.server, self.source, expected={"created": NEW}))

    def floor(self) -> float:
        """Seconds that the bare script takes for its calls."""
        command = script("floor_provision.py", str(self.source), str(THREADS))
        return self.timed("floor", lambda: float(told(run(self.server, command))["seconds"]))


def difference(ours: Counter[str], floor: Counter[str]) -> str:
    """Which methods were called more, and which less often than needed."""
    names = sorted(name for name in ours | floor if ours[name] != floor[name])
    return ", ".join(f"{name} {ours[name]} instead of {floor[name]}" for name in names) or "the very same calls"


def provision(repeats: int) -> dict[str, Case]:
    """New users with policy, quota and one storage vault each: time, and calls without logins."""
    with (
        tempfile.TemporaryDirectory(prefix="comet-bench-") as directory,
        Emulated("--seed", f"users={EXISTING}", "--set", f"latency_ms={LATENCY_MS}") as server,
    ):
        source = Path(directory) / "tree.json"
        wishes = [new_user(number) for number in range(NEW)]
        server.control("snapshot", {"name": BEFORE})
        both = Provisioning(server, write(source, users=wishes), wishes)
        ours, floor = in_turns(repeats, both.ours, both.floor)
    made, needed = both.calls["ours"].total(), both.calls["floor"].total()
    note = difference(both.calls["ours"], both.calls["floor"])
    return {
        "provision_1000_time": Case(ours / floor, 1.2, "lower", ours, floor, "s"),
        "provision_1000_calls": Case(made / needed, 1.0, "lower", made, needed, "calls", note),
    }
