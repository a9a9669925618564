# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant of the one who is logged in."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import Reply, ScriptedServer


@pytest.mark.parametrize(
    ("properties", "tenant"),
    [({"OrganizationID": "t-1"}, "t-1"), ({"OrganizationID": ""}, ""), ({"OrganizationID": None}, ""), ({}, "")],
)
def test_it_is_asked_for_once(server: ScriptedServer, client: Client, properties: dict[str, Any], tenant: str) -> None:
    server.script(Reply(properties))
    assert [client.own_tenant(), client.own_tenant()] == [tenant, tenant]
    assert server.methods == ["account/properties"]
