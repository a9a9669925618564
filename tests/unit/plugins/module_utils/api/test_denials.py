# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a login that works is denied a call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._denials import explained
from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused, Unreachable

SAID = "https://comet refused it: Access denied (status 403)."
TOP, OWN, USERS = "AdminOrganizationList", "AdminPoliciesList", "UserWebAccountRegenerateTotp"
UNCERTAIN = (
    f"{SAID} The login itself works. Either ada may not do this, which the permissions of that administrator decide, "
    "or what was asked for does not exist."
)


def in_tenant() -> str:
    return "acme"


def at_the_top() -> str:
    return ""


def nowhere() -> str:
    raise Unreachable("gone")


@pytest.mark.parametrize(
    ("method", "own_tenant", "message"),
    [
        (
            TOP,
            in_tenant,
            f"only an administrator of the top level can call {TOP}, and ada belongs to tenant acme; log in as one of "
            f"the top level. The server said: {SAID}",
        ),
        (TOP, at_the_top, UNCERTAIN),
        (TOP, nowhere, UNCERTAIN),
        (OWN, in_tenant, UNCERTAIN),
        (USERS, in_tenant, SAID),
    ],
)
def test_what_is_said(method: str, own_tenant: Callable[[], str], message: str) -> None:
    refused = Refused(SAID, method, "/path", 403, "Access denied")
    better = explained(refused, _model.method(method), "ada", own_tenant)
    assert better.message == message
    assert better.details() == refused.details()


@pytest.mark.parametrize("method", [OWN, USERS])
def test_whose_login_it_is_is_asked_only_where_that_matters(method: str) -> None:
    def asked() -> str:
        raise AssertionError(method)

    explained(Refused(SAID, method, "/path", 403), _model.method(method), "ada", asked)
