# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage vaults of users. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Home, Resource

STORAGE_VAULT = Resource(
    kind="storage_vault",
    plural="storage_vaults",
    structure="DestinationConfig",
    name="Description",
    chosen=True,
    homes=(Home(path=("Destinations",), owner=USER),),
    references=(SHARED_QUOTA,),
)
