# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on drift for tests of whatever renders them: small, large, hostile and clean. Each call makes a new one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _types
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    AllTotals,
    Document,
    Finding,
    GoneFinding,
    Member,
    Owner,
    Server,
    Totals,
    Undescribed,
)

NOW, EARLIER = "2026-11-22T10:00:00Z", "2026-11-21T10:00:00Z"
REMEDIES = {
    "drifted": "The playbook would change it.",
    "missing": "The playbook would create it.",
    "unwanted": "The playbook would remove it.",
    "unmanaged": "The playbook would leave it alone.",
    "failed": "Nobody can tell what the playbook would do.",
}


def member(
    path: Sequence[str],
    before: Any = None,
    after: Any = None,
    severity: str = "functional",
    status: str | None = None,
    texts: tuple[str, str] | None = None,
) -> Member:
    """One member that differs; a segment such as ``[Cloud]`` is a name."""
    label = "".join(step if step.startswith("[") else f".{step}" for step in path).removeprefix(".")
    shown = texts or tuple("nothing" if value is None else str(value) for value in (before, after))
    return {
        "path": [step.strip("[]") for step in path],
        "label": label,
        "before": before,
        "after": after,
        "before_text": shown[0],
        "after_text": shown[1],
        "severity": severity,
        "status": status,
    }


def finding(
    kind: str,
    name: str,
    members: Sequence[Member] = (),
    *,
    type: str = "drifted",
    tenant: str = "",
    owner: str = "",
    severity: str = "functional",
    status: str | None = None,
    tolerated: bool = False,
    made_by: str = "",
    reaches: int | None = None,
    message: str = "",
) -> Finding:
    """A finding about one object; ``owner`` is a user's name."""
    held: Owner | None = {"kind": "user", "name": owner} if owner else None
    address = "\0".join((type, kind, tenant, owner, name))
    return {
        "id": hashlib.sha256(address.encode()).hexdigest()[:16],
        "type": type,
        "kind": kind,
        "tenant": tenant,
        "name": name,
        "owner": held,
        "severity": severity,
        "status": status,
        "tolerated": tolerated,
        "made_by": made_by,
        "reaches": reaches,
        "remedy": REMEDIES[type],
        "message": message,
        "members": list(members),
    }


def server(
    name: str,
    findings: Sequence[Finding] = (),
    *,
    state: str = "compared",
    message: str = "",
    unchanged: int = 100,
    gone: int = 0,
    unknown: int = 0,
    undescribed: Sequence[Undescribed] = (),
) -> Server:
    """One server with the totals and the verdict that its findings come to."""
    failed = any(one["type"] == "failed" and not one["tolerated"] for one in findings)
    totals = _totals(findings, 0 if state in ("unreachable", "failed") else unchanged, gone, unknown)
    told = "unknown" if state in ("unreachable", "failed") or failed else "drift" if totals["drift"] else "clean"
    return {
        "name": name,
        "state": state,
        "verdict": told,
        "message": message,
        "objects": totals["objects"],
        "unchanged": totals["unchanged"],
        "seconds": 1.25,
        "totals": totals,
        "findings": list(findings),
        "undescribed": list(undescribed),
    }


def document(
    servers: Sequence[Server],
    *,
    title: str = "Drift",
    compared_with: str | None = None,
    gone: Iterable[GoneFinding] = (),
    tolerated: Sequence[str] = (),
    shown: Sequence[str] = (),
) -> Document:
    """A whole report on these servers."""
    return {
        "format": _types.FORMAT,
        "version": _types.VERSION,
        "generated": NOW,
        "collection": "1.0.0",
        "title": title,
        "shown": {what: what in shown for what in _types.SHOWABLE},
        "tolerated": list(tolerated),
        "compared_with": {"generated": compared_with} if compared_with else None,
        "totals": _all_totals(servers),
        "servers": list(servers),
        "gone": list(gone),
    }


def counts_as_drift(found: Finding) -> bool:
    """Whether a finding makes its server one that has drifted."""
    return not (found["tolerated"] or found["made_by"] or found["type"] == "failed")


