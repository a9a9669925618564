# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects of a tree a run is about, and what it leaves alone. Private; may change at any time.

A selector is ``{"kind": ..., "name": ..., "tenant": ..., "members": [...]}``. What it does not say fits everything;
name and tenant are shell patterns.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module import _members
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._tree import (
    LISTS,
    ONLY_ONE,
    ONLY_SERVER,
    ONLY_TENANTS,
    OUTER,
    Entry,
)
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, nearest

KINDS = tuple(
    sorted({kind for kinds in (OUTER, LISTS, ONLY_TENANTS, ONLY_SERVER, ONLY_ONE) for kind in kinds.values()})
)
"""Kinds of which a tree can hold objects."""

ONLY, SKIP, IGNORE, PROTECT = "only", "skip", "ignore", "protect"


def selector_spec(members: bool = False) -> dict[str, Any]:
    """The spec of an option that takes selectors; of those with ``members`` where they may be about parts."""
    parts: dict[str, Any] = {part: {"type": "str"} for part in ("kind", "name", "tenant")}
    if members:
        parts["members"] = {"type": "list", "elements": "str"}
    return {"type": "list", "elements": "dict", "options": parts}


@dataclass(frozen=True)
class Subject:
    """What a selector looks at: an object by its kind, and by all that people may call it and its tenant."""

    kind: str
    names: Collection[str]
    tenants: Collection[str]

    @classmethod
    def of(cls, entry: Entry) -> Subject:
        """The object of an entry. A tenant is in itself, so that whoever chooses a tenant chooses all of it."""
        key = str(entry.params.get("id") or "")
        names = (entry.name, key) if key else (entry.name,)
        return cls(entry.kind, names, names if entry.task.resource.outermost else (entry.tenant,))


@dataclass(frozen=True)
class Selector:
    """One selector. ``where`` is its place among the options, for messages; None is what it does not say."""

    where: str
    kind: str | None
    name: re.Pattern[str] | None
    tenant: re.Pattern[str] | None
    members: tuple[str, ...] = ()

    def fits(self, subject: Subject) -> bool:
        """Whether it is about this object."""
        if self.kind is not None and self.kind != subject.kind:
            return False
        wanted = ((self.name, subject.names), (self.tenant, subject.tenants))
        return all(pattern is None or any(map(pattern.match, words)) for pattern, words in wanted)


