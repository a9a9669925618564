# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing objects inside a user's profile, and those that the server makes by its own means, by a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.plugins.module_utils._state._errors import NotFound
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import LOST, Run, no_pauses

__all__ = ["no_pauses"]  # fixture

READ, WRITE, REQUEST, SET_ITEM = (
    "AdminGetUserProfileAndHash",
    "AdminSetUserProfileHash",
    "AdminRequestStorageVault",
    "AdminSetProtectedItemWithBackupRules",
)


class VaultHooks(Hooks):
    """Vaults that are made by request where the task names a provider."""

    def requested(self, wish: Wish) -> bool:
        return "provider" in wish.arguments

    def creation(self, wish: Wish) -> dict[str, Any]:
        return {"StorageProvider": wish.arguments["provider"]} if self.requested(wish) else {}

    def unnamed(self, server: Server, wish: Wish, around: Mapping[str, Any]) -> str:
        held = around.get("Destinations", {})
        return next((key for key, one in held.items() if one["Description"] == "Default"), "")

    def unfinished(self, wish: Wish, found: Found) -> bool:
        return self.requested(wish) and "ModifyTime" not in (found.document or {})

    def without(self, around: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        rules = {one: rule for one, rule in around.get("BackupRules", {}).items() if rule["Destination"] != key}
        return {**around, "BackupRules": rules}


VAULT = Resource(
    kind="vault",
    plural="vaults",
    structure="DestinationConfig",
    name="Description",
    chosen=True,
    homes=(Home(path=("Destinations",), owner=USER),),
    requesting=Call(REQUEST, {"TargetUser": "owner"}, made="DestinationID"),
    hooks=VaultHooks(),
)


class ItemHooks(Hooks):
    """Items go with their rules."""

    def change(self, wish: Wish, found: Found) -> dict[str, Any]:
        return {"BackupRules": {}}


_SET = Call(SET_ITEM, {"TargetUser": "owner", "SourceID": "id", "Source": "document", "RequireHash": "lock"})
ITEM = Resource(
    kind="item",
    plural="items",
    structure="SourceConfig",
    name="Description",
    chosen=True,
    whole=True,
    homes=(Home(path=("Sources",), owner=USER),),
    creating=_SET,
    updating=_SET,
    hooks=ItemHooks(),
)
MAIN = {"Description": "Main", "New": 1}
OTHER = {"Description": "Other"}
MODIFIED = {"ModifyTime": 7}
MADE = {"CreateTime": 7, **MODIFIED}


def profile(lock: str = "h1", **members: Any) -> dict[str, Any]:
    return {"Profile": {"Username": "alice", "New": 1, **members}, "ProfileHash": lock}


@pytest.fixture(autouse=True)
def a_standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engine.time, "time", lambda: 7)


def vault(present: bool = True, **more: Any) -> Wish:
    patch = {"Description": "Main"} if present else {}
    return replace(Wish(present, name="Main", home="user", owner="alice", patch=patch), **more)


def test_one_read_with_its_lock_is_enough_to_write() -> None:
    run = Run(VAULT, vault(), **{READ: profile(Destinations={"o": OTHER}), WRITE: {}})
    outcome = run.go()
    key = VAULT.new_id("alice", "Main")
    assert run.methods == [READ, WRITE]
    (sent,) = run.sent(WRITE)
    assert (sent["TargetUser"], sent["RequireHash"]) == ("alice", "h1")
    assert sent["ProfileData"] == {
        "Username": "alice",
        "New": 1,
        "Destinations": {"o": OTHER, key: {"Description": "Main", **MADE}},
    }
    assert (outcome.id, outcome.changed) == (key, True)


def test_what_goes_along_with_an_object_leaves_with_it() -> None:
    rules = {"1": {"Destination": "m"}, "2": {"Destination": "o"}}
    read = profile(Destinations={"m": MAIN, "o": OTHER}, BackupRules=rules)
    run = Run(VAULT, vault(False), **{READ: read, WRITE: {}})
    run.go()
    (sent,) = run.sent(WRITE)
    assert sent["ProfileData"]["Destinations"] == {"o": OTHER}
    assert sent["ProfileData"]["BackupRules"] == {"2": {"Destination": "o"}}


