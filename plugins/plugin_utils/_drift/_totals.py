# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as drift, what is tolerated, and how many there are of what. Private; may change at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    CLEAN,
    COMPARED,
    DRIFT,
    FAILED,
    FINDING_TYPES,
    NEW,
    PARTLY,
    SEVERITIES,
    STILL,
    UNCOMPARED,
    UNKNOWN,
    AllTotals,
    Finding,
    Server,
    Totals,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import is_drift, is_failure


def is_tolerated(type: str, severity: str, tolerate: Collection[str]) -> bool:
    """Whether a finding is tolerated. How grave one would be that could not be compared is not asked."""
    if type == FAILED:
        return FAILED in tolerate or UNCOMPARED in tolerate
    return type in tolerate or severity in tolerate


def verdict(state: str, findings: Sequence[Finding], tolerate: Collection[str]) -> str:
    """What to think of a server: what could not be compared weighs more than drift."""
    left_out = state not in (COMPARED, PARTLY) and UNCOMPARED not in tolerate
    if left_out or any(map(is_failure, findings)):
        return UNKNOWN
    return DRIFT if any(map(is_drift, findings)) else CLEAN


def of_findings(findings: Sequence[Finding], objects: int, unchanged: int, gone: int, unknown: int) -> Totals:
    """The totals of one server."""
    types, severities = Counter(one["type"] for one in findings), Counter(one["severity"] for one in findings)
    statuses = Counter(one["status"] for one in findings)
    return {
        "objects": objects,
        "unchanged": unchanged,
        "findings": len(findings),
        "drift": sum(map(is_drift, findings)),
        "tolerated": sum(one["tolerated"] for one in findings),
        "types": {type: types[type] for type in FINDING_TYPES},
        "severities": {severity: severities[severity] for severity in SEVERITIES},
        "new": statuses[NEW],
        "still": statuses[STILL],
        "gone": gone,
        "unknown": unknown,
    }


def of_servers(servers: Sequence[Server], elsewhere: int) -> AllTotals:
    """The totals of all servers; ``elsewhere`` are the earlier findings of servers that are not among them."""
    every = [server["totals"] for server in servers]
    compared = sum(server["state"] == COMPARED for server in servers)
    return {
        "servers": len(servers),
        "compared": compared,
        "uncompared": len(servers) - compared,
        "objects": sum(one["objects"] for one in every),
        "unchanged": sum(one["unchanged"] for one in every),
        "findings": sum(one["findings"] for one in every),
        "drift": sum(one["drift"] for one in every),
        "tolerated": sum(one["tolerated"] for one in every),
        "types": {type: sum(one["types"][type] for one in every) for type in FINDING_TYPES},
        "severities": {severity: sum(one["severities"][severity] for one in every) for severity in SEVERITIES},
        "new": sum(one["new"] for one in every),
        "still": sum(one["still"] for one in every),
        "gone": sum(one["gone"] for one in every),
        "unknown": sum(one["unknown"] for one in every) + elsewhere,
    }
