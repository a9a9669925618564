# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of a server or of a tenant to ticketing and billing systems (PSA). Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

_KEYS = ("Type+URL",)

PSA = Resource(
    kind="psa",
    plural="psas",
    structure="PSAConfig",
    name="Type",
    told_by={"URL": "psa_url"},
    homes=(
        Home(
            reading=Call("AdminMetaPsaConfigListGet"),
            updating=Call("AdminMetaPsaConfigListSet", {"PSAConfigList": "document"}),
            keys=_KEYS,
        ),
        Home(path=("PSAConfigs",), owner=TENANT, keys=_KEYS),
    ),
    references=(TENANT,),
)
