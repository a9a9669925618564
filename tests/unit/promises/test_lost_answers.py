# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promises 6 and 7: a lost answer never makes a second object, and half-finished work heals on the next run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._state import _late
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import AT_MOST, Case, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES, STEPS
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, VERSIONS, alone, newest_of, reaches

# What happened to the call: it never arrived, or it was carried out and the answer was lost.
NOT_DONE = ("drop_before", "http_502")
DONE = ("drop_after", "truncate")
MISTAKEN = ("html",)
# A proxy has given up waiting. Nobody can tell whether the server is still at work.
GIVEN_UP = ("http_504",)


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


def makes_another(step: Step, method: str, version: str) -> bool:
    """Whether a server makes a second object when this call reaches it twice: nothing in it keeps it from that."""
    bare_tenant = step.case.module == "comet_tenant" and not step.options.get("hosts")
    made = {"AdminNewsSubmit": True, "AdminOrganizationSet": bare_tenant}
    made["AdminRequestStorageVault"] = not reaches(version, "25.6.8")
    return step.name == "create" and made.get(method, False)


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
    for kind in (*NOT_DONE, *DONE, *MISTAKEN, *GIVEN_UP)
    if kind not in GIVEN_UP or not makes_another(step, method, version)
]
COUNTED = {"tenant": "organization", "shared_quota": "quota"}
COUNTED.update((kind, kind) for kind in ("user", "policy", "bucket", "news"))
"""What the server counts, by kind."""


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
    if case.resource.kind in COUNTED:
        more = {"create": 1, "change": 0, "delete": -1}[step.name]
        kind_name = COUNTED[case.resource.kind]
        assert comet.counts.get(kind_name, 0) == before.get(kind_name, 0) + more
    assert succeed(comet.task(case.module, **step.options))["changed"] is False


def never_twice(version: str, step: Step, method: str) -> list[pytest.MarkDecorator]:
    """What cannot be asked for twice matters most."""
    return [] if version == NEWEST and makes_another(step, method, version) else [pytest.mark.slow]


LATE = [
    pytest.param(
        version, step, method, id=f"{version}-{step.case.title}-{method}", marks=never_twice(version, step, method)
    )
    for version in VERSIONS
    for step in STEPS
    if step.name == "create" and not step.case.resource.singleton
    for method in writes_of(step.case, step.name, version)
]


@pytest.mark.parametrize("soon", [True, False], ids=["soon", "much later"])
@pytest.mark.parametrize(("server_version", "step", "method"), LATE)
def test_a_call_that_is_carried_out_late(
    comet: EmulatedServer, step: Step, method: str, soon: bool, server_version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the proxy has given up waiting, and while the task still looks for it, or when it has ended, too."""
    monkeypatch.setattr(_late, "PATIENCE", 0.1 if soon else 0.001)
    case = step.case
    step.prepare(comet)
    before = comet.counts
    comet.control("POST", "fault", {"kind": "late", "path": _model.method(method).path, "value": 100 if soon else 400})
    result = comet.task(case.module, **step.options)
    if makes_another(step, method, server_version) and not soon:
        assert result["failed"]
        assert "may have been carried out. After 0.03 more seconds" in result["msg"]
        assert result["msg"].endswith("from what is there by then.")
        assert comet.counts == before
    else:
        assert succeed(result)["changed"] is True
    comet.await_late()
    again = succeed(comet.task(case.module, **step.options))
    assert result.get("failed") or again["changed"] is False
    assert succeed(comet.task(case.module, **step.options))["changed"] is False
    if case.resource.kind in COUNTED:
        kind_name = COUNTED[case.resource.kind]
        assert comet.counts.get(kind_name, 0) == before.get(kind_name, 0) + 1


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
