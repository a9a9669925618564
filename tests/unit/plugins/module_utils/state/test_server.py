# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading from a server: objects, lists read once, and names of other objects."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Ambiguous, NotFound
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING, arguments
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call
from ansible_collections.comet.backup.plugins.module_utils._state._server import FEW, Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

LIST, READ = "AdminPoliciesListFull", "AdminPoliciesGet"
POLICIES = {
    "1": {"Description": "Gold", "OrganizationID": ""},
    "2": {"Description": "Gold", "OrganizationID": "acme"},
    "3": {"Description": "Silver", "OrganizationID": "acme"},
    "4": {"Description": "Twice"},
    "5": {"Description": "Twice"},
}
PROFILE = {"Username": "alice"}
ITEMS = {
    "1": {"Description": "Files", "OwnerDevice": "a"},
    "2": {"Description": "Files", "OwnerDevice": "b"},
    "3": {"Description": "Shop", "OwnerDevice": "a"},
}
ANSWER = {"Profile": PROFILE, "ProfileHash": "h"}
SHOP = {"Profile": {**PROFILE, "Sources": ITEMS}, "ProfileHash": "h"}


def server(check_mode: bool = False, **replies: Any) -> Server:
    return Server(
        ScriptedClient({LIST: POLICIES, "AdminAccountProperties": {"OrganizationID": ""}, **replies}), check_mode
    )  # type: ignore[arg-type]


def methods(made: Server) -> list[str]:
    return made.client.methods  # type: ignore[attr-defined, no-any-return]


def refused(status: int, kind: type[Refused] = Refused) -> Refused:
    return kind("refused", "AdminGetUserProfileAndHash", "", status, "said")


def test_parameters_of_a_call() -> None:
    call = Call("M", {"A": "id", "B": "lock", "C": "tenant"}, {"Simple": True})
    assert arguments(call, {"id": "1", "lock": None, "tenant": ""}) == {"Simple": True, "A": "1", "C": ""}


class TestLists:
    def test_a_list_is_read_once(self) -> None:
        made = server()
        assert made.listing(POLICY) == made.listing(POLICY) == POLICIES
        assert methods(made) == [LIST]

    def test_one_of_a_tenant_is_another_list(self) -> None:
        made = server()
        made.listing(POLICY)
        made.listing(POLICY, "acme")
        assert made.client.asked == [(LIST, {}), (LIST, {"TargetOrganization": "acme"})]  # type: ignore[attr-defined]

    def test_it_is_read_again_after_a_change_of_that_kind(self) -> None:
        made = server(AdminOrganizationList={})
        made.listing(POLICY)
        made.forget(TENANT)
        made.listing(POLICY)
        made.forget(POLICY)
        made.listing(POLICY)
        assert methods(made) == [LIST, LIST]

    def test_nothing_is_asked_about_a_tenant_that_does_not_exist_yet(self) -> None:
        made = server()
        assert made.listing(POLICY, f"{PENDING} ACME") == {}
        assert methods(made) == []

    def test_an_administrator_of_a_tenant_may_not_name_it(self) -> None:
        made = server(**{LIST: [refused(403), POLICIES]})
        assert made.lookup(POLICY, "Silver", "acme") == "3"
        assert made.client.asked == [(LIST, {"TargetOrganization": "acme"}), (LIST, {})]  # type: ignore[attr-defined]

    def test_what_goes_with_every_call_goes_with_that_too(self) -> None:
        listing = Call("AdminUserGroupsGet", {"GroupID": "tenant"}, fixed={"IncludeUsers": True})
        made = server(AdminUserGroupsGet=[refused(403), POLICIES])
        assert made.listing(replace(POLICY, listing=listing), "acme") == POLICIES
        assert [sent for _method, sent in made.client.asked] == [  # type: ignore[attr-defined]
            {"GroupID": "acme", "IncludeUsers": True},
            {"IncludeUsers": True},
        ]

    def test_a_list_that_is_refused_altogether(self) -> None:
        made = server(**{LIST: refused(403)})
        with pytest.raises(Refused):
            made.listing(POLICY, "acme")
        with pytest.raises(Refused):
            made.listing(POLICY)
        assert methods(made) == [LIST, LIST, LIST]

    def test_a_login_that_failed_is_not_tried_again(self) -> None:
        made = server(**{LIST: refused(403, LoginFailed)})
        with pytest.raises(LoginFailed):
            made.listing(POLICY, "acme")
        assert methods(made) == [LIST]

    def test_a_singleton_has_no_list(self) -> None:
        assert server().listing(SERVER_CONFIG) == {}

    def test_a_list_inside_an_answer(self) -> None:
        wrapped = replace(POLICY, listing=Call(LIST, reply="Inside"))
        assert server(**{LIST: {"Inside": {"1": {}}}}).listing(wrapped) == {"1": {}}
        assert server(**{LIST: {"Inside": None}}).listing(wrapped) == {}


