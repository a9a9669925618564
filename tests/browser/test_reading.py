# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report is read with the mouse, with the keyboard, by programs that read aloud, and where no script runs."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page

from ansible_collections.comet.backup.tests.browser.reports import FINDING, SHOWN, Desk, Report
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

# What a control is called by programs that read aloud: its label, or its own text.
NAMELESS = """() => [...document.querySelectorAll("a, button, input, select, summary")].filter((control) =>
    !(control.labels?.[0]?.textContent || control.textContent).trim()).map((control) => control.outerHTML)"""
FOCUSED = "() => document.activeElement.id || document.activeElement.textContent"


@pytest.fixture
def report(desk: Desk) -> Report:
    """The report that holds some of everything."""
    return desk.show(samples.small())


def focus(page: Page) -> str:
    """What the keyboard is on."""
    return str(page.evaluate(FOCUSED))


def test_a_report_opens_from_its_file(report: Report) -> None:
    """Title, times, result and numbers are there; the fixture sees to it that nothing was asked for."""
    page = report.page
    assert page.title() == "Drift: 22 November 2026, 10:00 UTC"
    assert page.locator("header h1").inner_text() == "Drift"
    assert page.locator("header p").inner_text() == (
        "22 November 2026, 10:00 UTC, compared with the report of 21 November 2026, 10:00 UTC"
    )
    assert page.locator(".headline").inner_text().startswith("8 differences on 1 of 5 servers; ")
    assert page.locator(".reasons li").all_inner_texts() == [
        "two compared in part: 1 object could not be compared.",
        "three not reachable: h…~33ab: the connection was refused.",
        "four not compared: comet_tenants: no tenant of that name.",
    ]
    assert report.count() == 12
    assert report.opened() == 0


def test_numbers_of_the_tiles_are_those_of_their_filters(report: Report) -> None:
    """A click on a number shows as many findings as it says, and goes there."""
    page = report.page
    links = page.get_by_role("region", name="Totals").get_by_role("link")
    for position in range(links.count()):
        number, name = links.nth(position).locator("..").inner_text().split(" ", 1)
        links.nth(position).click()
        shown = page.locator(f"{SHOWN}:{'is' if name == 'gone' else 'not'}([data-status=gone])")
        assert number == str(shown.count()), name
        assert focus(page) == "findings"
        report.open()


def test_a_finding_opens_with_the_mouse(report: Report) -> None:
    """Its diff, whom it reaches and what the playbook would do."""
    row = report.page.locator(FINDING).nth(1)
    assert not row.locator("table").is_visible()
    row.locator("summary").click()
    assert row.locator("tbody").inner_text() == "settings.prevent_delete_storage_vault\tfalse\ttrue"
    assert row.get_by_text("40 users follow this policy.").is_visible()
    assert row.get_by_text("The playbook would change it.").is_visible()
    row.locator("summary").click()
    assert not row.locator("table").is_visible()


def test_all_that_is_shown_can_be_expanded_at_once(report: Report) -> None:
    """What a filter hides stays as it is."""
    report.toggle("functional")
    report.page.get_by_role("button", name="Expand all").click()
    assert report.opened() == report.count() == 4
    assert report.page.locator(f"{SHOWN} tbody").first.is_visible()
    report.page.get_by_role("button", name="Clear filters").click()
    assert report.opened() == 4
    report.page.get_by_role("button", name="Expand all").click()
    assert report.opened() == 12
    report.page.get_by_role("button", name="Collapse all").click()
    assert report.opened() == 0


