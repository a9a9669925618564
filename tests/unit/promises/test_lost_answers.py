# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises 6 and 7: a lost answer never makes a second object, and half-finished work heals on the next run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import AT_MOST, Case, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES, STEPS
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, VERSIONS, alone, newest_of, reaches

# What happened to the call: it never arrived, or it was carried out and the answer was lost.
NOT_DONE = ("drop_before", "http_502", "http_504")
DONE = ("drop_after", "truncate")
MISTAKEN = ("html",)


FRAGMENTS = {
    "create": ("AdminMetaEmailOptionsSet", "AdminMetaWebhookOptionsSet"),
    "change": ("AdminMetaEmailOptionsSet", "AdminMetaBrandingConfigSet"),
}


def writes_of(case: Case, name: str, version: str) -> Iterator[str]:
    """The methods by which a step writes; an older server takes fragments only as parts of the whole."""
    resource = case.resource
    if name == "create" and case.requested and resource.requesting:
        yield resource.requesting.method
    creating, updating, deleting = (alone(case, role, version) for role in ("creating", "updating", "deleting"))
    own = {"create": creating, "change": updating, "delete": deleting}[name]
    in_two_calls = name == "create" and not resource.whole
    if case.home and case.home.writing and (not own or in_two_calls):
        yield case.home.writing.method
    if name == "delete" and deleting:
        yield case.deletes or deleting.method
    if name == "create" and creating:
        yield creating.method
    if name != "delete" and case.act:
        yield case.act
    elif name != "delete" and updating and not (name == "create" and resource.whole):
        since = newest_of(_model.method(method).since for method in FRAGMENTS[name]) if resource.parts else ""
        if case.title == "server-config-fragments" and reaches(version, since):
            yield from FRAGMENTS[name]
        else:
            yield updating.method


LOSSES = [
    pytest.param(
        version,
        step,
        method,
        kind,
        id=f"{version}-{step.case.title}-{step.name}-{method}-{kind}",
        marks=[] if kind.startswith("drop") and version == NEWEST else [pytest.mark.slow],
    )
    for version in VERSIONS
    for step in STEPS
    for method in writes_of(step.case, step.name, version)
    for kind in (*NOT_DONE, *DONE, *MISTAKEN)
]


@pytest.mark.parametrize(("server_version", "step", "method", "kind"), LOSSES)
def test_a_lost_answer_is_followed_by_a_look(comet: EmulatedServer, step: Step, method: str, kind: str) -> None:
    case = step.case
    step.prepare(comet)
    before = comet.counts
    comet.fault(kind, path=_model.method(method).path)
    result = succeed(comet.task(case.module, **step.options))
    assert result["changed"] is True
    log = [call["method"] for call in comet.control("GET", "calls")["calls"]]
    assert log.count(method) == 1, log
    assert comet.control("POST", "fault", {"kind": "none"})["remaining"] == 0
    document = case.read(comet)
    assert (document is None) == (step.name == "delete")
    kinds = {"tenant": "organization", "shared_quota": "quota"}
    kinds.update((kind, kind) for kind in ("user", "policy", "bucket", "news"))
    if case.resource.kind in kinds:
        more = {"create": 1, "change": 0, "delete": -1}[step.name]
        kind_name = kinds[case.resource.kind]
        assert comet.counts.get(kind_name, 0) == before.get(kind_name, 0) + more
    assert succeed(comet.task(case.module, **step.options))["changed"] is False


@pytest.mark.parametrize("step", STEPS, ids=[f"{step.case.title}-{step.name}" for step in STEPS])
def test_reading_calls_are_repeated(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    comet.fault("http_502", path=_model.method(step.case.reading.method).path)
    assert succeed(comet.task(step.case.module, **step.options))["changed"] is True


CHANCE = ("CreateTime", "ModifyTime", "CreationGUID", "PasswordHash", "PasswordRecovery", "OrganizationID", "PolicyID")


def without_chance(value: Any) -> Any:
    """The document without what differs from one making to the next."""
    if isinstance(value, dict):
        return {name: without_chance(item) for name, item in value.items() if name not in CHANCE}
    return [without_chance(item) for item in value] if isinstance(value, list) else value


IN_STEPS = [case for case in CASES if case.resource.creating and not case.resource.whole and case.resource.updating]


@pytest.mark.parametrize("case", IN_STEPS, ids=[case.title for case in IN_STEPS])
def test_half_made_objects_heal_on_the_next_run(comet: EmulatedServer, case: Case) -> None:
    assert case.resource.updating
    assert case.resource.creating
    case.before(comet)
    comet.fault("drop_before", path=_model.method(case.resource.updating.method).path, count=AT_MOST)
    broken = comet.task(case.module, **case.present())
    assert broken["failed"]
    assert f"gave up after {AT_MOST} attempts" in broken["msg"]
    half = case.read(comet)
    assert half is not None
    comet.forget_calls()
    healed = succeed(comet.task(case.module, **case.present()))
    assert healed["changed"] is True
    assert case.resource.creating.method not in comet.calls(writes=True)
    assert succeed(comet.task(case.module, **case.present()))["changed"] is False
    whole = case.read(comet)

    comet.reset()
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    straight = case.read(comet)
    assert whole is not None
    assert straight is not None
    assert without_chance(whole) == without_chance(straight)


def test_a_half_made_user_heals_after_a_refusal(comet: EmulatedServer) -> None:
    comet.switch(validation="strict")
    wish = {"name": "alice", "user_password": "correct horse", "account_name": "Alice"}
    refused = comet.task("comet_user", **wish, emails=["not an address"])
    assert refused["failed"]
    assert "user alice" in refused["msg"]
    assert "email" in refused["msg"]
    assert "status 400" in refused["msg"]
    healed = succeed(comet.task("comet_user", **wish, emails=["alice@example.com"]))
    assert healed["changed"] is True
    assert healed["user"]["account_name"] == "Alice"
    assert healed["user"]["emails"] == ["alice@example.com"]
