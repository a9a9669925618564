# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster manager of a server or a tenant. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._fragment import homes_of
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

OFF = Home(
    path=("ConstellationRole",),
    sole=True,
    reading=Call("AdminMetaServerConfigGet"),
    updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
)
"""The role in the server's configuration, where it can be found and switched on again."""

CONSTELLATION = Resource(
    kind="constellation",
    plural="constellation",
    structure="ConstellationRoleOptions",
    homes=homes_of("ConstellationRole", "AdminMetaConstellationConfig", "ConstellationRoleOptions", while_off=OFF),
    references=(TENANT,),
)
