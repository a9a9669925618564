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

KEPT = ("changed", "diff", "msg", "error")


class CallbackModule(CallbackBase):
    """Records results as they come."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "comet_record"

    def _record(self, result: Any, skipped: bool = False, failed: bool = False) -> None:
        """One task without a loop, or one item of a loop."""
        values = result._result
        if "results" in values and result._task.loop:
            return
        line = {
            "host": result._host.get_name(),
            "place": result._task.get_path(),
            "name": result._task.get_name(),
            "action": result._task.action,
            "check_mode": bool(result._task_fields.get("check_mode", result._task.check_mode)),
            "subject": _subject(result._task_fields.get("args") or {}),
            "skipped": skipped,
            "failed": failed,
            **{key: values[key] for key in KEPT if key in values},
        }
        with open(os.environ["COMET_RECORD"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=str) + "\n")

    def _record_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._record(result, failed=True)

    def _record_skipped(self, result: Any) -> None:
        self._record(result, skipped=True)

    v2_runner_on_ok = v2_runner_item_on_ok = _record
    v2_runner_on_failed = v2_runner_item_on_failed = _record_failed
    v2_runner_on_skipped = v2_runner_item_on_skipped = _record_skipped


def _subject(arguments: dict[str, Any]) -> str:
    """Which object a task speaks of: its name, else its ID; the call that it makes, or the tenants of a tree."""
    if "method" in arguments:
        return f"{arguments['method']} {arguments.get('params')}"
    if "objects" in arguments:
        return ", ".join(tenant["name"] for tenant in arguments["objects"].get("tenants", []))
    names = ("name", "Username", "Description", "Name", "text", "TextContent", "id")
    return next((" ".join(str(arguments[name]).split()) for name in names if arguments.get(name)), "")
