# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Views over the facts: what they hold is found, and what they do not hold is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model as model


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (model.structure, "no structure Nonsense"),
        (model.parse_type, "no structure Nonsense"),
        (model.method, "no method Nonsense"),
        (model.constants, "no constant group Nonsense"),
        (model.structure("UserProfileConfig").member, "UserProfileConfig has no member Nonsense"),
    ],
)
def test_what_is_unknown_is_named(ask: Callable[[str], Any], words: str) -> None:
    with pytest.raises(model.UnknownFact) as caught:
        ask("Nonsense")
    assert str(caught.value) == words


def test_all_names_can_be_asked_for() -> None:
    structures, methods = model.structure_names(), model.method_names()
    assert "UserProfileConfig" in structures
    assert "AdminListUsers" in methods
    assert structures == sorted({model.structure(name).name for name in structures})
    assert methods == sorted({model.method(name).name for name in methods})


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("25.9.8", (25, 9, 8)),
        ("25.9", (25, 9)),
        ("25.9.8.1", (25, 9, 8)),
        ("25.9.8-rc1", (25, 9, 0)),
        ("25.beta", (25, 0)),
        ("", (0,)),
    ],
)
def test_versions_compare_as_numbers(text: str, version: model.Version) -> None:
    assert model.parse_version(text) == version


def test_a_member_is_all_that_the_facts_say() -> None:
    bare = model._member("Owner", "Name", {"type": "list<string>"})
    assert bare == model.Member("Name", "Owner", model.parse_type("list<string>"))
    more: dict[str, Any] = {name: [{"member": name}] for name in ("secret_keys", "numbered", "flags")}
    full = model._member("Owner", "Name", {"type": "int", "key": "ID", "secret": True, **more})
    expected = {name: tuple(value) for name, value in more.items()}
    assert full == model.Member("Name", "Owner", model.parse_type("int"), key=("ID",), secret=True, **expected)
    assert model._member("Owner", "Name", {"type": "int", "key": ["A", "B"]}).key == ("A", "B")


def test_constants_by_their_value() -> None:
    known = model.Constants("GROUP", {"off": 0, "on": 1}, {})
    assert [known.name_of(value) for value in (0, 1, 2)] == ["off", "on", 2]
