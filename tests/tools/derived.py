#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derive from the modules there are what has to follow them: `derived.py --check` or `--write`.

- The action group `comet` in meta/runtime.yml has every module.
- Every module has an action plugin. All of them are the one file of :data:`DOOR`: the others are symbolic links to it.
  Redirects in meta/runtime.yml would do for ansible-core, but ansible-lint takes them for renames: it tells people to
  write `comet_user` instead of `comet_policy`, and its `--fix` even does so.
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
DOOR = "comet_user.py"


class _Indented(yaml.SafeDumper):
    """Writes lists indented below their key, as the linters want them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Never leave out the indentation of a list."""
        super().increase_indent(flow, False)


def runtime(found: str, modules: list[str]) -> str:
    """Return the text of meta/runtime.yml with its action group replaced."""
    settings: dict[str, Any] = yaml.safe_load(found)
    settings["action_groups"] = {**settings.get("action_groups", {}), "comet": modules}
    return HEADER + yaml.dump(settings, Dumper=_Indented, sort_keys=False, width=120)


def links(actions: Path, modules: list[str]) -> tuple[list[Path], list[Path]]:
    """Return the links that are missing and those that lead nowhere or belong to no module."""
    wanted = {actions / f"{module}.py" for module in modules}
    found = {path for path in actions.iterdir() if path.is_symlink()}
    good = {path for path in found & wanted if path.readlink() == Path(DOOR)}
    missing = {path for path in wanted - good if path in found or not path.exists()}
    return sorted(missing), sorted(found - good)


def main() -> int:
    """Check or write; return 1 when something does not follow the modules."""
    parser = argparse.ArgumentParser(description="what follows from the modules there are")
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--check", action="store_true", help="fail when something is not up to date")
    choice.add_argument("--write", action="store_true", help="bring everything up to date")
    arguments = parser.parse_args()
    modules = sorted(file.stem for file in (ROOT / "plugins" / "modules").glob("comet_*.py"))
    actions = ROOT / "plugins" / "action"
    if not modules:
        sys.exit("No module found in plugins/modules.")
    if not (actions / DOOR).is_file():
        sys.exit(f"The action plugin of all modules is missing: plugins/action/{DOOR}.")
    found = RUNTIME.read_text()
    text = runtime(found, modules)
    missing, stray = links(actions, modules)
    if arguments.write:
        RUNTIME.write_text(text)
        for path in stray:
            path.unlink()
        for path in missing:
            path.symlink_to(DOOR)
        return 0
    problems = ["meta/runtime.yml"] if found != text else []
    problems += [str(path.relative_to(ROOT)) for path in {*missing, *stray}]
    if problems:
        print(f"Run `make derived`; not up to date: {', '.join(sorted(problems))}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
