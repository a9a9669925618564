# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers there are to be met, and under which settings: computed from the facts and from the emulator.

Runs take turns, counted from 0. As many turns in a row as there are values meet every one of them, each time in
another order, so that the combinations are ever others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from answer_shapes import facts, parse_version

from ansible_collections.comet.backup.tests.unit.promises.settings import TURNABLE, alternatives
from ansible_collections.comet.backup.tests.unit.promises.versions import OLDEST

Item = TypeVar("Item")


def dates() -> Iterator[str | None]:
    """When the facts say that something came or went: methods, their parameters and results, and members."""
    for method in facts("methods").values():
        yield method["since"]
        yield from (parameter.get("since") for parameter in method["params"])
        for before in method.get("returned_before", []):
            yield before.get("until") or before["before"]
    for structure in facts("structures").values():
        yield from (field["since"] for field in structure["fields"])


def servers() -> list[str]:
    """Every version of the server that differs from the one before, from the oldest supported one on."""
    known = {parse_version(date) for date in dates()} | {parse_version(OLDEST)}
    return [".".join(map(str, version)) for version in sorted(known) if version >= parse_version(OLDEST)]


SERVERS = servers()
SETTINGS = {switch.name: [switch.default, *alternatives(switch)] for switch in TURNABLE}
"""What each switch can be set to."""


def met(name: str, values: Sequence[Item], turn: int) -> Item:
    """The value that a turn meets, of those that go by a name."""
    whole, place = divmod(turn, len(values))
    return random.Random(f"{name} {whole}").sample(values, len(values))[place]


def server_of(turn: int) -> str:
    """The version of the server."""
    return met("server", SERVERS, turn)


def setting_of(turn: int) -> dict[str, Any]:
    """All switches."""
    return {name: met(name, values, turn) for name, values in SETTINGS.items()}
