# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark measures what it says, writes the file that others read, and fails when a limit is missed."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module("bench")


@pytest.mark.parametrize(
    ("ratio", "better", "reached"),
    [(1.9, "lower", True), (2.1, "lower", False), (2.1, "higher", True), (1.9, "higher", False)],
)
def test_limits(bench: ModuleType, ratio: float, better: str, reached: bool) -> None:
    assert bench.Case(ratio, 2.0, better, ratio, 1.0, "s").reached is reached


def test_measures_take_turns_and_the_median_counts(bench: ModuleType) -> None:
    case = importlib.import_module("case")
    first, second = iter([5.0, 1.0, 3.0]), iter([2.0, 9.0, 4.0])
    assert case.in_turns(3, lambda: next(first), lambda: next(second)) == [3.0, 4.0]


@pytest.mark.parametrize(("ratio", "status"), [(2.0, 0), (0.5, 1)])
def test_only_what_is_asked_for(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ratio: float, status: int
) -> None:
    def measured(repeats: int) -> dict[str, object]:
        case = bench.Case(ratio, 1.0, "higher", ratio, float(repeats), "s")
        return {"fast": case, "other": dataclasses.replace(case, ratio=0.0)}

    def never(repeats: int) -> dict[str, object]:
        raise AssertionError("measured without being asked")

    monkeypatch.setattr(bench, "GROUPS", {("fast", "other"): measured, ("loop",): never})
    output = tmp_path / "build" / "bench.json"
    assert bench.main(["--only", "fast", "--repeats", "7", "--output", str(output)]) == status
    wanted = {"ratio": ratio, "limit": 1.0, "better": "higher", "ours": ratio, "floor": 7.0, "unit": "s"}
    assert json.loads(output.read_text()) == {"cases": {"fast": wanted}}


def test_a_run_that_breaks_off_leaves_no_old_figures(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(repeats: int) -> dict[str, object]:
        raise SystemExit("the server is gone")

    monkeypatch.setattr(bench, "GROUPS", {("fast",): fails})
    output = tmp_path / "bench.json"
    output.write_text("{}")
    with pytest.raises(SystemExit, match="gone"):
        bench.main(["--output", str(output)])
    assert not output.exists()


@pytest.mark.parametrize("options", [["--only", "nonsense"], ["--repeats", "0"]])
def test_nonsense_is_refused(bench: ModuleType, options: list[str]) -> None:
    with pytest.raises(SystemExit) as problem:
        bench.main(options)
    assert problem.value.code == 2


def test_speed_of_a_small_emulator(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    speed = importlib.import_module("emulator_speed")
    monkeypatch.setattr(speed, "USERS", 100)
    cases = speed.answers(1)
    assert cases.keys() == {"emulator_calls", "emulator_list_full"}
    assert cases["emulator_calls"].ours > 10
    assert cases["emulator_list_full"].ratio == cases["emulator_list_full"].ours / cases["emulator_list_full"].floor


def test_start_of_a_small_emulator(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    speed = importlib.import_module("emulator_speed")
    monkeypatch.setattr(speed, "MANY_USERS", 100)
    cases = speed.starts(1)
    assert cases["emulator_start"].ours < cases["emulator_start"].floor
    assert cases["emulator_memory"].ours > 1


@pytest.mark.slow
def test_check_runs_of_small_servers(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    drift = importlib.import_module("drift")
    monkeypatch.setattr(drift, "USERS", 40)
    monkeypatch.setattr(drift, "SIZES", {20: 1, 40: 1})
    cases = {**drift.drift(1), **drift.scale(1), **drift.memory(1)}
    assert cases.keys() == {"drift_10k_engine", "drift_10k_process", "scale_per_user", "memory_10k"}
    for name, case in cases.items():
        assert case.ours > 0, name
        assert case.ratio == pytest.approx(case.ours / case.floor), name
        assert case.note, name
    assert cases["drift_10k_engine"].ours < cases["drift_10k_process"].ours


@pytest.mark.slow
def test_a_tree_that_is_not_fulfilled_ends_the_benchmark(bench: ModuleType) -> None:
    drift = importlib.import_module("drift")
    with drift.seeded(5) as ready:
        ready.server.control("profile", {"user": "user-000003", "members": {"MaximumDevices": 17}})
        with pytest.raises(SystemExit, match="'changed': 1"):
            ready.in_action()
        with pytest.raises(SystemExit, match=r"apply\.yml .*failed"):
            ready.whole()


@pytest.mark.slow
def test_a_few_new_users(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    provision = importlib.import_module("provision")
    monkeypatch.setattr(provision, "EXISTING", 5)
    monkeypatch.setattr(provision, "NEW", 10)
    cases = provision.provision(1)
    assert cases["provision_1000_time"].ours > 0
    assert cases["provision_1000_calls"].floor == 2 + 3 * 10
    assert cases["provision_1000_calls"].ratio == 1, cases["provision_1000_calls"].note
