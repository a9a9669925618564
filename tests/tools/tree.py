# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the project's own files, without what git ignores, for tools that want it under `ansible_collections`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def files() -> list[Path]:
    """Return the files that git tracks or would track, relative to the root, as they are on disk now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(Path(name) for name in set(listing.split("\0")) - {""} if (ROOT / name).is_file())


def copy(name: str) -> Path:
    """Copy the files afresh to `build/NAME/ansible_collections/comet/backup` and return that directory."""
    target = BUILD / name / "ansible_collections" / "comet" / "backup"
    shutil.rmtree(target, ignore_errors=True)
    for file in files():
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, target / file, follow_symlinks=False)
    return target
