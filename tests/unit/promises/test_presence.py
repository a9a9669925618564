# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 1: the second run changes nothing, writes nothing and reads as little as possible. Promise 11: results."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Step, holds, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES, RESOURCE_MODULES, STEPS

each_case = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
each_step = pytest.mark.parametrize("step", STEPS, ids=[f"{step.case.title}-{step.name}" for step in STEPS])


def test_every_module_has_a_case() -> None:
    assert {case.module for case in CASES} == RESOURCE_MODULES
    assert {case.resource.kind for case in CASES} == {resource.kind for resource in KINDS}


def test_every_kind_that_can_lose_something_has_a_case_that_does() -> None:
    assert {case.module for case in CASES if case.loaded} == {case.module for case in CASES if case.resource.has_loss}


@each_step
def test_the_second_run_changes_nothing(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    assert succeed(comet.task(step.case.module, **step.options))["changed"] is True
    comet.forget_calls()
    digest = comet.digest
    again = succeed(comet.task(step.case.module, **step.options))
    assert again["changed"] is False
    assert again["diff"] == {"before": {}, "after": {}}
    assert comet.calls(writes=True) == []
    assert comet.digest == digest


@each_case
def test_the_second_run_reads_as_little_as_possible(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    comet.forget_calls()
    succeed(comet.task(case.module, **case.present()))
    assert len(comet.calls(writes=False)) == case.reads, comet.calls(writes=False)


@each_step
def test_the_result_says_what_happened(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    result = succeed(comet.task(step.case.module, **step.options))
    done = {"create": "changed" if step.case.found else "created", "change": "changed", "delete": "deleted"}[step.name]
    resource = step.case.resource
    assert result["msg"].startswith(resource.noun)
    assert result["msg"].endswith(done)
    assert isinstance(result["diff"]["before"], dict)
    assert isinstance(result["diff"]["after"], dict)
    shown = result[resource.kind]
    if step.name == "delete":
        assert shown == {}
        assert step.case.read(comet) is None
    elif not resource.singleton:
        key = next(iter(step.case.address))
        assert holds(shown[key], step.case.address[key])
        assert shown[step.case.key]
        again = comet.task(step.case.module, **step.options)[resource.kind]
        assert holds(again[step.case.key], shown[step.case.key])


def test_an_administrator_that_is_made_and_not_filled_is_told(comet: EmulatedServer) -> None:
    """Until a later run succeeds it may do what the server lets a new administrator do, and somebody has to know."""
    wish = {"name": "carol", "admin_user_password": "correct horse", "ip_whitelist": "(", "retries": 0}
    refused = comet.task("comet_admin_user", **wish)
    assert refused["failed"]
    assert refused["msg"].startswith(
        "admin user carol: the admin user was made, but the rest of what the task says was"
    )
    assert succeed(comet.task("comet_admin_user", **{**wish, "ip_whitelist": ""}))["changed"] is False
