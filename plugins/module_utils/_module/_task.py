# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module is, whichever door it is run through. Private; may change at any time."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown
from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class Task:
    """One module: its options and its work. ``run`` knows nothing of Ansible and returns the task's result.

    ``unseen`` are options that a result does not repeat: they are large, and secrets may stand anywhere in them.
    """

    unseen: tuple[str, ...] = ()

    def options(self) -> dict[str, Any]:
        """The argument spec beside the connection options."""
        raise TypeError(f"{type(self).__name__} has no options")

    def rules(self) -> dict[str, Any]:
        """Further arguments of AnsibleModule, such as required_one_of."""
        return {}

    def about(self, params: Mapping[str, Any]) -> str:
        """What the task is about, to begin an error message with; empty for nothing in particular."""
        return ""

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        """Do the work. Raises CometError. The result holds no secret."""
        raise TypeError(f"{type(self).__name__} does nothing")

    def secrets(self, params: Mapping[str, Any]) -> set[str]:
        """Secret values that no option as a whole marks, such as single entries of a map."""
        return set()

    def blanked(self, params: Mapping[str, Any], found: set[str]) -> set[str]:
        """The texts that a result must not show, ``found`` as secret by validation and by ``secrets``."""
        return found

    def prepare(self) -> None:
        """Make what nearly every run needs and no run changes, for who forks a process for each."""

    def spec(self) -> dict[str, Any]:
        """What AnsibleModule and ArgumentSpecValidator are made with."""
        return {"argument_spec": {**connection_spec(), **self.options()}, **self.rules()}


def known(error: Exception) -> CometError:
    """An error that a person can be told of. One of this program itself is told by its kind and place, without its own
    text, which may hold anything."""
    if isinstance(error, CometError):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return CometError(
        f"unexpected {type(error).__name__}{place}. This is a fault of the collection: report it, with error.traceback",
        traceback="".join(traceback.format_list(frames)),
    )


def failure(task: Task, params: Mapping[str, Any], error: CometError) -> dict[str, Any]:
    """The result of a task that failed: a sentence that begins with the object, and the facts of the error."""
    message = ": ".join(filter(None, (task.about(params), error.message)))
    return {"msg": shown(message), **({"error": error.details()} if error.details() else {})}
