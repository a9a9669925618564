# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages do not act on a terminal, whatever names are in them, and secrets stay hidden in their escapes."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown, shown_too
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

ACTS = "\x1b[2J\x9b31m\u202e\r\x08"
SHOWN = "\\x1b[2J\\x9b31m\\u202e\\r\\x08"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain", "plain"),
        ("zwei\nZeilen ü", "zwei\nZeilen ü"),
        (ACTS, SHOWN),
        ("\ud800\U000e0001", "\\ud800\\U000e0001"),
    ],
)
def test_texts(text: str, wanted: str) -> None:
    assert shown(text) == wanted
    assert shown(wanted) == wanted


def test_secrets() -> None:
    assert shown_too({"a", "b\r"}) == {"a", "b\r", "b\\r"}


class TestThroughTasks:
    @pytest.fixture
    def comet(self, emulator: EmulatedServer) -> EmulatedServer:
        emulator.reset()
        return emulator

    def test_failures(self, comet: EmulatedServer) -> None:
        result = comet.task("comet_user_info", name=ACTS, tenant=f"T{ACTS}")
        assert result["failed"]
        assert SHOWN in result["msg"]
        assert result["msg"].isprintable()

    def test_options_that_do_not_fit(self, comet: EmulatedServer) -> None:
        for options in ({"name": "a", "state": ACTS}, {"name": "a", ACTS: 1}):
            result = comet.task("comet_user", **options)
            assert SHOWN in result["msg"]
            assert result["msg"].isprintable()

    def test_warnings(self, comet: EmulatedServer) -> None:
        result = comet.task("comet_user", check=True, name="a", user_password="canary-5fb1", policy=f"P{ACTS}")
        assert SHOWN in result["warnings"][0]
        assert all(warning.isprintable() for warning in result["warnings"])

    def test_trees(self, comet: EmulatedServer) -> None:
        tree = {"users": [{"name": ACTS, "password": f"canary{ACTS}", "policy": f"P{ACTS} canary{ACTS}"}]}
        result = comet.task("comet_apply", objects={"server": tree})
        assert result["failed"]
        assert "canary" not in str(result)
        assert result["msg"].replace("\n", "").isprintable()
        assert SHOWN in result["objects"][0]["msg"]
        assert result["objects"][0]["name"] == ACTS.replace("\r", " ")
