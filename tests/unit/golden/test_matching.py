# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison itself: what fits, what does not, and what is remembered."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from ansible_collections.comet.backup.tests.unit.golden.examples import Examples
from ansible_collections.comet.backup.tests.unit.golden.library import conversations
from ansible_collections.comet.backup.tests.unit.golden.matching import differences
from ansible_collections.comet.backup.tests.unit.golden.values import Forgotten, Memory, fill, form_text, merge_patch

GUID = "12345678-1234-4123-8123-123456789abc"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = 1_800_000_000
MEMORY: Memory = {"NAME": "alice", "NUMBER": 7, "LIST": [1]}


@pytest.fixture(autouse=True)
def _the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW + 0.5)


@pytest.mark.parametrize(
    ("expected", "fitting", "others"),
    [
        (1, 1, [2, "1", True, 1.5, None]),
        (True, True, [1, False]),
        (None, None, [0, "", []]),
        ("a", "a", ["b", 1]),
        ([1, 2], [1, 2], [[2, 1], [1], [1, 2, 3], {}]),
        ({"a": 1}, {"a": 1}, [{"a": 2}, {}, {"a": 1, "b": 2}, []]),
        ("${NAME}", "alice", ["bob", "${NAME}"]),
        ("${NUMBER}", 7, [8, "7"]),
        ("${text:NUMBER}", "7", [7]),
        ("${NUMBER+5}", 12, [7]),
        ({"${NAME}": 1}, {"alice": 1}, [{"bob": 1}]),
        ({"$is": "guid"}, GUID, ["x", "", 1, GUID[1:]]),
        ({"$is": "hash"}, "0123456789abcdef", ["short", 1, None]),
        ({"$is": "text"}, "x", ["", 1]),
        ({"$is": "string"}, "", [1, None]),
        ({"$is": "integer"}, 0, [True, "0", 0.5]),
        ({"$is": "boolean"}, False, [0, "false"]),
        ({"$is": "object"}, {}, [[], None]),
        ({"$is": "list"}, [], [{}, None]),
        ({"$is": "now"}, NOW, [NOW - 3600, NOW + 3600, 0, str(NOW)]),
        ({"a": {"$is": "absent"}}, {}, [{"a": 1}, {"a": None}]),
        ({"$like": "^a.c$"}, "abc", ["abcd", 1]),
        ({"$between": [1, 3]}, 3, [0, 4, "2", True]),
        ({"$one_of": [1, "${NAME}"]}, "alice", [2, "bob"]),
        ({"a": {"$not": "${NAME}"}}, {"a": "bob"}, [{"a": "alice"}, {}]),
        ({"$is": "text", "$not": "a"}, "b", ["a", ""]),
        ({"$has": {"a": 1}}, {"a": 1, "b": 2}, [{"b": 2}, {"a": 2}, []]),
        ({"$each": {"$is": "integer"}}, [1, 2], [[], [1, "2"], 1]),
        ({"$each": 1}, {"a": 1}, [{}, {"a": 2}]),
        ({"$any_order": [1, 2]}, [2, 1], [[1, 1], [1], [1, 2, 3], {}]),
        ({"$holds": [2]}, [1, 2], [[1], []]),
        ({"$entries": [{"key": {"$is": "guid"}, "value": 1}]}, {GUID: 1}, [{"x": 1}, {GUID: 2}, {}, {GUID: 1, "x": 1}]),
    ],
)
def test_condition(expected: Any, fitting: Any, others: list[Any]) -> None:
    assert differences(expected, fitting, dict(MEMORY)) == []
    for other in others:
        assert differences(expected, other, dict(MEMORY)), other


def test_difference_names_the_place() -> None:
    (line,) = differences({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, {})
    assert line == "answer.a[0].b: 1 expected, it is 2"


def test_unknown_matcher_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"no matcher \$hass"):
        differences({"$hass": {}}, {}, {})


def test_values_are_remembered() -> None:
    memory: Memory = {}
    expected = {"$entries": [{"key": {"$is": "text", "$as": "ID"}, "value": {"$like": "secret=(.*)$", "$as": "S"}}]}
    assert differences(expected, {"k": "x?secret=abc"}, memory) == []
    assert memory == {"ID": "k", "S": "abc"}


def test_entry_that_does_not_fit_is_not_remembered() -> None:
    memory: Memory = {}
    expected = {"$any_order": [{"a": {"$is": "text", "$as": "A"}, "b": 1}]}
    assert differences(expected, [{"a": "x", "b": 2}], memory)
    assert memory == {}


def test_filling_a_request() -> None:
    memory: Memory = {"DOCUMENT": {"a": 1, "b": {"c": 2, "d": 3}}, "URL": "http://h/", "SECRET": SECRET}
    patched = {"$patched": "DOCUMENT", "$with": {"a": None, "b": {"c": "${URL}"}}}
    assert fill(patched, memory) == {"b": {"c": "http://h/", "d": 3}}
    assert memory["DOCUMENT"] == {"a": 1, "b": {"c": 2, "d": 3}}
    assert form_text({"json": {"u": ["${URL}"]}}, memory) == '{"u": ["http://h/"]}'
    assert fill("at=${url:URL}&x", memory) == "at=http%3A%2F%2Fh%2F&x"
    assert pyotp.TOTP(memory["SECRET"]).verify(fill("${totp:SECRET}", memory), valid_window=1)


def test_nothing_is_made_up_for_a_forgotten_value() -> None:
    with pytest.raises(Forgotten, match="remembered as NOBODY"):
        fill("${NOBODY}", MEMORY)


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": [1]}, {"a": [2, 3]}, {"a": [2, 3]}),
        ({"a": {"b": 1}}, {"a": {"b": None, "c": 2}}, {"a": {"c": 2}}),
        ({"a": 1}, [1], [1]),
        ([1], {"a": {"b": None}}, {"a": {}}),
    ],
)
def test_merge_patch_of_the_standard(document: Any, patch: Any, result: Any) -> None:
    assert merge_patch(document, patch) == result


def test_every_expectation_has_an_example_that_fits() -> None:
    for conversation in conversations():
        memory: Memory = {"SERVER": "http://127.0.0.1/", "NOW": NOW}
        made = Examples()
        for pair in conversation.pairs:
            answer = made.answer(pair.answer.body, memory)
            assert differences(pair.answer.body, answer, memory) == [], (conversation.id, pair.name)
