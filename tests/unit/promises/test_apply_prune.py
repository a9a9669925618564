# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_apply with prune: the server holds what the tree names, or nothing at all is changed."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

Tree = dict[str, Any]
PASSWORD = "a-long-secret-1"
VAULT = {"name": "Vault", "type": "s3", "s3_server": "s3.example.com", "s3_bucket_name": "b"}
KINDS = ["user", "user_group", "policy", "shared_quota", "psa", "news", "admin_user", "tenant"]


def user(name: str, **options: Any) -> Tree:
    return {"name": name, "password": PASSWORD, **options}


def apply(comet: EmulatedServer, tree: Tree, **options: Any) -> Any:
    return comet.task("comet_apply", objects=tree, **options)


def told(result: Any) -> list[str]:
    return [f"{one['outcome']} {one['kind']} {one['tenant']}/{one['name']}" for one in result["objects"]]


def full(comet: EmulatedServer) -> Tree:
    """A server with something of everything, and the tree that describes it."""
    tree: Tree = {
        "server": {
            "policies": [{"name": "House"}],
            "users": [user("top", policy="House"), user("spare")],
            "news": [{"text": "Welcome"}, {"text": "Down on Sunday"}],
            "psas": [{"type": "gradient", "url": "https://psa.example"}],
        },
        "tenants": [
            {
                "name": "ACME",
                "policies": [{"name": "Gold"}, {"name": "Old"}],
                "shared_quotas": [{"name": "Small", "limit_bytes": 10}],
                "user_groups": [{"name": "Staff"}, {"name": "Left"}],
                "users": [user("alice", policy="Old", user_group="Left"), user("bob", policy="Gold")],
                "psas": [{"type": "gradient", "url": f"https://{one}.example"} for one in "ab"],
                "admin_users": [{"name": "boss", "password": PASSWORD}, {"name": "gone", "password": PASSWORD}],
            },
            {"name": "Beta", "users": [user("carol")]},
        ],
    }
    made = apply(comet, tree)
    assert not made.get("failed"), made["msg"]
    comet.forget_calls()
    return tree


def test_what_is_not_written_goes(comet: EmulatedServer) -> None:
    tree = full(comet)
    acme = tree["tenants"][0]
    tree["tenants"] = [
        {
            **acme,
            "policies": [{"name": "Gold"}],
            "shared_quotas": [],
            "user_groups": [{"name": "Staff"}],
            "users": [user("alice", policy="Gold", user_group="Staff")],
            "psas": acme["psas"][:1],
            "admin_users": acme["admin_users"][:1],
        }
    ]
    tree["server"].update(users=[user("top")], news=[{"text": "Welcome"}], psas=[])
    done = apply(comet, tree, prune=KINDS, confirm_data_loss=True)
    assert not done.get("failed"), done["msg"]
    assert sorted(told(done)) == sorted(
        [
            "deleted user /spare",
            "deleted user ACME/bob",
            "deleted user_group ACME/Left",
            "deleted policy ACME/Old",
            "deleted shared_quota ACME/Small",
            "deleted psa ACME/gradient https://b.example",
            "deleted psa /gradient https://psa.example",
            "deleted admin_user ACME/gone",
            "deleted news /Down on Sunday",
            "deleted tenant /Beta",
            "changed user ACME/alice",
        ]
    )
    assert told(done)[-1] == "changed user ACME/alice"
    comet.forget_calls()
    again = apply(comet, tree, prune=KINDS)
    assert (again["changed"], again["objects"]) == (False, [])
    assert comet.calls(writes=True) == []


def test_check_mode_foretells_exactly_that(comet: EmulatedServer) -> None:
    tree = full(comet)
    tree["tenants"][0].update(policies=[{"name": "Gold"}], users=[user("alice", policy="Gold")], user_groups=[])
    options = {"prune": KINDS, "force": True}
    before = comet.digest
    foretold = apply(comet, tree, check=True, **options)
    planned = apply(comet, tree, state="planned", **options)
    assert comet.digest == before
    assert comet.calls(writes=True) == []
    done = apply(comet, tree, **options)
    assert not done.get("failed"), done["msg"]
    assert told(foretold) == told(planned) == told(done)
    assert [one["before"] for one in foretold["diff"]] == [one["before"] for one in done["diff"]]


