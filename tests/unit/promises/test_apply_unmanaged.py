# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_apply with unmanaged: what nobody has described is told, in every kind of run, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._tree import LISTS, ONLY_SERVER, ONLY_TENANTS
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

Tree = dict[str, Any]
SECRET = "Canary-Secret-4711"
RUNS: dict[str, Tree] = {"check": {"check": True}, "real": {}, "planned": {"state": "planned"}}
each_run = pytest.mark.parametrize("run", RUNS.values(), ids=list(RUNS))

KEY = {"key_hash": f"{SECRET}-key", "key_hash_format": 0}
PAIRS: dict[str, tuple[Tree, Tree]] = {
    "policies": ({"name": "Gold"}, {"name": "Old"}),
    "psas": ({"type": "gradient", "url": "https://a.example"}, {"type": "gradient", "url": "https://b.example"}),
    "shared_quotas": ({"name": "Small", "limit_bytes": 10}, {"name": "Big", "limit_bytes": 20}),
    "user_groups": ({"name": "Staff"}, {"name": "Guests"}),
    "users": ({"name": "alice", "password": SECRET}, {"name": "bob", "password": SECRET}),
    "buckets": ({"id": "bucket-a", **KEY}, {"id": "bucket-b", **KEY}),
    "admin_users": ({"name": "boss", "password": SECRET}, {"name": "mallory", "password": SECRET}),
    "news": ({"text": "Welcome"}, {"text": "Down on Sunday"}),
}
"""Two objects of each list of a tree, of which the second is what a test takes out."""
CALLED = {"psas": "gradient https://b.example", "buckets": "bucket-b", "news": "Down on Sunday"}
KINDS = {**LISTS, **ONLY_TENANTS, **ONLY_SERVER}


def vault(name: str, **options: Any) -> Tree:
    return {"name": name, "type": "s3", "s3_server": "s3.example.com", "s3_bucket_name": name.lower(), **options}


def item(name: str, **options: Any) -> Tree:
    return {"name": name, "engine": "engine1/file", "device": "PC", **options}


def apply(comet: EmulatedServer, tree: Tree, **options: Any) -> Any:
    return succeed(comet.task("comet_apply", objects=tree, **{"unmanaged": "all", **options}))


def told(result: Any) -> list[str]:
    """``kind tenant/name`` of each object, with its owner and who has made it where there is such a thing."""
    found = []
    for one in result["unmanaged"]:
        owner = f" of {one['owner']['kind']} {one['owner']['name']}" if one["owner"] else ""
        made = f" by {one['made_by']}" if one["made_by"] else ""
        found.append(f"{one['kind']} {one['tenant']}/{one['name']}{owner}{made}")
    return found


def counts(result: Any) -> dict[str, int]:
    return {f"{one['kind']} {one['tenant']}": one["count"] for one in result["undescribed"]}


def place(part: str, *items: Tree) -> Tree:
    """A tree with that list, in a tenant if tenants can hold it."""
    if part in ONLY_SERVER:
        return {"server": {part: list(items)}, "tenants": [{"name": "ACME"}]}
    return {"tenants": [{"name": "ACME", part: list(items)}]}


def test_every_list_of_a_tree_is_tried() -> None:
    assert set(PAIRS) == set(KINDS)


@pytest.mark.parametrize("part", PAIRS)
def test_an_object_that_a_list_does_not_name_is_exactly_what_is_told(comet: EmulatedServer, part: str) -> None:
    named, left = PAIRS[part]
    before = apply(comet, place(part, named, left))
    assert told(before) == []
    after = apply(comet, place(part, named), check=True)
    tenant = "" if part in ONLY_SERVER else "ACME"
    assert told(after) == [f"{KINDS[part]} {tenant}/{CALLED.get(part, left.get('name'))}"]
    assert (after["changed"], counts(after)) == (False, counts(before))
    silent = apply(comet, {"tenants": [{"name": "ACME"}]}, check=True)
    assert told(silent) == []
    assert counts(silent)[f"{KINDS[part]} {tenant}"] >= 2


def family() -> Tree:
    """A user with two of everything, whose device is called PC."""
    schedule = {"name": "Nightly", "storage_vault": "Cloud"}
    items = [
        item("Docs", schedules=[schedule, {**schedule, "name": "Weekly"}]),
        item("Photos", schedules=[{**schedule, "name": "Monthly"}]),
    ]
    return {
        "name": "alice",
        "password": SECRET,
        "account_name": "Alice",
        "storage_vaults": [vault("Cloud"), vault("Office")],
        "protected_items": items,
    }


def with_family(comet: EmulatedServer) -> Tree:
    """A server that holds the family, and the tree that says so."""
    tree: Tree = {"tenants": [{"name": "ACME", "users": [{"name": "alice", "password": SECRET}]}]}
    apply(comet, tree)
    comet.change_profile("alice", Devices={"pc": {"FriendlyName": "PC"}})
    tree["tenants"][0]["users"] = [family()]
    assert told(apply(comet, tree)) == []
    return tree