def test_a_later_look_sees_what_was_written() -> None:
    run = Run(VAULT, vault(), **{READ: [profile(), profile("h2", Destinations={"m": MAIN})], WRITE: {}})
    key = run.go().id
    assert run.server.find(VAULT, vault()).id == key
    assert run.server.lookup(VAULT, "Main", None, ("user", "alice")) == key
    assert run.methods == [READ, WRITE]
    assert run.server.find(VAULT, vault(), fresh=True).id == "m"


class TestRequests:
    WISH = vault(arguments={"provider": "p"})

    def run(self, *profiles: Any, **replies: Any) -> Run:
        return Run(VAULT, self.WISH, **{READ: list(profiles), REQUEST: {"DestinationID": "new"}, WRITE: {}, **replies})

    def test_the_server_makes_it_and_it_gets_its_name(self) -> None:
        made = profile("h2", Destinations={"new": {"Description": "Default", "Key": 1}})
        run = self.run(profile(), made)
        outcome = run.go()
        assert run.methods == [READ, REQUEST, READ, WRITE]
        assert run.sent(REQUEST) == [{"TargetUser": "alice", "StorageProvider": "p"}]
        (sent,) = run.sent(WRITE)
        assert sent["RequireHash"] == "h2"
        assert sent["ProfileData"]["Destinations"] == {"new": {"Description": "Main", "Key": 1, **MODIFIED}}
        assert (outcome.id, outcome.document) == ("new", {"Description": "Main", "Key": 1, **MODIFIED})

    def test_after_a_lost_answer_what_is_new_is_taken(self) -> None:
        before = profile(Destinations={"o": OTHER})
        made = profile("h2", Destinations={"o": OTHER, "new": {"Description": "Default"}})
        run = self.run(before, made, **{REQUEST: LOST})
        assert run.go().id == "new"
        assert run.methods.count(REQUEST) == 1
        assert run.sent(WRITE)[0]["ProfileData"]["Destinations"]["new"] == {"Description": "Main", **MODIFIED}

    def test_after_a_lost_request_it_is_made_again(self) -> None:
        made = profile("h2", Destinations={"new": {"Description": "Default"}})
        run = self.run(profile(), profile(), made, **{REQUEST: [LOST, {"DestinationID": "new"}]})
        assert run.go().id == "new"
        assert run.methods.count(REQUEST) == 2

    def test_one_that_needs_no_other_name_is_written_once_all_the_same(self) -> None:
        made = profile("h2", Destinations={"new": {"Description": "Default", "Key": 1}})
        wish = replace(self.WISH, name="Default", patch={"Description": "Default"})
        replies = {READ: [profile(), made], REQUEST: {"DestinationID": "new"}, WRITE: {}}
        run = Run(VAULT, wish, **replies)
        outcome = run.go()
        assert run.methods == [READ, REQUEST, READ, WRITE]
        (sent,) = run.sent(WRITE)
        assert sent["ProfileData"]["Destinations"] == {"new": {"Description": "Default", "Key": 1, **MODIFIED}}
        assert (outcome.id, outcome.changed) == ("new", True)

    def test_one_that_was_there_is_not(self) -> None:
        wish = replace(self.WISH, name="Default", patch={"Description": "Default"})
        run = Run(VAULT, wish, **{READ: profile(Destinations={"new": {"Description": "Default"}})})
        assert run.go().changed is False
        assert run.methods == [READ]

    def test_nothing_is_requested_in_check_mode(self) -> None:
        run = Run(VAULT, self.WISH, check_mode=True, **{READ: profile()})
        outcome = run.go()
        assert (outcome.changed, outcome.id) == (True, "(pending) Main")
        assert run.methods == [READ]
        assert run.server.lookup(VAULT, "Main", None, ("user", "alice")) == "(pending) Main"


