# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action comet_apply with a clock around it, in the very worker process where Ansible runs it."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

InProcess: Any = importlib.import_module("ansible_collections.comet.backup.plugins.action.comet_apply").ActionModule


class ActionModule(InProcess):  # type: ignore[misc]  # ansible-core does not publish types
    """Takes the options of comet_apply. Writes seconds, counts and message into the file that BENCH_RECORD names."""

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The result of comet_apply."""
        self._task.action = "comet.backup.comet_apply"
        began = time.perf_counter()
        result: dict[str, Any] = super().run(tmp, task_vars)
        seconds = time.perf_counter() - began
        record = {"seconds": seconds, "counts": result.get("counts", {}), "msg": result.get("msg", "")}
        Path(os.environ["BENCH_RECORD"]).write_text(json.dumps(record), encoding="utf-8")
        return result
