# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task wishes, what the server holds, and what has to be done: plain data. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change, Merge, Path
from ansible_collections.comet.backup.plugins.module_utils._state._document import Name
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, TooManyDeletions

NONE, CREATE, UPDATE, DELETE = "none", "create", "update", "delete"

Checks = Mapping[str, Callable[[Mapping[str, Any], int], str]]
"""By structure: (the whole of it as it would be written, now in unix seconds) -> what is wrong with it, as the option
that it is about and the rest of a sentence, or an empty text."""


@dataclass(frozen=True)
class Wish:
    """What a task asks of one object.

    ``patch`` is in the API's spelling with IDs resolved; ``arguments`` are the options outside the document, such as
    a password. ``tenant`` is a tenant's ID, empty for the top level, None when the task does not say. ``home`` names
    the larger document that holds this one, ``owner`` is the ID of the object whose document that is, empty where calls
    without an owner reach it. ``told`` are the members that tell an object apart from others of its name. A server that
    restarts has ``restart_timeout`` seconds to come back.
    """

    present: bool
    id: str = ""
    name: str = ""
    tenant: str | None = None
    home: str = ""
    owner: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    patch: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    secrets: str = "on_create"
    exclusive: bool = False
    max_deletions: int = 10
    confirmed: bool = False
    restart_timeout: float = 120


@dataclass(frozen=True)
class Found:
    """What the server holds for one object. ``document`` is None when it does not exist.

    ``lock`` is the hash that a write must carry, None where the API has none. ``fresh``: read for this object alone,
    just now, rather than taken from a list. ``beside`` is what the server then said about it outside its document.
    ``around`` is the larger document that this one is a part of.
    """

    id: str
    document: Mapping[str, Any] | None
    lock: str | None = None
    fresh: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)
    around: Found | None = None


@dataclass(frozen=True)
class Plan:
    """One step and the document that results; ``action`` is none, create, update or delete.

    ``needs`` maps members that change to the server version that knows them, where not every server does.
    """

    action: str
    found: Found
    after: Mapping[str, Any] | None = None
    changes: tuple[Change, ...] = ()
    removed: tuple[str, ...] = ()
    needs: Mapping[str, str] = field(default_factory=dict)


def make_plan(
    structure: str,
    found: Found,
    wish: Wish,
    now: int,
    making: bool = False,
    acts: tuple[Change, ...] = (),
    checks: Checks | None = None,
) -> Plan:
    """What has to be done so that ``found`` fulfils ``wish``.

    ``making``: the object is being made by this very task, so that members which count only then are compared.
    ``acts`` are changes outside the document. Raises TooManyDeletions, and InvalidOption for what cannot be changed and
    for what ``checks`` find in a structure that changes.
    """
    if not wish.present:
        if found.document is None:
            return Plan(NONE, found)
        return Plan(DELETE, found)
    initial = making or found.document is None or bool(acts) or _renews(structure, wish)
    merge = Merge(wish.secrets, initial, wish.exclusive, now)
    after = merge.document(structure, found.document, wish.patch)
    _refuse_nonsense(merge, checks or {}, now)
    removed = (*merge.removed, *_taken(acts))
    refuse_many(removed, wish.max_deletions)
    changes = tuple(merge.changes) + acts
    if found.document is None:
        return Plan(CREATE, found, after if after is not None else {}, changes, needs=merge.needs)
    return Plan(UPDATE if changes else NONE, found, after, changes, removed, merge.needs)


def finishing(structure: str, step: Plan, now: int) -> Plan:
    """The step that writes an object as it is, with the time of the change in it."""
    after = Merge(now=now).stamped(structure, step.found.document or {})
    return replace(step, action=UPDATE, after=after)


def refuse_many(removed: Sequence[str], limit: int) -> None:
    """Raises TooManyDeletions when more entries are to be removed than the task allows."""
    if len(removed) > limit:
        raise TooManyDeletions(
            f"this would remove {len(removed)} {'entry' if len(removed) == 1 else 'entries'} "
            f"({', '.join(sorted(removed))}), but max_deletions is {limit}; raise it if that is meant"
        )


