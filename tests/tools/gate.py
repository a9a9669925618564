#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run what gates a change, cheap steps first, and stop at the first that fails.

`gate.py [GROUP...] [--keep-going] [--cores NAME,...]`; `--list` shows the steps and their groups. The last line counts
the steps that passed and failed.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cores

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PLUGINS = "ansible_collections.comet.backup.plugins"


@dataclass(frozen=True)
class Step:
    """A command line of the virtual environment, run in a directory below the root."""

    group: str
    name: str
    command: str
    directory: str = "."


def steps(versions: list[str]) -> list[Step]:
    """Return all steps in the order in which they run; those that depend on ansible-core once per version."""
    every = [
        Step("lint", "facts of the collection", "python api/build_facts.py --check"),
        Step("lint", "facts of the emulator", "python tests/emulator/refresh_facts.py --check"),
        Step("lint", "lists derived from the modules", "python tests/tools/derived.py --check"),
        Step("lint", "table of what the emulator answers", "python tests/emulator/write_coverage.py --check"),
        Step("lint", "ruff check", "ruff check"),
        Step("lint", "ruff format", "ruff format --check"),
        Step(
            "lint",
            "mypy of module_utils and plugin_utils",
            f"mypy --python-version 3.10 -p {PLUGINS}.module_utils -p {PLUGINS}.plugin_utils",
        ),
        Step("lint", "mypy of the emulator", "mypy -p comet_emulator"),
        Step("lint", "mypy of the tools", "mypy tests/tools tests/bench tests/fleet tests/soak tests/browser"),
        Step("lint", "yamllint", "yamllint --strict ."),
        Step("lint", "changelog", "antsibull-changelog lint"),
        Step("unit", "tests with coverage", 'pytest --numprocesses auto --cov --cov-report term -m "not slow"'),
        Step("unit", "lines and branches", "python tests/tools/covered.py"),
        Step("promises", "every switch, both doors", "pytest --numprocesses auto -m slow"),
        Step("lint", "ansible-lint", "ansible-lint"),
        Step(
            "docs",
            "documentation",
            "antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=self .",
        ),
        Step("build", "artefact", "python tests/tools/artefact.py"),
    ]
    every += [
        Step("sanity", f"ansible-core {version}", f"python tests/tools/sanity.py {version}") for version in versions
    ]
    every += [
        Step("integration", f"ansible-core {version}", f"python tests/integration/run.py --core {version}")
        for version in versions
    ]
    return [
        *every,
        Step("integration", "the oldest Python", "python tests/tools/floor.py"),
        Step("integration", "programs of the API guide", "pytest tests/guide"),
        Step("integration", "examples of the documentation", "pytest --numprocesses auto tests/examples"),
        Step("integration", "fleets", "pytest --numprocesses auto tests/fleet"),
        Step("browser", "HTML reports", "pytest --numprocesses auto tests/browser"),
        Step("molecule", "roles", "molecule test --all", "extensions"),
        Step("molecule", "example of the emulator", "molecule test", "tests/emulator/examples/molecule"),
    ]


def environment() -> dict[str, str]:
    """Return the variables for all steps: the project's own tools and settings, none of the person's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "COMET_", "PYTHON"))}
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    ansible = {
        "ANSIBLE_HOME": str(ROOT / "build" / "home"),
        "ANSIBLE_COLLECTIONS_PATH": str(BIN.parent / "collections"),
    }
    # What those who have installed the emulator call `comet-emulator`.
    emulator = f"env PYTHONPATH={ROOT / 'tests' / 'emulator'} {BIN / 'python'} -m comet_emulator"
    return {**kept, **ansible, "COMET_EMULATOR": emulator, "PATH": path, "LC_ALL": "C.UTF-8"}


def run(step: Step, variables: dict[str, str]) -> tuple[bool, float]:
    """Run one step under a heading; return whether it passed and how many seconds it took."""
    print(f"\n=== {step.group}: {step.name}\n    {step.command}", flush=True)
    program, *arguments = shlex.split(step.command)
    started = time.monotonic()
    done = subprocess.run(
        [BIN / program, *arguments], cwd=ROOT / step.directory, env=variables, stdin=subprocess.DEVNULL, check=False
    )
    seconds = time.monotonic() - started
    print(
        f"--- {step.group}: {step.name}: {'passed' if done.returncode == 0 else 'FAILED'} in {seconds:.1f} s",
        flush=True,
    )
    return done.returncode == 0, seconds


def main() -> int:
    """Run the steps asked for; return 1 when one failed."""
    parser = argparse.ArgumentParser(description="run what gates a change")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="only steps of these groups")
    parser.add_argument(
        "--cores", default="oldest,newest", help="versions of ansible-core: 2.16, oldest, newest, all; %(default)s"
    )
    parser.add_argument("--keep-going", action="store_true", help="go on after a step that failed")
    parser.add_argument("--list", action="store_true", help="only show the steps")
    arguments = parser.parse_args()
    every = steps([core.version for core in cores.select(arguments.cores.split(","))])
    if unknown := set(arguments.groups) - {step.group for step in every}:
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    chosen = [step for step in every if not arguments.groups or step.group in arguments.groups]
    if arguments.list:
        print("\n".join(f"{step.group:12} {step.name:32} {step.command}" for step in chosen))
        return 0
    return report(chosen, keep_going=arguments.keep_going)


def report(chosen: list[Step], *, keep_going: bool) -> int:
    """Run the steps, then show durations and counts; return 1 when one failed."""
    variables = environment()
    (ROOT / "build").mkdir(exist_ok=True)
    lines, failed = [], 0
    for number, step in enumerate(chosen, start=1):
        passed, seconds = run(step, variables)
        failed += not passed
        lines.append((seconds, f"{'passed' if passed else 'FAILED':7} {seconds:7.1f} s  {step.group}: {step.name}"))
        if failed and not keep_going:
            lines += [(0.0, f"not run {'':9}  {rest.group}: {rest.name}") for rest in chosen[number:]]
            break
    total = sum(seconds for seconds, text in lines)
    print("\n" + "\n".join(text for seconds, text in lines))
    print(f"{'':7} {total:7.1f} s  in all\n")
    print(f"{sum(text.startswith('passed') for seconds, text in lines)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
