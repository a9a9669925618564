#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derive from the modules there are what has to follow them: `derived.py --check` or `--write`.

- The action group `comet` in meta/runtime.yml has every module that speaks to a server.
- Each of these has an action plugin. All but :data:`DOOR` and :data:`READY` only import it. Redirects in
  meta/runtime.yml, or symbolic links, would do for ansible-core, but ansible-lint takes a redirect for a rename (it
  tells people to write `comet_user` instead of `comet_policy`), and antsibull-docs reads both as "this module is
  another one".
- Modules that run on the controller alone have action plugins of their own, which are left alone.
- The page of the documentation that says where each structure of the API is met.
- What the roles fleet and drift say of a server, of tenants and of the connection, which the roles server and tenant
  say as well, and the variables of role fleet in role drift; one argument spec cannot refer to another.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "meta" / "runtime.yml"
HEADER = "---\n# The list of modules is written by `make derived`. So is the rest, without its comments.\n"
ROLES = ROOT / "roles"
TREES = {"fleet": "main", "drift": "compare"}
"""Roles that take a whole tree, the one that others copy from first, and the entry point that does."""
TREE_HEADER = "---\n# `make derived` copies comet_server, comet_tenants and what else other roles say as well.\n"
PAGE = ROOT / "docs" / "docsite" / "rst" / "structures.rst"
COLLECTIONS = Path(sys.executable).parent.parent / "collections"
CONNECTION = "comet.backup._connection"
"""The fragment with the options of the connection, which every module has that speaks to a server."""
DOOR = "comet_user.py"
READY = "comet_apply.py"
"""The action plugin that also prepares what all its workers need."""
ACTION = '''# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process door under this module's name. Written by `make derived`."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.action.comet_user import ActionModule

__all__ = ["ActionModule"]
'''


class _Indented(yaml.SafeDumper):
    """Writes lists indented below their key, as the linters want them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never leave out the indentation of a list."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write the same thing twice rather than refer to it."""
        return True


def modules_there() -> tuple[list[str], list[str]]:
    """Return the names of all modules: those that speak to a server, and those that run on the controller alone.

    Exits where one of the latter has no action plugin of its own.
    """
    files = sorted((ROOT / "plugins" / "modules").glob("comet_*.py"))
    serving = [file.stem for file in files if CONNECTION in file.read_text(encoding="utf-8")]
    local = [file.stem for file in files if file.stem not in serving]
    for module in local:
        if not (ROOT / "plugins" / "action" / f"{module}.py").is_file():
            sys.exit(f"The module {module} speaks to no server, and has no action plugin of its own.")
    return serving, local


def runtime(found: str, modules: list[str]) -> str:
    """Return the text of meta/runtime.yml with its action group replaced."""
    settings: dict[str, Any] = yaml.safe_load(found)
    settings["action_groups"] = {**settings.get("action_groups", {}), "comet": modules}
    return HEADER + yaml.dump(settings, Dumper=_Indented, sort_keys=False, width=120)


def spec_of(role: str) -> Path:
    """Return the file with the argument spec of a role."""
    return ROLES / role / "meta" / "argument_specs.yml"


def arguments(role: str) -> dict[str, Any]:
    """Return the options in the argument spec of a role."""
    found: dict[str, Any] = yaml.safe_load(spec_of(role).read_text(encoding="utf-8"))
    options: dict[str, Any] = found["argument_specs"]["main"]["options"]
    return options


def tree_spec(found: str, entry_point: str) -> str:
    """Return the text of an argument spec that takes a tree, with what other roles know in its place."""
    spec: dict[str, Any] = yaml.safe_load(found)
    server, tenant, fleet = arguments("server"), arguments("tenant"), arguments("fleet")
    entry = spec["argument_specs"][entry_point]
    entry["options"]["comet_server"]["options"] = server["server_definition"]["options"]
    entry["options"]["comet_tenants"]["options"] = tenant["tenant_definition"]["options"]
    connection = {name: option for name, option in tenant.items() if name.startswith("comet_")}
    own = {name: option for name, option in entry["options"].items() if name not in connection}
    own = {
        name: _of_fleet(option, fleet[name]) if name.startswith("fleet_") else option for name, option in own.items()
    }
    entry["options"] = own | connection
    return TREE_HEADER + yaml.dump(spec, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=120)


def _of_fleet(option: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    """Return a variable of role fleet as another role takes it: a description and a default are the role's own."""
    shared = {key: value for key, value in there.items() if key != "default" or key in option}
    return shared | {key: option[key] for key in ("description", "default") if key in option}


def actions_to_mend(actions: Path, modules: list[str], local: list[str]) -> tuple[list[Path], list[Path]]:
    """Return the action plugins that are missing or different, and those that belong to no module."""
    own = {actions / DOOR, actions / READY, *(actions / f"{module}.py" for module in local)}
    wanted = {actions / f"{module}.py" for module in modules} - own
    found = set(actions.glob("*.py")) - own
    good = {path for path in found & wanted if not path.is_symlink() and path.read_text() == ACTION}
    return sorted(wanted - good), sorted(found - wanted)


def page() -> str:
    """Return the text of the page about structures. Exits where nothing leads to one."""
    sys.path.append(str(COLLECTIONS))
    import structure_table

    try:
        return structure_table.page()
    except KeyError as error:
        sys.exit(f"Nothing leads to the structure {error}: see tests/tools/structure_table.py.")


def main() -> int:
    """Check or write; return 1 when something does not follow the modules."""
    parser = argparse.ArgumentParser(description="what follows from the modules there are")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--check", action="store_true", help="fail when something is not up to date")
    choice.add_argument("--write", action="store_true", help="bring everything up to date")
    chosen = parser.parse_args()
    modules, local = modules_there()
    actions = ROOT / "plugins" / "action"
    if not modules:
        sys.exit("No module found in plugins/modules.")
    if not (actions / DOOR).is_file():
        sys.exit(f"The action plugin of all modules is missing: plugins/action/{DOOR}.")
    found = RUNTIME.read_text()
    text = runtime(found, modules)
    missing, stray = actions_to_mend(actions, modules, local)
    structures = page()
    specs = {
        spec_of(role): tree_spec(spec_of(role).read_text(encoding="utf-8"), entry_point)
        for role, entry_point in TREES.items()
    }
    if chosen.write:
        RUNTIME.write_text(text)
        for path, spec in specs.items():
            path.write_text(spec, encoding="utf-8")
        PAGE.write_text(structures, encoding="utf-8")
        for path in stray:
            path.unlink()
        for path in missing:
            path.unlink(missing_ok=True)
            path.write_text(ACTION)
        return 0
    problems = ["meta/runtime.yml"] if found != text else []
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != structures:
        problems.append(str(PAGE.relative_to(ROOT)))
    problems += [
        str(path.relative_to(ROOT)) for path, spec in specs.items() if path.read_text(encoding="utf-8") != spec
    ]
    if problems:
        print(f"Run `make derived`; not up to date: {', '.join(sorted(problems))}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
