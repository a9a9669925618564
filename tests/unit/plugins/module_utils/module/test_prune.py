# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is pruned, what stays, and when nothing is pruned at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._module._foresight import Foresight, LooksCutShort
from ansible_collections.comet.backup.plugins.module_utils._module._prune import KINDS, Prune, prune_spec
from ansible_collections.comet.backup.plugins.module_utils._module._scopes import Held
from ansible_collections.comet.backup.plugins.module_utils._module._selection import Selection
from ansible_collections.comet.backup.plugins.module_utils._module._tree import STAGES, Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._state._errors import NeedsConfirmation, TooManyDeletions
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Hooks
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS, server, tree
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

ACME, BETA, TOP = "t-acme", "t-beta", ""


class Login:
    username = "admin"
    auth_type = "Password"


class Client(ScriptedClient):
    """A server that holds what a test says, by calls of the API."""

    login = Login()

    def __init__(self, **answers: Any) -> None:
        users = answers.get("AdminListUsersFull", {})
        told = {
            "AdminAccountProperties": {},
            "AdminOrganizationList": {ACME: {"Name": "ACME"}, BETA: {"Name": "Beta"}},
            "AdminListUsersFull": users,
            "AdminListUsers": list(users),
            "AdminPoliciesListFull": {},
            "AdminUserGroupsListFull": {},
            "AdminSquotaListAll": {"Entries": {}},
            "AdminStorageListBuckets": {},
            "AdminNewsGetAll": {},
            "AdminMetaPsaConfigListGet": [],
            "AdminMetaServerConfigGet": {"AdminUsers": []},
            **answers,
        }
        super().__init__({method: [answer] for method, answer in told.items()}, check_mode=True)


def user(tenant: str = ACME, **members: Any) -> dict[str, Any]:
    return {"OrganizationID": tenant, **members}


def policy(name: str, tenant: str = ACME) -> dict[str, Any]:
    return {"Description": name, "OrganizationID": tenant}


def pruned(client: ScriptedClient, whole: Tree, *kinds: str, **options: Any) -> list[Entry]:
    params = {"prune": kinds, "max_deletions": 10, **options}
    selection = Selection(params, TASKS)
    chosen = selection.chosen(whole.entries)
    return Prune(server(client), TASKS, whole, selection, chosen, params).entries()


def names(entries: list[Entry]) -> list[str]:
    return [f"{one.kind} {one.name}" for one in entries]


def acme(**lists: Any) -> Tree:
    return tree({"name": "ACME", **lists})


USERS = {"alice": user(), "bob": user(), "carol": user(BETA), "dave": user(TOP)}


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


ADMINS = [
    {"Username": "admin", "OrganizationID": ACME},
    {"Username": "ldap", "OrganizationID": ACME, "ExternalAuthenticationSource": "corp"},
    {"Username": "old", "OrganizationID": ACME},
    {"Username": "admin", "OrganizationID": ""},
]


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


POLICIES = {"p-1": policy("Old"), "p-2": policy("Old", BETA), "p-3": policy("House", TOP)}


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
