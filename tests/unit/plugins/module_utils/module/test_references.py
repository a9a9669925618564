# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of a task name."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._references import references
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.trees import TASKS


@pytest.mark.parametrize(
    ("kind", "params", "named"),
    [
        ("user", {"name": "alice", "emails": ["a"], "policy": None, "user_group": ""}, []),
        ("user", {"policy": "Gold", "user_group": "Staff"}, [("policy", "Gold"), ("user_group", "Staff")]),
        ("user", {"PolicyID": "p-1"}, [("policy", "p-1")]),
        ("user", {"tenant": "ACME"}, [("tenant", "ACME")]),
        ("user", {"storage_vaults": [{"name": "V", "shared_quota": "Q"}, "odd"]}, [("shared_quota", "Q")]),
        (
            "user",
            {"protected_items": [{"name": "Files", "device": "d-1", "schedules": [{"storage_vault": "V"}]}]},
            [("device", "d-1"), ("storage_vault", "V")],
        ),
        (
            "user",
            {"protected_items": [{"override_destination_retention": [{"storage_vault": "V"}, {"storage_vault": "W"}]}]},
            [("storage_vault", "V"), ("storage_vault", "W")],
        ),
        ("user", {"protected_items": [{"override_destination_retention": {"V": {}}}]}, [("storage_vault", "V")]),
        ("user", {"storage_vaults": "all", "policy": 7}, []),
        ("user_group", {"name": "Staff", "users": ["alice", "bob"]}, [("user", "alice"), ("user", "bob")]),
        ("user_group", {"name": "Staff", "users_absent": ["alice"]}, []),
        (
            "admin_user",
            {"permissions": {"allowed_user_policies": ["Gold", "p-1"]}},
            [("policy", "Gold"), ("policy", "p-1")],
        ),
        ("policy", {"settings": {"default_sources": {"one": {"device": "d-1"}}}}, [("device", "d-1")]),
        ("tenant", {"storage_templates": [{"name": "T", "oidc": {"tenant": "Beta"}}]}, [("tenant", "Beta")]),
    ],
)
def test_references_are_found_at_any_depth(kind: str, params: dict[str, Any], named: list[tuple[str, str]]) -> None:
    assert sorted(references(TASKS[kind], params)) == sorted(named)
