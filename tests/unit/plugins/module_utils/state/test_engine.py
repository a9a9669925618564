# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read, plan, write: one object's way to its wish, against a client that follows a script."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    CometError,
    LoginFailed,
    Refused,
    TooOld,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.plugins.module_utils._state._engine import Outcome
from ansible_collections.comet.backup.plugins.module_utils._state._errors import (
    Conflict,
    InvalidOption,
    NeedsConfirmation,
)
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

READ, WRITE, ADD, RESET, DELETE = (
    "AdminGetUserProfileAndHash",
    "AdminSetUserProfileHash",
    "AdminAddUser",
    "AdminResetUserPassword",
    "AdminDeleteUser",
)
ABSENT = Refused("no", READ, "", 400, "User not found")
LOST = AnswerLost("lost")
SECRET = {"user_password": "correct horse"}


def profile(lock: str = "h1", **members: Any) -> dict[str, Any]:
    return {"Profile": {"Username": "alice", **members}, "ProfileHash": lock}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(_engine.time, "sleep", pauses.append)
    return pauses


class Run:
    """One reconciliation: its outcome and the calls that it made."""

    def __init__(
        self, resource: Resource, wish: Wish, check_mode: bool = False, version: str = "25.9.8", **replies: Any
    ) -> None:
        self.client = ScriptedClient(replies, version, check_mode)
        self.server = Server(self.client, check_mode)  # type: ignore[arg-type]
        self.resource, self.wish = resource, wish

    def go(self, found: Found | None = None) -> Outcome:
        return _engine.reconcile(
            self.server, self.resource, self.wish, found or self.server.find(self.resource, self.wish)
        )

    @property
    def methods(self) -> list[str]:
        return self.client.methods

    def sent(self, method: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.client.asked if name == method]


def user(patch: dict[str, Any] | None = None, **replies: Any) -> Run:
    more = {name: replies.pop(name) for name in ("check_mode", "version") if name in replies}
    wish = Wish(True, id="alice", name="alice", patch=patch or {}, arguments=SECRET)
    return Run(USER, wish, **more, **replies)


ALICE = {"AccountName": "Alice"}


def test_nothing_to_do() -> None:
    run = user(ALICE, **{READ: profile(AccountName="Alice")})
    outcome = run.go()
    assert (outcome.changed, outcome.document, outcome.id) == (False, {"Username": "alice", **ALICE}, "alice")
    assert run.methods == [READ]


def test_a_change_carries_its_lock() -> None:
    run = user(ALICE, **{READ: profile(New=1), WRITE: {}})
    assert run.go().changed
    assert run.sent(WRITE) == [
        {"TargetUser": "alice", "ProfileData": {"Username": "alice", "New": 1, **ALICE}, "RequireHash": "h1"}
    ]


def test_what_came_from_a_list_is_read_before_it_is_written() -> None:
    run = user(ALICE, **{READ: profile("h7"), WRITE: {}})
    run.go(Found("alice", {"Username": "alice"}))
    assert run.methods == [READ, WRITE]
    assert run.sent(WRITE)[0]["RequireHash"] == "h7"


def test_what_turns_out_to_be_done_is_not_written() -> None:
    run = user(ALICE, **{READ: profile(AccountName="Alice")})
    outcome = run.go(Found("alice", {"Username": "alice"}))
    assert not outcome.changed
    assert run.methods == [READ]


def test_a_user_is_made_and_then_filled() -> None:
    run = user(ALICE, **{READ: [ABSENT, profile()], ADD: {}, WRITE: {}})
    outcome = run.go()
    assert outcome.plan.action == CREATE
    assert run.methods == [READ, ADD, READ, WRITE]
    assert run.sent(ADD)[0] == {
        "TargetUser": "alice",
        "TargetPassword": "correct horse",
        "StoreRecoveryCode": 1,
        "RequirePasswordChange": 0,
    }


def test_a_user_with_nothing_to_fill_in_is_only_made() -> None:
    run = user(**{READ: [ABSENT, profile()], ADD: {}})
    assert run.go().changed
    assert run.methods == [READ, ADD, READ]


