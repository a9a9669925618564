# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an export: what becomes of each, and how it gets to the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module import _export_files as files
from ansible_collections.comet.backup.plugins.module_utils._module._exported import Secret
from ansible_collections.comet.backup.plugins.module_utils._module._source import read_tree
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

SECRET = Secret(("acme",), "tenants[ACME]\n# injected: true", "acme_password")
TREE = {"name": "ACME\n", "password": SECRET, "pre_exec": ["docker ps --format '{{.Names}}'", "{{ acme_password }}"]}


@pytest.mark.parametrize("style", ["yaml", "json"])
def test_what_is_written_is_what_is_read(style: str, tmp_path: Path) -> None:
    path = tmp_path / f"tree{files.SUFFIX[style]}"
    path.write_text(files.document(TREE, style, ["Tenant ACME\nname: injected"]), encoding="utf-8")
    read = read_tree(str(path), {"acme_password": "hush"})
    assert read == {**TREE, "password": "hush"}
    assert read_tree(str(path), {})["password"] is None


def test_a_directory_reads_back_without_the_list_of_secrets(tmp_path: Path) -> None:
    texts = {
        "server.yml": files.document({"news": []}, "yaml"),
        "tenants/acme.yml": files.document({"name": "ACME"}, "yaml"),
        files.EXAMPLE: files.example([SECRET], "server x"),
    }
    directory = files.Directory(tmp_path)
    directory.write(directory.compare(texts, ()))
    assert read_tree(str(tmp_path), {}) == {"server": {"news": []}, "tenants": [{"name": "ACME"}]}


def test_no_secret_of_the_list_is_in_force() -> None:
    lines = files.example([SECRET], "server x\nevil: true").splitlines()
    assert lines[-1] == "# acme_password:"
    assert all(line.startswith(("#", "---")) or not line for line in lines)


def test_each_file_is_touched_only_when_it_differs(tmp_path: Path) -> None:
    directory = files.Directory(tmp_path / "new" / "deep")
    texts = {"server.yml": "a\n", "tenants/x.yml": "b\n"}

    def states(texts: dict[str, str]) -> dict[str, str]:
        return {file.path: file.state for file in directory.compare(texts, ["tenants/kept.yml"])}

    assert set(states(texts).values()) == {"created"}
    directory.write(directory.compare(texts, ()))
    assert set(states(texts).values()) == {"unchanged"}
    before = os.stat(directory.path / "server.yml").st_mtime_ns
    directory.write(directory.compare({**texts, "tenants/x.yml": "c\n"}, ()))
    assert os.stat(directory.path / "server.yml").st_mtime_ns == before
    assert (directory.path / "tenants" / "x.yml").read_text() == "c\n"
    assert stat.S_IMODE(os.stat(directory.path / "server.yml").st_mode) == 0o644
    assert sorted(path.name for path in directory.path.rglob("*")) == ["server.yml", "tenants", "x.yml"]


@pytest.mark.parametrize("clean", [False, True])
def test_what_is_left_of_other_tenants(clean: bool, tmp_path: Path) -> None:
    for name in ("gone.yml", "old.json", "kept.yml", "README.md", ".hidden.yml"):
        (tmp_path / "tenants").mkdir(exist_ok=True)
        (tmp_path / "tenants" / name).write_text("x")
    for name in ("server.json", "secrets.yml"):
        (tmp_path / name).write_text("x")
    directory = files.Directory(tmp_path, clean)
    found = directory.compare({"server.yml": "a"}, ["tenants/kept.yml"])
    state = "removed" if clean else "leftover"
    assert {file.path: file.state for file in found} == {
        "server.yml": "created",
        "tenants/gone.yml": state,
        "tenants/old.json": state,
        "server.json": state,
    }
    directory.write(found)
    assert (tmp_path / "tenants" / "gone.yml").exists() is not clean
    assert (tmp_path / "secrets.yml").exists()
    assert (tmp_path / "tenants" / "kept.yml").exists()


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    directory = files.Directory(tmp_path / "file")
    with pytest.raises(InvalidOption, match=r"^dest: .* cannot be (read|written): "):
        directory.write(directory.compare({"server.yml": "a"}, ()))


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "server.yml").write_text("old")
    monkeypatch.setattr(os, "replace", _full)
    directory = files.Directory(tmp_path)
    with pytest.raises(InvalidOption, match="cannot be written: No space left on device"):
        directory.write(directory.compare({"server.yml": "new"}, ()))
    assert [path.name for path in tmp_path.iterdir()] == ["server.yml"]
    assert (tmp_path / "server.yml").read_text() == "old"


def _full(source: str, target: str) -> None:
    raise OSError(28, "No space left on device", target)


def test_large_differences_are_told_by_their_size(tmp_path: Path) -> None:
    file = files.File("server.yml", None, "x\n" * files.LONGEST_DIFF, files.CREATED)
    shown = files.difference(tmp_path, [file, files.File("tenants/a.yml", "same", "same", files.UNCHANGED)])
    assert [one["after"] for one in shown] == [f"({files.LONGEST_DIFF} lines, {2 * files.LONGEST_DIFF} characters)\n"]
    assert shown[0]["before_header"] == str(tmp_path / "server.yml")
