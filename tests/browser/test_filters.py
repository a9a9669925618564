# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the filters of a report show and count, and how a link carries them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ansible_collections.comet.backup.tests.browser.reports import Desk, Report, crossed
from ansible_collections.comet.backup.tests.unit import drift_samples as samples

FACETS = {
    "server": ("east", "west"),
    "tenant": ("", "ACME"),
    "kind": ("policy", "storage_vault"),
    "severity": ("protection", "cosmetic"),
    "status": ("new", "still"),
}


@pytest.fixture
def report(desk: Desk) -> Report:
    """The report in which every choice leaves half of the findings."""
    return desk.show(crossed())


def choose(report: Report, facet: str, value: str) -> None:
    """Choose as a person does: in a list, or with a button."""
    listed = report.page.locator(f'select[data-facet="{facet}"]')
    if listed.count():
        listed.select_option(value=f"={value}")
    else:
        report.toggle(value)


def wanted(**chosen: str) -> set[str]:
    """The names of the findings that are left."""
    names = {
        facet: [chosen[facet]] if facet in chosen else values
        for facet, values in {**FACETS, "tenant": ("none", "ACME")}.items()
    }
    made = [""]
    for values in names.values():
        made = [f"{start}-{value}" for start in made for value in values]
    return {name[1:] for name in made}


@pytest.mark.parametrize("facet", FACETS)
def test_each_filter_shows_what_has_the_value_and_nothing_else(facet: str, report: Report) -> None:
    """One filter at a time, and each of its values."""
    for value in FACETS[facet]:
        report.open()
        choose(report, facet, value)
        assert set(report.names()) == wanted(**{facet: value or "none"})
        assert report.status().startswith("16 of 32 findings shown: ")


def test_filters_hold_together(report: Report) -> None:
    """Each further filter leaves half of the rest, down to one finding."""
    for left, (facet, values) in zip((16, 8, 4, 2, 1), FACETS.items(), strict=True):
        choose(report, facet, values[1])
        assert report.count() == left
    assert report.names() == ["west-ACME-storage_vault-cosmetic-still"]
    assert report.status() == "1 of 32 findings shown: west, ACME, storage vault, cosmetic, still there"


def test_several_values_of_one_filter_are_alternatives(report: Report) -> None:
    """Two severities show what has either; pressing one again takes it away."""
    report.toggle("protection")
    report.toggle("cosmetic")
    assert report.count() == 32
    report.toggle("protection")
    assert set(report.names()) == wanted(severity="cosmetic")
    pressed = report.page.get_by_role("button", pressed=True).all_inner_texts()
    assert pressed == ["cosmetic 16"]


def test_counts_follow_the_filters(report: Report) -> None:
    """A choice tells how many findings it would show beside the choices of the other filters."""
    assert report.choice("tenant", "ACME") == "ACME (16)"
    assert report.choice("severity", "functional") == "functional 0"
    choose(report, "server", "west")
    choose(report, "severity", "cosmetic")
    assert report.choice("server", "east") == "east (8)"
    assert report.choice("tenant", "") == "no tenant (4)"
    assert report.choice("severity", "protection") == "protection 8"
    assert report.choice("status", "new") == "new 4"
    assert report.choice("type", "drifted") == "differs 8"
    assert report.page.locator(".group:visible h3 .count").all_inner_texts() == ["8 of 16 findings"]


@pytest.mark.parametrize(
    ("words", "left"),
    [("WEST-ACME", 8), ("acme cosmetic", 8), ("was east-none-policy-protection-new", 1), ("no such thing", 0)],
    ids=["either case", "all words", "values", "nothing"],
)
def test_search_looks_at_names_and_values(words: str, left: int, report: Report) -> None:
    """All words have to be there, wherever."""
    report.page.get_by_role("searchbox", name="Search").fill(words)
    assert report.count() == left
    assert report.status().startswith(f"{left} of 32 findings shown: ")


def test_search_does_not_find_what_the_page_says_by_itself(report: Report) -> None:
    """Heads of tables and links are in every finding, and tell nothing."""
    report.page.get_by_role("searchbox", name="Search").fill("link to this finding")
    assert report.count() == 0


