# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Beside an earlier report: what is new, still there or gone, and what nobody can know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _report
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import SHOWABLE, Document
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.results import Told, result, told, unmanaged
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.schema import mistakes

ALICE = told("changed", name="alice@a.example", before={"maximum_devices": 5}, after={"maximum_devices": 3})
BOB = told("created", name="bob")
CAROL = told("changed", name="carol", after={"storage_vaults": {"Cloud": {"s3_server": "minio"}}})
FAILED = {"failed": True, "msg": "no"}
SHOWS = [(), ("emails",), ("hosts",), SHOWABLE]


def report(*results: Told, previous: Document | None = None, show: Sequence[str] = ()) -> Document:
    servers = [{"name": f"s{number}", "result": one} for number, one in enumerate(results)]
    # What is compared with has been a file.
    earlier: Any = json.loads(json.dumps(previous))
    document = _report.build(servers, previous=earlier, show=show)
    assert mistakes(document) == []
    return document


def statuses(document: Document) -> list[str | None]:
    return [one["status"] for server in document["servers"] for one in server["findings"]]


def gone(document: Document) -> list[tuple[str, str, list[str]]]:
    return [(one["server"], one["name"], [member["label"] for member in one["members"]]) for one in document["gone"]]


def counts(document: Document) -> tuple[int, int, int, int]:
    totals = document["totals"]
    return totals["new"], totals["still"], totals["gone"], totals["unknown"]


def test_without_an_earlier_report_there_is_no_status() -> None:
    document = report(result(ALICE, BOB))
    assert (statuses(document), counts(document)) == ([None, None], (0, 0, 0, 0))
    assert document["servers"][0]["findings"][0]["members"][0]["status"] is None


@pytest.mark.parametrize("before", SHOWS)
@pytest.mark.parametrize("now", SHOWS)
def test_what_was_there_is_still_there_whatever_is_shown(before: Sequence[str], now: Sequence[str]) -> None:
    hosts = {"listen_addresses": {"backup:8060": {"listen_address": "backup:8060"}}}
    people: dict[str, Any] = {"override_email_settings": {"x@y.example": {"reports": []}}}
    objects = [
        ALICE,
        BOB,
        told("changed", "server_config", "", after=hosts),
        told("changed", "user", "u", after=people),
    ]
    earlier = report(result(*objects), show=before)
    document = report(result(*objects), previous=earlier, show=now)
    assert document["compared_with"] == {"generated": earlier["generated"]}
    assert set(statuses(document)) == {"still"}
    members = [one for found in document["servers"][0]["findings"] for one in found["members"]]
    assert {one["status"] for one in members} == {"still"}
    assert (gone(document), counts(document)) == ([], (0, 4, 0, 0))


def test_new_and_gone() -> None:
    earlier = report(result(ALICE, CAROL), result(BOB))
    document = report(result(ALICE, BOB), result(), previous=earlier)
    assert set(statuses(document)) == {"new", "still"}
    assert gone(document) == [("s0", "Cloud", ["s3_server"]), ("s1", "bob", [])]
    assert counts(document) == (1, 1, 2, 0)
    assert [server["totals"]["gone"] for server in document["servers"]] == [1, 1]


def test_members_have_a_status_of_their_own() -> None:
    earlier = report(result(told("changed", after={"maximum_devices": 3, "language_code": "en"})))
    document = report(result(told("changed", after={"maximum_devices": 4, "suspended": True})), previous=earlier)
    (found,) = document["servers"][0]["findings"]
    assert found["status"] == "still"
    assert {one["label"]: one["status"] for one in found["members"]} == {"maximum_devices": "still", "suspended": "new"}
    assert gone(document) == [("s0", "alice", ["language_code"])]
    (left,) = document["gone"]
    assert (left["id"], left["status"], left["members"][0]["status"]) == (found["id"], "gone", "gone")
    assert counts(document) == (0, 1, 1, 0)


def test_the_same_object_in_another_way_is_new_and_gone() -> None:
    document = report(result(told("created", name="bob")), previous=report(result(told("deleted", name="bob"))))
    assert (statuses(document), [one["type"] for one in document["gone"]]) == (["new"], ["unwanted"])


