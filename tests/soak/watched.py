# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole processes of ansible-playbook that are watched: what they print, leave in files, and show of themselves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.fleet.servers import BIN, environment
from ansible_collections.comet.backup.tests.unit.emulated import ROOT

LONGEST = 120.0
"""Seconds that a playbook may take."""
BETWEEN_LOOKS = 0.02
"""Seconds between two looks at the processes."""
CRASH = """import builtins
import os
import sys

WHERE, NAME = os.environ["CRASHING"].split(":")
real = builtins.__import__


def fail(*given, **named):
    raise ValueError(f"cannot work on {given!r} and {named!r}")


def hooked(*given, **named):
    imported = real(*given, **named)
    found = sys.modules.get(WHERE)
    if found is not None and getattr(found, NAME, fail) is not fail:
        setattr(found, NAME, fail)
    return imported


builtins.__import__ = hooked
"""
"""What every Python of a run does when it starts, so that a function of the collection fails."""


@dataclass
class Watched:
    """What a run of a playbook showed: its exit status, what it printed, and its processes with their environments."""

    status: int = 0
    output: str = ""
    processes: set[bytes] = field(default_factory=set)


@dataclass(frozen=True)
class Stop:
    """A signal, and the seconds after which it is sent. Ctrl-C reaches all processes of a terminal."""

    number: signal.Signals
    after: float

    def send(self, process: int) -> None:
        """Send it."""
        with suppress(ProcessLookupError):
            (os.killpg if self.number == signal.SIGINT else os.kill)(process, self.number)


class Place:
    """Where a playbook runs: ``given`` is what it is given, ``left`` everything that it may leave."""

    def __init__(self, directory: Path) -> None:
        self.given, self.left = directory / "given", directory / "left"
        for folder in (self.given, self.left):
            folder.mkdir(parents=True)

    def write(self, name: str, content: Any) -> Path:
        """A file that the playbook is given."""
        path = self.given / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def settings(self, **own: str) -> dict[str, str]:
        """The environment of the playbook: all that Ansible keeps for a moment is below ``left``."""
        folders = {
            "TMPDIR": "tmp",
            "ANSIBLE_HOME": "home",
            "ANSIBLE_LOCAL_TEMP": "local",
            "ANSIBLE_REMOTE_TMP": "remote",
        }
        for folder in folders.values():
            (self.left / folder).mkdir(exist_ok=True)
        fixed = {name: str(self.left / folder) for name, folder in folders.items()}
        return environment(
            **fixed,
            ANSIBLE_LOG_PATH=str(self.left / "ansible.log"),
            ANSIBLE_NOCOLOR="1",
            ANSIBLE_PYTHON_INTERPRETER=sys.executable,
            **own,
        )

    def crashing(self, where: str, name: str) -> dict[str, str]:
        """Variables of the environment that let a function of the collection fail."""
        self.write("sitecustomize.py", CRASH)
        return {"PYTHONPATH": str(self.given), "CRASHING": f"{where}:{name}"}

    def play(self, arguments: list[str], stop: Stop | None = None, **own: str) -> Watched:
        """Run ansible-playbook to its end, or to the signal and then to its end."""
        process = subprocess.Popen(
            [BIN / "ansible-playbook", *arguments], cwd=ROOT, env=self.settings(**own), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        watched, ended = Watched(), threading.Event()
        looking = threading.Thread(target=_look, args=(process.pid, watched.processes, ended))
        looking.start()
        try:
            watched.output = _output(process, stop)
        finally:
            ended.set()
            looking.join()
        watched.status = process.returncode
        return watched


def _output(process: subprocess.Popen[bytes], stop: Stop | None) -> str:
    """All that a process prints; it is stopped after its time, and killed when it does not end."""
    for seconds, end in ((stop.after, stop.send), (LONGEST, _kill)) if stop else ((LONGEST, _kill),):
        try:
            return process.communicate(timeout=seconds)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            end(process.pid)
    return process.communicate()[0].decode("utf-8", "replace")


def _kill(process: int) -> None:
    os.killpg(process, signal.SIGKILL)


def _look(session: int, seen: set[bytes], ended: threading.Event) -> None:
    """Note the command lines and environments of all processes of a session, as anybody can see them, until it ends."""
    while not ended.is_set():
        for folder in Path("/proc").glob("[0-9]*"):
            # A process may end while it is looked at.
            with suppress(OSError, IndexError, ValueError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                    seen.update((folder / name).read_bytes() for name in ("cmdline", "environ"))
        time.sleep(BETWEEN_LOOKS)
