# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation tells for every structure of the API where it is met, and what it names is there."""

from __future__ import annotations

from typing import Any

import pytest
from structure_table import Ways, carried, page, seed, ways

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS, TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._spec import connection_spec
from ansible_collections.comet.backup.plugins.module_utils._state import _fields
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import documents


@pytest.fixture(scope="module")
def known() -> Ways:
    return ways()


def test_the_vendor_describes_many_structures() -> None:
    assert len(seed()) > 180


@pytest.mark.parametrize("name", seed())
def test_something_leads_to_every_structure(known: Ways, name: str) -> None:
    assert name in known


@pytest.mark.parametrize("name", seed())
def test_what_leads_to_it_is_there(known: Ways, name: str) -> None:
    way = known[name]
    assert way.module in TASKS
    if way.method:
        method = _model.method(way.method)
        assert way.parameter in {"", *method.parameters}
    elif way.shown:
        assert way.path[0] in documents()[way.module]["return"]
    else:
        options: Any = TASKS[way.module].spec()["argument_spec"]
        for option in way.path:
            assert option in options, f"{way.module} has no {'.'.join(way.path)}"
            options = options[option].get("options", {})


@pytest.mark.parametrize("resource", KINDS, ids=lambda resource: resource.kind)
def test_the_structure_of_a_kind_is_met_in_its_module(known: Ways, resource: Any) -> None:
    alike = {f"comet_{one.kind}" for one in KINDS if one.structure == resource.structure}
    assert known[resource.structure].module in alike
    assert known[resource.structure].path == ()


def test_who_carries_what_is_there() -> None:
    for name, carrier, how in carried():
        structure, _unused, member = carrier.partition(".")
        assert carrier in {*_model.method_names(), *connection_spec()} or member in _fields.fields(structure), name
        assert how


def test_the_page_has_a_row_for_each() -> None:
    rows = page().split("   * - ")[2:]
    assert [row.splitlines()[0] for row in rows] == seed()
    for row in rows:
        assert "comet.backup.comet_" in row.splitlines()[2], row
