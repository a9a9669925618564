# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read is remembered, follows what is written, and is shared by those who work at a time."""

from __future__ import annotations

import copy
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state._lists import NOWHERE
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

POLICY_LIST, USER_LIST = "AdminPoliciesListFull", "AdminListUsersFull"
POLICIES = {
    "1": {"Description": "Gold", "OrganizationID": ""},
    "2": {"Description": "Gold", "OrganizationID": "acme"},
    "3": {"Description": "Silver", "OrganizationID": "acme"},
}
USERS = {"1": {"PolicyID": "gold", "OrganizationID": "acme"}, "2": {"OrganizationID": ""}}


class Readable(ScriptedClient):
    def reading(self) -> Readable:
        return Readable(self.replies, check_mode=True)


@pytest.fixture
def made() -> Server:
    def policies(TargetOrganization: str | None = None) -> Any:
        inside = {key: one for key, one in POLICIES.items() if TargetOrganization in (None, one["OrganizationID"])}
        return copy.deepcopy(inside)

    replies = {POLICY_LIST: policies, USER_LIST: lambda: copy.deepcopy(USERS), "AdminMetaVersion": {"Version": "1"}}
    return Server(Readable(replies))  # type: ignore[arg-type]


def asked(server: Server) -> list[Any]:
    return server.client.asked  # type: ignore[attr-defined, no-any-return]


class TestWhatIsWritten:
    """Lists follow it: that of all tenants, and that of the tenant that the object is in."""

    def both(self, server: Server) -> tuple[set[str], set[str]]:
        return set(server.listing(POLICY)), set(server.listing(POLICY, "acme"))

    @pytest.fixture(autouse=True)
    def read(self, made: Server) -> None:
        made.listing(USER)
        assert self.both(made) == ({"1", "2", "3"}, {"2", "3"})

    def test_a_new_one(self, made: Server) -> None:
        made.note(POLICY, "9", {"Description": "New", "OrganizationID": "acme"})
        assert self.both(made) == ({"1", "2", "3", "9"}, {"2", "3", "9"})
        assert made.listing(POLICY)["9"]["Description"] == "New"
        made.note(POLICY, "8", {"Description": "Top"})
        assert self.both(made) == ({"1", "2", "3", "8", "9"}, {"2", "3", "9"})

    def test_one_that_moves(self, made: Server) -> None:
        made.note(POLICY, "2", {"OrganizationID": ""})
        assert self.both(made) == ({"1", "2", "3"}, {"3"})

    def test_one_that_goes(self, made: Server) -> None:
        made.note(POLICY, "2", None)
        made.note(POLICY, "nobody", None)
        assert self.both(made) == ({"1", "3"}, {"3"})
        assert made.listing(USER) == USERS
        assert len(asked(made)) == 3


class TestColumns:
    """Which other object each one refers to, kept apart from the objects."""

    def test_of_what_was_read(self, made: Server) -> None:
        assert list(made.walk(USER)) == list(USERS.items())
        assert list(made.walk(USER)) == list(USERS.items())
        assert made.column(USER, "PolicyID") == {"1": "gold", "2": ""}
        assert asked(made) == [(USER_LIST, {})]

    def test_of_what_was_written(self, made: Server) -> None:
        assert made.column(USER, "PolicyID") == {"1": "gold", "2": ""}
        made.note(USER, "1", {"PolicyID": "silver"})
        made.note(USER, "2", None)
        made.note(USER, "3", {})
        made.note(USER, "nobody", None)
        assert made.column(USER, "PolicyID") == {"1": "silver", "3": ""}
        made.note(POLICY, "1", {})
        assert made.column(USER, "PolicyID") == {"1": "silver", "3": ""}

    def test_they_are_forgotten_with_the_list(self, made: Server) -> None:
        made.column(USER, "PolicyID")
        made.note(USER, "1", {"PolicyID": "silver"})
        made.forget(USER)
        assert made.column(USER, "PolicyID") == {"1": "gold", "2": ""}


