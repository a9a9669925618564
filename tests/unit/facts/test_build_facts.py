# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build of the facts: what it writes, and that it notices when the facts contradict themselves."""

from __future__ import annotations

import copy
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model

SCRIPT = Path(__file__).resolve().parents[3] / "api" / "build_facts.py"


@pytest.fixture
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_facts", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def files(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The inputs, to be changed by a test."""
    names = ["overlay.json", *(f"vendor/{part}.json" for part in ("structures", "methods", "constants"))]
    loaded = {name: build.load(name) for name in (*names, "vendor/fields_semantics.json")}
    monkeypatch.setattr(build, "load", lambda name: copy.deepcopy(loaded[name]))
    return loaded


def test_the_committed_file_is_what_the_build_writes(build: ModuleType) -> None:
    assert build.main(["--check"]) == 0


def test_a_stale_file_is_noticed_and_left_alone(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "_facts.py"
    monkeypatch.setattr(build, "TARGET", target)
    assert build.main(["--check"]) == 1
    target.write_text("stale")
    assert build.main(["--check"]) == 1
    assert target.read_text() == "stale"
    assert "out of date" in capsys.readouterr().err
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_the_text_is_ascii_and_its_lines_are_short(build: ModuleType) -> None:
    lines = build.build().split("\n")
    assert max(map(len, lines)) <= 160
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("text", "version"),
    [(None, None), ("18.3.11", None), ("22.6.2", None), ("22.6.3", "22.6.3"), ("24.9.x", "24.9.0"), ("25", "25.0.0")],
)
def test_versions(build: ModuleType, text: str | None, version: str | None) -> None:
    assert build.version(text) == version


def test_a_structure_may_have_its_own_word_for_a_member_that_it_inherits(
    build: ModuleType, files: dict[str, Any]
) -> None:
    files["overlay.json"]["members"]["ReplicaServer.Description"] = {"option": "label", "why": "a test"}
    structures = build.structures_facts(build.Overlay(files["overlay.json"]["members"]))
    assert structures["ReplicaServer"]["members"]["Description"]["option"] == "label"
    assert "option" not in structures["RemoteServerAddress"]["members"]["Description"]


def test_every_member_is_as_old_as_its_structure_says(build: ModuleType, files: dict[str, Any]) -> None:
    """Also those that it has from another structure, which may be newer; answers apart."""
    for name, vendor in files["vendor/structures.json"].items():
        for field in vendor["fields"]:
            if field["from"] and not vendor["has_status_and_message"]:
                member = _model.structure(name).member(field["name"])
                assert member.since == (build.version(field["since"]) or ""), f"{name}.{field['name']}"


def test_a_condition_that_nobody_can_read(build: ModuleType) -> None:
    assert build.condition("PolicyID is not empty") == "PolicyID"
    assert build.condition("") is None
    with pytest.raises(build.FactsError, match="on Sundays"):
        build.condition("on Sundays")


def overlay(files: dict[str, Any], name: str, entry: dict[str, Any]) -> None:
    files["overlay.json"]["members"][name] = entry


def engine_props(files: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = files["overlay.json"]["members"]["SourceConfig.EngineProps"]
    return entry


def members(files: dict[str, Any]) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = files["vendor/structures.json"]["Organization"]["fields"]
    return fields


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda files: overlay(files, "Organization.Nmae", {"set": True, "why": "x"}), r"match nothing.*Nmae"),
        (lambda files: overlay(files, "Organization.Name", {"option": "name"}), r"Organization\.Name: needs 'why'"),
        (lambda files: overlay(files, "Organization.Name", {"why": "x", "sett": True}), r"unknown keys \['sett'\]"),
        (
            lambda files: engine_props(files)["flags"].append({"engine": "engine1/tape", "key": "REWIND"}),
            r"SourceConfig\.EngineProps speaks of the unknown engine engine1/tape",
        ),
        (
            lambda files: engine_props(files)["numbered"][0].update(holds="Nothing"),
            r"SourceConfig\.EngineProps holds the unknown Nothing",
        ),
        (lambda files: files["overlay.json"]["constants"].update(NOPE={}), r"unknown groups: \['NOPE'\]"),
        (
            lambda files: files["overlay.json"]["constants"].update(OS={"names": {"BEOS": "beos"}}),
            r"OS: unknown names \['BEOS'\]",
        ),
        (lambda files: members(files)[0].update(type="list<Nothing>"), r"unknown type \['Nothing'\]"),
        (
            lambda files: files["vendor/fields_semantics.json"].update({"Organization.Name": {"enum": "NOPE"}}),
            r"Organization\.Name has the unknown constants NOPE",
        ),
        (
            lambda files: files["vendor/structures.json"]["Organization"].update(extends=["Nothing"]),
            r"Organization extends the unknown Nothing",
        ),
        (
            lambda files: files["vendor/methods.json"]["AdminListUsers"].update(returns="map<string,Nothing>"),
            r"AdminListUsers returns the unknown",
        ),
        (
            lambda files: files["vendor/methods.json"]["AdminAddUser"]["params"][0].update(type="Nothing"),
            r"AdminAddUser\(TargetUser\) has the unknown type",
        ),
    ],
)
def test_a_contradiction_is_named(
    build: ModuleType, files: dict[str, Any], spoil: Any, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(files)
    with pytest.raises(build.FactsError, match=words):
        build.build()
    assert build.main(["--check"]) == 1
    assert "facts: " in capsys.readouterr().err


def test_every_method_says_whether_it_writes(build: ModuleType) -> None:
    facts = json.loads(build.build().split('r"""\n', 1)[1].rsplit('\n"""', 1)[0])
    kinds = {(bool(method.get("writes")), bool(method.get("reads"))) for method in facts["methods"].values()}
    assert kinds == {(True, False), (False, True)}
    spoilt = copy.deepcopy(facts)
    del spoilt["methods"]["AdminListUsers"]["reads"]
    with pytest.raises(build.FactsError, match="AdminListUsers does not say whether it writes"):
        build.lint(spoilt, build.Overlay({}))
