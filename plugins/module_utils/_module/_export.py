# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that writes a whole server down as a tree. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._encoding import undisturbed
from ansible_collections.comet.backup.plugins.module_utils._module import _export_files as _files
from ansible_collections.comet.backup.plugins.module_utils._module._export_names import file_names, name_variables
from ansible_collections.comet.backup.plugins.module_utils._module._export_reading import Reading
from ansible_collections.comet.backup.plugins.module_utils._module._export_tree import KINDS, TreeExport
from ansible_collections.comet.backup.plugins.module_utils._module._exported import (
    Document,
    Exported,
    Secret,
    filled,
    secrets_in,
)
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._module._tree import SERVER, TENANTS
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Ambiguous, NotFound, nearest
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

FEW = 5
"""So many places are named in a warning."""
PARTS = {"storage_vault": "user", "protected_item": "user", "schedule": "user"}
"""Kinds that are written inside another one."""


@dataclass
class Export:
    """One server as a tree, named secrets in it."""

    tree: TreeExport
    style: str
    address: str

    def __post_init__(self) -> None:
        self.secrets: list[Secret] = list(secrets_in(self.tree.sections))
        name_variables(self.secrets)

    @property
    def tenants(self) -> dict[str, Any]:
        """The definitions of tenants, by ID."""
        return {key: self.tree.sections[key] for key in self.tree.names}

    @property
    def server(self) -> dict[str, Any]:
        """The definition of the server."""
        return self.tree.sections[self.tree.reading.home]

    def plain(self) -> dict[str, Any]:
        """The tree with the names of variables in the place of secrets."""
        tree = {SERVER: self.server, TENANTS: list(self.tenants.values())}
        shown: dict[str, Any] = filled(tree)
        return shown

    def _title(self) -> str:
        home = self.tree.reading.home
        return (
            f"What an administrator of tenant {home} sees of server {self.address}"
            if home
            else f"Server {self.address}"
        )

    def texts(self, paths: Mapping[str, str]) -> dict[str, str]:
        """The files by path; ``paths`` are those of the tenants by ID."""
        suffix = _files.SUFFIX[self.style]
        found = {f"{SERVER}{suffix}": _files.document(self.server, self.style, [self._title()])}
        for key, definition in self.tenants.items():
            title = [f"Tenant {self.tree.names[key] or key} of server {self.address}"]
            found[paths[key]] = _files.document(definition, self.style, title)
        found[_files.EXAMPLE] = _files.example(self.secrets, f"server {self.address}")
        return found


class ExportTask(Task):
    """Writes files, or returns the tree. It changes nothing on the server."""

    def options(self) -> dict[str, Any]:
        kinds: dict[str, Any] = {"type": "list", "elements": "str", "choices": list(KINDS)}
        return {
            "dest": {"type": "path"},
            "tenants": {"type": "list", "elements": "str"},
            "only": dict(kinds),
            "skip": dict(kinds),
            "format": {"type": "str", "choices": list(_files.SUFFIX), "default": _files.YAML},
            "complete": {"type": "bool", "default": False},
            "clean": {"type": "bool", "default": False},
        }

    def rules(self) -> dict[str, Any]:
        return {"mutually_exclusive": [["only", "skip"]]}

    def about(self, params: Mapping[str, Any]) -> str:
        return "export"

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        with undisturbed():
            return self._export(server, params)

    def _export(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        reading, exported = Reading(server), Exported(complete=params["complete"])
        tree = TreeExport(reading, exported, _kinds(params))
        known = reading.tenants()
        tree.build(_chosen(known, params["tenants"]))
        server.warnings += _warnings(reading, exported)
        export = Export(tree, params["format"], server.client.settings.base)
        result = {
            "changed": False,
            "counts": {kind: tree.counts[kind] for kind in KINDS if tree.counts[kind]},
            "secrets": [{"name": secret.variable, "where": secret.where} for secret in export.secrets],
        }
        if params["dest"] is None:
            return {**result, "msg": f"{_objects(tree)} read", "tree": export.plain()}
        return {**result, **self._write(export, known, params, server)}

    @staticmethod
    def _write(
        export: Export, known: Mapping[str, Document], params: Mapping[str, Any], server: Server
    ) -> dict[str, Any]:
        names, suffix = {key: TENANT.called(one) for key, one in known.items()}, _files.SUFFIX[export.style]
        paths = {key: f"{TENANTS}/{stem}{suffix}" for key, stem in file_names(names).items()}
        directory = _files.Directory(Path(params["dest"]), params["clean"])
        files = directory.compare(export.texts(paths), paths.values())
        check = server.check_mode
        changed = [file for file in files if file.state not in (_files.UNCHANGED, _files.LEFTOVER)]
        if not check:
            directory.write(changed)
        _warn_of_leftovers(server, files)
        done = f"{'would be' if check else 'were'} written" if changed else "are as they should be"
        count = f"{len(changed)} of {len(files)}" if changed else str(len(files))
        return {
            "changed": bool(changed),
            "msg": f"{_objects(export.tree)} read, {count} files {done}",
            "files": [{"path": str(directory.path / file.path), "state": file.state} for file in files],
            "diff": _files.difference(directory.path, changed),
        }


def _kinds(params: Mapping[str, Any]) -> set[str]:
    """The kinds that a task wants; what is inside a user comes along with it unless it is said otherwise."""
    if params["only"] is None:
        return set(KINDS) - set(params["skip"] or ())
    wanted = set(params["only"])
    inside = {part for part, outer in PARTS.items() if outer in wanted} if not wanted & PARTS.keys() else set()
    return wanted | inside | {PARTS[kind] for kind in wanted & PARTS.keys()}


def _chosen(known: Mapping[str, Document], wanted: Iterable[str] | None) -> dict[str, Document]:
    """The tenants that a task names, by ID. Raises NotFound and Ambiguous."""
    if wanted is None:
        return dict(known)
    chosen = {}
    for name in wanted:
        keys = [name] if name in known else [key for key, one in known.items() if TENANT.called(one) == name]
        if not keys:
            names = [TENANT.called(one) for one in known.values()]
            raise NotFound(f"tenants: there is no tenant named {name}{nearest(name, names)}")
        if len(keys) > 1:
            raise Ambiguous(f"tenants: {len(keys)} tenants are named {name}: {', '.join(sorted(keys))}; give the ID")
        chosen[keys[0]] = known[keys[0]]
    return chosen


def _warnings(reading: Reading, exported: Exported) -> list[str]:
    """What is not in the export, and why."""
    found = [f"{kind.replace('_', ' ')}: left out, the server said: {said}" for kind, said in reading.refused.items()]
    if exported.unknown:
        members = ", ".join(sorted(exported.unknown))
        found.append(f"left out, because this version of the collection does not know them: {members}")
    places: dict[str, list[str]] = {}
    for what, where in exported.troubles:
        places.setdefault(what, []).append(where)
    for what, wheres in places.items():
        more = f" and {len(wheres) - FEW} more" if len(wheres) > FEW else ""
        found.append(f"left out: {what}: {', '.join(sorted(wheres)[:FEW])}{more}")
    return found


def _warn_of_leftovers(server: Server, files: Iterable[_files.File]) -> None:
    """Say which files would be applied along with the export although they are no part of it."""
    left = [file.path for file in files if file.state == _files.LEFTOVER]
    if left:
        server.warnings.append(
            f"dest: {', '.join(left)}: no part of this export, but would be applied along with it; remove that, or let "
            "clean: true do so"
        )


def _objects(tree: TreeExport) -> str:
    count = sum(tree.counts.values())
    return "1 object" if count == 1 else f"{count} objects"
