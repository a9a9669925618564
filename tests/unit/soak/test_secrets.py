# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries stand in all secrets that there are, and are found however they are written; a collection that tells one is
found out."""

from __future__ import annotations

import base64
import html
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._module import _door, _task
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _redact
from ansible_collections.comet.backup.tests.soak import planted, planting, secret_calls
from ansible_collections.comet.backup.tests.soak.campaign import Lost, soaked_server
from ansible_collections.comet.backup.tests.soak.campaigns.secrets import Case, Secrets
from ansible_collections.comet.backup.tests.soak.canaries import MARK, TAILS, Canaries, Search

BY_TREES = {("comet_apply", "objects"), ("comet_apply", "secrets")}
"""Options that hold whole trees with their secrets, which the runs of trees give."""


@pytest.fixture
def canaries() -> Canaries:
    return Canaries(random.Random(1))


@pytest.fixture(scope="module")
def secrets() -> Iterator[Secrets]:
    with soaked_server() as server:
        yield Secrets(server)


def test_every_secret_option_of_every_module_has_a_canary(canaries: Canaries) -> None:
    known = {(name, *place) for name, task in TASKS.items() for place in planting.known(task.options())}
    reached = {
        (one.module, *place)
        for one in planted.SUBJECTS
        for place in planting.reached(one.options(canaries), TASKS[one.module].options())
    }
    assert len(known) > 300
    assert reached == known - BY_TREES


def test_every_secret_member_of_every_structure_has_a_canary_and_is_hidden(canaries: Canaries) -> None:
    for name in _model.structure_names():
        kind = Type("structure", name)
        document = secret_calls.document(kind, canaries.new)
        texts = {text for text in _redact.secrets_in(kind, document) if MARK in text}
        assert bool(texts) == (MARK in str(document)), name
        for shown in (_redact.mask(kind, document), _document.options_from(name, document)):
            assert MARK not in str(shown), name
    places = {place.partition(".engine")[0] for place in canaries.planted.values()}
    assert places == secret_calls.every_secret_member()
    assert len(places) > 100


def test_every_secret_parameter_has_a_canary(canaries: Canaries) -> None:
    methods = map(_model.method, _model.method_names())
    secret = [(method.name, name) for method in methods for name, one in method.parameters.items() if one.secret]
    assert len(secret) > 70
    for method, name in secret:
        kind = _model.method(method).parameters[name].type
        sent = secret_calls.SecretCall.of(method, canaries).sent
        assert kind.name == "file" or MARK in str(sent[name]), (method, name)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": json.dumps,
    "Python": repr,
    "HTML": html.escape,
    "address": quote_plus,
    "reversed": lambda text: text[::-1],
    "beginning": lambda text: text[:12],
    "end": lambda text: text[12:],
    "hexadecimal": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, second": lambda text: base64.b64encode(b"a" + text.encode() + b"bc").decode(),
    "base64, third": lambda text: base64.b64encode(b"ab" + text.encode() + b"c").decode(),
    "small letters": str.lower,
}


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("written", SPELLINGS.values(), ids=SPELLINGS)
def test_a_canary_is_found_however_it_is_written(tail: str, written: Callable[[str], str], tmp_path: Path) -> None:
    canary = Canaries(random.Random(2)).new("place", (tail,))
    search = Search("something-else")
    (found,) = search.text(f"before {written(canary)} after", "here")[:1]
    assert found.startswith("here: ")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_text(written(canary))
    assert search.files(tmp_path)
    assert search.text("something-else", "here")
    assert search.text("before, after, and 7QANARY", "here") == []
    assert search.places == 5
    assert search.bytes > len(canary)


def found_out(run: Callable[[Case], Any], seeds: range) -> bool:
    """Whether any of the seeds tells that a secret was shown."""
    for seed in seeds:
        dice = random.Random(seed)
        try:
            run(Case(dice, Canaries(dice)))
        except Lost as lost:
            if "nothing shows a secret" not in str(lost):
                raise
            return True
    return False


def fresh(secrets: Secrets, kind: Callable[[Secrets, Case], Any]) -> Callable[[Case], Any]:
    def run(case: Case) -> Any:
        secrets.server.control("POST", "fault", {"kind": "none"})
        secrets.server.await_restart()
        secrets.server.reset()
        return kind(secrets, case)

    return run


def test_a_collection_that_hides_only_what_is_written_as_it_was_given_is_found_out(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_redact, "spellings", set)
    monkeypatch.setattr(_door, "spellings", set)
    assert found_out(fresh(secrets, Secrets._call), range(1, 60))


def test_a_collection_that_shows_what_faults_say_is_found_out(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def talkative(error: Exception) -> Exception:
        raise error

    monkeypatch.setattr(_door, "known", talkative)
    assert found_out(fresh(secrets, Secrets._task), range(1, 60))


def test_a_collection_that_writes_options_into_the_log_is_found_out(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(_door.CometModule, "_log_invocation")
    assert found_out(fresh(secrets, Secrets._task), range(1, 60))


def test_a_collection_that_shows_what_is_stored_is_found_out(secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_redact, "hidden", lambda value: value)
    assert found_out(fresh(secrets, Secrets._call), range(1, 60))


def test_texts_that_only_look_like_secrets_are_readable(secrets: Secrets) -> None:
    run = fresh(secrets, Secrets._like_secrets)
    for seed in range(8):
        dice = random.Random(seed)
        assert run(Case(dice, Canaries(dice)))["readable"]


def test_faults_are_told_by_their_kind_and_place() -> None:
    with pytest.raises(ValueError, match="geheim") as fault:
        int("geheim")
    told = _task.known(fault.value)
    assert "unexpected ValueError in test_secrets.py, line " in told.message
    assert "geheim" not in told.message
    assert told.facts["traceback"].count("test_secrets.py") == 1
    assert _task.known(told) is told
