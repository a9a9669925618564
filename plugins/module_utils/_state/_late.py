# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server may carry out after everybody has stopped waiting for it. Private; may change at any time.

A time-out, ours or that of a proxy, says nothing about the server, which may still be at work: what is not there when
somebody looks may be there a moment later. Where a lock comes with a call, the late one is refused. Where none does, it
would overwrite what was written meanwhile, or make a second object.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InDoubt
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, Plan

PATIENCE = 1.0
"""How many times the time-out a call is waited for that may come late."""
LONGEST_PAUSE = 5.0
"""Seconds between two looks."""


def awaited(step: Plan, look: Callable[[], Plan], seconds: float, pause: float) -> Plan:
    """What is left to do once a step has come to something after all, or the time is over.

    ``look`` reads again and plans anew; ``pause`` is how many seconds pass before it does so a second time.
    """
    ends = time.monotonic() + seconds
    while True:
        again = look()
        left = ends - time.monotonic()
        if left <= 0 or _moved(step, again):
            return again
        time.sleep(min(pause, left))
        pause = min(2 * pause, LONGEST_PAUSE)


def _moved(before: Plan, after: Plan) -> bool:
    """Whether the object is not what it was."""
    one, other = (
        (plan.found.id, plan.found.document, plan.found.beside, plan.action == CREATE) for plan in (before, after)
    )
    return one != other


def not_sent_again(error: AnswerLost, noun: str, seconds: float) -> InDoubt:
    """The error for an object that was not made in that time, and that a server would make as often as it is asked."""
    return InDoubt(
        f"{error.message} After {seconds:g} more seconds the {noun} was not there. The request was not sent again, "
        "since a server that is late and carries out both makes two. Run this again later: it looks first, and goes "
        "on from what is there by then.",
        **error.facts,
    )