def test_search_and_filters_hold_together(report: Report) -> None:
    """A search counts in all choices."""
    report.page.get_by_role("searchbox", name="Search").fill("storage_vault")
    report.toggle("new")
    assert set(report.names()) == wanted(kind="storage_vault", status="new")
    assert report.choice("server", "east") == "east (4)"
    report.page.get_by_role("button", name="Clear filters").click()
    assert report.count() == 32
    assert report.status() == "32 findings"
    assert report.fragment == ""


def test_a_link_carries_the_filter(desk: Desk, report: Report) -> None:
    """The address after each choice, opened elsewhere, shows the same."""
    choose(report, "tenant", "")
    choose(report, "severity", "cosmetic")
    report.toggle("new")
    report.toggle("still")
    report.page.get_by_role("searchbox", name="Search").fill("policy & more=#")
    report.page.get_by_role("searchbox", name="Search").fill("policy west")
    other = desk.show(crossed(), report.fragment)
    assert other.names() == report.names()
    assert other.count() == 2
    assert other.status() == report.status()
    assert other.page.get_by_role("searchbox", name="Search").input_value() == "policy west"
    assert other.page.get_by_role("combobox", name="Tenant").input_value() == "="
    assert other.page.get_by_role("button", pressed=True).all_inner_texts() == ["cosmetic 2", "new 1", "still there 1"]


def test_going_back_restores_the_filter_of_before(report: Report) -> None:
    """Links on the page, such as a number or a server, are places that one can go back from."""
    report.page.get_by_role("region", name="Totals").get_by_role("link", name="cosmetic").click()
    assert set(report.names()) == wanted(severity="cosmetic")
    report.page.get_by_role("region", name="Servers").get_by_role("link", name="west").click()
    assert set(report.names()) == wanted(server="west")
    report.page.go_back()
    expect(report.page.locator("#shown")).to_have_text("16 of 32 findings shown: cosmetic")
    assert set(report.names()) == wanted(severity="cosmetic")


def test_a_link_to_what_this_report_does_not_have_says_so(report: Report) -> None:
    """Nobody takes an empty page for a clean one because a tenant has another name today."""
    report.open("#tenant=Umbrella")
    assert report.count() == 0
    assert report.status() == "0 of 32 findings shown: tenant Umbrella, which this report does not have"


def test_a_link_to_a_finding_shows_and_opens_it(report: Report) -> None:
    """It is there whatever the filter says."""
    row = report.page.locator("details.finding").nth(7)
    address = row.get_attribute("id")
    report.open("#severity=protection")
    report.ask("(id) => { location.hash = id; }", address)
    expect(row.locator("table")).to_be_visible()
    assert report.count() == 32
    report.open(f"#{address}")
    assert row.locator("table").is_visible()
    report.page.keyboard.press("Tab")
    assert row.locator("summary").evaluate("(summary) => summary === document.activeElement")


def test_types_and_what_is_gone_can_be_filtered(desk: Desk) -> None:
    """Objects that come by themselves are apart from unmanaged ones, and what is gone is a status."""
    report = desk.show(samples.small())
    for value, names in {
        "missing": ["Nightly"],
        "unwanted": ["old"],
        "unmanaged": ["mallory"],
        "foreign": ["carol"],
        "failed": ["bob"],
    }.items():
        report.open(f"#type={value}")
        assert report.names() == names
    report.open("#kind=user")
    assert report.status() == "2 of 11 findings, 1 of 1 gone shown: user"
    assert (report.choice("kind", "user"), report.choice("status", "gone")) == ("user (2)", "gone 1")
    report.open("#status=gone")
    assert report.names() == ["dora"]
    assert report.choice("kind", "user") == "user (1)"
    assert report.page.locator("#gone .group").is_visible()
    assert report.page.locator(".group:visible").count() == 1


def test_what_nobody_describes_follows_server_tenant_and_kind(desk: Desk) -> None:
    """Severity, status and type say nothing about it."""
    report = desk.show(samples.small())
    rows = report.page.locator(".undescribed tbody tr:visible")
    assert rows.count() == 2
    report.toggle("protection")
    assert rows.count() == 2
    choose(report, "kind", "user")
    assert rows.all_inner_texts() == ["one\tuser\tUmbrella\t12\tu1, u2, u3, u4, u5, …"]
    choose(report, "server", "two")
    assert rows.count() == 0
