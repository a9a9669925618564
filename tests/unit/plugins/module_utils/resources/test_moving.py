# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moving a user to another tenant takes, against a client that follows a script."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, LoginFailed, Refused, TooOld
from ansible_collections.comet.backup.plugins.module_utils._resources import _moving
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

ACTIVE, TELL, POLICIES = "AdminDispatcherListActive", "AdminDispatcherUpdateLoginUrl", "AdminPoliciesListFull"
URL = "https://new.example/"
FOUND = Found("al", {"OrganizationID": "old", "Devices": {"d1": {"FriendlyName": "Laptop"}, "d2": {}}})
NO = Refused("no", TELL, "", 400, "cannot log in")


def online(*devices: str, user: str = "al") -> dict[str, Any]:
    return {f"{user}-{device}": {"Username": user, "DeviceID": device} for device in devices}


def wish(**arguments: Any) -> Wish:
    return Wish(True, id="al", tenant="new", patch={"OrganizationID": "new"}, arguments=arguments)


class Move:
    """A server, and what was asked of it."""

    def __init__(self, version: str = "25.9.8", **replies: Any) -> None:
        self.client = ScriptedClient(replies, version)
        self.server = Server(self.client)  # type: ignore[arg-type]

    def told(self) -> list[dict[str, Any]]:
        return [parameters for method, parameters in self.client.asked if method == TELL]


def test_another_users_connections_are_left_alone() -> None:
    """A server may take the name for the beginning of others."""
    move = Move(**{ACTIVE: {**online("d1"), **online("d1", user="alice")}, TELL: {}})
    USER.hooks.ahead(move.server, wish(new_login_url=URL), FOUND)
    assert move.client.asked == [
        (ACTIVE, {"UserNameFilter": "al"}),
        (TELL, {"TargetID": "al-d1", "NewURL": URL}),
    ]


def test_force_is_passed_on() -> None:
    move = Move(**{ACTIVE: online("d1", "d2"), TELL: {}})
    USER.hooks.ahead(move.server, wish(new_login_url=URL, force_new_login_url=True), FOUND)
    assert [call["Force"] for call in move.told()] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "found"), [({}, FOUND), ({"new_login_url": URL}, Found("al", {"Username": "al"}))]
)
def test_without_an_address_or_devices_nobody_is_told(arguments: dict[str, Any], found: Found) -> None:
    move = Move()
    USER.hooks.ahead(move.server, wish(**arguments), found)
    assert move.client.asked == []


@pytest.mark.parametrize("patch", [{}, {"OrganizationID": "old"}])
def test_nobody_is_told_who_stays(patch: dict[str, Any]) -> None:
    move = Move()
    staying = Wish(True, id="al", patch=patch, arguments={"new_login_url": URL})
    USER.hooks.guard(move.server, staying, FOUND)
    USER.hooks.ahead(move.server, staying, FOUND)
    assert move.client.asked == []


def test_all_devices_are_asked_before_one_that_declines_stops_the_move() -> None:
    move = Move(**{ACTIVE: online("d1", "d2"), TELL: [NO, {}]})
    with pytest.raises(InvalidOption, match=rf"^new_login_url: {URL} is declined by Laptop \(cannot log in\), so the"):
        _moving.tell_devices(move.server, wish(new_login_url=URL), FOUND)
    assert [call["TargetID"] for call in move.told()] == ["al-d1", "al-d2"]


def test_one_that_has_gone_is_only_warned_of() -> None:
    move = Move(**{ACTIVE: [online("d2"), {}], TELL: NO})
    _moving.tell_devices(move.server, wish(new_login_url=URL), FOUND)
    assert move.server.warnings == [
        "new_login_url: d2 went away before it was told; change the address on it",
    ]


@pytest.mark.parametrize("error", [LoginFailed("bad"), AnswerLost("lost")])
def test_other_errors_are_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)):
        _moving.tell_devices(Move(**{ACTIVE: online("d1"), TELL: error}).server, wish(new_login_url=URL), FOUND)


@pytest.mark.parametrize(
    ("arguments", "connected", "warning"),
    [
        ({}, (), "tenant: Laptop, d2 still log in at the address they know; if the new tenant has"),
        ({"new_login_url": URL}, ("d1",), "new_login_url: d2 cannot be told because they are not connected"),
        ({"new_login_url": URL}, ("d1", "d2"), ""),
    ],
)
def test_what_is_announced(arguments: dict[str, Any], connected: tuple[str, ...], warning: str) -> None:
    move = Move(**{ACTIVE: online(*connected)})
    USER.hooks.guard(move.server, wish(**arguments), FOUND)
    assert [one.startswith(warning) for one in move.server.warnings] == ([True] if warning else [])
    assert move.told() == []


def test_a_server_that_cannot_force_is_too_old() -> None:
    with pytest.raises(TooOld, match=r"needs Comet Server 22\.9\.9"):
        _moving.announce(Move("22.9.8").server, wish(new_login_url=URL, force_new_login_url=True), FOUND)


@pytest.mark.parametrize(("owner", "fits"), [("new", True), ("old", False), ("", False)])
def test_a_policy_by_its_id(owner: str, fits: bool) -> None:
    move = Move(**{POLICIES: {"p": {"Description": "Gold", "OrganizationID": owner}}})
    named = Wish(True, id="al", tenant="new", patch={"OrganizationID": "new", "PolicyID": "p"})
    if fits:
        _moving.refuse_foreign(move.server, named)
        return
    with pytest.raises(InvalidOption, match=r"^policy: p does not belong to the tenant that the user moves to$"):
        _moving.refuse_foreign(move.server, named)
