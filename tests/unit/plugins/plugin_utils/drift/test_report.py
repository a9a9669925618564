# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report that comes of results: states, verdicts, order, totals, tolerances, and what is masked in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _report
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    FINDING_TYPES,
    SEVERITIES,
    TOLERABLE,
    Document,
    Finding,
    Server,
)
from ansible_collections.comet.backup.tests.unit.drift_samples import HOSTILE
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.results import Told, result, told, unmanaged
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.schema import mistakes
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.test_spots import real

COSMETIC = told("changed", name="cosmo", after={"account_name": "A"})
FUNCTIONAL = told("changed", name="funk", after={"emails": ["a"]})
PROTECTION = told("changed", name="proto", after={"maximum_devices": 3, "account_name": "A"})
FAILURE = told("failed", "policy", "Gold", msg="policy Gold: so it is")
REFUSED = {"failed": True, "msg": "url: no address", "error": {}}
SILENT = {"failed": True, "msg": "No answer from https://emu1: refused.", "error": {"unreachable": True}}


def report(*results: Told, **options: Any) -> Document:
    """The report on servers ``s0``, ``s1`` and so on."""
    servers = [{"name": f"s{number}", "result": one} for number, one in enumerate(results)]
    document = _report.build(servers, **options)
    assert mistakes(document) == []
    return document


def server(*objects: Told, unchanged: int = 0, more: dict[str, Any] | None = None, **options: Any) -> Server:
    return report(result(*objects, unchanged=unchanged, **(more or {})), **options)["servers"][0]


def findings(*objects: Told, **options: Any) -> list[Finding]:
    return server(*objects, **options)["findings"]


def names(found: Sequence[Finding]) -> list[str]:
    return [one["name"] for one in found]


def test_a_server_that_is_as_written_is_clean() -> None:
    one = server(unchanged=5)
    assert (one["state"], one["verdict"], one["message"], one["findings"]) == ("compared", "clean", "", [])
    assert (one["objects"], one["unchanged"], one["seconds"]) == (5, 5, 1.5)


def test_a_finding_says_everything_about_an_object() -> None:
    after = {"maximum_devices": 3, "all_protected_items_quota_bytes": 2**39}
    before = {"maximum_devices": 5, "all_protected_items_quota_bytes": 2**40}
    (one,) = findings(told("changed", before=before, after=after))
    assert one == {
        "id": one["id"],
        "type": "drifted",
        "kind": "user",
        "tenant": "ACME",
        "name": "alice",
        "owner": None,
        "severity": "protection",
        "status": None,
        "tolerated": False,
        "made_by": "",
        "reaches": None,
        "remedy": "The playbook would change it.",
        "message": "",
        "members": [
            {
                "path": ["all_protected_items_quota_bytes"],
                "label": "all_protected_items_quota_bytes",
                "before": 2**40,
                "after": 2**39,
                "before_text": "1 TiB",
                "after_text": "512 GiB",
                "severity": "protection",
                "status": None,
            },
            {
                "path": ["maximum_devices"],
                "label": "maximum_devices",
                "before": 5,
                "after": 3,
                "before_text": "5",
                "after_text": "3",
                "severity": "protection",
                "status": None,
            },
        ],
    }


@pytest.mark.parametrize("type", FINDING_TYPES)
def test_each_type_says_what_the_playbook_would_do(type: str) -> None:
    outcome = {"missing": "created", "unwanted": "deleted", "drifted": "changed", "failed": "failed"}.get(type)
    more: dict[str, Any] = {} if outcome else {"unmanaged": [unmanaged("user", "alice")]}
    (one,) = findings(*([told(outcome)] if outcome else []), more=more)
    assert (one["type"], one["remedy"]) == (type, _report.REMEDIES[type])
    assert one["severity"] == "protection"


def test_the_gravest_come_first_and_the_order_stays() -> None:
    objects = [
        FUNCTIONAL,
        COSMETIC,
        PROTECTION,
        told("created", "policy", "Gold"),
        told("created", name="zoe", tenant=""),
        told("changed", name="abe", after={"storage_vaults": {"B": {"s3_subdir": "x"}, "A": {"s3_subdir": "x"}}}),
    ]
    expected = ["zoe", "Gold", "A", "B", "proto", "funk", "cosmo"]
    for seed in range(10):
        Random(seed).shuffle(objects)
        assert names(findings(*objects)) == expected