def _totals(findings: Sequence[Finding], unchanged: int, gone: int, unknown: int) -> Totals:
    types, severities = Counter(one["type"] for one in findings), Counter(one["severity"] for one in findings)
    statuses = Counter(one["status"] for one in findings)
    return {
        "objects": unchanged + len(findings),
        "unchanged": unchanged,
        "findings": len(findings),
        "drift": sum(map(counts_as_drift, findings)),
        "tolerated": sum(one["tolerated"] for one in findings),
        "types": {type: types[type] for type in _types.FINDING_TYPES},
        "severities": {severity: severities[severity] for severity in _types.SEVERITIES},
        "new": statuses["new"],
        "still": statuses["still"],
        "gone": gone,
        "unknown": unknown,
    }


def _all_totals(servers: Sequence[Server]) -> AllTotals:
    every = [one["totals"] for one in servers]
    compared = sum(one["state"] == "compared" for one in servers)
    return {
        "servers": len(servers),
        "compared": compared,
        "uncompared": len(servers) - compared,
        "objects": sum(one["objects"] for one in every),
        "unchanged": sum(one["unchanged"] for one in every),
        "findings": sum(one["findings"] for one in every),
        "drift": sum(one["drift"] for one in every),
        "tolerated": sum(one["tolerated"] for one in every),
        "types": {type: sum(one["types"][type] for one in every) for type in _types.FINDING_TYPES},
        "severities": {level: sum(one["severities"][level] for one in every) for level in _types.SEVERITIES},
        "new": sum(one["new"] for one in every),
        "still": sum(one["still"] for one in every),
        "gone": sum(one["gone"] for one in every),
        "unknown": sum(one["unknown"] for one in every),
    }


def _drifted_user() -> Finding:
    return finding(
        "user",
        "alice",
        [
            member(("account_name",), "Alice A.", "Alice Adams", "cosmetic", "still"),
            member(("maximum_devices",), 5, 3, "protection", "new"),
            member(("policy",), "none", "Gold", "protection", "still"),
            member(("quota",), 2**40, 2**39, "protection", "new", ("1 TiB", "512 GiB")),
        ],
        tenant="ACME",
        severity="protection",
        status="still",
    )


def _drifted_vault() -> Finding:
    ranges = [{"type": "last-days", "days": 14}]
    path = ("default_retention", "ranges")
    texts = ("nothing", "- type: last-days\n  days: 14")
    return finding(
        "storage_vault",
        "Cloud",
        [member(path, None, ranges, "protection", "new", texts)],
        tenant="ACME",
        owner="alice",
        severity="protection",
        status="new",
    )


def small() -> Document:
    """Three servers: every type, state, verdict, severity and status, and whatever else a report can hold."""
    color = member(("top_color",), "#ff0000", "#00ff00", "cosmetic", "still")
    emails = member(("emails",), ["a…@e…~1f3c"], ["b…@e…~77aa"], "functional", "new", ("- a…@e…~1f3c", "- b…@e…~77aa"))
    one = [
        _drifted_user(),
        finding(
            "policy",
            "Gold",
            [member(("settings", "prevent_delete_storage_vault"), False, True, "protection", "new", ("false", "true"))],
            tenant="ACME",
            severity="protection",
            status="new",
            reaches=40,
        ),
        _drifted_vault(),
        finding(
            "schedule", "Nightly", type="missing", tenant="ACME", owner="alice", severity="protection", status="still"
        ),
        finding("admin_user", "mallory", type="unmanaged", tenant="ACME", severity="protection", status="new"),
        finding(
            "admin_user",
            "carol",
            type="unmanaged",
            tenant="ACME",
            severity="protection",
            status="still",
            made_by="external login",
        ),
        finding("webhook", "old", type="unwanted", tenant="ACME", status="new"),
        finding("branding", "", [color], tenant="ACME", severity="cosmetic", status="still", tolerated=True),
        finding("email_options", "", [emails], tenant="Umbrella", status="new"),
        finding(
            "server_config",
            "",
            [member(("webhooks", "[ops]", "url"), "https://h…~0a1b", None, "functional", "still")],
            status="still",
        ),
    ]
    two = [
        finding(
            "user",
            "bob",
            type="failed",
            tenant="Umbrella",
            severity="protection",
            status="new",
            message="user bob: the policy Gold is not there.",
        ),
    ]
    undescribed: list[Undescribed] = [
        {"kind": "bucket", "tenant": "", "count": 3, "names": ["a", "b", "c"]},
        {"kind": "user", "tenant": "Umbrella", "count": 12, "names": ["u1", "u2", "u3", "u4", "u5"]},
    ]
    gone = _gone("one", finding("user", "dora", [member(("language_code",), "en", "de", "cosmetic")], tenant="ACME"))
    servers = [
        server("one", one, unchanged=9980, gone=1, undescribed=undescribed),
        server("two", two, state="partly", message="1 object could not be compared."),
        server("three", state="unreachable", message="h…~33ab: the connection was refused.", unknown=2),
        server("four", state="failed", message="comet_tenants: no tenant of that name."),
        server("five", unchanged=12),
    ]
    return document(servers, compared_with=EARLIER, gone=[gone], tolerated=["cosmetic"])


