# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree for comet_apply that describes something of every kind, with a canary in each secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._tree import LISTS, ONLY_TENANTS, OUTER, SERVER
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting
from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local
from ansible_collections.comet.backup.tests.soak import planting
from ansible_collections.comet.backup.tests.soak.canaries import LINES, MARK, Canaries
from ansible_collections.comet.backup.tests.soak.planted import completed
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY
from ansible_collections.comet.backup.tests.unit.promises.described import everything

Tree = dict[str, Any]
ELSEWHERE = ("tenants", "admin_users")
"""What a tree describes in places of their own, and not as options of the server."""
ON_DEVICES = ("protected_items", "schedules")
"""What only users with devices have, which no tree makes."""


def tree(canaries: Canaries) -> Tree:
    """The tree, with more of each kind than the one that it is made of."""
    made = everything()
    parts = [(OUTER[SERVER], made["server"]), *((OUTER["tenants"], one) for one in made["tenants"])]
    for kind, part in parts:
        own = completed(f"comet_{kind}", canaries, 0)
        more = {name: value for name, value in own.items() if name not in ELSEWHERE}
        for name, inner in {**LISTS, **ONLY_TENANTS}.items():
            if part.get(name):
                _plant(inner, part[name], canaries)
        part.update(planting.combined(part, more))
        for user in part.get("users", ()):
            for name in ON_DEVICES:
                user.pop(name, None)
    whole = dict(replaced(made, lambda text: canaries.new("tree", LINES) if text.startswith(CANARY) else text))
    canaries.keep(whole)
    return whole


def _plant(kind: str, items: list[Tree], canaries: Canaries) -> None:
    """Give the last object of a list all secrets that its kind can have, by the names that trees have for them."""
    more = completed(f"comet_{kind}", canaries, 0)
    named = {name.removeprefix(f"{kind}_"): value for name, value in more.items()}
    items[-1] = planting.combined(items[-1], {name: value for name, value in named.items() if name not in items[-1]})


def replaced(value: Any, by: Callable[[str], str]) -> Any:
    """A value with another text in the place of each."""
    if isinstance(value, dict):
        return {name: replaced(item, by) for name, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, by) for item in value]
    return by(value) if isinstance(value, str) else value


def in_file(made: Tree, folder: Path) -> tuple[str, dict[str, str]]:
    """Write a tree into a file; its path, and the secrets that the file names."""
    secrets: dict[str, str] = {}

    def named(text: str) -> str:
        if MARK not in text:
            return text
        name = f"secret_{len(secrets)}"
        secrets[name] = text
        return "{{ " + name + " }}"

    path = folder / "tree.json"
    path.write_text(json.dumps(replaced(made, named)))
    return str(path), secrets


def report(result: dict[str, Any], folder: Path) -> None:
    """Write reports on drift in all formats from what comet_apply returned."""
    servers = [{"name": "one", "result": result}]
    done = run_local(
        _reporting.spec(), {"servers": servers, "dest": str(folder)}, partial(_reporting.run, check_mode=False)
    )
    (folder / "result.json").write_text(json.dumps(done, default=str))
