# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kept code: used where it is certainly ours and whole, compiled anew in every other case, and never in the way."""

from __future__ import annotations

import hashlib
import marshal
import os
import subprocess
import sys
import tempfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module import _compiled
from ansible_collections.comet.backup.plugins.module_utils._module._compiled import SWITCH, Compiled, place

NAME, SOURCE = "room/file.py", b"ANSWER = 42"
POISON = compile("ANSWER = 'poison'", NAME, "exec")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "own"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def path(directory: Path) -> str:
    """The file for a program, with the code of one source file in it."""
    file = place(str(directory), "program")
    kept = Compiled(file)
    kept.code(NAME, SOURCE)
    kept.save()
    assert os.path.exists(file)
    return file


def answer(path: str, source: bytes = SOURCE) -> Any:
    found: dict[str, Any] = {}
    exec(Compiled(path).code(NAME, source), found)
    return found["ANSWER"]


def is_used(path: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the code comes from the file; whatever is in there, it has to be right."""
    compiled: list[str] = []

    def watched(*arguments: Any, **named: Any) -> Any:
        compiled.append(arguments[1])
        return compile(*arguments, **named)

    monkeypatch.setattr(_compiled, "compile", watched, raising=False)
    assert answer(path) == 42
    return not compiled


def test_kept_code_is_used(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_used(path, monkeypatch)


def test_another_source_is_compiled_and_takes_the_place_of_the_old_one(path: str) -> None:
    new = b"ANSWER = 43"
    assert answer(path, new) == 43
    kept = Compiled(path)
    kept.code(NAME, new)
    kept.save()
    assert len(Compiled(path)._kept) == 1
    assert answer(path) == 42


def test_a_file_that_has_everything_is_not_written(path: str) -> None:
    before = os.stat(path)
    kept = Compiled(path)
    kept.code(NAME, SOURCE)
    kept.save()
    assert os.stat(path).st_ino == before.st_ino


def test_nobody_else_can_read_or_write_it(path: str) -> None:
    assert os.stat(path).st_mode & 0o777 == 0o600


def written(body: bytes, magic: bytes = MAGIC_NUMBER) -> bytes:
    return magic + hashlib.sha256(body).digest() + body


KEY = hashlib.sha256(NAME.encode() + b"\0" + SOURCE).digest()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        MAGIC_NUMBER,
        MAGIC_NUMBER + bytes(32) + marshal.dumps({KEY: POISON}),
        written(marshal.dumps({KEY: POISON}), magic=b"\0\0\r\n"),
        written(marshal.dumps({KEY: POISON}))[:-1],
        written(b""),
        written(b"\xff\xff"),
        written(marshal.dumps([KEY])),
    ],
    ids=["empty", "rubbish", "cut", "digest", "other Python", "truncated", "nothing", "no marshal", "no dictionary"],
)
def test_what_is_not_whole_is_not_used(path: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(path).write_bytes(content)
    assert not is_used(path, monkeypatch)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_what_others_can_reach_is_not_used(path: str, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chmod(path, mode)
    assert not is_used(path, monkeypatch)


def test_what_somebody_else_owns_is_not_used(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not is_used(path, monkeypatch)
    assert place(os.path.dirname(path), "program") == ""


def make_pipe(_target: str, path: str) -> None:
    os.mkfifo(path, 0o600)


def make_directory(_target: str, path: str) -> None:
    os.mkdir(path, 0o700)


@pytest.mark.parametrize("make", [os.symlink, make_pipe, make_directory])
def test_what_is_no_file_is_not_used(path: str, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    os.rename(path, f"{path}.elsewhere")
    make(f"{path}.elsewhere", path)
    assert not is_used(path, monkeypatch)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o770, 0o777])
def test_a_directory_that_others_can_reach_holds_none(directory: Path, mode: int) -> None:
    directory.chmod(mode)
    assert place(str(directory), "program") == ""


def test_no_way_leads_over_links(directory: Path) -> None:
    (directory.parent / "link").symlink_to(directory)
    assert place(str(directory.parent / "link"), "program") == ""


@pytest.mark.parametrize("directory", [None, 7, {"a": "b"}, "", "relative", "/no/such/directory"])
def test_no_directory_no_file(directory: Any) -> None:
    assert place(directory, "program") == ""


def test_the_environment_switches_it_off(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    assert place(str(directory), "program") == ""


def test_each_python_has_its_own(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = place(str(directory), "program")
    monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-399")
    assert place(str(directory), "program") != here


def test_a_directory_that_takes_no_file_is_no_failure(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*unused: Any, **named: Any) -> Any:
        raise PermissionError("read-only")

    kept = Compiled(path)
    kept.code(NAME, b"ANSWER = 43")
    for name in ("replace", "unlink"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, refuse)
            kept.save()
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    kept.save()


def test_a_write_that_fails_leaves_nothing_behind(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*unused: Any) -> None:
        raise OSError("full")

    kept = Compiled(path)
    kept.code(NAME, b"ANSWER = 43")
    monkeypatch.setattr(os, "replace", refuse)
    kept.save()
    assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]


def test_processes_at_the_same_time_do_not_disturb_each_other(directory: Path) -> None:
    program = f"""
import sys
sys.path.insert(0, {str(Path(_compiled.__file__).parent)!r})
from _compiled import Compiled
for number in range(50):
    kept = Compiled({str(directory / "shared")!r})
    found = {{}}
    exec(kept.code("a.py", b"ANSWER = %d" % (number % 3)), found)
    assert found["ANSWER"] == number % 3
    kept.save()
"""
    running = [subprocess.Popen([sys.executable, "-c", program]) for _unused in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert os.listdir(directory) == ["shared"]
