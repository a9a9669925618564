# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written along with an object in the same document, and what a server tells of it after a write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.plugins.module_utils._state._engine import Outcome
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Hooks
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import (
    ABSENT,
    ADD,
    ALICE,
    LOST,
    READ,
    WRITE,
    Run,
    no_pauses,
    user,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_owners import (
    _SET,
    ITEM,
    MAIN,
    SET_ITEM,
    VAULT,
    a_standing_clock,
    profile,
    vault,
)

__all__ = ["a_standing_clock", "no_pauses"]  # fixtures

DOCS = Wish(True, name="Docs", home="user", owner="alice", patch={"Description": "Docs"})
HELD = profile(Sources={"d": {"Description": "Docs", "Engine": "engine1/file"}})
CHANGED = replace(DOCS, patch={"Engine": "engine1/mysql"})
ACCOUNT = "AdminAccountProperties"
NO = Refused("No.", WRITE, "", 400, "said")


class Filling(Hooks):
    """A document that the server fills by itself."""

    def fills(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        return True


class Companion:
    """A vault that others want in the same profile."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    @contextmanager
    def __call__(self, draft: Server, key: str) -> Iterator[None]:
        self.keys.append(key)
        whole = {**draft.foretold(USER, "alice").document, "Destinations": {"m": MAIN}}  # type: ignore[dict-item]
        draft.note_around(VAULT, vault(), Found("alice", whole))
        yield


def go(run: Run, companion: Companion) -> Outcome:
    found = run.server.find(run.resource, run.wish)
    return _engine.reconcile(run.server, run.resource, run.wish, found, companion)


class TestCompanions:
    def test_of_an_object_with_a_document_of_its_own(self) -> None:
        companion, run = Companion(), user(ALICE, **{READ: profile(), WRITE: {}})
        outcome = go(run, companion)
        written = {"Username": "alice", "New": 1, **ALICE, "Destinations": {"m": MAIN}}
        assert [one["ProfileData"] for one in run.sent(WRITE)] == [written]
        assert companion.keys == ["alice"]
        assert (outcome.held.id, outcome.held.document) == ("alice", written)
        assert outcome.document == {"Username": "alice", "New": 1, **ALICE}

    def test_of_an_object_in_a_larger_document(self) -> None:
        companion, run = Companion(), Run(ITEM, CHANGED, **{READ: HELD, WRITE: {}})
        go(run, companion)
        (sent,) = run.sent(WRITE)
        assert sent["ProfileData"]["Destinations"] == {"m": MAIN}
        assert sent["ProfileData"]["Sources"]["d"]["Engine"] == "engine1/mysql"
        assert companion.keys == ["d"]

    def test_a_document_that_the_server_fills_is_written_alone(self) -> None:
        companion, run = Companion(), user(ALICE, **{READ: profile(), WRITE: {}})
        run.resource = replace(USER, hooks=Filling())
        go(run, companion)
        assert "Destinations" not in run.sent(WRITE)[0]["ProfileData"]
        assert companion.keys == []

    def test_what_is_refused_with_them_is_tried_alone(self) -> None:
        run = user(ALICE, **{READ: profile(), WRITE: [NO, {}]})
        assert go(run, Companion()).changed
        assert ["Destinations" in one["ProfileData"] for one in run.sent(WRITE)] == [True, False]

    def test_and_then_refused_at_once(self) -> None:
        run = Run(ITEM, CHANGED, **{READ: HELD, WRITE: NO, SET_ITEM: NO})
        with pytest.raises(Refused, match=r"^No\.$"):
            go(run, Companion())
        assert run.methods == [READ, WRITE, READ, SET_ITEM, READ]


class TestWhatTheServerTellsAfterAWrite:
    TOLD: Mapping[str, Any] = {"Profile": {"Username": "alice", "New": 1, **ALICE, "Late": 2}, "ProfileHash": "h2"}

    def test_of_a_document(self) -> None:
        outcome = user(ALICE, **{READ: profile(), WRITE: self.TOLD}).go()
        assert (outcome.held.id, outcome.held.lock, outcome.held.document) == ("alice", "h2", self.TOLD["Profile"])

        assert outcome.held.fresh

    @pytest.mark.parametrize(
        "answer", ["ok", {}, {"Profile": {**TOLD["Profile"]}}, {"Profile": {"Username": "alice"}, "ProfileHash": "h2"}]
    )
    def test_that_is_less_than_what_was_written(self, answer: Any) -> None:
        """So what was written is what is known, and that is read again before the next write."""
        held = user(ALICE, **{READ: profile(), WRITE: answer}).go().held
        assert (held.document, held.lock, held.fresh) == ({"Username": "alice", "New": 1, **ALICE}, None, False)

    def test_of_a_larger_document_after_a_call_for_one_object(self) -> None:
        telling = replace(_SET, reply="Profile", lock="ProfileHash")
        item = replace(ITEM, updating=telling)
        told = profile("h2", Sources={"d": {"Description": "Docs", "Engine": "engine1/mysql", "Late": 2}})
        run = Run(item, CHANGED, **{READ: HELD, SET_ITEM: told})
        run.go()
        found = run.server.find(item, CHANGED)
        assert (found.lock, (found.document or {})["Late"], run.methods) == ("h2", 2, [READ, SET_ITEM])
        assert found.around is not None
        assert found.around.id == "alice"

    def test_a_call_for_one_object_needs_no_larger_document(self) -> None:
        run = Run(ITEM, DOCS, **{READ: HELD, SET_ITEM: {}})
        assert run.go(Found("x", None, fresh=True)).changed
        assert run.sent(SET_ITEM)[0]["SourceID"] == "x"

    def test_of_a_larger_document(self) -> None:
        key = VAULT.new_id("alice", "Main")
        told = profile("h2", Destinations={key: {"Description": "Main", "CreateTime": 7, "ModifyTime": 7, "Late": 2}})
        run = Run(VAULT, vault(), **{READ: profile(), WRITE: told})
        run.go()
        found = run.server.find(VAULT, vault())
        assert (found.lock, (found.document or {})["Late"], run.methods) == ("h2", 2, [READ, WRITE])
        assert found.around is not None
        assert found.around.id == "alice"


class TestRefusals:
    def test_of_a_change_is_not_about_something_made(self) -> None:
        with pytest.raises(Refused) as caught:
            user(ALICE, **{READ: profile(), WRITE: [LOST, NO]}).go()
        assert caught.value.message == "No."

    def test_of_what_was_not_made(self) -> None:
        with pytest.raises(Refused) as caught:
            user(ALICE, **{READ: ABSENT, ADD: NO}).go()
        assert caught.value.message == "No."

    def test_other_lists_are_not_read_again(self) -> None:
        run = user(ALICE, **{READ: [profile(), profile("h2")], WRITE: [NO, {}], "AdminPoliciesListFull": {}})
        run.server.listing(POLICY)
        run.go()
        run.server.listing(POLICY)
        assert run.methods.count("AdminPoliciesListFull") == 1


class Creating(Hooks):
    """Parameters of which only some belong to the call that writes the larger document."""

    def creation(self, wish: Wish) -> dict[str, Any]:
        return {"RequireHash": "mine", "StorageProvider": "p"}


class TestLargerDocuments:
    def test_take_those_further_parameters_that_their_calls_know(self) -> None:
        run = Run(replace(VAULT, hooks=Creating()), vault(), **{READ: profile(), WRITE: {}})
        run.go()
        assert run.sent(WRITE)[0].keys() == {"TargetUser", "ProfileData", "RequireHash"}
        assert run.sent(WRITE)[0]["RequireHash"] == "mine"

    def test_without_a_call_that_writes_them(self) -> None:
        home = Home(path=("Sources",), reading=replace(USER.reading, sends={}))  # type: ignore[type-var]
        run = Run(replace(VAULT, homes=(home,)), vault(home="", owner=""), **{READ: {"Profile": {}}, ACCOUNT: {}})
        with pytest.raises(CometError, match=r"^the API has no call for that$"):
            run.go()

    def test_that_were_not_read(self) -> None:
        with pytest.raises(CometError, match=r"^what the vault is part of was not read$"):
            Run(VAULT, vault()).go(Found("x", None, fresh=True))
