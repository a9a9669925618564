# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same playbook through both doors, as real ansible-playbook processes: every result is the same, byte for byte."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.tests.unit.emulated import ROOT, EmulatedServer

HERE = Path(__file__).resolve().parent
PLAYBOOK = HERE / "both_doors.yml"
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Moments, and how long the server was busy with something of its own.
TIME = re.compile(r"\b1[0-9]{9}\b|(?<=_duration_nanos\": )[0-9]+")


def play(comet: EmulatedServer, record: Path, *arguments: str) -> list[dict[str, Any]]:
    """The results of all tasks and items."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COMET_"))}
    environment = {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(Path(sys.prefix) / "collections"),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(record.parent / "home"),
        "ANSIBLE_STDOUT_CALLBACK": "record",
        "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "RECORD_FILE": str(record),
        "DOOR_URL": comet.url,
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [program, "-i", "localhost,", "-c", "local", PLAYBOOK, *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "canary-5fb1" not in done.stdout + done.stderr
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def comparable(results: list[dict[str, Any]]) -> list[str]:
    """One text for each result: without the invocation, and with what a server picks at random named by its order."""
    for result in results:
        result["result"].pop("invocation", None)
        for item in result["result"].get("results", ()):
            item.pop("invocation", None)
    seen: dict[str, str] = {}
    texts = [json.dumps(result, sort_keys=True, ensure_ascii=False) for result in results]
    texts = [GUID.sub(lambda found: seen.setdefault(found.group(), f"guid-{len(seen)}"), text) for text in texts]
    return [TIME.sub("0", text) for text in texts]


@pytest.mark.slow
@pytest.mark.parametrize("mode", [(), ("--check", "--diff")], ids=["real", "check"])
def test_both_doors_say_the_same(emulator: EmulatedServer, tmp_path: Path, mode: tuple[str, ...]) -> None:
    emulator.reset()
    here = comparable(play(emulator, tmp_path / "here", "-e", "comet_execution=auto", *mode))
    emulator.reset()
    there = comparable(play(emulator, tmp_path / "there", "-e", "comet_execution=module", *mode))
    names = [task["name"] for task in yaml.safe_load(PLAYBOOK.read_text(encoding="utf-8"))[0]["tasks"]]
    assert {json.loads(text)["task"] for text in here} == set(names)
    assert [pair for pair in zip(here, there, strict=True) if pair[0] != pair[1]] == []
    assert "canary-5fb1" not in "".join(here + there)


@pytest.mark.slow
def test_the_playbook_does_what_it_says(emulator: EmulatedServer, tmp_path: Path) -> None:
    """So that two doors that agree on nothing at all do not pass."""
    emulator.reset()
    results = play(emulator, tmp_path / "record", "-e", "comet_execution=auto")
    ended = {(result["task"], result["how"], result["result"].get("changed", False)) for result in results}
    assert {name for name, how, _unused in ended if how == "failed"} == {
        "Some items fail",
        "Unknown option",
        "Unknown nested option",
        "Wrong type",
        "A text in a list of dictionaries",
        "Wrong value",
        "Refused without a second word",
        "Refused by the server",
        "Wrong credentials",
        "Nobody there",
        "Call an unknown method",
        "Try to post news for another tenant",
    }
    changed = {name for name, _unused, changed in ended if changed}
    assert changed >= {"Create a tenant", "Create users in a loop", "Change", "Foretell a change", "Delete everything"}
    assert "Nothing differs" not in changed
    assert emulator.client.call("AdminListUsers") == []
    assert emulator.client.call("AdminOrganizationList") == {}
