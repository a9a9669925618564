# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiled code that real module processes keep: for the next one, and without anything of a task in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ansible_collections.comet.backup.tests.unit.emulated import ROOT, EmulatedServer

CANARY = "canary-5fb1-password"


def task(comet: EmulatedServer, directory: Path, **environment: str) -> str:
    """What ansible prints about one user, managed through a module process."""
    options = {**comet.login, "name": "alice", "user_password": CANARY, "account_name": "canary-5fb1-name"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COMET_"))}
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(directory.parent / "home"),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_REMOTE_TMP": str(directory),
    }
    command = [str(Path(sys.executable).with_name("ansible")), "-i", "localhost,", "-c", "local", "localhost"]
    command += ["-m", "comet.backup.comet_user", "-a", json.dumps(options), "-e", "comet_execution=module"]
    done = subprocess.run(
        command, env={**kept, **settings, **environment}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_one_process_leaves_its_code_for_the_next(emulator: EmulatedServer, tmp_path: Path) -> None:
    emulator.reset()
    directory = tmp_path / "remote"
    directory.mkdir(mode=0o700)
    assert "CHANGED" in task(emulator, directory)
    (file,) = directory.iterdir()
    first = file.stat()
    assert "comet_user" in file.name
    assert b"canary-5fb1" not in file.read_bytes()
    assert emulator.login["password"].encode() not in file.read_bytes()
    assert "SUCCESS" in task(emulator, directory)
    assert [path.stat().st_ino for path in directory.iterdir()] == [first.st_ino], "all of it was used, and sufficed"


def test_none_is_left_where_that_is_switched_off(emulator: EmulatedServer, tmp_path: Path) -> None:
    emulator.reset()
    directory = tmp_path / "remote"
    directory.mkdir(mode=0o700)
    assert "CHANGED" in task(emulator, directory, COMET_KEEP_COMPILED="0")
    assert list(directory.iterdir()) == []
