# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a server, for kinds that users need. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


def accounts(server: Server) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and profile of each user as it is now (AdminListUsersFull).

    In check mode as a real run would have left it by now, where other tasks of the same run are about users.
    """
    expected = server.expected("user") if server.check_mode else {}
    for name, user in server.client.call("AdminListUsersFull").items():
        if name not in expected:
            yield name, user
    yield from ((name, user) for name, user in expected.items() if user)