@pytest.mark.parametrize("show", SHOWS)
def test_what_is_gone_is_masked_as_the_new_report_is(show: Sequence[str]) -> None:
    device = told("failed", "device", "alice-pc", msg="device alice-pc: alice@a.example at https://b.example")
    after = {"all_protected_items_quota_bytes": 2**30, "emails": ["x@y.example"]}
    inside = {"storage_vaults": {"Cloud": {"s3_server": "minio"}}}
    objects = [device, told("changed", name="alice@a.example", tenant="c.example", after={**after, **inside})]
    earlier = report(result(*objects), show=SHOWABLE)
    document = report(result(), previous=earlier, show=show)
    texts = {"emails": ["alice@a", "x@y.example"], "hosts": ["b.example", "c.example", "minio", "alice-pc"]}
    text = json.dumps(document)
    for word, told_of in texts.items():
        assert [one for one in told_of if (one in text) != (word in show)] == []
    members = {
        one["label"]: one["before_text"] + one["after_text"] for left in document["gone"] for one in left["members"]
    }
    assert members["all_protected_items_quota_bytes"] == "nothing1 GiB"
    assert ("minio" in members["s3_server"]) == ("hosts" in show)


def test_what_is_masked_already_stays_masked() -> None:
    earlier = report(result(ALICE, CAROL))
    document = report(result(), previous=earlier, show=SHOWABLE)
    assert [one["name"] for one in document["gone"]] == [one["name"] for one in earlier["servers"][0]["findings"]]
    assert [one["members"][0]["after"] for one in document["gone"]] == [
        one["members"][0]["after"] for one in earlier["servers"][0]["findings"]
    ]


def test_of_a_server_that_is_not_compared_nothing_is_known() -> None:
    earlier = report(result(ALICE, BOB), result(BOB), result(CAROL))
    document = report(FAILED, result(BOB), previous=earlier)
    assert (gone(document), counts(document)) == ([], (0, 1, 0, 3))
    assert [server["totals"]["unknown"] for server in document["servers"]] == [2, 0]


def test_nothing_is_new_on_a_server_that_was_not_compared_before() -> None:
    earlier = report(result(BOB), FAILED)
    document = report(result(BOB, ALICE), result(ALICE), result(ALICE), previous=earlier)
    by_server = [[one["status"] for one in server["findings"]] for server in document["servers"]]
    assert (sorted(map(str, by_server[0])), by_server[1:]) == (["new", "still"], [[None], [None]])
    assert document["servers"][1]["findings"][0]["members"][0]["status"] is None
    assert counts(document) == (1, 1, 0, 0)


@pytest.mark.parametrize("show", SHOWS)
def test_of_an_object_that_could_not_be_compared_nothing_is_known(show: Sequence[str]) -> None:
    inside = {"storage_vaults": {"Cloud": {"s3_server": "minio"}}}
    whole = told("changed", name="alice@a.example", after={"maximum_devices": 3, **inside})
    failed = told("failed", name="alice@a.example", msg="no")
    earlier = report(result(whole, BOB), show=show)
    document = report(result(failed), previous=earlier)
    assert (statuses(document), counts(document)) == (["new"], (1, 0, 1, 2))
    assert [one[1] for one in gone(document)] == ["bob"]


def test_what_nobody_looked_for_is_not_gone() -> None:
    earlier = report(result(BOB, unmanaged=[unmanaged("user", "pat")]))
    document = report(result(), previous=earlier)
    assert (gone(document), counts(document)) == ([("s0", "bob", [])], (0, 0, 1, 1))
    document = report(result(unmanaged=[]), previous=earlier)
    assert counts(document) == (0, 0, 2, 0)


def test_a_report_can_be_compared_with_one_that_was_compared() -> None:
    first = report(result(ALICE, BOB))
    second = report(result(BOB, CAROL), previous=first)
    third = report(result(CAROL), previous=second)
    assert [one[1] for one in gone(second)] == [first["servers"][0]["findings"][0]["name"]]
    assert (statuses(third), [one[1] for one in gone(third)]) == (["still"], ["bob"])
