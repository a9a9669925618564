# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An old server does what it can, as all other tests of a case say; for the rest, one sentence names the versions.

The objects are made while the server is new, as they are when somebody goes back to an older version.
"""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises import versions
from ansible_collections.comet.backup.tests.unit.promises.case import Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES, STEPS
from ansible_collections.comet.backup.tests.unit.promises.versions import (
    NEWEST,
    OLDEST,
    fate_of,
    knows,
    reaches,
    since_of_case,
    since_of_step,
)

NOT_HELD = [step for step in STEPS if fate_of(step, OLDEST) == versions.NOT_HELD]
TOO_NEW = [step for step in STEPS if fate_of(step, OLDEST) == versions.TOO_NEW]
ONLY_TO_DELETE = [step for step in STEPS if reaches(OLDEST, since_of_step(step)) and not knows(OLDEST, step)]


def titles(steps: list[Step]) -> list[str]:
    return [f"{step.case.title}-{step.name}" for step in steps]


def test_every_kind_is_tried_where_it_exists() -> None:
    """Each kind that the oldest server has runs through all promises there, too; all of them on the newest."""
    old = {step.case.resource.kind for step in STEPS if step.name == "delete" and reaches(OLDEST, since_of_step(step))}
    assert old <= {case.resource.kind for case in CASES if knows(OLDEST, case)}
    assert all(knows(NEWEST, case) for case in CASES)


def test_dates_tell_cases_apart() -> None:
    assert 0 < len(TOO_NEW) < len(STEPS)
    assert {since_of_case(case) for case in CASES} > {""}


@pytest.mark.parametrize("server_version", [NEWEST])
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("step", TOO_NEW, ids=titles(TOO_NEW))
def test_what_a_server_is_too_old_for(comet: EmulatedServer, step: Step, check: bool) -> None:
    step.prepare(comet)
    comet.switch(version=OLDEST)
    digest = comet.digest
    result = comet.task(step.case.module, check=check, **step.options)
    assert result["failed"]
    needed = result["error"]["needed"]
    assert result["error"]["found"] == OLDEST
    assert result["msg"].endswith(f" needs Comet Server {needed} or newer; this server is {OLDEST}.")
    assert result["msg"].startswith(step.case.resource.noun)
    assert not reaches(OLDEST, needed)
    assert reaches(since_of_step(step), needed)
    assert comet.calls(writes=True) == []
    assert comet.digest == digest


@pytest.mark.parametrize("server_version", [NEWEST])
@pytest.mark.parametrize("step", ONLY_TO_DELETE, ids=titles(ONLY_TO_DELETE))
def test_what_is_too_new_to_be_made_is_deleted(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    comet.switch(version=OLDEST)
    said = succeed(comet.task(step.case.module, check=True, **step.options))
    assert comet.calls(writes=True) == []
    done = succeed(comet.task(step.case.module, **step.options))
    assert said["changed"] is done["changed"] is True
    assert said["diff"] == done["diff"]
    assert succeed(comet.task(step.case.module, **step.options))["changed"] is False


@pytest.mark.parametrize("server_version", [NEWEST])
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
@pytest.mark.parametrize("step", NOT_HELD, ids=titles(NOT_HELD))
def test_what_a_server_cannot_hold_is_absent(comet: EmulatedServer, step: Step, check: bool) -> None:
    step.prepare(comet)
    comet.switch(version=OLDEST)
    digest = comet.digest
    assert succeed(comet.task(step.case.module, check=check, **step.options))["changed"] is False
    assert comet.calls(writes=True) == []
    assert comet.digest == digest
