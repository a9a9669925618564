# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ends a host by what was found on it. It runs on the controller, whatever the connection of the host is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local
from ansible_collections.comet.backup.plugins.plugin_utils._drift._status import run, spec


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible-core does not publish types
    """Lets a host pass, fail or count as unreachable."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The result of the task; its options are those of the module of the same name."""
        super().run(tmp, task_vars)
        return run_local(spec(), self._task.args, run)
