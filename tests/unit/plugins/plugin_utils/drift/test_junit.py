# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as JUnit XML: counts that are right, results that mean what readers take them for, and no invalid XML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _junit
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import Document
from ansible_collections.comet.backup.tests.unit import drift_samples

RESULTS = ("failure", "error", "skipped")
SAMPLES = {
    "small": drift_samples.small,
    "large": drift_samples.large,
    "hostile": drift_samples.hostile,
    "clean": drift_samples.clean,
}


def parsed(document: Document) -> Element:
    """The report as any program reads it, from the bytes of the file."""
    return ElementTree.fromstring(_junit.render(document).encode("utf-8"))


def cases(suites: Element) -> Iterator[tuple[str, str, Element]]:
    """Each test: its suite, its name and the element."""
    for suite in suites:
        for case in suite:
            yield str(suite.get("name")), str(case.get("name")), case


def case(document: Document, server: str, name: str) -> Element:
    (found,) = [one for suite, called, one in cases(parsed(document)) if (suite, called) == (server, name)]
    return found


@pytest.mark.parametrize("sample", SAMPLES)
def test_counts_are_those_of_the_tests(sample: str) -> None:
    suites = parsed(SAMPLES[sample]())
    for place in (suites, *suites):
        tests = list(place.iter("testcase"))
        results = Counter(child.tag for test in tests for child in test)
        assert int(place.get("tests", "")) == len(tests)
        said = [int(place.get(count, "")) for count in ("failures", "errors", "skipped")]
        assert said == [results[tag] for tag in RESULTS]
        assert all(len(test) == 1 for test in tests)
    assert len(list(suites.iter("testcase"))) >= len(suites)


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_two_tests_are_taken_for_one(sample: str) -> None:
    tests = [(suite, one.get("classname"), one.get("name")) for suite, _name, one in cases(parsed(SAMPLES[sample]()))]
    assert len(set(tests)) == len(tests)


def test_results_are_those_of_the_report() -> None:
    document = drift_samples.small()
    suites = parsed(document)
    totals = [server["totals"] for server in document["servers"]]
    assert int(suites.get("failures", "")) == document["totals"]["drift"] == sum(one["drift"] for one in totals)
    assert int(suites.get("skipped", "")) == document["totals"]["tolerated"] == 1
    uncompared = sum(server["state"] in ("unreachable", "failed") for server in document["servers"])
    assert int(suites.get("errors", "")) == document["totals"]["types"]["failed"] + uncompared == 3


def test_drift_has_failed_with_all_of_its_members() -> None:
    found = case(drift_samples.small(), "one", "user alice (ACME)").find("failure")
    assert found is not None
    assert (found.get("type"), found.get("message")) == ("protection.drifted", "differs: 4 members")
    lines = (found.text or "").splitlines()
    assert lines[:3] == [
        "protection: user alice (ACME) differs",
        "Since the earlier report: still",
        "server has -> written:",
    ]
    assert lines[3:] == [
        "  account_name: Alice A. -> Alice Adams",
        "  maximum_devices: 5 -> 3",
        "  policy: none -> Gold",
        "  quota: 1 TiB -> 512 GiB",
        "The playbook would change it.",
    ]


def test_values_of_several_lines_stand_below_their_member() -> None:
    found = case(drift_samples.small(), "one", "storage vault Cloud of user alice (ACME)").findtext("failure") or ""
    assert found.splitlines()[3:-1] == [
        "  default_retention.ranges:",
        "    server has:",
        "      nothing",
        "    written:",
        "      - type: last-days",
        "        days: 14",
    ]


def test_what_could_not_be_compared_is_an_error() -> None:
    document = drift_samples.small()
    for server, name, sort, message in (
        ("two", "user bob (Umbrella)", "protection.failed", "could not be compared: user bob: the policy Gold is not"),
        ("three", "objects as written", "unreachable", "not compared: h…~33ab: the connection was refused."),
        ("four", "objects as written", "failed", "not compared: comet_tenants: no tenant of that name."),
    ):
        found = case(document, server, name).find("error")
        assert found is not None
        assert found.get("type") == sort
        assert str(found.get("message")).startswith(message)


def test_a_server_that_is_tolerated_is_skipped() -> None:
    server = drift_samples.server("gone", state="unreachable", message="No answer.")
    found = case(drift_samples.document([server], tolerated=["uncompared"]), "gone", "objects as written")
    assert [child.tag for child in found] == ["skipped"]
    assert found[0].get("message") == "not compared, which is tolerated: No answer."


def test_what_is_as_written_has_passed() -> None:
    found = case(drift_samples.small(), "one", "objects as written")
    assert found.findtext("system-out") == "9,980 of 9,990 objects as written"
    assert case(drift_samples.small(), "two", "objects as written").findtext("system-out") == (
        "100 of 101 objects as written\n1 object could not be compared."
    )


def test_what_is_tolerated_is_skipped() -> None:
    found = case(drift_samples.small(), "one", "branding (ACME)")
    assert [child.tag for child in found] == ["skipped"]
    assert found[0].get("message") == "tolerated: differs: top_color: #ff0000 -> #00ff00"


def test_what_something_makes_by_itself_has_passed_and_is_told_once() -> None:
    made = [
        drift_samples.finding("storage_vault", f"Vault {number}", type="unmanaged", owner="alice", made_by="policy")
        for number in range(60)
    ]
    document = drift_samples.document([drift_samples.server("one", made)])
    suites = parsed(document)
    assert [suites.get(count) for count in ("tests", "failures", "errors", "skipped")] == ["2", "0", "0", "0"]
    lines = (case(document, "one", "every storage vault made by policy").findtext("system-out") or "").splitlines()
    assert lines[1] == "storage vault Vault 0 of user alice"
    assert lines[-1] == "and 10 more"
    assert len(lines) == 52


def test_objects_of_one_name_are_told_apart() -> None:
    findings = [drift_samples.finding("policy", "Gold", type=type) for type in ("drifted", "unmanaged", "missing")]
    names = [
        name for _suite, name, _case in cases(parsed(drift_samples.document([drift_samples.server("a", findings)])))
    ]
    assert names == [
        "objects as written",
        "policy Gold",
        *(f"policy Gold [{finding['id']}]" for finding in findings[1:]),
    ]


def test_a_server_with_dots_in_its_name_is_one_group() -> None:
    """Jenkins takes the last dot for the end of a package."""
    server = drift_samples.server("backup.msp.example", [drift_samples.finding("user", "alice")])
    groups = [one.get("classname") for _suite, _name, one in cases(parsed(drift_samples.document([server])))]
    assert groups == ["backup_msp_example.server", "backup_msp_example.user"]


def test_hostile_texts_are_shown_and_only_shown() -> None:
    text = _junit.render(drift_samples.hostile())
    assert all(letter == "\n" or letter.isprintable() for letter in text)
    suites = ElementTree.fromstring(text)
    assert {element.tag for element in suites.iter()} <= {"testsuites", "testsuite", "testcase", "system-out", *RESULTS}
    shown = "".join(suites.itertext())
    for part in (
        "<script>window.hit = 1</script>",
        "]]> &lt;b&gt; &amp;",
        "{{ 7*7 }}",
        "\\x1b[31mred",
        "nul \\x00 bell",
    ):
        assert part in shown


def test_numbers_and_times_are_what_readers_expect() -> None:
    suites = parsed(drift_samples.small())
    assert suites.get("time") == "6.250"
    assert {suite.get("timestamp") for suite in suites} == {"2026-11-22T10:00:00"}
    assert suites.tag == "testsuites"
    assert {suite.tag for suite in suites} == {"testsuite"}