REFUSED = [
    ({"max_deletions": 2}, r"prune would delete 3 objects \(user bob of tenant ACME, .*max_deletions is 2"),
    ({}, "deleting user bob of tenant ACME loses the keys of its 1 storage vaults.*set confirm_data_loss"),
]


@pytest.mark.parametrize(("options", "refusal"), REFUSED)
def test_what_must_not_go_stops_everything(comet: EmulatedServer, options: Tree, refusal: str) -> None:
    tree = full(comet)
    assert not comet.task("comet_user", name="bob", storage_vaults=[VAULT]).get("failed")
    before = comet.digest
    comet.forget_calls()
    tree["tenants"][0].update(suspended=True, users=[user("alice", suspended=True)], psas=[], user_groups=None)
    refused = apply(comet, tree, prune=["user", "psa"], **options)
    assert refused["failed"]
    assert re.search(refusal, refused["msg"]), refused["msg"]
    assert comet.digest == before
    assert comet.calls(writes=True) == []


def test_a_word_too_many_or_too_few_is_what_the_guards_count(comet: EmulatedServer) -> None:
    tree = full(comet)
    tree["tenants"][0].update(users=[user("alice")], psas=[])
    assert apply(comet, tree, prune=["user", "psa"], max_deletions=3)["counts"]["deleted"] == 3


NEEDED_NO_MORE = [
    ({"policies": [{"name": "Gold"}], "users": [user("alice", policy="Gold"), user("bob")]}, "policy ACME/Old"),
    ({"user_groups": [{"name": "Staff"}], "users": [user("alice", user_group="Staff")]}, "user_group ACME/Left"),
    ({"user_groups": [{"name": "Staff", "users": ["alice"]}]}, "user_group ACME/Left"),
    (
        {"shared_quotas": [], "users": [user("bob", storage_vaults=[{**VAULT, "shared_quota": ""}])]},
        "shared_quota ACME/Small",
    ),
    (
        {"shared_quotas": [], "users": [user("bob", storage_vaults=[{**VAULT, "state": "absent"}])]},
        "shared_quota ACME/Small",
    ),
    ({"shared_quotas": [], "users": [user("bob", state="absent")]}, "shared_quota ACME/Small"),
    ({"users": [user("bob"), user("carol")]}, "tenant /Beta"),
]


@pytest.mark.parametrize(("lists", "gone"), NEEDED_NO_MORE)
@pytest.mark.parametrize("prune", [True, False])
def test_what_nobody_needs_by_then_goes_without_a_second_word(
    comet: EmulatedServer, lists: Tree, gone: str, prune: bool
) -> None:
    full(comet)
    comet.task("comet_user", name="bob", storage_vaults=[{**VAULT, "shared_quota": "Small"}])
    kind, name = gone.split(" ", 1)
    # A user who goes takes the key of a vault along; nobody else loses anything.
    options = {"confirm_data_loss": kind == "shared_quota", "prune": [kind] if prune else []}
    tree = {"tenants": [{"name": "ACME", **lists}]}
    if not prune:
        absent = {"name": name.split("/")[1], "state": "absent"}
        plural = {"policy": "policies"}.get(kind, f"{kind}s")
        whose = tree if kind == "tenant" else tree["tenants"][0]
        whose[plural] = [*whose[plural], absent]
    foretold = apply(comet, tree, check=True, **options)
    assert not foretold.get("failed"), foretold["msg"]
    done = apply(comet, tree, **options)
    assert not done.get("failed"), done["msg"]
    assert f"deleted {gone}" in told(done)
    assert told(foretold) == told(done)


def test_a_policy_in_use_needs_a_second_word(comet: EmulatedServer) -> None:
    tree = full(comet)
    tree["tenants"][0].update(policies=[{"name": "Gold"}], users=None)
    refused = apply(comet, tree, prune=["policy"])
    assert "deleting policy Old of tenant ACME leaves 1 users without it (alice)" in refused["msg"]
    assert "set force to true" in refused["msg"]
    assert told(apply(comet, tree, prune=["policy"], force=True)) == ["deleted policy ACME/Old"]


