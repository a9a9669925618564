# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an object of a large map ends is guessed: counting its braces takes three times as long as decoding it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _objects
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer
from ansible_collections.comet.backup.plugins.module_utils._api._objects import Objects

FAR = 100
SHORT = {"Username": "x", "In": {"a": {}, "b": {"n": 1}}, "Last": {"n": 1}}
LONG = {"Username": "x" * FAR}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the objects begin whose braces had to be counted."""
    spots: list[int] = []
    count = Objects._count

    def watched(self: Objects, begin: int) -> int:
        spots.append(begin)
        return count(self, begin)

    monkeypatch.setattr(Objects, "_count", watched)
    monkeypatch.setattr(_objects, "FAR", FAR)
    return spots


def walked(users: dict[str, Any]) -> bytes:
    """The text of a map, once all of it was decoded."""
    text = json.dumps(users, separators=(",", ":")).encode()
    assert dict(Objects(text, lambda: BadAnswer("no map")).items()) == users
    return text


def test_the_usual_ones_are_not_counted(counted: list[int]) -> None:
    text = walked({str(number): SHORT for number in range(5)})
    assert len(text) > 2 * FAR
    assert counted == []


def test_empty_ones_are_not_counted(counted: list[int]) -> None:
    walked({"a": {}, "b": {}, "c": {}})
    assert counted == []


@pytest.mark.parametrize("more", [b"x", b"xx", b" x", b"x ", b"0"])
def test_nothing_but_blanks_follows_a_map(more: bytes) -> None:
    with pytest.raises(BadAnswer, match=r"no map"):
        Objects(b'{"a":{"n":1}}' + more, lambda: BadAnswer("no map"))


@pytest.mark.parametrize("spot", range(3))
def test_long_ones_are_counted(counted: list[int], spot: int) -> None:
    """Otherwise all that follows would be searched, and most of it decoded in vain."""
    text = walked({str(number): LONG if number == spot else SHORT for number in range(3)})
    assert counted == [text.index(b'{"Username":"xx')]
