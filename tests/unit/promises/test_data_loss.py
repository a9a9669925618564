# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 8: losing data takes a second word, and the first refusal says what would be lost."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_vault
from ansible_collections.comet.backup.tests.unit.promises.case import Case, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

LOSING = [case for case in CASES if case.loaded]
losing = pytest.mark.parametrize("case", LOSING, ids=[case.title for case in LOSING])
HARMLESS = [
    case
    for case in CASES
    if case.resource.deletable
    and case.resource.kind != "bucket"
    and case.title not in ("tenant-with-users", "user-group-with-users")
]


def load(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    assert case.loaded
    case.loaded(comet)
    comet.forget_calls()


@pytest.mark.parametrize("check", [True, False])
@losing
def test_deleting_data_is_refused_and_says_what_would_be_lost(comet: EmulatedServer, case: Case, check: bool) -> None:
    load(comet, case)
    digest = comet.digest
    refused = comet.task(case.module, check=check, **case.absent(confirmed=False))
    assert refused["failed"]
    assert case.loss in refused["msg"]
    assert f"set {case.resource.confirm} to true" in refused["msg"]
    assert next(iter(case.address.values())) in refused["msg"]
    assert comet.digest == digest
    assert comet.calls(writes=True) == []


@losing
def test_deleting_data_works_once_it_is_meant(comet: EmulatedServer, case: Case) -> None:
    load(comet, case)
    assert succeed(comet.task(case.module, check=True, **case.absent()))["changed"] is True
    assert succeed(comet.task(case.module, **case.absent()))["changed"] is True
    assert case.read(comet) is None


@pytest.mark.parametrize("case", HARMLESS, ids=[case.title for case in HARMLESS])
def test_deleting_what_holds_no_data_needs_no_second_word(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    assert succeed(comet.task(case.module, **case.absent(confirmed=False)))["changed"] is True
    assert case.read(comet) is None


def test_a_server_may_refuse_to_delete_a_policy_in_use(comet: EmulatedServer) -> None:
    comet.switch(policy_delete_in_use="refused")
    case = next(case for case in CASES if case.title == "policy")
    load(comet, case)
    digest = comet.digest
    refused = comet.task(case.module, **case.absent())
    assert refused["failed"]
    assert "policy Gold" in refused["msg"]
    assert "in use by 1 users" in refused["msg"]
    assert comet.digest == digest


def test_exclusive_entries_are_bounded(comet: EmulatedServer) -> None:
    """What a task does not name goes only with exclusive, and never more than max_deletions."""
    hooks = [{"name": f"hook-{number}", "url": "https://hooks.example.com"} for number in range(4)]
    succeed(comet.task("comet_tenant", name="ACME", webhook_options=hooks))
    fewer = {"name": "ACME", "webhook_options": hooks[:1]}
    assert succeed(comet.task("comet_tenant", **fewer))["changed"] is False
    digest = comet.digest
    refused = comet.task("comet_tenant", **fewer, exclusive=True, max_deletions=2)
    assert refused["failed"]
    for word in ("3 entries", "hook-1", "hook-2", "hook-3", "max_deletions is 2"):
        assert word in refused["msg"]
    assert comet.digest == digest
    result = succeed(comet.task("comet_tenant", **fewer, exclusive=True, max_deletions=3))
    assert sorted(result["removed"]) == [f"webhook_options.hook-{number}" for number in (1, 2, 3)]
    assert [hook["name"] for hook in result["tenant"]["webhook_options"]] == ["hook-0"]


def test_software_goes_with_the_user_only_when_asked(comet: EmulatedServer) -> None:
    succeed(comet.task("comet_user", name="alice", user_password="correct horse"))
    add_vault(comet)
    comet.forget_calls()
    wish = {"name": "alice", "state": "absent", "confirm_data_loss": True}
    succeed(comet.task("comet_user", **wish, uninstall_software=True, uninstall_config=True))
    log = [call for call in comet.control("GET", "calls")["calls"] if call["method"] == "AdminDeleteUser"]
    assert "UninstallConfig" in log[0]["params"]