def test_masked_names_are_in_the_order_of_the_real_ones() -> None:
    objects = [told("created", name=f"{letter}@{other}.example") for letter, other in ("az", "by", "cx")]
    assert [one[:1] for one in names(findings(*objects))] == ["a", "b", "c"]


def test_servers_stay_in_the_order_given() -> None:
    servers = [{"name": name, "result": result()} for name in ("zeta", "alpha", "beta")]
    assert [one["name"] for one in _report.build(servers)["servers"]] == ["zeta", "alpha", "beta"]


@pytest.mark.parametrize(
    ("given", "state", "message"),
    [
        ({"result": REFUSED}, "failed", "url: no address"),
        ({"result": SILENT}, "unreachable", "refused."),
        ({"result": REFUSED, "message": "because"}, "failed", "because"),
        ({"message": "because", "unreachable": True}, "unreachable", "because"),
        ({"message": "because"}, "failed", "because"),
        ({"result": {"unreachable": True, "msg": "gone"}}, "unreachable", "gone"),
        ({"result": None}, "failed", "No reason was given."),
        ({}, "failed", "No reason was given."),
    ],
)
def test_a_server_that_was_not_compared_says_why(given: dict[str, Any], state: str, message: str) -> None:
    (one,) = _report.build([{"name": "s0", **given}])["servers"]
    assert (one["state"], one["verdict"]) == (state, "unknown")
    assert one["message"].endswith(message)
    assert (one["objects"], one["findings"]) == (0, [])


def test_objects_that_could_not_be_compared_make_a_server_unknown() -> None:
    one = server(FAILURE, PROTECTION, told("skipped", "user", "bob", msg="skipped, because"), unchanged=3)
    assert (one["state"], one["verdict"], one["message"]) == ("partly", "unknown", "2 objects could not be compared.")
    assert one["objects"] == 6
    assert server(FAILURE)["message"] == "1 object could not be compared."
    assert findings(FAILURE)[0]["message"] == "policy Gold: so it is"


@pytest.mark.parametrize(
    ("tolerate", "verdict", "tolerated"),
    [
        ((), "unknown", []),
        (("cosmetic",), "unknown", ["cosmo"]),
        (("failed",), "drift", ["Gold"]),
        (("uncompared",), "drift", ["Gold"]),
        (("cosmetic", "functional", "protection"), "unknown", ["cosmo", "funk", "pat", "proto"]),
        (("drifted", "failed"), "drift", ["Gold", "cosmo", "funk", "proto"]),
        (("drifted", "unmanaged", "uncompared"), "clean", ["Gold", "cosmo", "funk", "pat", "proto"]),
        (TOLERABLE, "clean", ["Gold", "cosmo", "funk", "pat", "proto"]),
    ],
)
def test_what_is_tolerated_does_not_count(tolerate: Sequence[str], verdict: str, tolerated: list[str]) -> None:
    more: dict[str, Any] = {"unmanaged": [unmanaged("user", "pat")]}
    document = report(result(COSMETIC, FUNCTIONAL, PROTECTION, FAILURE, **more), tolerate=tolerate)
    (one,) = document["servers"]
    assert one["verdict"] == verdict
    assert sorted(found["name"] for found in one["findings"] if found["tolerated"]) == tolerated
    assert one["totals"]["tolerated"] == len(tolerated)
    assert one["totals"]["drift"] == 4 - len(set(tolerated) - {"Gold"})
    assert document["tolerated"] == [word for word in TOLERABLE if word in tolerate]


@pytest.mark.parametrize(
    ("tolerate", "verdict"), [((), "unknown"), (("failed",), "unknown"), (("uncompared",), "clean")]
)
def test_a_server_that_was_not_compared_can_be_tolerated(tolerate: Sequence[str], verdict: str) -> None:
    assert [one["verdict"] for one in report(SILENT, REFUSED, tolerate=tolerate)["servers"]] == [verdict] * 2