def test_a_user_that_is_made_but_cannot_be_found() -> None:
    run = user(ALICE, **{READ: ABSENT, ADD: {}})
    with pytest.raises(Conflict, match="cannot be found"):
        run.go()


def test_check_mode_only_says() -> None:
    for replies in ({READ: ABSENT}, {READ: profile()}):
        run = user(ALICE, check_mode=True, **replies)
        outcome = run.go()
        assert outcome.changed
        assert outcome.document is not None
        assert outcome.document["AccountName"] == "Alice"
        assert run.methods == [READ]


class TestConflicts:
    def test_planned_again_on_what_it_is_now(self) -> None:
        refusal = Refused("no", WRITE, "", 409, "hash mismatch")
        run = user(ALICE, **{READ: [profile("h1"), profile("h2", Other=1)], WRITE: [refusal, {}]})
        run.go()
        assert run.sent(WRITE)[1] == {
            "TargetUser": "alice",
            "ProfileData": {"Username": "alice", "Other": 1, **ALICE},
            "RequireHash": "h2",
        }

    def test_a_refusal_without_a_change_is_an_error(self) -> None:
        refusal = Refused("no", WRITE, "", 409, "because")
        run = user(ALICE, **{READ: profile("h1"), WRITE: refusal})
        with pytest.raises(Refused, match="no"):
            run.go()
        assert run.methods.count(WRITE) == 1

    def test_never_more_than_five(self, no_pauses: list[float]) -> None:
        refusal = Refused("no", WRITE, "", 409, "hash mismatch")
        run = user(ALICE, **{READ: [profile(f"h{number}") for number in range(9)], WRITE: refusal})
        with pytest.raises(Conflict) as caught:
            run.go()
        assert caught.value.message == "gave up after 5 attempts; the last one: no"
        assert run.methods.count(WRITE) == _engine.ATTEMPTS
        assert len(no_pauses) == _engine.ATTEMPTS - 1
        for number, pause in enumerate(no_pauses, start=1):
            assert number <= pause / _engine.PAUSE <= 2 * number

    def test_an_object_that_vanished_is_made_anew(self) -> None:
        refusal = Refused("no", WRITE, "", 400, "User not found")
        run = user(ALICE, **{READ: [profile(), ABSENT, profile()], WRITE: [refusal, {}], ADD: {}})
        assert run.go().changed
        assert run.methods == [READ, WRITE, READ, ADD, READ, WRITE]

    def test_a_deletion_that_somebody_else_did(self) -> None:
        refusal = Refused("no", DELETE, "", 400, "User not found")
        run = Run(USER, Wish(False, id="alice"), **{READ: [profile(), ABSENT], DELETE: refusal})
        outcome = run.go()
        assert outcome.document is None
        assert run.methods == [READ, DELETE, READ]

    def test_a_login_that_ended_is_never_tried_again(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: LoginFailed("no", WRITE, "", 403, "")})
        with pytest.raises(LoginFailed):
            run.go()
        assert run.methods == [READ, WRITE]

    def test_a_server_that_is_gone_is_an_error_at_once(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: Unreachable("gone")})
        with pytest.raises(Unreachable):
            run.go()
        assert run.methods == [READ, WRITE]


class TestLostAnswers:
    def test_it_happened(self) -> None:
        run = user(ALICE, **{READ: [profile(), profile("h2", AccountName="Alice")], WRITE: LOST})
        outcome = run.go()
        assert outcome.changed
        assert run.methods == [READ, WRITE, READ]

    def test_it_did_not_happen(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: [LOST, {}]})
        assert run.go().changed
        assert run.methods == [READ, WRITE, READ, WRITE]

    def test_an_object_is_made_once(self) -> None:
        run = user(ALICE, **{READ: [ABSENT, profile()], ADD: LOST, WRITE: {}})
        assert run.go().changed
        assert run.methods == [READ, ADD, READ, WRITE]

    def test_a_tenant_is_made_once(self) -> None:
        made = {"1": {"Name": "ACME"}}
        run = Run(
            TENANT,
            Wish(True, name="ACME", patch={"Name": "ACME"}),
            AdminOrganizationList=[{}, {}, made],
            AdminOrganizationSet=LOST,
        )
        outcome = run.go()
        assert (outcome.changed, outcome.id) == (True, "1")
        assert run.methods.count("AdminOrganizationSet") == 1

    def test_they_do_not_go_on_for_ever(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: LOST})
        with pytest.raises(Conflict, match="gave up after 5 attempts; the last one: lost"):
            run.go()


