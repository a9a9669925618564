"""The table of what is answered follows the handlers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from answer_shapes import facts

from comet_emulator import methods
from comet_emulator.core.routing import COVERAGE, FULL, HANDLERS, PLAUSIBLE, REASONS, handles

EMULATOR = Path(__file__).resolve().parents[2] / "emulator"


@pytest.fixture(autouse=True)
def loaded() -> None:
    methods.load()


def test_table_is_up_to_date() -> None:
    command = [sys.executable, str(EMULATOR / "write_coverage.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_table_has_every_method_once() -> None:
    rows = [line.split("|") for line in (EMULATOR / "COVERAGE.md").read_text().splitlines() if "`/" in line]
    assert [row[1].strip() for row in rows] == sorted(facts("methods"))
    assert {row[1].strip(): row[2].strip(" `") for row in rows} == {
        name: entry["path"] for name, entry in facts("methods").items()
    }


def test_every_method_has_a_handler() -> None:
    assert HANDLERS.keys() == facts("methods").keys()
    assert set(COVERAGE.values()) == {FULL, PLAUSIBLE}


def test_every_method_says_what_is_missing() -> None:
    assert [name for name, level in COVERAGE.items() if bool(REASONS[name]) == (level == FULL)] == []


def test_control_call_says_the_same(server: Any) -> None:
    assert server.control("coverage") == COVERAGE


@pytest.mark.parametrize(("coverage", "reason"), [(PLAUSIBLE, ""), (FULL, "something is missing")])
def test_a_reason_belongs_to_what_is_not_full(coverage: str, reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        handles("AdminNoSuchMethod", coverage=coverage, reason=reason)