TAKEN: dict[str, tuple[list[str], dict[str, int]]] = {
    "nothing": ([], {}),
    "vault": (["storage_vault ACME/Office of user alice"], {}),
    "item": (["protected_item ACME/Photos of user alice"], {"schedule ACME": 1}),
    "schedule": (["schedule ACME/Weekly of user alice"], {}),
    "schedules of an item": ([], {"schedule ACME": 2}),
    "vaults": ([], {"storage_vault ACME": 2}),
    "items": ([], {"protected_item ACME": 2, "schedule ACME": 3}),
    "items but no schedules": (
        ["schedule ACME/Monthly of user alice", "schedule ACME/Weekly of user alice"],
        {"protected_item ACME": 2},
    ),
}


def take(user: Tree, what: str) -> None:
    """Leave out something of what the family holds."""
    if what == "vault":
        del user["storage_vaults"][1]
    elif what == "item":
        del user["protected_items"][1]
    elif what == "schedule":
        del user["protected_items"][0]["schedules"][1]
    elif what == "schedules of an item":
        del user["protected_items"][0]["schedules"]
    elif what == "vaults":
        del user["storage_vaults"]
    elif what == "items":
        del user["protected_items"]
    elif what == "items but no schedules":
        del user["protected_items"]
        user["schedules"] = [{"name": "Nightly", "protected_item": "Docs", "storage_vault": "Cloud"}]


@pytest.mark.parametrize("what", TAKEN)
@pytest.mark.parametrize("differs", [False, True], ids=["unchanged", "changed"])
@each_run
def test_inside_a_user_the_lists_count_that_it_has(comet: EmulatedServer, what: str, differs: bool, run: Tree) -> None:
    tree = with_family(comet)
    elsewhere = counts(apply(comet, tree, check=True))
    user = tree["tenants"][0]["users"][0]
    take(user, what)
    if differs:
        user["account_name"] = "Somebody else"
    result = apply(comet, tree, **run)
    objects, inside = TAKEN[what]
    assert result["counts"]["changed"] == int(differs)
    assert told(result) == objects
    assert counts(result) == {**elsewhere, **inside}


