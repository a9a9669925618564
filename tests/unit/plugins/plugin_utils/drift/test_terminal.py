# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the screen shows of a report: few lines, the gravest first, and nothing that a terminal would obey."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _terminal
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import Document
from ansible_collections.comet.backup.plugins.plugin_utils._drift._words import counts, gravest, visible
from ansible_collections.comet.backup.tests.unit import drift_samples

FILE = "/srv/reports of a company with a long name/and a long path/that nobody wants to type/2026/drift.html"


def told(document: Document) -> list[str]:
    """The lines about findings."""
    lines = _terminal.render(document)
    return lines[lines.index("What to look at first (server has -> written):") + 1 :]


def test_a_line_for_all_and_one_for_each_server() -> None:
    lines = _terminal.render(drift_samples.small())
    assert " ".join(line.strip() for line in lines[:2]) == (
        "Drift: 8 differences on 1 of 5 servers; 3 servers not compared, or not wholly; 1 tolerated; 6 new, 5 still "
        "there, 1 gone; 2 of the earlier ones not looked at again"
    )
    assert [line.split()[0] for line in lines[2 : lines.index("")]] == ["one", "two", "three", "four", "five"]
    assert lines[2].startswith("  one    drift                  8 differences in 9,990 objects (5 protection, 3 func")
    assert lines[3] == "  two    1 object not compared  1 object could not be compared; 101 objects"
    assert lines[4] == "  three  not compared           h…~33ab: the connection was refused"
    assert lines[6] == "  five   no drift               12 objects"


def test_findings_that_count_the_gravest_first_and_new_before_old() -> None:
    lines = told(drift_samples.small())
    assert lines[:3] == [
        "protection  still  one: user alice (ACME): maximum_devices: 5 -> 3 (and 3 more)",
        "protection  new    two: user bob (Umbrella) could not be compared: user bob: the policy Gold is not…",
        "protection  new    one: policy Gold (ACME): settings.prevent_delete_storage_vault: false -> true",
    ]
    assert [line.split()[1] for line in lines[3:]] == ["new", "new", "still", "new", "new", "still"]
    assert [line.split()[0] for line in lines] == ["protection"] * 6 + ["functional"] * 3
    shown = "\n".join(lines)
    assert "carol" not in shown, "what something makes by itself does not count"
    assert "branding" not in shown, "what is tolerated does not count"
    assert "schedule Nightly of user alice (ACME) is missing" in shown
    assert "webhook old (ACME) is there, and is not to be" in shown
    assert "emails: [a…@e…~1f3c] -> [b…@e…~77aa]" in shown


def test_nothing_to_tell() -> None:
    assert _terminal.render(drift_samples.clean()) == [
        "Drift: no drift on 3 of 3 servers",
        "  one    no drift  10,003 objects",
        "  two    no drift  40 objects",
        "  three  no drift",
    ]


def test_a_server_of_which_nothing_is_written_but_a_list() -> None:
    found = drift_samples.server("one", [drift_samples.finding("user", "carl", type="unmanaged")], unchanged=0)
    found["objects"] = 0
    assert _terminal.render(drift_samples.document([found]))[1] == "  one  drift  1 difference (1 functional)"


def test_many_findings_are_counted_and_found_elsewhere() -> None:
    document = drift_samples.large(200, servers=5)
    lines = _terminal.render(document, FILE)
    found = [line for line in lines if line.startswith(("protection", "functional", "cosmetic"))]
    assert len(found) == _terminal.MOST_FINDINGS
    assert lines[-1] == f"and 160 more, see {FILE}", "a path is never cut off"
    assert _terminal.render(document)[-1] == "and 160 more"
    old = [line for line in found if line.split()[1] == "still"]
    assert found[-len(old) :] == old, "what is new comes first"
    assert {line.split(":")[0].split()[-1] for line in old[:5]} == {f"server{number}" for number in range(1, 6)}


def test_many_servers_are_counted() -> None:
    """Those without drift are left out first."""
    servers = [drift_samples.server(f"server{number}") for number in range(500)]
    servers[400] = drift_samples.server("drifted", [drift_samples.finding("user", "alice")])
    lines = _terminal.render(drift_samples.document(servers))
    assert lines[1].startswith("  drifted  drift")
    assert lines[2] == "  and 499 more servers"
    servers = [drift_samples.server(f"server{number}", state="unreachable") for number in range(500)]
    lines = _terminal.render(drift_samples.document(servers))
    assert lines[-1] == f"  and {500 - _terminal.MOST_SERVERS} more servers"


def test_lines_are_short_and_hold_nothing_that_acts() -> None:
    for document in (drift_samples.hostile(), drift_samples.small(), drift_samples.large(100)):
        lines = _terminal.render(document, FILE)
        assert all(line.isprintable() for line in lines)
        assert all(len(line) <= _terminal.WIDTH or line.endswith(FILE) for line in lines)


def test_every_hostile_text_is_shown_as_text() -> None:
    for number, text in enumerate(drift_samples.HOSTILE):
        member = drift_samples.member(("plain",), text, None, "functional", None, (text, text))
        finding = drift_samples.finding("user", text, [member], tenant=text)
        lines = _terminal.render(drift_samples.document([drift_samples.server(f"server {number}", [finding])]))
        assert all(line.isprintable() for line in lines)
        assert visible(text)[:40].strip() in lines[-1]


def test_each_finding_that_counts_has_its_turn() -> None:
    document = drift_samples.large(30)
    assert len(told(document)) == sum(counts(finding) for _server, finding in gravest(document)) == 30
