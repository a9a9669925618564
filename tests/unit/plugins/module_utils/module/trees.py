# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees for tests, and the tasks of their kinds."""

from __future__ import annotations

from typing import Any, cast

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS as MODULES
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

TASKS = {task.resource.kind: task for task in MODULES.values() if isinstance(task, ResourceTask)}


def tree(*tenants: dict[str, Any], server: dict[str, Any] | None = None) -> Tree:
    """A tree with these tenants, and with what is at the top level."""
    return Tree(TASKS, {**({"tenants": list(tenants)} if tenants else {}), **({"server": server} if server else {})})


def entry(kind: str, **options: Any) -> Entry:
    """The entry of the only object of a kind in a tenant ACME, whose list is called as its info module calls it."""
    lists = {TASKS[kind].resource.plural: [options]}
    return next(one for one in tree({"name": "ACME", **lists}).entries if one.kind == kind)


def server(client: ScriptedClient) -> Server:
    """A server in check mode that answers from a table."""
    return Server(cast(Client, client), check_mode=True)
