# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files come into a folder together or not at all, and what is in the way is told before anything is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.plugin_utils._drift._files import Folder

TEXTS = {"drift.json": "{}\n", "drift.md": "# Drift ✓\n", "drift.xml": "<testsuites/>\n"}


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder, those with a dot before their name too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 0o640)
    folder.check(TEXTS)
    folder.write(TEXTS)
    assert content(tmp_path) == TEXTS
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o640}
    folder.write({"drift.json": "[]\n"})
    assert content(tmp_path) == {**TEXTS, "drift.json": "[]\n"}


def test_the_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "a" / "b", 0o644)
    folder.check(TEXTS)
    assert content(tmp_path) == {}
    assert not (tmp_path / "a").exists()
    folder.write(TEXTS)
    assert content(tmp_path / "a" / "b") == TEXTS


def test_what_would_change_is_known_before(tmp_path: Path) -> None:
    folder = Folder(tmp_path, 0o644)
    assert folder.changed(TEXTS) == list(TEXTS)
    folder.write(TEXTS)
    assert folder.changed(TEXTS) == []
    (tmp_path / "drift.md").write_text("something else")
    assert folder.changed(TEXTS) == ["drift.md"]


def test_half_a_character_does_not_keep_the_rest_from_being_written(tmp_path: Path) -> None:
    Folder(tmp_path, 0o644).write({"drift.md": "a\ud800b"})
    assert content(tmp_path) == {"drift.md": "a?b"}


@pytest.mark.parametrize("below", ["", "reports", "a/b/c"])
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, below: str) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    folder = Folder(taken / below, 0o644)
    with pytest.raises(InvalidOption, match=rf"^dest: {taken} is not a folder$"):
        folder.check(TEXTS)
    with pytest.raises(InvalidOption, match=r"^dest: .* cannot be written: "):
        folder.write(TEXTS)
    assert content(tmp_path) == {"taken": "mine"}


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "drift.md").mkdir()
    folder = Folder(tmp_path, 0o644, "reports")
    with pytest.raises(
        InvalidOption, match=r"^reports: .*drift\.md is a folder; a file of that name is to be written$"
    ):
        folder.check(TEXTS)
    with pytest.raises(InvalidOption, match="cannot be written"):
        folder.write(TEXTS)
    assert content(tmp_path) == {}


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    with pytest.raises(InvalidOption, match="link is not a folder"):
        Folder(tmp_path / "link", 0o644).check(TEXTS)


def test_a_folder_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be allowed everything, so the answer of the system is given here."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(InvalidOption, match=rf"^dest: {tmp_path} cannot be written into: no permission$"):
        Folder(tmp_path / "reports", 0o644).check(TEXTS)


@pytest.mark.parametrize("old", [{}, {"drift.json": "old\n", "drift.xml": "old too\n"}])
@pytest.mark.parametrize("broken", list(TEXTS))
def test_a_failure_between_two_files_takes_back_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: dict[str, str], broken: str
) -> None:
    Folder(tmp_path, 0o644).write(old)
    replace = os.replace

    def fails(source: Any, target: Any) -> None:
        """The system's own, which refuses to put one new file into place."""
        if Path(target).name == broken and Path(source).read_text(encoding="utf-8") == TEXTS[broken]:
            raise OSError(28, "No space left on device", str(source), None, str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails)
    message = rf"^dest: {tmp_path / broken} cannot be written: No space left on device$"
    with pytest.raises(InvalidOption, match=message):
        Folder(tmp_path, 0o644).write(TEXTS)
    assert content(tmp_path) == old


def test_a_failure_while_writing_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Any, mode: int) -> None:
        raise OSError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(os, "chmod", fails)
    with pytest.raises(InvalidOption, match="Operation not permitted"):
        Folder(tmp_path / "a" / "b", 0o644).write(TEXTS)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(source: Any, target: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        Folder(tmp_path / "reports", 0o644).write(TEXTS)
    assert list(tmp_path.iterdir()) == []