def test_what_goes_is_not_told_and_what_a_policy_keeps_stays(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    kept = {"Engine": "engine1/file", "OwnerDevice": "pc", "PolicySourceID": "p", "ExistingUserUpdate": True}
    loose = {**kept, "ExistingUserUpdate": False}
    profile = comet.client.call("AdminGetUserProfile", TargetUser="alice")
    sources = {**profile["Sources"], "k": {**kept, "Description": "Kept"}, "l": {**loose, "Description": "Given"}}
    rule = {"Description": "Hourly", "Destination": next(iter(profile["Destinations"]))}
    rules = {**profile["BackupRules"], "k": {**rule, "Source": "k"}, "l": {**rule, "Source": "l"}}
    policy = {**profile["Policy"], "DefaultSourcesBackupRules": {"x": {"Source": "p", "Description": "Hourly"}}}
    comet.change_profile("alice", Sources=sources, BackupRules=rules, Policy=policy)
    user = tree["tenants"][0]["users"][0]
    schedules = [{**one, "protected_item": of["name"]} for of in user["protected_items"] for one in of.pop("schedules")]
    user["schedules"] = schedules
    made = ["protected_item ACME/Given of user alice by policy", "protected_item ACME/Kept of user alice by policy"]
    hourly = "schedule ACME/Hourly of user alice by policy"
    assert told(apply(comet, tree, check=True)) == [*made, hourly, hourly]
    del user["storage_vaults"][1]
    user["exclusive"] = True
    foretold = apply(comet, tree, check=True)
    assert told(foretold) == [made[1], hourly]
    assert told(apply(comet, tree)) == told(foretold)
    assert told(apply(comet, tree, check=True)) == told(foretold)


def test_a_vault_that_a_new_device_got_is_the_policy_s(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    profile = comet.client.call("AdminGetUserProfile", TargetUser="alice")
    own = {"DestinationType": 1000, "Description": "PC's own", "AssociatedDevices": ["pc"]}
    vaults = {**profile["Destinations"], "v": own, "w": {**own, "AssociatedDevices": [], "Description": "Hand-made"}}
    for mode, maker in (("none", ""), ("server_controlled", " by policy"), ("user_controlled", " by user")):
        policy = {**profile["Policy"], "DefaultNewStorageVault": mode}
        comet.change_profile("alice", Destinations=vaults, Policy=policy)
        assert told(apply(comet, tree, check=True)) == [
            "storage_vault ACME/Hand-made of user alice",
            f"storage_vault ACME/PC's own of user alice{maker}",
        ]


def test_entries_of_maps_are_told_where_the_map_is_named_in_part(comet: EmulatedServer) -> None:
    hooks = [{"name": name, "url": f"https://{name}.example.com"} for name in ("a", "b")]
    admins = [{"username": "admin"}, {"username": "second", "password": SECRET}]
    reports = [{"email": f"{name}@example.com", "reports": []} for name in "ab"]
    user = {"name": "alice", "password": SECRET, "override_email_settings": reports}
    tree: Tree = {
        "server": {"webhook_options": hooks, "admin_users": admins},
        "tenants": [{"name": "ACME", "webhook_options": hooks, "users": [user]}],
    }
    assert told(apply(comet, tree)) == []
    silent = counts(apply(comet, {"tenants": [{"name": "ACME", "users": [{"name": "alice"}]}]}, check=True))
    assert {kind: silent[kind] for kind in ("webhook ", "webhook ACME", "admin_user ", "email_report ACME")} == {
        "webhook ": 2,
        "webhook ACME": 2,
        "admin_user ": 2,
        "email_report ACME": 2,
    }
    tree["server"] = {"webhook_options": hooks[:1], "admin_users": admins[:1]}
    tree["tenants"][0].update(webhook_options=hooks[:1])
    user["override_email_settings"] = reports[:1]
    partly = apply(comet, tree, check=True)
    assert told(partly) == [
        "admin_user /second",
        "webhook /b",
        "email_report ACME/b@example.com of user alice",
        "webhook ACME/b",
    ]
    assert partly["changed"] is False
    tree["tenants"][0]["exclusive"] = True
    assert "webhook ACME/b" not in told(apply(comet, tree, check=True))


@each_run
def test_prune_takes_what_would_be_told(comet: EmulatedServer, run: Tree) -> None:
    named, left = PAIRS["policies"]
    apply(comet, place("policies", named, left))
    assert told(apply(comet, place("policies", named), prune=["policy"], **run)) == []


def test_what_cannot_be_compared_is_not_looked_into(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    user = tree["tenants"][0]["users"][0]
    take(user, "vault")
    user["policy"] = "Nowhere"
    failed = comet.task("comet_apply", objects=tree, unmanaged="listed")
    assert failed["counts"]["failed"] == 1
    assert failed["unmanaged"] == []


def test_ignored_members_and_names_are_not_told_inside_users(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    take(tree["tenants"][0]["users"][0], "vault")
    ignored = [{"kind": "user", "members": ["storage_vaults"]}]
    whole = apply(comet, tree, check=True, ignore=ignored)
    assert (told(whole), "storage_vault ACME" in counts(whole)) == ([], False)
    assert told(apply(comet, tree, check=True, ignore=[{"name": "Off*"}])) == []
    assert told(apply(comet, tree, check=True, skip=[{"name": "alice"}])) == []


def test_an_administrator_of_a_tenant_hears_of_that_tenant(comet: EmulatedServer) -> None:
    admin = {"name": "boss", "password": PASSWORD}
    lists = {part: list(PAIRS[part]) for part in ("policies", "users")}
    apply(comet, {"tenants": [{"name": "ACME", **lists, "admin_users": [admin]}, {"name": "Beta"}]})
    login = {"username": "boss", "password": PASSWORD}
    tree = {"server": {"policies": [{"name": "Gold"}], "users": [{"name": "alice"}]}}
    result = apply(comet, tree, check=True, **login)
    assert told(result) == ["policy /Old", "user /bob"]
    assert not {"tenant ", "admin_user ", "policy Beta"} & set(counts(result))
    assert counts(apply(comet, {"server": {"users": []}}, check=True, **login))["policy "] == 2


def test_without_the_option_nothing_more_is_read_or_told(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    comet.forget_calls()
    quiet = apply(comet, tree, check=True, unmanaged="none")
    reads = comet.calls(writes=False)
    assert not {"unmanaged", "undescribed"} & set(quiet)
    comet.forget_calls()
    listed = apply(comet, tree, check=True, unmanaged="listed")
    assert "undescribed" not in listed
    more = [method for method in comet.calls(writes=False) if method not in reads]
    assert set(more) <= {"AdminListUsersFull", "AdminAccountProperties"}


def test_a_secret_in_a_name_is_not_told(comet: EmulatedServer) -> None:
    tree = with_family(comet)
    profile = comet.client.call("AdminGetUserProfile", TargetUser="alice")
    named = {"DestinationType": 1000, "Description": f"key {SECRET}"}
    comet.change_profile("alice", Destinations={**profile["Destinations"], "v": named})
    tree["tenants"][0]["policies"] = []
    comet.client.call("AdminPoliciesSet", PolicyID="p", Policy={"Description": SECRET, "OrganizationID": ""})
    for differs in ("Alice", "Somebody else"):
        tree["tenants"][0]["users"][0]["account_name"] = differs
        for source in (tree, {**tree, "server": {"policies": []}}):
            result = apply(comet, source, check=True)
            assert SECRET not in str(result), result
            assert "storage_vault ACME/key ********" in [one.partition(" of ")[0] for one in told(result)]


@pytest.mark.parametrize("value", ["everything", "", True, ["all"]])
def test_another_value_is_refused_with_those_that_count(comet: EmulatedServer, value: Any) -> None:
    refused = comet.task("comet_apply", objects={"server": {"users": []}}, unmanaged=value)
    assert refused["failed"]
    assert "unmanaged" in refused["msg"]
    assert "listed" in refused["msg"]
    assert comet.calls(writes=False) == []
