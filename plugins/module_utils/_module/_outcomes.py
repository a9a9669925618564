# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the objects of a tree: counted, and told where there is something to tell. Private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.comet.backup.plugins.module_utils._module._done import CHANGED, CREATED, DELETED, UNCHANGED
from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown, shown_too
from ansible_collections.comet.backup.plugins.module_utils._module._tree import Entry, Key

FAILED, SKIPPED = "failed", "skipped"
OUTCOMES = (UNCHANGED, CREATED, CHANGED, DELETED, FAILED, SKIPPED)
_DIFFERS = (CREATED, CHANGED, DELETED)


@dataclass
class Outcome:
    """What became of one object. ``before`` and ``after`` are its changes, ``more`` what else the result tells.

    ``called`` is the entry's key as results show it.
    """

    entry: Entry
    called: Key
    outcome: str
    msg: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entry: Entry, secrets: set[str], outcome: str, msg: str, diff: Mapping[str, Any], more: Mapping[str, Any]
    ) -> Outcome:
        """An outcome in which no secret of the entry is told."""
        told = [list(entry.key), shown(msg), dict(diff), dict(more)]
        called, message, sides, beside = remove_values(told, shown_too(secrets))
        return cls(entry, tuple(called), outcome, message, sides.get("before") or {}, sides.get("after") or {}, beside)

    def join(self, later: Outcome) -> None:
        """Add what a later entry about the same object came to: it was made bare, and then filled."""
        # What was made a moment ago had nothing before, in check mode nor without.
        if self.outcome != CREATED:
            self.before = {**self.before, **later.before}
        if self.outcome not in (FAILED, SKIPPED) and later.outcome in (FAILED, SKIPPED):
            self.outcome, self.msg = later.outcome, later.msg
        self.after = {**self.after, **later.after}
        self.more = {**self.more, **later.more}

    def told(self) -> dict[str, Any]:
        """As the result shows it."""
        kind, tenant, name = self.called
        return {"kind": kind, "tenant": tenant, "name": name, "outcome": self.outcome, "msg": self.msg, **self.more}

    def difference(self) -> dict[str, Any]:
        """Its changes, as Ansible shows a difference: with a line above each side that says what it is about."""
        kind, tenant, name = self.called
        title = " ".join(filter(None, (tenant, self.entry.task.resource.noun, name)))
        headers = {"before_header": title, "after_header": title}
        return {"kind": kind, "tenant": tenant, "name": name, **headers, "before": self.before, "after": self.after}


class Tally:
    """All outcomes of a run. What is unchanged is only counted. ``beside`` is what else its result tells."""

    def __init__(self) -> None:
        self.beside: dict[str, Any] = {}
        self._unchanged: dict[str, int] = {}
        self._told: dict[Key, Outcome] = {}

    def unchanged(self, kind: str, count: int = 1) -> None:
        """Count objects that are as they should be."""
        self._unchanged[kind] = self._unchanged.get(kind, 0) + count

    def add(self, outcome: Outcome) -> None:
        """Take an outcome; a second one about the same object is joined to the first."""
        before = self._told.get(outcome.entry.key)
        if before is not None:
            before.join(outcome)
        elif outcome.outcome == UNCHANGED:
            self.unchanged(outcome.entry.kind)
        else:
            self._told[outcome.entry.key] = outcome

    def __iter__(self) -> Iterator[Outcome]:
        """Everything but what is unchanged: deletions first, the rest in the order of the work."""
        outcomes = list(self._told.values())
        yield from (one for one in outcomes if one.outcome == DELETED)
        yield from (one for one in outcomes if one.outcome != DELETED)

    def of(self, outcome: str) -> list[Outcome]:
        """Those of one outcome."""
        return [one for one in self if one.outcome == outcome]

    @property
    def differs(self) -> bool:
        """Whether anything was changed, or would be."""
        return any(one.outcome in _DIFFERS for one in self._told.values())

    def kinds(self) -> dict[str, dict[str, int]]:
        """How many objects of each kind came to what; only kinds that occur."""
        found: dict[str, dict[str, int]] = {}
        for kind, count in self._unchanged.items():
            found.setdefault(kind, dict.fromkeys(OUTCOMES, 0))[UNCHANGED] += count
        for one in self._told.values():
            found.setdefault(one.entry.kind, dict.fromkeys(OUTCOMES, 0))[one.outcome] += 1
        return found

    def result(self) -> dict[str, Any]:
        """Counts, outcomes and differences, as the result shows them."""
        kinds = self.kinds()
        return {
            "counts": {outcome: sum(counts[outcome] for counts in kinds.values()) for outcome in OUTCOMES},
            "kinds": kinds,
            "objects": [one.told() for one in self],
            "diff": [one.difference() for one in self if one.before or one.after],
            **self.beside,
        }


def sentence(counts: Mapping[str, int]) -> str:
    """``12 created, 3 changed, 9985 unchanged`` of the counts; what is zero is left out."""
    told = [f"{counts[outcome]} {outcome}" for outcome in (*OUTCOMES[1:], UNCHANGED) if counts[outcome]]
    return ", ".join(told) or "nothing to do"
