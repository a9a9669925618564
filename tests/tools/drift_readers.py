# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of drift reports in every format, as a person or another program would read them, down to the same lines.

Nothing of the collection is used here, so that a report is held to what it shows and not to what it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

MATTERS = {
    "differs": "drifted",
    "is missing": "missing",
    "is there, and is not to be": "unwanted",
    "is not written anywhere": "unmanaged",
    "could not be compared": "failed",
}
"""How reports say what is the matter with an object, and the type that this is."""
SEVERITIES = ("protection", "functional", "cosmetic")
CUT = "…"
"""Ends a text that is too long for the screen."""
VOID = {"meta", "link", "input", "br", "hr", "img", "rect"}


@dataclass(frozen=True, order=True)
class Told:
    """One line of a report: a member that differs, or an object with which something else is the matter.

    ``subject`` names the object, what it is in, and its tenant; the texts of both sides are without what formats put
    around and between the parts of a value.
    """

    server: str
    type: str
    subject: str
    made_by: str = ""
    label: str = ""
    before: str = ""
    after: str = ""


def words(text: str) -> str:
    """What a text of a value says, without line breaks, brackets and the marks of lists."""
    return " ".join(word for word in re.split(r"[\s\[\],⏎]+", text) if word not in ("", "-"))


def fits(shown: Told, whole: Told) -> bool:
    """Whether a line of ``in_terminal``, which may be cut, tells what a whole one does."""
    same = replace(whole, label="", before="", after="") == replace(shown, label="")
    full = words(f"{whole.label}: {whole.before} -> {whole.after}") if whole.label else ""
    cut = shown.label.endswith(CUT) and full.startswith(shown.label.removesuffix(CUT))
    return same and (cut or shown.label == full)


def subject(finding: Mapping[str, Any]) -> str:
    """``storage vault Cloud of user anna (ACME)``."""
    owner = finding["owner"]
    of = f" of {owner['kind']} {owner['name']}" if owner else ""
    tenant = f" ({finding['tenant']})" if finding["tenant"] else ""
    return f"{finding['kind'].replace('_', ' ')} {finding['name']}".rstrip() + of + tenant


def in_json(document: Mapping[str, Any]) -> list[Told]:
    """The lines of the document itself."""
    return [told for server in document["servers"] for one in server["findings"] for told in _of(server["name"], one)]


def _of(server: str, finding: Mapping[str, Any]) -> Iterator[Told]:
    about = Told(server, finding["type"], subject(finding), finding["made_by"])
    if finding["type"] != "drifted":
        yield about
        return
    for member in finding["members"]:
        yield replace(
            about, label=member["label"], before=words(member["before_text"]), after=words(member["after_text"])
        )


def _matter(text: str) -> tuple[str, str]:
    """Type and maker, from words such as ``is not written anywhere, made by policy``."""
    said = next(said for said in MATTERS if text.startswith(said))
    maker = re.match(r", made by `?([^`:]+)`?", text.removeprefix(said))
    return MATTERS[said], maker[1].strip() if maker else ""


def _sides(about: Told, line: str) -> Told:
    """The line of a member, ``label: server has -> written``."""
    label, both = line.split(": ", 1)
    before, after = both.split(" -> ", 1)
    return replace(about, label=label, before=words(before), after=words(after))


# Lines for a screen


def in_terminal(lines: Sequence[str]) -> list[Told]:
    """What the summary tells: one line for each object, with one of its members, cut where it gets too long.

    What is said of the member is the label, as it stands there.
    """
    found = []
    for line in lines:
        start = re.match(rf"({'|'.join(SEVERITIES)}) +((new|still) +)?(?P<server>[^:]+): (?P<rest>.*)", line)
        if start:
            found.append(_of_line(start["server"], start["rest"]))
    return found


def _of_line(server: str, rest: str) -> Told:
    said = next((said for said in MATTERS if f" {said}" in rest), "")
    if said:
        about, more = rest.split(f" {said}", 1)
        kind, maker = _matter(said + more)
        return Told(server, kind, about, maker)
    rest = re.sub(r" \(and [\d,]+ more\)$", "", rest)
    about, line = rest.split(": ", 1)
    return Told(server, "drifted", about, label=words(line))


# Markdown


SPAN = r"(?P<fence>`+)(?!`)(?P<code>.*?)(?<!`)(?P=fence)(?!`)"
"""A code span, which ends with as many ticks as it begins with, and which may hold other numbers of them."""


def _uncoded(text: str) -> str:
    """The text in a code span."""
    spaced = text.startswith(" ") and text.endswith(" ") and text.strip()
    return text[1:-1] if spaced else text


