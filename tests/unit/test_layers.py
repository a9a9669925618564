# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports point one way: modules -> _module -> _resources -> _state -> _api. Lower rooms do not know higher words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PREFIX = "ansible_collections.comet.backup.plugins."
ROOMS = ("_api", "_state", "_resources", "_module")
FILES = [path for room in ROOMS for path in sorted((PLUGINS / "module_utils" / room).glob("*.py"))]
ABOVE = [
    path
    for folder in ("modules", "action", "doc_fragments", "inventory", "lookup", "filter")
    for path in sorted((PLUGINS / folder).glob("*.py"))
]
REPORTS = sorted((PLUGINS / "plugin_utils" / "_drift").glob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
GENERATED = {PLUGINS / "module_utils" / "_api" / "_facts.py"}


def name_of(path: Path) -> str:
    return str(path.relative_to(PLUGINS))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point to"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    """The rooms whose files a file imports."""
    ours = [name.removeprefix(PREFIX + "module_utils.") for name in imported(path) if name.startswith(PREFIX)]
    return {name.split(".")[0] for name in ours} - {PREFIX.rstrip(".")}


def below(room: str) -> set[str]:
    return set(ROOMS[: ROOMS.index(room) + 1])


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    assert rooms_of(path) - {f"{PREFIX}module_utils"} <= below(path.parent.name)


@pytest.mark.parametrize("path", ABOVE, ids=name_of)
def test_modules_and_plugins_talk_to_the_top_room(path: Path) -> None:
    """A module also names its table, an action plugin keeps servers, and documentation looks at the specs."""
    more = {"modules": {"_resources"}, "action": {"_state"}}
    allowed = {"_module"} | more.get(path.parent.name, set())
    assert {room for room in rooms_of(path) if room in ROOMS} <= allowed


@pytest.mark.parametrize("path", [path for path in ABOVE if path.parent.name == "modules"], ids=name_of)
def test_a_module_comes_through_the_door_first(path: Path) -> None:
    """It settles how a module process imports the rest. A module of which all is in its action imports nothing."""
    ours = [name for name in imported(path) if name.startswith(PREFIX)]
    assert ours[:1] == ([] if path.stem.startswith("comet_drift_") else [f"{PREFIX}module_utils._module._door"])


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "_module"], ids=name_of)
def test_only_the_top_room_talks_to_ansible(path: Path) -> None:
    assert not [name for name in imported(path) if name == "ansible" or name.startswith("ansible.")]
    words = {node.id for node in ast.walk(parsed(path)) if isinstance(node, ast.Name)}
    words |= {node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
    assert not words & {"AnsibleModule", "exit_json", "fail_json"}


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "_state"], ids=name_of)
def test_thinking_knows_no_kind_by_name(path: Path) -> None:
    """Neither a kind nor one of its structures or methods; but every kind may live in a tenant."""
    names = {resource.kind for resource in KINDS} - {"tenant"} | {resource.structure for resource in KINDS}
    texts = {
        node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not names & texts
    calls = {text for text in texts if text.startswith("Admin") and " " not in text}
    # Who one is oneself and when the server started are asked for every kind.
    assert calls <= {"AdminAccountProperties"}


@pytest.mark.parametrize("path", [path for path in FILES if path not in GENERATED], ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", REPORTS, ids=name_of)
def test_reports_are_small_and_private(path: Path) -> None:
    test_files_and_functions_stay_small(path)
    test_utils_are_private(path)


@pytest.mark.parametrize("path", [*FILES, *ABOVE], ids=name_of)
def test_only_actions_make_reports(path: Path) -> None:
    """They are made on controllers; no module takes their code along."""
    ours = {name.removeprefix(PREFIX) for name in imported(path) if name.startswith(f"{PREFIX}plugin_utils._drift")}
    assert not ours or path.parent.name == "action"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_utils_are_private(path: Path) -> None:
    assert path.name.startswith("_")
    assert path.parent.name.startswith("_")


def test_there_is_something_to_look_at() -> None:
    assert {path.parent.name for path in FILES} == set(ROOMS)
    assert "_report.py" in {path.name for path in REPORTS}
    assert any(path.parent.name == "action" for path in ABOVE)
    assert rooms_of(PLUGINS / "module_utils" / "_module" / "_resource.py") >= {"_state"}
