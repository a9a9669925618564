# Copyright (c) 2026, comet.backup contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A drift report as JUnit XML, as GitLab, Jenkins and GitHub show it beside a build. Private; may change at any time.

A server is a suite, a finding is a test. Drift has failed, what could not be compared is an error, what is tolerated is
skipped. What is as written has passed, and so has what something else makes by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    COMPARED,
    FAILED,
    PARTLY,
    UNCOMPARED,
    Document,
    Finding,
    Member,
    Server,
)
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import (
    DIRECTION,
    counted,
    kind_words,
    matter,
    member_line,
    shortened,
    subject,
    visible,
)

_LONGEST_MESSAGE = 300
_MOST_NAMES = 50
_PASSED, _FAILURE, _ERROR, _SKIPPED = "", "failure", "error", "skipped"


def render(document: Document) -> str:
    """The report as XML text. Characters that XML has no place for are shown as escapes."""
    suites = Element("testsuites", name=visible(document["title"]))
    for server in document["servers"]:
        suites.append(_suite(server, document))
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    suites.set("time", _seconds(sum(server["seconds"] for server in document["servers"])))
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _suite(server: Server, document: Document) -> Element:
    """All tests of a server; their numbers, as readers want them, are attributes of the suite."""
    suite = Element("testsuite", name=visible(server["name"]))
    suite.set("timestamp", document["generated"].rstrip("Z"))
    suite.set("time", _seconds(server["seconds"]))
    _comparison(suite, server, UNCOMPARED in document["tolerated"])
    seen: Counter[str] = Counter()
    own = [finding for finding in server["findings"] if finding["made_by"]]
    for finding in server["findings"]:
        if not finding["made_by"]:
            _finding(suite, server, finding, seen)
    _made_by_others(suite, server, own)
    suite.set("tests", str(len(suite)))
    for count, tag in (("failures", _FAILURE), ("errors", _ERROR), ("skipped", _SKIPPED)):
        suite.set(count, str(sum(case.find(tag) is not None for case in suite)))
    return suite


def _comparison(suite: Element, server: Server, tolerated: bool) -> None:
    """Whether the server could be compared, and how much of it is as written."""
    message = visible(server["message"])
    if server["state"] in (COMPARED, PARTLY):
        unchanged, objects = f"{server['unchanged']:,}", counted(server["objects"], "object")
        _case(suite, server, "server", "objects as written", text=[f"{unchanged} of {objects} as written", message])
    elif tolerated:
        _case(suite, server, "server", "objects as written", _SKIPPED, f"not compared, which is tolerated: {message}")
    else:
        _case(suite, server, "server", "objects as written", _ERROR, f"not compared: {message}", server["state"])


def _finding(suite: Element, server: Server, finding: Finding, seen: Counter[str]) -> None:
    """The test of one object. Readers take tests of one name for the same one, so each has a name of its own."""
    name = subject(finding)
    seen[name] += 1
    if seen[name] > 1:
        name += f" [{finding['id']}]"
    result = _ERROR if finding["type"] == FAILED else _FAILURE
    message = ": ".join(filter(None, (matter(finding), visible(finding["message"]))))
    if finding["tolerated"]:
        result, message = _SKIPPED, f"tolerated: {message}"
    if len(finding["members"]) == 1:
        message += f": {member_line(finding['members'][0])}"
    elif finding["members"]:
        message += f": {counted(len(finding['members']), 'member')}"
    kind = f"{finding['severity']}.{finding['type']}"
    _case(suite, server, finding["kind"], name, result, message, kind, _details(finding))


def _made_by_others(suite: Element, server: Server, findings: Iterable[Finding]) -> None:
    """One test for all objects that the same maker has made; there may be as many as users."""
    made: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        made.setdefault((finding["kind"], finding["made_by"]), []).append(subject(finding))
    for (kind, maker), names in made.items():
        shown = [*names[:_MOST_NAMES], *([f"and {len(names) - _MOST_NAMES:,} more"] if names[_MOST_NAMES:] else [])]
        text = ["Not written anywhere, and no drift, since something makes them by itself:", *shown]
        _case(suite, server, kind, f"every {kind_words(kind)} made by {visible(maker)}", text=text)


def _case(
    suite: Element,
    server: Server,
    kind: str,
    name: str,
    result: str = _PASSED,
    message: str = "",
    sort: str = "",
    text: Sequence[str] = (),
) -> None:
    """One test: ``result`` is the tag that says how it went, ``sort`` which sort of failure it is."""
    # Jenkins takes what is before the last dot for a package, so that no other dot may be in there.
    group = f"{visible(server['name']).replace('.', '_')}.{visible(kind)}"
    case = SubElement(suite, "testcase", classname=group, name=name, time="0.000")
    lines = "\n".join(filter(None, text))
    if not result:
        SubElement(case, "system-out").text = lines
        return
    told = SubElement(case, result, message=shortened(message, _LONGEST_MESSAGE))
    if result != _SKIPPED:
        told.set("type", sort)
    told.text = lines or message


def _details(finding: Finding) -> list[str]:
    """Everything there is to say of a finding, line by line."""
    lines = [f"{finding['severity']}: {subject(finding)} {matter(finding)}", visible(finding["message"])]
    if finding["status"]:
        lines.append(f"Since the earlier report: {finding['status']}")
    if finding["reaches"] is not None:
        lines.append(f"Reaches {counted(finding['reaches'], 'user')}")
    if finding["members"]:
        lines.append(f"{DIRECTION}:")
    for member in finding["members"]:
        lines += _member(member)
    return [*lines, visible(finding["remedy"])]


def _member(member: Member) -> list[str]:
    """A member in one line; nested values, which have several, below it."""
    before, after = member["before_text"].splitlines(), member["after_text"].splitlines()
    if len(before) < 2 and len(after) < 2:
        return [f"  {member_line(member)}"]
    sides = (("server has", before), ("written", after))
    return [
        f"  {visible(member['label'])}:",
        *(line for word, texts in sides for line in (f"    {word}:", *(f"      {visible(text)}" for text in texts))),
    ]


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
