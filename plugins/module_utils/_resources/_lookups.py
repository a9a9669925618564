# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds that other objects refer to by name. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource

STORAGE_TEMPLATE = Resource(
    kind="storage_template",
    plural="storage_templates",
    structure="RemoteStorageOption",
    name="Description",
    listing=Call("AdminRequestStorageVaultProviders", {"TargetOrganization": "tenant"}),
)
