# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes reports on drift. It runs on the controller, whatever the connection of the host is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting
from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core does not publish types
    """Makes the report, and shows its summary."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The result of the task; its options are those of the module of the same name."""
        super().run(tmp, task_vars)
        work = partial(_reporting.run, check_mode=bool(self._task.check_mode))
        result = run_local(_reporting.spec(), self._task.args, work, unseen=("servers",))
        if result.get("summary") and not self._task.no_log:
            self._display.display("\n".join(result["summary"]))
        return result
