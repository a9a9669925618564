# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as Markdown: short enough for a comment, and what a server holds is text to whoever renders it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _markdown
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import Document
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import gravest, shortened, visible
from ansible_collections.comet.backup.tests.unit import drift_samples

OURS = {"h1", "h2", "p", "br", "strong", "code", "ul", "li", "details", "summary"}
OURS |= {"table", "thead", "tbody", "tr", "th", "td"}
GITHUB_TAKES = 65_536
"""Characters of a comment."""


class Page(HTMLParser):
    """What a rendered report consists of: tags with attributes, texts in code spans, and all other text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.codes: list[str] = []
        self.other = ""
        self._in_code = False
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        if tag == "code":
            self._in_code = True
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.codes[-1] += data
        else:
            self.other += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment hides {data}")


def page(document: Document) -> Page:
    return Page(_markdown.render(document))


def rows(text: str) -> list[list[str]]:
    """The cells of the table."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def test_totals_are_a_table() -> None:
    text = _markdown.render(drift_samples.small())
    assert text.startswith("# Drift\n\n8 differences on 1 of 5 servers; 3 servers not compared, or not wholly; ")
    table = rows(text)
    assert table[0] == [
        "Server", "Verdict", "Objects", "Differences", "Protection", "Functional", "Cosmetic", "Tolerated", "New"
    ]  # fmt: skip
    assert table[2] == ["`one`", "drift", "9,990", "8", "5", "3", "0", "1", "5"]
    assert table[3] == ["`two`", "1 object not compared", "101", "0", "0", "0", "0", "0", "1"]
    assert table[-1] == ["**5 servers**", "", "**10,103**", "**8**", "**5**", "**3**", "**0**", "**1**", "**6**"]
    assert rows(_markdown.render(drift_samples.clean()))[0] == table[0][:-1], "without an earlier report nothing is new"
    assert "Findings: 6 drifted, 1 missing, 1 unwanted, 2 unmanaged, 1 failed." in text


def test_each_member_has_a_line() -> None:
    lines = _markdown.render(drift_samples.small()).splitlines()
    spot = lines.index("- `user alice (ACME)` differs, still")
    assert lines[spot + 1 : spot + 5] == [
        "  - `account_name: Alice A. -> Alice Adams`",
        "  - `maximum_devices: 5 -> 3`, new",
        "  - `policy: none -> Gold`",
        "  - `quota: 1 TiB -> 512 GiB`, new",
    ]
    assert "- `policy Gold (ACME)` differs, new, reaches 40 users" in lines
    assert "- `schedule Nightly of user alice (ACME)` is missing, still" in lines
    assert "- `admin user carol (ACME)` is not written anywhere, made by `external login`, still" in lines
    assert "- `user bob (Umbrella)` could not be compared, new: `user bob: the policy Gold is not there.`" in lines


def test_sections_are_folded_unless_there_is_little_in_them() -> None:
    assert _markdown.render(drift_samples.small()).count("<details open><summary>") == 2
    assert _markdown.render(drift_samples.large(100)).count("<details><summary>") == 5
    assert "<details" not in _markdown.render(drift_samples.clean())


def test_what_is_beside_the_findings() -> None:
    text = _markdown.render(drift_samples.small())
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["## Not compared", "## Gone since the earlier report", "## Kinds of which nothing is written"]
    assert "- `three`: `h…~33ab: the connection was refused.`" in text
    assert "- `one: user dora (ACME)` differs: `language_code: en -> de`" in text
    assert "- `one: 12 of kind user (Umbrella)`: `u1, u2, u3, u4, u5, …`" in text
    assert "Tolerated: `cosmetic`." in text
    assert "compared with the report of `2026-11-21T10:00:00Z`" in text


@pytest.mark.parametrize("text", [*drift_samples.HOSTILE, "`", "``", "a`" * 50, "`" * 200, " `x` ", "\\", "a|b", "\\|"])
def test_a_code_span_holds_exactly_the_text(text: str) -> None:
    found = Page(f"- before {_markdown.code(text)} after\n")
    wanted = shortened(visible(text), 160)
    wanted = wanted.replace("`", "\\x60") if "`" * 10 in wanted else wanted
    assert found.codes == [wanted if wanted.strip() else f'"{wanted}"']
    assert found.other.strip() == "before  after"


def test_hostile_texts_stay_in_code_spans() -> None:
    found = page(drift_samples.hostile())
    assert {tag for tag, _attributes in found.tags} <= OURS
    for tag, attributes in found.tags:
        assert not attributes or attributes in ([("open", None)], [("style", "text-align:right")]), tag
    assert re.fullmatch(r"[A-Za-z0-9 .,;:()\n-]*", found.other), "only our own words are outside of code spans"
    assert "hit" not in found.other
    shown = "\n".join(found.codes)
    for text in drift_samples.HOSTILE[:10]:
        assert visible(text)[:30].strip() in shown


def test_a_pipe_in_a_name_does_not_end_a_cell() -> None:
    found = page(drift_samples.document([drift_samples.server("a|b`c|")]))
    assert sum(tag == "td" for tag, _attributes in found.tags) == 16
    assert "a|b`c|" in found.codes


def test_it_fits_into_a_comment_and_says_what_is_left_out() -> None:
    document = drift_samples.large(5000)
    text = _markdown.render(document)
    assert _markdown.LIMIT * 0.9 < len(text.encode("utf-8")) <= _markdown.LIMIT < GITHUB_TAKES
    shown = len(re.findall(r"^- `", text, re.MULTILINE))
    assert 500 < shown < 5000
    assert f"**{5000 - shown:,} findings left out here, to fit into a comment" in text
    assert sum(int(number) for number in re.findall(r"^and (\d+) more$", text, re.MULTILINE)) == 5000 - shown
    # Every server is told of, and the gravest before all others.
    assert text.count("<details>") == 5
    severities = [finding["severity"] for _server, finding in gravest(document)[:shown]]
    assert text.count("**Cosmetic**") == (5 if "cosmetic" in severities else 0)


def test_wide_texts_are_counted_in_bytes() -> None:
    members = [drift_samples.member(("name",), "字" * 500, "💾" * 500, "functional")] * 30
    findings = [drift_samples.finding("user", f"{number} " + "語" * 300, members) for number in range(300)]
    text = _markdown.render(drift_samples.document([drift_samples.server("one", findings)]))
    assert len(text.encode("utf-8")) <= _markdown.LIMIT
    assert "and 10 more members" in text


@pytest.mark.parametrize("state", ["compared", "unreachable"])
def test_thousands_of_servers_fit_too(state: str) -> None:
    """Those without drift are left out first."""
    servers = [drift_samples.server(f"server {number}", state=state, message="No answer.") for number in range(5000)]
    servers[4000] = drift_samples.server("drifted", [drift_samples.finding("user", "alice")])
    text = _markdown.render(drift_samples.document(servers))
    assert len(text.encode("utf-8")) <= _markdown.LIMIT
    left_out = re.search(r"and ([\d,]+) more servers", text)
    assert left_out is not None
    assert "<code>drifted</code>" in text
    listed = [row for row in rows(text)[2:-1] if row[0].startswith("`")]
    assert len(listed) + int(left_out[1].replace(",", "")) == 5000
    assert ("`drifted`" in [row[0] for row in listed]) == (state == "compared")


def test_a_title_is_plain_where_it_can_be() -> None:
    for title, heading in (("Drift in Europe 2", "# Drift in Europe 2"), ("<b>", "# `<b>`"), ("a_b_c", "# `a_b_c`")):
        assert _markdown.render(drift_samples.document([], title=title)).splitlines()[0] == heading
