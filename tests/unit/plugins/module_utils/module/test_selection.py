# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selectors: what they fit, what is chosen and what is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._module._selection import (
    KINDS,
    Selection,
    Subject,
    selector_spec,
)
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS, entry, tree

FLEET = tree(
    {
        "name": "ACME",
        "policies": [{"name": "Gold"}, {"name": "Silver"}],
        "users": [{"name": "alice", "policy": "Gold"}, {"name": "svc-backup"}],
    },
    {"name": "Beta", "id": "b-1", "policies": [{"name": "Gold"}], "users": [{"name": "bob"}]},
    server={"email": {"mode": "builtin"}, "policies": [{"id": "p-1", "name": "House"}]},
)


def titles(entries: Sequence[Entry]) -> list[str]:
    return sorted(f"{one.tenant}/{one.kind}/{one.name}" for one in entries)


def select(**options: Any) -> Selection:
    return Selection(options, TASKS)


EVERYTHING = [
    "/policy/House",
    "/server_config/",
    "/tenant/ACME",
    "/tenant/Beta",
    "ACME/policy/Gold",
    "ACME/policy/Silver",
    "ACME/user/alice",
    "ACME/user/svc-backup",
    "Beta/policy/Gold",
    "Beta/user/bob",
]
GROUND = [
    ({"kind": "policy"}, ["/policy/House", "ACME/policy/Gold", "ACME/policy/Silver", "Beta/policy/Gold"]),
    ({"kind": "policy", "name": "[GS]*", "tenant": "A*"}, ["ACME/policy/Gold", "ACME/policy/Silver"]),
    ({"name": "svc-*"}, ["ACME/user/svc-backup"]),
    ({"name": "SVC-*"}, []),
    ({"tenant": "Beta"}, ["/tenant/Beta", "Beta/policy/Gold", "Beta/user/bob"]),
    ({"tenant": "b-1"}, ["/tenant/Beta"]),
    ({"tenant": ""}, ["/policy/House", "/server_config/"]),
    ({"name": "p-1"}, ["/policy/House"]),
    ({"kind": "server_config", "name": ""}, ["/server_config/"]),
]


@pytest.mark.parametrize(("selector", "fitting"), GROUND)
def test_only_and_skip_choose_by_kind_name_and_tenant(selector: dict[str, str], fitting: list[str]) -> None:
    assert titles(FLEET.entries) == EVERYTHING
    if fitting:
        assert titles(select(only=[selector]).chosen(FLEET.entries)) == fitting
    assert titles(select(skip=[selector]).chosen(FLEET.entries)) == sorted({*EVERYTHING} - {*fitting})


def test_without_selectors_everything_is_chosen() -> None:
    assert titles(select(only=None, skip=[]).chosen(FLEET.entries)) == EVERYTHING


def test_skip_wins_over_only() -> None:
    chosen = select(only=[{"tenant": "ACME"}], skip=[{"kind": "user"}, {"kind": "tenant"}]).chosen(FLEET.entries)
    assert titles(chosen) == ["ACME/policy/Gold", "ACME/policy/Silver"]


def test_an_only_that_chooses_nothing_is_no_success() -> None:
    with pytest.raises(InvalidOption, match="only: nothing in the tree is chosen") as refused:
        select(only=[{"kind": "user", "name": "carol"}]).chosen(FLEET.entries)
    assert refused.value.details() == {"chosen": 0}


@pytest.mark.parametrize(
    ("selector", "complaint"),
    [
        ({"kind": "users"}, r"skip\[1\].kind: a tree holds no users; did you mean user\?"),
        ({"kind": "device"}, r"skip\[1\].kind: a tree holds no device; valid are: admin_user, bucket"),
        ({"kind": None}, r"skip\[1\]: says neither kind nor name nor tenant"),
    ],
)
def test_a_selector_that_cannot_be_meant_is_refused(selector: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidOption, match=complaint):
        select(skip=[{"name": "*"}, selector])


def test_every_kind_of_a_tree_may_be_selected() -> None:
    assert {one.kind for one in FLEET.entries} <= set(KINDS) <= set(TASKS)


WORDS = st.text("aB*?[]!-x", max_size=6)


@given(WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=3), WORDS)
def test_patterns_are_those_of_the_shell(name: str, tenant: str, names: list[str], whose: str) -> None:
    selection = select(protect=[{"kind": "user", "name": name, "tenant": tenant}])
    expected = any(fnmatchcase(one, name) for one in names) and fnmatchcase(whose, tenant)
    assert selection.protects(Subject("user", names, [whose])) == expected
    assert not selection.protects(Subject("policy", names, [whose]))


