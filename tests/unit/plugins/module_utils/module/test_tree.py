# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree is taken apart into its objects, in the order in which they need each other."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module import _tree
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._tree import STAGES, Entry, Tree
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

SINGLE = {task.resource.kind: task for task in TASKS.values() if isinstance(task, ResourceTask)}


def entries(tree: Any) -> list[Entry]:
    return Tree(SINGLE, tree).entries


def told(tree: Any) -> list[tuple[str, str, str]]:
    return [(STAGES[entry.stage], entry.tenant, entry.name) for entry in entries(tree)]


def test_every_kind_of_a_tree_has_a_stage_and_a_task() -> None:
    parts = (_tree.OUTER, _tree.LISTS, _tree.ONLY_TENANTS, _tree.ONLY_SERVER, _tree.ONLY_ONE)
    kinds = {kind for part in parts for kind in part.values()}
    assert kinds <= set(SINGLE)
    assert kinds <= set(STAGES)


def test_objects_come_in_the_order_in_which_they_need_each_other() -> None:
    tree = {
        "tenants": [
            {
                "name": "ACME",
                "users": [{"name": "amy", "policy": "Gold", "user_group": "Staff"}],
                "user_groups": [{"name": "Staff"}, {"name": "Old", "state": "absent"}],
                "policies": [{"name": "Gold"}, {"name": "Bronze", "state": "absent"}],
                "admin_users": [{"name": "boss"}],
            },
            {"name": "Gone", "state": "absent", "users": [{"name": "nobody"}]},
        ],
        "server": {"email": {"from_email": "a@example.com"}, "users": [{"name": "top"}], "update_campaign": {}},
    }
    assert told(tree) == [
        ("server_config", "", ""),
        ("tenant", "", "ACME"),
        ("policy", "ACME", "Gold"),
        ("user_group", "ACME", "Staff"),
        ("user", "", "top"),
        ("user", "ACME", "amy"),
        ("user_group absent", "ACME", "Old"),
        ("policy absent", "ACME", "Bronze"),
        ("admin_user", "ACME", "boss"),
        ("update_campaign", "", ""),
        ("tenant absent", "", "Gone"),
    ]


def test_options_go_by_the_names_of_the_modules() -> None:
    tenant = {
        "name": "ACME",
        "users": [{"name": "amy", "password": "p"}],
        "psas": [{"type": "gradient", "url": "https://psa.example"}],
        "admin_users": [{"name": "boss", "password": "p"}],
    }
    params = {entry.kind: dict(entry.params) for entry in entries({"tenants": [tenant]})}
    assert params["user"] == {"name": "amy", "user_password": "p", "tenant": "ACME"}
    assert params["psa"] == {"type": "gradient", "psa_url": "https://psa.example", "tenant": "ACME"}
    assert params["admin_user"] == {"name": "boss", "admin_user_password": "p", "tenant": "ACME"}


def test_what_is_null_is_not_there() -> None:
    assert entries({"server": None, "tenants": None}) == []
    tree = {"server": {"email": None, "users": None}, "tenants": [{"name": "ACME", "users": None, "hosts": None}]}
    (entry,) = entries(tree)
    assert dict(entry.params) == {"name": "ACME"}


def test_a_tenant_with_an_id_is_addressed_by_it_and_called_by_its_name() -> None:
    user = entries({"tenants": [{"name": "ACME", "id": "t-1", "users": [{"name": "amy"}]}]})[1]
    assert (user.tenant, user.params["tenant"], user.where) == ("ACME", "t-1", "tenants[ACME].users[amy]")


def test_the_top_level_says_nothing_about_tenants() -> None:
    (user,) = entries({"server": {"users": [{"name": "amy"}]}})
    assert "tenant" not in user.params
    assert list(user.references) == []


def test_an_entry_knows_what_it_needs() -> None:
    user = {"name": "amy", "policy": "Gold", "user_group": "Staff", "auto_storage_template": ""}
    found = entries({"tenants": [{"name": "ACME", "users": [user]}]})[1]
    assert set(found.references) == {("tenant", "ACME"), ("policy", "Gold"), ("user_group", "Staff")}


@pytest.mark.parametrize(
    ("group", "stages"),
    [
        ({}, ["user_group"]),
        ({"users": ["amy"]}, ["user_group"]),
        ({"users": ["amy"], "exclusive": True}, ["user_group", "members"]),
        ({"users": ["amy", "eve"]}, ["user_group", "members"]),
        ({"users": []}, ["user_group", "members"]),
        ({"users_absent": ["eve"]}, ["user_group", "members"]),
        ({"users": ["amy"], "state": "absent"}, ["user_group absent"]),
    ],
)
def test_a_group_is_made_before_its_users_and_filled_after_them(group: dict[str, Any], stages: list[str]) -> None:
    users = [{"name": "amy", "user_group": "Staff"}, {"name": "eve"}]
    tree = {"server": {"user_groups": [{"name": "Staff", **group}], "users": users}}
    found = [entry for entry in entries(tree) if entry.kind == "user_group"]
    assert [STAGES[entry.stage] for entry in found] == stages
    assert [entry.bare for entry in found] == [True] * (len(stages) - 1) + [False]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (None, "the tree must be a dictionary, not nothing"),
        ([], "the tree must be a dictionary, not list"),
        ({"server": [], "tenants": []}, "server must be a dictionary, not list"),
        ({"server": {"news": [None]}}, r"server.news\[0\] must be a dictionary, not nothing"),
        ({"server": {"update_campaign": []}}, "server.update_campaign must be a dictionary, not list"),
        ({"tenants": [{"name": ""}]}, r"tenants\[0\] needs a name"),
        ({"tenants": [{"name": "A"}, {"name": "A"}]}, r"tenants\[A\]: the tree names this tenant twice"),
        (
            {"server": {"users": [{"name": "amy"}]}, "tenants": [{"name": "A", "users": [{"name": "amy"}]}]},
            r"tenants\[A\].users\[amy\]: the tree names this user twice",
        ),
    ],
)
def test_what_is_no_tree_is_refused(tree: Any, message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        entries(tree)


def test_policies_of_one_name_may_be_in_several_tenants() -> None:
    policies = [{"name": "Gold"}]
    tree = {"server": {"policies": policies}, "tenants": [{"name": one, "policies": policies} for one in "AB"]}
    assert len(entries(tree)) == 5
