# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody has documented about a Comet Server does not matter: every module works under each setting."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, steps_of, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES
from ansible_collections.comet.backup.tests.unit.promises.settings import TURNABLE, alternatives
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST

ALONE = [
    pytest.param({switch.name: value}, id=f"{switch.name}={value}")
    for switch in TURNABLE
    for value in alternatives(switch)
]
# Every setting of every switch at least once, many at a time; unknown members are kept, or promise 4 would be void.
TOGETHER = [
    pytest.param(
        {
            switch.name: alternatives(switch)[turn % len(alternatives(switch))]
            for switch in TURNABLE
            if switch.name != "keep_unknown_members"
        },
        id=f"turn-{turn}",
    )
    for turn in range(max(len(alternatives(switch)) for switch in TURNABLE))
]
BUSY = pytest.param({"random_502": 0.1, "latency_ms": 1}, id="busy")

each_case = pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])


def live_through(comet: EmulatedServer, case: Case, setting: dict[str, Any]) -> None:
    """Make, change and delete, each in check mode, for real, and again."""
    case.before(comet)
    comet.switch(**setting)
    for step in steps_of(case):
        said = succeed(comet.task(case.module, check=True, **step.options))
        done = succeed(comet.task(case.module, **step.options))
        again = succeed(comet.task(case.module, **step.options))
        assert said["changed"] is done["changed"] is True
        assert said["diff"] == done["diff"]
        assert again["changed"] is False


@pytest.mark.parametrize("setting", [*TOGETHER[:2], BUSY])
@each_case
def test_every_module_works_under_all_settings_together(
    comet: EmulatedServer, case: Case, setting: dict[str, Any]
) -> None:
    live_through(comet, case, setting)


@pytest.mark.slow
@pytest.mark.parametrize("setting", TOGETHER[2:])
@each_case
def test_every_module_works_under_more_settings_together(
    comet: EmulatedServer, case: Case, setting: dict[str, Any]
) -> None:
    live_through(comet, case, setting)


@pytest.mark.slow
@pytest.mark.parametrize("server_version", [NEWEST])
@pytest.mark.parametrize("setting", ALONE)
@each_case
def test_every_module_works_under_every_setting(comet: EmulatedServer, case: Case, setting: dict[str, Any]) -> None:
    live_through(comet, case, setting)
