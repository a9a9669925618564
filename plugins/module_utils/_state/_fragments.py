# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents that can be written in parts, and servers that restart when written. Private; may change at any time."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, CometError, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._home import own_call
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, NONE, UPDATE, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Part, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

DOUBT = 10.0
"""Seconds to watch for a restart when nobody knows whether there will be one."""


class Restart:
    """Around a call that restarts the server: leave only when the server is back."""

    def __init__(self, client: Client, timeout: float) -> None:
        self.client = client
        self.timeout = timeout

    def __enter__(self) -> Restart:
        self.client.forget_version()
        self.started = str(self.client.version_info().get("ServerStartHash") or "")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.client.wait_for_restart(self.started, self.timeout)
        elif isinstance(error, AnswerLost):
            # Perhaps it happened, and then the server is about to go away. Not restarting is no error here: whoever
            # handles the lost answer reads again anyway.
            with contextlib.suppress(CometError):
                self.client.wait_for_restart(self.started, min(self.timeout, DOUBT))
            with contextlib.suppress(CometError):  # whoever reads again meets it, and knows what is in doubt
                back_again(self.client, self.started, self.timeout)


def back_again(client: Client, started: str | None, timeout: float) -> bool:
    """Whether the server has restarted since ``started``; waits while it is away. Raises CometError on time-out.

    None: nobody has looked when it started, so that only a server that is away tells.
    """
    client.forget_version()
    try:
        now = client.version_info().get("ServerStartHash")
        return started is not None and now != started
    except Unreachable:
        client.wait_for_restart(started or "", timeout)
        return True


def would_restart(server: Server, resource: Resource, plan: Plan, wish: Wish) -> bool:
    """Whether carrying out the plan restarts the server, going by the documented calls."""
    if plan.action == NONE:
        return False
    restarting = any(_model.method(call.method).restarts for call in _calls(server, resource, plan, wish) if call)
    return restarting and not touched(resource, plan, server.client)


def _calls(server: Server, resource: Resource, plan: Plan, wish: Wish) -> Iterator[Call | None]:
    """The calls that carry out the plan: those for the object alone, else the one that writes what it is part of."""
    around = server.home(resource, wish).writing if resource.homes else None
    first = own_call(resource, plan.action, wish, plan.found, server.client)
    yield first or around
    left = [value for name, value in (plan.after or {}).items() if name not in resource.carried]
    if plan.action == CREATE and first and not resource.whole and any(left):
        yield own_call(resource, UPDATE, wish, plan.found, server.client) or around


def touched(resource: Resource, plan: Plan, client: Client) -> tuple[Part, ...]:
    """The fragments that hold all that differs; empty when something outside them does, or the server lacks a call.

    A server whose role is off may refuse the calls that belong to it, so that nothing but the whole could switch it on.
    An unchanged member of ``plan.after`` is the very object of the document it was planned on.
    """
    before, after = plan.found.document or {}, plan.after or {}
    found: list[Part] = []
    for path in _differing(before, after, {part.path for part in resource.parts}):
        part = next((part for part in resource.parts if part.path == path), None)
        if part is None or _is_off(part, before):
            return ()
        found.append(part)
    needed = [_model.method(part.set.method).since for part in found]
    known = all(client.version() >= _model.parse_version(since) for since in needed if since)
    return tuple(found) if known else ()


def _is_off(part: Part, document: Mapping[str, Any]) -> bool:
    """Whether the calls of a fragment belong to a role of the server that is off."""
    role = _model.method(part.set.method).role
    return bool(role) and not (document.get(f"{role}Role") or {}).get("RoleEnabled")


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any], paths: set[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Paths of what differs, as deep as the given paths go."""
    result: list[tuple[str, ...]] = []
    for key, value in after.items():
        if value is before.get(key):
            continue
        deeper = {path[1:] for path in paths if path[0] == key and len(path) > 1}
        if (key,) not in paths and deeper and isinstance(value, Mapping):
            result += [(key, *path) for path in _differing(before.get(key) or {}, value, deeper)]
        else:
            result.append((key,))
    return result


def write(client: Client, resource: Resource, parts: tuple[Part, ...], wish: Wish) -> bool:
    """Write each fragment, read anew just before; whether the server restarted all the same."""
    client.forget_version()
    started = str(client.version_info().get("ServerStartHash") or "")
    restarted = False
    for part in parts:
        _write_part(client, resource.structure, part, wish)
        restarted |= back_again(client, started, wish.restart_timeout)
        started = str(client.version_info().get("ServerStartHash") or "")
    return restarted


def _write_part(client: Client, structure: str, part: Part, wish: Wish) -> None:
    answer = client.call(part.get.method)
    current = answer.get(part.get.reply) if part.get.reply else answer
    wanted: Any = wish.patch
    for name in part.path:
        entry = _fields.fields(structure)[name]
        wanted, structure = wanted[name], entry.inner
    merge = Merge(wish.secrets, False, wish.exclusive, int(time.time()))
    value = merge.member(entry, current, wanted)
    if merge.changes:
        client.call(part.set.method, **{name: value for name, what in part.set.sends.items() if what == "document"})
