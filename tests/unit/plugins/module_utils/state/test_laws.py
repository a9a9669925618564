# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws that hold for every document and every wish, on documents made from the facts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.comet.backup.plugins.module_utils._api._model import Type
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields, _plan, _redact
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.strategies import (
    CANARY,
    NEW,
    documents,
    settable,
)

STRUCTURES = sorted({resource.structure for resource in KINDS})
structures = pytest.mark.parametrize("name", STRUCTURES)
quick = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)


def same(kind: str, value: str, where: str) -> str:
    """Every reference is an ID already."""
    return value


def wish_of(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """The patch of a task that wants the document as it is shown."""
    return _document.patch_from(name, settable(name, _document.options_from(name, document)), same)


def laid_over(name: str, current: dict[str, Any] | None, patch: dict[str, Any], **rules: Any) -> tuple[Any, Merge]:
    merge = Merge(**rules)
    try:
        return merge.document(name, current, patch), merge
    except InvalidOption:  # what must not be changed is refused: a law of its own
        assume(False)
        raise


@structures
@quick
@given(data=st.data())
def test_planning_the_planned_document_changes_nothing(name: str, data: st.DataObject) -> None:
    current, other = data.draw(documents(name)), data.draw(documents(name))
    patch = wish_of(name, other)
    after, _unused = laid_over(name, current, patch)
    again, second = laid_over(name, after, patch)
    assert second.changes == []
    assert again is after


@structures
@quick
@given(data=st.data())
def test_what_is_shown_can_be_asked_for(name: str, data: st.DataObject) -> None:
    document = data.draw(documents(name))
    after, merge = laid_over(name, document, wish_of(name, document))
    assert merge.changes == []
    assert after is document


def grains(name: str, document: Any) -> list[tuple[str, ...]]:
    """Where unknown members are, in structures and entries of maps; items of lists come and go as wholes."""
    found = [(NEW,)] if NEW in document else []
    for member, field in _fields.fields(name).items():
        value = document.get(member)
        if field.kind == _fields.STRUCT and isinstance(value, dict):
            found += [(member, *path) for path in grains(field.inner, value)]
        elif field.kind == _fields.ENTRIES and isinstance(value, dict):
            found += [(member, key, *path) for key, item in value.items() for path in grains(field.inner, item)]
    return found


def at(document: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@structures
@quick
@given(data=st.data())
def test_unknown_members_stay(name: str, data: st.DataObject) -> None:
    current, patch = data.draw(documents(name)), wish_of(name, data.draw(documents(name)))
    after, merge = laid_over(name, current, patch)
    gone = {tuple(change.path) for change in merge.changes if change.whole and change.after is None}
    if not gone:
        for path in grains(name, current):
            assert at(after, path) == at(current, path)
    for member in current:
        if member not in patch:
            assert after[member] is current[member] or member in ("ModifyTime", "CreateTime")


@structures
@quick
@given(data=st.data())
def test_the_diff_is_empty_exactly_when_nothing_differs(name: str, data: st.DataObject) -> None:
    current, patch = data.draw(documents(name)), wish_of(name, data.draw(documents(name)))
    try:
        plan = _plan.make_plan(name, Found("id", current), Wish(True, patch=patch, max_deletions=1000), 0)
    except InvalidOption:
        assume(False)
        raise
    diff = _plan.difference(name, plan, {})
    assert (plan.action == _plan.NONE) == (plan.changes == ())
    assert (diff["before"] == diff["after"]) == (plan.action == _plan.NONE)
    if plan.action == _plan.NONE:
        assert diff == {"before": {}, "after": {}}


@structures
@quick
@given(data=st.data())
def test_no_secret_is_ever_shown(name: str, data: st.DataObject) -> None:
    secrets = ("", CANARY, f"{CANARY}-2")
    current, other = data.draw(documents(name, secrets)), data.draw(documents(name, secrets))
    kind = Type("structure", name)
    assert CANARY not in json.dumps([_redact.mask(kind, current), _document.options_from(name, current)])
    assert _redact.secrets_in(kind, current) >= canaries(current)
    for wish in (
        Wish(True, patch=without_null(other), secrets="always", max_deletions=1000),
        Wish(False, confirmed=True),
    ):
        for found in (Found("id", current), Found("", None)):
            assert CANARY not in what_is_said(name, found, wish)


def without_null(value: Any) -> Any:
    """A document as a patch, in which null would mean that an entry is removed."""
    if isinstance(value, dict):
        return {name: without_null(item) for name, item in value.items() if item is not None}
    return [without_null(item) for item in value] if isinstance(value, list) else value


def what_is_said(name: str, found: Found, wish: Wish) -> str:
    """The diff of a wish, or why it is refused."""
    try:
        return json.dumps(_plan.difference(name, _plan.make_plan(name, found, wish, 0), {}))
    except InvalidOption as refused:
        return refused.message


def canaries(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {text for item in value.values() for text in canaries(item)}
    if isinstance(value, list):
        return {text for item in value for text in canaries(item)}
    return {value} if isinstance(value, str) and CANARY in value else set()


@structures
@quick
@given(data=st.data())
def test_nothing_given_is_touched(name: str, data: st.DataObject) -> None:
    """Documents are shared between items of a loop, so planning must not write into them."""
    current, patch = data.draw(documents(name)), wish_of(name, data.draw(documents(name)))
    before = json.dumps([current, patch])
    laid_over(name, current, patch, exclusive=True, secrets="always")
    assert json.dumps([current, patch]) == before


@structures
@quick
@given(data=st.data())
def test_a_new_document_holds_what_is_wished(name: str, data: st.DataObject) -> None:
    patch = wish_of(name, data.draw(documents(name)))
    made, _unused = laid_over(name, None, patch)
    _unused, merge = laid_over(name, made, patch)
    assert merge.changes == []
