#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the artefact, look what it ships, install it into an empty path, read all documentation there, import it.

The import is that of Galaxy and Automation Hub, by their own program, with everything switched on that works offline.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import tree
import yaml

PARTS = tree.BUILD / "artefact"
PLACE = PARTS / "installed"
BIN = Path(sys.executable).parent
# The only things that may ship, and those that must; `tests/config.yml` tells import checks the oldest Python.
MAY_SHIP = {"changelogs", "docs", "examples", "extensions", "meta", "playbooks", "plugins", "roles", "tests"}
MUST_SHIP = {"LICENSE", "README.md", "changelogs", "meta", "playbooks", "plugins", "roles", "tests"}
# Kinds of content that ansible-doc knows, and where the collection keeps them.
KINDS = {
    "module": "plugins/modules",
    "inventory": "plugins/inventory",
    "lookup": "plugins/lookup",
    "filter": "plugins/filter",
    "role": "roles",
}


def main() -> None:
    """Do all of it; leave with a message at the first thing that is wrong."""
    shutil.rmtree(PARTS, ignore_errors=True)
    source = tree.copy("artefact/source")
    about = yaml.safe_load((source / "galaxy.yml").read_text())
    name = f"{about['namespace']}.{about['name']}"
    run("ansible-galaxy", "collection", "build", "--output-path", tree.BUILD, "--force", cwd=source)
    artefact = tree.BUILD / f"{name.replace('.', '-')}-{about['version']}.tar.gz"
    check_contents(artefact, source)
    run("ansible-galaxy", "collection", "install", "--offline", "--collections-path", PLACE, artefact, cwd=PARTS)
    for kind, folder in KINDS.items():
        if (source / folder).is_dir():
            check_documentation(kind, name, source / folder)
    check_import(artefact)
    print(f"{artefact.relative_to(tree.ROOT)}, {artefact.stat().st_size / 1024:.0f} KiB: builds, installs and imports")


def run(program: str, *arguments: str | Path, cwd: Path, **variables: str) -> str:
    """Run a program of the virtual environment away from the repository's settings; return what it prints, or leave."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    environment = {
        **kept,
        "PATH": path,
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(PARTS / "home"),
        "ANSIBLE_COLLECTIONS_PATH": str(PLACE),
    }
    command = [BIN / program, *arguments]
    answer = subprocess.run(command, cwd=cwd, env=environment | variables, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"{program} {' '.join(map(str, arguments))} failed:\n{answer.stdout}{answer.stderr}")
    return answer.stdout


def check_contents(artefact: Path, source: Path) -> None:
    """Leave when the artefact holds something that only development needs, or lacks something."""
    with tarfile.open(artefact) as archive:
        names = {member.name for member in archive if member.isfile()}
    tops = {name.split("/")[0] for name in names}
    pages = {file.name for file in source.glob("*.md")}
    stray = {name for name in names if name.startswith("tests/") and name != "tests/config.yml"}
    stray |= {top for top in tops if top not in MAY_SHIP | pages | {"LICENSE", "MANIFEST.json", "FILES.json"}}
    if stray:
        sys.exit(f"These do not belong into the artefact, see build_ignore in galaxy.yml: {', '.join(sorted(stray))}")
    if missing := MUST_SHIP - tops:
        sys.exit(f"The artefact lacks: {', '.join(sorted(missing))}")


def check_documentation(kind: str, name: str, folder: Path) -> None:
    """Leave unless ansible-doc of the installed collection documents everything that the folder of this kind holds."""
    entries = folder.iterdir() if kind == "role" else folder.glob("*.py")
    wanted = {f"{name}.{entry.stem}" for entry in entries if not entry.name.startswith("_")}
    documented: dict[str, Any] = {}
    if wanted:
        documented = json.loads(run("ansible-doc", "--type", kind, "--json", *sorted(wanted), cwd=PARTS))
    empty = {entry for entry in wanted if not documented.get(entry) or documented[entry].get("error")}
    if empty:
        sys.exit(f"ansible-doc --type {kind} does not document: {', '.join(sorted(empty))}")
    print(f"ansible-doc: {len(wanted)} of kind {kind}")


def check_import(artefact: Path) -> None:
    """Leave when galaxy-importer, set to what Automation Hub asks for, has anything to say."""
    wishes = ("CHECK_REQUIRED_TAGS", "REQUIRE_V1_OR_GREATER", "RUN_FLAKE8")
    variables = {f"GALAXY_IMPORTER_{wish}": "True" for wish in wishes}
    report = run("python", "-m", "galaxy_importer.main", artefact, cwd=PARTS, **variables)
    complaints = [line for line in report.splitlines() if line.startswith(("WARNING:", "ERROR:"))]
    print(report, end="")
    if complaints or "Importer processing completed successfully" not in report:
        sys.exit(f"galaxy-importer has {len(complaints)} complaint(s)")


if __name__ == "__main__":
    main()
