# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of which a server, and each tenant, has exactly one. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home


def homes_of(
    member: str, method: str, parameter: str, reply: str = "", while_off: Home | None = None
) -> tuple[Home, ...]:
    """The server's, or those of the login's own tenant, by calls of their own; other tenants' in their documents.

    ``method`` is the name of the calls without Get or Set, ``parameter`` what the setting one takes. ``reply`` is the
    member of the answer that holds the settings, where the API wraps them. ``while_off`` is where the server's are
    while they say that their role is off.
    """
    own = Home(
        sole=True,
        reading=Call(f"{method}Get", reply=reply),
        updating=Call(f"{method}Set", {parameter: "document"}),
        while_off=while_off,
    )
    return own, Home(path=(member,), owner=TENANT, sole=True)
