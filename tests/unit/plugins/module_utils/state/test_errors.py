# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of error messages."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state._errors import type_name


class Tagged(int):
    """A number as Ansible hands it over."""


class Unsafe(str):
    """A text as Ansible hands it over."""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "nothing"),
        (True, "bool"),
        (Tagged(3), "int"),
        (1.5, "float"),
        (Unsafe("a"), "str"),
        ([], "list"),
        ({}, "dict"),
        (b"a", "bytes"),
    ],
)
def test_kinds_of_values_are_called_as_in_yaml(value: Any, name: str) -> None:
    assert type_name(value) == name
