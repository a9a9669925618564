# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When nothing is pruned at all, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._module._foresight import Foresight, LooksCutShort
from ansible_collections.comet.backup.plugins.module_utils._module._prune import KINDS, prune_spec
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import Held
from ansible_collections.comet.backup.plugins.module_utils._state._errors import NeedsConfirmation, TooManyDeletions
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
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
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS, server, tree

# Guards


def test_no_more_goes_than_the_task_allows() -> None:
    client = Client(AdminListUsersFull={f"user-{number:02}": user() for number in range(60)})
    with pytest.raises(
        TooManyDeletions, match=r"delete 60 objects \(user user-00 of tenant ACME, .*user-49 .*, \.\.\.\)"
    ):
        pruned(client, acme(users=[]), "user", max_deletions=59)
    assert len(pruned(client, acme(users=[]), "user", max_deletions=60)) == 60


def test_everything_that_would_be_lost_is_told_at_once() -> None:
    users = {"alice": user(Destinations={"v": {}}), "bob": user(PolicyID="p-1")}
    client = Client(AdminListUsersFull=users, AdminPoliciesListFull=POLICIES)
    whole = acme(policies=[], users=[{"name": "bob"}])
    with pytest.raises(NeedsConfirmation) as refusal:
        pruned(client, whole, "user", "policy")
    assert refusal.value.message == (
        "prune: deleting user alice of tenant ACME loses the keys of its 1 storage vaults, so that their backups can "
        "never be read again; deleting policy Old of tenant ACME leaves 1 users without it (bob); nothing is changed; "
        "set confirm_data_loss and force to true if that is meant, or protect what is to stay"
    )
    with pytest.raises(NeedsConfirmation, match="set force to true"):
        pruned(client, whole, "user", "policy", confirm_data_loss=True)
    entries = pruned(client, whole, "user", "policy", confirm_data_loss=True, force=True)
    assert [one.params.get("confirm_data_loss", one.params.get("force")) for one in entries] == [True, True]


QUOTAS = {"Entries": {"q-1": {"Description": "Q", "OrganizationID": ACME}}}
GROUPS = {"g-1": {"Name": "G", "OrganizationID": ACME}, "g-2": {"Name": "New", "OrganizationID": ACME}}
VAULT = {"v-1": {"Description": "Vault", "StorageLimitID": "q-1"}}


@pytest.mark.parametrize(
    ("held", "lists", "kinds"),
    [
        (
            {"PolicyID": "p-1"},
            {"policies": [{"name": "New"}], "users": [{"name": "alice", "policy": "New"}]},
            ["policy"],
        ),
        ({"PolicyID": "p-1"}, {"policies": [], "users": [{"name": "alice", "policy": ""}]}, ["policy"]),
        ({"PolicyID": "p-1"}, {"policies": [], "users": [{"name": "alice", "state": "absent"}]}, ["policy"]),
        ({"PolicyID": "p-1"}, {"policies": [], "users": [{"name": "alice", "PolicyID": "p-3"}]}, ["policy"]),
        ({"PolicyID": "p-1"}, {"policies": [], "users": []}, ["policy", "user"]),
        ({"GroupID": "g-1"}, {"user_groups": [{"name": "New", "users": ["alice"]}]}, ["user_group"]),
        (
            {"GroupID": "g-1"},
            {"user_groups": [{"name": "New"}], "users": [{"name": "alice", "user_group": "New"}]},
            ["user_group"],
        ),
        ({"GroupID": "g-1"}, {"user_groups": [{"name": "New"}], "users": []}, ["user_group", "user"]),
        (
            {"Destinations": VAULT},
            {
                "shared_quotas": [],
                "users": [{"name": "alice", "storage_vaults": [{"name": "Vault", "shared_quota": ""}]}],
            },
            ["shared_quota"],
        ),
        (
            {"Destinations": VAULT},
            {"shared_quotas": [], "users": [{"name": "alice", "storage_vaults": [{"id": "v-1", "state": "absent"}]}]},
            ["shared_quota"],
        ),
    ],
)
def test_what_nobody_will_need_by_then_is_no_loss(
    held: Mapping[str, Any], lists: dict[str, Any], kinds: list[str]
) -> None:
    client = Client(
        AdminListUsersFull={"alice": user(**held)},
        AdminPoliciesListFull={**POLICIES, "p-4": policy("New")},
        AdminUserGroupsListFull=GROUPS,
        AdminSquotaListAll=QUOTAS,
    )
    assert kinds[0] in [one.kind for one in pruned(client, acme(**lists), *kinds)]
    # The same without what the tree says of the user.
    alone = {name: items for name, items in lists.items() if name != "users"}
    groups = alone.get("user_groups", ())
    alone.update({"user_groups": [{"name": "New"}]} if groups else {})
    with pytest.raises(
        NeedsConfirmation, match=r"deleting (policy Old|user group G|shared quota Q) of tenant ACME leaves 1"
    ):
        pruned(client, acme(**alone), *kinds)


