# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a drift report as a text. What browsers make of it is the matter of tests/browser."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import UndefinedError

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _html, _types, _words
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

# Elements that end where they begin.
VOID = {"meta", "input", "rect"}
SAMPLES = [samples.small, samples.clean, samples.hostile, lambda: samples.large(30), lambda: samples.document([])]


class Page(HTMLParser):
    """What a page consists of. ``problems`` are elements that end where another one is open."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.problems: list[str] = []
        self._open: list[str] = ["document"]
        self.feed(text)
        self.close()
        self.problems += self._open[1:]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1] != tag:
            self.problems.append(f"</{tag}> inside of <{self._open[-1]}>")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1], data))

    def with_attribute(self, name: str) -> list[str]:
        return [attributes[name] or "" for _tag, attributes in self.tags if name in attributes]

    def inside(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


@pytest.fixture(params=SAMPLES, ids=["small", "clean", "hostile", "large", "no servers"])
def document(request: pytest.FixtureRequest) -> _types.Document:
    made: Callable[[], _types.Document] = request.param
    return made()


def test_a_page_is_well_formed(document: _types.Document) -> None:
    text = _html.render(document)
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert page.problems == []
    assert [tag for tag, _attributes in page.tags].count("h1") == 1


def test_a_page_brings_all_it_needs_and_allows_nothing_else(document: _types.Document) -> None:
    page = Page(_html.render(document))
    (policy,) = [attributes["content"] for _tag, attributes in page.tags if "http-equiv" in attributes]
    allowed = dict(part.split(" ", 1) for part in (policy or "").split("; "))
    for tag in ("style", "script"):
        (text,) = page.inside(tag)
        assert allowed.pop(f"{tag}-src") == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    assert allowed == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert {tag for tag, _attributes in page.tags} & {"link", "img", "iframe", "object", "base"} == set()
    assert not [attribute for _tag, held in page.tags for attribute in held if attribute.startswith("on")]
    assert page.with_attribute("src") + page.with_attribute("style") == []
    assert all(target.startswith("#") for target in page.with_attribute("href"))


def test_links_lead_to_what_is_on_the_page() -> None:
    page = Page(_html.render(samples.small()))
    anchors = Counter(page.with_attribute("id"))
    assert {name for name, count in anchors.items() if count > 1} == set()
    named = {target[1:] for target in page.with_attribute("href")} | set(page.with_attribute("aria-labelledby"))
    without_findings = {"server-3", "server-4", "server-5"}
    assert named - without_findings <= set(anchors)


def test_every_finding_is_on_the_page_with_all_that_is_known_about_it() -> None:
    document = samples.small()
    page = Page(_html.render(document))
    rows = {held["id"]: held for tag, held in page.tags if tag == "details" and held.get("class") == "finding"}
    words = " ".join(" ".join(text for _where, text in page.texts).split())
    for server in document["servers"]:
        for found in server["findings"]:
            row = rows.pop(f"finding-{found['id']}")
            assert (row["data-tenant"], row["data-kind"]) == (found["tenant"], found["kind"])
            assert (row["data-severity"], row["data-status"]) == (found["severity"], found["status"])
            _is_told(found, words)
    for gone in document["gone"]:
        assert rows.pop(f"gone-{gone['id']}")["data-status"] == "gone"
        _is_told(gone, words)
    assert rows == {}


def _is_told(found: Any, words: str) -> None:
    assert _words.matter(found) in words
    assert f"{_words.kind_words(found['kind'])} {found['name']}".strip() in words
    assert not found["owner"] or f"of user {found['owner']['name']}" in words
    assert found["remedy"] in words or found["status"] == "gone"
    assert found["message"] in words
    assert found["reaches"] is None or f"{found['reaches']} users follow this policy." in words
    for member in found["members"]:
        before, after = (" ".join(member[side].split()) for side in ("before_text", "after_text"))
        badges = r"(?: protection| functional| cosmetic)?(?: new)?"
        assert re.search(f"{re.escape(member['label'])}{badges} {re.escape(before)} {re.escape(after)} ", words)


def test_servers_and_what_nobody_describes_are_told() -> None:
    document = samples.small()
    text = " ".join(" ".join(text for _where, text in Page(_html.render(document)).texts).split())
    assert "three not reachable: h…~33ab: the connection was refused." in text
    assert "four not compared: comet_tenants: no tenant of that name." in text
    assert "two compared in part: 1 object could not be compared." in text
    assert "one user Umbrella 12 u1, u2, u3, u4, u5, …" in text
    assert "one bucket no tenant 3 a, b, c " in text
    assert "2 findings of that report could not be looked at again." in text


def test_a_bar_tells_in_words_what_it_shows() -> None:
    page = Page(_html.render(samples.small()))
    bars = [held["aria-label"] for tag, held in page.tags if tag == "svg"]
    assert bars == [
        "7 protection, 3 functional, 1 cosmetic",
        "5 protection, 3 functional, 0 cosmetic",
        "0 protection, 0 functional, 0 cosmetic",
        "0 protection, 0 functional, 0 cosmetic",
    ]


def test_bars_stay_inside_of_their_frame() -> None:
    for page in (Page(_html.render(samples.small())), Page(_html.render(samples.large(50)))):
        ends = [float(held["x"] or 0) + float(held["width"] or 0) for tag, held in page.tags if tag == "rect"]
        assert ends
        assert 99 < max(ends) <= 100.05


def test_a_report_without_an_earlier_one_says_nothing_of_what_is_new() -> None:
    text = _html.render(samples.clean())
    assert "not compared with an earlier report" in text
    assert 'data-facet="status"' not in text
    assert 'id="gone"' not in text


def test_hostile_texts_are_texts() -> None:
    page = Page(_html.render(samples.hostile()))
    words = {text for _where, text in page.texts}
    assert [tag for tag, _attributes in page.tags].count("script") == 1
    for text in samples.HOSTILE:
        shown = "\n".join(_words.visible(line) for line in text.split("\n"))
        assert shown == "" or shown in words
    harmful = [letter for text in words for letter in text if letter != "\n" and not letter.isprintable()]
    assert harmful == []


def test_a_report_of_another_shape_is_an_error_and_no_page_with_gaps() -> None:
    document: Any = samples.small()
    del document["servers"][0]["findings"][0]["remedy"]
    with pytest.raises(UndefinedError, match="remedy"):
        _html.render(document)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nx\nc", [("same", "a"), ("was", "b"), ("be", "x"), ("same", "c")]),
        ("a\nb", "a", [("same", "a"), ("was", "b")]),
        (
            "1\n2\n3\n4\n5\n6\n7\n8",
            "1\n2\n3\n4\nfive\n6\n7\n8",
            [
                ("gap", ""),
                ("same", "3"),
                ("same", "4"),
                ("was", "5"),
                ("be", "five"),
                ("same", "6"),
                ("same", "7"),
                ("gap", ""),
            ],
        ),
    ],
    ids=["changed", "shorter", "few around"],
)
def test_long_values_are_compared_line_by_line(before: str, after: str, lines: list[tuple[str, str]]) -> None:
    assert list(_html._lines(before, after)) == lines


def test_very_long_values_are_shown_as_a_whole() -> None:
    before, after = "\n".join(map(str, range(3000))), "one\ntwo"
    assert Counter(what for what, _line in _html._lines(before, after)) == {"was": 3000, "be": 2}


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("backups.example.com/one", "backups.example.com/two", ("backups.example.com/", "one", "two", "")),
        ("keeps the last 14 days", "keeps the last 4 days", ("keeps the last ", "1", "", "4 days")),
        ("500 GiB", "250 GiB", ("", "500 GiB", "250 GiB", "")),
        ("nothing", "anything", ("", "nothing", "anything", "")),
    ],
)
def test_texts_that_are_much_alike_show_where_they_differ(
    before: str, after: str, parts: tuple[str, str, str, str]
) -> None:
    assert _html._letters(before, after) == parts
    start, was, be, end = parts
    assert (start + was + end, start + be + end) == (before, after)


def test_a_change_of_several_lines_shows_the_lines_that_differ() -> None:
    change = samples.member(
        ("ranges",), ["a"], ["b"], "protection", None, ("- type: days\n  days: 14", "- type: days\n  days: 7")
    )
    document = samples.document([samples.server("one", [samples.finding("policy", "Gold", [change])])])
    text = _html.render(document)
    assert "<span>- type: days</span><del>  days: 14</del><ins>  days: 7</ins>" in text
