# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in processes of their own that are killed in the middle: bare ones, and whole playbooks."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.fleet.servers import BIN, environment
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, ROOT

LONGEST = 120.0
"""Seconds that any process may take."""


class Doomed:
    """A client that ends its process at a writing call: the one with that number (from 1), before or after it."""

    def __init__(self, client: Client, number: int, after: bool) -> None:
        self._client, self._number, self._after = client, number, after
        self._count = itertools.count(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        """As the client does it, while the process lives."""
        last = _model.method(method_name).writes and next(self._count) == self._number
        if last and not self._after:
            end_myself()
        answer = self._client.call(method_name, **parameters)
        if last:
            end_myself()
        return answer


def end_myself() -> None:
    """What the kernel does to a process when the memory is used up."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed(work: Callable[[], object], after: float = LONGEST) -> bool:
    """Do some work in a copy of this process, which is killed after so many seconds; whether it was killed at all."""
    with warnings.catch_warnings():
        # Python warns of copies of a process with threads, as workers of pytest are; the copy waits for none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return not ended_well(child, after)


def ended_well(child: int, seconds: float) -> bool:
    """Wait for a process, and kill it when its time is over; whether it ended by itself."""
    ends = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.WIFEXITED(status)
        if time.monotonic() >= ends:
            os.kill(child, signal.SIGKILL)
            return os.WIFEXITED(os.waitpid(child, 0)[1])
        time.sleep(0.0005)


def play(directory: Path, url: str, tree: Any, seconds: float = LONGEST) -> tuple[int, str]:
    """Exit status and output of a playbook that applies a tree; see ``play_tasks``."""
    source = directory / "tree.json"
    source.write_text(json.dumps(tree))
    return play_tasks(directory, url, [{"name": "Apply", "comet.backup.comet_apply": {"src": str(source)}}], seconds)


def play_tasks(directory: Path, url: str, tasks: list[dict[str, Any]], seconds: float = LONGEST) -> tuple[int, str]:
    """Exit status and output of a playbook with these tasks; the whole of it is killed when its time is over.

    All that it leaves for a moment is below the directory, in ``left``.
    """
    left, playbook = directory / "left", directory / "play.yml"
    left.mkdir(exist_ok=True)
    play = {"hosts": "localhost", "gather_facts": False, "vars": {"ansible_python_interpreter": sys.executable}}
    playbook.write_text(json.dumps([{**play, "tasks": tasks}]))
    own = {"COMET_URL": url, "COMET_USERNAME": ADMIN, "COMET_PASSWORD": PASSWORD}
    temporary = {"TMPDIR": str(left), "ANSIBLE_HOME": str(left), "ANSIBLE_NOCOLOR": "1"}
    process = subprocess.Popen(
        [BIN / "ansible-playbook", "-i", "localhost,", "-c", "local", playbook],
        cwd=ROOT, env=environment(**own, **temporary), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        output, _unused = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _unused = process.communicate()
    return process.returncode, output


def played(directory: Path, url: str, asked: list[dict[str, Any]]) -> list[bool]:
    """Play a task after the other in one playbook, whatever becomes of them; which have failed."""
    names = [f"result_{number}" for number in range(len(asked))]
    tasks = [
        {"name": name, **task, "register": name, "ignore_errors": True} for name, task in zip(names, asked, strict=True)
    ]
    told = f"{{{{ [{', '.join(names)}] | map(attribute='failed', default=false) | list | to_json }}}}"
    ledger = directory / "ledger.json"
    copy = {"name": "Ledger", "ansible.builtin.copy": {"content": told, "dest": str(ledger), "mode": "0600"}}
    status, output = play_tasks(directory, url, [*tasks, copy])
    if status:
        raise RuntimeError(output)
    return [bool(failed) for failed in json.loads(ledger.read_text())]


def left_with(directory: Path, text: str) -> list[str]:
    """Files below a directory that hold a text."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return [str(path) for path in files if text.encode() in path.read_bytes()]
