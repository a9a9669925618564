# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks of a server or of a tenant. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource

WEBHOOK = Resource(
    kind="webhook",
    plural="webhooks",
    structure="WebhookOption",
    named=True,
    id_option="name",
    homes=(
        Home(
            reading=Call("AdminMetaWebhookOptionsGet"),
            updating=Call("AdminMetaWebhookOptionsSet", {"WebhookOptions": "document"}),
        ),
        Home(path=("WebhookOptions",), owner=TENANT),
    ),
    references=(TENANT,),
)
