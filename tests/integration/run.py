#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the integration targets with real `ansible-playbook` processes, each target twice.

`run.py [TARGET...] [--core VERSION] [--python VERSION]`. The first run is real. Then the emulator gets back the state
from before, is made read-only, and the same target runs with `--check`: nothing may be written, and the first step on
each object must announce what the real run did. No output of either run may hold a secret. Logs are kept in
`build/integration`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import certificate
import cores
import recorded
from emulated import ADMIN, PASSWORD, ROOT, Emulated

HERE = Path(__file__).resolve().parent
TARGETS = HERE / "targets"
BUILD = ROOT / "build" / "integration"
# Every secret that a target uses starts with this, so that a leak is found whatever the secret is for.
SECRET = "hush-"
AT_ONCE = 2
PATIENCE = 300
# Said of what a check run refers to before anything has made it.
EXPECTED = "assuming that an earlier task makes"
PLAYBOOK = "[{hosts: testhost, gather_facts: false, roles: [{role: %s}]}]\n"
INVENTORY = "testhost ansible_connection=local ansible_python_interpreter='%s'%s\n"
SAME = "{{ ansible_playbook_python }}"


@dataclass
class Report:
    """What became of one target: seconds of both runs, and what is wrong."""

    target: str
    real: float = 0.0
    check: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = "FAILED" if self.wrong else "passed"
        lines = [f"{verdict}  {self.target:20} real {self.real:5.1f} s   check {self.check:5.1f} s"]
        return "\n".join(lines + [f"        {problem}" for problem in self.wrong])


@dataclass(frozen=True)
class Runner:
    """Runs targets with the programs of one virtual environment.

    ``trusted`` and ``secure``: a certificate, and the url of a server that speaks TLS with it.
    """

    programs: Path
    build: Path
    trusted: Path
    secure: str

    def run(self, target: str) -> Report:
        """Run one target twice; never raises for what the target does."""
        report = Report(target)
        with Emulated() as emulator:
            emulator.control("snapshot", {"name": "before"})
            before = emulator.control("state")
            report.real = self._play(report, emulator.url, "real")
            after = emulator.control("state")
            if _removable(after) != _removable(before):
                report.wrong.append(f"something is left behind: {after['counts']} instead of {before['counts']}")
            emulator.control("restore", {"name": "before"})
            emulator.control("fault", {"kind": "none"})
            emulator.control("calls/reset", {})
            emulator.control("read-only", {"on": True})
            report.check = self._play(report, emulator.url, "check")
            calls = emulator.control("calls")
            report.wrong += [f"check mode sent {call['method']}" for call in calls["calls"] if call["mutates"]]
            if calls["writes"] or calls["refused_writes"]:
                report.wrong.append(f"check mode sent {calls['writes']} calls that write")
            if emulator.control("state")["digest"] != before["digest"]:
                report.wrong.append("check mode changed the state of the server")
        if not report.wrong:
            records = [self._file(target, mode, "jsonl") for mode in ("real", "check")]
            report.wrong += recorded.differences(*records)
        return report

    def _file(self, target: str, mode: str, kind: str) -> Path:
        return self.build / f"{target}.{mode}.{kind}"

    def _play(self, report: Report, url: str, mode: str) -> float:
        """One ansible-playbook process; return its seconds and note what is wrong with it."""
        log, record = (self._file(report.target, mode, kind) for kind in ("log", "jsonl"))
        record.write_text("")
        playbook, variables = self._file(report.target, mode, "yml"), self._file(report.target, mode, "json")
        playbook.write_text(PLAYBOOK % report.target)
        variables.write_text(json.dumps(self._variables(url)))
        command: list[str | Path] = [self.programs / "ansible-playbook", playbook, "-v", "--diff"]
        command += ["--inventory", self.build / "inventory", "--extra-vars", f"@{variables}"]
        command += ["--check"] if mode == "check" else []
        started = time.monotonic()
        with log.open("w") as output:
            status = _wait(command, self._environment(record), output)
        seconds = time.monotonic() - started
        report.wrong += [f"{mode}: {problem}" for problem in _problems(status, log, mode == "real")]
        return seconds

    def _variables(self, url: str) -> dict[str, str]:
        return {
            "comet_url": url,
            "comet_username": ADMIN,
            "comet_password": PASSWORD,
            "comet_tls_url": self.secure,
            "comet_tls_ca": str(self.trusted),
        }

    def _environment(self, record: Path) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "COMET_", "PYTHON"))}
        return kept | {
            "PATH": os.pathsep.join([str(self.programs), os.environ.get("PATH", os.defpath)]),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_HOME": str(self.build / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
            "ANSIBLE_ROLES_PATH": str(TARGETS),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "comet_record",
            "ANSIBLE_PIPELINING": "true",
            "COMET_RECORD": str(record),
        }


