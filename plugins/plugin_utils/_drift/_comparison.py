# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new, still there or gone since an earlier report. Private; may change at any time.

Findings are the same when their IDs are, which are made before anything is masked. The path of a member is compared as
the earlier report has it, masked or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ansible_collections.comet.backup.plugins.plugin_utils._drift._findings import Deviation
from ansible_collections.comet.backup.plugins.plugin_utils._drift._masking import Masks
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at
from ansible_collections.comet.backup.plugins.plugin_utils._drift._texts import texts
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    COMPARED,
    FAILED,
    FINDING_TYPES,
    GONE,
    NEW,
    PARTLY,
    STILL,
    Document,
    Finding,
    GoneFinding,
    Member,
)

Deviations = Mapping[str, Deviation]
"""What deviates on a server now, by ID."""


class Comparison:
    """An earlier report beside what was found now.

    Without one, and on servers that it could not compare, nothing has a status. Else a server that was silent for one
    night would be full of news the next one.
    """

    def __init__(self, earlier: Document | None) -> None:
        servers = earlier["servers"] if earlier else []
        self._compared = {server["name"] for server in servers if server["state"] in (COMPARED, PARTLY)}
        self._findings = {server["name"]: {one["id"]: one for one in server["findings"]} for server in servers}
        self._masks = Masks([word for word, shown in (earlier["shown"] if earlier else {}).items() if shown])

    def status(self, server: str, id: str) -> str | None:
        """Of a finding."""
        if server not in self._compared:
            return None
        return STILL if id in self._of(server) else NEW

    def member_status(self, server: str, id: str, found: Difference) -> str | None:
        """Of a member that differs."""
        if server not in self._compared:
            return None
        earlier = self._of(server).get(id)
        return STILL if earlier and self._path(found) in _paths(earlier) else NEW

    def gone(self, server: str, now: Deviations, unasked: Collection[str], masks: Masks) -> list[GoneFinding]:
        """The earlier findings that are gone, each with its members that are; what is ``unasked`` now is not."""
        unseen = self._unseen(server, now, unasked)
        earlier = (one for id, one in self._of(server).items() if id not in unseen)
        return [gone for one in earlier if (gone := self._left(server, one, now.get(one["id"]), masks))]

    def unknown(self, server: str, now: Deviations, unasked: Collection[str]) -> int:
        """How many earlier findings could not be looked for, since their object could not be compared."""
        return len(self._unseen(server, now, unasked))

    def all(self, server: str) -> int:
        """How many earlier findings a server has."""
        return len(self._of(server))

    def elsewhere(self, servers: Collection[str]) -> int:
        """How many earlier findings other servers have."""
        return sum(len(found) for name, found in self._findings.items() if name not in servers)

    def _of(self, server: str) -> Mapping[str, Finding]:
        return self._findings.get(server, {})

    def _path(self, found: Difference) -> tuple[str, ...]:
        return self._masks.path(found.spot.kind, found.spot.path)

    def _unseen(self, server: str, now: Deviations, unasked: Collection[str]) -> set[str]:
        """The IDs of earlier findings about objects that could not be compared now, and about those inside them."""
        failed = [one for one in now.values() if one.type == FAILED]
        ids = {replace(one, type=type).id(server) for one in failed for type in FINDING_TYPES}
        owners = {self._address(one) for one in failed}
        return {
            id
            for id, one in self._of(server).items()
            if id not in now and (id in ids or one["type"] in unasked or _owner_of(one) in owners)
        }

    def _address(self, one: Deviation) -> tuple[str, str, str]:
        return one.kind, self._masks.text(one.tenant), self._masks.name(one.kind, one.name)

    def _left(self, server: str, earlier: Finding, now: Deviation | None, masks: Masks) -> GoneFinding | None:
        """What of an earlier finding is gone; None if nothing is."""
        present = {self._path(one) for one in now.members} if now else set()
        members = [one for one in earlier["members"] if tuple(one["path"]) not in present]
        if now and not members:
            return None
        kind, owner = earlier["kind"], earlier["owner"]
        return {
            **earlier,
            "tenant": masks.text(earlier["tenant"]),
            "name": masks.name(kind, earlier["name"]),
            "owner": {"kind": owner["kind"], "name": masks.name(owner["kind"], owner["name"])} if owner else None,
            "message": masks.message(earlier["message"]),
            "status": GONE,
            "members": [_gone_member(kind, one, masks) for one in members],
            "server": server,
        }


def _paths(finding: Finding) -> Iterator[tuple[str, ...]]:
    return (tuple(member["path"]) for member in finding["members"])


def _owner_of(finding: Finding) -> tuple[str, str, str] | None:
    owner = finding["owner"]
    return (owner["kind"], finding["tenant"], owner["name"]) if owner else None


def _gone_member(kind: str, member: Member, masks: Masks) -> Member:
    """A member as the earlier report has it, masked as this one is."""
    found = Difference(at(kind, member["path"]), member["before"], member["after"])
    shown = masks.difference(found)
    same = (shown.spot.path, shown.before, shown.after) == (found.spot.path, found.before, found.after)
    before, after = (member["before_text"], member["after_text"]) if same else texts(shown)
    return {
        **member,
        "path": list(shown.spot.path),
        "label": shown.spot.label,
        "before": shown.before,
        "after": shown.after,
        "before_text": before,
        "after_text": after,
        "status": GONE,
    }
