# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module says what it supports, what it returns and what is related, and shows how it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.plugins.module_utils._module._action import ActionTask
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS, TASKS
from ansible_collections.comet.backup.plugins.module_utils._state._redact import looks_secret
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import (
    MODULES,
    ROOT,
    documents,
    examples,
)

INFO_MODULES = [name for name in MODULES if name.endswith("_info")]
ACTIONS = [name for name, task in TASKS.items() if isinstance(task, ActionTask)]
PYTHON_TYPES = {"str": str, "int": int, "bool": bool, "dict": dict, "list": list, "float": float, "raw": object}
#: What may stand beside the action in a task of an example.
KEYWORDS = {"name", "register", "loop", "loop_control", "no_log", "when", "module_defaults", "block"}


def doc(module: str) -> dict[str, Any]:
    return dict(documents()[module]["doc"])


def returned(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every documented return value, at any depth, with its path."""
    for name, value in values.items():
        yield path + name, value
        yield from returned(value.get("contains") or {}, f"{path}{name}.")


def tasks(some: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every task, those in blocks too."""
    for task in some:
        yield task
        yield from tasks(task.get("block", []))


@pytest.mark.parametrize("module", MODULES)
def test_module_says_since_when_by_whom_and_what_it_needs(module: str) -> None:
    page = doc(module)
    assert page["version_added"] == "1.0.0"
    assert all(page[part] for part in ("author", "short_description", "description"))
    assert page["requirements"] == ["requests >= 2.25"]


@pytest.mark.parametrize("module", MODULES)
def test_module_says_what_it_supports(module: str) -> None:
    attributes = doc(module)["attributes"]
    assert attributes.keys() == {"action", "action_group", "check_mode", "diff_mode", "idempotent", "platform"}
    reads = module in INFO_MODULES
    compares = module not in ("comet_api", *ACTIONS) and not reads
    assert attributes["check_mode"]["support"] == ("partial" if module == "comet_api" else "full")
    assert attributes["diff_mode"]["support"] == ("full" if compares else "none")
    assert attributes["platform"]["platforms"] == "posix"
    for name, attribute in attributes.items():
        assert attribute["support"] in ("full", "none") or attribute["details"], name


@pytest.mark.parametrize("module", MODULES)
def test_module_is_in_the_action_group_it_claims(module: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert doc(module)["attributes"]["action_group"]["membership"] == ["comet.backup.comet"]
    assert module in runtime["action_groups"]["comet"]


@pytest.mark.parametrize("kind", [resource.kind for resource in KINDS])
def test_module_and_its_info_twin_point_to_each_other(kind: str) -> None:
    twin = "comet_server_info" if kind == "server_config" else f"comet_{kind}_info"
    for one, other in ((f"comet_{kind}", twin), (twin, f"comet_{kind}")):
        assert one in TASKS
        assert f"comet.backup.{other}" in [entry.get("module") for entry in doc(one)["seealso"]]


@pytest.mark.parametrize("module", MODULES)
def test_every_return_value_says_when_and_what_and_shows_one(module: str) -> None:
    values = documents()[module]["return"]
    assert {"msg", "error"} <= values.keys()
    for path, value in returned(values):
        assert all(value[part] for part in ("description", "returned")), path
        assert isinstance(value["sample"], PYTHON_TYPES[value["type"]]), path
        assert (value["type"] == "list") == ("elements" in value), path
        if "contains" in value and value["type"] == "dict":
            assert value["sample"].keys() <= {*value["contains"], *doc(module)["options"]}, path


@pytest.mark.parametrize("module", MODULES)
def test_objects_are_returned_under_their_noun(module: str) -> None:
    values = documents()[module]["return"]
    for resource in KINDS:
        if module == f"comet_{resource.kind}":
            assert values[resource.kind]["type"] == "dict"
            assert "diff" in values
            assert ("restarted" in values) == resource.restarts
        if module == f"comet_{resource.kind}_info" and resource.singleton:
            assert values[resource.kind]["type"] == "dict"
        elif module == f"comet_{resource.kind}_info":
            assert values[resource.plural]["type"] == "list"


@pytest.mark.parametrize("module", MODULES)
def test_examples_use_the_module_by_its_full_name_and_options_that_exist(module: str) -> None:
    uses = 0
    for task in tasks(examples(module)):
        assert task["name"][0].isupper(), task
        actions = [key for key in task if key not in KEYWORDS]
        assert len(actions) == (0 if "block" in task else 1), task
        for action in actions:
            collection, _unused, name = action.rpartition(".")
            assert collection in ("comet.backup", "ansible.builtin"), f"{action} is not a full name"
            uses += name == module
            if collection == "comet.backup":
                options = doc(name)["options"]
                given = task[action] or {}
                assert given.keys() <= options.keys(), f"{task['name']}: options in their first spelling only"
                assert "url" not in given, "the connection comes from module_defaults or the environment"
    assert uses >= 2


def test_an_example_shows_the_connection_for_all_modules_at_once() -> None:
    groups = [task["module_defaults"] for task in tasks(examples("comet_user")) if "module_defaults" in task]
    assert [list(group) for group in groups] == [["group/comet.backup.comet"]]
    assert groups[0]["group/comet.backup.comet"].keys() <= doc("comet_user")["options"].keys()


def secrets_written_out(tree: Any) -> list[str]:
    """Values in a tree of objects whose names sound like a secret, and that are no templates."""
    if isinstance(tree, list):
        return [text for item in tree for text in secrets_written_out(item)]
    if not isinstance(tree, dict):
        return []
    plain = [str(value) for name, value in tree.items() if looks_secret(name) and "{{" not in str(value)]
    return plain + [text for value in tree.values() for text in secrets_written_out(value)]


@pytest.mark.parametrize("module", MODULES)
def test_examples_hold_no_secret(module: str) -> None:
    """A secret option is given as a template, at any depth."""

    def check(given: Any, options: Mapping[str, Any]) -> None:
        for name, value in given.items():
            spec = options.get(name, {})
            if name in TASKS[module].unseen:
                assert not secrets_written_out(value), f"{name}: a secret is written out"
                continue
            if spec.get("no_log"):
                texts = value.values() if isinstance(value, dict) else [value]
                assert all("{{" in text for text in texts), f"{name} is written out"
            for item in value if isinstance(value, list) else [value]:
                check(item if isinstance(item, dict) else {}, spec.get("options") or {})

    for task in tasks(examples(module)):
        given = task.get(f"comet.backup.{module}")
        check(given or {}, TASKS[module].spec()["argument_spec"])
