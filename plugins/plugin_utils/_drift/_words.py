# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that the reports in plain text, Markdown and JUnit share. Private; may change at any time."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    CLEAN,
    COMPARED,
    DRIFTED,
    FAILED,
    MISSING,
    NEW,
    PARTLY,
    SEVERITIES,
    UNKNOWN,
    UNMANAGED,
    UNWANTED,
    Document,
    Finding,
    Member,
    Server,
)

DIRECTION = "server has -> written"
"""What stands on which side of the arrow."""
MATTER = {
    DRIFTED: "differs",
    MISSING: "is missing",
    UNWANTED: "is there, and is not to be",
    UNMANAGED: "is not written anywhere",
    FAILED: "could not be compared",
}
"""What is said of an object, by the type of the finding."""
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def visible(text: str) -> str:
    """The text in one line: a mark for a line break, an escape such as ``\\x1b`` for what would act and not show."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in text)


def _escape(letter: str) -> str:
    return " ⏎ " if letter == "\n" else letter.encode("unicode_escape").decode("ascii")


def in_line(text: str) -> str:
    """The text of a value in one line; a list of plain values in brackets."""
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"[{', '.join(visible(line[2:]) for line in lines)}]"
    return visible("\n".join(line.strip() for line in lines)) if len(lines) > 1 else visible(text)


def shortened(text: str, width: int) -> str:
    """The text, with an ellipsis at its end where it has more than ``width`` characters."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def counted(number: int, noun: str) -> str:
    """``1 server``, ``1,200 servers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def kind_words(kind: str) -> str:
    """A kind as people say it: ``storage vault``."""
    return visible(kind.replace("_", " "))


def subject(finding: Finding) -> str:
    """The object that a finding is about: ``storage vault Cloud of user alice (ACME)``."""
    named = [(finding["kind"], finding["name"])]
    if finding["owner"]:
        named.append((finding["owner"]["kind"], finding["owner"]["name"]))
    words = " of ".join(f"{kind_words(kind)} {name}".rstrip() for kind, name in named)
    return visible(f"{words} ({finding['tenant']})" if finding["tenant"] else words)


def matter(finding: Finding) -> str:
    """What is the matter with the object, in few words."""
    words = MATTER[finding["type"]]
    return f"{words}, made by {visible(finding['made_by'])}" if finding["made_by"] else words


def member_line(member: Member, widest: int | None = None) -> str:
    """``label: server has -> written``, in one line; ``widest`` is for each of the three."""
    texts = [visible(member["label"]), *(in_line(member[side]) for side in ("before_text", "after_text"))]
    label, before, after = (shortened(text, widest) if widest else text for text in texts)
    return f"{label}: {before} -> {after}"


def is_drift(finding: Finding) -> bool:
    """Whether it counts as drift: not what is tolerated, nor what something makes by itself, nor a failure."""
    return not (finding["tolerated"] or finding["made_by"] or finding["type"] == FAILED)


def is_failure(finding: Finding) -> bool:
    """Whether the object could not be compared, and that is not tolerated."""
    return finding["type"] == FAILED and not finding["tolerated"]


def counts(finding: Finding) -> bool:
    """Whether somebody has to look at it: drift, or something that could not be compared."""
    return is_drift(finding) or is_failure(finding)


def has_news(finding: Finding) -> bool:
    """Whether it, or a member of it, is new since the earlier report."""
    return NEW in (finding["status"], *(member["status"] for member in finding["members"]))


def member_status(finding: Finding, member: Member) -> str:
    """What has to be said of a member since the earlier report, beside what is said of its object."""
    return f", {member['status']}" if member["status"] and member["status"] != finding["status"] else ""


def gravest(document: Document) -> list[tuple[Server, Finding]]:
    """All findings with their server: first those that count, the gravest first, new before old; servers take turns."""
    ranked: list[tuple[tuple[int, ...], Server, Finding]] = []
    for place, server in enumerate(document["servers"]):
        turns: Counter[tuple[int, ...]] = Counter()
        for finding in server["findings"]:
            level = (not counts(finding), _RANK[finding["severity"]], not has_news(finding))
            turns[level] += 1
            ranked.append(((*level, turns[level], place), server, finding))
    ranked.sort(key=itemgetter(0))
    return [(server, finding) for _rank, server, finding in ranked]


def gravest_member(finding: Finding) -> Member:
    """The member that a report shows where there is room for one."""
    return min(finding["members"], key=_member_rank)


def _member_rank(member: Member) -> tuple[int, bool]:
    return _RANK[member["severity"]], member["status"] != NEW


def was_compared(server: Server) -> bool:
    """Whether anything of a server was compared; what is tolerated may make one clean of which nothing is known."""
    return server["state"] in (COMPARED, PARTLY)


def verdict_words(server: Server) -> str:
    """What came of a server, in few words."""
    if not was_compared(server):
        return "not compared" if server["verdict"] == UNKNOWN else "not compared, tolerated"
    if server["verdict"] == UNKNOWN:
        failed = sum(is_failure(finding) for finding in server["findings"])
        return f"{counted(failed, 'object')} not compared" if failed else "not wholly compared"
    return "no drift" if server["verdict"] == CLEAN else "drift"


def by_severity(server: Server) -> Counter[str]:
    """How much of a server's drift is how grave."""
    return Counter(finding["severity"] for finding in server["findings"] if is_drift(finding))


def server_counts(server: Server) -> str:
    """What differs on a server, and of how many objects: plain words and numbers."""
    totals, grave = server["totals"], by_severity(server)
    words = counted(server["objects"], "object") if server["objects"] else ""
    if totals["drift"]:
        told = ", ".join(f"{grave[severity]:,} {severity}" for severity in SEVERITIES if grave[severity])
        among = f" in {words}" if words else ""
        words = f"{counted(totals['drift'], 'difference')}{among} ({told})"
    tolerated = f"{totals['tolerated']:,} tolerated" if totals["tolerated"] else ""
    return ", ".join(filter(None, (words, tolerated)))


def server_words(server: Server) -> str:
    """The same, after the reason why the server was not, or not wholly, compared."""
    return "; ".join(filter(None, (visible(server["message"]).rstrip("."), server_counts(server))))


def headline(document: Document) -> str:
    """The whole report in one sentence."""
    totals, servers = document["totals"], document["servers"]
    every = counted(totals["servers"], "server")
    clean = sum(server["verdict"] == CLEAN and was_compared(server) for server in servers)
    parts = [f"no drift on {clean:,} of {every}"]
    if totals["drift"]:
        touched = sum(server["totals"]["drift"] > 0 for server in servers)
        parts = [f"{counted(totals['drift'], 'difference')} on {touched:,} of {every}"]
    if unknown := sum(server["verdict"] == UNKNOWN for server in servers):
        parts.append(f"{counted(unknown, 'server')} not compared, or not wholly")
    if left := sum(server["verdict"] != UNKNOWN and not was_compared(server) for server in servers):
        parts.append(f"{counted(left, 'server')} not compared, which is tolerated")
    if totals["tolerated"]:
        parts.append(f"{totals['tolerated']:,} tolerated")
    if document["compared_with"]:
        parts.append(f"{totals['new']:,} new, {totals['still']:,} still there, {totals['gone']:,} gone")
    if totals["unknown"]:
        parts.append(f"{totals['unknown']:,} of the earlier ones not looked at again")
    return "; ".join(parts)