SELECTORS = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from(KINDS), "name": st.sampled_from(("*", "Gold", "al*", "")), "tenant": WORDS}
).filter(bool)


@given(st.lists(SELECTORS, min_size=1, max_size=3))
def test_what_is_not_chosen_by_only_is_what_remains_with_skip(selectors: list[dict[str, str]]) -> None:
    left = titles(select(skip=selectors).chosen(FLEET.entries))
    if left == EVERYTHING:
        with pytest.raises(InvalidOption):
            select(only=selectors).chosen(FLEET.entries)
    else:
        assert sorted(left + titles(select(only=selectors).chosen(FLEET.entries))) == EVERYTHING


# What somebody else owns


def without(one: Entry, *members: str) -> dict[str, Any]:
    kept = select(ignore=[{"kind": one.kind, "members": list(members)}]).chosen([one])
    return {name: value for name, value in kept[0].params.items() if name not in ("name", "tenant", "type", "psa_url")}


def test_a_whole_object_is_left_alone() -> None:
    selection = select(ignore=[{"kind": "user", "name": "svc-*"}])
    assert "ACME/user/svc-backup" not in titles(selection.chosen(FLEET.entries))
    assert selection.ignores(Subject("user", ["svc-1"], ["Beta"]))
    assert not selection.ignores(Subject("user", ["alice"], ["ACME"]))


def test_an_object_with_ignored_members_is_not_ignored() -> None:
    selection = select(ignore=[{"kind": "user", "members": ["emails"]}])
    assert not selection.ignores(Subject("user", ["alice"], ["ACME"]))
    assert titles(selection.chosen(FLEET.entries)) == EVERYTHING


def test_entries_that_do_not_speak_of_an_ignored_member_stay_the_very_same() -> None:
    chosen = select(ignore=[{"kind": "user", "members": ["emails"]}]).chosen(FLEET.entries)
    assert all(new is old for new, old in zip(chosen, FLEET.entries, strict=True))


@pytest.mark.parametrize("spelling", ["policy", "PolicyID", "policy_id"])
@pytest.mark.parametrize("written", ["policy", "PolicyID", "policy_id"])
def test_members_are_known_by_each_of_their_names(spelling: str, written: str) -> None:
    assert without(entry("user", name="alice", emails=[], **{written: "Gold"}), spelling) == {"emails": []}


@pytest.mark.parametrize("spelling", ["password", "user_password"])
def test_names_that_the_connection_has_taken_are_those_of_the_tree(spelling: str) -> None:
    assert without(entry("user", name="alice", password="secret-1", suspended=True), spelling) == {"suspended": True}


@pytest.mark.parametrize("spelling", ["settings.prevent_delete_storage_vault", "Policy.PreventDeleteStorageVault"])
def test_a_dotted_path_leads_into_structures(spelling: str) -> None:
    settings = {"prevent_delete_storage_vault": True, "prevent_new_protected_item": False}
    one = entry("policy", name="Gold", settings=settings)
    assert without(one, spelling) == {"settings": {"prevent_new_protected_item": False}}
    assert settings["prevent_delete_storage_vault"] is True


def test_a_structure_that_held_nothing_else_goes_as_well() -> None:
    one = entry("policy", name="Gold", settings={"prevent_delete_storage_vault": True})
    assert without(one, "settings.prevent_delete_storage_vault") == {}


def test_a_path_leads_into_every_object_inside() -> None:
    vaults = [
        {"name": "One", "shared_quota": "Q", "tag": "t"},
        {"name": "Two", "StorageLimitID": "Q"},
        {"name": "Three"},
    ]
    kept = without(entry("user", name="alice", storage_vaults=vaults), "storage_vaults.shared_quota")
    assert kept == {"storage_vaults": [{"name": "One", "tag": "t"}, {"name": "Two"}, {"name": "Three"}]}


def test_a_path_leads_deeper_than_one_object() -> None:
    items = [{"name": "Files", "schedules": [{"name": "Nightly", "pre_exec": ["x"], "tags": "t"}]}]
    kept = without(entry("user", name="alice", protected_items=items), "protected_items.schedules.pre_exec")
    assert kept == {"protected_items": [{"name": "Files", "schedules": [{"name": "Nightly", "tags": "t"}]}]}


@pytest.mark.parametrize(
    "sources", [[{"key": "one", "description": "d", "engine": "e"}], {"one": {"description": "d", "engine": "e"}}]
)
def test_a_path_leads_into_entries_however_they_are_written(sources: Any) -> None:
    one = entry("policy", name="Gold", settings={"default_sources": sources})
    kept = without(one, "settings.default_sources.description")["settings"]["default_sources"]
    assert kept == ([{"key": "one", "engine": "e"}] if isinstance(sources, list) else {"one": {"engine": "e"}})


