# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every result as a line of JSON into the file that RECORD_FILE names; says nothing else."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: stdout
short_description: every result as a line of JSON
description: Every result as a line of JSON, in the file that the variable RECORD_FILE of the environment names.
"""


class CallbackModule(CallbackBase):
    """One line for each task and each item of a loop: how it ended, its name and its result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "record"

    def _write(self, how: str, result: Any) -> None:
        shown = {name: value for name, value in result.result.items() if not name.startswith("_ansible_")}
        line = {"how": how, "task": result.task.name, "result": shown}
        with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, sort_keys=True, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task that ended well."""
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task that failed."""
        self._write("failed", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """An item that ended well."""
        self._write("item ok", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """An item that failed."""
        self._write("item failed", result)