class Selection:
    """What a task selects with ``only``, ``skip``, ``ignore`` and ``protect``. Raises InvalidOption.

    ``tasks`` are the tasks of the single modules by kind, which know the members.
    """

    def __init__(self, params: Mapping[str, Any], tasks: Mapping[str, ResourceTask]) -> None:
        self._selectors = {option: _selectors(option, params.get(option)) for option in (ONLY, SKIP, IGNORE, PROTECT)}
        self._used: set[str] = set()
        self._paths: dict[tuple[str, str], list[_members.Path]] = {}
        for selector in self._selectors[IGNORE]:
            self._read_members(selector, tasks)

    def chosen(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """The entries that are to be worked on, without what is to be left alone.

        Raises InvalidOption when ``only`` chooses none, which looks like success otherwise.
        """
        picked = [entry for entry in entries if self.chooses(Subject.of(entry))] if self._picks else entries
        if self._selectors[ONLY] and not picked:
            hint = "see how its kinds, names and tenants are spelt"
            raise InvalidOption(f"only: nothing in the tree is chosen; {hint}", chosen=0)
        left = [self._without_ignored(entry) for entry in picked] if self._selectors[IGNORE] else picked
        return [entry for entry in left if entry is not None]

    @property
    def _picks(self) -> bool:
        return bool(self._selectors[ONLY] or self._selectors[SKIP])

    def chooses(self, subject: Subject) -> bool:
        """Whether ``only`` and ``skip`` let the task work on an object."""
        skipped = bool(self._fitting(SKIP, subject))
        return not skipped and (not self._selectors[ONLY] or bool(self._fitting(ONLY, subject)))

    def ignores(self, subject: Subject) -> bool:
        """Whether somebody else owns the whole object."""
        return any(not selector.members for selector in self._fitting(IGNORE, subject))

    @property
    def ignores_any(self) -> bool:
        """Whether somebody else may own anything at all."""
        return bool(self._selectors[IGNORE])

    def ignores_inside(self, entry: Entry, option: str) -> bool:
        """Whether somebody else owns all that an option of an object, or of one inside it, describes."""
        fitting = self._fitting(IGNORE, Subject.of(entry)) if self.ignores_any else ()
        keys = [(selector.where, entry.kind) for selector in fitting if selector.members]
        return any(option in path[-1].spellings for key in keys for path in self._paths.get(key, ()))

    def protects(self, subject: Subject) -> bool:
        """Whether the object stays, although the tree does not name it."""
        return bool(self._fitting(PROTECT, subject))

    def warnings(self, prunes: bool = False) -> list[str]:
        """Of selectors that no object has met, once all have been looked at. What is protected counts for pruning.

        What somebody else owns may well be on other servers alone.
        """
        looked = (ONLY, SKIP, *((PROTECT,) if prunes else ()))
        idle = [one.where for option in looked for one in self._selectors[option] if one.where not in self._used]
        return [f"{where}: no object fits this selector" for where in idle]

    def _fitting(self, option: str, subject: Subject) -> list[Selector]:
        found = [selector for selector in self._selectors[option] if selector.fits(subject)]
        self._used.update(selector.where for selector in found)
        return found

    def _without_ignored(self, entry: Entry) -> Entry | None:
        """The entry without the members that somebody else owns; None where that is the whole object."""
        found = self._fitting(IGNORE, Subject.of(entry))
        if any(not selector.members for selector in found):
            return None
        params = entry.params
        for selector in found:
            for path in self._paths.get((selector.where, entry.kind), ()):
                params = _members.without(params, path)
        return entry if params is entry.params else replace(entry, params=params)

    def _read_members(self, selector: Selector, tasks: Mapping[str, ResourceTask]) -> None:
        """Find what a selector calls members in the kinds that it may be about, of which one has to know each."""
        kinds = KINDS if selector.kind is None else (selector.kind,)
        for member in selector.members:
            where = f"{selector.where}.members"
            paths = {kind: _members.path_of(tasks[kind], member, where) for kind in kinds}
            for kind, path in paths.items():
                if isinstance(path, tuple):
                    self._paths.setdefault((selector.where, kind), []).append(path)
            unknown = [path for path in paths.values() if isinstance(path, _members.Unknown)]
            if len(unknown) == len(kinds):
                known = {word for one in unknown for word in one.known}
                whose = selector.kind or "any kind"
                raise InvalidOption(f"{where}: {member} is no member of {whose}{nearest(unknown[0].word, known)}")


def _selectors(option: str, given: Iterable[Mapping[str, Any]] | None) -> list[Selector]:
    return [_selector(f"{option}[{index}]", one) for index, one in enumerate(given or ())]


def _selector(where: str, given: Mapping[str, Any]) -> Selector:
    kind, members = given.get("kind"), tuple(given.get("members") or ())
    if all(given.get(part) is None for part in ("kind", "name", "tenant", "members")):
        raise InvalidOption(f"{where}: says neither kind nor name nor tenant, and would fit every object")
    if kind is not None and kind not in KINDS:
        raise InvalidOption(f"{where}.kind: a tree holds no {kind}{nearest(kind, KINDS)}")
    if given.get("members") is not None and not members:
        raise InvalidOption(f"{where}.members: is empty; leave it out to leave the whole object alone")
    return Selector(where, kind, _pattern(given.get("name")), _pattern(given.get("tenant")), members)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    """A shell pattern as ``fnmatch.fnmatchcase`` reads it, translated once for many objects."""
    return None if text is None else re.compile(fnmatch.translate(text))
