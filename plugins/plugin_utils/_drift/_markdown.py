# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drift report as Markdown, short enough for a comment on a merge request of GitLab or GitHub. Private.

Whatever a server or a variable could hold stands in a code span, where both show a text as it is: no markup, no HTML,
no link, no mention of a person, no reference to an issue.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    CLEAN,
    FINDING_TYPES,
    NOT_COMPARED,
    SEVERITIES,
    UNREACHABLE,
    Document,
    Finding,
    Member,
    Server,
    Totals,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import (
    DIRECTION,
    MATTER,
    by_severity,
    counted,
    counts,
    gravest,
    headline,
    kind_words,
    member_line,
    member_status,
    server_counts,
    shortened,
    subject,
    verdict_words,
    visible,
)

LIMIT = 60_000
"""Bytes. GitHub takes comments of 65,536 characters; GitLab of a million."""
_FEW = 20
"""So many findings can be looked at without unfolding anything."""
_LONGEST_NAME, _LONGEST_VALUE, _LONGEST_MESSAGE = 80, 160, 400
_MOST_MEMBERS = 20
_MOST_TICKS = 9
_PLAIN = re.compile(r"(?:[^\W_]| ){1,80}")
"""Letters, digits and blanks mean nothing to Markdown."""
_TOLERATED, _THEIRS = "tolerated", "no drift"


def code(text: str, longest: int = _LONGEST_VALUE) -> str:
    """The text as a code span, at most so long."""
    text = shortened(visible(text), longest)
    ticks = max(map(len, re.findall("`+", text)), default=0)
    if ticks > _MOST_TICKS:
        # Readers give up on very long fences.
        text, ticks = text.replace("`", "\\x60"), 0
    if not text.strip():
        text = f'"{text}"'
    fence = "`" * (ticks + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}"


