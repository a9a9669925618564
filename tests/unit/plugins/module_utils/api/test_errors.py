# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What errors tell besides their sentence."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    Refused,
    Unreachable,
)


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


def test_a_bad_answer_has_the_status_of_the_answer() -> None:
    assert BadAnswer("No page.", status=502, path="/x").status == 502
    assert BadAnswer("No page.", status=502, path="/x").details() == {"status": 502, "path": "/x"}
    assert BadAnswer("No page.").details() == {}


def test_who_cannot_be_reached_says_so_along_with_other_facts() -> None:
    assert Unreachable("Nobody is there.", path="/x").details() == {"unreachable": True, "path": "/x"}


@pytest.mark.parametrize("message", ["Nobody is there.", "Nobody is there"])
def test_a_sentence_is_added_to_a_copy(message: str) -> None:
    error = Refused(message, "AdminListUsers", status=403)
    more = error.adding("Look there.")
    assert isinstance(more, Refused)
    assert more.message == str(more) == "Nobody is there. Look there."
    assert (more.method, more.details()) == (error.method, error.details())
    assert error.message == str(error) == message


def test_an_answer_is_late_only_where_somebody_says_so() -> None:
    assert AnswerLost("It is gone.").late is False
    assert AnswerLost("It is gone.", late=True, path="/x").late is True
    assert AnswerLost("It is gone.", late=True, path="/x").details() == {"path": "/x"}