def test_nothing_is_pruned_once_something_has_failed(comet: EmulatedServer) -> None:
    tree = full(comet)
    users = [user("alice", policy="Gold"), user("bob", policy="Nowhere")]
    tree["tenants"][0].update(policies=[{"name": "Gold"}], users=users)
    done = apply(comet, tree, prune=["policy"])
    assert done["failed"]
    assert sorted(told(done)) == ["changed user ACME/alice", "failed user ACME/bob", "skipped policy ACME/Old"]
    users[1]["policy"] = ""
    assert told(apply(comet, tree, prune=["policy"])) == ["deleted policy ACME/Old", "changed user ACME/bob"]


def test_what_is_protected_or_ignored_stays(comet: EmulatedServer) -> None:
    tree = full(comet)
    acme = tree["tenants"][0]
    acme.update(users=[user("alice")], policies=[{"name": "Gold"}], psas=acme["psas"][:1])
    tree["tenants"] = [acme]
    kept = apply(
        comet,
        tree,
        prune=["user", "policy", "tenant", "psa"],
        protect=[{"kind": "tenant", "name": "B*"}, {"name": "nobody"}],
        ignore=[{"kind": "user", "name": "bob"}, {"kind": "policy", "tenant": "ACME"}],
    )
    assert told(kept) == ["deleted psa ACME/gradient https://b.example"]
    assert kept["warnings"] == ["protect[1]: no object fits this selector"]


def test_pruning_reads_each_list_once(comet: EmulatedServer) -> None:
    tree = full(comet)
    tree["tenants"][0].update(users=[user("alice", policy="Gold")], policies=[{"name": "Gold"}])
    result = apply(comet, {"tenants": tree["tenants"][:1]}, prune=["user", "policy"], check=True)
    assert told(result) == ["deleted user ACME/bob", "deleted policy ACME/Old", "changed user ACME/alice"]
    reads = comet.calls(writes=False)
    assert all(reads.count(method) == 1 for method in ("AdminListUsers", "AdminPoliciesListFull"))
    # Once to begin with, and once more to see who needs a policy that goes.
    assert reads.count("AdminListUsersFull") == 2


def test_only_a_part_may_be_pruned(comet: EmulatedServer) -> None:
    tree = full(comet)
    tree["tenants"][0].update(users=[])
    tree["tenants"][1].update(users=[])
    done = apply(comet, tree, prune=["user"], only=[{"tenant": "Beta"}])
    assert told(done) == ["deleted user Beta/carol"]


def test_a_server_that_knows_none_of_the_tree_is_left_alone(comet: EmulatedServer) -> None:
    full(comet)
    before = comet.digest
    strange = apply(comet, {"tenants": [{"name": "Elsewhere", "users": [user("zoe")]}]}, prune=["tenant"])
    assert "the server has no tenant that the tree names, but 2 that it does not name" in strange["msg"]
    assert comet.digest == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_taken_out_of_the_tree_goes_from_the_server(comet: EmulatedServer, seed: int) -> None:
    random = Random(seed)
    tree = full(comet)
    definitions = [tree["server"], *tree["tenants"]]
    taken: list[str] = []
    for definition in definitions:
        for name in ("users", "user_groups", "psas", "news", "shared_quotas"):
            items = definition.get(name) or []
            gone = [one for one in items if random.random() < 0.4]
            taken += [str(one.get("name") or one.get("text") or one.get("url")) for one in gone]
            if name in definition:
                definition[name] = [one for one in items if one not in gone]
    for one in (one for definition in definitions for one in definition.get("users") or ()):
        one["user_group"] = ""
    done = apply(comet, tree, prune=KINDS, confirm_data_loss=True, max_deletions=len(taken), concurrency=4)
    if done.get("failed"):
        # Of a list of which nothing is left, the others look like those of another server.
        assert "that the tree names" in done["msg"]
        return
    deleted = [one["name"] for one in done["objects"] if one["outcome"] == "deleted"]
    assert sorted(name.split()[-1] if "://" in name else name for name in deleted) == sorted(taken)
    assert not apply(comet, tree, prune=KINDS)["changed"]
