# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report runs nothing but its own script whatever servers hold, and stays quick with thousands of findings."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _html, _words
from ansible_collections.comet.backup.tests.browser.reports import FINDING, SHOWN, Desk, Report
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

MANY = 5000
MOST_BYTES = 5_000_000
# Milliseconds; several times what a slow machine was seen to need, so that only another order of work exceeds it.
OPENS, FILTERS, EXPANDS = 10_000, 1_000, 5_000
# How long something takes until the page is laid out anew.
TIMED = """(what) => {
  const began = performance.now();
  if (what === "expand") document.getElementById("expand").click();
  else {
    const words = document.getElementById("words");
    words.value = what;
    words.dispatchEvent(new Event("input"));
  }
  document.body.getBoundingClientRect();
  return performance.now() - began;
}"""


def as_shown(text: str) -> str:
    """A text as the page has it: with its line breaks, and marks for what would act."""
    return "\n".join(_words.visible(line) for line in text.split("\n"))


def test_hostile_texts_are_shown_and_nothing_of_them_runs(desk: Desk) -> None:
    """No dialog, no request, no script, no element that a text has brought along."""
    report = desk.show(samples.hostile())
    page = report.page
    page.get_by_role("button", name="Expand all").click()
    for _step in range(20):
        page.mouse.move(200, 200)
        page.mouse.wheel(0, 2000)
    assert report.ask("() => window.hit") is None
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, svg script, [onmouseover], [onerror]").count() == 0
    names = page.locator("#server-6 summary b").all_text_contents()
    assert names == [as_shown(text) for text in samples.HOSTILE if text]
    values = page.locator("#server-6 td.was").all_text_contents()
    assert set(values) >= {as_shown(text) for text in samples.HOSTILE if "\n" not in text}


def test_hostile_names_can_be_chosen_and_linked(desk: Desk) -> None:
    """A filter compares names as they are shown; so does a link that carries them."""
    names = sorted(text for text in samples.HOSTILE if text)
    document = samples.document([samples.server("one", [samples.finding("user", text, tenant=text) for text in names])])
    report, other = desk.show(document), desk.show(document)
    for position, text in enumerate(names, start=1):
        report.page.get_by_role("combobox", name="Tenant").select_option(index=position)
        other.open(report.fragment)
        for page in (report.page, other.page):
            assert page.locator(f"{SHOWN} b").all_text_contents() == [as_shown(text)]


def test_a_hostile_name_of_a_server_is_a_link_to_its_findings(desk: Desk) -> None:
    """Whatever its letters are."""
    names = [text for text in samples.HOSTILE if text]
    document = samples.document([samples.server(text, [samples.finding("user", text)]) for text in names])
    report = desk.show(document)
    links = report.page.get_by_role("region", name="Servers").get_by_role("link")
    assert links.count() == len(names)
    for position, text in enumerate(names):
        links.nth(position).dispatch_event("click")
        assert report.status().startswith(f"1 of {len(names)} findings shown: ")
        assert report.page.locator(f"{SHOWN} b").all_text_contents() == [as_shown(text)]


@pytest.mark.parametrize(
    "brought",
    [
        "<script>window.hit = 1</script>",
        "<img src='https://evil.test/x.png' onerror='window.hit = 1'>",
        "<style>body { display: none }</style><p style='position: fixed'>over</p>",
        "<iframe src='https://evil.test/'></iframe>",
        "<form action='https://evil.test/'><button>Send</button></form>",
        "<a href='javascript:window.hit = 1'>link</a>",
    ],
    ids=["script", "image", "style", "frame", "form", "link"],
)
def test_the_policy_holds_even_where_escaping_would_fail(
    brought: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: a page into which somebody got elements runs and loads none of them."""
    whole = _html.render(samples.small())
    monkeypatch.setattr(_html, "render", lambda document: whole.replace("<main>", f"<main>{brought}"))
    report = desk.show(samples.small())
    page = report.page
    assert brought.split()[0].strip("<>") in page.locator("main").inner_html()
    report.ask("() => document.querySelector('main > form > button, main > a')?.click()")
    assert report.ask("() => window.hit") is None
    assert page.locator("body").is_visible()
    assert report.count() == 12
    refused = [trouble for trouble in report.troubles if "Content Security Policy" in trouble]
    assert [trouble for trouble in report.troubles if trouble.startswith(("request:", "dialog:", "window:"))] == []
    assert refused
    report.troubles.clear()


@pytest.fixture(scope="module")
def much() -> str:
    """A page with thousands of findings."""
    return _html.render(samples.large(MANY))


def many(desk: Desk, page: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    """That page, opened."""
    monkeypatch.setattr(_html, "render", lambda document: page)
    return desk.show(samples.small())


def test_thousands_of_findings_make_a_page_that_can_be_mailed(much: str) -> None:
    """A few megabytes, and every finding is in it."""
    assert len(much.encode()) < MOST_BYTES
    assert much.count('<details class="finding"') == MANY


def test_thousands_of_findings_stay_quick(much: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """To open, to search for the first time, to filter and to expand; the best of several, on a busy machine."""
    report = many(desk, much, monkeypatch)
    took = report.ask("() => performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert 0 < took < OPENS
    assert report.ask(TIMED, "user00012") < OPENS
    assert report.count() == 1
    assert min(report.ask(TIMED, words) for words in 3 * ("tenant 07", "maximum_devices", "")) < FILTERS
    assert report.count() == MANY
    assert report.ask(TIMED, "expand") < EXPANDS
    assert report.page.locator(f"{FINDING}[open]").count() == MANY
