# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is pruned, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._tree import STAGES
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.pruning import (
    ACME,
    ADMINS,
    BETA,
    POLICIES,
    USERS,
    Client,
    acme,
    names,
    policy,
    pruned,
    user,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import tree

# What is a candidate


def test_without_kinds_nothing_is_pruned_nor_asked() -> None:
    client = Client(AdminListUsersFull=USERS)
    assert pruned(client, acme(users=[])) == []
    assert client.asked == []


def test_what_a_listed_tenant_does_not_name_goes() -> None:
    (entry,) = pruned(Client(AdminListUsersFull=USERS), acme(users=[{"name": "alice"}]), "user")
    assert (entry.kind, entry.tenant, entry.name) == ("user", "ACME", "bob")
    assert entry.params == {"name": "bob", "state": "absent"}
    assert not entry.present
    assert STAGES[entry.stage] == "user"


def test_an_empty_list_names_nothing_and_no_list_says_nothing() -> None:
    client = Client(AdminListUsersFull=USERS)
    assert names(pruned(client, acme(users=[]), "user")) == ["user alice", "user bob"]
    assert pruned(client, acme(users=None), "user") == []
    assert pruned(client, acme(policies=[]), "user") == []


def test_the_top_level_is_a_place_of_its_own() -> None:
    client = Client(AdminListUsersFull=USERS)
    (entry,) = pruned(client, tree(server={"users": []}), "user")
    assert (entry.tenant, entry.name) == ("", "dave")


def test_a_tenant_that_is_not_there_yet_holds_nothing() -> None:
    client = Client(AdminListUsersFull=USERS)
    assert pruned(client, tree({"name": "New", "users": [{"name": "erin"}]}), "user") == []


def test_a_tenant_may_be_named_by_its_id() -> None:
    whole = tree({"name": "Renamed", "id": BETA, "users": [{"name": "alice"}]})
    (entry,) = pruned(Client(AdminListUsersFull=USERS), whole, "user")
    assert (entry.tenant, entry.name) == ("Renamed", "carol")


def test_nothing_goes_from_tenants_that_share_a_name() -> None:
    client = Client(AdminListUsersFull=USERS, AdminOrganizationList={ACME: {"Name": "Same"}, BETA: {"Name": "Same"}})
    one, other = ({"name": "Same", "id": key, "users": []} for key in (ACME, BETA))
    assert pruned(client, tree(one, other), "user", "tenant") == []
    assert pruned(client, tree({"name": "Same", "users": []}), "user") == []
    left = pruned(client, tree(one), "user", "tenant", confirm_data_loss=True)
    assert names(left) == ["user alice", "user bob", "tenant Same"]


def test_a_tenant_that_is_to_be_absent_takes_along_what_it_holds_by_itself() -> None:
    whole = tree({"name": "ACME", "state": "absent", "users": []})
    assert pruned(Client(AdminListUsersFull=USERS), whole, "user") == []


def test_what_is_named_as_absent_is_pruned_by_nobody_else() -> None:
    whole = acme(users=[{"name": "alice"}, {"name": "bob", "state": "absent"}])
    assert pruned(Client(AdminListUsersFull=USERS), whole, "user") == []


@pytest.mark.parametrize(
    "named",
    [{"name": "Gold"}, {"id": "p-1"}, {"name": "p-1"}, {"Description": "Gold"}, {"name": "Renamed", "id": "p-1"}],
)
def test_an_object_is_named_in_any_way_that_its_module_takes(named: dict[str, str]) -> None:
    policies = {
        "p-1": {"Description": "Gold", "OrganizationID": ACME},
        "p-2": {"Description": "Old", "OrganizationID": ACME},
    }
    entries = pruned(Client(AdminPoliciesListFull=policies), acme(policies=[named]), "policy")
    assert [dict(one.params) for one in entries] == [{"name": "Old", "id": "p-2", "state": "absent"}]


def test_an_object_that_we_made_under_another_name_is_named_by_the_old_one() -> None:
    ours = POLICY.new_id(ACME, "Gold")
    policies = {ours: policy("Renamed by hand")}
    assert pruned(Client(AdminPoliciesListFull=policies), acme(policies=[{"name": "Gold"}]), "policy") == []


def test_names_count_inside_their_tenant() -> None:
    policies = {
        "p-1": {"Description": "Gold", "OrganizationID": ACME},
        "p-2": {"Description": "Gold", "OrganizationID": BETA},
    }
    whole = tree({"name": "ACME", "policies": [{"name": "Gold"}]}, {"name": "Beta", "policies": []})
    (entry,) = pruned(Client(AdminPoliciesListFull=policies), whole, "policy")
    assert (entry.tenant, entry.params["id"]) == ("Beta", "p-2")


PSAS = [{"Type": 1, "URL": "https://a.example"}, {"Type": 1, "URL": "https://b.example"}]


def test_connections_are_known_by_kind_and_address_in_each_tenant() -> None:
    tenants = {ACME: {"Name": "ACME", "PSAConfigs": PSAS}, BETA: {"Name": "Beta", "PSAConfigs": PSAS}}
    whole = tree(
        {"name": "ACME", "psas": [{"type": "gradient", "url": "https://a.example"}]},
        {"name": "Beta", "psas": [{"type": "gradient", "url": "https://b.example"}]},
    )
    entries = pruned(Client(AdminOrganizationList=tenants), whole, "psa")
    assert [(one.tenant, one.name, one.params["tenant"]) for one in entries] == [
        ("ACME", "gradient https://b.example", ACME),
        ("Beta", "gradient https://a.example", BETA),
    ]
    assert entries[0].params["psa_url"] == "https://b.example"
    at_top = pruned(Client(AdminMetaPsaConfigListGet=PSAS[:1]), tree(server={"psas": []}), "psa")
    assert [dict(one.params) for one in at_top] == [
        {"type": "gradient", "psa_url": "https://a.example", "state": "absent"}
    ]


def test_news_are_known_by_their_text() -> None:
    news = {"n-1": {"TextContent": "Down  on Sunday"}, "n-2": {"TextContent": "Old"}}
    (entry,) = pruned(Client(AdminNewsGetAll=news), tree(server={"news": [{"text": "Down on Sunday"}]}), "news")
    assert entry.params == {"text": "Old", "state": "absent"}


def test_tenants_that_are_not_listed_go_where_tenants_are_listed() -> None:
    (entry,) = pruned(Client(), acme(), "tenant")
    assert (entry.tenant, entry.params) == ("", {"name": "Beta", "id": BETA, "state": "absent"})
    assert STAGES[entry.stage] == "tenant absent"
    assert pruned(Client(), tree(server={"users": []}), "tenant") == []


# What stays all the same


def test_administrators_of_an_external_source_and_those_of_the_server_stay() -> None:
    entries = pruned(Client(AdminMetaServerConfigGet={"AdminUsers": ADMINS}), acme(admin_users=[]), "admin_user")
    assert [dict(one.params) for one in entries] == [
        {"name": "admin", "tenant": ACME, "state": "absent"},
        {"name": "old", "tenant": ACME, "state": "absent"},
    ]


def test_the_login_of_the_run_stays() -> None:
    client = Client(AdminMetaServerConfigGet={"AdminUsers": [*ADMINS[2:3], {"Username": "admin"}]})
    whole = acme(admin_users=[])
    whole.scopes["admin_user"].add("")
    assert names(pruned(client, whole, "admin_user")) == ["admin_user old"]


def test_what_is_protected_or_ignored_or_not_chosen_stays() -> None:
    client = Client(AdminListUsersFull={name: user() for name in ("alice", "svc-1", "svc-2", "bob")})
    whole = acme(users=[{"name": "alice"}])
    protected = pruned(client, whole, "user", protect=[{"kind": "user", "name": "svc-*", "tenant": "AC*"}])
    assert names(protected) == ["user bob"]
    assert names(pruned(client, whole, "user", ignore=[{"name": "bob"}])) == ["user svc-1", "user svc-2"]
    assert names(pruned(client, whole, "user", ignore=[{"name": "bob", "members": ["emails"]}]))[0] == "user svc-1"
    assert names(pruned(client, whole, "user", skip=[{"name": "svc-1"}])) == ["user svc-2", "user bob"]
    assert names(pruned(client, whole, "user", only=[{"tenant": ACME}, {"name": "alice"}])) == [
        "user svc-1",
        "user svc-2",
        "user bob",
    ]


def test_what_is_skipped_in_the_tree_is_named_nevertheless() -> None:
    whole = acme(users=[{"name": "alice"}, {"name": "bob"}])
    assert pruned(Client(AdminListUsersFull=USERS), whole, "user", skip=[{"name": "bob"}]) == []


@pytest.mark.parametrize("named", ["Old", "p-1"])
def test_what_the_tree_refers_to_stays(named: str) -> None:
    users: list[dict[str, Any]] = [{"name": "alice", "policy": named}, {"name": "erin", "policy": None}]
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    assert pruned(client, acme(policies=[], users=users), "policy") == []
    gone = [{**users[0], "state": "absent"}]
    assert names(pruned(client, acme(policies=[], users=gone), "policy")) == ["policy Old"]


def test_a_reference_counts_in_its_own_tenant() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    whole = tree({"name": "ACME", "users": [{"name": "alice", "policy": "Old"}]}, {"name": "Beta", "policies": []})
    assert [one.params["id"] for one in pruned(client, whole, "policy")] == ["p-2"]


def test_connections_of_a_tenant_that_is_not_there_yet_are_none() -> None:
    whole = tree({"name": "New", "psas": [{"type": "gradient", "url": "https://a.example"}]})
    assert pruned(Client(), whole, "psa") == []


def test_who_is_named_by_a_group_stays() -> None:
    whole = acme(users=[], user_groups=[{"name": "All", "users": ["alice"]}])
    assert names(pruned(Client(AdminListUsersFull=USERS), whole, "user")) == ["user bob"]


def test_buckets_of_users_who_stay_are_kept_by_their_vaults() -> None:
    users = {
        "alice": user(Destinations={"v": {"CometBucket": "b-alice"}}),
        "bob": user(Destinations={"v": {"CometBucket": "b-bob"}}),
    }
    buckets = {key: {"OrganizationID": ACME} for key in ("b-alice", "b-bob", "b-loose")}
    client = Client(AdminListUsersFull=users, AdminStorageListBuckets=buckets)
    whole = acme(buckets=[], users=[{"name": "alice"}])
    kept = pruned(client, whole, "bucket", confirm_data_loss=True)
    assert names(kept) == ["bucket b-loose"]
    assert kept[0].params == {"id": "b-loose", "state": "absent", "confirm_data_loss": True}
    both = pruned(client, whole, "bucket", "user", confirm_data_loss=True)
    assert names(both) == ["user bob", "bucket b-bob", "bucket b-loose"]
