# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What errors tell besides their sentence."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused, Unreachable


def test_only_what_is_known_is_told() -> None:
    refused = Refused("No.")
    assert refused.details() == {"status": 0}
    assert (refused.method, refused.path, refused.status, refused.server_message) == ("", "", 0, "")
    refused = Refused("No.", "AdminListUsers", "/api/v1/admin/list-users", 403, "Unauthorised")
    assert refused.details() == {
        "method": "AdminListUsers",
        "path": "/api/v1/admin/list-users",
        "status": 403,
        "server_message": "Unauthorised",
    }


def test_who_cannot_be_reached_says_so_along_with_other_facts() -> None:
    assert Unreachable("Nobody is there.", path="/x").details() == {"unreachable": True, "path": "/x"}
