# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Glances at objects that are described inside others: which are meant, and whether any has to go."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.test_glances import glanced, worked
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.module.worlds import USER, World, replies_of

Options = dict[str, Any]
ALICE: Options = {
    "OrganizationID": "",
    "Devices": {"d1": {"FriendlyName": "PC"}, "d2": {"FriendlyName": "Twin"}, "d3": {"FriendlyName": "Twin"}},
    "Destinations": {
        "v1": {"Description": "Main", "StorageLimitEnabled": True},
        "v2": {"Description": "Twin"},
        "v3": {"Description": "Twin", "AssociatedDevices": ["d1"]},
    },
    "Sources": {
        "s1": {"Description": "Files", "OwnerDevice": "d1", "OverrideDestinationRetention": {"v1": {"Mode": 802}}},
        "s2": {"Description": "Files", "OwnerDevice": "d2"},
        "s3": {"Description": "Mail", "OwnerDevice": "d2"},
    },
    "BackupRules": {
        "r1": {"Description": "Night", "Source": "s1", "Destination": "v1"},
        "r2": {"Description": "Day", "Source": "s3", "Destination": "v2"},
    },
}
ALL_VAULTS = [{"id": "v1", "name": "Main"}, {"id": "v2"}, {"id": "v3", "associated_devices": ["PC"]}]
NIGHT = {"name": "Night", "storage_vault": "Main"}

VOUCHED: tuple[Options, ...] = (
    {"storage_vaults": [{"name": "Main", "storage_limit_enabled": True}]},
    {"storage_vaults": ALL_VAULTS},
    {"storage_vaults": ALL_VAULTS, "exclusive": True},
    {"storage_vaults": [{"name": "Main", "storage_template": "Gold", "self_address": "https://x"}]},
    {"storage_vaults": None, "protected_items": None},
    {"protected_items": [{"name": "Mail"}, {"name": "Files", "device": "PC"}]},
    {"protected_items": [{"id": "s1", "name": "Files", "device": "d1"}]},
    {
        "protected_items": [
            {"id": "s1", "override_destination_retention": [{"storage_vault": "Main", "mode": "delete_except"}]}
        ]
    },
    {"protected_items": [{"id": "s1", "schedules": [NIGHT]}]},
    {"protected_items": [{"id": "s2", "schedules": []}]},
    {"schedules": [NIGHT, {"id": "r2", "storage_vault": "v2", "protected_item": "Mail"}]},
)
DOUBTFUL: tuple[Options, ...] = (
    {"storage_vaults": {"name": "Main"}},
    {"storage_vaults": ["Main"]},
    {"storage_vaults": [{}]},
    {"storage_vaults": [{"name": "Main", "storage_limit_enabled": False}]},
    {"storage_vaults": [{"name": "Main", "exclusive": True}]},
    {"storage_vaults": [{"name": "Main", "state": "absent"}]},
    {"storage_vaults": [{"name": "Main"}, {"name": "Main"}]},
    {"storage_vaults": [{"name": "Main", "self_address": "https://x"}]},
    {"storage_vaults": [{"name": "Main", "storage_template": "Gold", "s3_server": ""}]},
    {"storage_vaults": [{"name": "Main", "storage_template": "Gold", "self_address": "x"}]},
    {"storage_vaults": [{"name": "Twin"}]},
    {"storage_vaults": [{"name": "New"}]},
    {"storage_vaults": [{"id": "v9", "name": "Main"}]},
    {"storage_vaults": [{"id": "v1", "name": "Other"}]},
    {"storage_vaults": [{"id": 1, "name": "Main"}]},
    {"storage_vaults": []},
    {"storage_vaults": ALL_VAULTS[:2], "exclusive": True},
    {"protected_items": [{"name": "Files"}]},
    {"protected_items": [{"name": "Files", "device": "Twin"}]},
    {"protected_items": [{"name": "Files", "device": "None"}]},
    {"protected_items": [{"name": "Mail", "device": ["d2"]}]},
    {"protected_items": [{"id": "s1", "schedules": []}]},
    {"protected_items": [{"id": "s2", "schedules": [NIGHT]}]},
    {"protected_items": [{"id": "s1", "schedules": [{**NIGHT, "protected_item": "s1"}]}]},
    {"schedules": [{"name": "Night", "storage_vault": "Twin"}]},
    {"schedules": [{"name": "Day", "storage_vault": "Twin"}]},
    {"schedules": [{"name": "Night", "protected_item": "Mail"}]},
    {"schedules": [], "exclusive": True},
)


def alice() -> World:
    """A server with one user."""
    task = TASKS["comet_user"]
    assert isinstance(task, ResourceTask)
    document = copy.deepcopy(ALICE)
    return World(task, USER, document, {"name": USER}, {}, replies_of(task.resource, USER, document, None, None))


@pytest.mark.parametrize("options", VOUCHED, ids=str)
def test_what_is_as_described_is_vouched_for(options: Options) -> None:
    assert glanced(alice(), {"name": USER, **options})
    assert worked(alice(), {"name": USER, **options}) == ""


@pytest.mark.parametrize("options", DOUBTFUL, ids=str)
def test_all_else_is_not(options: Options) -> None:
    assert glanced(alice(), {"name": USER, **options}) is False
    assert worked(alice(), {"name": USER, **options}) != ""
