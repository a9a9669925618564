# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans in files: what a run would do, for another one that does just this. Private; may change at any time.

A plan holds no secrets: differences come masked, and fingerprints are made of documents whose secrets are masked.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import remove_values

from ansible_collections.comet.backup.plugins.module_utils._module._done import CREATED, DELETED, UNCHANGED, Done
from ansible_collections.comet.backup.plugins.module_utils._module._fingerprint import Fingerprint, canonical_json
from ansible_collections.comet.backup.plugins.module_utils._module._release import release
from ansible_collections.comet.backup.plugins.module_utils._module._tree import STAGES, Entry
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING

FORMAT = "comet.backup plan"
SCHEMA = 1
"""Grows when a plan of before cannot be read as it was meant any more."""
SHOWN = 5
"""So many objects are named in a warning."""
_PORTS = {"https": 443, "http": 80}

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Planned:
    """What is to happen to one object. ``stage`` is when; ``id`` is empty where only the server can tell it."""

    kind: str
    tenant: str
    name: str
    stage: str
    id: str
    action: str
    before: Any
    after: Any
    fingerprint: str
    members: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entry: Entry, done: Done, secrets: Collection[str]) -> Planned:
        """What a run in check mode says of an entry; ``secrets`` are texts that must not appear anywhere."""
        told = remove_values([entry.tenant, entry.name, done.id, done.diff], set(secrets))
        tenant, name, key, sides = json.loads(canonical_json(told))
        found = Fingerprint.of(done.resource, done.names, done.outcome.plan.found.document)
        return cls(
            entry.kind,
            tenant,
            name,
            STAGES[entry.stage],
            "" if key.startswith(PENDING) else key,
            done.action,
            sides["before"],
            sides["after"],
            found.whole,
            found.members,
        )

    @property
    def key(self) -> Key:
        """What tells it apart in a plan; a group may be made at one time and filled at another."""
        return self.kind, self.tenant, self.name, self.stage

    @property
    def place(self) -> tuple[Any, ...]:
        """Deletions come first, then all in the order of the work."""
        return self.action != DELETED, STAGES.index(self.stage), self.key


