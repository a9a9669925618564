# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A null under a secret key of a map: the secret stays as it is, if there is one."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.plugins.module_utils._state._document import patch_from
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

MSSQL = {"Engine": "engine1/mssql", "EngineProps": {"USERNAME": "sa", "PASSWORD": "old"}}
WEBHOOK = {"URL": "https://a.example", "CustomHeaders": {"Authorization": "old", "X-Kind": "old"}}


def resolve(kind: str, value: str, where: str) -> str:
    return value


def merged(structure: str, document: dict[str, Any], options: dict[str, Any], secrets: str = "on_create") -> Any:
    merge = Merge(secrets)
    after = merge.document(structure, document, patch_from(structure, options, resolve))
    return after, [change.path for change in merge.changes]


@pytest.mark.parametrize("secrets", ["on_create", "always"])
def test_a_secret_without_a_value_stays(secrets: str) -> None:
    options = {"engine": "mssql", "engine_props": {"USERNAME": "sa", "PASSWORD": None}}
    after, _paths = merged("SourceConfig", MSSQL, options, secrets)
    assert after["EngineProps"] == MSSQL["EngineProps"]


def test_what_else_is_in_the_map_is_compared() -> None:
    options = {"engine": "mssql", "engine_props": {"USERNAME": "backup", "PASSWORD": None}}
    after, paths = merged("SourceConfig", MSSQL, options)
    assert after["EngineProps"] == {"USERNAME": "backup", "PASSWORD": "old"}
    assert paths == [("engine_props", "USERNAME")]


def test_a_secret_that_is_not_there_is_not_made() -> None:
    options = {"engine": "mssql", "engine_props": {"USERNAME": "sa", "PASSWORD": None}}
    after, _paths = merged("SourceConfig", {}, options)
    assert after["EngineProps"] == {"USERNAME": "sa"}


def test_only_a_secret_may_be_without_a_value() -> None:
    with pytest.raises(InvalidOption, match=r"engine_props\.USERNAME: there is no value"):
        patch_from("SourceConfig", {"engine": "mssql", "engine_props": {"USERNAME": None}}, resolve)


def test_a_map_that_is_secret_as_a_whole_is_not_managed_without_any_value() -> None:
    assert patch_from("WebhookOption", {"custom_headers": {"Authorization": None, "X-Kind": None}}, resolve) == {}
    after, paths = merged("WebhookOption", WEBHOOK, {"custom_headers": {"Authorization": None}})
    assert (after, paths) == (WEBHOOK, [])


def test_a_map_that_is_secret_as_a_whole_holds_what_has_a_value() -> None:
    options = {"custom_headers": {"Authorization": "new", "X-Kind": None}}
    assert patch_from("WebhookOption", options, resolve) == {"CustomHeaders": {"Authorization": "new"}}
    assert merged("WebhookOption", {}, options)[0]["CustomHeaders"] == {"Authorization": "new"}


def test_an_empty_map_still_clears() -> None:
    assert merged("WebhookOption", WEBHOOK, {"custom_headers": {}})[0]["CustomHeaders"] == {}
