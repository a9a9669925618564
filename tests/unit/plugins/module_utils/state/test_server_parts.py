# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading from a server: parts of larger documents, drafts of these, and names that count only there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Ambiguous, InvalidOption, NotFound
from ansible_collections.comet.backup.plugins.module_utils._state._lists import NOWHERE, PENDING
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_server import (
    ITEMS,
    LIST,
    PROFILE,
    methods,
    refused,
    server,
)

GET, TENANTS, OWN = "AdminMetaWebhookOptionsGet", "AdminOrganizationList", "AdminAccountProperties"
HOOKS = {"ops": {"URL": "https://a.example"}, "audit": {}}
ACME = {"acme": {"Name": "ACME", "WebhookOptions": {"tickets": {"URL": "https://b.example"}}}}
TEMPLATES = [
    {"ID": "1", "Description": "Twice"},
    {"ID": "2", "Description": "Twice"},
    {"ID": "3", "Description": "Main"},
]
TEMPLATE = Resource(
    kind="template",
    plural="templates",
    structure="RemoteStorageOption",
    name="Description",
    chosen=True,
    homes=(
        Home(
            path=("AuthenticationRole", "RemoteStorage"),
            reading=Call("AdminMetaServerConfigGet"),
            updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
            keys=("ID",),
        ),
    ),
)


class TestDrafts:
    WISH = Wish(True, name="Shop", home="user", owner="alice")

    def test_it_is_as_foretold_and_the_server_is_not(self) -> None:
        made = server(AdminGetUserProfileAndHash={"Profile": {"Sources": ITEMS}, "ProfileHash": "h"})
        draft = made.draft(USER, "alice", {"Sources": {**ITEMS, "4": {"Description": "Mail"}}})
        assert draft.find(PROTECTED_ITEM, replace(self.WISH, name="Mail")).id == "4"
        assert (draft.writes, made.writes) == (False, True)
        assert made.find(PROTECTED_ITEM, replace(self.WISH, name="Mail")).document is None
        draft.note_around(PROTECTED_ITEM, self.WISH, Found("alice", {"Sources": {}}))
        assert draft.foretold(USER, "alice").document == {"Sources": {}}
        assert draft.find(PROTECTED_ITEM, self.WISH).document is None
        assert made.find(PROTECTED_ITEM, self.WISH).document == ITEMS["3"]

    def test_it_refuses_what_check_mode_lets_pass(self) -> None:
        made = server()
        with pytest.raises(NotFound):
            made.draft(USER, "alice", {}).resolve(POLICY, "Platinum", None, "policy")
        assert made.warnings == []

    def test_it_shares_what_was_listed(self) -> None:
        made = server()
        made.draft(USER, "alice", {}).listing(POLICY)
        made.listing(POLICY)
        assert methods(made) == [LIST]

    def test_what_was_read_of_others_holds_there_too_until_it_is_out_of_date(self) -> None:
        made = server(AdminGetUserProfileAndHash={"Profile": {"Sources": ITEMS}, "ProfileHash": "h"})
        bobs = replace(self.WISH, owner="bob")
        made.find(PROTECTED_ITEM, bobs)
        draft = made.draft(USER, "alice", {})
        assert draft.find(PROTECTED_ITEM, bobs).document == ITEMS["3"]
        assert methods(made) == ["AdminGetUserProfileAndHash"]
        made.outdate(PROTECTED_ITEM, bobs)
        for who in (draft, made, draft, made):
            who.find(PROTECTED_ITEM, bobs)
        assert methods(made) == ["AdminGetUserProfileAndHash"] * 3