class TestPasswords:
    def always(self, patch: dict[str, Any] | None = None, **replies: Any) -> Run:
        arguments = {**SECRET, "update_password": "always", "current_password": "old"}
        return Run(USER, Wish(True, id="alice", patch=patch or {}, arguments=arguments), **replies)

    def test_only_at_first_unless_told_otherwise(self) -> None:
        assert not user(**{READ: profile()}).go().changed

    def test_always(self) -> None:
        run = self.always(**{READ: profile(), RESET: {}})
        assert run.go().changed
        assert run.methods == [READ, RESET]
        assert run.sent(RESET) == [{"TargetUser": "alice", "NewPassword": "correct horse", "OldPassword": "old"}]

    def test_beside_other_changes(self) -> None:
        run = self.always(ALICE, **{READ: profile(), RESET: {}, WRITE: {}})
        run.go()
        assert run.methods == [READ, WRITE, RESET]

    def test_not_twice_for_a_new_user(self) -> None:
        run = self.always(ALICE, **{READ: [ABSENT, profile()], ADD: {}, WRITE: {}})
        run.go()
        assert run.methods == [READ, ADD, READ, WRITE]

    def test_a_new_password_asks_the_person_for_another(self) -> None:
        run = self.always({"RequirePasswordChange": True}, **{READ: profile(), RESET: {}, WRITE: {}})
        run.go()
        assert run.sent(WRITE)[0]["ProfileData"]["RequirePasswordChange"] is True

    def test_without_a_new_one_it_does_not(self) -> None:
        assert not user({"RequirePasswordChange": True}, **{READ: profile()}).go().changed

    @pytest.mark.parametrize("present", [True, False])
    def test_none_for_a_user_that_goes(self, present: bool) -> None:
        arguments = {**SECRET, "update_password": "always"}
        run = Run(
            USER, Wish(False, id="alice", arguments=arguments), **{READ: profile() if present else ABSENT, DELETE: {}}
        )
        assert run.go().changed is present
        assert RESET not in run.methods


VAULT = {"Destinations": {"v": {}, "w": {}}}


class TestDeletion:
    def test_what_is_absent_stays_so(self) -> None:
        run = Run(USER, Wish(False, id="alice"), **{READ: ABSENT})
        outcome = run.go()
        assert (outcome.changed, outcome.document) == (False, None)

    def test_data_takes_a_second_word(self) -> None:
        run = Run(USER, Wish(False, id="alice"), **{READ: profile(**VAULT), DELETE: {}})
        with pytest.raises(NeedsConfirmation) as caught:
            run.go()
        assert "2 storage vaults" in caught.value.message
        assert "set confirm_data_loss to true" in caught.value.message
        assert run.methods == [READ]

    def test_with_the_second_word(self) -> None:
        run = Run(USER, Wish(False, id="alice", confirmed=True), **{READ: profile(**VAULT), DELETE: {}})
        assert run.go().changed
        assert run.sent(DELETE) == [{"TargetUser": "alice"}]

    @pytest.mark.parametrize("config", [True, False])
    def test_software_goes_with_it(self, config: bool) -> None:
        arguments = {"uninstall_software": True, "uninstall_config": config}
        run = Run(USER, Wish(False, id="alice", arguments=arguments), **{READ: profile(), DELETE: {}})
        run.go()
        assert run.sent(DELETE)[0]["UninstallConfig"] == {"UninstallFlag": True, "RemoveConfigFile": config}

    def test_a_policy_has_a_word_of_its_own(self) -> None:
        policies = {"1": {"Description": "Gold"}}
        users = {name: {"PolicyID": "1"} for name in "abcdefg"}
        run = Run(POLICY, Wish(False, name="Gold"), AdminPoliciesListFull=policies, AdminListUsersFull=users)
        with pytest.raises(NeedsConfirmation) as caught:
            run.go()
        assert "7 users" in caught.value.message
        assert "a, b, c, d, e" in caught.value.message
        assert "set force to true" in caught.value.message

    def test_a_tenant_counts_what_is_in_it(self) -> None:
        users = {"a": {"OrganizationID": "1", **VAULT}, "b": {"OrganizationID": "1"}, "c": {"OrganizationID": "2"}}
        run = Run(
            TENANT, Wish(False, name="ACME"), AdminOrganizationList={"1": {"Name": "ACME"}}, AdminListUsersFull=users
        )
        with pytest.raises(NeedsConfirmation) as caught:
            run.go()
        assert "2 users" in caught.value.message
        assert "2 storage vaults" in caught.value.message