def test_what_something_makes_by_itself_is_told_and_no_drift() -> None:
    made = unmanaged("device", "pc", ("user", "alice"), "device")
    one = server(more={"unmanaged": [made]}, show=["hosts"])
    assert (one["verdict"], one["totals"]["drift"], one["totals"]["findings"]) == ("clean", 0, 1)
    (found,) = one["findings"]
    assert (found["made_by"], found["owner"]) == ("device", {"kind": "user", "name": "alice"})
    by_hand = unmanaged("device", "pc", ("user", "alice"))
    assert server(more={"unmanaged": [by_hand]})["verdict"] == "drift"


def test_what_nobody_describes_is_counted() -> None:
    told_of = [{"kind": "user", "tenant": "a.example", "count": 7, "names": ["x@y.example", "b"]}]
    document = report(result(undescribed=told_of))
    (one,) = document["servers"][0]["undescribed"]
    assert (one["kind"], one["count"], one["names"][1]) == ("user", 7, "b")
    assert "example" not in json.dumps(one)
    assert document["totals"]["findings"] == 0


def test_totals_add_up() -> None:
    more: dict[str, Any] = {
        "unmanaged": [unmanaged("user", "pat"), unmanaged("device", "pc", ("user", "pat"), "device")]
    }
    first = result(COSMETIC, FUNCTIONAL, PROTECTION, FAILURE, told("deleted"), unchanged=5, **more)
    document = report(first, result(PROTECTION, told("created"), unchanged=2), SILENT, tolerate=["cosmetic"])
    totals = document["totals"]
    assert totals == {
        "servers": 3,
        "compared": 1,
        "uncompared": 2,
        "objects": 14,
        "unchanged": 7,
        "findings": 9,
        "drift": 6,
        "tolerated": 1,
        "types": {"drifted": 4, "missing": 1, "unwanted": 1, "unmanaged": 2, "failed": 1},
        "severities": {"protection": 7, "functional": 1, "cosmetic": 1},
        "new": 0,
        "still": 0,
        "gone": 0,
        "unknown": 0,
    }
    for name in set(totals) - {"servers", "compared", "uncompared", "types", "severities"}:
        assert totals[name] == sum(one["totals"][name] for one in document["servers"])  # type: ignore[literal-required]
    assert sum(totals["types"].values()) == sum(totals["severities"].values()) == totals["findings"]


def test_the_head_of_a_report() -> None:
    document = report(result(), title="Night\x1b[31m", generated="2026-11-22T10:00:00Z", show=["hosts"])
    assert document["title"] == "Night\\x1b[31m"
    assert document["generated"] == "2026-11-22T10:00:00Z"
    assert document["shown"] == {"emails": False, "hosts": True}
    assert (document["compared_with"], document["gone"]) == (None, [])
    assert report(result())["generated"].endswith("Z")


def test_findings_that_names_do_not_tell_apart_have_ids_of_their_own() -> None:
    alike = [unmanaged("protected_item", "Docs", ("user", "alice")) for _unused in range(3)]
    ids = [one["id"] for one in findings(more={"unmanaged": alike})]
    assert len(set(ids)) == 3
    assert ids == [one["id"] for one in findings(more={"unmanaged": alike})]


def test_ids_do_not_depend_on_what_is_shown() -> None:
    one = told("changed", name="alice@example.com", after={"maximum_devices": 3})
    assert findings(one)[0]["id"] == findings(one, show=["emails", "hosts"])[0]["id"]


PERSON, HOST, DEVICE = "alice.secret@mail.example.com", "hidden-host.corp.example", "laptop-4711"


