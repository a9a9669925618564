# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay a patch over a document: what would change, and the document that results. Private; may change at any time.

Only what the patch names is looked at; everything else in the document is carried over untouched, whether the facts
know it or not. Nothing is copied where nothing changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _keyed, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._fields import Field

Path = tuple[str, ...]
Beside = tuple[Mapping[str, Any], Mapping[str, Any]]
"""The structure that holds a member, as it is and as it is to be; what is secret in the member may depend on it."""


def dotted(path: Path) -> str:
    """A path as it is written in messages, such as ``retention.ranges``."""
    return ".".join(path)


@dataclass(frozen=True)
class Change:
    """One difference. ``path`` is in the spelling of the options, with the keys of entries in between.

    ``before`` and ``after`` are values of the API, None for what does not exist; for a secret neither is to be shown.
    ``whole``: they are an entry of a map or an item of a list that comes or goes, rather than the member itself.
    """

    path: Path
    field: Field | None
    before: Any
    after: Any
    secret: bool = False
    whole: bool = False


@dataclass
class Merge:
    """The rules of one comparison, and what it found.

    ``secrets`` is on_create (a secret is written only where the server holds none) or always. ``initial`` also
    compares members that count only when the object is made. ``exclusive`` removes entries of maps that the patch
    does not name. ``now`` (unix seconds) stamps the objects whose modification time the caller keeps. ``needs`` are the
    server versions that changed members were introduced with, ``touched`` the structures that change, each whole as it
    results: (structure, path, document), inner ones first.
    """

    secrets: str = "on_create"
    initial: bool = True
    exclusive: bool = False
    now: int = 0
    changes: list[Change] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    needs: dict[str, str] = field(default_factory=dict)
    touched: list[tuple[str, Path, Mapping[str, Any]]] = field(default_factory=list)

    def document(self, name: str, current: Mapping[str, Any] | None, patch: Mapping[str, Any], path: Path = ()) -> Any:
        """``current`` with the patch of structure ``name`` laid over it; ``current`` itself when nothing differs."""
        known = _fields.fields(name)
        have = current or {}
        result: dict[str, Any] | None = None
        for key, wanted in patch.items():
            entry = known.get(key)
            before = have.get(key)
            count = len(self.changes)
            if entry is None:
                after = self._unknown(key, before, wanted, path)
            elif entry.member.initial and not self.initial:
                continue
            else:
                beside = (have, {**have, **patch}) if entry.member.secret_keys else ({}, {})
                after = self._node(entry, before, wanted, path + (entry.option,), beside)
            if len(self.changes) > count:
                if entry is not None and entry.member.since:
                    self.needs[f"{entry.member.structure}.{key}"] = entry.member.since
                result = dict(have) if result is None else result
                result[key] = after
                if entry is not None and entry.member.format and after:
                    result[entry.member.format] = 0
        if result is None:
            return current
        self.touched.append((name, path, result))
        return self.stamped(name, result, new=not have)

    def member(self, entry: Field, current: Any, wanted: Any) -> Any:
        """The value of a single member, read on its own, with the wanted one laid over it."""
        return self._node(entry, current, wanted, (entry.option,), ({}, {}))

    def stamped(self, name: str, document: Mapping[str, Any], new: bool = False) -> dict[str, Any]:
        """The document with the time of its change, which is later than that of the one before, whatever clocks say."""
        document = dict(document)
        for member in structure(name).members.values():
            if member.stamp:
                document[member.name] = max(self.now, (document.get(member.name) or 0) + 1)
                if new and "CreateTime" in structure(name).members:
                    document["CreateTime"] = self.now
        return document

    def _unknown(self, key: str, before: Any, wanted: Any, path: Path, secret: bool = False) -> Any:
        """A member the facts do not know: dictionaries are merged, all else is replaced.

        ``secret``: it is inside one whose name sounds like a secret.
        """
        secret = secret or _redact.looks_secret(key)
        if isinstance(wanted, dict) and isinstance(before, dict):
            merged = dict(before)
            for name, value in wanted.items():
                merged[name] = self._unknown(name, before.get(name), value, path + (key,), secret)
            return merged
        if wanted != before and (wanted or before):
            self.changes.append(Change(path + (key,), None, before, wanted, secret))
        return wanted

    def _node(self, entry: Field, before: Any, wanted: Any, path: Path, beside: Beside) -> Any:
        if entry.member.secret and not entry.member.secret_keys:
            return self._secret(entry, before, wanted, path)
        if entry.kind == _fields.STRUCT:
            return self.document(entry.inner, before, wanted, path)
        if entry.kind == _fields.ENTRIES:
            return self._entries(entry, before or {}, wanted, path)
        if entry.kind == _fields.RECORDS:
            return self._records(entry, before or [], wanted, path)
        if entry.kind == _fields.MAP:
            return self._map(entry, before or {}, wanted, path, beside)
        same = before == wanted or not (before or wanted)
        if not same and entry.member.set:
            same = _as_set(before or []) == _as_set(wanted or [])
        if not same:
            self._refuse_fixed(entry, before, path)
            self.changes.append(Change(path, entry, before, wanted))
        return wanted

    @staticmethod
    def _refuse_fixed(entry: Field, before: Any, path: Path) -> None:
        if entry.member.fixed and before:
            raise InvalidOption(f"{dotted(path)} cannot be changed once it is set (it is {before!r})")

    def _secret(self, entry: Field, before: Any, wanted: Any, path: Path) -> Any:
        """A secret is never compared: only whether there is one. Clearing it and filling an empty one always count."""
        if (not wanted) != (not before) or (wanted and self.secrets == "always"):
            self.changes.append(Change(path, entry, before, wanted, secret=True))
            return wanted
        return before

    def _map(
        self, entry: Field, before: Mapping[str, Any], wanted: Mapping[str, Any], path: Path, beside: Beside
    ) -> Any:
        """A map of plain values is exactly the one given; secret entries follow the rule for secrets, None stays."""
        member, (have, becomes) = entry.member, beside
        kept = {key: before.get(key) if value is None else value for key, value in wanted.items()}
        wanted = {key: value for key, value in kept.items() if value is not None}
        engine = becomes.get("Engine") or ""
        wanted = _keyed.aligned(member, before, wanted, engine)
        after = {}
        for key, value in wanted.items():
            secret = bool(member.secret_keys) and key in before and _redact.secret_key(member, key, have)
            if member.secret_keys and _redact.secret_key(member, key, becomes):
                after[key] = self._secret(entry, before.get(key), value, path + (key,))
                continue
            if key not in before or before[key] != value:
                flag = _keyed.is_flag(member, key, engine)
                self.changes.append(Change(path + (key,), None, before.get(key), True if flag else value, secret))
            after[key] = value
        for key, value in before.items():
            if key not in wanted:
                secret = bool(member.secret_keys) and _redact.secret_key(member, key, have)
                flag = _keyed.is_flag(member, key, have.get("Engine") or "")
                self.changes.append(Change(path + (key,), None, True if flag else value, None, secret))
        return after

    def _entries(self, entry: Field, before: Mapping[str, Any], wanted: Mapping[str, Any], path: Path) -> Any:
        after = dict(before)
        for key, patch in wanted.items():
            if patch is None:
                self._remove(entry, after, key, path)
            elif key in before:
                after[key] = self.document(entry.inner, before[key], patch, path + (key,))
            else:
                after[key] = self._new(entry, patch, path + (key,))
        if (self.exclusive and not entry.member.keep) or not wanted:
            for key in [key for key in before if key not in wanted]:
                self._remove(entry, after, key, path)
        return after

    def _remove(self, entry: Field, after: dict[str, Any], key: str, path: Path) -> None:
        if key not in after:
            return
        if entry.member.keep:
            raise InvalidOption(f"{dotted(path)}: {key} is not removed here; use the module that manages it")
        self.changes.append(Change(path + (key,), entry, after.pop(key), None, whole=True))
        self.removed.append(dotted(path + (key,)))

    def _new(self, entry: Field, patch: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """A new entry: one change for the whole, whatever its parts. The first kind of an enumeration is said, too."""
        quiet = Merge(now=self.now)
        known = _fields.fields(entry.inner)
        kinds = {key: value for key, value in patch.items() if key in known and known[key].member.enum}
        made: dict[str, Any] = {**kinds, **(quiet.document(entry.inner, None, patch, path) or {})}
        self.needs.update(quiet.needs)
        self.touched.extend(quiet.touched or [(entry.inner, path, made)])
        self.changes.append(Change(path, entry, None, made, whole=True))
        return made

    def _records(self, entry: Field, before: list[Any], wanted: list[Any], path: Path) -> Any:
        """Exactly the given items; each keeps what its counterpart on the server holds beside the named members."""
        if entry.member.keep and before and not wanted:
            raise InvalidOption(f"{dotted(path)} cannot be emptied here; use the module that manages its items")
        pairs, replaced = pair(entry, before, wanted, path)
        after: dict[int, Any] = {}
        inner = entry.inner
        for index, patch in enumerate(wanted):
            spot = pairs.get(index)
            label = (*path, _title(entry, patch, index))
            if spot is None:
                after[index] = self._new(entry, patch, label)
            else:
                whole = cleared(inner, before[spot], patch) if index in replaced else patch
                after[index] = self.document(inner, before[spot], whole, label)
        kept = set(pairs.values())
        for spot, item in enumerate(before):
            if spot not in kept and not entry.member.keep:
                title = _title(entry, item, spot)
                self.changes.append(Change(path + (title,), entry, item, None, whole=True))
                self.removed.extend([dotted(path + (title,))] if entry.member.key else [])
        return self._ordered(entry, before, after, pairs, path)

    def _ordered(
        self, entry: Field, before: list[Any], after: dict[int, Any], pairs: Mapping[int, int], path: Path
    ) -> list[Any]:
        """The items in the server's order where order means nothing, else in the given one."""
        wanted = [after[index] for index in sorted(after)]
        if entry.member.ordered:
            if [pairs[index] for index in sorted(pairs)] != sorted(pairs.values()):
                self.changes.append(Change(path, entry, before, wanted))
            return wanted
        by_spot = {spot: after[index] for index, spot in pairs.items()}
        kept = [by_spot.get(spot, item) for spot, item in enumerate(before) if spot in by_spot or entry.member.keep]
        return kept + [after[index] for index in sorted(after) if index not in pairs]


def _as_set(values: list[Any]) -> set[str]:
    return {json.dumps(value) for value in values}


Key = tuple[str, ...]


def _keys(entry: Field) -> list[Key]:
    """The natural keys of a list's items, best first; a key of several members counts as a whole."""
    return [tuple(name.split("+")) for name in entry.member.key]


def _key_options(entry: Field) -> list[str]:
    """The options that tell the items apart, for people."""
    options = _fields.fields(entry.inner)
    return [options[key[0]].option for key in _keys(entry)]


def _value(key: Key, item: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What the key says about the item, or None where its first member is empty."""
    return tuple(item.get(name) or "" for name in key) if item.get(key[0]) not in (None, "") else None


def identity(entry: Field, item: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The item's best natural key and its value, or None where it has none."""
    return next(((key, _value(key, item)) for key in _keys(entry) if _value(key, item) is not None), None)


def pair(entry: Field, before: list[Any], wanted: list[Any], path: Path) -> tuple[dict[int, int], set[int]]:
    """Which wanted item (by index) is which item of the server (by index), and which of them just take a place.

    Items without a natural key that differ from all on the server take the places of those that nobody wants, so that
    members which the facts do not know survive; what the facts know is not carried over to them.
    """
    if entry.member.ordered and not entry.member.key:
        return {index: index for index in range(min(len(before), len(wanted)))}, set()
    free = list(range(len(before)))
    pairs: dict[int, int] = {}
    for index, patch in enumerate(wanted):
        if entry.member.key and identity(entry, patch) is None:
            raise InvalidOption(f"{dotted(path)}[{index}] needs {' or '.join(_key_options(entry))} to be told apart")
        matches = [spot for spot in range(len(before)) if _same_item(entry, before[spot], patch)]
        if entry.member.key and any(_same_item(entry, patch, other) for other in wanted[:index]):
            raise InvalidOption(f"{dotted(path)} names the same item twice ({_title(entry, patch, index)})")
        if entry.member.key and len(matches) > 1:
            raise InvalidOption(f"{dotted(path)}: {_title(entry, patch, index)} fits several items on the server")
        spot = next((spot for spot in matches if spot in free), None)
        if spot is not None:
            pairs[index] = spot
            free.remove(spot)
    rest = {} if entry.member.key else dict(zip((index for index in range(len(wanted)) if index not in pairs), free))
    return {**pairs, **rest}, set(rest)


def cleared(name: str, item: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch, with a zero for everything that the item holds beside it and a person could have written."""
    result = dict(patch)
    for key, entry in _fields.fields(name).items():
        if key not in item or entry.member.computed:
            continue
        if entry.kind == _fields.STRUCT:
            result[key] = cleared(entry.inner, item[key] or {}, patch.get(key) or {})
        else:
            result.setdefault(key, entry.member.type.zero)
    return result


def _same_item(entry: Field, item: Mapping[str, Any], patch: Mapping[str, Any]) -> bool:
    """Whether the patch speaks of the item: by the best key that both have, or by being equal where there is no key."""
    for key in _keys(entry):
        theirs, ours = _value(key, item), _value(key, patch)
        if theirs is not None and ours is not None:
            return theirs == ours
    if entry.member.key:
        return False
    trial = Merge()
    trial.document(entry.inner, item, patch)
    return not trial.changes


def _title(entry: Field, item: Mapping[str, Any], index: int) -> str:
    """How a person recognises the item in a diff."""
    names = ["Description", *(name for key in _keys(entry) for name in key)]
    return next((str(item[name]) for name in names if item.get(name)), f"#{index + 1}")
