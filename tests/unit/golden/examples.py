# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that fits what a pair expects, for showing it to a client. Every made-up value is another one."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterator
from typing import Any

from ansible_collections.comet.backup.tests.unit.golden.matching import ABSENT, is_matcher, remember
from ansible_collections.comet.backup.tests.unit.golden.values import fill

NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


class Examples:
    """Makes up values, and remembers them as the answer would be: later parts of it may mention them."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def answer(self, expected: Any, memory: dict[str, Any]) -> Any:
        """A value that fits."""
        if is_matcher(expected):
            made = self._matched(expected, memory)
            remember(expected, made, memory)
            return made
        if isinstance(expected, dict):
            members = {fill(key, memory): self.answer(value, memory) for key, value in expected.items()}
            return {key: value for key, value in members.items() if value is not ABSENT}
        if isinstance(expected, list):
            return [self.answer(item, memory) for item in expected]
        return fill(expected, memory)

    def _matched(self, matcher: dict[str, Any], memory: dict[str, Any]) -> Any:
        if "$example" in matcher:
            return matcher["$example"]
        for word in ("$has", "$any_order", "$holds"):
            if word in matcher:
                return self.answer(matcher[word], memory)
        if "$entries" in matcher:
            entries = [self.answer(entry, memory) for entry in matcher["$entries"]]
            return {entry["key"]: entry["value"] for entry in entries}
        if "$each" in matcher:
            return {"one": self.answer(matcher["$each"], memory)}
        if "$one_of" in matcher:
            return fill(matcher["$one_of"][0], memory)
        if "$between" in matcher:
            return fill(matcher["$between"][0], memory)
        return self._of_kind(matcher.get("$is", "text"))

    def _of_kind(self, kind: str) -> Any:
        number = next(self._numbers)
        made: dict[str, Any] = {
            "absent": ABSENT,
            "guid": str(uuid.uuid5(NAMESPACE, str(number))),
            "hash": uuid.uuid5(NAMESPACE, str(number)).hex,
            "text": f"text {number}",
            "string": f"text {number}",
            "integer": number,
            "boolean": True,
            "object": {},
            "list": [],
            "now": int(time.time()),
        }
        return made[kind]
