# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published of mutants is of the code as it is, file by file, and never more than was run."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ansible_collections.comet.backup.tests.soak import harness, mutants, mutation, page, strength

NOW = {"_api/_a.py": "aa", "_api/_b.py": "bb", "_state/_c.py": "cc"}
WHOLE = Counter(made=1200, killed=1100, timeout=90, explained=9, unexplained=1)
PART = Counter(made=1200, killed=100, unchecked=1100)
BEFORE = '"""What it is."""\n\n\ndef one(x: int) -> int:\n    """More."""\n    return x + 1\n'


def after(entry: strength.Entry, file: str, counts: Counter[str], code: str = "") -> strength.Entry:
    """What is known after a run of one file."""
    return strength.merged(entry, {file: counts}, {file: code or NOW[file]}, NOW)


def test_files_are_run_one_after_another() -> None:
    entry = after(after({}, "_state/_c.py", WHOLE), "_api/_a.py", Counter())
    assert entry["rooms"] == {"_api": 2, "_state": 1}
    assert list(entry["files"]) == ["_api/_a.py", "_state/_c.py"]
    assert strength.outdated(entry, NOW) == ["_api/_b.py"]
    assert strength.unexplained(entry) == 1
    written = strength.section(entry)
    cells = ["``_state``", "1 of 1", "1,200", "1,190", "9", "1"]
    assert "\n     - ".join(cells) in written
    assert "``_api``\n     - 1 of 2\n     - 0" in written
    assert "time was limited" not in written


def test_a_part_says_so_and_does_not_take_the_place_of_the_whole() -> None:
    entry = after({}, "_api/_a.py", PART)
    assert "\n     - 1 of 2\n     - 100\n     - 100\n" in strength.section(entry)
    assert "limited: 1,100 more" in strength.section(entry)
    assert "_api/_a.py" in strength.outdated(entry, NOW)
    more = after(entry, "_api/_a.py", PART - Counter(unchecked=100) + Counter(killed=100))
    assert more["files"]["_api/_a.py"]["killed"] == 200
    whole = after(more, "_api/_a.py", WHOLE)
    assert whole["files"]["_api/_a.py"]["killed"] == 1100
    assert after(whole, "_api/_a.py", PART) == whole
    again = after(whole, "_api/_a.py", WHOLE + Counter(killed=1))
    assert again["files"]["_api/_a.py"]["killed"] == 1101


def test_figures_are_of_the_code_as_it_is() -> None:
    assert after({}, "_api/_a.py", WHOLE, code="old")["files"] == {}
    entry = after({}, "_api/_a.py", WHOLE)
    changed = {**NOW, "_api/_a.py": "new"}
    assert strength.outdated(entry, changed) == sorted(NOW)
    assert strength.merged(entry, {}, {}, changed)["files"] == {}
    assert strength.merged(entry, {"_api/_a.py": PART}, changed, changed)["files"]["_api/_a.py"]["killed"] == 100


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (BEFORE.replace("What it is", "Something").replace("More", "Less"), True),
        ("# A comment.\n" + BEFORE.replace('    """More."""\n', ""), True),
        (BEFORE.replace("x + 1", "x + 2"), False),
        (BEFORE.replace("x + 1", '"""More."""'), False),
    ],
)
def test_what_is_code(changed: str, same: bool, tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(BEFORE)
    other.write_text(changed)
    digests = strength.codes(["one.py", "other.py"], tmp_path)
    assert (digests["one.py"] == digests["other.py"]) is same


def test_publishing_tells_what_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps({"faults": {"runs": 1, "seconds": 1, "figures": {}, "lost": {}}}))
    monkeypatch.setattr(page, "FIGURES", figures)
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.rst")
    every = mutation.every_file()
    mutants.publish(dict.fromkeys(every[1:], WHOLE), strength.CODE)
    assert capsys.readouterr().out == f"to be run for the page: {every[0]}\n"
    assert list(json.loads(figures.read_text())) == ["faults", strength.NAME]
    assert strength.outdated(mutants.published(), strength.codes(every)) == [every[0]]
    assert strength.TITLE in page.PAGE.read_text()
    mutants.publish({every[0]: WHOLE}, strength.CODE)
    assert capsys.readouterr().out == "to be run for the page: nothing\n"


def test_a_campaign_is_not_called_like_this() -> None:
    assert strength.NAME not in harness.campaigns()
    assert {file.partition("/")[0] for file in mutation.every_file()} == set(strength.ROOMS)
