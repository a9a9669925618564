# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one object's way ends: with nothing left of it, with an error that says what was done, or on a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    CometError,
    LoginFailed,
    Refused,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._resources._device import DEVICE
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine, _late
from ansible_collections.comet.backup.plugins.module_utils._state._engine import BEGUN, IN_DOUBT, Outcome
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import (
    ABSENT,
    ADD,
    ALICE,
    DELETE,
    LOST,
    READ,
    SECRET,
    WRITE,
    Run,
    no_pauses,
    user,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import profile as locked
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_hooks import Asked
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_owners import (
    ITEM,
    REQUEST,
    VAULT,
    profile,
    vault,
)

__all__ = ["no_pauses"]  # fixture

REVOKE, TENANTS, SET_TENANT = "AdminRevokeDevice", "AdminOrganizationList", "AdminOrganizationSet"
GONE = Unreachable("The server cannot be reached.")
DEVICES = {"d": {"FriendlyName": "PC"}, "e": {"FriendlyName": "Mac"}}
ITEMS = {"s": {"OwnerDevice": "d"}, "t": {"OwnerDevice": "e"}}
OTHERS = {"Devices": {"e": DEVICES["e"]}, "Sources": {"t": ITEMS["t"]}, "BackupRules": {}}
THERE = profile(Devices=DEVICES, Sources=ITEMS)
LEFT = profile("h2", Devices=OTHERS["Devices"], Sources=ITEMS)
NOTHING = profile("h3", **OTHERS)


class TestWhatAnErrorSays:
    def error(self, **replies: Any) -> CometError:
        with pytest.raises(CometError) as caught:
            user(ALICE, **replies).go()
        return caught.value

    def test_nothing_where_nothing_was_done(self) -> None:
        assert self.error(**{READ: locked(), WRITE: GONE}).message == GONE.message

    @pytest.mark.parametrize("error", [GONE, LoginFailed("No.", READ, "", 403, "said")])
    def test_that_what_was_done_stays(self, error: CometError) -> None:
        told = self.error(**{READ: [ABSENT, error], ADD: {}})
        assert (told.message, type(told)) == (f"{error.message} {BEGUN}", type(error))

    def test_what_was_refused_says_so_itself(self) -> None:
        told = self.error(**{READ: [ABSENT, locked()], ADD: {}, WRITE: Refused("No.", WRITE, "", 400, "said")})
        assert told.message.startswith("the user was made, but the rest")
        assert BEGUN not in told.message

    def test_that_a_deletion_was_refused(self) -> None:
        replies = {READ: locked(), DELETE: Refused("No.", DELETE, "", 400, "said")}
        run = Run(USER, Wish(False, id="alice", name="alice", confirmed=True), **replies)
        with pytest.raises(Refused, match=r"^No\.$"):
            run.go()
        assert run.methods.count(DELETE) == 1

    def test_that_a_change_may_have_been_carried_out(self) -> None:
        assert self.error(**{READ: [locked(), GONE], WRITE: LOST}).message == f"{GONE.message} {IN_DOUBT}"


class TestWhatIsLeftOfADevice:
    """Not every server deletes its protected items along with it."""

    def run(self, *profiles: Any) -> Run:
        wish = Wish(False, name="PC", home="user", owner="alice", confirmed=True)
        return Run(DEVICE, wish, **{READ: list(profiles), REVOKE: {}, WRITE: {}})

    def test_is_deleted_as_well(self) -> None:
        run = self.run(THERE, LEFT, NOTHING)
        assert run.go().changed
        assert run.methods == [READ, REVOKE, READ, WRITE, READ]
        assert run.sent(REVOKE) == [{"TargetUser": "alice", "TargetDevice": "d"}]
        (sent,) = run.sent(WRITE)
        assert (sent["ProfileData"], sent["RequireHash"]) == ({"Username": "alice", "New": 1, **OTHERS}, "h2")

    def test_needs_no_second_call_where_the_server_does_that(self) -> None:
        run = self.run(THERE, NOTHING)
        assert run.go().changed
        assert run.methods == [READ, REVOKE, READ]

    def test_a_device_that_stays_is_told(self) -> None:
        with pytest.raises(Conflict, match="the server deleted it, yet it is still there"):
            self.run(THERE).go()


class TestMadeObjects:
    def test_one_that_the_server_calls_as_it_likes_gets_its_name(self) -> None:
        made = profile("h2", Destinations={"new": {"Description": "S3 (1)"}, "o": {"Description": "S3"}})
        replies = {READ: [profile(), made], REQUEST: {"DestinationID": "new"}, WRITE: {}}
        run = Run(VAULT, vault(arguments={"provider": "p"}), **replies)
        assert run.go().id == "new"
        (sent,) = run.sent(WRITE)
        assert sent["ProfileData"]["Destinations"]["new"]["Description"] == "Main"

    def test_one_that_is_made_in_one_call_is_known_by_what_the_server_calls_it(self) -> None:
        wish = Wish(True, name="ACME", patch={"Name": "ACME"})
        run = Run(TENANT, wish, **{TENANTS: {}, SET_TENANT: {"ID": "t1"}})
        assert run.go().id == "t1"
        assert run.methods.count(SET_TENANT) == 1

    def test_one_that_the_server_does_not_tell_the_id_of(self) -> None:
        run = Run(TENANT, Wish(True, name="ACME", patch={"Name": "ACME"}), **{TENANTS: {}, SET_TENANT: {}})
        assert run.go().id == f"{PENDING} ACME"

    def test_a_user_in_its_tenant(self) -> None:
        replies = {READ: [ABSENT, locked()], ADD: {}, WRITE: {}, "AdminAccountProperties": {}}
        run = Run(USER, Wish(True, id="alice", name="alice", tenant="acme", patch=ALICE, arguments=SECRET), **replies)
        run.go()
        assert run.sent(ADD)[0]["TargetOrganization"] == "acme"

    def test_what_the_server_never_makes_twice_needs_no_second_look_first(self) -> None:
        run = user(ALICE, **{READ: locked(), ADD: {}, WRITE: {}})
        assert run.go(Found("alice", None)).changed
        assert run.methods == [ADD, READ, WRITE]


class TestDrafts:
    """What others would change in a larger document, if that is all that they need."""

    def go(self, resource: Resource, wish: Wish, **members: Any) -> tuple[Server, Outcome]:
        draft = Run(resource, wish).server.draft(USER, "alice", profile(**members)["Profile"])
        return draft, _engine.reconcile(draft, resource, wish, draft.find(resource, wish))

    @pytest.mark.parametrize(
        ("resource", "wish"),
        [
            (VAULT, vault(arguments={"provider": "p"})),
            (DEVICE, Wish(False, id="d", home="user", owner="alice", confirmed=True)),
        ],
    )
    def test_what_takes_a_call_of_its_own_is_not_for_drafts(self, resource: Resource, wish: Wish) -> None:
        with pytest.raises(CometError, match=rf"^the {resource.noun} takes a call of its own$"):
            self.go(resource, wish, Devices={"d": {}})

    def test_what_can_be_written_with_the_document_is_laid_on_the_draft(self) -> None:
        wish = Wish(True, name="Docs", home="user", owner="alice", patch={"Description": "Docs"})
        draft, outcome = self.go(ITEM, wish)
        found = draft.find(ITEM, wish)
        assert found.document == outcome.document
        assert found.around is not None
        assert (found.around.id, found.around.document["New"]) == ("alice", 1)  # type: ignore[index]
        draft, outcome = self.go(VAULT, vault(False), Destinations={"m": {"Description": "Main"}})
        assert outcome.changed
        assert draft.foretold(USER, "alice").document == {**profile()["Profile"], "Destinations": {}, "BackupRules": {}}


def test_the_patience_with_a_late_call_is_a_multiple_of_the_time_out(
    monkeypatch: pytest.MonkeyPatch, no_pauses: list[float]
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(_late, "PATIENCE", 2.0)
    monkeypatch.setattr(_late, "awaited", lambda step, look, seconds, pause: waited.append(seconds) or look())
    wish = Wish(True, name="ACME", patch={"Name": "ACME"})
    late = AnswerLost("late", late=True)
    made = {"t1": {"Name": "ACME"}}
    hooks = Asked()
    run = Run(replace(TENANT, hooks=hooks), wish, **{TENANTS: [{}, {}, made], SET_TENANT: late})
    assert run.go().id == "t1"
    assert waited == [2 * run.client.settings.timeout]
    assert "repeatable" in hooks.asked