class TestPartsOfLargerDocuments:
    def test_what_a_task_was_told_is_news_until_the_next_begins(self) -> None:
        made = server(AdminGetUserProfileAndHash={"Profile": {"Sources": ITEMS}, "ProfileHash": "h"})
        wish = Wish(True, name="Shop", home="user", owner="alice")
        assert [made.find(PROTECTED_ITEM, wish).fresh for _unused in range(2)] == [True, True]
        made.warnings.append("of the first task")
        made.begin()
        found = made.find(PROTECTED_ITEM, wish)
        assert (found.fresh, found.document, made.warnings) == (False, ITEMS["3"], [])
        assert methods(made) == ["AdminGetUserProfileAndHash"]

    def test_a_task_may_begin_after_all_was_forgotten(self) -> None:
        made = server(AdminGetUserProfileAndHash={"Profile": {"Sources": ITEMS}, "ProfileHash": "h"})
        wish = Wish(True, name="Shop", home="user", owner="alice")
        made.find(PROTECTED_ITEM, wish)
        made.forget()
        made.begin()
        assert made.find(PROTECTED_ITEM, wish).fresh
        assert methods(made) == ["AdminGetUserProfileAndHash"] * 2

    def test_one_of_the_server(self) -> None:
        made = server(**{GET: HOOKS})
        found = made.find(WEBHOOK, Wish(True, id="ops"))
        assert (found.id, found.document, found.lock, found.fresh) == ("ops", HOOKS["ops"], None, False)
        assert found.around is not None
        assert (found.around.id, found.around.document) == ("", HOOKS)
        assert made.find(WEBHOOK, Wish(True, id="new")).document is None
        assert methods(made) == [GET]

    def test_read_again_when_it_is_to_be_fresh(self) -> None:
        made = server(**{GET: [HOOKS, {}]})
        assert made.find(WEBHOOK, Wish(True, id="ops")).document == HOOKS["ops"]
        assert made.find(WEBHOOK, Wish(True, id="ops"), fresh=True).document is None
        assert made.listing(WEBHOOK) == {}
        assert methods(made) == [GET, GET]

    @pytest.mark.parametrize("how", ["forget", "outdate"])
    def test_read_again_after_a_change(self, how: str) -> None:
        made = server(**{GET: HOOKS, TENANTS: ACME})
        wishes = (Wish(True, id="ops"), Wish(True, id="tickets", home="tenant", owner="acme"))
        for wish in wishes:
            made.find(WEBHOOK, wish)
        if how == "forget":
            made.forget()
        for wish in wishes if how == "outdate" else ():
            made.outdate(WEBHOOK, wish)
        for wish in wishes:
            made.find(WEBHOOK, wish)
        assert methods(made) == [GET, TENANTS, GET, TENANTS]

    def test_one_of_an_owner(self) -> None:
        made = server(**{TENANTS: ACME})
        found = made.find(WEBHOOK, Wish(True, id="tickets", home="tenant", owner="acme"))
        assert found.document == ACME["acme"]["WebhookOptions"]["tickets"]  # type: ignore[index]
        assert found.around is not None
        assert (found.around.id, found.around.document) == ("acme", ACME["acme"])
        assert made.find(WEBHOOK, Wish(True, id="tickets", home="tenant", owner="acme"), fresh=True).fresh
        assert methods(made) == [TENANTS, TENANTS]

    def test_an_owner_that_has_gone(self) -> None:
        with pytest.raises(NotFound, match=r"^there is no tenant acme$"):
            server(**{TENANTS: {}}).find(WEBHOOK, Wish(True, id="ops", home="tenant", owner="acme"))

    def test_an_owner_that_is_still_to_come_holds_nothing(self) -> None:
        made = server(check_mode=True, **{TENANTS: {}})
        found = made.find(WEBHOOK, Wish(True, id="ops", home="tenant", owner=f"{PENDING} ACME"))
        assert (found.id, found.document) == ("ops", None)
        assert made.warnings == []

    def test_a_kind_without_a_way_to_read_its_home(self) -> None:
        with pytest.raises(NotFound, match="the larger document has no call that reads it"):
            server().find(replace(WEBHOOK, homes=(Home(),)), Wish(True, id="ops"))

    def test_all_of_the_server_and_of_an_owner(self) -> None:
        made = server(**{GET: HOOKS, TENANTS: ACME})
        assert made.listing(WEBHOOK) == HOOKS
        assert set(made.listing(WEBHOOK, "acme")) == {"tickets"}
        assert methods(made) == [GET, OWN, TENANTS]

    def test_a_home_inside_an_answer(self) -> None:
        wrapped = replace(WEBHOOK, homes=(Home(reading=Call(GET, reply="Inside")),))
        assert server(**{GET: {"Inside": HOOKS}}).listing(wrapped) == HOOKS

    def test_by_name_where_these_are_not_the_ids(self) -> None:
        made = server(AdminMetaServerConfigGet={"AuthenticationRole": {"RemoteStorage": TEMPLATES}})
        assert made.find(TEMPLATE, Wish(True, name="Main")).id == "3"
        with pytest.raises(
            Ambiguous, match=r"^2 objects of kind template are named Twice: 1, 2; .* one that is meant$"
        ):
            made.find(TEMPLATE, Wish(True, name="Twice"))
        new = made.find(TEMPLATE, Wish(True, name="New"))
        assert (new.id, new.document) == (TEMPLATE.new_id("", "New"), None)


