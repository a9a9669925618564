# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as people write them: units, times, lists and nested values, never too long, and nothing that acts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import structure
from ansible_collections.comet.backup.plugins.plugin_utils._drift._spots import Difference, at
from ansible_collections.comet.backup.plugins.plugin_utils._drift._texts import (
    MOMENTS,
    MOST_CHARACTERS,
    MOST_ITEMS,
    MOST_LINES,
    texts,
)
from ansible_collections.comet.backup.tests.unit.drift_samples import HOSTILE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=15) | st.dictionaries(st.text(), inner, max_size=15),
    max_leaves=30,
)


def both(kind: str, path: str, before: Any, after: Any, **beside: Any) -> tuple[str, str]:
    return texts(Difference(at(kind, path.split("/")), before, after, (beside, beside)))


def text(kind: str, path: str, value: Any, **beside: Any) -> str:
    return both(kind, path, None, value, **beside)[1]


@pytest.mark.parametrize(
    ("kind", "path", "value", "shown"),
    [
        ("user", "all_protected_items_quota_bytes", 500 * 2**30, "500 GiB"),
        ("user", "all_protected_items_quota_bytes", 0, "0"),
        ("user", "maximum_devices", 5, "5"),
        ("user", "maximum_devices", -1, "-1"),
        ("user", "suspended", True, "true"),
        ("user", "suspended", False, "false"),
        ("user", "account_name", "500", "500"),
        ("user", "emails", ["a", "b"], "- a\n- b"),
        ("server_config", "session_settings/expired_in_seconds", 5400, "1h30m"),
        ("server_config", "authentication_role/no_missed_backup_events_before", 1764583200, "2025-12-01 10:00:00 UTC"),
        ("server_config", "authentication_role/no_missed_backup_events_before", 2**60, str(2**60)),
        ("storage_vault", "default_retention/mode", "delete_except", "delete_except"),
        ("policy", "settings/rotate_storage_vault_keys_hours", 24, "1d"),
        ("policy", "settings/rotate_storage_vault_keys_hours", 36, "1d12h"),
        ("user", "NobodyKnows", 1.5, "1.5"),
        ("user", "NobodyKnows", 1073741824, "1073741824"),
        ("user", "NobodyKnows", {"A": {"B": [1, 2]}, "C": {}}, "A:\n  B:\n    - 1\n    - 2\nC: nothing"),
    ],
)
def test_a_value_is_shown_as_people_write_it(kind: str, path: str, value: Any, shown: str) -> None:
    assert text(kind, path, value) == shown


@pytest.mark.parametrize(
    ("seconds", "frequency", "shown"),
    [
        (9000, "daily", "02:30"),
        (0, "daily", "00:00"),
        (86400 + 9000, "weekly", "Monday 02:30"),
        (9000, "monthly", "day 1 02:30"),
        (28800, "periodic", "8h"),
        (1764583200, "once", "2025-12-01T10:00:00Z"),
        (9000, None, "02:30"),
        (86400 * 2, None, "2d"),
    ],
)
def test_a_start_time_goes_by_the_frequency_as_far_as_it_is_told(
    seconds: int, frequency: str | None, shown: str
) -> None:
    assert text("schedule", "schedules/#1/seconds_past", seconds, frequency_type=frequency) == shown
    entry = {"seconds_past": seconds, **({"frequency_type": frequency} if frequency else {})}
    assert text("schedule", "schedules/#1", entry).splitlines()[0] == f"seconds_past: {shown}"


def test_start_times_of_two_frequencies_are_each_read_by_their_own() -> None:
    frequencies = ({"frequency_type": "daily"}, {"frequency_type": "weekly"})
    times = Difference(at("schedule", ["schedules", "#1", "seconds_past"]), 7200, 86400 + 7200, frequencies)
    assert texts(times) == ("02:00", "Monday 02:00")
    assert texts(replace(times, beside=({}, {}))) == ("2h", "1d2h")


