# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drift report as lines for a screen. Private; may change at any time."""

from __future__ import annotations

import textwrap

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    CLEAN,
    DRIFTED,
    Document,
    Finding,
    Server,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import (
    DIRECTION,
    counted,
    counts,
    gravest,
    gravest_member,
    headline,
    matter,
    member_line,
    server_words,
    shortened,
    subject,
    verdict_words,
    visible,
)

WIDTH = 100
MOST_FINDINGS = 40
MOST_SERVERS = 60
_WIDEST_NAME = 28
_LEAST_ROOM = 24
"""Fewer characters than this say nothing of a value."""


def render(document: Document, see: str = "") -> list[str]:
    """The report in lines of at most :data:`WIDTH` characters without any control character.

    Only the gravest findings are told; ``see`` is the file that holds the rest, if any.
    """
    lines = [*_headline(document), *_servers(document)]
    found = [(server, finding) for server, finding in gravest(document) if counts(finding)]
    if found:
        lines += [
            "",
            f"What to look at first ({DIRECTION}):",
            *(_finding(server, finding) for server, finding in found[:MOST_FINDINGS]),
        ]
    if len(found) > MOST_FINDINGS:
        lines.append(f"and {len(found) - MOST_FINDINGS:,} more" + (f", see {visible(see)}" if see else ""))
    # A path that is cut off would be of no use.
    return [line if see and line.endswith(visible(see)) else shortened(line, WIDTH) for line in lines]


def _headline(document: Document) -> list[str]:
    words = f"{shortened(visible(document['title']), WIDTH)}: {headline(document)}"
    return textwrap.wrap(words, WIDTH, subsequent_indent="  ")


def _servers(document: Document) -> list[str]:
    """A line for each server; where there are too many, those without drift are left out first."""
    servers = document["servers"]
    if len(servers) > MOST_SERVERS:
        servers = [server for server in servers if server["verdict"] != CLEAN][:MOST_SERVERS]
    named = [(visible(server["name"]), verdict_words(server), server) for server in servers]
    widest = min(max((len(name) for name, _verdict, _server in named), default=0), _WIDEST_NAME)
    words = max((len(verdict) for _name, verdict, _server in named), default=0)
    lines = [
        f"  {shortened(name, widest):<{widest}}  {verdict:<{words}}  {server_words(server)}".rstrip()
        for name, verdict, server in named
    ]
    left_out = len(document["servers"]) - len(servers)
    return lines + ([f"  and {counted(left_out, 'more server')}"] if left_out else [])


def _finding(server: Server, finding: Finding) -> str:
    """One finding with its gravest member."""
    status = f"{finding['status']:<5}  " if finding["status"] else ""
    start = f"{finding['severity']:<10}  {status}{visible(server['name'])}: {subject(finding)}"
    if finding["message"]:
        return f"{start} {matter(finding)}: {visible(finding['message'])}"
    if not finding["members"] or finding["type"] != DRIFTED:
        return f"{start} {matter(finding)}"
    others = len(finding["members"]) - 1
    more = f" (and {others:,} more)" if others else ""
    room = max(WIDTH - len(start) - len(": ") - len(more), _LEAST_ROOM)
    return f"{start}: {shortened(member_line(gravest_member(finding)), room)}{more}"
