# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which mutants may survive, and why: survivors.yml beside this file, and one rule for texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

EXPLAINED = Path(__file__).resolve().with_name("survivors.yml")
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_SENTENCE = re.compile(r"[A-Za-z]{2,},? [a-z]")


class Mutant(Protocol):
    """What is known of one, see mutation.Verdict."""

    name: str
    file: str
    function: str
    status: str


Key = tuple[str, str, str]
"""File, function and change; the same change in the same function may be made in several places."""


def explanations(path: Path = EXPLAINED) -> dict[Key, str]:
    """Why a mutant may survive, by what it is.

    The file holds, by file of the code and by function, lists of reasons (``why``) with the ``changes`` they are for.
    """
    written = yaml.safe_load(path.read_text()) or {}
    return {
        (file, function, change.strip()): reason["why"]
        for file, functions in written.items()
        for function, reasons in functions.items()
        for reason in reasons
        for change in reason["changes"]
    }


def only_words(change: str) -> bool:
    """Whether a change only puts marks around a sentence for people, or takes its capital letters.

    Tests look for the words of a sentence that matter. A sentence that nobody looks at survives in capitals, too,
    which this does not excuse.
    """
    before, _newline, after = change.partition("\n")
    return any(
        before[1:].replace(sentence, other, 1) == after[1:]
        for sentence in _LITERAL.findall(before)
        for other in (f'"XX{sentence[1:-1]}XX"', sentence.lower())
        if _SENTENCE.search(sentence)
    )


def excused(explained: Mapping[Key, str], key: Key) -> bool:
    """Whether a mutant may survive."""
    return key in explained or only_words(key[2])


@dataclass
class Judgement:
    """Figures by file, and a sentence for each mutant or explanation that must not be."""

    figures: dict[str, Counter[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)

    def count(self, file: str, what: str) -> None:
        """Count a mutant."""
        self.figures.setdefault(file, Counter())[what] += 1

    def total(self) -> Counter[str]:
        """The figures of all files."""
        return sum(self.figures.values(), Counter())

    def table(self) -> str:
        """The figures for people, a line for each file."""
        columns = ("made", "killed", "timeout", "explained", "unexplained", "unchecked")
        rows = [["file", *columns]]
        for name, counts in [*sorted(self.figures.items()), ("all", self.total())]:
            rows.append([name, *(str(counts[column]) for column in columns)])
        return "\n".join(f"{row[0]:24}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)

    def told(self, seconds: float) -> dict[str, Any]:
        """As other campaigns tell it; each mutant is a run."""
        counts = self.total()
        by_file = {f"{file}.{what}": count for file, row in self.figures.items() for what, count in row.items()}
        return {
            "runs": counts["made"] - counts["unchecked"],
            "seconds": round(seconds),
            "figures": dict(sorted({**counts, **by_file}.items())),
            "lost": self.lost,
        }


def judge(mutants: Iterable[Mutant], explained: Mapping[Key, str], change: Callable[[Any], str]) -> Judgement:
    """Hold the survivors against their explanations, and the explanations against what survived."""
    result = Judgement()
    functions = {key[:2] for key in explained}
    alive: Counter[Key] = Counter()
    dead: Counter[Key] = Counter()
    for mutant in mutants:
        result.count(mutant.file, "made")
        if mutant.status in ("killed", "timeout"):
            result.count(mutant.file, mutant.status)
            if (mutant.file, mutant.function) in functions:
                dead[mutant.file, mutant.function, change(mutant)] += 1
        elif mutant.status == "not checked":
            result.count(mutant.file, "unchecked")
        else:
            key = (mutant.file, mutant.function, change(mutant))
            alive[key] += 1
            if excused(explained, key):
                result.count(mutant.file, "explained")
            else:
                result.count(mutant.file, "unexplained")
                result.lost[mutant.name] = complaint(mutant, key)
    result.complaints = [*result.lost.values(), *untrue(explained, alive, dead)]
    return result


def complaint(mutant: Mutant, key: Key) -> str:
    """What to say about a mutant that nobody has explained."""
    file, function, change = key
    shown = "\n".join(f"    {line}" for line in change.splitlines())
    command = f"(cd build/mutants/near && ../../../.venv/bin/python -m mutmut show {mutant.name})"
    return f"{file}, {function}: {mutant.status}\n{shown}\n    {command}"


def untrue(explained: Mapping[Key, str], alive: Mapping[Key, int], dead: Mapping[Key, int]) -> Sequence[str]:
    """What to say about explanations of mutants that do not survive."""
    return [
        f"{file}, {function}: survivors.yml explains what a test notices by now:\n    {change}"
        for file, function, change in explained
        if dead.get((file, function, change)) and not alive.get((file, function, change))
    ]
