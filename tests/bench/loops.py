# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops over existing users, one task each, against a loop of plain requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from case import Case, in_turns
from emulated import ADMIN, PASSWORD, ROOT, Emulated

HERE = Path(__file__).resolve().parent
USERS = 1000
URI_ITEMS = 20
MODULE_ITEMS = 20


def playbook_seconds(server: Emulated, name: str, **variables: object) -> float:
    """Wall-clock seconds of one ``ansible-playbook`` process. Raises SystemExit with its output when it fails."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), str(HERE / name)]
    command += ["--extra-vars", json.dumps({"users": USERS, **variables})]
    login = {"COMET_URL": server.url, "COMET_USERNAME": ADMIN, "COMET_PASSWORD": PASSWORD}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **login}, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")
    return seconds


def loops(repeats: int) -> dict[str, Case]:
    """Existing users, one by one in a loop: through both doors, and with one plain request each."""
    with Emulated("--seed", f"users={USERS}") as server:
        # Everything is made as the timed runs want it, so that they find nothing to change.
        playbook_seconds(server, "users.yml", items=USERS)

        def per_item(name: str, items: int, **variables: object) -> float:
            whole = playbook_seconds(server, name, items=items, **variables)
            empty = playbook_seconds(server, name, items=0, **variables)
            return 1000 * (whole - empty) / items

        here, process, uri = in_turns(
            repeats,
            lambda: per_item("users.yml", USERS, unchanged=True),
            lambda: per_item("users.yml", MODULE_ITEMS, unchanged=True, comet_execution="module"),
            lambda: per_item("uri.yml", URI_ITEMS),
        )
    return {
        "loop_1000_in_process": Case(uri / here, 60, "higher", here, uri, "ms per item"),
        "loop_module_process": Case(process / uri, 1.0, "lower", process, uri, "ms per item"),
    }
