# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a result of comet_apply to what deviates, object by object."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift._findings import Deviation, deviations
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.results import Told, result, told, unmanaged

NOTHING: dict[str, Any] = {}


def found(*objects: Told, **more: Any) -> list[Deviation]:
    return list(deviations(result(*objects, **more)))


def address(one: Deviation) -> tuple[str, ...]:
    return one.type, one.kind, one.name, *(one.owner or ())


def labels(one: Deviation) -> list[str]:
    return [member.spot.label for member in one.members]


@pytest.mark.parametrize(
    ("outcome", "type"),
    [
        ("created", "missing"),
        ("changed", "drifted"),
        ("deleted", "unwanted"),
        ("failed", "failed"),
        ("skipped", "failed"),
        ("of a later version", "failed"),
    ],
)
def test_each_outcome_has_its_type(outcome: str, type: str) -> None:
    (one,) = found(told(outcome, msg="so it is"))
    assert (one.type, one.kind, one.tenant, one.name) == (type, "user", "ACME", "alice")
    assert one.message == ("so it is" if type == "failed" else "")


def test_a_result_that_says_nothing_is_no_finding() -> None:
    assert list(deviations({})) == []
    assert found(unchanged=5) == []


def test_members_are_told_of_what_has_drifted_and_of_nothing_else() -> None:
    sides: dict[str, Any] = {"before": {"quota": 1}, "after": {"maximum_devices": 3}}
    assert [labels(one) for one in found(told("changed", **sides))] == [["maximum_devices", "quota"]]
    assert [labels(one) for one in found(told("created", **sides), told("deleted", name="bob", **sides))] == [[], []]


def test_objects_inside_are_findings_of_their_own() -> None:
    before = {"storage_vaults": {"Cloud": {"storage_limit_bytes": 5}, "Old": {"name": "Old", "type": "s3"}}}
    after = {
        "maximum_devices": 3,
        "storage_vaults": {"Cloud": {"storage_limit_bytes": 6}, "New": {"name": "New", "type": "s3"}},
    }
    whole, *inside = found(told("changed", before=before, after=after))
    assert (address(whole), labels(whole)) == (("drifted", "user", "alice"), ["maximum_devices"])
    assert [address(one) for one in inside] == [
        ("drifted", "storage_vault", "Cloud", "user", "alice"),
        ("unwanted", "storage_vault", "Old", "user", "alice"),
        ("missing", "storage_vault", "New", "user", "alice"),
    ]
    assert {one.tenant for one in inside} == {"ACME"}
    assert [labels(one) for one in inside] == [["storage_limit_bytes"], [], []]


def test_an_object_of_which_only_those_inside_differ_is_no_finding() -> None:
    (one,) = found(told("changed", after={"schedules": {"Nightly": {"log_level": "debug"}}}))
    assert address(one) == ("drifted", "schedule", "Nightly", "user", "alice")


def test_an_object_that_differs_in_nothing_that_is_told_is_a_finding() -> None:
    (one,) = found(told("changed"))
    assert (address(one), one.members) == (("drifted", "user", "alice"), ())


def test_schedules_inside_items_belong_to_the_user_and_say_of_which_item() -> None:
    nightly = {"schedules": {"Nightly": {"log_level": "debug"}, "New": {"name": "New"}}}
    after = {"protected_items": {"Docs": {"pre_exec": ["sync"], **nightly}}}
    assert [address(one) for one in found(told("changed", after=after))] == [
        ("drifted", "protected_item", "Docs", "user", "alice"),
        ("drifted", "schedule", "Nightly (Docs)", "user", "alice"),
        ("missing", "schedule", "New (Docs)", "user", "alice"),
    ]


def test_what_goes_along_with_an_object_is_counted() -> None:
    item = {"name": "Docs", "schedules": {"A": {"name": "A"}, "B": {"name": "B"}}}
    after = {"name": "alice", "storage_vaults": {"Cloud": {"name": "Cloud"}}, "protected_items": {"Docs": item}}
    (user,) = found(told("created", after=after))
    assert user.message == "With it: 1 storage vault, 1 protected item, 2 schedules."
    (inner,) = found(told("changed", after={"protected_items": {"Docs": item}}))
    assert inner.message == "With it: 2 schedules."


def test_unmanaged_objects_say_who_made_them_and_where_they_are() -> None:
    told_of = [unmanaged("device", "pc", ("user", "alice"), "device"), unmanaged("webhook", "ops")]
    assert found(unmanaged=told_of) == [
        Deviation("unmanaged", "device", "ACME", "pc", ("user", "alice"), "device"),
        Deviation("unmanaged", "webhook", "ACME", "ops"),
    ]


def test_how_many_users_a_policy_reaches_is_kept() -> None:
    (one,) = found(told("changed", "policy", "Gold", reaches=40))
    assert one.reaches == 40


def test_objects_of_one_name_in_two_tenants_have_their_own_members() -> None:
    first = told("changed", after={"quota": 1})
    second = told("changed", after={"maximum_devices": 1}, tenant="Other")
    assert [labels(one) for one in found(first, second)] == [["quota"], ["maximum_devices"]]


def test_an_id_depends_on_everything_that_identifies_a_finding() -> None:
    plain = Deviation("missing", "user", "ACME", "alice")
    others = [
        Deviation("drifted", "user", "ACME", "alice"),
        Deviation("missing", "policy", "ACME", "alice"),
        Deviation("missing", "user", "", "alice"),
        Deviation("missing", "user", "ACME", "bob"),
        Deviation("missing", "user", "ACME", "alice", ("user", "bob")),
    ]
    ids = [one.id("one") for one in [plain, *others]] + [plain.id("two"), plain.id("one", 1)]
    assert len(set(ids)) == len(ids)
    assert plain.id("one") == Deviation("missing", "user", "ACME", "alice", message="or so").id("one")


def test_a_name_that_no_text_file_can_hold_has_an_id() -> None:
    assert len(Deviation("missing", "user", "", "\ud800").id("one")) == 16