def _removable(state: dict[str, Any]) -> dict[str, int]:
    """How many objects of each kind there are, without what the server itself keeps, such as its last campaign."""
    return {kind: count for kind, count in state["counts"].items() if kind != "server"}


def _wait(command: list[str | Path], environment: dict[str, str], output: Any) -> int:
    """Run a program, and end it with its children when it takes too long; return its exit status."""
    with subprocess.Popen(
        command,
        cwd=BUILD,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(timeout=PATIENCE)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGTERM)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return process.wait()


def _problems(status: int, log: Path, real: bool) -> list[str]:
    """What is wrong with a run, going by its exit status and its output."""
    lines = log.read_text().splitlines()
    found = [f"a secret is shown: {line[:160]}" for line in lines if SECRET in line or PASSWORD in line]
    if real:
        # A warning may go on in the next line.
        texts = [" ".join(pair) for pair in itertools.pairwise([*lines, ""]) if pair[0].startswith(("[WARN", "[DEPR"))]
        found += [text for text in texts if EXPECTED not in text]
    if status:
        starts = [number for number, line in enumerate(lines) if line.startswith(("fatal:", "failed:", "ERR", "[ERR"))]
        first = max(starts[0] - 2 if starts else len(lines) - 10, 0)
        found += [f"ansible-playbook ended with {status}, see {log.relative_to(ROOT)}", *lines[first : first + 14]]
    return found


def _misshapen(targets: list[str]) -> list[str]:
    """What is wrong with the targets as a whole: a module without one, or one that goes its own way."""
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("comet_*.py")}
    found = [f"the module {name} has no target" for name in sorted(modules - set(targets))]
    frame = (TARGETS / targets[0] / "tasks" / "main.yml").read_text()
    for name in targets:
        if (TARGETS / name / "tasks" / "main.yml").read_text() != frame:
            found.append(f"tasks/main.yml of {name} is not that of {targets[0]}")
    return found


def _programs(core: str | None) -> Path:
    """The directory with the programs of a core's virtual environment, or of our own."""
    if core is None:
        return Path(sys.executable).parent
    (wanted,) = cores.select([core])
    return cores.make(wanted) / "bin"


def main() -> int:
    """Run the targets; return 1 when one failed."""
    known = sorted(path.name for path in TARGETS.iterdir() if path.is_dir())
    parser = argparse.ArgumentParser(description="run the integration targets, each really and in check mode")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"only these of: {', '.join(known)}")
    parser.add_argument("--core", help="minor version of ansible-core, oldest or newest; without it that of .venv")
    parser.add_argument("--python", help="run modules as processes of this Python, such as 3.9")
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(known):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if wrong := _misshapen(known):
        sys.exit("\n".join(wrong))
    chosen = arguments.targets or known
    programs = _programs(arguments.core)
    build = BUILD / (arguments.core or "venv") / (arguments.python or "")
    build.mkdir(parents=True, exist_ok=True)
    where = (cores.make_modules(arguments.python), " comet_execution=module") if arguments.python else (SAME, "")
    (build / "inventory").write_text(INVENTORY % where)
    failed = 0
    with tempfile.TemporaryDirectory() as place:
        trusted = Path(place) / "certificate.pem"
        certificate.write(trusted)
        tls = (f"--tls-certificate={trusted}", f"--tls-key={trusted}")
        with Emulated(*tls) as secure, ThreadPoolExecutor(AT_ONCE) as pool:
            runner = Runner(programs, build, trusted, secure.url)
            for report in pool.map(runner.run, chosen):
                print(report, flush=True)
                failed += bool(report.wrong)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
