# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that run on the controller alone are documented as the others are, but for what they have no use for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting, _status
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import (
    LOCAL,
    ROOT,
    documents,
    examples,
)
from ansible_collections.comet.backup.tests.unit.plugins.documentation.test_options import levels
from ansible_collections.comet.backup.tests.unit.plugins.documentation.test_pages import (
    KEYWORDS,
    PYTHON_TYPES,
    doc,
    returned,
)

SPECS: Mapping[str, Mapping[str, Any]] = {
    "comet_drift_report": _reporting.spec()["argument_spec"],
    "comet_drift_status": _status.spec()["argument_spec"],
}
each_module = pytest.mark.parametrize("module", LOCAL)


def test_all_of_them_are_looked_at() -> None:
    assert sorted(SPECS) == LOCAL


@each_module
def test_module_says_since_when_by_whom_and_what_it_supports(module: str) -> None:
    page = doc(module)
    assert page["version_added"] == "1.0.0"
    assert all(page[part] for part in ("author", "short_description", "description", "seealso"))
    attributes = page["attributes"]
    assert attributes.keys() == {"action", "action_group", "check_mode", "diff_mode", "idempotent", "platform"}
    for name, attribute in attributes.items():
        assert attribute["support"] == "full" or attribute["details"], name


@each_module
def test_module_takes_no_connection_and_no_defaults_of_the_group(module: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert module not in runtime["action_groups"]["comet"]
    attribute = doc(module)["attributes"]["action_group"]
    assert (attribute["support"], attribute["membership"]) == ("none", [])
    assert not doc(module)["options"].keys() & connection_spec().keys()


@each_module
def test_documentation_and_argument_spec_are_the_same(module: str) -> None:
    documented = dict(levels(doc(module)["options"], "suboptions"))
    specified = dict(levels(SPECS[module], "options"))
    assert documented.keys() == specified.keys()
    for path, options in specified.items():
        assert documented[path].keys() == options.keys(), path
        for name, option in options.items():
            for key, absent in (("type", "str"), ("elements", None), ("required", False), ("default", None)):
                assert documented[path][name].get(key, absent) == option.get(key, absent), f"{path}.{name}: {key}"
            assert documented[path][name].get("choices", []) == option.get("choices", []), f"{path}.{name}"
            said = documented[path][name]["description"]
            assert all(text.strip().endswith((".", ")")) for text in ([said] if isinstance(said, str) else said)), name


@each_module
def test_every_return_value_says_when_and_what_and_shows_one(module: str) -> None:
    values = documents()[module]["return"]
    assert "msg" in values
    for path, value in returned(values):
        assert all(value[part] for part in ("description", "returned")), path
        assert isinstance(value["sample"], PYTHON_TYPES[value["type"]]), path
        assert (value["type"] == "list") == ("elements" in value), path


@each_module
def test_examples_use_the_module_by_its_full_name_and_options_that_exist(module: str) -> None:
    uses = 0
    for task in examples(module):
        assert task["name"][0].isupper(), task
        (action,) = [key for key in task if key not in {*KEYWORDS, "check_mode"}]
        collection, _unused, name = action.rpartition(".")
        assert collection in ("comet.backup", "ansible.builtin"), f"{action} is not a full name"
        uses += name == module
        if collection == "comet.backup":
            assert task[action].keys() <= doc(name)["options"].keys(), task["name"]
    assert uses >= 2
