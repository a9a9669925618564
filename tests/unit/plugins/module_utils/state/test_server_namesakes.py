# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of larger documents that the server gives no IDs: what a task tells of one has to be enough."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER
from ansible_collections.comet.backup.plugins.module_utils._resources._psa import PSA
from ansible_collections.comet.backup.plugins.module_utils._resources._self_backup import SELF_BACKUP
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._state._errors import Ambiguous
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

CONFIG, PSAS, TEMPLATES = "AdminMetaServerConfigGet", "AdminMetaPsaConfigListGet", "AdminMetaRemoteStorageVaultGet"
KNOWS_IDS, OLDER = "24.12.2", "24.12.1"
CAROLS = [{"Username": "carol", "OrganizationID": owner} for owner in ("", "acme")]
A, B = ({"Type": 1, "URL": url} for url in ("https://a.example", "https://b.example"))
HERE = {"Location": {"DestinationType": 1002, "LocalcopyPath": "/srv"}}


def key(resource: Resource, method: str, answer: Any, wish: Wish, version: str = KNOWS_IDS, own: str = "") -> str:
    """The ID of the object that a wish means."""
    replies = {method: [answer], "AdminAccountProperties": {"OrganizationID": own}}
    return Server(ScriptedClient(replies, version)).find(resource, wish).id  # type: ignore[arg-type]


class TestAdministratorsOfOneName:
    """They are told apart by their tenants."""

    def find(self, tenant: str | None, admins: list[dict[str, Any]], own: str = "") -> str:
        told = {"Username": "carol", **({} if tenant is None else {"OrganizationID": tenant})}
        wish = Wish(True, name="carol", tenant=tenant, told={"Username": "carol"} if own else told)
        return key(ADMIN_USER, CONFIG, {"AdminUsers": admins}, wish, own=own)

    @pytest.mark.parametrize(("tenant", "found"), [("", "carol "), ("acme", "carol acme"), (None, "carol ")])
    def test_the_one_of_that_tenant_is_meant(self, tenant: str | None, found: str) -> None:
        assert self.find(tenant, CAROLS) == self.find(tenant, CAROLS[::-1]) == found
        assert self.find(tenant, []) == found

    def test_null_is_the_top_level(self) -> None:
        nobodys = {"Username": "carol", "OrganizationID": None}
        config = {"AdminUsers": [nobodys]}
        replies = {CONFIG: config, "AdminAccountProperties": {}}
        wish = Wish(True, name="carol", tenant="", told={"Username": "carol"})
        assert Server(ScriptedClient(replies)).find(ADMIN_USER, wish).document == nobodys  # type: ignore[arg-type]

    def test_a_new_one_belongs_where_the_login_does(self) -> None:
        assert self.find(None, [], own="globex") == "carol globex"
        assert self.find("acme", [], own="globex") == "carol acme"

    def test_the_tenant_counts_also_if_the_members_do_not_tell_it(self) -> None:
        assert self.find("acme", CAROLS, own="globex") == "carol acme"


class TestConnectionsOfOneType:
    def find(self, held: list[dict[str, Any]], *members: str) -> str:
        return key(PSA, PSAS, held, Wish(True, name="1", told={member: A[member] for member in members}))

    def test_the_only_one_of_its_type_needs_no_address(self) -> None:
        assert self.find([A], "Type") == self.find([A, B], "Type", "URL") == "1 https://a.example"

    def test_another_address_is_another_connection(self) -> None:
        assert self.find([B], "Type", "URL") == "1 https://a.example"

    def test_of_two_the_address_has_to_be_given(self) -> None:
        with pytest.raises(Ambiguous, match=r"^2 objects of kind psa are named 1; give psa_url as well$"):
            self.find([A, B], "Type")

    def test_what_is_not_told_is_asked_for(self) -> None:
        more = replace(PSA, told_by={"URL": "psa_url", "PartnerKey": "psa_key"})
        with pytest.raises(Ambiguous, match=r"; give psa_url and psa_key as well$"):
            key(more, PSAS, [A, B], Wish(True, name="1", told={"Type": 1}))

    def test_two_that_are_the_same(self) -> None:
        with pytest.raises(Ambiguous, match=r"^2 objects of kind psa are named 1, and nothing tells them apart$"):
            self.find([A, A], "Type", "URL")


def test_two_of_a_kind_without_names_are_called_by_what_tells_them() -> None:
    targets = {"SelfBackup": {"Targets": [HERE, HERE]}}
    with pytest.raises(Ambiguous, match=r"^2 objects of kind self backup are named local /srv, and nothing tells"):
        key(SELF_BACKUP, CONFIG, targets, Wish(True, told=HERE))


class TestServersThatKeepNoIds:
    """There, storage templates are known by their names, whatever ID was once chosen for them."""

    @pytest.mark.parametrize(
        ("held", "version", "found"),
        [
            ([{"Description": "Main"}], OLDER, "Main"),
            ([{"Description": "Main"}], KNOWS_IDS, "Main"),
            ([{"ID": "1", "Description": "Main"}], KNOWS_IDS, "chosen"),
            ([{"ID": "", "Description": "Main"}], KNOWS_IDS, "Main"),
            ([], KNOWS_IDS, "chosen"),
            ([], OLDER, "Main"),
        ],
    )
    def test_a_chosen_id(self, held: list[dict[str, Any]], version: str, found: str) -> None:
        assert key(STORAGE_TEMPLATE, TEMPLATES, held, Wish(True, id="chosen", name="Main"), version) == found

    @pytest.mark.parametrize(("version", "new"), [(OLDER, "Main"), (KNOWS_IDS, STORAGE_TEMPLATE.new_id("", "Main"))])
    def test_a_new_one(self, version: str, new: str) -> None:
        assert key(STORAGE_TEMPLATE, TEMPLATES, [], Wish(True, name="Main"), version) == new
        absent = key(STORAGE_TEMPLATE, TEMPLATES, [], Wish(False, name="Main"), version)
        assert absent == STORAGE_TEMPLATE.new_id("", "Main")
