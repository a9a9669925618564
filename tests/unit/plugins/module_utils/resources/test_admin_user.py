# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrators, against a client that follows a script: which calls carry a wish out, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._login import (
    Login,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import ADMIN_USER
from ansible_collections.comet.backup.plugins.module_utils._state import _home
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import Run, no_pauses

__all__ = ["no_pauses"]  # fixture

GET, SET, LIST = "AdminMetaServerConfigGet", "AdminMetaServerConfigSet", "AdminAdminUserList"
NEW, DELETE = "AdminAdminUserNew", "AdminAdminUserDelete"
ROOT = {"Username": "root", "OrganizationID": "", "Password": "hash", "AllowPasswordLogin": True}
CAROL = {"Username": "carol", "OrganizationID": "", "Password": "hash", "FromTheFuture": 1}
NAMESAKE = {**CAROL, "OrganizationID": "acme"}
PASSWORD = {"Password": "new"}
RIGHTS = {"Permissions": {"PreventServerShutdown": True}}


def run(
    present: bool, admins: list[Any], patch: dict[str, Any] | None = None, login: Login | None = None, **more: Any
) -> Run:
    """A task about carol of the top level. ``admins`` are those of the server, or a list of these for each look.

    Once the configuration is written, or an administrator deleted, that is what is seen.
    """
    looks = admins if admins and isinstance(admins[0], list) else [admins]

    def write(Config: dict[str, Any]) -> dict[str, Any]:
        going.client.replies[GET] = [Config]
        return {}

    def delete(TargetUser: str) -> dict[str, Any]:
        return write({"AdminUsers": [admin for admin in looks[-1] if admin["Username"] != TargetUser], "License": "x"})

    seen = [{"AdminUsers": look, "License": "x"} for look in looks]
    replies = {GET: seen, SET: write, NEW: {}, DELETE: delete, "AdminAccountProperties": {}}
    secrets = more.pop("secrets", "on_create")
    wish = Wish(present, name="carol", tenant="", told={"Username": "carol"}, patch=patch or {}, secrets=secrets)
    going = Run(ADMIN_USER, wish, **more, **replies)
    going.client.login = login or PasswordLogin("root", "root password")  # type: ignore[attr-defined]
    return going


@pytest.mark.parametrize("secrets", ["on_create", "always"])
def test_a_password_alone_restarts_nothing_and_is_written_once(secrets: str) -> None:
    going = run(True, [[ROOT], [ROOT], [ROOT, CAROL]], PASSWORD, secrets=secrets)
    outcome = going.go()
    assert (outcome.changed, outcome.restarted) == (True, False)
    assert going.sent(NEW) == [{"TargetUser": "carol", "TargetPassword": "new"}]
    assert going.sent(SET) == []


@pytest.mark.parametrize("secrets", ["on_create", "always"])
def test_the_rest_of_a_new_one_goes_with_the_configuration(secrets: str) -> None:
    going = run(True, [[ROOT], [ROOT], [ROOT, CAROL]], {**PASSWORD, **RIGHTS}, secrets=secrets)
    assert going.go().restarted is True
    (sent,) = going.sent(SET)
    assert sent == {"Config": {"AdminUsers": [ROOT, {**CAROL, **RIGHTS}], "License": "x"}}


@pytest.mark.parametrize(("patch", "restarts"), [(PASSWORD, False), ({**PASSWORD, **RIGHTS}, True)])
def test_check_mode_knows_whether_a_new_one_restarts_the_server(patch: dict[str, Any], restarts: bool) -> None:
    assert run(True, [ROOT], patch, check_mode=True).go().restarted is restarts


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("others", "restarts"), [([ROOT], False), ([ROOT, NAMESAKE], True)])
def test_the_call_for_one_is_used_where_it_can_mean_no_other(others: list[Any], restarts: bool, check: bool) -> None:
    going = run(False, [*others, CAROL], check_mode=check)
    assert going.go().restarted is restarts
    if not check:
        assert bool(going.sent(DELETE)) is not restarts
        assert [sent["Config"]["AdminUsers"] for sent in going.sent(SET)] == ([others] if restarts else [])


def test_a_call_that_carries_an_id_means_one_alone_in_any_case() -> None:
    around = Found("", {"AdminUsers": [CAROL, NAMESAKE]})
    wish, found = Wish(False, name="carol"), Found("", CAROL, around=around)
    assert _home.single(ADMIN_USER, wish, found) is False
    assert _home.single(replace(ADMIN_USER, deleting=Call(DELETE, {"TargetUser": "id"})), wish, found) is True
    assert _home.single(replace(ADMIN_USER, deleting=None), wish, found) is False


