# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that describes an action, where there is no state to compare. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource


@dataclass(frozen=True)
class Action:
    """A call that does the same again each time it is made.

    - ``kind`` is the noun of what comes of it, and the result's key.
    - ``call`` maps its parameters to options; its ``reply`` is the member of the answer that holds what came of it.
    - ``options`` are the specs of all options; ``concerns`` the kinds of the objects that some of them name.
    - ``since`` is the server version that introduced the call.
    - ``told`` are the secret members of the answer that a task is after, and which the result shows therefore.
    - ``refused`` says what is wrong when the server refuses, ``lost`` what it means that an answer is lost.
    """

    kind: str
    call: Call
    options: Mapping[str, Mapping[str, Any]]
    concerns: Mapping[str, Resource] = field(default_factory=dict)
    since: str = ""
    told: tuple[str, ...] = ()
    refused: str = ""
    lost: str = ""

    @property
    def noun(self) -> str:
        """How messages call what comes of it."""
        return self.kind.replace("_", " ")
