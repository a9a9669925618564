# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is odd about a kind is asked for at its time, and with all that it may need to know."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict, InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import (
    ABSENT,
    ADD,
    ALICE,
    DELETE,
    READ,
    WRITE,
    Run,
    no_pauses,
    profile,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine_owners import ITEM, SET_ITEM

__all__ = ["no_pauses"]  # fixture

TENANTS, SET_TENANT = "AdminOrganizationList", "AdminOrganizationSet"

PROMISED = {"server": Server, "wish": Wish, "found": Found, "making": bool}
"""What arguments of hooks are, by their names."""


class Asked(Hooks):
    """Hooks that remember what they were asked, and whether something was being made."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.making: list[bool] = []


def watched(hook: Callable[..., Any]) -> Callable[..., Any]:
    """A hook that holds its arguments against what it is promised."""

    def asked(self: Asked, *given: Any, **named: Any) -> Any:
        arguments = inspect.signature(hook).bind(self, *given, **named).arguments
        for name in arguments.keys() & PROMISED.keys():
            assert isinstance(arguments[name], PROMISED[name])
        self.asked.append(hook.__name__)
        self.making += [arguments["making"]] if "making" in arguments else []
        return hook(self, *given, **named)

    return asked


for one in set(vars(Hooks)) - {"without", "loss"}:  # kinds that have these are treated otherwise
    if not one.startswith("_"):
        setattr(Asked, one, watched(getattr(Hooks, one)))


class Acting(Asked):
    """An act outside the document."""

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        super().acts(wish, found, making)
        return (Change(("act",), None, None, "done"),)


class ActingAtFirst(Asked):
    """An act that belongs to the making of an object."""

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        super().acts(wish, found, making)
        return (Change(("act",), None, None, "done"),) if making else ()


class Supplying(Asked):
    """Something that is found out only when it is needed."""

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        super().supply(server, wish, found)
        return wish if "Language" in wish.patch else replace(wish, patch={**wish.patch, "Language": "de"})


def user(hooks: Hooks, present: bool = True, **replies: Any) -> Run:
    wish = Wish(present, id="alice", name="alice", patch=ALICE if present else {}, confirmed=True)
    return Run(replace(USER, hooks=hooks), wish, **{ADD: {}, WRITE: {}, DELETE: {}, **replies})


def test_of_an_object_that_is_made_and_filled() -> None:
    hooks = Asked()
    run = user(hooks, **{READ: [ABSENT, profile()]})
    assert run.go().changed
    assert run.methods == [READ, ADD, READ, WRITE]
    assert {"inspect", "prepare", "acts", "guard", "lacking", "supply", "creation", "ahead", "change"} <= {*hooks.asked}
    assert hooks.making[0] is False
    assert hooks.making[-1] is True


def test_of_an_object_that_is_made_whole() -> None:
    """Acts remain to be done, if there are any."""
    hooks = ActingAtFirst()
    run = Run(replace(TENANT, hooks=hooks), Wish(True, name="ACME", patch={"Name": "ACME"}))
    run.client.replies.update({TENANTS: [{}, {}, {"t1": {"Name": "ACME"}}], SET_TENANT: [{"ID": "t1"}]})
    assert run.go().changed
    assert run.methods.count(SET_TENANT) == 1
    assert hooks.asked.count("act") == 1


def test_of_an_object_in_a_larger_document() -> None:
    hooks = Asked()
    wish = Wish(True, name="Docs", home="user", owner="alice", patch={"Engine": "engine1/file"})
    run = Run(replace(ITEM, hooks=hooks), wish, **{READ: profile(Sources={"d": {"Description": "Docs"}}), SET_ITEM: {}})
    assert run.go().changed
    assert "change" in hooks.asked
    run.server.find(run.resource, replace(wish, name="Other"))
    assert "unnamed" in hooks.asked


def test_of_an_object_that_is_changed() -> None:
    hooks = Acting()
    assert user(hooks, **{READ: profile()}).go().changed
    assert {"inspect", "prepare", "acts", "guard", "supply", "ahead", "change", "act", "fills"} <= {*hooks.asked}
    assert not any(hooks.making)
    assert not {"creation", "deletion"} & {*hooks.asked}


def test_of_an_object_that_is_deleted() -> None:
    hooks = Asked()
    assert user(hooks, False, **{READ: profile()}).go().changed
    assert "deletion" in hooks.asked
    assert not {"acts", "act", "supply", "guard", "creation", "change"} & {*hooks.asked}


@pytest.mark.parametrize(("lock", "methods"), [("h1", [READ, WRITE]), ("", [READ, READ, WRITE, READ])])
def test_what_is_supplied_is_planned_again_and_read_again_where_nothing_locks(lock: str, methods: list[str]) -> None:
    run = user(Supplying(), **{READ: [*[profile(lock)] * 2, profile(lock, **ALICE, Language="de")]})
    run.go()
    assert run.methods == methods
    assert run.sent(WRITE)[0]["ProfileData"] == {"Username": "alice", **ALICE, "Language": "de"}


def test_planning_alone_makes_nothing() -> None:
    hooks = Asked()
    _engine.plan(replace(USER, hooks=hooks), Found("alice", {}), Wish(True, patch=ALICE))
    assert hooks.making == [False]


@pytest.mark.parametrize("making", [False, True])
def test_what_counts_only_at_first_is_compared_while_the_object_is_made(making: bool) -> None:
    wish = Wish(True, patch={"RequirePasswordChange": True})
    step = _engine.plan(USER, Found("alice", {"RequirePasswordChange": False}), wish, making)
    assert bool(step.changes) is making


def test_nonsense_is_refused_by_the_rules_of_the_kind() -> None:
    def refused(document: Mapping[str, Any], now: int) -> str:
        return "account_name: not Alice" if document.get("AccountName") == "Alice" and now else ""

    run = user(Hooks(), **{READ: profile()})
    run.resource = replace(run.resource, checks={USER.structure: refused})
    with pytest.raises(InvalidOption, match=r"^account_name: not Alice$"):
        run.go()
    assert run.methods == [READ]


def test_what_is_deleted_and_still_there() -> None:
    run = user(Hooks(), False, **{READ: profile()})
    run.resource = replace(run.resource, alike=True)
    with pytest.raises(Conflict, match="the server deleted it, yet it is still there"):
        run.go()
    assert run.methods == [READ, DELETE, READ]
