# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The published schema says what the types say, and every report fits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _types
from ansible_collections.comet.backup.tests.unit import drift_samples
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.schema import PATH, SCHEMA, mistakes

SAMPLES = [drift_samples.small, drift_samples.large, drift_samples.hostile, drift_samples.clean]
SHAPES = {
    "owner": _types.Owner,
    "member": _types.Member,
    "gone_member": _types.Member,
    "finding": _types.Finding,
    "gone_finding": _types.GoneFinding,
    "undescribed": _types.Undescribed,
    "totals": _types.Totals,
    "all_totals": _types.AllTotals,
    "server": _types.Server,
}


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object in the schema."""
    if isinstance(part, dict):
        if "properties" in part:
            yield part
        for inner in part.values():
            yield from objects(inner)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert PATH.name == f"drift-report-{_types.VERSION}.json"


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_fits(sample: Callable[[], _types.Document]) -> None:
    assert mistakes(sample()) == []


def test_it_has_the_members_of_the_types() -> None:
    assert set(SCHEMA["properties"]) == set(get_type_hints(_types.Document))
    shapes = {name for name, one in SCHEMA["$defs"].items() if one.get("type") == "object"}
    assert shapes == set(SHAPES)
    for name, shape in SHAPES.items():
        assert set(SCHEMA["$defs"][name]["properties"]) == set(get_type_hints(shape)), name


def test_nothing_may_be_left_out_or_added() -> None:
    for one in objects(SCHEMA):
        assert set(one["required"]) == set(one["properties"])
        assert one["additionalProperties"] is False


def test_it_knows_the_same_words() -> None:
    defs = SCHEMA["$defs"]
    server, finding = defs["server"]["properties"], defs["finding"]["properties"]
    assert server["state"]["enum"] == list(_types.STATES)
    assert server["verdict"]["enum"] == list(_types.VERDICTS)
    assert finding["type"]["enum"] == list(_types.FINDING_TYPES)
    assert defs["severity"]["enum"] == list(_types.SEVERITIES)
    assert finding["status"]["enum"] == [_types.NEW, _types.STILL, None]
    assert defs["gone_finding"]["properties"]["status"]["const"] == _types.GONE
    assert SCHEMA["properties"]["tolerated"]["items"]["enum"] == list(_types.TOLERABLE)
    assert list(SCHEMA["properties"]["shown"]["properties"]) == list(_types.SHOWABLE)
    assert (SCHEMA["properties"]["format"]["const"], SCHEMA["properties"]["version"]["const"]) == (
        _types.FORMAT,
        _types.VERSION,
    )


def test_it_explains_what_is_in_a_report() -> None:
    parts = [one for shape in objects(SCHEMA) for one in shape["properties"].values() if "$ref" not in one]
    quiet = [one for one in parts if "description" not in one]
    assert all(set(one) <= {"type", "minimum"} or "items" in one for one in quiet)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"generated": "2026-11-22 10:00"},
        {"tolerated": ["cosmetic", "cosmetic"]},
        {"tolerated": ["everything"]},
        {"more": 1},
        {"gone": drift_samples.small()["servers"][0]["findings"][:1]},
    ],
)
def test_it_refuses_what_is_no_report(change: dict[str, Any]) -> None:
    assert mistakes({**drift_samples.small(), **change})
