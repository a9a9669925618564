# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing from an archive: each file is compiled once, and is what it is to Python's own importer."""

from __future__ import annotations

import atexit
import builtins
import importlib
import json
import sys
import zipimport
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from ansible.module_utils import basic

from ansible_collections.comet.backup.plugins.module_utils._module._archive import (
    SourceImporter,
    import_faster,
)
from ansible_collections.comet.backup.plugins.module_utils._module._compiled import Compiled

FILES = {
    "archived/__init__.py": "",
    "archived/inner/__init__.py": "NAME = 'inner'",
    "archived/inner/deep.py": "from archived.other import VALUE",
    "archived/other.py": "VALUE = 7",
}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An archive on the path; what is imported from it is forgotten again."""
    path = tmp_path / "payload.zip"
    with ZipFile(path, "w") as file:
        for name, text in FILES.items():
            file.writestr(name, text)
    monkeypatch.syspath_prepend(path)
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    yield path
    forget()


def forget() -> None:
    """As in a process that has not imported anything from the archive yet."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "archived"]:
        del sys.modules[name]
    for place in [place for place in sys.path_importer_cache if "payload.zip" in place]:
        del sys.path_importer_cache[place]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that have been compiled, in order."""
    files: list[str] = []
    real = builtins.compile

    def watched(source: Any, filename: Any, *arguments: Any, **named: Any) -> Any:
        files.append(str(filename))
        return real(source, filename, *arguments, **named)

    monkeypatch.setattr(builtins, "compile", watched)
    return files


def test_each_file_is_compiled_once(archive: Path, compiled: list[str]) -> None:
    first = importlib.import_module("archived")
    assert compiled.count(str(archive / "archived" / "__init__.py")) > 1, "Python has learned it, and we need not"
    import_faster(first.__loader__)
    compiled.clear()
    deep = importlib.import_module("archived.inner.deep")
    assert deep.VALUE == 7
    assert sorted(name for name in compiled if "archived" in name) == sorted(set(FILES) - {"archived/__init__.py"})
    assert deep.__file__ == str(archive / "archived" / "inner" / "deep.py")


def test_code_that_an_earlier_process_has_kept_is_not_compiled(
    archive: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = archive.parent / "own"
    directory.mkdir(mode=0o700)
    options = {"ANSIBLE_MODULE_ARGS": {"_ansible_remote_tmp": str(directory)}}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(options).encode(), raising=False)
    at_exit: list[Callable[[], None]] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    seen = []
    for _unused in range(2):
        hooks = list(sys.path_hooks)
        import_faster(importlib.import_module("archived").__loader__)
        compiled.clear()
        assert importlib.import_module("archived.inner.deep").VALUE == 7
        seen.append([name for name in compiled if "archived" in name])
        at_exit.pop()()
        forget()
        monkeypatch.setattr(sys, "path_hooks", hooks)
    assert len(seen[0]) == len(FILES) - 1
    assert seen[1] == []
    assert [path.name.partition(".")[0] for path in directory.iterdir()] == ["payload"]


@pytest.mark.parametrize("name", ["archived", "archived.inner", "archived.inner.deep", "archived.other"])
def test_a_file_is_called_as_python_calls_it(archive: Path, name: str) -> None:
    place = "/".join((str(archive), *name.split(".")[:-1]))
    assert SourceImporter(place, Compiled("")).get_filename(name) == zipimport.zipimporter(place).get_filename(name)


def test_what_is_not_there_is_not_found(archive: Path) -> None:
    with pytest.raises(zipimport.ZipImportError):
        SourceImporter(str(archive), Compiled("")).get_filename("missing")


def test_nothing_is_changed_outside_of_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(sys.path_hooks)
    monkeypatch.setattr(sys, "path_hooks", list(before))
    import_faster(sys.modules[__name__].__loader__)
    assert sys.path_hooks == before
