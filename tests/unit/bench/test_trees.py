# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's trees say what they claim, its floors end where the collection ends, and its checks do check."""

from __future__ import annotations

import copy
import importlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import ROOT, EmulatedServer, emulated_server

USERS = 6
NEW = 3


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "bench"))


@pytest.fixture(scope="module")
def server() -> Iterator[EmulatedServer]:
    with emulated_server("--seed", f"users={USERS}") as server:
        yield server


@pytest.fixture
def seeded(server: EmulatedServer) -> EmulatedServer:
    """The server as it was seeded."""
    server.restore("empty")
    return server


@pytest.fixture
def provisioning(seeded: EmulatedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    provision, wishes = importlib.import_module("provision"), importlib.import_module("wishes")
    monkeypatch.setattr(provision, "EXISTING", USERS)
    monkeypatch.setattr(provision, "NEW", NEW)
    seeded.snapshot(provision.BEFORE)
    users = [wishes.new_user(number) for number in range(NEW)]
    return provision.Provisioning(seeded.emulated, wishes.write(tmp_path / "tree.json", users=users), users)


def options(wish: dict[str, Any]) -> dict[str, Any]:
    """An entry of the tree as options of its single module."""
    return {"user_password" if name == "password" else name: value for name, value in wish.items()}


def left_to_do(provisioning: Any, server: EmulatedServer) -> list[str]:
    """Users that their module would still change."""
    return [
        wish["name"]
        for wish in provisioning.wishes
        if server.task("comet_user", check=True, **options(wish))["changed"]
    ]


def test_a_seeded_server_is_as_its_tree_says(seeded: EmulatedServer, tmp_path: Path) -> None:
    wishes = importlib.import_module("wishes")
    assert wishes.as_it_is(seeded.emulated, tmp_path / "tree.json") == USERS + 2
    tree = json.loads((tmp_path / "tree.json").read_text())["server"]
    assert {len(user) for user in tree["users"]} == {11}
    for module, wishes_of_kind, other in (
        ("comet_policy", tree["policies"], {"default_user_policy": True}),
        ("comet_user", tree["users"], {"suspended": True}),
    ):
        for wish in wishes_of_kind:
            assert seeded.task(module, check=True, **wish)["changed"] is False
            assert seeded.task(module, check=True, **{**wish, **other})["changed"] is True


def test_bare_script_and_modules_end_in_the_same_state(provisioning: Any, seeded: EmulatedServer) -> None:
    assert provisioning.floor() > 0
    readings = {"AdminListUsersFull": 1, "AdminPoliciesListFull": 1}
    each = dict.fromkeys(("AdminAddUser", "AdminGetUserProfileAndHash", "AdminSetUserProfileHash"), NEW)
    assert provisioning.calls["floor"] == Counter(readings | each)
    assert left_to_do(provisioning, seeded) == []

    def by_modules() -> float:
        for wish in provisioning.wishes:
            assert seeded.task("comet_user", **options(wish))["changed"] is True
        return 1.0

    assert provisioning.timed("ours", by_modules) == 1.0
    assert left_to_do(provisioning, seeded) == []


def test_a_server_without_the_new_users_is_told(provisioning: Any) -> None:
    with pytest.raises(SystemExit, match="new-000000"):
        provisioning.timed("idle", float)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("AccountName",), "Somebody else"),
        (("PasswordRecovery",), ""),
        (("AllProtectedItemsQuotaBytes",), 1),
        (("PolicyID",), "policy-premium"),
        (("Policy", "PreventDeleteStorageVault"), False),
        (("Destinations", "vault", "S3SecretKey"), "another"),
        (("Destinations", "vault", "StorageLimitBytes"), 1),
    ],
)
def test_each_part_of_a_new_user_counts(
    provisioning: Any, seeded: EmulatedServer, path: tuple[str, ...], value: Any
) -> None:
    wishes = importlib.import_module("wishes")
    wish = provisioning.wishes[1]
    seeded.task("comet_user", **options(wish))
    profile = wishes.ask(seeded.emulated, "list-users-full")[wish["name"]]
    [vault] = profile["Destinations"].values()
    profile["Destinations"] = {"vault": vault}
    policies = wishes.ask(seeded.emulated, "policies/list-full")
    assert wishes.fulfilled(wish, profile, policies)
    spoiled = copy.deepcopy(profile)
    inside = spoiled
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    assert not wishes.fulfilled(wish, spoiled, policies)


def test_which_calls_were_too_many() -> None:
    difference = importlib.import_module("provision").difference
    assert difference(Counter(a=2, b=1), Counter(a=2, b=1)) == "the very same calls"
    assert difference(Counter(a=2, b=1), Counter(a=1, c=1)) == "a 2 instead of 1, b 1 instead of 0, c 0 instead of 1"


@pytest.mark.parametrize("words", [("json",), ("orjson",), ("json", "paused"), ("orjson", "paused")])
def test_bare_script_reads_all_users(seeded: EmulatedServer, words: tuple[str, ...]) -> None:
    programs: ModuleType = importlib.import_module("programs")
    told = programs.told(programs.run(seeded.emulated, programs.script("floor_drift.py", *words)))
    assert told["users"] == USERS
    assert told["bytes"] > 1000 * USERS
    assert 0 < told["seconds"] < 30


def test_peak_of_the_largest_process(seeded: EmulatedServer) -> None:
    programs: ModuleType = importlib.import_module("programs")
    held = 200 * 1024 * 1024
    python = ["python3", "-c"]
    idle = programs.peak_bytes(seeded.emulated, [*python, "pass"])
    nested = f"import subprocess; subprocess.run(['python3', '-c', 'b\"x\" * {held}'])"
    assert idle < held < programs.peak_bytes(seeded.emulated, [*python, nested]) < 1.5 * held


def test_a_program_that_fails_ends_the_benchmark(seeded: EmulatedServer) -> None:
    programs: ModuleType = importlib.import_module("programs")
    with pytest.raises(SystemExit, match=r"floor_drift\.py failed"):
        programs.run(seeded.emulated, programs.script("floor_drift.py"))
