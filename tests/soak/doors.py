# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both doors to a task in one process, with all that leaves through them: result, output, log, and tracebacks."""

from __future__ import annotations

import io
import json
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from ansible.module_utils import basic

from ansible_collections.comet.backup.plugins.module_utils._api._transport import Transport
from ansible_collections.comet.backup.plugins.module_utils._module import _door
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

ACTION, MODULE = "action", "module"
DOORS = (ACTION, MODULE)


@dataclass
class Seen:
    """What a task showed: its result, and everything else as text. ``sent`` are the forms that it sent."""

    result: dict[str, Any] = field(default_factory=dict)
    beside: str = ""
    sent: list[Any] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """All of it, without what was sent."""
        return json.dumps(self.result, default=str, ensure_ascii=False) + "\n" + self.beside


def through(door: str, server: EmulatedServer, module: str, check: bool = False, **options: Any) -> Seen:
    """Run a task through a door. What escapes from it is what Ansible would show as a traceback."""
    seen = Seen()
    output = io.StringIO()
    with sent_by(seen), redirect_stdout(output), redirect_stderr(output), log_into(output):
        try:
            if door == ACTION:
                seen.result = server.task(module, check=check, **options)
            else:
                _module_process(module, {**server.login, **options, "_ansible_check_mode": check})
        except Exception:
            output.write(traceback.format_exc())
    seen.beside = output.getvalue()
    if door == MODULE:
        with suppress(ValueError, IndexError):
            seen.result = json.loads(seen.beside.splitlines()[-1])
    return seen


def _module_process(module: str, arguments: dict[str, Any]) -> None:
    """What the program of a module does, with the options that Ansible hands it."""
    text = json.dumps({"ANSIBLE_MODULE_ARGS": {**arguments, "_ansible_diff": True}})
    with (
        patch.object(basic, "_ANSIBLE_ARGS", text.encode()),
        patch.object(basic, "_ANSIBLE_PROFILE", "legacy"),
        suppress(SystemExit),
    ):
        _door.run_module(TASKS[module])


@contextmanager
def log_into(output: io.StringIO) -> Iterator[None]:
    """Write into a text what modules write into the log of the machine that they run on."""

    def log(module: Any, message: str, log_args: Any = None) -> None:
        output.write(f"{message} {log_args}\n")

    with patch.object(basic.AnsibleModule, "log", log):
        yield


@contextmanager
def sent_by(seen: Seen) -> Iterator[None]:
    """Note all forms that are sent meanwhile."""
    post = Transport.post

    def noting(transport: Transport, path: str, form: Any, *more: Any, **others: Any) -> Any:
        seen.sent.append(form)
        return post(transport, path, form, *more, **others)

    with ExitStack() as stack:
        stack.enter_context(patch.object(Transport, "post", noting))
        yield