def test_what_the_run_does_not_work_on_stays_as_it_is() -> None:
    client = Client(AdminListUsersFull={"alice": user(PolicyID="p-1")}, AdminPoliciesListFull=POLICIES)
    whole = acme(policies=[], users=[{"name": "alice", "policy": ""}])
    assert names(pruned(client, whole, "policy")) == ["policy Old"]
    with pytest.raises(NeedsConfirmation, match="leaves 1 users without it"):
        pruned(client, whole, "policy", skip=[{"name": "alice"}])


def test_who_moves_to_another_tenant_is_not_lost_with_the_old_one() -> None:
    client = Client(AdminListUsersFull={"carol": user(BETA)})
    assert names(pruned(client, acme(users=[{"name": "carol"}]), "tenant")) == ["tenant Beta"]
    with pytest.raises(NeedsConfirmation, match="deleting tenant Beta deletes its 1 users as well"):
        pruned(client, acme(), "tenant")


def test_a_list_of_users_that_lacks_some_is_not_acted_on() -> None:
    client = Client(AdminListUsersFull=USERS, AdminListUsers=[*USERS, "erin"])
    with pytest.raises(LooksCutShort, match="lists 4 users in full, but 1 more by name"):
        pruned(client, acme(users=[{"name": "alice"}]), "user")


def test_users_are_counted_only_where_they_matter() -> None:
    client = Client(AdminListUsersFull=USERS, AdminNewsGetAll={"n-1": {"TextContent": "Old"}})
    pruned(client, tree(server={"news": []}), "news", "user")
    assert "AdminListUsers" not in client.methods
    pruned(client, acme(users=[{"name": "alice"}, {"name": "bob"}]), "user")
    assert "AdminListUsers" not in client.methods


def test_a_server_that_knows_nothing_of_the_tree_looks_like_another_one() -> None:
    client = Client(AdminListUsersFull=USERS)
    with pytest.raises(LooksCutShort, match="has no user that the tree names, but 2 that it does not name"):
        pruned(client, acme(users=[{"name": "erin"}]), "user")
    with pytest.raises(LooksCutShort, match="has no tenant that the tree names, but 2"):
        pruned(client, tree({"name": "Gamma"}), "tenant")
    # Those who are to go, or whose tenant is not there yet, do not count.
    assert len(pruned(client, acme(users=[{"name": "erin", "state": "absent"}]), "user")) == 2
    late = tree({"name": "ACME", "users": []}, {"name": "New", "users": [{"name": "erin"}]})
    assert len(pruned(client, late, "user")) == 2


# Order and calls


