# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the table of a kind says about an object as it is listed."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource


@pytest.mark.parametrize(
    ("alike", "name", "bears"),
    [
        (False, "Good news", True),
        (False, "Good  news", False),
        (False, "Bad news", False),
        (True, "Good news", True),
        (True, " Good\n news ", True),
        (True, "Goodnews", False),
    ],
)
def test_white_space_counts_in_names_except_of_copies(alike: bool, name: str, bears: bool) -> None:
    kind = Resource("news", "news", "NewsEntry", name="TextContent", alike=alike)
    assert kind.bears({"TextContent": "Good news"}, name) is bears
    assert kind.bears("Good news", name) is bears


def test_an_object_without_a_name() -> None:
    kind = Resource("news", "news", "NewsEntry", name="TextContent")
    assert [kind.called(listed) for listed in ({}, {"TextContent": None}, "Plain")] == ["", "", "Plain"]
