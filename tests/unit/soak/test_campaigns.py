# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A few fixed seeds of every campaign; and a collection that breaks its promises is found out."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _adapter, _failures, _transport
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, ConnectionSettings
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, CometError
from ansible_collections.comet.backup.plugins.module_utils._module import _export_names, _task, _yaml
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.tests.soak.campaign import Campaign, Lost, Run
from ansible_collections.comet.backup.tests.soak.campaigns import faults
from ansible_collections.comet.backup.tests.soak.harness import campaigns
from ansible_collections.comet.backup.tests.soak.scenes import of_step
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS
from ansible_collections.comet.backup.tests.unit.promises.versions import VERSIONS

CAMPAIGNS = campaigns()
QUICK = [(one, seed) for one in CAMPAIGNS.values() for seed in one.quick]


@pytest.fixture(scope="module")
def opened() -> Iterator[Callable[[Campaign], Run]]:
    """Gives the run of a campaign, which is opened once for all its seeds."""
    runs: dict[str, Run] = {}
    with ExitStack() as stack:

        def run_of(campaign: Campaign) -> Run:
            if campaign.name not in runs:
                runs[campaign.name] = stack.enter_context(campaign.opened())
            return runs[campaign.name]

        yield run_of


@pytest.mark.parametrize(("campaign", "seed"), QUICK, ids=[f"{one.name}-{seed}" for one, seed in QUICK])
def test_nothing_is_lost(opened: Callable[[Campaign], Run], campaign: Campaign, seed: int) -> None:
    assert sum(opened(campaign)(seed).values()) > 0


def test_every_campaign_is_told_and_tried() -> None:
    for name, campaign in CAMPAIGNS.items():
        assert campaign.name == name
        assert campaign.quick
        assert campaign.rows
        assert campaign.text.strip()


def found_out(run: Run, seeds: range) -> bool:
    """Whether any of the seeds tells that a promise is broken."""
    for seed in seeds:
        try:
            run(seed)
        except Lost:
            return True
    return False


def test_a_collection_that_repeats_writes_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Client.call

    def stubborn(client: Client, method_name: str, **parameters: Any) -> Any:
        try:
            return call(client, method_name, **parameters)
        except AnswerLost:
            return call(client, method_name, **parameters)

    run = opened(CAMPAIGNS["faults"])
    monkeypatch.setattr(Client, "call", stubborn)
    assert found_out(run, range(12, 30))


def test_a_collection_that_does_not_wait_for_late_calls_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With news, which are posted as often as a server is asked to, and nothing but late calls."""
    run = opened(CAMPAIGNS["faults"])
    posting = next(step for step in STEPS if (step.case.module, step.name) == ("comet_news", "create"))
    monkeypatch.setattr(faults, "choose", lambda _dice: of_step(posting, VERSIONS[0]))
    monkeypatch.setattr(faults, "LOSSES", faults.LATE)
    monkeypatch.setattr(_engine._Run, "_later", lambda run, _step, _error: run._again())
    assert found_out(run, range(1, 30))


def test_a_collection_without_locks_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Client.call

    def careless(client: Client, method_name: str, **parameters: Any) -> Any:
        lockless = {name: value for name, value in parameters.items() if not name.endswith("Hash")}
        return call(client, method_name, **lockless)

    run = opened(CAMPAIGNS["races"])
    monkeypatch.setattr(Client, "call", careless)
    assert found_out(run, range(1, 30))


def test_a_collection_that_does_not_finish_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made is taken for done, however bare it is."""

    def satisfied(run: Any, step: Any) -> bool:
        run.making = run.making or step.action == _engine.CREATE
        return bool(run._create(step)) if step.action == _engine.CREATE else True

    run = opened(CAMPAIGNS["kills"])
    monkeypatch.setattr(_engine._Run, "_step", satisfied)
    assert found_out(run, range(1, 30))


def as_they_are(words: dict[Any, str], _places: Any, _joint: str) -> dict[Any, str]:
    """Names for files that are not told apart."""
    return dict(words)


@pytest.mark.parametrize(
    ("where", "name", "careless"),
    [
        (_task, "shown", str),
        (_export_names, "told_apart", as_they_are),
        (_yaml, "quoted", "'{}'".format),
    ],
)
def test_a_collection_that_trusts_names_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch, where: Any, name: str, careless: Any
) -> None:
    run = opened(CAMPAIGNS["hostile"])
    _yaml._flat.cache_clear()
    monkeypatch.setattr(where, name, careless)
    assert found_out(run, range(1, 7)) or found_out(run, range(9, 15))
    _yaml._flat.cache_clear()


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize(
    ("where", "name", "careless"),
    [
        (ConnectionSettings, "verify", False),
        (ConnectionSettings, "is_loopback", True),
        (_failures, "_MENDING", {}),
        (_transport.Transport, "_redirected", lambda _self, answer: CometError("follows \x1b")),
        (_adapter, "_unpacked", lambda pieces: iter([gzip.decompress(b"".join(pieces))])),
        (_adapter._TimedResponse, "begin", http.client.HTTPResponse.begin),
    ],
)
def test_a_collection_that_trusts_servers_is_found_out(
    opened: Callable[[Campaign], Run], monkeypatch: pytest.MonkeyPatch, where: Any, name: str, careless: Any
) -> None:
    run = opened(CAMPAIGNS["transport"])
    monkeypatch.setattr(where, name, careless)
    assert found_out(run, range(1, 300))
