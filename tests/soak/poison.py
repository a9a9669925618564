# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a text in the place of another one, anywhere in plain data."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

Spot = tuple[Any, ...]
"""Members and indexes that lead to a value."""


def spots(value: Any, way: Spot = ()) -> Iterator[Spot]:
    """Where there are texts."""
    if isinstance(value, str):
        yield way
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from spots(inner, (*way, key))


def poisoned(options: dict[str, Any], text: str, dice: random.Random) -> tuple[dict[str, Any], Spot]:
    """A copy with the text in one spot, and which that is; at least one text has to be there."""
    changed = copy.deepcopy(options)
    spot = dice.choice(list(spots(changed)))
    at: Any = changed
    for key in spot[:-1]:
        at = at[key]
    at[spot[-1]] = text
    return changed, spot