def telling() -> list[dict[str, Any]]:
    """Servers with an e-mail address, a host and a device wherever a result can have them."""
    inside = {"Docs": {"device": DEVICE, "pre_exec": [f"ping {HOST}"]}}
    after = {
        "emails": [PERSON],
        "account_name": PERSON,
        "storage_vaults": {HOST: {"s3_server": HOST, "associated_devices": [DEVICE]}},
        "protected_items": inside,
        "override_email_settings": {PERSON: {"reports": []}},
        "NobodyKnows": {HOST: f"https://{HOST}/{PERSON}"},
    }
    objects = [
        told("changed", name=PERSON, after=after, tenant=HOST),
        told("failed", "tenant", HOST, tenant="", msg=f"tenant {HOST}: {PERSON} has no device {DEVICE} on emu-4711"),
        told("deleted", "device", DEVICE, tenant=PERSON),
    ]
    more: dict[str, Any] = {
        "unmanaged": [unmanaged("device", DEVICE, ("user", PERSON), tenant=HOST)],
        "undescribed": [{"kind": "device", "tenant": HOST, "count": 1, "names": [DEVICE]}],
        "invocation": {"module_args": {"url": "https://emu-4711:8060"}},
    }
    return [
        {"name": "s0", "result": result(*objects, **more)},
        {"name": "s1", "message": f"https://{HOST}: {PERSON} on {DEVICE} at emu-4711", "unreachable": True},
    ]


def test_people_and_places_are_masked_everywhere() -> None:
    text = json.dumps(_report.build(telling()))
    assert [word for word in (PERSON, HOST, DEVICE, "alice", "hidden", "laptop", "4711", "corp") if word in text] == []


def test_they_are_shown_on_demand() -> None:
    people, hosts = (json.dumps(_report.build(telling(), show=[word])) for word in ("emails", "hosts"))
    assert PERSON in people
    assert PERSON not in hosts
    assert [word for word in (HOST, DEVICE, "emu-4711") if word not in hosts] == []
    assert [word for word in (HOST, DEVICE, "emu-4711") if word in people] == []


def test_names_of_servers_stay() -> None:
    assert _report.build([{"name": HOST, "result": result()}])["servers"][0]["name"] == HOST


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_report_acts_on_a_terminal(text: str) -> None:
    objects = [
        told("changed", name=text, after={"account_name": text, "webhook": {text: text}}, tenant=text),
        told("failed", name=f"x{text}", msg=text, tenant=text),
        told("changed", "tenant", "T", after={"webhook_options": {text: {"url": text, text: [text]}}}),
    ]
    more: dict[str, Any] = {
        "unmanaged": [unmanaged("user", text, ("user", text), text, text)],
        "undescribed": [{"kind": "user", "tenant": text, "count": 1, "names": [text]}],
    }
    document = report(result(*objects, **more), title=text)
    for found in document["servers"][0]["findings"]:
        told_of = [
            found["tenant"],
            found["name"],
            found["message"],
            found["made_by"],
            found["owner"]["name"] if found["owner"] else "",
        ]
        assert all(str(one).isprintable() for one in [*told_of, *(member["label"] for member in found["members"])])
        sides = [side for member in found["members"] for side in (member["before_text"], member["after_text"])]
        assert all(line.isprintable() for side in sides for line in side.split("\n"))
    assert document["title"].isprintable()
    assert all(name.isprintable() for one in document["servers"][0]["undescribed"] for name in one["names"])


@pytest.mark.parametrize("resource", KINDS, ids=[resource.kind for resource in KINDS])
def test_real_differences_of_each_kind_make_sound_reports(resource: Any) -> None:
    sides = [pair for seed in range(20) if (pair := real(resource, seed))]
    objects = [told("changed", resource.kind, f"n{number}", *pair) for number, pair in enumerate(sides)]
    for show in ((), ("emails", "hosts")):
        document = report(result(*objects), show=show)
        json.dumps(document).encode()
        found = document["servers"][0]["findings"]
        assert all(one["kind"] == resource.kind or one["owner"] for one in found)
        for one in found:
            worst = min(
                (member["severity"] for member in one["members"]), key=SEVERITIES.index, default=one["severity"]
            )
            assert one["severity"] == worst
            assert all(member["before_text"] and member["after_text"] for member in one["members"])
            paths = [member["path"] for member in one["members"]]
            assert paths == sorted(paths) or not show


def test_ten_thousand_objects_take_a_moment() -> None:
    objects = [told("changed", name=f"u{number}@example.com", after={"maximum_devices": 3}) for number in range(10000)]
    document = _report.build([{"name": "s0", "result": result(*objects)}])
    assert document["totals"]["drift"] == len(objects)
    assert len({one["id"] for one in document["servers"][0]["findings"]}) == len(objects)
