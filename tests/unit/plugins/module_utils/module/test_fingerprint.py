# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of objects: what counts in one, what does not, and that none gives a secret away."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type, structure
from ansible_collections.comet.backup.plugins.module_utils._module._fingerprint import Fingerprint
from ansible_collections.comet.backup.plugins.module_utils._state import _fields, _redact
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import CANARY, documents

KINDS = ("user", "policy", "tenant", "bucket", "admin_user", "psa", "shared_quota", "user_group", "server_config")
KIND = st.sampled_from(KINDS)


def fingerprint(kind: str, document: dict[str, Any] | None) -> Fingerprint:
    return Fingerprint.of(TASKS[kind].resource, TASKS[kind].names, document)


def kinds_and_documents() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return KIND.flatmap(lambda kind: st.tuples(st.just(kind), documents(TASKS[kind].resource.structure)))


def shuffled(value: Any, random: Random) -> Any:
    """The same value with the members of its dictionaries in another order."""
    if isinstance(value, dict):
        keys = random.sample(list(value), len(value))
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@given(kinds_and_documents(), st.integers(0, 99))
def test_the_order_of_members_does_not_count(drawn: tuple[str, dict[str, Any]], seed: int) -> None:
    kind, document = drawn
    assert fingerprint(kind, document) == fingerprint(kind, shuffled(document, Random(seed)))


@given(kinds_and_documents())
def test_an_object_that_is_there_has_one(drawn: tuple[str, dict[str, Any]]) -> None:
    kind, document = drawn
    assert len(fingerprint(kind, document).whole) == 64
    assert fingerprint(kind, None) == Fingerprint("", {})


def with_computed(kind: Type, value: Any, number: int) -> Any:
    """The value with everything that a server keeps itself set to something else, at any depth."""
    if kind.kind == "structure" and isinstance(value, dict):
        members = structure(kind.name).members
        known = {
            name: with_computed(members[name].type, item, number) for name, item in value.items() if name in members
        }
        kept = {member.name: number for member in members.values() if member.computed}
        return {**value, **known, **kept}
    if kind.item is not None and isinstance(value, dict):
        return {key: with_computed(kind.item, item, number) for key, item in value.items()}
    return (
        [with_computed(kind.item, item, number) for item in value] if kind.item and isinstance(value, list) else value
    )


@given(kinds_and_documents())
def test_what_the_server_keeps_itself_does_not_count(drawn: tuple[str, dict[str, Any]]) -> None:
    kind, document = drawn
    whole = Type("structure", TASKS[kind].resource.structure)
    one, other = (with_computed(whole, document, number) for number in (1, 2))
    assert fingerprint(kind, one) == fingerprint(kind, other) == fingerprint(kind, document)


def settable(kind: str) -> list[_fields.Field]:
    fields = _fields.fields(TASKS[kind].resource.structure).values()
    return [field for field in fields if not field.member.computed]


def a_value(kind: Type) -> Any:
    """A value that is not empty."""
    if kind.kind == "structure":
        member = next(one for one in structure(kind.name).members.values() if not one.computed)
        return {member.name: a_value(member.type)}
    if kind.item is not None:
        return [a_value(kind.item)] if kind.kind == "list" else {"key": a_value(kind.item)}
    return {"int": 7, "float": 1.5, "bool": True}.get(kind.name, "text")


@pytest.mark.parametrize("kind", KINDS)
def test_each_settable_member_counts_and_is_told(kind: str) -> None:
    bare = fingerprint(kind, {})
    for field in settable(kind):
        found = fingerprint(kind, {field.member.name: a_value(field.member.type)})
        assert found.whole != bare.whole
        assert list(found.members) == [TASKS[kind].names.get(field.option, field.option)]


@given(kinds_and_documents(), st.data())
def test_a_member_counts_whatever_else_there_is(drawn: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    kind, document = drawn
    member = data.draw(st.sampled_from(settable(kind))).member
    without = {name: value for name, value in document.items() if name != member.name}
    with_it = {**without, member.name: a_value(member.type)}
    assert fingerprint(kind, without).whole != fingerprint(kind, with_it).whole


def test_an_empty_member_is_one_that_is_missing() -> None:
    assert fingerprint("user", {"Emails": [], "PolicyID": "", "IsSuspended": False}) == fingerprint("user", {})


def test_the_order_of_a_list_that_has_none_does_not_count() -> None:
    one, other = ({"Emails": emails} for emails in (["a", "b"], ["b", "a"]))
    assert fingerprint("user", one) == fingerprint("user", other)


def test_a_secret_counts_as_there_or_not() -> None:
    none, one, other = (fingerprint("psa", {"PartnerKey": key}) for key in ("", CANARY, "another"))
    assert none != one
    assert one == other


@given(kinds_and_documents())
def test_no_secret_makes_a_difference(drawn: tuple[str, dict[str, Any]]) -> None:
    kind, document = drawn
    name = TASKS[kind].resource.structure
    text = json.dumps(document)
    secrets = _redact.keyed_secrets(name, document)
    for secret in secrets:
        text = text.replace(json.dumps(secret), json.dumps(f"{secret}-{CANARY}"))
    changed = json.loads(text)
    # Only where the text of a secret is nowhere else in the document does nothing but the secret change.
    if _redact.mask(Type("structure", name), changed) == _redact.mask(Type("structure", name), document):
        assert fingerprint(kind, changed) == fingerprint(kind, document)
