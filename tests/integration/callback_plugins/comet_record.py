# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down what each task came to, one JSON object a line, for tests/integration/run.py."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: comet_record
type: aggregate
short_description: writes down what each task came to
description:
  - Appends one JSON object for each task, or for each item of a loop, to the file that E(COMET_RECORD) names.
requirements:
  - Set E(COMET_RECORD).
"""

KEPT = ("changed", "failed", "skipped", "diff", "msg", "failed_when_result")


class CallbackModule(CallbackBase):
    """Records results as they come."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "comet_record"

    def _record(self, result: Any, **_: Any) -> None:
        """One task without a loop, or one item of a loop."""
        values = result._result
        if "results" in values and result._task.loop:
            return
        line = {
            "place": result._task.get_path(),
            "name": result._task.get_name(),
            "action": result._task.action,
            "check_mode": bool(result._task_fields.get("check_mode", result._task.check_mode)),
            "args": _address(result._task_fields.get("args") or {}),
            **{key: values[key] for key in KEPT if key in values},
        }
        with open(os.environ["COMET_RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    v2_runner_on_ok = _record
    v2_runner_on_failed = _record
    v2_runner_on_skipped = _record
    v2_runner_item_on_ok = _record
    v2_runner_item_on_failed = _record
    v2_runner_item_on_skipped = _record


def _address(arguments: dict[str, Any]) -> dict[str, str]:
    """Which object a task speaks of."""
    names = ("name", "Username", "Description", "Name", "id", "tenant", "organization", "method", "params")
    return {name: str(arguments[name]) for name in names if arguments.get(name) is not None}
