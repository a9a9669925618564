# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The golden pairs keep to their format and to the vendor's facts."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.golden import factcheck
from ansible_collections.comet.backup.tests.unit.golden.library import (
    FOLDER,
    BadPair,
    Conversation,
    Pair,
    conversations,
    read,
)

ENOUGH = 120
SOURCE = re.compile(r"(?P<key>[A-Z0-9]+) (?P<detail>\S.*) \[[DVITU]\]")
NAMED = {
    "METHODS": {*factcheck.facts("methods"), "authentication"},
    "STRUCTS": {*factcheck.facts("structures")},
    "CONSTS": {
        name
        for group, entry in factcheck.facts("constants").items()
        for name in (group, *entry["values"], *(f"{group}_{key}" for key in entry["values"]))
    },
}
"""Sources that the facts have by name."""
PAIRS = [
    pytest.param(conversation, pair, id=f"{conversation.id}: {pair.name}")
    for conversation in conversations()
    for pair in conversation.pairs
]


def test_there_are_enough() -> None:
    assert len(PAIRS) >= ENOUGH


def test_names_tell_conversations_apart() -> None:
    names = [conversation.id for conversation in conversations()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("conversation", "pair"), PAIRS)
def test_facts_agree(conversation: Conversation, pair: Pair) -> None:
    assert factcheck.problems(conversation, pair) == []


@pytest.mark.parametrize(("conversation", "pair"), PAIRS)
def test_source_is_named_and_explained(conversation: Conversation, pair: Pair) -> None:
    explained = set(re.findall(r"^\| ([A-Z0-9]+) \|", (FOLDER / "README.md").read_text(), re.MULTILINE))
    for source in pair.source.split("; "):
        found = SOURCE.fullmatch(source)
        assert found, source
        assert found["key"] in explained, source
        if found["key"] in NAMED:
            assert found["detail"] in NAMED[found["key"]], source


@pytest.mark.parametrize(("conversation", "pair"), PAIRS)
def test_refusals_say_what_a_client_understands(conversation: Conversation, pair: Pair) -> None:
    refused = pair.answer.refuses or pair.answer.status != 200
    explained = bool(pair.understood and "error" in pair.understood) or bool(pair.client_cannot)
    assert explained or not refused
    assert not (pair.understood and pair.client_cannot)


@pytest.mark.parametrize("job", [job for conversation in conversations() for job in conversation.jobs])
def test_given_jobs_agree_with_the_facts(job: dict[str, Any]) -> None:
    shape = factcheck.Shape("25.9.8", frozenset(), answers=False, whole=False)
    assert list(shape.problems("BackupJobDetail", job, "job")) == []


def changed(pair: Pair, **request: Any) -> Pair:
    return dataclasses.replace(pair, request=dataclasses.replace(pair.request, **request))


def add_user() -> tuple[Conversation, Pair]:
    return next(
        (c, p) for c in conversations() for p in c.pairs if p.request.call == "AdminAddUser" and p.request.fields
    )


@pytest.mark.parametrize(
    ("request_change", "problem"),
    [
        ({"call": "AdminAddUsr"}, "no method"),
        ({"path": "/api/v1/admin/add-usr"}, "not served under"),
        ({"verb": "GET"}, "wants POST"),
        ({"fields": {"TargetUser": "a"}}, "TargetPassword is needed"),
        ({"fields": {"TargetUser": "a", "TargetPassword": "b", "Targets": "c"}}, "no parameter Targets"),
        ({"fields": {"TargetUser": "a", "TargetPassword": "b", "StoreRecoveryCode": "yes"}}, "integer"),
        ({"fields": {"TargetUser": "a", "TargetPassword": 7}}, "text"),
        ({"breaks": "nothing"}, "does not"),
    ],
)
def test_typo_in_a_request_is_found(request_change: dict[str, Any], problem: str) -> None:
    conversation, pair = add_user()
    assert any(problem in line for line in factcheck.problems(conversation, changed(pair, **request_change)))


@pytest.mark.parametrize(
    ("returns", "value", "problem"),
    [
        ("CountJobsResponse", {"Counts": 1}, "unknown to"),
        ("CountJobsResponse", {}, "always has Count"),
        ("CountJobsResponse", {"Count": "1"}, "int by the facts"),
        ("CountJobsResponse", {"Count": True}, "int by the facts"),
        ("CountJobsResponse", {"Count": {"$is": "guid"}}, "never a guid"),
        ("CountJobsResponse", {"$has": {"Counts": 1}}, "unknown to"),
        ("CountJobsResponse", [], "CountJobsResponse by the facts"),
        ("LiveUserConnection", {"$has": {"IPAddress": ""}}, "left out"),
        ("list<string>", {}, "list<string> by the facts"),
        ("list<string>", [1], "string by the facts"),
        ("list<string>", {"$any_order": [1]}, "string by the facts"),
        ("map<string,string>", [], "map<string,string> by the facts"),
        ("map<string,string>", {"$entries": [{"key": "a", "value": 1}]}, "string by the facts"),
        ("map<string,string>", {"$each": {"$between": [1, 2]}}, "never a number"),
    ],
)
def test_typo_in_an_answer_is_found(returns: str, value: Any, problem: str) -> None:
    shape = factcheck.Shape("25.9.8", frozenset())
    found = list(shape.problems(returns, value, "answer"))
    assert any(problem in line for line in found), found


def test_member_newer_than_the_server_is_found() -> None:
    older = factcheck.Shape("22.6.2", frozenset(), whole=False)
    assert list(older.problems("UserProfileConfig", {"GroupID": ""}, "answer"))
    assert not list(older.problems("UserProfileConfig", {"PolicyID": ""}, "answer"))


PAIR = {"pair": "p", "source": "GUIDE x [D]", "request": {"path": "/"}, "answer": {"json": {}}}


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {}},
        {"answer": {}},
        {"answer": {"json": {}, "text": ""}},
        {"request": {}},
        {"request": {"path": "/", "body": "a=b", "form": {"a": "b"}}},
    ],
)
def test_format_is_held(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "one.yml"
    file.write_text(json.dumps({"idea": "x", "conversations": [{"name": "n", "steps": [{**PAIR, **change}]}]}))
    with pytest.raises(BadPair, match=r"one, n:"):
        read(file)


def test_devices_do_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    step = {"device": {"user": "alice", "device": "d1", "does": "dance"}}
    file.write_text(json.dumps({"idea": "x", "conversations": [{"name": "n", "steps": [step]}]}))
    with pytest.raises(BadPair, match="register"):
        read(file)


def test_file_without_an_idea_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    file.write_text(json.dumps({"conversations": []}))
    with pytest.raises(BadPair, match="idea"):
        read(file)
