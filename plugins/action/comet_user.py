# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process door: runs the modules of this collection on the controller, without starting a process for each."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping
from multiprocessing.util import Finalize
from typing import Any

from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_here
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect, connection_key
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

# One worker process runs all items of a loop, so what is kept here lives as long as the loop and no longer.
_servers: dict[Hashable, Server] = {}

# Asked before Ansible forks its workers, which cannot tell any more.
_TERMINAL = os.isatty(1)


class ActionModule(NormalAction):
    """Calls the engine directly where that is the same as a module process, and starts one where it is not."""

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The result of the module that the task names; without its warnings where nothing is to be logged."""
        if not self._in_process(task_vars or {}):
            result: dict[str, Any] = super().run(tmp, task_vars)
        else:
            self._host = str((task_vars or {}).get("inventory_hostname", ""))
            result = run_here(TASKS[self._module_name()], self._task.args, self._server)
        if self._task.no_log:
            # They name objects, and newer versions of Ansible show them all the same.
            result.pop("warnings", None)
        return result

    def _module_name(self) -> str:
        return self._task.action.rsplit(".", 1)[-1]

    def _in_process(self, task_vars: Mapping[str, Any]) -> bool:
        """Whether nothing asks for another process: another host, user, environment, or a task in the background."""
        execution = self._templar.template(task_vars.get("comet_execution", "auto"))
        local = self._connection.transport in ("local", "ansible.builtin.local")
        apart = self._task.async_val or self._play_context.become or any(self._task.environment or [])
        return execution != "module" and local and not apart and self._module_name() in TASKS

    def _tell(self, line: str) -> None:
        """Show a line while the task works. It appears even where results are hidden, so it must hold no values."""
        self._display.display(f"[{self._host}] {line}", screen_only=True)

    def _server(self, params: Mapping[str, Any]) -> Server:
        check_mode = bool(self._task.check_mode)
        key = connection_key(params, check_mode)
        if key in _servers:
            _servers[key].tasks += 1
        else:
            client = connect(params, check_mode, concurrency=params.get("concurrency") or 1)
            server = Server(client, check_mode)
            server.tell, server.terminal = self._tell, _TERMINAL
            # Workers leave without running exit handlers; these run all the same, and end sessions that were opened.
            Finalize(server, server.client.close, exitpriority=10)
            _servers[key] = server
        return _servers[key]
