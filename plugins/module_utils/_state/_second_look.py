# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second look at what was written without a lock. Private; may change at any time.

Two who read such a document and write it back in the same moment do not notice each other: the later one undoes what
the earlier one did. Whoever looks again right afterwards finds out, and may write it once more.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, LoginFailed
from ansible_collections.comet.backup.plugins.module_utils._state import _plan
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict
from ansible_collections.comet.backup.plugins.module_utils._state._plan import NONE, UPDATE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

MOST = 5
"""How often the same object is written because others undo it."""


class SecondLook:
    """What one run has seen of its object after it had written it."""

    def __init__(self, server: Server, resource: Resource) -> None:
        self._server, self._resource = server, resource
        self._looks = 0
        self._seen: Mapping[str, Any] | None = None

    def undone(self, wish: Wish, done: Plan) -> bool:
        """Whether somebody else has undone a step that went well. Raises Conflict where that does not end.

        A server that keeps a document in its own way, whatever is written, undoes nothing. What cannot be read now was
        written all the same.
        """
        if not self._open(done):
            return False
        try:
            found = self._server.find(self._resource, wish, fresh=True)
            left = self._left(wish, self._resource.hooks.inspect(self._server, wish, found))
        except LoginFailed:
            raise
        except CometError:
            return False
        stays = left.action == UPDATE and found.document == self._seen
        self._seen = found.document
        if left.action == NONE or stays:
            return False
        self._looks += 1
        if self._looks >= MOST:
            raise Conflict(f"it was written {MOST} times, and others who write at the same time undid it each time")
        return True

    def _open(self, done: Plan) -> bool:
        """Whether the API gave no lock for what a step has written, and others may have written it, too."""
        return not done.found.lock and (bool(self._resource.homes) or done.action == UPDATE)

    def _left(self, wish: Wish, found: Found) -> Plan:
        """What is left of the wish, but for secrets, which nobody can see."""
        resource = self._resource
        wish = resource.hooks.prepare(replace(wish, secrets="on_create"), found)
        acts = resource.hooks.acts(wish, found, False) if wish.present else ()
        visible = tuple(act for act in acts if not act.secret)
        return _plan.make_plan(resource.structure, found, wish, int(time.time()), acts=visible)