def in_markdown(text: str) -> list[Told]:
    """The lines of the folded section of each server."""
    found: list[Told] = []
    server, about, inside = "", Told("", "", ""), False
    for line in text.splitlines():
        if opened := re.match(r"<details(?: open)?><summary><code>(.*?)</code>", line):
            server, inside = opened[1], True
        elif line == "</details>":
            inside = False
        elif inside and (item := re.match(rf"- {SPAN} (?P<matter>.*)", line)):
            kind, maker = _matter(item["matter"])
            about = Told(server, kind, _uncoded(item["code"]), maker)
            found += [] if kind == "drifted" else [about]
        elif inside and about.type == "drifted" and (item := re.match(rf"  - {SPAN}$", line)):
            found.append(_sides(about, _uncoded(item["code"])))
    return found


# JUnit


def in_junit(text: str) -> list[Told]:
    """What failed, with the lines of its members, and what is told of objects that something makes by itself."""
    found = []
    for suite in ElementTree.fromstring(text):
        for case in suite:
            for result in case:
                found += list(_of_case(suite.get("name", ""), case, result))
    return found


def _of_case(server: str, case: ElementTree.Element, result: ElementTree.Element) -> Iterator[Told]:
    name, lines = case.get("name", ""), (result.text or "").splitlines()
    if case.get("classname", "").endswith(".server"):  # the server as a whole
        return
    if result.tag == "system-out":
        maker = re.match(r"every .* made by (.*)", name)
        yield from (Told(server, "unmanaged", line, maker[1]) for line in lines[1:] if maker)
        return
    kind = (
        result.get("type", "").rpartition(".")[2] or _matter(result.get("message", "").removeprefix("tolerated: "))[0]
    )
    about = Told(server, kind, re.sub(r" \[[0-9a-f]{16}\]$", "", name))
    if kind != "drifted":
        yield about
        return
    members = [line for line in lines if line.startswith("  ")]
    while members:
        line = members.pop(0).strip()
        if not line.endswith(":"):
            yield _sides(about, line)
            continue
        sides: dict[str, list[str]] = {}
        side = ""
        while members and members[0].startswith("    "):
            part = members.pop(0)
            if part.startswith("      "):
                sides[side].append(part)
            else:
                side = part.strip(" :")
                sides[side] = []
        before, after = ("\n".join(sides[side]) for side in ("server has", "written"))
        yield replace(about, label=line.removesuffix(":"), before=words(before), after=words(after))


# HTML


@dataclass
class Element:
    """An element of a page; what is in it are elements and texts."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    def all(self, tag: str, name: str = "") -> Iterator[Element]:
        """The elements in it with a tag, and of a class if one is named, at any depth."""
        for one in self.every():
            if one.tag == tag and (not name or name in one.attributes.get("class", "").split()):
                yield one

    def every(self) -> Iterator[Element]:
        """All elements in it, at any depth."""
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one.every()

    def first(self, tag: str, name: str = "") -> Element:
        """The first of these."""
        return next(self.all(tag, name))


class _Page(HTMLParser):
    """Builds the elements of a page. A tag that is not closed, or closed twice, is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.open.pop()
        if closed.tag != tag:
            raise ValueError(f"</{tag}> closes <{closed.tag}>")

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def page(text: str) -> Element:
    """The elements of a page. Raises ValueError where they are not closed in order."""
    reader = _Page()
    reader.feed(text)
    reader.close()
    if len(reader.open) != 1:
        raise ValueError(f"<{reader.open[-1].tag}> is not closed")
    return reader.open[0]


def in_html(text: str) -> list[Told]:
    """The findings of the page, without those that are gone."""
    found: list[Told] = []
    for group in page(text).all("section", "group"):
        for finding in group.all("details", "finding"):
            if finding.attributes["data-status"] != "gone":
                found += _of_element(group.attributes["data-server"], finding)
    return found


def _of_element(server: str, finding: Element) -> Iterator[Told]:
    what = finding.first("span", "what")
    tenant = next((one.text for one in what.all("span", "tenant")), "")
    title = " ".join(what.text.split()).removesuffix(f" {tenant}") + (f" ({tenant})" if tenant else "")
    kind, maker = _matter(re.split(": ", finding.first("span", "how").text)[0])
    about = Told(server, kind, title, maker)
    if kind != "drifted":
        yield about
        return
    for row in finding.first("table", "changes").first("tbody").all("tr"):
        words = [one for one in row.first("th").inside if isinstance(one, str)]
        yield replace(about, label=words[0].strip(), before=_side(row, "was"), after=_side(row, "be"))


def _side(row: Element, name: str) -> str:
    """What a row says of one side: in a cell of its own, or line by line."""
    cell = next(row.all("td", name), None)
    if cell is not None:
        return words(cell.text)
    tag = {"was": "del", "be": "ins"}[name]
    lines = [one for one in row.first("td", "lines").inside if isinstance(one, Element)]
    return words("\n".join(one.text for one in lines if one.tag in (tag, "span")))