class TestLookup:
    @pytest.mark.parametrize(
        ("name", "tenant", "key"),
        [
            ("Gold", None, "1"),
            ("Gold", "", "1"),
            ("Gold", "acme", "2"),
            ("Silver", "acme", "3"),
            ("Silver", None, ""),
            ("Silver", "", ""),
            ("Nobody", None, ""),
            ("3", None, "3"),
            ("Gold", "globex", ""),
        ],
    )
    def test_a_name_counts_inside_its_tenant(self, name: str, tenant: str | None, key: str) -> None:
        assert server().lookup(POLICY, name, tenant) == key

    def test_an_administrator_of_a_tenant_need_not_name_it(self) -> None:
        made = server(AdminAccountProperties={"OrganizationID": "acme"}, **{LIST: {"3": POLICIES["3"]}})
        assert made.lookup(POLICY, "Silver", None) == "3"
        assert made.lookup(POLICY, "Silver", None) == "3"
        assert methods(made) == [LIST, "AdminAccountProperties"]

    def test_whose_tenant_it_is_matters_only_if_there_is_one_of_that_name(self) -> None:
        made = server()
        made.lookup(POLICY, "Nobody")
        assert methods(made) == [LIST]

    def test_two_of_a_name_are_an_error_that_lists_both(self) -> None:
        with pytest.raises(Ambiguous) as caught:
            server().lookup(POLICY, "Twice")
        assert caught.value.message == (
            "2 objects of kind policy are named Twice: 4, 5; give the ID of the one that is meant"
        )

    def test_a_list_of_plain_names(self) -> None:
        made = server(AdminRequestStorageVaultProviders={"t1": "Europe"})
        assert made.lookup(STORAGE_TEMPLATE, "Europe") == "t1"