class TestWhatAServerLacks:
    def test_a_member_that_is_too_new(self) -> None:
        run = user({"LinuxHomedirSandbox": True}, version="22.6.2", **{READ: profile()})
        with pytest.raises(TooOld) as caught:
            run.go()
        assert caught.value.needed == "25.9.6"
        assert "UserProfileConfig.LinuxHomedirSandbox" in caught.value.what

    def test_one_that_does_not_differ_is_no_matter(self) -> None:
        run = user({"LinuxHomedirSandbox": False}, version="22.6.2", **{READ: profile()})
        assert not run.go().changed

    def test_what_an_object_needs_to_be_made(self) -> None:
        wish = Wish(True, id="alice")
        with pytest.raises(InvalidOption, match="user_password: needed"):
            Run(USER, wish, **{READ: ABSENT}).go()
        with pytest.raises(InvalidOption, match="key_hash: needed"):
            Run(BUCKET, Wish(True, id="b"), AdminStorageListBuckets={}).go()

    def test_in_check_mode_an_earlier_task_may_make_it(self) -> None:
        run = Run(USER, Wish(True, id="alice"), check_mode=True, **{READ: ABSENT})
        assert run.go().changed
        assert "user_password: needed" in run.server.warnings[0]

    def test_a_call_that_the_api_does_not_have(self) -> None:
        run = Run(BUCKET, Wish(True, id="b", patch={"New": 1}), AdminStorageListBuckets={"b": {}})
        with pytest.raises(CometError, match="no call for that"):
            run.go()


CONFIG = {"TrustXForwardedFor": False, "Email": {"FromName": "A"}}


class TestConfiguration:
    def config(self, patch: dict[str, Any], **more: Any) -> Run:
        replies = {"AdminMetaServerConfigGet": CONFIG, "AdminMetaServerConfigSet": {}}
        fragment = {"AdminMetaEmailOptionsGet": CONFIG["Email"], "AdminMetaEmailOptionsSet": {}}
        return Run(SERVER_CONFIG, Wish(True, patch=patch, restart_timeout=33), **{**replies, **fragment, **more})

    def test_the_whole_is_set_and_waited_for(self) -> None:
        after = {**CONFIG, "TrustXForwardedFor": True}
        run = self.config({"TrustXForwardedFor": True}, AdminMetaServerConfigGet=[CONFIG, CONFIG, after])
        outcome = run.go()
        assert (outcome.changed, outcome.restarted) == (True, True)
        assert run.sent("AdminMetaServerConfigSet") == [{"Config": {**CONFIG, "TrustXForwardedFor": True}}]
        assert run.client.waited == [("start-1", 33.0)]

    def test_a_fragment_is_set_alone(self) -> None:
        run = self.config({"Email": {"FromName": "B"}})
        outcome = run.go()
        assert (outcome.changed, outcome.restarted) == (True, False)
        assert "AdminMetaServerConfigSet" not in run.methods
        assert run.client.waited == []

    @pytest.mark.parametrize(
        ("patch", "restarts"), [({"TrustXForwardedFor": True}, True), ({"Email": {"FromName": "B"}}, False)]
    )
    def test_check_mode_foretells_the_restart(self, patch: dict[str, Any], restarts: bool) -> None:
        run = self.config(patch, check_mode=True)
        outcome = run.go()
        assert (outcome.changed, outcome.restarted) == (True, restarts)
        assert run.methods == ["AdminMetaServerConfigGet"]
