#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core versions this machine can run, and a virtual environment for each.

`cores.py` lists them; `cores.py make VERSION...` (also `oldest`, `newest`, `all`) creates `.venv-core/VERSION` from
PyPI where it is not there yet and prints its path. Other tools use :func:`select` and :func:`make`.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv-core"
REQUIREMENTS = ROOT / "tests" / "requirements.txt"
NEEDS = ROOT / "meta" / "ee-requirements.txt"
"""What modules need, with the oldest release that will do, in the last line."""

# Every minor version of ansible-core that meta/runtime.yml admits: the release that is tested, and the Pythons
# that its controller runs on (the older ones could also use 3.10, for which tests/requirements.txt has no pins).
RELEASES = {
    "2.16": ("2.16.19", ("3.11", "3.12")),
    "2.17": ("2.17.14", ("3.11", "3.12")),
    "2.18": ("2.18.19", ("3.11", "3.12", "3.13")),
    "2.19": ("2.19.14", ("3.11", "3.12", "3.13")),
    "2.20": ("2.20.10", ("3.12", "3.13", "3.14")),
    "2.21": ("2.21.5", ("3.12", "3.13", "3.14")),
}
# The Pythons that modules are checked on, from the floor in tests/config.yml to the newest.
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
# What a core's environment takes beside ansible-core: the collection's own needs.
COMPANIONS = ("requests", "orjson")


@dataclass(frozen=True)
class Core:
    """One minor version of ansible-core, and the Python found for its controller."""

    version: str
    release: str
    python: str
    interpreter: Path

    @property
    def path(self) -> Path:
        """The directory of its virtual environment."""
        return HOME / self.version


@functools.cache
def pythons() -> dict[str, Path]:
    """Return the real interpreters found, by minor version: of PATH, of pyenv, and the one that runs this."""
    found: dict[str, Path] = {}
    for version in PYTHONS:
        candidates = [sys.executable, shutil.which(f"python{version}")]
        for root in pyenvs():
            candidates += sorted(map(str, root.glob(f"versions/{version}.*/bin/python{version}")), reverse=True)
        for candidate in candidates:
            if candidate and (real := _interpreter(candidate, version)):
                found[version] = real
                break
    return found


def pyenvs() -> list[Path]:
    """Return where pyenv may keep its Pythons: where it is told to, else where it does by default; beside its shims."""
    beside = [Path(folder).parent for folder in os.get_exec_path() if Path(folder).name == "shims"]
    return [Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"), *beside]


def _interpreter(candidate: str, version: str) -> Path | None:
    """Return the interpreter behind `candidate`, if it starts, has that version and can make virtual environments.

    A shim of a version manager may be on PATH without working, and the candidate may be a virtual environment.
    """
    code = "import ensurepip, os, sys, venv; print('%d.%d' % sys.version_info[:2], os.path.realpath(sys.executable))"
    answer = subprocess.run([candidate, "-I", "-c", code], capture_output=True, text=True, check=False)
    found, _separator, real = answer.stdout.strip().partition(" ")
    return Path(real) if found == version else None


def cores() -> list[Core]:
    """Return the versions of ansible-core that the Pythons of this machine can run, oldest first."""
    result = []
    for version, (release, supported) in RELEASES.items():
        usable = [python for python in supported if python in pythons()]
        if usable:
            result.append(Core(version, release, usable[0], pythons()[usable[0]]))
    return result


def select(names: list[str]) -> list[Core]:
    """Return the cores named by minor version or by `oldest`, `newest`, `all`, each once.

    Leaves with a message when one cannot run here.
    """
    known = {core.version: core for core in cores()}
    if not known:
        sys.exit(f"No Python found can run a supported ansible-core; found: {', '.join(pythons()) or 'none'}.")
    versions = list(known)
    wanted: dict[str, Core] = {}
    for name in names:
        for version in {"oldest": versions[:1], "newest": versions[-1:], "all": versions}.get(name, [name]):
            if version not in known:
                sys.exit(
                    f"ansible-core {version} cannot run here; possible: {', '.join(versions)}, oldest, newest, all."
                )
            wanted[version] = known[version]
    return list(wanted.values())


def make(core: Core) -> Path:
    """Create the virtual environment of a core unless it is there as wanted; return its directory."""
    _create(core.path, core.interpreter, [f"ansible-core=={core.release}", *COMPANIONS], _constraints())
    return core.path


def make_modules(version: str) -> Path:
    """The same for one of :func:`pythons` with what modules need to run on it; return its interpreter.

    The oldest Python gets the oldest release that will do, the others the newest there is for them.
    """
    path = HOME / f"python-{version}"
    needed = NEEDS.read_text().split()[-1]
    _create(path, pythons()[version], [needed.replace(">=", "==") if version == PYTHONS[0] else needed], "")
    return path / "bin" / "python"


def targets(core: Core) -> list[str]:
    """Return the Pythons found that a core, whose environment is there, supports where modules run."""
    (file,) = core.path.glob("lib/python*/site-packages/ansible_test/_util/target/common/constants.py")
    known = runpy.run_path(str(file))
    supported = {*known["REMOTE_ONLY_PYTHON_VERSIONS"], *known["CONTROLLER_PYTHON_VERSIONS"]}
    return [version for version in pythons() if version in supported]


def _create(path: Path, interpreter: Path, packages: list[str], constraints: str) -> None:
    """Create a virtual environment with these packages unless it is there with them."""
    ready = path / "ready.txt"
    wanted = "\n".join([str(interpreter), *packages, constraints])
    if ready.exists() and ready.read_text() == wanted:
        return
    print(f"Creating {path.relative_to(ROOT)}: {packages[0]}, with {interpreter}", flush=True)
    subprocess.run([interpreter, "-m", "venv", "--clear", path], check=True)
    (path / "constraints.txt").write_text(constraints)
    pip: list[str | Path] = [path / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", path / "constraints.txt", *packages], check=True)
    ready.write_text(wanted)


def _constraints() -> str:
    """Return the pins of the other packages. The oldest ansible-core needs an older resolvelib than the newest."""
    return re.sub(r"(?m)^(#|ansible-core=|resolvelib=).*\n", "", REQUIREMENTS.read_text())


def main() -> None:
    """List the cores, or create the environments of some."""
    parser = argparse.ArgumentParser(description="ansible-core versions that this machine can run")
    commands = parser.add_subparsers(dest="command")
    create = commands.add_parser("make", help="create virtual environments and print their paths")
    create.add_argument("names", nargs="+", metavar="VERSION", help="2.16, oldest, newest, all")
    arguments = parser.parse_args()
    if arguments.command == "make":
        for core in select(arguments.names):
            print(make(core))
        return
    for core in cores():
        state = "ready" if (core.path / "ready.txt").exists() else "not created yet"
        print(f"ansible-core {core.release:8} on Python {core.python}  {core.interpreter}  ({state})")
    print(f"Pythons for modules: {', '.join(pythons())}")


if __name__ == "__main__":
    main()
