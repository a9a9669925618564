# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all benchmarks share: one comparison, and measuring in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One comparison. ``better`` says on which side of ``limit`` the ratio has to be.

    ``note``: what to know about the figures, for whoever looks at the table.
    """

    ratio: float
    limit: float
    better: str
    ours: float
    floor: float
    unit: str
    note: str = ""

    @property
    def reached(self) -> bool:
        """Whether the ratio is on the right side of its limit."""
        return self.ratio >= self.limit if self.better == "higher" else self.ratio <= self.limit


def in_turns(repeats: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; they take turns, so that a slow moment of the machine hits all of them."""
    rounds = [[measure() for measure in measures] for _unused in range(repeats)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]
