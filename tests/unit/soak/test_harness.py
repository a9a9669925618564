# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness runs what is asked for, tells what was lost and how to repeat it; the page tells what a run came to."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.soak import harness, page, strength
from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Figures, Lost, Run, difference, hold

ran: list[int] = []
ROWS = {"objects": "Objects written", "faults.": "Calls with {}"}


def run(seed: int) -> Figures:
    ran.append(seed)
    hold(seed != 7, "seven is not lost", "it was", seed)
    if seed == 9:
        raise ZeroDivisionError
    return Counter({"objects": 2, "faults.drop_after": 1})


@contextmanager
def opened() -> Iterator[Run]:
    yield run


@pytest.fixture
def soaked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, Any]]:
    """Runs the harness with two campaigns; gives its exit status and what it wrote."""
    made = {name: Campaign(name, name.title(), "What is done.\n", ROWS, opened, 0.05, (1,)) for name in ("one", "two")}
    monkeypatch.setattr(harness, "campaigns", lambda: made)
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.rst")
    monkeypatch.setattr(page, "FIGURES", tmp_path / "figures.json")
    ran.clear()

    def soak(*arguments: str) -> tuple[int, Any]:
        output = tmp_path / "soak.json"
        status = harness.main(["--processes", "1", *arguments, "--output", str(output)])
        return status, json.loads(output.read_text())["campaigns"]

    return soak


def test_a_seed_is_repeated(soaked: Callable[..., tuple[int, Any]]) -> None:
    status, told = soaked("--only", "one", "--repeat", "5")
    assert (status, ran) == (0, [5])
    assert told["one"] == {"runs": 1, "seconds": 0, "figures": {"faults.drop_after": 1, "objects": 2}, "lost": {}}


def test_time_is_bounded_and_seeds_follow_each_other(soaked: Callable[..., tuple[int, Any]]) -> None:
    status, told = soaked("--only", "two", "--seed", "100")
    assert status == 0
    assert ran == list(range(100, 100 + told["two"]["runs"]))
    assert told["two"]["figures"]["objects"] == 2 * len(ran)
    _status, told = soaked("--seconds", "0")
    assert [one["runs"] for one in told.values()] == [0, 0]


def test_what_is_lost_is_told(soaked: Callable[..., tuple[int, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    status, told = soaked("--only", "one", "--seed", "7", "--seconds", "0.01")
    assert status == 1
    assert told["one"]["lost"]["7"] == "seven is not lost: it was: 7"
    shown = capsys.readouterr().out
    assert "LOST  seven is not lost: it was: 7" in shown
    assert "soak.py --only one --repeat 7" in shown
    status, told = soaked("--only", "one", "--repeat", "9")
    assert status == 1
    assert "ZeroDivisionError" in told["one"]["lost"]["9"]


def test_an_unknown_campaign_is_refused(soaked: Callable[..., tuple[int, Any]]) -> None:
    with pytest.raises(SystemExit):
        soaked("--only", "three")


def test_what_is_published_stays_until_it_is_run_again(soaked: Callable[..., tuple[int, Any]]) -> None:
    soaked("--only", "two", "--repeat", "1", "--publish")
    soaked("--only", "one", "--repeat", "7", "--publish")
    written = page.PAGE.read_text()
    assert "**2 runs, 1 of which broke a promise.**" in written
    assert written.index("One\n---") < written.index("Two\n---")
    assert "   * - Calls with drop after\n     - 1\n" in written
    page.PAGE.unlink()
    assert harness.main(["--page"]) == 0
    assert page.PAGE.read_text() == written


def test_names_of_figures_are_listed_and_counted() -> None:
    made = Campaign("one", "One", "What is done.\n", {"cores.*": "Versions: {}", "cores.": "With {}"}, opened, 1, (1,))
    rows = list(page.rows_of(made, {"cores.3.10": 2, "cores.3.9": 1, "other.x": 5}))
    assert rows == [("Versions: 3.9, 3.10", 2), ("With 3.9", 1), ("With 3.10", 2)]


def test_what_takes_long_is_prepared_before_the_time_begins(
    soaked: Callable[..., tuple[int, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []
    made = Campaign("one", "One", "What is done.\n", ROWS, opened, 1, (1,), prepare=lambda: prepared.append("done"))
    monkeypatch.setattr(harness, "campaigns", lambda: {"one": made})
    assert soaked("--repeat", "1")[1]["one"]["runs"] == 1
    assert prepared == ["done"]


def test_several_processes_share_the_seeds(
    soaked: Callable[..., tuple[int, Any]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def noting(seed: int) -> Figures:
        time.sleep(0.01)
        hold(seed != 8, "eight is not lost")
        return Counter({f"seed.{seed}": 1, "runs": 1})

    @contextmanager
    def opened_here() -> Iterator[Run]:
        yield noting

    made = Campaign("one", "One", "What is done.\n", ROWS, opened_here, 0.3, (1,))
    monkeypatch.setattr(harness, "campaigns", lambda: {"one": made})
    status, told = soaked("--processes", "2", "--seed", "5")
    assert status == 1
    assert "one: seeds from 5 on, for 0.3 s in 2 processes" in capsys.readouterr().out
    figures, lost = told["one"]["figures"], told["one"]["lost"]
    assert lost == {"8": "eight is not lost"}
    assert figures.pop("runs") == told["one"]["runs"] - 1
    assert set(figures.values()) == {1}
    assert {"seed.5", "seed.6", "seed.7", "seed.9", "seed.10"} <= figures.keys()


def test_figures_are_grouped() -> None:
    assert page.grouped(1234567) == "1,234,567"


def test_the_page_is_that_of_the_figures() -> None:
    """Who changes the words of a campaign writes the page anew with ``soak.py --page``."""
    figures = json.loads(page.FIGURES.read_text())
    assert page.PAGE.read_text() == page.page(figures, harness.campaigns())
    assert not strength.unexplained(figures.pop(strength.NAME, {}))
    assert not any(one["lost"] for one in figures.values())


def test_promises_and_differences() -> None:
    hold(True, "kept")
    with pytest.raises(Lost, match="broken: by him"):
        hold(False, "broken", "by him")
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == "b: 2 is not 3\nc: None is not 4"
