# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutants that may survive: what explains them is there to be read, and true of the code as it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from emulated import ROOT

from ansible_collections.comet.backup.tests.soak import mutation, survivors
from ansible_collections.comet.backup.tests.soak.mutation import Verdict

EXPLAINED = survivors.explanations()
CODE = ROOT / "plugins" / "module_utils"
KEY = ("_state/_a.py", "one", "-a\n+b")


def source_of(file: str, function: str) -> list[str]:
    """The lines of a function, or of a method such as ``Merge.document``."""
    text = (CODE / file).read_text()
    node: ast.AST = ast.parse(text)
    for name in function.split("."):
        node = next(one for one in ast.walk(node) if getattr(one, "name", "") == name)
    return (ast.get_source_segment(text, node) or "").splitlines()


@pytest.mark.parametrize(("file", "function", "change"), EXPLAINED)
def test_what_is_explained_is_in_the_code(file: str, function: str, change: str) -> None:
    lines = {line.strip() for line in source_of(file, function)}
    gone = [line[1:] for line in change.splitlines() if line.startswith("-")]
    assert gone
    assert set(gone) <= lines
    assert any(line.startswith("+") for line in change.splitlines())
    assert EXPLAINED[file, function, change].endswith(".")


def test_all_files_are_mutated() -> None:
    every = mutation.every_file()
    assert {"_state/_compare.py", "_api/_client.py"} <= set(every)
    assert mutation.GENERATED not in every
    assert all((CODE / file).exists() for file in every)
    assert all((ROOT / "tests/unit" / tests).exists() for tests in (*mutation.NEAR, *mutation.FAR))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('raise Bad("not a day")', 'raise Bad("XXnot a dayXX")', True),
        ('raise Bad("Not a Day")', 'raise Bad("not a day")', True),
        ('raise Bad("not a day")', 'raise Bad("NOT A DAY")', False),
        ('raise Bad("not a day")', "raise Bad(None)", False),
        ('get("name")', 'get("XXnameXX")', False),
        ('get("not a day") == 1', 'get("XXnot a dayXX") == 2', False),
    ],
)
def test_sentences_may_be_set_in_marks_but_not_go_unread(before: str, after: str, words: bool) -> None:
    assert survivors.only_words(f"-{before}\n+{after}") is words


def judged(status: str, explained: dict[survivors.Key, str]) -> survivors.Judgement:
    mutant = Verdict("a.b.x_one__mutmut_1", "_state/_a.py", "one", status)
    return survivors.judge([mutant], explained, lambda _mutant: "-a\n+b")


@pytest.mark.parametrize("status", ["killed", "timeout"])
def test_what_a_test_notices_needs_no_explanation(status: str) -> None:
    assert judged(status, {}).complaints == []
    [untrue] = judged(status, {KEY: "It is."}).complaints
    assert "explains what a test notices by now" in untrue


@pytest.mark.parametrize("status", ["survived", "no tests", "suspicious"])
def test_what_none_notices_does(status: str) -> None:
    judgement = judged(status, {})
    [unexplained] = judgement.complaints
    assert unexplained.startswith(f"_state/_a.py, one: {status}\n    -a\n    +b\n")
    assert "mutmut show a.b.x_one__mutmut_1" in unexplained
    assert judgement.told(1.6) == {
        "runs": 1,
        "seconds": 2,
        "figures": {"made": 1, "unexplained": 1, "_state/_a.py.made": 1, "_state/_a.py.unexplained": 1},
        "lost": {"a.b.x_one__mutmut_1": unexplained},
    }
    assert judged(status, {KEY: "It is."}).complaints == []


def test_what_was_not_run_is_not_judged() -> None:
    judgement = judged("not checked", {KEY: "It is."})
    assert judgement.complaints == []
    assert "unchecked" in judgement.table()
    assert judgement.told(0)["runs"] == 0


def test_a_copy_follows_its_source(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "one.py").write_text("1")
    assert mutation.mirror(source, target)
    assert not mutation.mirror(source, target)
    (source / "deep" / "two.py").write_text("2")
    (source / "deep" / "one.py").unlink()
    assert mutation.mirror(source, target)
    assert {path.name for path in target.rglob("*.py")} == {"two.py"}
    (source / "deep" / "two.py").write_text("3")
    assert mutation.mirror(source, target)
    assert (target / "deep" / "two.py").read_text() == "3"


def test_functions_by_their_names() -> None:
    assert mutation.function_of("a._b.xǁMergeǁdocument__mutmut_3") == "Merge.document"
    assert mutation.function_of("a._b.x__told__mutmut_12") == "_told"
