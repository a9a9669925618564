# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 2: check mode touches nothing and says exactly what the real run does."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS

each_step = pytest.mark.parametrize("step", STEPS, ids=[f"{step.case.title}-{step.name}" for step in STEPS])


def kept_by_us(case: Case, shown: dict[str, Any]) -> dict[str, Any]:
    """The shown document without what the server keeps: computed members, and zeros, which are the same as absence."""
    computed = {field.option for field in _fields.fields(case.resource.structure).values() if field.member.computed}
    plain: dict[str, Any] = _plan.without_zeros({name: one for name, one in shown.items() if name not in computed})
    return plain


@each_step
def test_check_mode_says_what_the_real_run_does(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    digest = comet.digest
    said = succeed(comet.task(step.case.module, check=True, **step.options))
    assert comet.calls(writes=True) == []
    assert comet.digest == digest
    done = succeed(comet.task(step.case.module, **step.options))
    assert said["changed"] is done["changed"] is True
    assert said["diff"] == done["diff"]
    assert said.get("restarted") == done.get("restarted")
    kind = step.case.resource.kind
    foretold, made = kept_by_us(step.case, said[kind]), kept_by_us(step.case, done[kind])
    if step.name == "create":
        filled = step.case.fills | ({"id"} if not step.case.resource.chosen else set())
        foretold = {name: one for name, one in foretold.items() if name not in filled}
        made = {name: one for name, one in made.items() if name not in filled}
    assert foretold == made


@each_step
def test_check_mode_after_the_real_run_is_content(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    succeed(comet.task(step.case.module, **step.options))
    comet.forget_calls()
    again = succeed(comet.task(step.case.module, check=True, **step.options))
    assert again["changed"] is False
    assert again["diff"] == {"before": {}, "after": {}}
    assert comet.calls(writes=True) == []


SEQUENCE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("comet_tenant", {"name": "ACME", "hosts": ["acme.example"]}),
    ("comet_policy", {"name": "Gold", "tenant": "ACME", "settings": {"prevent_open_web_ui": True}}),
    ("comet_bucket", {"id": "acme-1", "tenant": "ACME", "key_hash": "long-enough-key", "key_hash_format": 0}),
    ("comet_user", {"name": "alice", "user_password": "correct horse", "tenant": "ACME", "policy": "Gold"}),
)


def test_what_earlier_tasks_would_make_is_assumed(comet: EmulatedServer) -> None:
    digest = comet.digest
    said = {module: succeed(comet.task(module, check=True, **options)) for module, options in SEQUENCE}
    assert comet.calls(writes=True) == []
    assert comet.digest == digest
    assert all(result["changed"] for result in said.values())
    for module in ("comet_policy", "comet_bucket", "comet_user"):
        assert any("tenant ACME" in warning for warning in said[module]["warnings"]), said[module]
    assert any("policy Gold" in warning for warning in said["comet_user"]["warnings"])
    assert PENDING in said["comet_user"]["diff"]["after"]["policy"] or said["comet_user"]["diff"]["after"]["policy"]
    for module, options in SEQUENCE:
        assert "warnings" not in succeed(comet.task(module, **options))


def test_the_diff_of_pending_references_is_that_of_the_real_run(comet: EmulatedServer) -> None:
    said = {module: comet.task(module, check=True, **options)["diff"] for module, options in SEQUENCE}
    done = {module: comet.task(module, **options)["diff"] for module, options in SEQUENCE}
    for module in said:
        shown = {name: str(one).replace(f"{PENDING} ", "") for name, one in said[module]["after"].items()}
        assert shown == {name: str(one) for name, one in done[module]["after"].items()}


def test_a_wrong_reference_fails_the_real_run(comet: EmulatedServer) -> None:
    wish = {"name": "alice", "user_password": "correct horse", "policy": "Gold"}
    assert "there is no policy Gold" in succeed(comet.task("comet_user", check=True, **wish))["warnings"][0]
    refused = comet.task("comet_user", **wish)
    assert refused["failed"]
    assert "policy" in refused["msg"]
    assert "Gold" in refused["msg"]


def test_calls_of_methods_that_write_are_only_announced(comet: EmulatedServer) -> None:
    wish = {"method": "AdminAddUser", "params": {"TargetUser": "alice", "TargetPassword": "correct horse"}}
    digest = comet.digest
    assert succeed(comet.task("comet_api", check=True, **wish))["changed"] is True
    assert comet.digest == digest
    assert comet.calls(writes=True) == []
    assert succeed(comet.task("comet_api", **wish))["changed"] is True
    assert comet.client.call("AdminListUsers") == ["alice"]


def test_calls_of_methods_that_read_are_made(comet: EmulatedServer) -> None:
    result = succeed(comet.task("comet_api", check=True, method="AdminListUsers"))
    assert result["changed"] is False
    assert result["response"] == []
