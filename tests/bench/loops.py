# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops over existing users, one task each, against a loop of plain requests."""

from __future__ import annotations

from case import Case, in_turns
from emulated import Emulated
from programs import playbook, run

USERS = 1000
PROCESS_ITEMS = 60
"""So many items of a loop that starts a process for each. Ansible packs a module once for the whole loop, which a loop
of all users would hardly feel; few items would have to bear it."""


def loops(repeats: int) -> dict[str, Case]:
    """Existing users, one by one in a loop: through both doors, and with one plain request each."""
    with Emulated("--seed", f"users={USERS}") as server:
        # Everything is made as the timed runs want it, so that they find nothing to change.
        run(server, playbook("users.yml", items=USERS))

        def per_item(name: str, items: int, **variables: object) -> float:
            whole = run(server, playbook(name, items=items, **variables)).seconds
            empty = run(server, playbook(name, items=0, **variables)).seconds
            return 1000 * (whole - empty) / items

        here, process, uri = in_turns(
            repeats,
            lambda: per_item("users.yml", USERS, unchanged=True),
            lambda: per_item("users.yml", PROCESS_ITEMS, unchanged=True, comet_execution="module"),
            lambda: per_item("uri.yml", PROCESS_ITEMS),
        )
    return {
        "loop_1000_in_process": Case(uri / here, 60, "higher", here, uri, "ms per item"),
        "loop_module_process": Case(process / uri, 1.0, "lower", process, uri, "ms per item"),
    }
