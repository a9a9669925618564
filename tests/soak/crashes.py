# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the program itself: functions in the middle of a task that fail, and say what they were given."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from ansible_collections.comet.backup.plugins.module_utils._api import _client
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Transport
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _engine, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

POINTS: tuple[tuple[Any, str], ...] = (
    (_client, "encode"),
    (_document, "patch_from"),
    (_engine, "reconcile"),
    (_plan, "difference"),
    (_plan, "make_plan"),
    (_redact, "keyed_secrets"),
    (_redact, "secrets_in"),
    (Client, "call"),
    (Server, "find"),
    (Transport, "post"),
)
"""Functions that are given secrets, and others that come after them."""


SPOILT: dict[str, dict[str, Any]] = {
    "refused": {"weights": {"echo": 0.3}, "values": {"echo": [0, 2]}},
    "lost": {"weights": {"drop_after": 0.2}},
}
"""What chance does to the calls of a run that is refused, or loses answers."""


def crashing(point: tuple[Any, str]) -> AbstractContextManager[Any]:
    """Let a function fail for a while, with all that it is given in its message."""

    def fail(*given: Any, **named: Any) -> Any:
        raise ValueError(f"cannot work on {given!r} and {named!r}")

    return patch.object(*point, fail)
