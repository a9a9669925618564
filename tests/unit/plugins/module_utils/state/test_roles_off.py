# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that refuse the calls of a role that is off, and what is found elsewhere then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer, LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._constellation import CONSTELLATION
from ansible_collections.comet.backup.plugins.module_utils._resources._email_options import EMAIL_OPTIONS
from ansible_collections.comet.backup.plugins.module_utils._resources._self_backup import SELF_BACKUP
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

OWN, WHOLE = "AdminMetaConstellationConfigGet", "AdminMetaServerConfigGet"
OFF, ON = ({"ConstellationRole": {"RoleEnabled": one, "DeleteUnusedData": True}} for one in (False, True))
WISH = Wish(True)


def no(status: int = 403) -> Refused:
    return Refused("no", OWN, status, "no")


def server(**replies: Any) -> tuple[Server, ScriptedClient]:
    client = ScriptedClient({OWN: no(), WHOLE: OFF, **replies})
    return Server(client), client  # type: ignore[arg-type]


@pytest.mark.parametrize("refusal", [no(400), no(403), BadAnswer("not there", 404)], ids=["400", "403", "404"])
def test_the_configuration_tells_what_the_role_refuses_while_it_is_off(refusal: Exception) -> None:
    one, client = server(**{OWN: refusal})
    assert one.find(CONSTELLATION, WISH).document == OFF["ConstellationRole"]
    assert one.home(CONSTELLATION, WISH) is CONSTELLATION.homes[0].while_off
    assert client.methods == [OWN, WHOLE]
    assert one.listing(CONSTELLATION) == {"": OFF["ConstellationRole"]}
    assert client.methods == [OWN, WHOLE]
    assert one.find(CONSTELLATION, WISH, fresh=True).fresh
    assert client.methods == [OWN, WHOLE, WHOLE]


def test_what_was_refused_is_listed_from_there_at_once() -> None:
    one, client = server()
    assert one.listing(CONSTELLATION) == {"": OFF["ConstellationRole"]}
    assert client.methods == [OWN, WHOLE]


def test_a_configuration_that_was_read_before_is_read_again() -> None:
    one, client = server(**{WHOLE: [ON, OFF]})
    assert one.listing(SELF_BACKUP) == {}
    assert one.find(CONSTELLATION, WISH).document == OFF["ConstellationRole"]
    assert client.methods == [WHOLE, OWN, WHOLE]


def test_a_role_that_is_on_has_other_reasons() -> None:
    one, _client = server(**{WHOLE: ON})
    with pytest.raises(Refused) as caught:
        one.find(CONSTELLATION, WISH)
    assert caught.value.method == OWN
    assert one.home(CONSTELLATION, WISH) is CONSTELLATION.homes[0]


@pytest.mark.parametrize("refusal", [Refused("no", WHOLE, 403, "no"), BadAnswer("what?", 502)])
def test_somebody_who_may_not_see_the_configuration(refusal: Exception) -> None:
    one, client = server(**{WHOLE: refusal})
    with pytest.raises(Refused) as caught:
        one.find(CONSTELLATION, WISH)
    assert caught.value.method == OWN
    assert client.methods == [OWN, WHOLE]


@pytest.mark.parametrize(("method", "asked"), [(OWN, [OWN]), (WHOLE, [OWN, WHOLE])])
def test_a_lost_login_is_not_tried_again(method: str, asked: list[str]) -> None:
    one, client = server(**{method: LoginFailed("gone", method, 403, "gone")})
    with pytest.raises(LoginFailed):
        one.find(CONSTELLATION, WISH)
    assert client.methods == asked


def test_what_no_role_is_in_charge_of_is_refused_once() -> None:
    one, client = server(AdminMetaEmailOptionsGet=no())
    with pytest.raises(Refused):
        one.find(EMAIL_OPTIONS, WISH)
    assert client.methods == ["AdminMetaEmailOptionsGet"]


def test_what_is_found_elsewhere_may_be_inside_another_object() -> None:
    inside = replace(CONSTELLATION.homes[0], while_off=CONSTELLATION.homes[1])
    one, _client = server(AdminOrganizationList={"acme": OFF}, AdminAccountProperties={})
    found = one.find(replace(CONSTELLATION, homes=(inside,)), Wish(True, owner="acme"))
    assert found.document == OFF["ConstellationRole"]


def test_others_are_where_they_were() -> None:
    one, _client = server(AdminMetaEmailOptionsGet={"FromName": "A"})
    one.find(CONSTELLATION, WISH)
    assert one.find(EMAIL_OPTIONS, WISH).document == {"FromName": "A"}
