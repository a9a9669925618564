# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says in words why a login that works is denied a call. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, Refused
from ansible_collections.comet.backup.plugins.module_utils._api._model import Method


def explained(refused: Refused, method: Method, username: str, own_tenant: Callable[[], str]) -> Refused:
    """The refusal, with what to do about it.

    ``own_tenant`` tells the ID of the tenant that ``username`` belongs to, empty for the top level. A server says the
    same to whoever may not and to whoever asks for what is not there; only the facts know the methods of the top level.
    """
    if not method.auth.startswith("admin"):
        return refused
    tenant = _unless_refused(own_tenant) if method.top_level else ""
    if tenant:
        message = (
            f"only an administrator of the top level can call {method.name}, and {username} belongs to tenant "
            f"{tenant}; log in as one of the top level. The server said: {refused.message}"
        )
    else:
        message = (
            f"{refused.message} The login itself works. Either {username} may not do this, which the permissions of "
            "that administrator decide, or what was asked for does not exist."
        )
    return Refused(message, refused.method, refused.path, refused.status, refused.server_message)


def _unless_refused(own_tenant: Callable[[], str]) -> str:
    """The tenant, or nothing where not even that can be found out: why the call was refused is the better news."""
    try:
        return own_tenant()
    except CometError:
        return ""
