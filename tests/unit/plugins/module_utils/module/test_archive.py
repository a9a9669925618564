# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Importing from an archive: each file is compiled once, and is what it is to Python's own importer."""

from __future__ import annotations

import builtins
import importlib
import sys
import zipimport
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._archive import SourceImporter, compile_once

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
    for name in [name for name in sys.modules if name.partition(".")[0] == "archived"]:
        del sys.modules[name]


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
    compile_once(first.__loader__)
    compiled.clear()
    deep = importlib.import_module("archived.inner.deep")
    assert deep.VALUE == 7
    inside = [Path(name).relative_to(archive).as_posix() for name in compiled if name.startswith(str(archive))]
    assert sorted(inside) == sorted(name for name in FILES if name != "archived/__init__.py")


@pytest.mark.parametrize("name", ["archived", "archived.inner", "archived.inner.deep", "archived.other"])
def test_a_file_is_called_as_python_calls_it(archive: Path, name: str) -> None:
    place = "/".join((str(archive), *name.split(".")[:-1]))
    assert SourceImporter(place).get_filename(name) == zipimport.zipimporter(place).get_filename(name)


def test_what_is_not_there_is_not_found(archive: Path) -> None:
    with pytest.raises(zipimport.ZipImportError):
        SourceImporter(str(archive)).get_filename("missing")


def test_nothing_is_changed_outside_of_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    compile_once(sys.modules[__name__].__loader__)
    assert SourceImporter not in sys.path_hooks