def test_those_who_only_read_get_the_list_alone() -> None:
    going = Run(ADMIN_USER, Wish(True), **{LIST: [[ROOT, CAROL, NAMESAKE]]})
    assert list(going.server.listing(ADMIN_USER).values()) == [ROOT, CAROL, NAMESAKE]
    assert going.methods == [LIST]


def test_what_goes_with_a_new_password_only() -> None:
    mark = {"RequirePasswordChange": True}
    assert run(True, [CAROL], {**PASSWORD, **mark}).go().changed is False
    going = run(True, [CAROL], {**PASSWORD, **mark}, secrets="always")
    assert going.go().changed is True
    (sent,) = going.sent(SET)
    assert sent["Config"]["AdminUsers"] == [{**CAROL, **PASSWORD, **mark, "PasswordFormat": 0}]


OWN = {**CAROL, "AllowPasswordLogin": True, "AllowPasswordAndTOTPLogin": True}
BY_PASSWORD, BY_CODE = PasswordLogin("carol", "mine"), TotpLogin("carol", "mine", code="123456")
BY_SESSION = SessionLogin("carol", "key")


@pytest.mark.parametrize(
    ("login", "patch", "option"),
    [
        (BY_PASSWORD, {"AllowPasswordLogin": False}, "allow_password_login"),
        (BY_CODE, {"AllowPasswordAndTOTPLogin": False}, "allow_password_and_totp_login"),
        (BY_PASSWORD, PASSWORD, "admin_user_password"),
        (BY_SESSION, PASSWORD, "admin_user_password"),
        (BY_PASSWORD, {"Password": "mine", "RequirePasswordChange": True}, "require_password_change"),
        (BY_SESSION, {"Permissions": {"PreventEditServerSettings": True}}, "permissions.prevent_edit_server_settings"),
    ],
)
def test_what_would_lock_the_task_out(login: Login, patch: dict[str, Any], option: str) -> None:
    going = run(True, [ROOT, OWN], patch, login, secrets="always")
    with pytest.raises(InvalidOption) as caught:
        going.go()
    assert caught.value.message.startswith(f"{option}: this is the administrator that the task logs in as")
    assert going.methods == [GET]


@pytest.mark.parametrize(
    ("login", "patch"),
    [
        (BY_CODE, {"AllowPasswordLogin": False}),
        (BY_PASSWORD, {"AllowPasswordAndTOTPLogin": False}),
        (BY_SESSION, {"AllowPasswordLogin": False}),
        (BY_PASSWORD, {"Password": "mine"}),
        (BY_CODE, {"Password": "mine"}),
        (BY_PASSWORD, RIGHTS),
        (PasswordLogin("Carol", "mine"), {"AllowPasswordLogin": False}),
    ],
)
def test_what_does_not(login: Login, patch: dict[str, Any]) -> None:
    assert run(True, [ROOT, OWN], patch, login, secrets="always").go().changed is True


def test_the_own_account_is_not_deleted() -> None:
    going = run(False, [ROOT, OWN], login=BY_PASSWORD)
    with pytest.raises(InvalidOption, match="state: this is the administrator that the task logs in as"):
        going.go()
    assert going.methods == [GET]


@pytest.mark.parametrize("secrets", ["on_create", "always"])
def test_one_of_an_external_source_gets_no_password(secrets: str) -> None:
    external = {**CAROL, "Password": "", "ExternalAuthenticationSource": "ldap-1"}
    with pytest.raises(InvalidOption, match="the external authentication source ldap-1 made this administrator"):
        run(True, [external], PASSWORD, secrets=secrets).go()
    assert run(True, [external], RIGHTS).go().changed is True


@pytest.mark.parametrize("admins", [[ROOT], [ROOT, CAROL]])
def test_an_empty_password_is_refused(admins: list[Any]) -> None:
    with pytest.raises(InvalidOption, match="admin_user_password: must not be empty"):
        run(True, admins, {"Password": ""}).go()


def test_a_new_one_needs_a_password() -> None:
    with pytest.raises(InvalidOption, match="admin_user_password: needed to create an administrator"):
        run(True, [ROOT], RIGHTS).go()
