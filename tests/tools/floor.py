#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run what managed nodes run on the oldest Python that is supported there, with the oldest `requests` that will do.

Every file of modules and module_utils is imported, with nothing of ansible-core but what it sends to a node, and two
integration targets run their modules as processes. Where that Python is not found, the step says so; `make sanity` then
still compiles and imports everything on the Pythons that are found.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import cores

ROOT = cores.ROOT
TARGETS = ("comet_bucket", "comet_tenant")
FOLDERS = ("plugins/module_utils", "plugins/modules")
IMPORTING = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    print(name)
"""


def modules() -> list[str]:
    """Return the names under which the files are imported."""
    files = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))
    parts = (file.relative_to(ROOT).with_suffix("").parts for file in files)
    return [".".join(("ansible_collections", "comet", "backup", *part)) for part in parts if part[-1] != "__init__"]


def sent(core: cores.Core, directory: Path) -> Path:
    """Lay out in a directory what a core sends to a node along with a module; return the directory."""
    (package,) = cores.make(core).glob("lib/python*/site-packages/ansible")
    (directory / "ansible").mkdir()
    (directory / "ansible" / "__init__.py").write_text(f"__version__ = {core.release!r}\n")
    (directory / "ansible" / "module_utils").symlink_to(package / "module_utils")
    return directory


def imported(interpreter: Path, core: cores.Core) -> bool:
    """Import every file in one process; say whether all could be."""
    names = modules()
    with tempfile.TemporaryDirectory() as directory:
        paths = [sent(core, Path(directory)), ROOT / ".venv" / "collections"]
        code = f"import sys; sys.path[:0] = {[*map(str, paths)]!r}{IMPORTING}"
        command: list[str | Path] = [interpreter, "-I", "-B", "-W", "error", "-c", code, *names]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    count = len(done.stdout.split())
    print(f"{count} of {len(names)} files imported, with what ansible-core {core.release} sends along", flush=True)
    return done.returncode == 0 and count == len(names) > 0


def main() -> int:
    """Return 1 when something does not run."""
    oldest = cores.PYTHONS[0]
    if oldest not in cores.pythons():
        print(f"No Python {oldest} is found: nothing was run on it. Found: {', '.join(cores.pythons())}.")
        return 0
    (core,) = cores.select(["newest"])
    interpreter = cores.make_modules(oldest)
    if not imported(interpreter, core):
        return 1
    run = [sys.executable, str(ROOT / "tests" / "integration" / "run.py"), *TARGETS]
    return subprocess.run([*run, "--core", core.version, "--python", oldest], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