def test_nested_values_read_like_yaml_with_units() -> None:
    ranges = [{"type": "last_x_backups", "jobs": 3}, {"type": "newer_than_x", "timestamp": 1764583200}]
    assert text("storage_vault", "default_retention/ranges", ranges).splitlines() == [
        "- type: last_x_backups",
        "  jobs: 3",
        "- type: newer_than_x",
        "  timestamp: 2025-12-01 10:00:00 UTC",
    ]
    rule = {"match_regex": "^10", "bytes_per_second": 2**20, "sub": [[1, 2], {"a": "b"}]}
    assert text("server_config", "ip_rate_limit/rules/#1", rule).splitlines() == [
        "match_regex: ^10",
        "bytes_per_second: 1 MiB",
        "sub:",
        "  - - 1",
        "    - 2",
        "  - a: b",
    ]


def test_a_side_without_anything_says_so() -> None:
    assert both("user", "maximum_devices", None, 3) == ("nothing", "3")
    assert both("user", "maximum_devices", 3, None) == ("3", "nothing")
    assert both("user", "account_name", "Al", "") == ("Al", "nothing")
    assert both("user", "emails", [], ["a"]) == ("nothing", "- a")


@pytest.mark.parametrize(("before", "after"), [(None, ""), ("", []), ("5", 5), ("true", True), ("nothing", None)])
def test_sides_that_differ_never_look_the_same(before: Any, after: Any) -> None:
    shown = both("user", "NobodyKnows", before, after)
    assert shown[0] != shown[1]


def test_a_secret_looks_the_same_on_both_sides() -> None:
    assert both("tenant", "email/smtp_password", "<hidden>", "<hidden>") == ("<hidden>", "<hidden>")


def test_of_long_lists_only_what_they_do_not_share_is_shown() -> None:
    before, after = [f"u{number}" for number in range(30)], [f"u{number}" for number in range(1, 31)]
    assert both("user", "emails", before, after) == (
        "- u0\n... and 29 on both sides",
        "- u30\n... and 29 on both sides",
    )
    assert both("user", "emails", before, before[1:]) == ("- u0\n... and 29 on both sides", "nothing")
    assert both("user", "emails", ["a", "b"], ["a"]) == ("- a\n- b", "- a")


def test_lists_that_are_in_another_order_are_shown_from_their_beginning() -> None:
    items = [f"u{number:02}" for number in range(30)]
    first, second = both("policy", "pre_exec", items, items[::-1])
    assert (first.splitlines()[0], second.splitlines()[0]) == ("- u00", "- u29")
    assert first.splitlines()[-1] == f"... and {30 - MOST_ITEMS} more"


def test_what_is_long_is_cut_with_a_word_about_the_rest() -> None:
    assert text("user", "account_name", "x" * 5000) == f"{'x' * MOST_CHARACTERS}... and 4,700 characters more"
    assert text("user", "account_name", "x" * (MOST_CHARACTERS + 1)).endswith("x... and 1 character more")
    lines = text("user", "NobodyKnows", {f"k{number:03}": number for number in range(500)}).splitlines()
    assert (len(lines), lines[-1]) == (MOST_LINES + 1, "... and 460 lines more")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_text_acts(hostile: str) -> None:
    value = {hostile: [hostile, {hostile: hostile}]}
    shown = [text("user", "account_name", hostile), text("user", "NobodyKnows", value)]
    assert all(line.isprintable() for one in shown for line in one.split("\n"))
    assert "\n" not in shown[0]


def test_members_that_are_moments_are_numbers_of_the_facts() -> None:
    assert {structure(name).member(member).type.name for name, member in MOMENTS} == {"int"}


@given(JSON, JSON)
def test_any_two_values_have_texts_of_bounded_length(before: Any, after: Any) -> None:
    for shown in both("user", "NobodyKnows", before, after):
        lines = shown.split("\n")
        assert shown
        assert len(lines) <= MOST_LINES + 2
        assert all(line.isprintable() for line in lines)
