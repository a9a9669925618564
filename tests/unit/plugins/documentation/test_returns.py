# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules return is described in the same words, those that the table calls for, with samples that are true.

A module may add sentences about what is odd about it.
"""

from __future__ import annotations

from typing import Any

import pytest
from structure_table import calls_in

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import MODULES, documents

DONE = "What was done, or what went wrong and what to do about it."
WRONG = "What went wrong and what to do about it."
FACTS = (
    "Plain facts about the failure, for rescue blocks. They name the method that was called and its path, the server's "
    "status and message if it refused, and the versions needed and found if it is too old. That C(unreachable) is true "
    "means that it did not answer."
)
DIFFER = "Members that differ, before and after, nested as the options are."
NAMES = "References show names where these are known."
MARKERS = "Only present values are shown, and a marker stands for each secret."
RESTARTED = "Whether the server restarted because of the change, or would in the real run."
REMOVED = "Entries of lists and maps that were removed, or would be, by their path."

RESOURCES = sorted(name for name, task in TASKS.items() if isinstance(task, ResourceTask))
each_module = pytest.mark.parametrize("module", MODULES)
each_resource = pytest.mark.parametrize("module", RESOURCES)


def value(module: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = documents()[module]["return"][name]
    return found


def said(described: Any) -> str:
    """A description as one text."""
    text = described["description"]
    return " ".join([text] if isinstance(text, str) else text)


def resource_of(module: str) -> Any:
    return getattr(TASKS[module], "resource", None)


def held(resource: Resource) -> list[_fields.Field]:
    return list(_fields.settable(resource.structure, resource.hidden))


def methods_of(module: str) -> set[str]:
    """The methods that a module's table names; all of them for the module that calls any."""
    resource = resource_of(module)
    found = {call.method for call in calls_in(resource or list(vars(TASKS[module]).values()))}
    if resource:
        found |= {call.method for owner in resource.owners.values() for call in calls_in(owner)}
    return found or set(_model.method_names())


@each_module
def test_a_message_is_there_when_something_was_done_or_went_wrong(module: str) -> None:
    message = value(module, "msg")
    reads = module.endswith("_info")
    assert (said(message).startswith(WRONG if reads else DONE), message["type"]) == (True, "str")
    assert message["returned"] == ("failure" if reads else "always")


@each_module
def test_the_sample_of_a_message_is_one_of_this_module(module: str) -> None:
    sample, options = value(module, "msg")["sample"], documents()[module]["doc"]["options"]
    subject, _unused, rest = sample.partition(": ")
    assert sample
    if rest and " " not in subject:
        assert subject in {*options, getattr(resource_of(module), "noun", "")}, f"there is no option {subject}"
    if module in RESOURCES:
        assert sample.startswith(resource_of(module).noun)


@each_module
def test_facts_about_a_failure_are_told_alike(module: str) -> None:
    error = value(module, "error")
    assert (said(error), error["type"]) == (FACTS, "dict")
    assert error["returned"] == "failure, unless an option has the wrong name or type"


@each_module
def test_the_sample_of_a_failure_could_have_happened(module: str) -> None:
    sample = value(module, "error")["sample"]
    if "needed" in sample:
        assert sample.keys() == {"what", "needed", "found"}
        assert sample["what"] in methods_of(module)
        assert sample["needed"] == _model.method(sample["what"]).since
        assert _model.parse_version(sample["found"]) < _model.parse_version(sample["needed"])
    else:
        assert sample.keys() == {"method", "path", "status", "server_message"}
        assert sample["method"] in methods_of(module)
        assert sample["path"] == _model.method(sample["method"]).path


@each_resource
def test_a_difference_is_told_alike(module: str) -> None:
    """Names and secrets are spoken of where there are any."""
    difference, fields = value(module, "diff"), held(resource_of(module))
    secrets = any(spec.get("no_log") for spec in resource_of(module).arguments.values())
    wanted = [
        DIFFER,
        *([NAMES] if any(field.member.reference for field in fields) else []),
        *([MARKERS] if secrets or any(field.member.secret or field.member.secret_keys for field in fields) else []),
    ]
    assert said(difference).startswith(" ".join(wanted))
    for other in {NAMES, MARKERS} - set(wanted):
        assert other not in said(difference)
    for side, text in (
        ("before", "Those members as the server held them."),
        ("after", "The same members as the task wants them."),
    ):
        assert said(difference["contains"][side]) == text
    assert difference["sample"].keys() == {"before", "after"}


@each_resource
def test_restarts_and_removals_are_told_alike(module: str) -> None:
    """A kind whose own option limits removals has its own words for what is removed."""
    values = documents()[module]["return"]
    assert ("restarted" in values) == resource_of(module).restarts
    assert ("removed" in values) == ("max_deletions" in TASKS[module].options())
    if "restarted" in values:
        assert said(values["restarted"]) == RESTARTED
    if "removed" in values and "max_deletions" not in resource_of(module).arguments:
        assert said(values["removed"]) == REMOVED
