"""The emulator as strangers have it: installed by itself, started from anywhere, with the guide in hand."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

EMULATOR = Path(__file__).resolve().parents[2] / "emulator"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
END = "-- that was all --"
SECONDS = 60


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the installed package and its command in ``bin``; what it depends on is there already."""
    place = tmp_path_factory.mktemp("packaging")
    # Building leaves files beside the sources.
    shutil.copytree(EMULATOR, place / "source", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    local = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(place / "installed")]
    subprocess.run([*pip, *local, str(place / "source")], check=True, timeout=SECONDS)
    return place / "installed"


@pytest.fixture(scope="module")
def environment(installed: Path) -> dict[str, str]:
    """Variables under which the installed package is found, and nothing of this repository."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COMET_", "PYTEST_"))}
    path = os.pathsep.join([str(installed / "bin"), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, "PATH": path, "PYTHONPATH": str(installed)}


def test_everything_imported_is_declared() -> None:
    project = tomllib.loads((EMULATOR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {re.split(r"[^A-Za-z0-9_-]", line)[0].lower().replace("_", "-") for line in requirements}
    imported = set()
    for file in (EMULATOR / "comet_emulator").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    foreign = imported - sys.stdlib_module_names - {"comet_emulator"}
    providers = packages_distributions()
    needed = {name: {each.lower().replace("_", "-") for each in providers[name]} for name in foreign}
    assert [name for name, packages in sorted(needed.items()) if not packages & declared] == []


def test_every_part_is_installed(installed: Path) -> None:
    source = EMULATOR / "comet_emulator"
    names = {path.relative_to(source) for path in source.rglob("*") if path.suffix in (".py", ".json", ".typed")}
    there = installed / "comet_emulator"
    assert {path for path in names if not (there / path).is_file()} == set()


def test_help_and_version(environment: dict[str, str], tmp_path: Path) -> None:
    def run(option: str) -> str:
        command = ["comet-emulator", option]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    readme = (EMULATOR / "README.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z-]+", run("--help"))) - {"--help", "--emulator-version"}
    assert {option for option in options if f"`{option}" not in readme} == set()
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("--emulator-version"))


# The guide


class Terminals:
    """What the guide's reader does: one terminal for the server, another, a shell, for everything else."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory, self._environment = directory, environment
        self._port = "0"
        self._server: subprocess.Popen[str] | None = None
        self._shell = self._start(["bash"])

    def _start(self, command: list[str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=self._directory,
            env=self._environment,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str) -> str:
        """What a command prints. Port 8060 of the guide is any free one here."""
        if command.startswith("comet-emulator") and not command.endswith("&"):
            return self._serve(command)
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(command.replace(":8060", f":{self._port}") + f"\necho; echo '{END}'\n")
        self._shell.stdin.flush()
        lines = iter(self._shell.stdout.readline, "")
        return "".join(iter(lambda: next(lines), f"{END}\n")).strip()

    def _serve(self, command: str) -> str:
        self._stop_server()
        self._server = self._start([*command.split(), "--port", self._port])
        assert self._server.stdout is not None
        greeting = self._server.stdout.readline().strip()
        self._port = greeting.rstrip("/").rpartition(":")[2]
        return greeting.replace(f":{self._port}/", ":8060/")

    def _stop_server(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=SECONDS)

    def close(self) -> None:
        self._stop_server()
        with suppress(BrokenPipeError):
            self._shell.communicate("exit\n", timeout=SECONDS)


@pytest.fixture
def terminals(environment: dict[str, str], tmp_path: Path) -> Iterator[Terminals]:
    shutil.copytree(EMULATOR / "examples", tmp_path / "examples")
    terminals = Terminals(tmp_path, environment)
    yield terminals
    terminals.close()


def steps(guide: str) -> Iterator[tuple[str, str]]:
    """Commands of the guide with what they print; … stands for anything."""
    for block in CONSOLE.findall(guide):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _unused, printed = step.partition("\n")
            yield command, printed.strip()


@pytest.mark.parametrize(("page", "least"), [("README.md", 2), ("GUIDE.md", 30)])
def test_commands_of_the_pages(terminals: Terminals, page: str, least: int) -> None:
    done = 0
    for command, printed in steps((EMULATOR / page).read_text(encoding="utf-8")):
        pattern = ".*".join(re.escape(part) for part in printed.split("…"))
        found = terminals.run(command)
        assert re.fullmatch(pattern, found, re.DOTALL), f"$ {command}\n{found[:500]}"
        done += 1
    assert done >= least
