# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk through a difference: as small as the facts allow, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._module._spec import own_names, renamed
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at, differences, root
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import (
    DEPTH,
    NEW,
    WORDS,
    Maker,
    settable,
)

MARKER = _redact.MARKER
EXAMPLES = 40
each_kind = pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])


def told(kind: str, before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """Label and both sides of everything that differs."""
    return [(one.spot.label, one.before, one.after) for one in differences(root(kind), before, after)]


def real(resource: Resource, seed: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Both sides of a difference as a task tells them; None where the documents do not fit each other."""
    maker = Maker(Random(seed), WORDS)
    have, want = (maker.document(resource.structure, DEPTH) for _unused in range(2))
    options = settable(resource.structure, _document.options_from(resource.structure, want))
    options = {name: value for name, value in options.items() if name not in hidden(resource)}
    try:
        patch = _document.patch_from(resource.structure, options, lambda kind, value, where: value)
        patch.update({NEW: want[NEW]} if NEW in want else {})
        wish = Wish(True, patch=patch, secrets="always", max_deletions=99)
        plan = _plan.make_plan(resource.structure, Found("one", have), wish, 0)
    except InvalidOption:
        return None
    sides = _plan.difference(resource.structure, plan, {})
    before, after = (renamed(sides[side], own_names(resource)) for side in ("before", "after"))
    return before, after


def hidden(resource: Resource) -> set[str]:
    """The options that the module of a kind does not have."""
    return {field.option for name, field in _fields.fields(resource.structure).items() if name in resource.unmanaged}


def held(side: Any, path: Sequence[str]) -> Any:
    """What a side holds at a path; None for nothing."""
    for word in path:
        side = side.get(word) if isinstance(side, Mapping) else None
    return side


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of everything in a nested dictionary that is none itself."""
    if isinstance(value, Mapping) and value:
        return [leaf for name, item in value.items() for leaf in leaves(item, (*path, name))]
    return [path] if path else []


def covers(path: tuple[str, ...], leaf: tuple[str, ...]) -> bool:
    return leaf[: len(path)] == path


@each_kind
def test_nothing_of_a_real_difference_is_lost_or_told_twice(resource: Resource) -> None:
    sides = [pair for seed in range(EXAMPLES) if (pair := real(resource, seed))]
    assert sides
    for before, after in sides:
        found = list(differences(root(resource.kind), before, after))
        for one in found:
            secret = one.before == MARKER and held(before, one.spot.path) is None
            assert secret or held(before, one.spot.path) == one.before
            assert held(after, one.spot.path) == one.after
        for leaf in {*leaves(before), *leaves(after)}:
            assert sum(covers(one.spot.path, leaf) for one in found) == 1


@each_kind
def test_the_facts_know_each_member(resource: Resource) -> None:
    for seed in range(EXAMPLES):
        for one in differences(root(resource.kind), *(real(resource, seed) or ({}, {}))):
            assert one.spot.field is not None or NEW in one.spot.path
            assert at(resource.kind, one.spot.path) == one.spot


def test_members_of_structures_and_entries_that_stay_are_told_one_by_one() -> None:
    before = {"email": {"smtp_host": "a"}, "webhook_options": {"ops": {"url": "u", "level": "full"}}}
    after = {"email": {"smtp_host": "b", "smtp_port": 25}, "webhook_options": {"ops": {"url": "v", "level": "none"}}}
    assert told("server_config", before, after) == [
        ("email.smtp_host", "a", "b"),
        ("email.smtp_port", None, 25),
        ("webhook_options[ops].url", "u", "v"),
        ("webhook_options[ops].level", "full", "none"),
    ]


def test_an_entry_that_comes_or_goes_is_told_as_a_whole() -> None:
    before, after = {"webhook_options": {"old": {"url": "u"}}}, {"webhook_options": {"new": {"url": "v"}}}
    assert told("tenant", before, after) == [
        ("webhook_options[old]", {"url": "u"}, None),
        ("webhook_options[new]", None, {"url": "v"}),
    ]


def test_a_secret_is_told_as_a_marker_on_the_side_that_has_one() -> None:
    assert told("tenant", {}, {"email": {"smtp_password": MARKER}}) == [("email.smtp_password", MARKER, MARKER)]
    assert told("tenant", {}, {"email": {"smtp_password": ""}}) == [("email.smtp_password", MARKER, "")]
    before, after = {"email": {"smtp_password": ""}}, {"email": {"smtp_password": MARKER}}
    assert told("tenant", before, after) == [("email.smtp_password", "", MARKER)]


def test_an_entry_of_which_a_secret_alone_differs_is_one_that_stays() -> None:
    after = {"psa_configs": {"https://a": {"partner_key": MARKER}}, "webhook_options": {"a": {"url": "u"}}}
    assert told("tenant", {}, after) == [
        ("psa_configs[https://a].partner_key", MARKER, MARKER),
        ("webhook_options[a]", None, {"url": "u"}),
    ]


def test_an_empty_text_that_comes_into_a_map_is_no_secret() -> None:
    assert told("protected_item", {}, {"engine_props": {"A": ""}}) == [("engine_props[A]", None, "")]


def test_a_list_is_one_value() -> None:
    assert told("user", {"emails": ["a"]}, {"emails": ["b", "c"]}) == [("emails", ["a"], ["b", "c"])]


def test_what_the_facts_do_not_know_is_told_as_deep_as_both_sides_are() -> None:
    before, after = {"New": {"A": 1, "B": {"C": 1}}, "Newer": 1}, {"New": {"A": 2, "B": 5}, "Newer": {"D": 1}}
    assert told("user", before, after) == [
        ("New.A", 1, 2),
        ("New.B", {"C": 1}, 5),
        ("Newer", 1, {"D": 1}),
    ]
    assert told("unheard_of", {"a": {"b": 1}}, {"a": {"b": 2}}) == [("a.b", 1, 2)]


def test_options_with_names_of_their_own_are_known() -> None:
    field = at("psa", ["psa_url"]).field
    assert field is not None
    assert field.member.name == "URL"


def test_neighbours_that_differ_are_at_hand() -> None:
    before = {"schedules": {"#1": {"seconds_past": 1, "frequency_type": "daily"}}}
    after = {"schedules": {"#1": {"seconds_past": 2, "frequency_type": "weekly"}}}
    found: Difference = next(iter(differences(root("schedule"), before, after)))
    assert found.beside == (
        {"seconds_past": 1, "frequency_type": "daily"},
        {"seconds_past": 2, "frequency_type": "weekly"},
    )