class TestReferences:
    def test_a_name_becomes_an_id(self) -> None:
        assert server().resolve(POLICY, "Gold", "", "policy") == "1"

    def test_an_unknown_name_is_an_error_with_the_nearest(self) -> None:
        with pytest.raises(NotFound) as caught:
            server().resolve(POLICY, "Golt", "", "policy")
        assert caught.value.message == "policy: there is no policy named Golt; did you mean Gold?"

    def test_in_check_mode_it_is_assumed_to_come(self) -> None:
        made = server(check_mode=True)
        key = made.resolve(POLICY, "New", "", "policy")
        assert key == POLICY.new_id("", "New")
        assert made.label(POLICY, key) == "New"
        assert "policy: there is no policy New yet" in made.warnings[0]

    def test_the_nearest_is_one_that_can_be_meant(self) -> None:
        for tenant, hint in (("", "; valid are: Gold, Twice"), ("acme", "; did you mean Silver?")):
            made = server(AdminOrganizationList={"1": {"Name": "Acme"}}, AdminGetUserProfileAndHash=SHOP)
            with pytest.raises(NotFound, match=rf"^policy: there is no policy named Silber{re.escape(hint)}$"):
                made.resolve(POLICY, "Silber", tenant, "policy")
            assert methods(made).count(LIST) == 1
        with pytest.raises(NotFound, match="did you mean Shop"):
            made.resolve(PROTECTED_ITEM, "Shpo", "", "item", ("user", "alice"))
        with pytest.raises(NotFound, match="did you mean Acme"):
            made.resolve(TENANT, "Acne", "any", "tenant")

    def test_in_check_mode_it_is_said_once_that_it_has_to_come(self) -> None:
        made = server(check_mode=True)
        made.expect(POLICY, "acme", "Foretold", {"Description": "Foretold"})
        for tenant in ("acme", ""):
            for name in ("Foretold", "New", "New"):
                made.resolve(POLICY, name, tenant, f"policy of {tenant}")
        assert [warning.split(";")[0] for warning in made.warnings] == [
            "policy of acme: there is no policy New yet",
            "policy of : there is no policy Foretold yet",
            "policy of : there is no policy New yet",
        ]

    def test_in_check_mode_an_id_that_counts_on_the_owner_is_foretold(self) -> None:
        made = server(check_mode=True, AdminGetUserProfileAndHash=ANSWER)
        key = made.resolve(PROTECTED_ITEM, "New", "acme", "protected_items", ("user", "alice"))
        assert key == PROTECTED_ITEM.new_id("alice", "New")

    def test_in_check_mode_an_id_of_the_servers_choice_is_pending(self) -> None:
        made = server(check_mode=True, AdminOrganizationList={})
        assert made.resolve(TENANT, "ACME", None, "tenant") == f"{PENDING} ACME"
        assert made.resolve(POLICY, "Gold", f"{PENDING} ACME", "policy") == f"{PENDING} Gold"

    def test_labels_need_a_list_that_was_read(self) -> None:
        made = server(AdminRequestStorageVaultProviders={"t1": "Europe"})
        assert made.label(POLICY, "1") == "1"
        made.listing(POLICY)
        assert made.label(POLICY, "1") == "Gold"
        assert made.label(POLICY, "9") == "9"
        assert made.label(None, "1") == "1"
        assert made.label(SERVER_CONFIG, "1") == "1"
        made.listing(STORAGE_TEMPLATE)
        assert made.label(STORAGE_TEMPLATE, "t1") == "Europe"
        assert methods(made) == [LIST, "AdminRequestStorageVaultProviders"]

    def test_labels_of_what_was_read_of_a_larger_document(self) -> None:
        made = server(AdminGetUserProfileAndHash=SHOP)
        made.listing(PROTECTED_ITEM, within=("user", "alice"))
        assert made.label(PROTECTED_ITEM, "3", ("user", "alice")) == "Shop"
        assert made.label(PROTECTED_ITEM, "3") == "3"


READ_USER = "AdminGetUserProfileAndHash"


