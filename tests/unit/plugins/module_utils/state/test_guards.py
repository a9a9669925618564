# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import TooOld
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state import _guards
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NeedsConfirmation
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, DELETE, UPDATE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

FOUND = Found("7", {"Description": "seven"})


class Witness(Hooks):
    """Hooks that remember what they were asked."""

    def __init__(self, loss: str = "") -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.words = loss

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        self.asked.append(("guard", server, wish, found))

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        self.asked.append(("deletion", server, wish, found))
        return {}

    def loss(self, server: Server, found: Found) -> str:
        self.asked.append(("loss", server, found))
        return self.words


THING = Resource(
    kind="big_thing",
    plural="big_things",
    structure="SourceConfig",
    name="Description",
    tenant="OrganizationID",
    creating=Call("AdminCreateInstallToken", {"TargetUser": "name"}),
)
HELD = replace(THING, creating=None, homes=(Home(path=("ConstellationRole",), owner=TENANT),))


def server(own: str = "", version: str = "25.9.8", check_mode: bool = False) -> Server:
    """A server as an administrator of a tenant sees it."""
    replies = {"AdminAccountProperties": {"OrganizationID": own}}
    return Server(ScriptedClient(replies, version), check_mode=check_mode)  # type: ignore[arg-type]


def guard(resource: Resource, wish: Wish, action: str = CREATE, where: Server | None = None, **plan: Any) -> None:
    _guards.guard(where or server(), resource, wish, Plan(action, FOUND, {}, (), **plan))


class TestElsewhere:
    """What the API makes in the login's own tenant alone."""

    @pytest.mark.parametrize(("own", "told"), [("acme", "tenant acme"), ("", "the top level")])
    def test_for_another_tenant(self, own: str, told: str) -> None:
        with pytest.raises(InvalidOption) as refused:
            guard(THING, Wish(True, name="n", tenant="other"), where=server(own))
        assert refused.value.message == (
            "tenant: the API has no call that makes big thing for another tenant, and this login belongs to "
            f"{told}; log in as an administrator of the tenant that is meant, and leave tenant out"
        )

    def test_for_the_own_one_or_where_nobody_says_which(self) -> None:
        guard(THING, Wish(True, name="n", tenant="acme"), where=server("acme"))
        guard(THING, Wish(True, name="n"), where=server("acme"))

    def test_what_can_be_made_for_any(self) -> None:
        anywhere = replace(THING, creating=Call("AdminCreateInstallToken", {"TargetUser": "name", "Server": "tenant"}))
        guard(anywhere, Wish(True, name="n", tenant="other"), where=server("acme"))


class TestWithoutAName:
    UNKNOWN = "id: there is no big thing with the ID 8"

    def test_an_id_alone_makes_nothing(self) -> None:
        for wish in (Wish(True, id="8"), Wish(True, id="8", name="n")):
            with pytest.raises(InvalidOption, match=f"^{self.UNKNOWN}$"):
                guard(THING, wish)

    def test_a_name_does_where_a_person_chooses_the_id(self) -> None:
        chosen = replace(THING, chosen=True)
        guard(chosen, Wish(True, id="8", name="n"))
        with pytest.raises(InvalidOption, match=f"^{self.UNKNOWN}, and a new one needs a name$"):
            guard(chosen, Wish(True, id="8"))

    def test_in_check_mode_an_earlier_task_may_make_it(self) -> None:
        where = server(check_mode=True)
        guard(THING, Wish(True, id="8"), where=where)
        assert where.warnings == [f"{self.UNKNOWN}; assuming that an earlier task makes the big thing"]

    def test_what_is_known_by_its_id(self) -> None:
        guard(replace(THING, named=True), Wish(True, id="8"))


class TestDeleting:
    def test_a_loss_needs_a_word(self) -> None:
        hooks = Witness("loses all")
        with pytest.raises(NeedsConfirmation, match=r"^deleting it loses all; set confirm_data_loss to true if that"):
            guard(replace(THING, hooks=hooks), Wish(False), DELETE)
        guard(replace(THING, hooks=hooks), Wish(False, confirmed=True), DELETE)

    def test_the_kind_is_asked(self) -> None:
        hooks, where, wish = Witness(), server(), Wish(False)
        guard(replace(THING, hooks=hooks), wish, DELETE, where)
        assert hooks.asked == [("loss", where, FOUND), ("deletion", where, wish, FOUND)]


class TestVersions:
    def test_the_newest_need_counts(self) -> None:
        with pytest.raises(TooOld) as refused:
            guard(THING, Wish(True), UPDATE, server(version="9.1.0"), needs={"A.C": "9.2.0", "A.B": "20.1.0"})
        assert refused.value.message.startswith("The member A.B needs Comet Server 20.1.0 or newer")
        guard(THING, Wish(True), UPDATE, server(version="20.1.0"), needs={"A.B": "9.2.0", "A.C": "20.1.0"})

    def test_what_the_place_needs_counts(self) -> None:
        with pytest.raises(TooOld, match="member ConstellationRole needs"):
            guard(HELD, Wish(True, home="tenant", owner="1"), UPDATE, server(version="20.1.0"))

    def test_the_kind_is_asked(self) -> None:
        hooks, where, wish = Witness(), server(), Wish(True)
        guard(replace(THING, hooks=hooks), wish, UPDATE, where)
        assert hooks.asked == [("guard", where, wish, FOUND)]