class PlanWriter:
    """Collects what a run would do, and writes it. ``server`` is the address of the server, without a login."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._objects: list[Planned] = []

    def add(self, entry: Entry, done: Done, secrets: Collection[str] = ()) -> None:
        """What a run in check mode says of an entry; from any thread. Nothing is noted of what stays as it is.

        ``secrets`` are texts that must not be in the plan.
        """
        if done.action != UNCHANGED:
            self._objects.append(Planned.of(entry, done, secrets))

    def write(self, path: str) -> None:
        """Write the plan for its owner alone, as a whole or not at all. Raises InvalidOption."""
        plan: dict[str, Any] = {
            "format": FORMAT,
            "schema": SCHEMA,
            "collection": release(),
            "server": self._server,
            "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "objects": [asdict(one) for one in sorted(self._objects, key=_place)],
        }
        plan["checksum"] = _checksum(plan)
        try:
            _write(os.path.expanduser(path), json.dumps(plan, indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            raise InvalidOption(f"plan_file: {path} cannot be written: {error.strerror or error}") from None


class SavedPlan:
    """A plan from a file, which says what may be done."""

    def __init__(self, objects: Collection[Planned]) -> None:
        self._objects = {one.key: one for one in objects}
        self._seen: set[Key] = set()

    @classmethod
    def read(cls, path: str, server: str) -> SavedPlan:
        """The plan in a file, for the server at that address. Raises InvalidOption for what is no such plan."""
        plan = _checked(path, _load(path))
        if _address(plan["server"]) != _address(server):
            raise InvalidOption(f"plan_file: {path} was made for {plan['server']}, and this is {server}")
        return cls([Planned(**one) for one in plan["objects"]])

    def allows(self, entry: Entry, done: Done, secrets: Collection[str] = ()) -> str:
        """Why an object must not be changed as a run in check mode would change it; empty where the plan says so.

        What is as wished needs no permission. ``secrets`` are as for the plan.
        """
        now = Planned.of(entry, done, secrets)
        self._seen.add(now.key)
        if now.action == UNCHANGED:
            return ""
        planned = self._objects.get(now.key)
        if planned is None:
            return f"it is not in the plan, but would be {now.action}; make a new plan"
        reason = _moved(planned, now) or _otherwise(planned, now)
        return f"{reason}; make a new plan" if reason else ""

    def warnings(self, entries: Iterable[Entry] = ()) -> list[str]:
        """Of what the plan would make or change although none of the entries is about it any more: it is not done."""
        asked = self._seen | {_key(entry) for entry in entries}
        idle = [one for key, one in sorted(self._objects.items()) if key not in asked and one.action != DELETED]
        named = ", ".join(f"{one.kind} {one.name}" for one in idle[:SHOWN]) + ", ..." * (len(idle) > SHOWN)
        return [f"plan_file: {len(idle)} of the plan's objects are not asked for any more ({named})"] if idle else []


def _moved(planned: Planned, now: Planned) -> str:
    """Whether the object is another one than it was, as a sentence."""
    if planned.fingerprint == now.fingerprint and planned.id in ("", now.id):
        return ""
    if now.action == CREATED:
        return "it has gone since the plan was made"
    if planned.action == CREATED:
        return "it was not there when the plan was made, and is now"
    if planned.id != now.id:
        return f"it is another object now: its ID is {now.id}, and was {planned.id} when the plan was made"
    differ = sorted(_unlike(planned.members, now.members))
    return f"it has moved since the plan was made ({', '.join(differ)})"


def _otherwise(planned: Planned, now: Planned) -> str:
    """Whether something else would be done than planned, as a sentence."""
    if planned.action != now.action:
        return f"it would be {now.action}, but the plan says {planned.action}"
    paths = [*_paths(planned.before, now.before), *_paths(planned.after, now.after)]
    return f"it would change otherwise than planned ({', '.join(dict.fromkeys(paths))})" if paths else ""


def _paths(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two sides of a difference are not the same."""
    if canonical_json(one) == canonical_json(other):
        return []
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return [path or "as a whole"]
    steps = sorted(_unlike(one, other))
    return [place for step in steps for place in _paths(one.get(step), other.get(step), f"{path}.{step}".lstrip("."))]


def _unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {key for key in {*one, *other} if canonical_json(one.get(key)) != canonical_json(other.get(key))}


def _key(entry: Entry) -> Key:
    return (*entry.key, STAGES[entry.stage])


def _place(planned: Planned) -> tuple[Any, ...]:
    return planned.place


def _checksum(plan: Mapping[str, Any]) -> str:
    text = canonical_json({name: value for name, value in plan.items() if name != "checksum"})
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: str, text: str) -> None:
    """Replace a file in one step; the new one can be read by nobody else from the start."""
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".plan-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _load(path: str) -> Any:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        raise InvalidOption(f"plan_file: there is no {path}; state planned makes one") from None
    except OSError as error:
        raise InvalidOption(f"plan_file: {path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise InvalidOption(f"plan_file: {path} is no plan") from None


def _checked(path: str, plan: Any) -> Mapping[str, Any]:
    """The plan, if this collection wrote it and nobody else has since. Raises InvalidOption."""
    if not isinstance(plan, Mapping) or plan.get("format") != FORMAT:
        raise InvalidOption(f"plan_file: {path} is no plan")
    if plan.get("schema") != SCHEMA:
        raise InvalidOption(
            f"plan_file: {path} was made by version {plan.get('collection')} of the collection, whose plans this "
            "version does not read; make a new one"
        )
    if plan.get("checksum") != _checksum(plan):
        raise InvalidOption(f"plan_file: {path} is not as it was written; make a new plan rather than edit one")
    return plan


def _address(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
