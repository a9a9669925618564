# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds beside what a tree names: listed places are told, all others counted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused, TooOld
from ansible_collections.comet.backup.plugins.module_utils._module._prune import Prune
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Tree
from ansible_collections.comet.backup.plugins.module_utils._module._unmanaged import ALL, LISTED, NONE, Unmanaged
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.pruning import (
    ACME,
    ADMINS,
    BETA,
    POLICIES,
    TOP,
    USERS,
    Client,
    acme,
    policy,
    user,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS, server, tree


def found(client: Any, whole: Tree, mode: str = LISTED, **options: Any) -> dict[str, Any]:
    """What the lists of a server hold beside a tree, as the result tells it."""
    params = {"max_deletions": 10, **options}
    selection = Selection(params, TASKS)
    reading = server(client)
    chosen = selection.chosen(whole.entries)
    leaving = Prune(reading, TASKS, whole, selection, chosen, params).entries()
    unmanaged = Unmanaged(reading, TASKS, whole, selection, mode)
    unmanaged.survey(leaving)
    return unmanaged.result(())


def names(result: dict[str, Any]) -> list[str]:
    return [f"{one['kind']} {one['tenant']}/{one['name']}" for one in result["unmanaged"]]


def inside(result: dict[str, Any]) -> list[str]:
    """Those that are no tenants: a second one that the tree does not list is there in every test."""
    return [one for one in names(result) if not one.startswith("tenant ")]


def counts(result: dict[str, Any]) -> dict[str, int]:
    return {f"{one['kind']} {one['tenant']}": one["count"] for one in result["undescribed"]}


def test_nobody_asks_unless_the_task_does() -> None:
    client = Client(AdminListUsersFull=USERS)
    assert found(client, acme(users=[]), NONE) == {}
    assert client.asked == []


def test_only_places_that_the_tree_lists_are_told() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    result = found(client, tree({"name": "ACME", "users": [{"name": "alice"}]}, {"name": "Beta"}))
    assert result == {
        "unmanaged": [{"kind": "user", "tenant": "ACME", "name": "bob", "owner": None, "made_by": ""}],
    }
    assert "AdminPoliciesListFull" not in [method for method, *_more in client.asked]


def test_all_else_is_counted_by_kind_and_tenant() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    result = found(client, acme(users=[{"name": "alice"}]), ALL)
    assert names(result) == ["tenant /Beta", "user ACME/bob"]
    assert result["undescribed"] == [
        {"kind": "policy", "tenant": "", "count": 1, "names": ["House"]},
        {"kind": "user", "tenant": "", "count": 1, "names": ["dave"]},
        {"kind": "policy", "tenant": "ACME", "count": 1, "names": ["Old"]},
        {"kind": "policy", "tenant": "Beta", "count": 1, "names": ["Old"]},
        {"kind": "user", "tenant": "Beta", "count": 1, "names": ["carol"]},
    ]


def test_five_names_stand_for_many() -> None:
    client = Client(AdminListUsersFull={f"user-{number:02}": user(TOP) for number in range(20, 0, -1)})
    (one,) = found(client, tree(server={"policies": []}), ALL)["undescribed"][1:]
    assert one == {
        "kind": "user",
        "tenant": "",
        "count": 20,
        "names": ["user-01", "user-02", "user-03", "user-04", "user-05"],
    }


def test_a_tree_without_tenants_counts_them() -> None:
    result = found(Client(), tree(server={"policies": []}), ALL)
    assert result == {
        "unmanaged": [],
        "undescribed": [{"kind": "tenant", "tenant": "", "count": 2, "names": ["ACME", "Beta"]}],
    }


def test_tenants_of_one_name_are_told_by_their_ids() -> None:
    client = Client(AdminListUsersFull=USERS, AdminOrganizationList={ACME: {"Name": "Same"}, BETA: {"Name": "Same"}})
    result = found(client, tree(server={"policies": []}), ALL)
    assert counts(result) == {"tenant ": 2, "user ": 1, f"user {ACME}": 2, f"user {BETA}": 1}


@pytest.mark.parametrize(
    "named", [{"name": "Old"}, {"id": "p-1"}, {"name": "p-1"}, {"Description": "Old"}, {"name": "New", "id": "p-1"}]
)
def test_an_object_is_named_in_any_way_that_its_module_takes(named: dict[str, str]) -> None:
    client = Client(AdminPoliciesListFull={"p-1": policy("Old"), "p-2": policy("Gold")})
    assert inside(found(client, acme(policies=[named]))) == ["policy ACME/Gold"]


def test_a_reference_describes_nothing_and_absence_names() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    whole = acme(policies=[], users=[{"name": "alice", "policy": "Old"}, {"name": "bob", "state": "absent"}])
    assert inside(found(client, whole)) == ["policy ACME/Old"]


def test_what_is_pruned_is_not_told_as_well() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    whole = acme(policies=[], users=[{"name": "alice"}])
    assert inside(found(client, whole, prune=["user"])) == ["policy ACME/Old"]
    kept = found(client, whole, prune=["user", "policy"], protect=[{"name": "Old"}])
    assert inside(kept) == ["policy ACME/Old"]
    gone = found(client, whole, ALL, prune=["tenant"], confirm_data_loss=True, force=True)
    assert counts(gone) == {"policy ": 1, "user ": 1}


def test_what_goes_with_its_tenant_is_not_counted() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    whole = tree({"name": "ACME", "state": "absent", "users": []}, {"name": "Beta"})
    assert counts(found(client, whole, ALL)) == {"policy ": 1, "policy Beta": 1, "user ": 1, "user Beta": 1}


def test_what_is_ignored_skipped_or_not_chosen_is_not_told() -> None:
    client = Client(AdminListUsersFull={name: user() for name in ("alice", "svc-1", "svc-2", "bob")})
    whole = acme(users=[{"name": "alice"}])
    assert inside(found(client, whole, ignore=[{"kind": "user", "name": "svc-*"}])) == ["user ACME/bob"]
    some = found(client, whole, ignore=[{"name": "bob", "members": ["emails"]}], skip=[{"name": "svc-*"}])
    assert inside(some) == ["user ACME/bob"]
    assert names(found(client, whole, only=[{"kind": "tenant"}])) == ["tenant /Beta"]
    here = found(client, whole, ALL, only=[{"tenant": "ACME"}])
    assert (names(here), here["undescribed"]) == (["user ACME/bob", "user ACME/svc-1", "user ACME/svc-2"], [])
    there = found(Client(AdminListUsersFull=USERS), whole, ALL, only=[{"tenant": "B*"}, {"name": "alice"}])
    assert (names(there), counts(there)) == (["tenant /Beta"], {"user Beta": 1})


def test_who_comes_from_outside_is_told_apart() -> None:
    client = Client(AdminMetaServerConfigGet={"AdminUsers": ADMINS})
    result = found(client, acme(admin_users=[{"name": "admin"}]))
    assert [(one["name"], one["made_by"]) for one in result["unmanaged"][1:]] == [
        ("ldap", "external login"),
        ("old", ""),
    ]


def test_a_bucket_that_holds_a_vault_came_with_it() -> None:
    users = {"alice": user(Destinations={"v": {"CometBucket": "b-1"}}), "bob": user(Destinations=None)}
    buckets = {key: {"OrganizationID": ACME} for key in ("b-1", "b-2")}
    client = Client(AdminListUsersFull=users, AdminStorageListBuckets=buckets)
    result = found(client, acme(buckets=[]))
    assert [(one["name"], one["made_by"]) for one in result["unmanaged"][1:]] == [("b-1", "server"), ("b-2", "")]
    blind = Denied(Refused("no", status=403), "AdminListUsersFull", AdminStorageListBuckets=buckets)
    assert [one["made_by"] for one in found(blind, acme(buckets=[]))["unmanaged"][1:]] == ["", ""]


class Denied(Client):
    """A server that answers some calls with an error."""

    def __init__(self, error: Exception, *methods: str, **answers: Any) -> None:
        super().__init__(**answers)
        self._error, self._denied = error, methods

    def call(self, method_name: str, **parameters: Any) -> Any:
        if method_name in self._denied:
            raise self._error
        return super().call(method_name, **parameters)


@pytest.mark.parametrize("error", [Refused("no", status=403), TooOld("policies", "2", "1")])
def test_what_the_login_may_not_list_is_left_out(error: Exception) -> None:
    client = Denied(error, "AdminPoliciesListFull", AdminListUsersFull=USERS)
    result = found(client, acme(policies=[], users=[]), ALL)
    assert names(result) == ["tenant /Beta", "user ACME/alice", "user ACME/bob"]
    assert counts(result) == {"user ": 1, "user Beta": 1}


@pytest.mark.parametrize("error", [Refused("down", status=500), LoginFailed("expired")])
def test_a_server_in_trouble_is_an_error(error: Exception) -> None:
    client = Denied(error, "AdminPoliciesListFull")
    with pytest.raises(type(error)):
        found(client, acme(policies=[]))


def test_an_administrator_of_a_tenant_is_told_of_that_tenant_alone() -> None:
    client = Denied(
        Refused("no", status=403),
        *("AdminOrganizationList", "AdminMetaServerConfigGet", "AdminNewsGetAll"),
        AdminListUsersFull={"alice": user(), "bob": user()},
        AdminPoliciesListFull={"p-1": policy("Old")},
        AdminAccountProperties={"OrganizationID": ACME},
    )
    result = found(client, tree(server={"users": [{"name": "alice"}]}), ALL)
    assert names(result) == ["user /bob"]
    assert counts(result) == {"policy ": 1}


def test_a_password_in_an_address_is_not_told() -> None:
    psas = [{"Type": 1, "URL": "https://joe:hush-hush@a.example"}]
    client = Client(AdminOrganizationList={ACME: {"Name": "ACME", "PSAConfigs": psas}})
    (one,) = found(client, acme(psas=[]))["unmanaged"]
    assert one["name"] == "gradient https://joe:<hidden>@a.example"