class TestListing:
    def test_of_a_tenant_among_those_of_all(self, made: Server) -> None:
        made.together = True
        assert set(made.listing(POLICY, "acme")) == {"2", "3"}
        assert set(made.listing(POLICY)) == {"1", "2", "3"}
        assert asked(made) == [(POLICY_LIST, {})]

    def test_whether_it_was_read_for_all(self, made: Server) -> None:
        made.listing(POLICY, "acme")
        assert not made.has_read(POLICY)
        made.listing(POLICY)
        assert made.has_read(POLICY)
        assert not made.has_read(USER)

    def test_answers_are_kept_as_they_are_if_they_can_be_written_to(self) -> None:
        answer = copy.deepcopy(POLICIES)
        assert Server(ScriptedClient({POLICY_LIST: answer})).listing(POLICY) is answer  # type: ignore[arg-type]
        kept = Server(ScriptedClient({POLICY_LIST: MappingProxyType(answer)}))  # type: ignore[arg-type]
        assert kept.listing(POLICY) == answer
        kept.note(POLICY, "1", None)
        assert "1" not in kept.listing(POLICY)
        assert "1" in answer

    def test_parts_that_a_call_lists_without_what_they_are_in(self) -> None:
        name = "AdminMetaWebhookOptionsGet"
        listed = replace(WEBHOOK, homes=(Home(path=("WebhookOptions",), listing=Call(name)),))
        server = Server(ScriptedClient({name: {"ops": {"Level": "x"}}}))  # type: ignore[arg-type]
        assert server.listing(listed) == {"ops": {"Level": "x"}}

    @pytest.mark.parametrize("tenant", ["", "acme", None])
    def test_those_of_the_login_and_of_the_top_level_are_nobodys(self, tenant: str | None) -> None:
        server = Server(ScriptedClient({"AdminAccountProperties": {"OrganizationID": "acme"}}))  # type: ignore[arg-type]
        assert server.holder(WEBHOOK, tenant) == NOWHERE
        assert server.holder(WEBHOOK, "globex") == ("tenant", "globex")

    def test_a_written_owner_is_in_its_list(self) -> None:
        tenants = {"1": {"Name": "ACME"}, "2": {"Name": "Globex"}}
        server = Server(ScriptedClient({"AdminOrganizationList": tenants}))  # type: ignore[arg-type]
        server.listing(TENANT)
        written = {"Name": "ACME", "WebhookOptions": {"ops": {}}}
        server.note_around(WEBHOOK, Wish(True, id="ops", home="tenant", owner="1"), Found("1", written))
        assert server.listing(TENANT) == {"1": written, "2": {"Name": "Globex"}}

    def test_names_of_parts_are_known_once_they_were_read(self) -> None:
        replies: dict[str, Any] = {
            "AdminOrganizationList": {"1": {"RemoteStorage": [{"ID": "9", "Description": "Main"}]}}
        }
        server = Server(ScriptedClient({**replies, "AdminAccountProperties": {}}))  # type: ignore[arg-type]
        assert server.label(STORAGE_TEMPLATE, "9", ("tenant", "1")) == "9"
        server.listing(STORAGE_TEMPLATE, "1")
        assert server.label(STORAGE_TEMPLATE, "9", ("tenant", "1")) == "Main"
        assert server.label(STORAGE_TEMPLATE, "9", ("tenant", "2")) == "9"
        assert server.label(STORAGE_TEMPLATE, "9", ("user", "1")) == "9"

    def test_parts_of_an_owner_that_is_gone(self) -> None:
        replies: dict[str, Any] = {"AdminOrganizationList": {}, "AdminAccountProperties": {}}
        assert Server(ScriptedClient(replies)).listing(WEBHOOK, "gone") == {}  # type: ignore[arg-type]

    def test_what_a_call_tells_is_asked_once(self, made: Server) -> None:
        assert made.ask("AdminMetaVersion") == made.ask("AdminMetaVersion") == {"Version": "1"}
        assert asked(made) == [("AdminMetaVersion", {})]


class TestForetelling:
    def test_names_count_inside_a_tenant_or_everywhere(self, made: Server) -> None:
        made.expect(POLICY, "acme", "Gold", {"Description": "Gold"})
        assert made.expects("policy", "acme", "Gold")
        assert not made.expects("policy", None, "Gold")
        made.expect(POLICY, None, "Silver", {"Description": "Silver"})
        assert made.expects("policy", None, "Silver")
        assert made.expects("policy", "", "Silver")
        made.expect(USER, "acme", "ada", {"Username": "ada"})
        assert made.expects("user", None, "ada")
        assert made.expected("user") == {"ada": {"Username": "ada"}}

    def test_what_is_deleted_is_not_there(self, made: Server) -> None:
        made.expect(POLICY, "acme", "Gold", {})
        assert not made.expects("policy", "acme", "Gold")
        assert made.expected("policy") == {"Gold": {}}

    def test_the_latest(self, made: Server) -> None:
        made.foretell(TENANT, Found("1", {"Name": "ACME"}))
        assert made.latest(TENANT, "1") == {"Name": "ACME"}
        assert made.latest(TENANT, "2") is None
        assert made.latest(USER, "1") is None


class TestSeveralAtATime:
    def test_what_they_share(self, made: Server) -> None:
        made.together = True
        other = made.aside()
        assert (other.client, other.check_mode, other.together) == (made.client, made.check_mode, True)
        made.listing(POLICY)
        made.column(USER, "PolicyID")
        made.ask("AdminMetaVersion")
        made.expect(USER, None, "ada", {"Username": "ada"})
        count = len(asked(made))
        assert set(other.listing(POLICY, "acme")) == {"2", "3"}
        assert other.column(USER, "PolicyID") == {"1": "gold", "2": ""}
        assert other.ask("AdminMetaVersion") == {"Version": "1"}
        assert other.expects("user", None, "ada")
        assert len(asked(made)) == count
        other.note(USER, "1", {"PolicyID": "silver"})
        assert made.column(USER, "PolicyID")["1"] == "silver"

    def test_what_is_each_ones_own(self, made: Server) -> None:
        other = made.aside()
        made.foretell(TENANT, Found("1", {"Name": "ACME"}))
        made.warnings.append("careful")
        assert other.latest(TENANT, "1") is None
        assert other.warnings == []

    def test_a_rehearsal_changes_nothing(self, made: Server) -> None:
        made.expect(USER, None, "ada", {"Username": "ada"})
        other = made.rehearsal()
        assert other.check_mode
        assert other.client.check_mode
        assert not other.writes
        assert not other.expects("user", None, "ada")
        other.expect(USER, None, "bob", {"Username": "bob"})
        assert not made.expects("user", None, "bob")


def test_a_server_writes_unless_told_otherwise(made: Server) -> None:
    assert made.writes
    assert not made.terminal
    assert made.tell is None