def render(document: Document) -> str:
    """The report in at most :data:`LIMIT` bytes; it says what it has left out."""
    head = [
        f"# {document['title'] if _PLAIN.fullmatch(document['title']) else code(document['title'], _LONGEST_NAME)}",
        "",
        f"{headline(document).capitalize()}.",
        "",
        *_table(document),
        "",
        *_about(document),
        *_list("Not compared", _uncompared(document), LIMIT // 8),
    ]
    foot = [
        *_list("Gone since the earlier report", _gone(document), LIMIT // 8),
        *_list("Kinds of which nothing is written", _undescribed(document), LIMIT // 16),
    ]
    return "\n".join([*head, *_sections(document, LIMIT - _size(head) - _size(foot)), *foot]) + "\n"


def _size(lines: Iterable[str]) -> int:
    """Bytes of lines with their ends."""
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)


def _fitting(lines: Iterable[str], room: int) -> list[str]:
    """The first of the lines, as many as there is room for."""
    kept = []
    for line in lines:
        room -= _size([line])
        if room < 0:
            break
        kept.append(line)
    return kept


def _list(heading: str, items: Sequence[str], room: int) -> list[str]:
    """A heading with a list below it, cut where the room ends; nothing where there is nothing to list."""
    if not items:
        return []
    kept = _fitting((f"- {item}" for item in items), room)
    left_out = len(items) - len(kept)
    return ["", f"## {heading}", "", *kept, *([f"- and {left_out:,} more"] if left_out else [])]


def _table(document: Document) -> list[str]:
    """A row for each server, and one for all. Where there are too many, those without drift are left out first."""
    since = bool(document["compared_with"])
    words = ["Server", "Verdict", "Objects", "Differences", *map(str.capitalize, SEVERITIES), "Tolerated"]
    words += ["New"] if since else []
    rows = [(server["verdict"] == CLEAN, _row(_cells(server, since))) for server in document["servers"]]
    if _size(row for _clean, row in rows) > LIMIT // 4:
        rows = [entry for entry in rows if not entry[0]]
    kept = _fitting((row for _clean, row in rows), LIMIT // 4)
    left_out = len(document["servers"]) - len(kept)
    more = [_row([f"and {counted(left_out, 'more server')}", *[""] * (len(words) - 1)])] if left_out else []
    grave = sum((by_severity(server) for server in document["servers"]), Counter[str]())
    numbers = _numbers(document["totals"], grave, since)
    every = _row([f"**{counted(len(document['servers']), 'server')}**", "", *(f"**{number}**" for number in numbers)])
    return [_row(words), _row(["---", "---", *["--:"] * len(numbers)]), *kept, *more, every]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(server: Server, since: bool) -> list[str]:
    # A table ends a cell at any pipe, in a code span as well.
    name = code(server["name"], _LONGEST_NAME).replace("|", "\\|")
    return [name, verdict_words(server), *_numbers(server["totals"], by_severity(server), since)]


def _numbers(totals: Totals, grave: Mapping[str, int], since: bool) -> list[str]:
    """The numbers of a row; ``since`` says whether there is an earlier report, so that something can be new."""
    numbers = [totals["objects"], totals["drift"], *(grave.get(level, 0) for level in SEVERITIES), totals["tolerated"]]
    return [f"{number:,}" for number in (*numbers, *([totals["new"]] if since else []))]


def _about(document: Document) -> list[str]:
    """What this is, and how to read it."""
    types = document["totals"]["types"]
    told = ", ".join(f"{types[sort]:,} {sort}" for sort in FINDING_TYPES if types[sort])
    earlier = document["compared_with"]
    since = f", compared with the report of {code(earlier['generated'])}" if earlier else ""
    tolerated = ", ".join(document["tolerated"])
    lines = [
        f"Findings: {told}." if told else "",
        f"Tolerated: {code(tolerated)}." if tolerated else "",
        f"Made at {code(document['generated'])}{since}. Members are told as {code(f'member: {DIRECTION}')}.",
    ]
    return ["  \n".join(filter(None, lines))]


def _uncompared(document: Document) -> list[str]:
    return [
        f"{code(server['name'], _LONGEST_NAME)}: {code(server['message'] or server['state'], _LONGEST_MESSAGE)}"
        for server in document["servers"]
        if server["message"] or server["state"] in (UNREACHABLE, NOT_COMPARED)
    ]


def _gone(document: Document) -> list[str]:
    """A line for each finding of the earlier report that is no more."""
    lines = []
    for finding in document["gone"]:
        what = code(f"{finding['server']}: {subject(finding)}", 3 * _LONGEST_NAME)
        members = ", ".join(_member(member) for member in finding["members"][:_MOST_MEMBERS])
        lines.append(f"{what} {MATTER[finding['type']]}{members and f': {members}'}")
    return lines


def _undescribed(document: Document) -> list[str]:
    lines = []
    for server in document["servers"]:
        for entry in server["undescribed"]:
            place = f" ({entry['tenant']})" if entry["tenant"] else ""
            words = f"{server['name']}: {entry['count']:,} of kind {kind_words(entry['kind'])}{place}"
            names = ", ".join([*entry["names"], *(["…"] if entry["count"] > len(entry["names"]) else [])])
            lines.append(f"{code(words)}: {code(names)}")
    return lines


def _sections(document: Document, room: int) -> list[str]:
    """A folded section for each server, with as many of the gravest findings as there is room for."""
    findings = gravest(document)
    chosen: dict[str, list[Finding]] = {}
    room -= _size(_remark(len(findings)))
    for server, finding in findings:
        room -= _size(_finding(finding)) + (0 if server["name"] in chosen else _size(_section(server, [], True)))
        if room < 0:
            break
        chosen.setdefault(server["name"], []).append(finding)
    shown = sum(map(len, chosen.values()))
    lines = []
    for server in document["servers"]:
        if server["name"] in chosen:
            lines += _section(server, chosen[server["name"]], shown <= _FEW)
    return lines + _remark(len(findings) - shown)


def _remark(left_out: int) -> list[str]:
    if not left_out:
        return []
    rest = counted(left_out, "finding")
    return ["", f"**{rest} left out here, to fit into a comment; reports in other formats hold them all.**"]


def _section(server: Server, findings: Sequence[Finding], unfolded: bool) -> list[str]:
    """A server's findings below headings; without findings, all that a section needs beside them."""
    groups: dict[str, list[str]] = {} if findings else {group: [] for group in (*SEVERITIES, _TOLERATED, _THEIRS)}
    for finding in findings:
        groups.setdefault(_group(finding), []).extend(_finding(finding))
    # Inside of HTML there is no Markdown, up to the next empty line.
    name = html.escape(shortened(visible(server["name"]), _LONGEST_NAME))
    summary = f"<code>{name}</code>: {server_counts(server)}"
    lines = ["", f"<details{' open' if unfolded else ''}><summary>{summary}</summary>", ""]
    for group, told in groups.items():
        lines += [f"**{group.capitalize()}**", "", *told, ""]
    left_out = server["totals"]["findings"] - len(findings)
    return [*lines, *([f"and {left_out:,} more", ""] if left_out else []), "</details>"]


def _group(finding: Finding) -> str:
    if counts(finding):
        return finding["severity"]
    return _TOLERATED if finding["tolerated"] else _THEIRS


def _finding(finding: Finding) -> list[str]:
    """An object, and below it a line for each of its members."""
    status = f", {finding['status']}" if finding["status"] else ""
    reaches = f", reaches {counted(finding['reaches'], 'user')}" if finding["reaches"] is not None else ""
    message = f": {code(finding['message'], _LONGEST_MESSAGE)}" if finding["message"] else ""
    made_by = f", made by {code(finding['made_by'], _LONGEST_NAME)}" if finding["made_by"] else ""
    what = code(subject(finding), 2 * _LONGEST_NAME)
    lines = [f"- {what} {MATTER[finding['type']]}{made_by}{status}{reaches}{message}"]
    lines += [f"  - {_member(member)}{member_status(finding, member)}" for member in finding["members"][:_MOST_MEMBERS]]
    left_out = len(finding["members"]) - _MOST_MEMBERS
    return [*lines, *([f"  - and {counted(left_out, 'more member')}"] if left_out > 0 else [])]


def _member(member: Member) -> str:
    return code(member_line(member, _LONGEST_VALUE), 3 * _LONGEST_VALUE)
