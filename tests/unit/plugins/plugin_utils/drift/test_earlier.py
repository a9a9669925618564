# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading an earlier report: what is one is taken, and all else is refused in a sentence."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift._earlier import UnusableReport, load
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import Document
from ansible_collections.comet.backup.tests.unit import drift_samples
from ansible_collections.comet.backup.tests.unit.plugins.plugin_utils.drift.schema import mistakes

SAMPLES = [drift_samples.small, drift_samples.clean, drift_samples.hostile]


def written(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "drift.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnusableReport) as caught:
        load(path)
    message = caught.value.message
    assert message.startswith(f"previous: {path} ")
    assert message.endswith("or none to go without the comparison.")
    return message.removeprefix(f"previous: {path} ").split(". ")[0]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_report_is_read_as_it_was_written(tmp_path: Path, sample: Callable[[], Document]) -> None:
    assert load(written(tmp_path, sample())) == sample()
    assert load(str(written(tmp_path, sample()))) == sample()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("\ufffe", "is not JSON"),
        ("[" * 100000, "is not JSON"),
        ("[]", "is not a report on drift, which has the format comet.backup.drift"),
        ("{}", "is not a report on drift"),
        ('{"format": "something.else", "version": 1}', "is not a report on drift"),
        ('{"format": "comet.backup.drift"}', "has version null of the format, and only version 1 can be compared"),
        ('{"format": "comet.backup.drift", "version": 2}', "has version 2 of the format, and only version 1"),
        ('{"format": "comet.backup.drift", "version": true}', "has version true of the format"),
        ('{"format": "comet.backup.drift", "version": "1"}', 'has version "1" of the format'),
        ('{"format": "comet.backup.drift", "version": 1}', "is damaged: generated is not what a report has there"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(written(tmp_path, text))


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.json") == "cannot be read: No such file or directory"
    assert refusal(tmp_path) == "cannot be read: Is a directory"
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd")
    assert refusal(tmp_path / "binary") == "is not JSON"


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("servers", {}, "servers"),
        ("servers", [5], "servers"),
        ("servers/0/name", None, "name"),
        ("servers/0/objects", "5", "objects"),
        ("servers/0/objects", True, "objects"),
        ("servers/0/seconds", None, "seconds"),
        ("shown/emails", 1, "shown"),
        ("servers/0/findings/0/owner", "alice", "owner"),
        ("servers/0/findings/0/owner", {"kind": "user"}, "owner"),
        ("servers/0/findings/0/type", "odd", "type"),
        ("servers/0/findings/0/severity", "odd", "severity"),
        ("servers/0/findings/0/members/0/severity", "odd", "severity"),
        ("servers/0/findings/0/members/0/path", "a.b", "path"),
        ("generated", "yesterday", "generated"),
    ],
)
def test_a_damaged_report_is_refused_with_the_place(tmp_path: Path, path: str, value: Any, where: str) -> None:
    document: Any = drift_samples.small()
    holder: Any = document
    *steps, last = path.split("/")
    for step in steps:
        holder = holder[int(step) if isinstance(holder, list) else step]
    holder[last] = value
    assert refusal(written(tmp_path, document)) == f"is damaged: {where} is not what a report has there"


def test_whole_seconds_are_seconds(tmp_path: Path) -> None:
    document = drift_samples.small()
    document["servers"][0]["seconds"] = 3
    assert load(written(tmp_path, document)) == document


def holders(value: Any) -> list[Any]:
    """All dictionaries and lists of a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if inner else []) + [one for item in inner for one in holders(item)]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_read_fits_the_schema_as_far_as_it_counts(tmp_path: Path, seed: int) -> None:
    """Whatever is broken in a report, reading it refuses, or the schema takes it, or it says nothing of findings."""
    chance = random.Random(seed)
    document: Any = copy.deepcopy(drift_samples.small())
    holder = chance.choice([one for one in holders(document) if isinstance(one, dict)])
    name = chance.choice(list(holder))
    values: tuple[Any, ...] = (None, 5, "x", [], {}, [5], True)
    holder[name] = chance.choice([value for value in values if value != holder[name]])
    try:
        load(written(tmp_path, document))
    except UnusableReport:
        assert mistakes(document)
    else:
        loose = {"status", "before", "after", "state", "verdict", "id", "tolerated", "reaches", "path"}
        assert not mistakes(document) or name in loose
