# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as undone by others when a task looks again at what it has written without a lock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Conflict
from ansible_collections.comet.backup.plugins.module_utils._state._plan import DELETE, UPDATE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._second_look import MOST, SecondLook
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

TENANTS, READ_USER = "AdminOrganizationList", "AdminGetUserProfileAndHash"
RENAMED = Wish(True, id="acme", patch={"Name": "ACME"})
DONE = Plan(UPDATE, Found("acme", {"Name": "Acme"}))
AS_WISHED, UNDONE = {"acme": {"Name": "ACME"}}, {"acme": {"Name": "Acme"}}
OTHERS = {"acme": {"Name": "Acme", "Hosts": ["other.example.com"]}}


def looks(*lists: Any, wish: Wish = RENAMED, resource: Resource = TENANT, times: int = 1, done: Plan = DONE) -> Any:
    """What looking so many times finds; each look sees the next of the lists, whatever was listed before."""
    second = SecondLook(Server(ScriptedClient({TENANTS: [{}, *lists]})), resource)  # type: ignore[arg-type]
    found = [second.undone(wish, done) for _turn in range(times)]
    return found if times > 1 else found[0]


def test_what_is_as_wished_is_not_undone() -> None:
    assert not looks(AS_WISHED)


def test_what_is_as_before_is_undone() -> None:
    assert looks(UNDONE)


def test_what_is_gone_is_undone() -> None:
    assert looks({})


def test_a_server_that_keeps_it_in_its_own_way_undoes_nothing() -> None:
    """However often it is written, it looks the same."""
    assert looks(UNDONE, UNDONE, times=2) == [True, False]


def test_others_who_never_stop_are_told() -> None:
    lists = [UNDONE if turn % 2 else OTHERS for turn in range(MOST)]
    assert looks(*lists, times=MOST - 1) == [True] * (MOST - 1)
    with pytest.raises(Conflict, match=rf"^it was written {MOST} times, and others .* undid it each time$"):
        looks(*lists, times=MOST)


def test_what_cannot_be_read_now_was_written_all_the_same() -> None:
    assert not looks(Refused("no", TENANTS, "", 403, "said"))


def test_a_login_that_failed_is_told() -> None:
    with pytest.raises(LoginFailed):
        looks(LoginFailed("no", TENANTS, "", 403, "said"))


@pytest.mark.parametrize("done", [replace(DONE, found=Found("acme", {}, "lock")), replace(DONE, action=DELETE)])
def test_what_has_a_lock_or_is_no_change_is_not_looked_at(done: Plan) -> None:
    assert not looks(UNDONE, done=done)


@pytest.mark.parametrize(("held", "undone"), [("hash of it", False), ("", True)])
def test_nobody_can_see_whether_a_secret_is_another_one(held: str, undone: bool) -> None:
    wish = Wish(True, id="acme", patch={"Email": {"SMTPPassword": "new"}}, secrets="always")
    assert looks({"acme": {"Email": {"SMTPPassword": held}}}, wish=wish) is undone


class Acting(Hooks):
    """Acts that would be the same each time, for objects that exist."""

    def __init__(self, secret: bool) -> None:
        self.secret = secret

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        assert wish.present
        assert not making
        return (Change(("members",), None, ["bob"], ["alice"], secret=self.secret),)


@pytest.mark.parametrize("secret", [False, True])
def test_acts_are_undone_if_they_would_be_done_again_and_are_no_secrets(secret: bool) -> None:
    acting = replace(TENANT, hooks=Acting(secret))
    assert looks(AS_WISHED, resource=acting) is not secret
    assert not looks({}, resource=acting, wish=Wish(False, id="acme"))


def test_no_act_makes_the_object_one_that_is_being_made() -> None:
    """Else members that count only at first would never be as wished."""
    patch = {"RequirePasswordChange": True}
    second = SecondLook(
        Server(ScriptedClient({READ_USER: {"Profile": {"RequirePasswordChange": False}}})),  # type: ignore[arg-type]
        replace(PROTECTED_ITEM.owners["user"], homes=()),
    )
    assert not second.undone(Wish(True, id="alice", patch=patch), DONE)


def test_an_object_with_a_time_of_its_last_change() -> None:
    sources = {"1": {"Description": "Shop", "ModifyTime": 5, "PreExec": ["other"]}}
    server = Server(ScriptedClient({READ_USER: {"Profile": {"Sources": sources}}}))  # type: ignore[arg-type]
    wish = Wish(True, id="1", home="user", owner="alice", patch={"PreExec": ["mine"]})
    assert SecondLook(server, PROTECTED_ITEM).undone(wish, Plan(UPDATE, Found("1", {})))