def test_a_path_leads_into_lists_whose_items_have_a_key() -> None:
    templates = [{"name": "Wasabi", "default": True, "type": "s3"}]
    one = tree({"name": "ACME", "storage_templates": templates}).entries[0]
    assert without(one, "storage_templates.default") == {"storage_templates": [{"name": "Wasabi", "type": "s3"}]}


def test_a_path_leads_into_members_that_the_facts_do_not_know() -> None:
    one = entry("user", name="alice", extra={"New": {"Deep": 1, "Other": 2}})
    assert without(one, "extra.New.Deep") == {"extra": {"New": {"Other": 2}}}
    assert without(one, "extra.New", "extra.Old") == {}


def test_what_is_no_dictionary_is_left_to_those_who_validate() -> None:
    assert without(entry("policy", name="Gold", settings="all"), "settings.prevent_delete_storage_vault") == {
        "settings": "all"
    }


@pytest.mark.parametrize(
    ("kind", "member", "complaint"),
    [
        ("user", "emals", r"ignore\[0\].members: emals is no member of user; did you mean emails\?"),
        ("user", "pasword", r"pasword is no member of user; did you mean password\?"),
        ("user", "storage_vaults.tga", r"storage_vaults.tga is no member of user; did you mean tag\?"),
        (
            "policy",
            "settings.prevent_delete_vault",
            r"is no member of policy; did you mean prevent_delete_storage_vault",
        ),
        ("user", "name", "name says which object is meant"),
        ("psa", "url", "url says which object is meant"),
        ("user", "state", "state says which object is meant"),
        ("user", "emails.first", "emails.first goes into what is written as a whole"),
        ("tenant", "storage_templates.name", "storage_templates.name tells the items apart"),
        ("user", "storage_vaults.name", "storage_vaults.name says which object is meant"),
    ],
)
def test_a_member_that_cannot_be_left_out_is_refused(kind: str, member: str, complaint: str) -> None:
    with pytest.raises(InvalidOption, match=complaint):
        select(ignore=[{"kind": kind, "members": [member]}])


def test_without_a_kind_some_kind_has_to_know_the_member() -> None:
    selection = select(ignore=[{"tenant": "ACME", "members": ["settings", "emails"]}])
    assert titles(selection.chosen(FLEET.entries)) == EVERYTHING
    with pytest.raises(InvalidOption, match=r"setings is no member of any kind; did you mean settings"):
        select(ignore=[{"tenant": "ACME", "members": ["setings"]}])


def test_an_empty_list_of_members_is_refused() -> None:
    with pytest.raises(InvalidOption, match=r"ignore\[0\].members: is empty"):
        select(ignore=[{"kind": "user", "members": []}])


def test_what_an_entry_holds_for_a_path_may_be_anything() -> None:
    one = entry("user", name="alice", storage_vaults=["One", {"name": "Two", "tag": "t"}])
    assert without(one, "storage_vaults.tag") == {"storage_vaults": ["One", {"name": "Two"}]}
    assert without(one, "storage_vaults.extra.New") == {"storage_vaults": ["One", {"name": "Two", "tag": "t"}]}
    sources = {"one": {"engine": "e"}}
    two = entry("policy", name="Gold", settings={"default_sources": sources})
    assert without(two, "settings.default_sources.description") == {"settings": {"default_sources": sources}}


def test_only_what_is_ignored_may_name_members() -> None:
    parts = selector_spec()["options"]
    assert selector_spec(members=True)["options"] == {**parts, "members": {"type": "list", "elements": "str"}}
    assert set(parts) == {"kind", "name", "tenant"}


# Selectors that meet nothing


def test_a_selector_that_no_object_fits_is_worth_a_warning() -> None:
    selection = select(
        only=[{"tenant": "ACME"}, {"tenant": "ACNE"}],
        skip=[{"name": "carol"}],
        ignore=[{"kind": "bucket"}, {"kind": "user", "members": ["emails"]}],
        protect=[{"name": "nobody"}],
    )
    selection.chosen(FLEET.entries)
    assert selection.warnings() == [f"{where}: no object fits this selector" for where in ("only[1]", "skip[0]")]
    assert selection.warnings(prunes=True)[2:] == ["protect[0]: no object fits this selector"]
    assert selection.ignores(Subject("bucket", ["b"], [""]))
    assert selection.protects(Subject("user", ["nobody"], [""]))