def _gone(name: str, found: Finding) -> GoneFinding:
    members: list[Member] = [{**one, "status": _types.GONE} for one in found["members"]]
    return {**found, "status": _types.GONE, "members": members, "server": name}


def clean() -> Document:
    """Three servers on which all is as written, and no earlier report."""
    return document([server(name, unchanged=count) for name, count in (("one", 10003), ("two", 40), ("three", 0))])


def large(findings: int = 2000, servers: int = 5, tenants: int = 20) -> Document:
    """So many findings about users, storage vaults and policies, spread over servers and tenants."""
    held: list[list[Finding]] = [[] for _number in range(servers)]
    for number in range(findings):
        held[number % servers].append(_one_of_many(number, f"Tenant {number // servers % tenants:02}"))
    told = [server(f"server{spot + 1}", found, unchanged=10000 - len(found)) for spot, found in enumerate(held)]
    return document(told, compared_with=EARLIER)


def _one_of_many(number: int, tenant: str) -> Finding:
    status = "new" if number % 10 == 0 else "still"
    severity = _types.SEVERITIES[number % 3]
    members = [
        member(("maximum_devices",), number, number + 1, severity, status),
        member(("auto_storage_template_quota",), 2**30, 2**31, severity, status, ("1 GiB", "2 GiB")),
    ]
    if number % 7 == 0:
        return finding("user", f"user{number:05}", type="missing", tenant=tenant, severity="protection", status=status)
    if number % 5 == 0:
        owner = f"user{number:05}"
        return finding("storage_vault", "Cloud", members, tenant=tenant, owner=owner, severity=severity, status=status)
    return finding("user", f"user{number:05}", members, tenant=tenant, severity=severity, status=status)


HOSTILE = (
    "<script>window.hit = 1</script>",
    "</script><script>window.hit = 2</script>",
    '"><img src=x onerror="window.hit = 3">',
    "' onmouseover='window.hit = 4",
    "<!-- <![CDATA[ ]]> &lt;b&gt; &amp;",
    "| pipe | table |\n|---|---|",
    "[link](javascript:alert(1)) ![image](https://evil.test/x.png)",
    "`code` ```fence``` ~~~ **bold** _em_ # heading",
    "- list\n1. list\n> quote\n    indented",
    "@everyone #1 !1 /close",
    "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m",
    "nul \x00 bell \x07 back \x08 delete \x7f tab \t return \r line \u2028 page \x0c",
    "{{ 7*7 }} {% raw %} {# #} ${7*7} #{7*7} {{ lookup('pipe', 'id') }}",
    "\u202eright to left\u202c \u2066isolate\u2069 \u05e9\u05dc\u05d5\u05dd",
    "zero\u200bwidth \ufeff combining a\u0301\u0300 \U0001f4a9 \ufffe",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "x" * 5000,
    "  spaces around  ",
    "",
)
"""Texts that somebody might put into a name, and that no renderer may fall for."""


def hostile() -> Document:
    """Every text of ``HOSTILE`` wherever a report has one that a server, a tenant or a user can choose."""
    found = [
        finding(
            "user",
            text,
            [
                member(
                    (text or "empty", f"[{text}]"), text, {"name": text}, "protection", None, (text, f"name: {text}")
                ),
                member(("plain",), text, None, "functional", None, (text, "nothing")),
            ],
            tenant=text,
            owner=text,
            severity="protection",
            made_by=text,
            message=text,
        )
        for text in HOSTILE
    ]
    undescribed: list[Undescribed] = [
        {"kind": "bucket", "tenant": text, "count": 1, "names": [text]} for text in HOSTILE
    ]
    servers = [server(f"{spot} {text}", found[: spot + 1], message=text) for spot, text in enumerate(HOSTILE[:5])]
    everything = server("everything", found, message="".join(HOSTILE), undescribed=undescribed)
    gone = [_gone(text, one) for text, one in zip(HOSTILE, found, strict=True)]
    return document([*servers, everything], title="".join(HOSTILE[:5]), compared_with=EARLIER, gone=gone)
