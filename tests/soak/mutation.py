# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs mutmut in a copy of the collection, and reads what it found out."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = Path("ansible_collections/comet/backup")
CODE = COLLECTION / "plugins/module_utils"
TESTS = COLLECTION / "tests/unit"
COPIED = ("plugins", "api", "tests/unit", "tests/tools", "tests/emulator", "tests/soak")
GENERATED = "_api/_facts.py"
ROOMS = ("_state", "_api")
NEAR = (
    *("plugins/module_utils/api", "plugins/module_utils/state", "plugins/module_utils/resources"),
    *(f"plugins/module_utils/module/test_{name}.py" for name in ("glances", "glances_inside")),
)
"""Tests that every mutant is run with, those among them that come by its function."""
FAR = tuple(
    f"promises/test_{name}.py"
    for name in (
        *("admin_users", "apply", "apply_prune", "conflicts", "contents", "data_loss", "errors", "homes", "membership"),
        *("protected_items", "restarts", "schedules", "settings", "storage_vaults", "together", "vault_requests"),
    )
)
"""Tests with a server, for what survives those."""

CONFIGURATION = """\
[tool.mutmut]
source_paths = ["ansible_collections"]
only_mutate = {files}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "{package}.anew"]
timeout_multiplier = 5.0
timeout_constant = 2.0
use_git_change_detection = false

[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = [".", "{collection}/tests/emulator", "{collection}/tests/tools"]
strict = true
filterwarnings = ["error"]
"""


def every_file() -> list[str]:
    """All files that have mutants, such as ``_state/_compare.py``."""
    code = ROOT / "plugins" / "module_utils"
    found = [str(path.relative_to(code)) for room in ROOMS for path in sorted((code / room).glob("_[a-z]*.py"))]
    return [file for file in found if file != GENERATED]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. ``name`` is mutmut's; ``status`` too: killed, survived, timeout, no tests …"""

    name: str
    file: str
    function: str
    status: str

    @property
    def checked(self) -> bool:
        """Whether it was run."""
        return self.status != "not checked"

    @property
    def killed(self) -> bool:
        """Whether a test has noticed it; one for which tests never end is noticed."""
        return self.status in ("killed", "timeout")


class Place:
    """A copy of the collection in which the mutants of some files are run with some tests."""

    def __init__(self, name: str, files: Sequence[str], tests: Sequence[str], children: int) -> None:
        self.files, self.tests, self.children = files, tests, children
        self.home = ROOT / "build" / "mutants" / name

    def prepare(self, keep: bool = False) -> None:
        """Make the copy. Earlier results count as long as nothing has changed, or with ``keep``."""
        self.home.mkdir(parents=True, exist_ok=True)
        changed = [mirror(ROOT / part, self.home / COLLECTION / part) for part in COPIED]
        text = CONFIGURATION.format(
            files=json.dumps([str(CODE / file) for file in self.files]),
            tests=json.dumps([str(TESTS / tests) for tests in self.tests]),
            collection=COLLECTION,
            package=__name__.rpartition(".")[0],
        )
        settings = self.home / "pyproject.toml"
        changed.append(not settings.exists() or settings.read_text() != text)
        settings.write_text(text)
        if any(changed) and not keep:
            shutil.rmtree(self.home / "mutants", ignore_errors=True)

    def run(self, *names: str) -> None:
        """Run those mutants that have these names, or fit them as patterns; without any, all that were not run yet."""
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(self.children), *names]
        with (self.home / "run.log").open("w") as log:
            done = subprocess.run(command, cwd=self.home, stdout=log, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise SystemExit(f"mutmut failed; its output is in {log.name}")

    def verdicts(self) -> list[Verdict]:
        """What became of every mutant."""
        return [
            Verdict(name, file, function_of(name), status_by_exit_code[code])
            for file in self.files
            for name, code in self._data(file).exit_code_by_key.items()
        ]

    def change(self, verdict: Verdict) -> str:
        """What a mutant changes: the lines that go, each after a ``-``, and those that come, each after a ``+``."""
        with self._at_home():
            diff = get_diff_for_mutant(verdict.name, path=CODE / verdict.file)
        lines = [line for line in diff.splitlines()[2:] if line[:1] in ("-", "+")]
        return "\n".join(line[0] + line[1:].strip() for line in lines)

    def survivors(self) -> list[Verdict]:
        """What was run and not killed."""
        return [verdict for verdict in self.verdicts() if verdict.checked and not verdict.killed]

    def _data(self, file: str) -> SourceFileMutationData:
        with self._at_home():
            data = SourceFileMutationData(path=CODE / file)
            data.load()
        return data

    @contextlib.contextmanager
    def _at_home(self) -> Iterator[None]:
        """As mutmut reads its files: below the working directory."""
        with contextlib.chdir(self.home):
            reset_config()
            yield


def function_of(name: str) -> str:
    """The function that a mutant is of, such as ``Merge.document``."""
    function, holder = orig_function_and_class_names_from_key(name)
    return f"{holder}.{function}" if holder else function


def mirror(source: Path, target: Path) -> bool:
    """Make a directory like another, without writing what is the same already; whether anything differed."""
    ours, theirs = files_below(source), files_below(target)
    for gone in theirs.keys() - ours.keys():
        theirs[gone].unlink()
    new = {name: path for name, path in ours.items() if name not in theirs or differs(path, theirs[name])}
    for name, path in new.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(path.read_bytes())
    return bool(new or theirs.keys() - ours.keys())


def files_below(directory: Path) -> dict[str, Path]:
    """All files by their path in the directory, without what Python keeps for itself."""
    found = (path for path in directory.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(directory)): path for path in found}


def differs(path: Path, other: Path) -> bool:
    """Whether two files hold something else."""
    return path.read_bytes() != other.read_bytes()


class Places:
    """Two copies: one for quick tests, and one for tests with a server, where what has survived in the first is run.

    Those take a minute each, so that what is ``excused`` (file, function, change) is not run with them.
    """

    def __init__(self, files: Sequence[str], children: int, excused: Callable[[tuple[str, str, str]], bool]) -> None:
        self._excused = excused
        self.near = Place("near", files, NEAR, children)
        self.far = Place("far", files, FAR, children)

    def prepare(self, keep: bool) -> None:
        """See Place."""
        self.near.prepare(keep)
        self.far.prepare(keep)

    def run(self, *names: str) -> None:
        """See Place."""
        self.near.run(*names)
        done = {verdict.name for verdict in self.far.verdicts() if verdict.checked}
        if left := [name for name in self._unexcused() if name not in done]:
            self.far.run(*left)

    def run_survivors(self) -> None:
        """Run what has survived once more."""
        names = [verdict.name for verdict in self.verdicts() if verdict.checked and not verdict.killed]
        self.near.run(*names)
        if left := set(self._unexcused()) & set(names):
            self.far.run(*sorted(left))

    def _unexcused(self) -> list[str]:
        survivors = self.near.survivors()
        return [one.name for one in survivors if not self._excused((one.file, one.function, self.change(one)))]

    def verdicts(self) -> list[Verdict]:
        """What became of every mutant."""
        far = {verdict.name: verdict for verdict in self.far.verdicts() if verdict.checked}
        return [verdict if verdict.killed else far.get(verdict.name, verdict) for verdict in self.near.verdicts()]

    def change(self, verdict: Verdict) -> str:
        """See Place."""
        return self.near.change(verdict)

    def code(self) -> Path:
        """Where the code is that was mutated."""
        return self.near.home / CODE
