# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that hold secrets, and are wrong: of another type, in another place, or misspelt."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from ansible_collections.comet.backup.tests.soak.canaries import MARK

Options = dict[str, Any]


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key below which a canary is, from the outside to the inside."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if MARK in str(item):
            yield value, key
            if isinstance(item, (dict, list)):
                yield from spots(item)


def canary_in(value: Any) -> str:
    """The first canary in a value."""
    if isinstance(value, str):
        return value
    return canary_in(next(item for item in (value.values() if isinstance(value, dict) else value) if MARK in str(item)))


def wrong(options: Options, dice: random.Random) -> Options:
    """Options of which one that holds a canary is wrong; the canary stays in it."""
    options = copy.deepcopy(options)
    found = list(spots(options))
    if not found:
        return {**options, "no_such_option": f"{MARK}{MARK}"}
    container, key = dice.choice(found)
    value = container[key]
    way = dice.choice(("listed", "inside", "bare", "misspelt", "number"))
    if way == "listed":
        container[key] = [value]
    elif way == "inside":
        container[key] = {"value": value}
    elif way == "bare":
        container[key] = canary_in(value)
    elif way == "misspelt" and isinstance(container, dict):
        container[f"{key}x"] = container.pop(key)
    else:
        container[key] = 17
    return options