def test_the_keyboard_reaches_everything(report: Report) -> None:
    """In the order of the page, and whatever has the focus shows it."""
    page = report.page
    keys = page.keyboard
    keys.press("Tab")
    assert focus(page) == "Skip to the findings"
    assert page.evaluate("() => document.activeElement.getBoundingClientRect().x") >= 0
    places: list[float] = []
    seen = 0
    while (here := focus(page)) and seen < 200:
        outline = page.evaluate("() => getComputedStyle(document.activeElement).outline")
        assert "solid 3px" in outline, here
        places.append(page.evaluate("() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        seen += 1
        if here == "letters":
            break
        keys.press("Tab")
    assert all(before < after for before, after in pairwise(places))
    reached = page.evaluate("() => document.querySelectorAll('a, button:enabled, input, select, summary').length")
    closed = page.locator(f"{FINDING} a").count()
    assert seen == reached - closed


def test_findings_open_with_the_keyboard(report: Report) -> None:
    """The skip link leads to them; Enter and the space bar open and close."""
    page = report.page
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    row = page.locator(FINDING).first
    assert row.locator("summary").evaluate("(summary) => summary === document.activeElement")
    for key, opened in (("Enter", True), ("Enter", False), ("Space", True)):
        page.keyboard.press(key)
        assert row.locator("table").is_visible() == opened


def test_single_keys_search_step_and_expand(report: Report) -> None:
    """As the page itself says they do."""
    page = report.page
    press = page.keyboard.press
    press("/")
    assert focus(page) == "words"
    page.keyboard.type("ecj/")
    assert page.locator("#words").input_value() == "ecj/"
    assert report.count() == 0
    press("Escape")
    assert (page.locator("#words").input_value(), report.count()) == ("", 12)
    page.locator("#words").blur()
    rows = page.locator(f"{FINDING} > summary")
    for key, position in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        press(key)
        assert focus(page) == rows.nth(position).text_content()
    press("e")
    assert report.opened() == 12
    press("c")
    assert report.opened() == 0
    press("?")
    assert focus(page) == "letters"
    assert page.get_by_role("heading", name="Keys").is_visible()


@pytest.mark.parametrize("width", [900, 1280, 1920])
def test_what_has_the_focus_is_not_behind_the_filters(width: int, desk: Desk) -> None:
    """They stay in sight while the page scrolls."""
    report = desk.show(samples.large(60), viewport={"width": width, "height": 800})
    report.toggle("protection")
    page = report.page
    page.keyboard.press("e")
    for key in "j" * 20 + "k" * 15:
        page.keyboard.press(key)
        top = page.evaluate("() => document.activeElement.getBoundingClientRect().top")
        assert top >= page.evaluate("() => document.getElementById('controls').getBoundingClientRect().bottom")
    assert page.locator("#controls").evaluate("(form) => form.getBoundingClientRect().top") == 0


def test_single_keys_can_be_switched_off(report: Report) -> None:
    """For people who dictate, or whose hands shake; a link keeps it."""
    box = report.page.get_by_role("checkbox", name="Use single letters as keys")
    box.uncheck()
    box.blur()
    report.page.keyboard.press("e")
    assert (report.opened(), report.fragment) == (0, "#keys=off")
    report.open("#keys=off")
    assert not box.is_checked()


def test_programs_that_read_aloud_find_names_and_places(report: Report) -> None:
    """Landmarks, one heading for each place without a gap, a name for each control, words for each bar."""
    page = report.page
    landmarks: list[Literal["banner", "main", "contentinfo", "search"]] = ["banner", "main", "contentinfo", "search"]
    assert [page.get_by_role(role).count() for role in landmarks] == [1, 1, 1, 1]
    levels = page.evaluate("() => [...document.querySelectorAll('h1, h2, h3')].map((head) => +head.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(1) == 1
    assert page.evaluate(NAMELESS) == []
    for name in ("Server", "Tenant", "Kind"):
        assert page.get_by_role("combobox", name=name).is_visible()
    for name in ("Severity", "Status", "Type"):
        assert page.get_by_role("group", name=name).is_visible()
    bars = page.get_by_role("img")
    assert bars.nth(1).get_attribute("aria-label") == "5 protection, 3 functional, 0 cosmetic"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("status").inner_text() == "11 findings, 1 gone"
    assert page.locator("th:not([scope])").count() == 0


def test_without_scripts_everything_is_there_to_read(desk: Desk) -> None:
    """Only what needs a script is left out: filters, search and keys."""
    report = desk.show(samples.small(), java_script_enabled=False)
    page = report.page
    assert not page.locator("#controls").is_visible()
    assert not page.locator("#keys").is_visible()
    assert report.count() == 12
    row = page.locator(FINDING).first
    row.locator("summary").click()
    assert row.locator("tbody tr").all_inner_texts()[1] == "maximum_devices new\t5\t3"
    page.get_by_role("region", name="Servers").get_by_role("link", name="one").click()
    assert page.locator("#server-1").is_visible()


def test_a_report_without_findings_has_nothing_to_filter(desk: Desk) -> None:
    """It says that all is well, and for which servers."""
    report = desk.show(samples.clean())
    page = report.page
    assert page.locator(".verdict.clean").inner_text() == "No drift on 3 of 3 servers."
    assert page.locator(".servers tbody th").all_inner_texts() == ["one", "two", "three"]
    assert not page.locator("#controls").is_visible()
