# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugins about drift: they do all of the work on the controller, and show what there is to see."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.action import ActionBase

from ansible_collections.comet.backup.plugins.action import comet_drift_report, comet_drift_status

UNREACHABLE = {"servers": [{"name": "asia", "message": "No route", "unreachable": True}]}


def made(plugin: type[ActionBase], options: dict[str, Any], check: bool = False, no_log: bool = False) -> Any:
    """An action plugin for a host with a connection that cannot do anything, and the texts that it shows."""
    task = SimpleNamespace(action="", args=options, check_mode=check, async_val=0, no_log=no_log)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir="/nowhere"))
    action = plugin(task, connection, SimpleNamespace(check_mode=check), None, None, None)
    action._display = SimpleNamespace(shown=[])
    action._display.display = action._display.shown.append
    return action


def test_the_summary_is_shown_at_once() -> None:
    action = made(comet_drift_report.ActionModule, UNREACHABLE)
    result = action.run(task_vars={})
    assert result["summary"] == [
        "Drift: no drift on 0 of 1 server; 1 server not compared, or not wholly",
        "  asia  not compared  No route",
    ]
    assert action._display.shown == ["\n".join(result["summary"])]


def test_nothing_is_shown_of_a_task_that_is_to_hide_its_result() -> None:
    action = made(comet_drift_report.ActionModule, UNREACHABLE, no_log=True)
    assert action.run(task_vars={})["summary"]
    assert action._display.shown == []


def test_nothing_is_shown_of_a_task_that_has_failed() -> None:
    action = made(comet_drift_report.ActionModule, {"servers": []})
    assert action.run(task_vars={})["failed"] is True
    assert action._display.shown == []


@pytest.mark.parametrize("check", [False, True])
def test_check_mode_writes_nothing(tmp_path: Path, check: bool) -> None:
    action = made(comet_drift_report.ActionModule, {**UNREACHABLE, "dest": str(tmp_path)}, check)
    assert action.run(task_vars={})["changed"] is True
    assert (tmp_path / "drift.json").exists() is not check


@pytest.mark.parametrize(
    ("verdict", "ends", "words"),
    [
        ("clean", {}, "No drift"),
        ("drift", {"failed": True}, "Drift"),
        ("unknown", {"unreachable": True}, "It is not known whether there is drift"),
    ],
)
@pytest.mark.parametrize("message", [None, "Two users differ"])
def test_a_verdict_ends_its_host(verdict: str, ends: dict[str, bool], words: str, message: str | None) -> None:
    result = made(comet_drift_status.ActionModule, {"verdict": verdict, "msg": message}).run(task_vars={})
    assert result.pop("invocation") == {"module_args": {"verdict": verdict, "msg": message}}
    assert result == {"changed": False, "verdict": verdict, "msg": message or words, **ends}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "missing required arguments: verdict"),
        ({"verdict": "unreachable"}, "value of verdict must be one of: clean, drift, unknown, got: unreachable"),
        ({"verdict": "clean", "mgs": "x"}, "mgs is not an option of this module; did you mean msg?"),
    ],
)
def test_a_verdict_that_is_none(options: dict[str, Any], message: str) -> None:
    result = made(comet_drift_status.ActionModule, options).run(task_vars={})
    assert (result["failed"], result["msg"]) == (True, message)