def _refuse_nonsense(merge: Merge, checks: Checks, now: int) -> None:
    """Only what changes is looked at: what the task does not speak of is not its business, however wrong it is."""
    for name, path, document in merge.touched:
        wrong = checks[name](document, now) if name in checks else ""
        if wrong:
            raise InvalidOption(".".join((*path, wrong)))


def _renews(structure: str, wish: Wish) -> bool:
    """Whether the object's own secret is written anew, as an administrator's password is; what goes with it counts."""
    known = _fields.fields(structure)
    return wish.secrets == "always" and any(known[name].member.secret for name in wish.patch if name in known)


def _taken(acts: tuple[Change, ...]) -> list[str]:
    """What acts take out of lists, by the path of each item."""
    lists = [act for act in acts if isinstance(act.before, list)]
    return [".".join((*act.path, str(item))) for act in lists for item in act.before if item not in (act.after or ())]


def difference(structure: str, plan: Plan, address: Mapping[str, Any], label: Name | None = None) -> dict[str, Any]:
    """Before and after of the members that change, nested as the options are, secrets as a marker.

    ``address`` are the options that name the object, and what it has beside its document; they are shown where it comes
    or goes. Shape:
    ``{"before": {...}, "after": {...}}``; both empty when nothing changes.
    """
    view = _document.View(label, kept=False, overruled=False)
    before: dict[str, Any] = dict(address) if plan.action == DELETE else {}
    after: dict[str, Any] = dict(address) if plan.action == CREATE else {}
    if plan.action == DELETE:
        before.update(without_zeros(_document.options_from(structure, plan.found.document, view)))
    keys: dict[Path, str] = {}
    for change in plan.changes:
        path = _readable(structure, change.path, label, keys) if label else change.path
        if change.secret:
            _put(before, path, "" if not change.before else None)
            _put(after, path, _redact.MARKER if change.after else "")
            continue
        was, becomes = _shown(change, change.before, view), _shown(change, change.after, view)
        # Where only a password inside differs, both would look the same; then the former is left out, as a secret is.
        _put(before, path, was if was != becomes else None)
        _put(after, path, becomes)
    return {"before": before if plan.action != CREATE else {}, "after": after}


def _readable(structure: str, path: Path, label: Name, keys: dict[Path, str]) -> Path:
    """The path of a change with names in place of the IDs of other objects that are keys of entries in it.

    ``keys`` remembers which key each name stands for; a second object of that name keeps its ID.
    """
    holder: _fields.Field | None = None
    steps: Path = ()
    for step in path:
        if holder is not None:
            named = (*steps, label(holder.member.reference, step) if holder.member.reference else step)
            steps = named if keys.setdefault(named, step) == step else (*steps, step)
            holder = None
            continue
        entry = _fields.by_spelling(structure).get(step)
        if entry is None or not entry.inner:
            break
        steps, structure = (*steps, step), entry.inner
        holder = entry if entry.kind in (_fields.ENTRIES, _fields.RECORDS) else None
    done = len(steps)
    return steps + path[done:]


def _shown(change: Change, value: Any, view: _document.View) -> Any:
    """One side of a change, or None where there is nothing on that side."""
    if change.field is None:
        return _redact.mask_unknown(change.path[-1], value)
    if change.whole:
        return None if value is None else without_zeros(_document.options_from(change.field.inner, value, view))
    return _document.shown(change.field, value, {}, view)


def without_zeros(value: Any) -> Any:
    """The value without members that are absent, null, empty, zero or false, at any depth."""
    if isinstance(value, Mapping):
        plain = {key: without_zeros(item) for key, item in value.items()}
        return {key: item for key, item in plain.items() if item not in (None, "", 0, False, [], {})}
    return [without_zeros(item) for item in value] if isinstance(value, list) else value


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Place a value in a nested dictionary; None places nothing."""
    if value is None:
        return
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value
