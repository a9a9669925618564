# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 3: a diff holds what changes, in one spelling, and no secret. Nothing else that a task shows holds one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._lists import arguments
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Case, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES, STEPS

each_step = pytest.mark.parametrize("step", STEPS, ids=[f"{step.case.title}-{step.name}" for step in STEPS])
changeable = pytest.mark.parametrize(
    "case", [case for case in CASES if case.change], ids=[case.title for case in CASES if case.change]
)


def text_of(*shown: Any) -> str:
    return json.dumps(shown, default=str)


@changeable
def test_the_diff_holds_what_changes(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    before, after = case.diff
    assert comet.task(case.module, **case.changed())["diff"] == {"before": before, "after": after}


@each_step
def test_a_diff_is_never_empty_when_something_changes(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    diff = succeed(comet.task(step.case.module, **step.options))["diff"]
    assert diff["before"] != diff["after"]
    assert (diff["before"] == {}) == (step.name == "create" and not step.case.found)
    assert (diff["after"] == {}) == (step.name == "delete")


@each_step
def test_no_secret_is_shown(comet: EmulatedServer, step: Step) -> None:
    comet.switch(config_secrets="plain")
    step.prepare(comet)
    shown = [
        comet.task(step.case.module, check=True, **step.options),
        comet.task(step.case.module, **step.options),
        comet.task(step.case.module, **step.options),
    ]
    assert not any(result.get("failed") for result in shown)
    assert CANARY not in text_of(shown)


def takes_secrets(resource: Resource) -> bool:
    """Whether a task can write a secret into such an object, or beside it."""
    held = _fields.settable(resource.structure, resource.unmanaged)
    beside = any(option.get("no_log") for option in resource.arguments.values())
    return beside or any(field.member.secret or field.member.secret_keys for field in held)


def test_the_cases_hold_a_secret_of_every_kind() -> None:
    held = {case.resource.kind for case in CASES if CANARY in text_of(case.create)}
    assert held == {resource.kind for resource in KINDS if takes_secrets(resource)}


@pytest.mark.parametrize("config_secrets", ["obscured", "plain"])
@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_no_secret_is_shown_by_the_modules_that_read(comet: EmulatedServer, case: Case, config_secrets: str) -> None:
    comet.switch(config_secrets=config_secrets)
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    twin = "comet_server_info" if case.module == "comet_server_config" else f"{case.module}_info"
    shown = [succeed(comet.task(twin, **case.where))]
    listing = case.reading if case.home else case.resource.listing
    owner = {"id": next(iter(case.where.values()), None)}
    for call in (listing, *case.resource.reports.values()):
        if call:
            params = {"Simple": True} if "Stats" in call.method else arguments(call, owner)
            shown.append(succeed(comet.task("comet_api", method=call.method, params=params)))
    assert CANARY not in text_of(shown)


@pytest.mark.parametrize("secrets", ["on_create", "always"])
@pytest.mark.parametrize("module", ["comet_tenant", "comet_server_config"])
def test_a_secret_is_written_when_the_task_says_so(comet: EmulatedServer, module: str, secrets: str) -> None:
    """It is never compared: on_create never changes it, always changes it each time; the diff has a marker."""
    comet.switch(config_secrets="plain")
    address = {"name": "ACME"} if module == "comet_tenant" else {}
    old, new = ({"email": {"smtp_host": "m", "smtp_password": f"{CANARY}-{word}"}} for word in ("old", "new"))
    succeed(comet.task(module, **address, **old))
    result = succeed(comet.task(module, **address, **new, update_secrets=secrets))
    assert result["changed"] is (secrets == "always")
    assert result["diff"]["after"] == ({"email": {"smtp_password": _redact.MARKER}} if secrets == "always" else {})
    assert CANARY not in text_of(result)
    kept = comet.client.call("AdminMetaServerConfigGet")
    holder = next(iter(kept["Organizations"].values())) if address else kept
    assert holder["Email"]["SMTPPassword"] == f"{CANARY}-{'new' if secrets == 'always' else 'old'}"
