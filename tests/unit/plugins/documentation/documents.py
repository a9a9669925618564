# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of all modules, as `ansible-doc` reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import derived
import yaml

ROOT = Path(__file__).resolve().parents[4]
MODULES, LOCAL = derived.modules_there()
"""Those that speak to a server, and those that run on the controller alone."""
EVERY = sorted([*MODULES, *LOCAL])


@lru_cache(maxsize=1)
def documents() -> dict[str, dict[str, Any]]:
    """Module name -> ``doc``, ``examples`` (text) and ``return``, with all fragments filled in."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COMET_"))}
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-doc", "--json", *(f"comet.backup.{name}" for name in EVERY)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name.rsplit(".", 1)[-1]: entry for name, entry in json.loads(done.stdout).items()}


def examples(module: str) -> list[dict[str, Any]]:
    """The tasks of a module's examples; new objects each time."""
    tasks: list[dict[str, Any]] = yaml.safe_load(documents()[module]["examples"])
    return tasks
