# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running what is measured: playbooks of this directory and the bare scripts, each as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulated import ADMIN, ROOT, Emulated

HERE = Path(__file__).resolve().parent
PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))
TIMEOUT_SECONDS = 600.0
SHOWN = 4000
"""So many characters at the end of what a failed program printed are shown."""


@dataclass(frozen=True)
class Ran:
    """One process that ended well: how long it took, and what it printed."""

    seconds: float
    output: str


def run(server: Emulated, command: Sequence[str], **environment: str) -> Ran:
    """Run a program that finds the server's address and login in its environment. SystemExit when it fails.

    Nothing of the caller's own Ansible or Comet settings gets in; nothing is kept for the next run.
    """
    login = {"COMET_URL": server.url, "COMET_USERNAME": ADMIN, "COMET_PASSWORD": server.password}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COMET_"))}
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env={**clean, **login, **environment}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-SHOWN:]}{done.stderr[-SHOWN:]}")
    return Ran(seconds, done.stdout)


def playbook(name: str, *options: str, **variables: object) -> list[str]:
    """The command that plays a file of this directory."""
    return [PLAYBOOK, str(HERE / name), *options, "--extra-vars", json.dumps(variables)]


def script(name: str, *arguments: str) -> list[str]:
    """The command that runs a script of this directory."""
    return [sys.executable, str(HERE / name), *arguments]


def told(ran: Ran) -> dict[str, Any]:
    """What a bare script says about its run, in the last line that it prints."""
    return dict(json.loads(ran.output.splitlines()[-1]))


def applied(server: Emulated, source: Path, *options: str, expected: Mapping[str, int]) -> float:
    """Seconds inside the action comet_apply, in the worker process of a real ``ansible-playbook``.

    SystemExit when its counts are not the expected ones; those that are not named have to be zero.
    """
    with tempfile.TemporaryDirectory(prefix="comet-bench-") as directory:
        record = Path(directory) / "record.json"
        run(server, playbook("timed_apply.yml", *options, src=str(source)), BENCH_RECORD=str(record))
        seen = json.loads(record.read_text(encoding="utf-8"))
    counts = {outcome: count for outcome, count in seen["counts"].items() if count}
    if counts != dict(expected):
        raise SystemExit(f"comet_apply came to {counts} and not to {dict(expected)}: {seen['msg']}")
    return float(seen["seconds"])


def peak_bytes(server: Emulated, command: Sequence[str]) -> float:
    """The most memory that one process of a command had at any moment, as the kernel counted it.

    See ``peak.py``: the high-water mark of the largest among the program and all its descendants.
    """
    return float(told(run(server, [*script("peak.py"), *command]))["peak_bytes"])
