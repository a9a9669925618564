# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is readable in light and dark, on narrow screens and on paper. Pictures go to build/browser."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from emulated import ROOT

from ansible_collections.comet.backup.tests.browser.reports import FINDING, SHOWN, Desk, Report
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

PICTURES = ROOT / "build" / "browser"
NORMAL, LARGE, GRAPHICS = 4.5, 3.0, 3.0
"""The contrast that WCAG 2 asks for at level AA, of texts and of what is drawn."""
# Each text that shows, with its colour, that of the first thing behind it which is not transparent, and its size.
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest(":disabled, script, style")) continue;
    let behind = element;
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)" && behind.parentElement) {
      behind = behind.parentElement;
    }
    const style = getComputedStyle(element);
    const text = { color: style.color, background: getComputedStyle(behind).backgroundColor,
      size: parseFloat(style.fontSize), weight: +style.fontWeight, text: node.data.trim().slice(0, 40) };
    seen.set([text.color, text.background, text.size, text.weight].join(), text);
  }
  return [...seen.values()];
}"""
# What is drawn, with what is behind it: bars, and the edges of controls.
DRAWN = """() => [
  ...[...document.querySelectorAll("rect")].map((part) => [getComputedStyle(part).fill, part.closest(".tile, table")]),
  ...[...document.querySelectorAll("input[type=search], select, button:enabled")].map((control) =>
    [getComputedStyle(control).borderTopColor, control.closest("form")]),
].map(([color, behind]) => [color, getComputedStyle(behind).backgroundColor])"""


def luminance(color: str) -> float:
    """The relative luminance of a colour such as ``rgb(1, 2, 3)``, as WCAG 2 defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)]
    assert len(parts) == 3, f"{color} is not opaque"
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(text: dict[str, Any]) -> bool:
    """Whether a text has less contrast than its size needs."""
    large = text["size"] >= 24 or (text["size"] >= 18.66 and text["weight"] >= 700)
    return contrast(text["color"], text["background"]) < (LARGE if large else NORMAL)


def picture(report: Report, name: str) -> None:
    """Keep a picture of the whole page."""
    report.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def fits(report: Report) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(report.ask("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def with_everything(desk: Desk, **settings: Any) -> Report:
    """The small report with all open, a filter pressed, and values of several lines."""
    document = samples.small()
    lines = ("- type: days\n  days: 14", "- type: days\n  days: 7")
    ranges = samples.member(("ranges",), [14], [7], "protection", "new", lines)
    url = ("https://backups.example.com/one", "https://backups.example.com/two")
    document["servers"][0]["findings"][0]["members"] += [ranges, samples.member(("url",), *url)]
    report = desk.show(document, **settings)
    report.page.get_by_role("button", name="Expand all").click()
    report.page.locator('[data-value="protection"], [data-value="functional"], [data-value="cosmetic"]').first.hover()
    return report


def test_contrasts_are_those_that_they_should_be() -> None:
    """The measure itself, at its ends and at a grey that is known to be just enough."""
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(9, 9, 9)", "rgb(9, 9, 9)") == 1
    assert contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_have_contrast(scheme: Literal["light", "dark"], desk: Desk) -> None:
    """Every text and everything drawn, as a browser computes them."""
    report = with_everything(desk, color_scheme=scheme)
    picture(report, scheme)
    page = luminance(report.ask("() => getComputedStyle(document.body).backgroundColor"))
    assert page < 0.02 if scheme == "dark" else page > 0.9
    for pressed in ([], ["protection", "functional", "cosmetic", "new"]):
        for value in pressed:
            report.toggle(value)
        texts = report.ask(TEXTS)
        assert len(texts) > 20
        assert [text for text in texts if too_faint(text)] == []
    drawn = report.ask(DRAWN)
    assert len(drawn) > 10
    assert [pair for pair in drawn if contrast(*pair) < GRAPHICS] == []


def test_what_differs_is_told_by_more_than_colour(desk: Desk) -> None:
    """Columns with heads, and signs before lines."""
    report = with_everything(desk)
    table = report.page.locator(f"{FINDING} table").first
    assert table.locator("thead th").all_inner_texts() == ["Option", "Server has", "Written"]
    assert table.locator(".lines > *").all_inner_texts() == ["- type: days", "  days: 14", "  days: 7"]
    signs = table.locator(".lines > :is(del, ins)").evaluate_all(
        "(lines) => lines.map((line) => getComputedStyle(line, '::before').content)"
    )
    assert signs == ['"\N{MINUS SIGN}\xa0"', '"+\xa0"']
    assert table.locator("mark").all_inner_texts() == ["one", "two"]


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1920])
def test_no_width_needs_to_be_scrolled_sideways(width: int, desk: Desk) -> None:
    """Not even with names that have no place to break."""
    report = with_everything(desk, viewport={"width": width, "height": 800})
    assert fits(report)
    picture(report, f"width-{width}")
    hostile = desk.show(samples.hostile(), viewport={"width": width, "height": 800})
    hostile.page.get_by_role("button", name="Expand all").click()
    assert fits(hostile)


def test_a_narrow_screen_shows_servers_and_diffs_one_below_the_other(desk: Desk) -> None:
    """With the names of the columns at the numbers."""
    report = with_everything(desk, viewport={"width": 390, "height": 800})
    cells = report.page.locator(f"{FINDING} tbody tr").first.locator("th, td")
    boxes = [box for box in (cells.nth(position).bounding_box() for position in range(cells.count())) if box]
    assert len(boxes) == 3
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(boxes))
    labels = report.page.locator(".servers td.number").first.evaluate(
        "(cell) => getComputedStyle(cell, '::before').content"
    )
    assert labels == '"Drift "'


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_paper_shows_everything_and_no_controls(scripts: bool, desk: Desk, tmp_path: Path) -> None:
    """In light colours whatever the system has, all that is shown open, nothing that wants a click."""
    report = desk.show(samples.small(), color_scheme="dark", java_script_enabled=scripts)
    page = report.page
    page.emulate_media(media="print")
    picture(report, f"paper-{'with' if scripts else 'without'}-scripts")
    assert page.locator(f"{FINDING} tbody").count() == 7
    for table in page.locator(f"{FINDING} tbody").all():
        assert table.is_visible()
    for control in ("button", "select", "input", ".skip", "#keys"):
        assert page.locator(f"{control}:visible").count() == 0, control
    if scripts:
        assert luminance(report.ask("() => getComputedStyle(document.querySelector('.tile')).backgroundColor")) == 1
    printed = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")


def test_paper_shows_what_the_filter_shows_and_says_so(desk: Desk) -> None:
    """Afterwards everything is as closed as before."""
    report = desk.show(samples.small(), "#severity=cosmetic")
    page = report.page
    page.emulate_media(media="print")
    assert page.locator("#shown").is_visible()
    assert page.locator("#shown").inner_text() == "1 of 11 findings, 0 of 1 gone shown: cosmetic"
    report.ask("() => { dispatchEvent(new Event('beforeprint')); }")
    assert page.locator(f"{FINDING}[open]").count() == report.count() == 1
    assert page.locator(f"{SHOWN} tbody").is_visible()
    report.ask("() => { dispatchEvent(new Event('afterprint')); }")
    assert page.locator(f"{FINDING}[open]").count() == 0