class TestCallsForOneObject:
    WISH = Wish(True, name="Docs", home="user", owner="alice", patch={"Description": "Docs", "Engine": "engine1/file"})

    def test_where_the_server_has_one(self) -> None:
        run = Run(ITEM, self.WISH, **{READ: profile(), SET_ITEM: {}})
        key = run.go().id
        assert run.methods == [READ, SET_ITEM]
        assert run.sent(SET_ITEM) == [
            {
                "TargetUser": "alice",
                "SourceID": key,
                "Source": {"Description": "Docs", "Engine": "engine1/file", **MADE},
                "RequireHash": "h1",
            }
        ]

    def test_a_change_may_say_more(self) -> None:
        read = profile(Sources={"d": {"Description": "Docs", "Engine": "engine1/mysql"}})
        run = Run(ITEM, self.WISH, **{READ: read, SET_ITEM: {}})
        run.go()
        assert run.sent(SET_ITEM)[0]["BackupRules"] == {}

    @pytest.mark.parametrize("sources", [{}, {"d": {"Description": "Docs", "Engine": "engine1/mysql"}}])
    def test_the_profile_where_it_has_none(self, sources: dict[str, Any]) -> None:
        run = Run(ITEM, self.WISH, version="25.9.5", **{READ: profile(Sources=sources), WRITE: {}})
        run.go()
        assert run.methods == [READ, WRITE]

    def test_the_profile_is_read_again_after_such_a_call(self) -> None:
        run = Run(ITEM, self.WISH, **{READ: [profile(), profile("h2")], SET_ITEM: {}})
        run.go()
        assert run.server.find(ITEM, self.WISH).lock == "h2"


class TestOwners:
    GONE = Refused("no", READ, "", 400, "User not found")

    def server(self, check_mode: bool = False) -> Server:
        run = Run(VAULT, vault(), check_mode, **{READ: self.GONE, "AdminListUsers": ["alicia", "bob"]})
        return run.server

    def test_one_that_does_not_exist(self) -> None:
        with pytest.raises(NotFound, match=r"^there is no user alice; did you mean alicia\?|^there is no user alice"):
            self.server().find(VAULT, vault())

    def test_an_earlier_task_may_make_it(self) -> None:
        server = self.server(check_mode=True)
        found = server.find(VAULT, vault())
        assert (found.id, found.document) == (VAULT.new_id("alice", "Main"), None)
        server.find(VAULT, vault(name="Second"))
        assert server.warnings == ["there is no user alice yet; assuming that an earlier task makes it"]

    def test_nothing_is_in_one_that_is_gone(self) -> None:
        assert self.server().find(VAULT, vault(False)).document is None


class TestSoleParts:
    EMAIL = Resource(
        kind="email",
        plural="email",
        structure="EmailOptions",
        homes=(
            Home(
                reading=Call("AdminMetaEmailOptionsGet"),
                updating=Call("AdminMetaEmailOptionsSet", {"EmailOptions": "document"}),
                sole=True,
            ),
            Home(
                path=("Email",),
                reading=Call("AdminMetaServerConfigGet"),
                updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
                called="whole",
                sole=True,
            ),
        ),
    )
    WISH = Wish(True, patch={"FromName": "Backup"})

    def test_there_is_always_one(self) -> None:
        answers = [{"New": 1}, {"New": 1}, {"New": 1, "FromName": "Backup"}]
        run = Run(self.EMAIL, self.WISH, AdminMetaEmailOptionsGet=answers, AdminMetaEmailOptionsSet={})
        assert self.EMAIL.singleton
        assert not self.EMAIL.deletable
        assert run.go().changed
        assert run.sent("AdminMetaEmailOptionsSet") == [{"EmailOptions": {"New": 1, "FromName": "Backup"}}]

    def test_as_a_member_of_a_larger_document(self) -> None:
        run = Run(
            self.EMAIL,
            replace(self.WISH, home="whole"),
            AdminMetaServerConfigGet={"Email": {"FromName": "Backup"}, "New": 1},
        )
        assert not run.go().changed
        run = Run(
            self.EMAIL,
            replace(self.WISH, home="whole"),
            AdminMetaServerConfigGet=[{"New": 1}, {"New": 1}, {"New": 1, "Email": {"FromName": "Backup"}}],
            AdminMetaServerConfigSet={},
        )
        assert run.go().restarted
        assert run.sent("AdminMetaServerConfigSet") == [{"Config": {"New": 1, "Email": {"FromName": "Backup"}}}]
