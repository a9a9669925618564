# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of a drift report: plain data, as its JSON has it. Private; may change at any time.

A report is a ``Document``. All in it is masked as ``shown`` says. Names, labels and texts hold no control characters
but the line breaks of a nested value's text; values and paths are as they are, and may hold anything. Whoever renders
any of it has to escape it. ``docs/schemas/drift-report-1.json`` says the same to other programs.
"""

from __future__ import annotations

from typing import Any, TypedDict

FORMAT, VERSION = "comet.backup.drift", 1

COSMETIC, FUNCTIONAL, PROTECTION = "cosmetic", "functional", "protection"
SEVERITIES = (PROTECTION, FUNCTIONAL, COSMETIC)
"""The gravest first."""

DRIFTED, MISSING, UNWANTED, UNMANAGED, FAILED = "drifted", "missing", "unwanted", "unmanaged", "failed"
FINDING_TYPES = (DRIFTED, MISSING, UNWANTED, UNMANAGED, FAILED)

NEW, STILL, GONE = "new", "still", "gone"
"""Since an earlier report. A status is null without one, and where it says nothing about the server. What is gone
stands in ``Document.gone`` alone."""

COMPARED, PARTLY, UNREACHABLE, NOT_COMPARED = "compared", "partly", "unreachable", "failed"
STATES = (COMPARED, PARTLY, UNREACHABLE, NOT_COMPARED)
"""Of a server: all of it was compared, all but some objects, or nothing, for one of two reasons."""

CLEAN, DRIFT, UNKNOWN = "clean", "drift", "unknown"
VERDICTS = (CLEAN, DRIFT, UNKNOWN)

UNCOMPARED = "uncompared"
TOLERABLE = (*SEVERITIES, *FINDING_TYPES, UNCOMPARED)
"""What may be tolerated: a severity, a type of finding, or that something could not be compared."""

EMAILS, HOSTS = "emails", "hosts"
SHOWABLE = (EMAILS, HOSTS)


class Owner(TypedDict):
    """The object that another one is a part of."""

    kind: str
    name: str


class Member(TypedDict):
    """One member that differs: ``before`` is what the server has, ``after`` what is written; null is nothing there.

    ``path`` leads to it, ``label`` is the same for people, as are the two texts, which may have several lines.
    """

    path: list[str]
    label: str
    before: Any
    after: Any
    before_text: str
    after_text: str
    severity: str
    status: str | None


class Finding(TypedDict):
    """What is not as written about one object.

    ``id`` is the same in each report on the same thing, whatever was masked. ``made_by`` says who makes such objects
    by themselves; those are told and never count as drift. ``reaches`` is how many users a policy reaches.
    """

    id: str
    type: str
    kind: str
    tenant: str
    name: str
    owner: Owner | None
    severity: str
    status: str | None
    tolerated: bool
    made_by: str
    reaches: int | None
    remedy: str
    message: str
    members: list[Member]


class GoneFinding(Finding):
    """A finding of the earlier report, with those of its members that are gone. Its status is ``gone``."""

    server: str


class Undescribed(TypedDict):
    """Objects of a kind of which nothing is written at all; they are counted, and ``names`` holds a few of them."""

    kind: str
    tenant: str
    count: int
    names: list[str]


class Totals(TypedDict):
    """Counts of findings: all of them, by type and severity, those that count as drift, and those tolerated.

    ``gone`` and ``unknown`` count findings of the earlier report; unknown are those of servers that were not compared
    this time.
    """

    objects: int
    unchanged: int
    findings: int
    drift: int
    tolerated: int
    types: dict[str, int]
    severities: dict[str, int]
    new: int
    still: int
    gone: int
    unknown: int


class AllTotals(Totals):
    """The same over all servers; one of state ``partly`` counts as uncompared."""

    servers: int
    compared: int
    uncompared: int


class Server(TypedDict):
    """What was found on one server. ``message`` says why it was not, or not wholly, compared."""

    name: str
    state: str
    verdict: str
    message: str
    objects: int
    unchanged: int
    seconds: float
    totals: Totals
    findings: list[Finding]
    undescribed: list[Undescribed]


class Comparison(TypedDict):
    """The earlier report that this one was compared with."""

    generated: str


class Document(TypedDict):
    """A whole report. ``generated`` is a moment in UTC such as ``2026-11-22T10:00:00Z``."""

    format: str
    version: int
    generated: str
    collection: str
    title: str
    shown: dict[str, bool]
    tolerated: list[str]
    compared_with: Comparison | None
    totals: AllTotals
    servers: list[Server]
    gone: list[GoneFinding]