class TestNamesOnDevices:
    """Objects of one name that are told apart by another one, which a task may name."""

    def find(self, name: str, device: str = "", key: str = "") -> str:
        made = server(AdminGetUserProfileAndHash={"Profile": {**PROFILE, "Sources": ITEMS}, "ProfileHash": "h"})
        told = {"OwnerDevice": device} if device else {}
        return made.find(PROTECTED_ITEM, Wish(True, id=key, name=name, home="user", owner="alice", told=told)).id

    def test_with_the_device_the_name_counts_there(self) -> None:
        assert [self.find("Files", device) for device in ("a", "b")] == ["1", "2"]
        assert self.find("Shop") == "3"
        assert self.find("Files", "b", key="1") == "1"

    def test_a_new_one_has_an_id_of_its_own_on_each_device(self) -> None:
        made = {self.find("New", device) for device in ("", "a", "b")}
        assert len(made) == 3
        assert self.find("New", "a") in made
        assert self.find("New", f"{PENDING} c") == ""

    def test_that_id_never_changes(self) -> None:
        """Servers hold objects under IDs that earlier releases chose."""
        assert self.find("New", "a") == "785e8614-8226-59b5-95d1-917730632a48"

    def test_without_it_several_are_too_many(self) -> None:
        with pytest.raises(Ambiguous, match=r": 1, 2; give the ID of the one that is meant, or its device$"):
            self.find("Files")


class TestAdministratorsOfTenants:
    """They may not list tenants."""

    def made(self, **replies: Any) -> Server:
        return server(**{TENANTS: refused(403), OWN: {"OrganizationID": "acme"}, GET: HOOKS, **replies})

    @pytest.mark.parametrize("tenant", [None, "acme"])
    def test_their_tenant_needs_no_owner(self, tenant: str | None) -> None:
        made = self.made()
        assert made.holder(WEBHOOK, tenant) == NOWHERE
        assert set(made.listing(WEBHOOK, tenant)) == set(HOOKS)
        assert TENANTS not in methods(made)

    def test_their_tenant_by_its_id(self) -> None:
        assert self.made().resolve(TENANT, "acme", None, "tenant") == "acme"

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_any_other_name_is_explained(self, check_mode: bool) -> None:
        made = self.made()
        made.check_mode = check_mode
        with pytest.raises(InvalidOption) as caught:
            made.resolve(TENANT, "ACME", None, "tenant")
        assert caught.value.message == (
            "tenant: this login belongs to tenant acme and reaches no other; leave tenant out, or give that ID"
        )

    def test_the_top_level_is_out_of_reach(self) -> None:
        with pytest.raises(InvalidOption, match=r"^tenant: this login belongs to tenant acme and reaches nothing else"):
            self.made().resolve(TENANT, "", None, "tenant")
        assert server().holder(WEBHOOK, "other") == ("tenant", "other")
        assert server().resolve(TENANT, "", None, "tenant") == ""

    def test_other_refusals_are_what_they_are(self) -> None:
        with pytest.raises(Refused, match="refused"):
            server(**{TENANTS: refused(403)}).resolve(TENANT, "ACME", None, "tenant")
        with pytest.raises(Refused, match="refused"):
            self.made(**{LIST: refused(403)}).resolve(POLICY, "Gold", None, "policy")
        with pytest.raises(LoginFailed):
            self.made(**{TENANTS: refused(403, LoginFailed)}).resolve(TENANT, "acme", None, "tenant")