def test_what_others_need_goes_after_them() -> None:
    client = Client(
        AdminListUsersFull=USERS,
        AdminPoliciesListFull=POLICIES,
        AdminUserGroupsListFull=GROUPS,
        AdminSquotaListAll=QUOTAS,
        AdminStorageListBuckets={"b-1": {"OrganizationID": ACME}},
        AdminMetaServerConfigGet={"AdminUsers": ADMINS[2:3]},
    )
    listed = ("policies", "user_groups", "shared_quotas", "users", "buckets", "admin_users")
    lists: dict[str, Any] = {name: [] for name in listed}
    entries = pruned(client, acme(**lists), *KINDS, confirm_data_loss=True)
    order = [one.kind for one in entries]
    assert order == [
        "user",
        "user",
        "bucket",
        "user_group",
        "user_group",
        "policy",
        "shared_quota",
        "admin_user",
        "tenant",
    ]
    assert [one.stage for one in entries] == sorted(one.stage for one in entries)


def test_each_list_is_read_once_and_only_where_it_counts() -> None:
    client = Client(AdminListUsersFull=USERS, AdminPoliciesListFull=POLICIES)
    both = tree({"name": "ACME", "policies": [], "users": []}, {"name": "Beta", "policies": [], "users": []})
    pruned(client, both, *KINDS)
    assert sorted(client.methods) == sorted(
        [
            "AdminOrganizationList",
            "AdminAccountProperties",
            "AdminListUsersFull",
            "AdminPoliciesListFull",
            "AdminListUsers",
        ]
    )
    assert all(not parameters for _method, parameters in client.asked)


def test_an_administrator_of_a_tenant_prunes_in_that_one() -> None:
    client = Client(
        AdminAccountProperties={"OrganizationID": ACME},
        AdminOrganizationList=Refused("no", "AdminOrganizationList", "path", 403, "no"),
        AdminListUsersFull={"alice": user(), "bob": user()},
    )
    assert names(pruned(client, tree(server={"users": [{"name": "alice"}]}), "user")) == ["user bob"]
    assert names(pruned(client, tree({"name": "ACME", "id": ACME, "users": [{"name": "alice"}]}), "user")) == [
        "user bob"
    ]
    assert pruned(client, tree({"name": "ACME", "users": [{"name": "alice"}]}), "user") == []


@pytest.mark.parametrize("error", [LoginFailed("no", "m", "p", 403, "no"), Refused("no", "m", "p", 500, "no")])
def test_tenants_that_cannot_be_listed_stop_it(error: Exception) -> None:
    with pytest.raises(type(error)):
        pruned(Client(AdminOrganizationList=error), acme(users=[]), "user")


def test_every_kind_has_a_list_or_is_the_outermost() -> None:
    choices = prune_spec()["prune"]["choices"]
    assert sorted(KINDS) == choices
    assert all(TASKS[kind].resource.deletable for kind in choices)


# Looking ahead


def test_users_are_seen_as_they_will_be() -> None:
    vault = {"name": "Vault", "shared_quota": "Q", "associated_devices": ["d-2"]}
    options = {"name": "alice", "policy": "New", "storage_vaults": [vault]}
    whole = acme(users=[{"name": "bob", "state": "absent"}, options])
    held = {"Description": "Vault", "StorageLimitID": "q-1", "AssociatedDevices": ["d-1"]}
    alice = user(PolicyID="p-1", Emails=["a@example.com"], Destinations={"v-1": held})
    foresight = Foresight(server(Client(AdminListUsersFull={"alice": alice, "bob": user()})), TASKS, whole.entries, [])
    after = {"PolicyID": "", "OrganizationID": "", "Destinations": {"v-1": {**held, "StorageLimitID": ""}}}
    assert dict(foresight.accounts) == {"alice": {**alice, **after}}
    assert len(foresight.accounts) == 1
    assert "bob" not in foresight.accounts
    assert foresight.accounts["alice"]["Emails"] == ["a@example.com"]


class Curious(Hooks):
    """Asks for more than users before it says what is lost."""

    def loss(self, server: Server, found: Found) -> str:
        return f"{server.client.call('AdminNewsGetAll')} {server.client.version()}"


def test_everything_but_users_is_seen_as_it_is() -> None:
    foresight = Foresight(server(Client()), TASKS, [], [])
    news = replace(TASKS["news"].resource, hooks=Curious())
    assert foresight.loss(Held(news, "n-1", {"n-1": {}}, "", (), {})) == "{} (25, 9, 8)"
