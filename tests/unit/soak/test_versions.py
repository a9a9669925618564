# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever there is to be met is met within few turns, and a promise that is broken is found out."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from ansible_collections.comet.backup.tests.soak import old_servers, playbooks, releases
from ansible_collections.comet.backup.tests.soak.campaign import Lost, soaked_server
from ansible_collections.comet.backup.tests.soak.campaigns.versions import two_of
from ansible_collections.comet.backup.tests.soak.old_servers import Result
from ansible_collections.comet.backup.tests.unit.promises import versions
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, OLDEST
from comet_emulator.core.switches import SWITCHES

TURNS = len(releases.SERVERS)


@pytest.mark.parametrize("whole", [0, 1, 7])
def test_all_servers_and_settings_are_met(whole: int) -> None:
    turns = range(whole * TURNS, (whole + 1) * TURNS)
    assert {releases.server_of(turn) for turn in turns} == set(releases.SERVERS)
    for name, values in releases.SETTINGS.items():
        assert {releases.setting_of(turn)[name] for turn in turns} == set(values)


def test_what_there_is_to_be_met() -> None:
    assert (releases.SERVERS[0], releases.SERVERS[-1]) == (OLDEST, NEWEST)
    assert len(releases.SERVERS) > 40
    closed = {switch.name for switch in SWITCHES if switch.choices or isinstance(switch.default, bool)}
    assert closed - set(releases.SETTINGS) == {"bcrypt_rounds", "webhook_targets"}


def test_pythons_take_turns() -> None:
    others = [two_of(["3.9", "3.10", "3.11"], turn)[1] for turn in range(3)]
    assert others == ["3.10", "3.11", "3.10"]
    assert two_of(["3.9"], 1) == ["3.9"]


SAID: Result = {"changed": True, "diff": {"before": {}, "after": {"name": "A"}}, "msg": "made"}
QUIET = {**SAID, "changed": False, "diff": {"before": {}, "after": {}}}
REFUSED: Result = {"failed": True, "msg": "A user group needs Comet Server 24.12.2 or newer; this server is 22.6.2."}


def test_what_is_promised_of_a_task() -> None:
    old_servers.judge(versions.DONE, "a", OLDEST, SAID, SAID, QUIET)
    old_servers.judge(versions.NOT_HELD, "a", OLDEST, QUIET, QUIET, QUIET)
    old_servers.judge(versions.TOO_NEW, "a", OLDEST, REFUSED, REFUSED, REFUSED)


@pytest.mark.parametrize(
    ("fate", "said", "done", "again"),
    [
        (versions.DONE, QUIET, SAID, QUIET),
        (versions.DONE, {**SAID, "diff": {}}, SAID, QUIET),
        (versions.DONE, SAID, SAID, SAID),
        (versions.DONE, REFUSED, REFUSED, REFUSED),
        (versions.NOT_HELD, SAID, SAID, QUIET),
        (versions.TOO_NEW, SAID, SAID, QUIET),
        (versions.TOO_NEW, REFUSED, REFUSED, QUIET),
        (versions.TOO_NEW, *[{**REFUSED, "msg": "no such method"}] * 3),
        (versions.TOO_NEW, *[{**REFUSED, "msg": REFUSED["msg"].replace("24.12.2", "22.6.1")}] * 3),
    ],
)
def test_a_broken_promise_is_found_out(fate: str, said: Result, done: Result, again: Result) -> None:
    with pytest.raises(Lost):
        old_servers.judge(fate, "a", OLDEST, said, done, again)


@pytest.mark.slow
def test_playbooks_with_what_is_installed_here(tmp_path: Path) -> None:
    """The same as of every other ansible-core and Python, which long runs install."""
    here, python = Path(sys.executable), f"{sys.version_info.major}.{sys.version_info.minor}"
    with soaked_server() as server:
        host = playbooks.Host(server, "24.12.2", releases.setting_of(3), python, here)
        assert playbooks.Playbook(here.parent, tmp_path, [host], random.Random(1)).run() == 3
