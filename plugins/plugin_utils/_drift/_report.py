# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the report on drift of several servers from what comet_apply found on each. Private; may change at any time.

``build(servers, title=..., tolerate=..., show=..., previous=..., generated=...)`` is all there is to call. It returns
the ``Document`` of ``_types``: plain data, of which all reports are made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._module._release import release
from ansible_collections.comet.backup.plugins.plugin_utils._drift import _findings, _severity, _totals
from ansible_collections.comet.backup.plugins.plugin_utils._drift._comparison import Comparison
from ansible_collections.comet.backup.plugins.plugin_utils._drift._findings import Deviation
from ansible_collections.comet.backup.plugins.plugin_utils._drift._masking import Masks
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference
from ansible_collections.comet.backup.plugins.plugin_utils._drift._texts import texts
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    COMPARED,
    DRIFTED,
    FAILED,
    FORMAT,
    MISSING,
    NOT_COMPARED,
    PARTLY,
    SEVERITIES,
    SHOWABLE,
    TOLERABLE,
    UNMANAGED,
    UNREACHABLE,
    UNWANTED,
    VERSION,
    Document,
    Finding,
    GoneFinding,
    Member,
    Server,
    Undescribed,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import counted, visible

REMEDIES = {
    DRIFTED: "The playbook would change it.",
    MISSING: "The playbook would create it.",
    UNWANTED: "The playbook would remove it.",
    UNMANAGED: "The playbook would leave it alone.",
    FAILED: "What the playbook would do cannot be told.",
}
"""What the playbook would do about a finding, by its type."""
UNEXPLAINED = "No reason was given."


@dataclass(frozen=True)
class _Examined:
    """What is known of one server. The deviations are in the order of the report."""

    name: str
    state: str
    message: str
    result: Mapping[str, Any]
    deviations: Mapping[str, _Weighed]

    @property
    def compared(self) -> bool:
        """Whether at least some objects were."""
        return self.state in (COMPARED, PARTLY)

    @property
    def unasked(self) -> tuple[str, ...]:
        """The types of findings that nobody has looked for."""
        return () if UNMANAGED in self.result else (UNMANAGED,)


@dataclass(frozen=True)
class _Weighed:
    """A deviation with its severity; ``members`` are its members, each with its own severity and as it is masked."""

    found: Deviation
    severity: str
    members: Sequence[tuple[Difference, str, Difference]]

    @classmethod
    def of(cls, found: Deviation, masks: Masks) -> _Weighed:
        """The deviation, weighed and masked."""
        members = [(one, _severity.of_difference(one), masks.difference(one)) for one in found.members]
        severities = [severity for _plain, severity, _masked in members]
        return cls(found, _severity.gravest(severities or [_severity.of_kind(found.kind)]), members)

    def order(self) -> tuple[Any, ...]:
        """Where it stands among those of its server."""
        one = self.found
        return SEVERITIES.index(self.severity), one.tenant, one.kind, one.owner or ("", ""), one.name, one.type


def build(
    servers: Sequence[Mapping[str, Any]],
    *,
    title: str = "Drift",
    tolerate: Collection[str] = (),
    show: Collection[str] = (),
    previous: Document | None = None,
    generated: str = "",
) -> Document:
    """The report.

    Each of ``servers`` has a ``name``, and the ``result`` of comet_apply in check mode. Where there is none, or that of
    a failure, a ``message`` may say why, and ``unreachable`` that the server did not answer. ``tolerate`` and ``show``
    are words of ``TOLERABLE`` and ``SHOWABLE``. ``previous`` is an earlier report as ``_earlier.load`` returns it.
    ``generated`` is the moment of the report, else now.
    """
    masks, comparison = Masks(show), Comparison(previous)
    # All members come first: they tell hosts by which messages are masked.
    examined = [_examine(server, masks) for server in servers]
    gone = [(one, _gone(one, comparison, masks)) for one in examined]
    told = [_server(one, comparison, masks, tolerate, len(left)) for one, left in gone]
    return {
        "format": FORMAT,
        "version": VERSION,
        "generated": generated or f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
        "collection": release(),
        "title": visible(title),
        "shown": {word: word in show for word in SHOWABLE},
        "tolerated": [word for word in TOLERABLE if word in tolerate],
        "compared_with": {"generated": previous["generated"]} if previous else None,
        "totals": _totals.of_servers(told, comparison.elsewhere([one.name for one in examined])),
        "servers": told,
        "gone": [one for _examined, left in gone for one in left],
    }


