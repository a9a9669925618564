#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` on a copy of the collection: `sanity.py VERSION|oldest|newest [ansible-test arguments]`.

ansible-test keeps its virtual environments below HOME and wants to fetch its pip bootstrap script from a host of its
own. Both are kept inside the project: HOME is `.venv-core/home`, and the script is there already: it calls `ensurepip`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import cores
import tree

HOME = cores.HOME / "home"
BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap()\n"


def main() -> int:
    """Run it and return its exit status."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    (core,) = cores.select(sys.argv[1:2])
    environment = core_environment(core)
    ignored = sorted(file for file in tree.files() if re.fullmatch(r"tests/sanity/ignore-.*\.txt", file.as_posix()))
    if ignored:
        sys.exit(f"Sanity problems are repaired, not ignored: remove {', '.join(map(str, ignored))}.")
    collection = tree.copy(f"sanity-{core.version}")
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    command: list[str | Path] = [core.path / "bin" / "ansible-test", "sanity", "--color", "no", *sys.argv[2:]]
    print(f"ansible-core {core.release} on Python {core.python}; modules on {', '.join(cores.pythons())}", flush=True)
    return subprocess.run(command, cwd=collection, env=environment, check=False).returncode


def core_environment(core: cores.Core) -> dict[str, str]:
    """Create what ansible-test of this core needs; return the environment variables to run it with."""
    release = cores.make(core)
    (source,) = release.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in set(re.findall(r"\bpip='([0-9.]+)'", source.read_text())):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP)
    settings = HOME / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("[global]\nquiet = 1\n")
    path = os.pathsep.join([str(release / "bin"), str(_interpreters()), os.environ.get("PATH", os.defpath)])
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "PYTHON"))}
    return environment | {"HOME": str(HOME), "LC_ALL": "C.UTF-8", "PATH": path}


def _interpreters() -> Path:
    """Return a directory with a `pythonX.Y` for every interpreter found, on PATH or not."""
    directory = HOME / "bin"
    directory.mkdir(parents=True, exist_ok=True)
    for version, interpreter in cores.pythons().items():
        link = directory / f"python{version}"
        link.unlink(missing_ok=True)
        link.symlink_to(interpreter)
    return directory


if __name__ == "__main__":
    sys.exit(main())
