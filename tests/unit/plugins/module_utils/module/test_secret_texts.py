# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets among options are found without validating these, and nothing else is."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._module._secret_texts import secret_texts, texts
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._redact import TOO_SHORT
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.worlds import world

SEEDS = 40


def found(kind: str, **options: Any) -> set[str]:
    return set(secret_texts(TASKS[kind], options))


@pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))
def test_whatever_a_task_calls_secret_is_found(task: ResourceTask) -> None:
    tried = 0
    for seed in range(SEEDS):
        options = world(task, Random(seed)).options
        try:
            wanted = {text for text in task.secrets(options) if len(text) > TOO_SHORT}
        except InvalidOption:  # some of these servers hold what no option can say
            continue
        assert wanted <= set(secret_texts(task, options)), (seed, options)
        tried += 1
    assert tried


def test_secrets_are_found_at_any_depth_and_names_are_none() -> None:
    vault = {"name": "Cloud", "type": "s3", "s3_access_key": "access", "s3_secret_key": "deep"}
    swift = {"name": "Swift", "swift": {"APIKey": "deeper", "Region": "eu"}}
    assert found("user", user_password="first", storage_vaults=[vault, swift]) == {"first", "deep", "deeper"}
    assert found("user", user_password=None, storage_vaults=None, policy="Gold") == set()


def test_entries_of_a_map_are_secret_by_their_engine() -> None:
    props = {"INCLUDE": ["/home"], "SMBAUTH1": "pass word"}
    for engine in ("engine1/file", "file"):
        assert found("protected_item", engine=engine, engine_props=props) == {"pass word"}
    assert found("user", protected_items=[{"engine": "engine1/from-the-future", "engine_props": {"A": "maybe"}}]) == {
        "maybe"
    }


def test_unknown_members_are_secret_by_their_names() -> None:
    assert found("policy", extra={"FutureToken": "hush", "FutureText": "plain"}) == {"hush"}


@pytest.mark.parametrize("odd", [None, 5, True, "text", ["text"], {"a": "text"}, [["text"]]])
def test_what_is_no_option_at_all_breaks_nothing(odd: Any) -> None:
    for kind in TASKS:
        found(kind, storage_vaults=odd, extra=odd, webhook_options=odd, engine_props=odd, email=odd, users=odd)


def test_texts_are_found_in_whatever_holds_them() -> None:
    assert list(texts({"a": ["one", {"b": "two"}], "c": 3, "d": ""})) == ["one", "two"]