def _examine(server: Mapping[str, Any], masks: Masks) -> _Examined:
    name, result = str(server["name"]), server.get("result") or {}
    called = (result.get("invocation") or {}).get("module_args") or {}
    masks.learn_address(str(called.get("url") or ""))
    found = list(_findings.deviations(result)) if "counts" in result else []
    weighed: dict[str, _Weighed] = {}
    for one in sorted((_Weighed.of(one, masks) for one in found), key=_Weighed.order):
        again = 0
        while (id := one.found.id(name, again)) in weighed:
            again += 1
        weighed[id] = one
    return _Examined(name, *_state(server, result, found), result, weighed)


def _state(server: Mapping[str, Any], result: Mapping[str, Any], found: Sequence[Deviation]) -> tuple[str, str]:
    """Whether a server was compared, and what to say about it if not."""
    if "counts" in result:
        failed = sum(one.type == FAILED for one in found)
        return (PARTLY, f"{counted(failed, 'object')} could not be compared.") if failed else (COMPARED, "")
    error = result.get("error") or {}
    silent = server.get("unreachable") or result.get("unreachable") or error.get("unreachable")
    message = str(server.get("message") or result.get("msg") or UNEXPLAINED)
    return (UNREACHABLE if silent else NOT_COMPARED), message


def _gone(one: _Examined, comparison: Comparison, masks: Masks) -> list[GoneFinding]:
    return comparison.gone(one.name, _plain(one), one.unasked, masks) if one.compared else []


def _plain(one: _Examined) -> Mapping[str, Deviation]:
    return {id: weighed.found for id, weighed in one.deviations.items()}


def _server(one: _Examined, comparison: Comparison, masks: Masks, tolerate: Collection[str], gone: int) -> Server:
    findings = [_finding(one.name, id, found, comparison, masks, tolerate) for id, found in one.deviations.items()]
    counts = one.result.get("counts") or {}
    objects, unchanged = sum(counts.values()), counts.get("unchanged", 0)
    unseen = comparison.unknown(one.name, _plain(one), one.unasked) if one.compared else comparison.all(one.name)
    return {
        "name": one.name,
        "state": one.state,
        "verdict": _totals.verdict(one.state, findings, tolerate),
        "message": visible(masks.message(one.message)),
        "objects": objects,
        "unchanged": unchanged,
        "seconds": float(one.result.get("seconds") or 0),
        "totals": _totals.of_findings(findings, objects, unchanged, gone, unseen),
        "findings": findings,
        "undescribed": [_undescribed(told, masks) for told in one.result.get("undescribed") or ()],
    }


def _finding(
    server: str, id: str, weighed: _Weighed, comparison: Comparison, masks: Masks, tolerate: Collection[str]
) -> Finding:
    found, owner = weighed.found, weighed.found.owner
    return {
        "id": id,
        "type": found.type,
        "kind": found.kind,
        "tenant": visible(masks.text(found.tenant)),
        "name": visible(masks.name(found.kind, found.name)),
        "owner": {"kind": owner[0], "name": visible(masks.name(*owner))} if owner else None,
        "severity": weighed.severity,
        "status": comparison.status(server, id),
        "tolerated": _totals.is_tolerated(found.type, weighed.severity, tolerate),
        "made_by": visible(masks.text(found.made_by)),
        "reaches": found.reaches,
        "remedy": REMEDIES[found.type],
        "message": visible(masks.message(found.message)),
        "members": [
            _member(masked, severity, comparison.member_status(server, id, plain))
            for plain, severity, masked in weighed.members
        ],
    }


def _member(found: Difference, severity: str, status: str | None) -> Member:
    before, after = texts(found)
    return {
        "path": list(found.spot.path),
        "label": visible(found.spot.label),
        "before": found.before,
        "after": found.after,
        "before_text": before,
        "after_text": after,
        "severity": severity,
        "status": status,
    }


def _undescribed(told: Mapping[str, Any], masks: Masks) -> Undescribed:
    kind = str(told["kind"])
    return {
        "kind": kind,
        "tenant": visible(masks.text(str(told.get("tenant") or ""))),
        "count": int(told["count"]),
        "names": [visible(masks.name(kind, str(name))) for name in told.get("names") or ()],
    }
