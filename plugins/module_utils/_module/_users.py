# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that describe the objects inside an object along with it. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._module._resource import ResourceTask
from ansible_collections.comet.backup.plugins.module_utils._resources._protected_item import PROTECTED_ITEM
from ansible_collections.comet.backup.plugins.module_utils._resources._schedule import SCHEDULE
from ansible_collections.comet.backup.plugins.module_utils._resources._storage_vault import STORAGE_VAULT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER

PROTECTED_ITEM_TASK = ResourceTask(PROTECTED_ITEM, [ResourceTask(SCHEDULE)])
USER_TASK = ResourceTask(USER, [ResourceTask(STORAGE_VAULT), PROTECTED_ITEM_TASK, ResourceTask(SCHEDULE)])