class TestFinding:
    def test_a_user_with_its_lock(self) -> None:
        found = server(**{READ_USER: ANSWER}).find(USER, Wish(True, id="alice"))
        assert (found.id, found.document, found.lock, found.fresh) == ("alice", PROFILE, "h", True)

    def test_what_the_server_says_beside_a_document(self) -> None:
        telling = replace(USER, reading=replace(USER.reading, beside=("Usage", "Other")))  # type: ignore[type-var]
        found = server(**{READ_USER: {**ANSWER, "Usage": 5}}).find(telling, Wish(True, id="alice"))
        assert (found.document, found.beside) == (PROFILE, {"Usage": 5, "Other": None})

    def test_a_user_from_the_list_when_many_are_asked_for(self) -> None:
        made = server(**{READ_USER: ANSWER, "AdminListUsersFull": {"alice": PROFILE}})
        made.tasks = FEW
        assert made.find(USER, Wish(True, id="alice")).lock == "h"
        made.tasks = FEW + 1
        found = [made.find(USER, Wish(True, id=name)) for name in ("alice", "bob")]
        assert [one.document for one in found] == [PROFILE, None]
        assert [one.fresh for one in found] == [False, False]
        assert made.find(USER, Wish(True, id="alice"), fresh=True).lock == "h"
        assert methods(made) == [READ_USER, "AdminListUsersFull", READ_USER]

    def test_one_of_several_that_work_at_a_time_changes_as_much_as_the_others(self) -> None:
        assert [server(check_mode).aside().writes for check_mode in (True, False)] == [False, True]

    def test_a_user_that_is_absent(self) -> None:
        made = server(**{READ_USER: refused(400)})
        found = made.find(USER, Wish(True, id="bob"))
        assert (found.id, found.document, found.fresh) == ("bob", None, True)
        assert made.client.asked == [(READ_USER, {"TargetUser": "bob"})]  # type: ignore[attr-defined]

    @pytest.mark.parametrize("status", [403, 404, 500])
    def test_a_doubtful_refusal_is_checked_against_the_list(self, status: int) -> None:
        made = server(**{READ_USER: refused(status), "AdminListUsers": ["alice"]})
        made.listing(POLICY)
        assert made.find(USER, Wish(True, id="bob")).document is None
        with pytest.raises(Refused):
            made.find(USER, Wish(True, id="alice"))
        made.listing(POLICY)
        assert methods(made).count(LIST) == 1

    @pytest.mark.parametrize("error", [refused(409), refused(403, LoginFailed)])
    def test_other_errors_are_errors(self, error: Refused) -> None:
        made = server(**{READ_USER: error, "AdminListUsers": []})
        with pytest.raises(type(error)):
            made.find(USER, Wish(True, id="bob"))
        assert methods(made) == [READ_USER]

    def test_a_kind_without_a_cheap_list_of_names(self) -> None:
        made = server(**{READ_USER: refused(403), "AdminListUsersFull": {}})
        assert made.find(replace(USER, roll=None), Wish(True, id="bob")).document is None

    def test_a_policy_by_name_and_then_afresh(self) -> None:
        made = server(**{READ: {"Policy": {"Description": "Gold"}, "PolicyHash": "h"}})
        found = made.find(POLICY, Wish(True, name="Gold"))
        assert (found.id, found.lock, found.fresh) == ("1", None, False)
        again = made.find(POLICY, Wish(True, name="Gold"), fresh=True)
        assert (again.id, again.lock, again.fresh) == ("1", "h", True)
        assert methods(made) == [LIST, READ]

    def test_a_policy_that_vanished_between_list_and_read(self) -> None:
        made = server(**{READ: refused(400)})
        with pytest.raises(Refused):
            made.find(POLICY, Wish(True, name="Gold"), fresh=True)

    def test_a_policy_by_id(self) -> None:
        assert server().find(POLICY, Wish(True, id="3", name="Other")).document == POLICIES["3"]

    def test_a_policy_of_a_tenant_by_name(self) -> None:
        made = server()
        assert made.find(POLICY, Wish(True, name="Gold", tenant="acme")).id == "2"
        assert made.client.asked == [(LIST, {"TargetOrganization": "acme"})]  # type: ignore[attr-defined]

    def test_an_id_is_looked_for_in_every_tenant(self) -> None:
        """Else the task would make a second object in place of the one that bears it."""
        made = server()
        assert made.find(POLICY, Wish(True, id="3", name="Other", tenant="globex")).document == POLICIES["3"]
        assert made.client.asked == [(LIST, {})]  # type: ignore[attr-defined]

    def test_a_policy_of_ours_that_somebody_renamed(self) -> None:
        key = POLICY.new_id("acme", "New")
        made = server(**{LIST: {key: {"Description": "Renamed"}}})
        assert made.find(POLICY, Wish(True, name="New", tenant="acme")).document == {"Description": "Renamed"}

    def test_a_new_policy_has_its_id_already(self) -> None:
        made = server(AdminAccountProperties={"OrganizationID": "acme"})
        found = made.find(POLICY, Wish(True, name="New"))
        assert (found.id, found.document) == (POLICY.new_id("acme", "New"), None)

    def test_a_new_tenant_has_none_yet(self) -> None:
        found = server(AdminOrganizationList={}).find(TENANT, Wish(True, name="ACME"))
        assert (found.id, found.document) == ("", None)

    def test_a_bucket_is_read_from_its_list(self) -> None:
        made = server(AdminStorageListBuckets={"b": {"CreateTime": 1}})
        assert made.find(BUCKET, Wish(True, id="b")).document == {"CreateTime": 1}
        assert made.find(BUCKET, Wish(True, id="b"), fresh=True).fresh
        assert methods(made) == ["AdminStorageListBuckets"] * 2

    def test_the_configuration(self) -> None:
        made = server(AdminMetaServerConfigGet={"License": {}})
        assert made.find(SERVER_CONFIG, Wish(True)).document == {"License": {}}

    def test_the_configuration_that_may_not_be_read(self) -> None:
        made = server(AdminMetaServerConfigGet=refused(403))
        with pytest.raises(Refused):
            made.find(SERVER_CONFIG, Wish(True))
