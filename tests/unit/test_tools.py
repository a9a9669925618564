# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools of the gate decide, and that all places that name supported versions name the same."""

from __future__ import annotations

from pathlib import Path

import cores
import covered
import floor
import gate
import pytest
import yaml
from emulated import ROOT

from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, OLDEST

OLDEST_CORE, OLDEST_PYTHON = next(iter(cores.RELEASES)), cores.PYTHONS[0]
NEEDED = cores.NEEDS.read_text().split()[-1]


@pytest.mark.parametrize(
    ("lines", "branches", "enough"), [(100, 100, True), (95, 95, True), (100, 94, False), (94, 100, False)]
)
def test_lines_do_not_make_up_for_branches(lines: int, branches: int, enough: bool) -> None:
    totals = {"covered_lines": lines, "num_statements": 100, "covered_branches": branches, "num_branches": 100}
    held, told = covered.verdict(totals, 95)
    assert held is enough
    assert told[1] == f"{branches:6.2f} % of 100 branches are covered; 95 % is the limit"


def test_nothing_measured_is_not_enough() -> None:
    assert not covered.verdict(
        dict.fromkeys(("covered_lines", "num_statements", "covered_branches", "num_branches"), 0), 95
    )[0]


def test_both_have_the_same_limit_right_after_the_tests() -> None:
    assert covered.limit() == 95
    commands = [step.command for step in gate.steps([])]
    measuring = next(place for place, command in enumerate(commands) if "--cov " in command)
    assert commands[measuring + 1] == "python tests/tools/covered.py"


def test_the_oldest_python_imports_all_that_nodes_do() -> None:
    package = "ansible_collections.comet.backup.plugins"
    names = floor.modules()
    assert {f"{package}.modules.comet_user", f"{package}.module_utils._module._door"} <= set(names)
    assert {name.split(".")[4] for name in names} == {"modules", "module_utils"}


def test_pythons_of_pyenv_are_found_by_its_shims_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("PATH", "/opt/pyenv/shims:/usr/bin")
    assert cores.pyenvs() == [Path("/home/someone/.pyenv"), Path("/opt/pyenv")]


def test_supported_versions_are_told_as_they_are() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert (
        f"supports ansible-core {OLDEST_CORE} and newer; the modules run on Python {OLDEST_PYTHON} and newer" in readme
    )
    assert f"It knows Comet Server {OLDEST} to {NEWEST}." in readme
    assert f"pip install '{NEEDED}'" in readme
    guide = (ROOT / "docs" / "docsite" / "rst" / "getting_started.rst").read_text()
    assert f"You need ansible-core {OLDEST_CORE} or newer" in guide
    fragment = (ROOT / "plugins" / "doc_fragments" / "_connection.py").read_text()
    assert f"  - {NEEDED.replace('>=', ' >= ')}\n" in fragment


@pytest.mark.parametrize("role", sorted((ROOT / "roles").iterdir()), ids=lambda role: role.name)
def test_roles_name_the_oldest_ansible_core(role: Path) -> None:
    meta = yaml.safe_load((role / "meta" / "main.yml").read_text())
    assert meta["galaxy_info"]["min_ansible_version"] == f"{OLDEST_CORE}.0"


def test_settings_name_the_oldest_versions() -> None:
    assert yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"] == f">={OLDEST_CORE}.0"
    modules = yaml.safe_load((ROOT / "tests" / "config.yml").read_text())["modules"]
    assert modules["python_requires"] == f">={OLDEST_PYTHON}"
