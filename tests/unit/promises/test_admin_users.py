# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrators: two members tell who is meant, passwords are written once, and nobody locks the task out."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, ConnectionSettings, PasswordLogin
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, config_of, tenant_id, write_config
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import (
    add_auth_source,
    add_namesakes,
    admin,
    write_admin,
)
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

MODULE = "comet_admin_user"
NEW, DELETE = "AdminAdminUserNew", "AdminAdminUserDelete"
GET, SET = "AdminMetaServerConfigGet", "AdminMetaServerConfigSet"
CAROL: Options = {"name": "carol", "admin_user_password": "first password"}
HELD: Options = {"name": "carol", "permissions": {"prevent_server_shutdown": True}}


def logs_in(server: EmulatedServer, name: str, password: str) -> bool:
    client = Client(ConnectionSettings(server.url), PasswordLogin(name, password))
    try:
        return bool(client.call("AdminMetaVersion"))
    except CometError:
        return False
    finally:
        client.close()


def who(server: EmulatedServer) -> list[tuple[str, str]]:
    return sorted((one["Username"], one["OrganizationID"]) for one in config_of(server)["AdminUsers"])


# Which one is meant


@pytest.mark.parametrize("of_many", ["first", "refused"])
@pytest.mark.parametrize("tenant", ["", "Globex"])
def test_of_several_of_one_name_only_the_one_that_is_meant_goes(
    comet: EmulatedServer, tenant: str, of_many: str
) -> None:
    """The call for a single one names no tenant, so it is not used."""
    comet.switch(delete_admin_of_many=of_many)
    add_namesakes(comet)
    before = who(comet)
    comet.forget_calls()
    wish = {"name": "carol", "state": "absent", **({"tenant": tenant} if tenant else {})}
    said = succeed(comet.task(MODULE, check=True, **wish))
    result = succeed(comet.task(MODULE, **wish))
    assert said["restarted"] is result["restarted"] is True
    assert comet.calls(writes=True) == [SET]
    gone = ("carol", tenant and tenant_id(comet, tenant))
    assert who(comet) == [one for one in before if one != gone]


def test_the_only_one_of_a_name_goes_by_its_own_call(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **CAROL))
    comet.forget_calls()
    wish = {"name": "carol", "state": "absent"}
    said = succeed(comet.task(MODULE, check=True, **wish))
    result = succeed(comet.task(MODULE, **wish))
    assert said["restarted"] is result["restarted"] is False
    assert comet.calls(writes=True) == [DELETE]
    assert who(comet) == [(ADMIN, "")]


def test_one_of_a_tenant_is_none_of_the_top_level(comet: EmulatedServer) -> None:
    add_tenants(comet)
    succeed(comet.task(MODULE, **CAROL, tenant="ACME"))
    refused = comet.task(MODULE, **HELD)
    assert refused["msg"] == "admin user carol: admin_user_password: needed to create an administrator"
    assert succeed(comet.task(MODULE, name="carol", state="absent"))["changed"] is False
    shown = succeed(comet.task(f"{MODULE}_info", name="carol"))["admin_users"]
    assert [one["tenant"] for one in shown] == [tenant_id(comet)]
    assert succeed(comet.task(f"{MODULE}_info", tenant="Globex"))["admin_users"] == []
    assert [one["name"] for one in succeed(comet.task(f"{MODULE}_info", tenant=""))["admin_users"]] == [ADMIN]


def test_the_list_of_administrators_is_read_without_the_rest(comet: EmulatedServer) -> None:
    comet.forget_calls()
    succeed(comet.task(f"{MODULE}_info"))
    assert comet.calls(writes=False) == ["AdminAdminUserList"]


def test_the_module_of_the_server_manages_the_same_ones(comet: EmulatedServer) -> None:
    add_tenants(comet)
    several = [
        {"name": "carol", "tenant": tenant, "password": "first", "allow_password_login": True}
        for tenant in ("", "ACME")
    ]
    succeed(comet.task("comet_server_config", admin_users=several))
    for tenant in ({}, {"tenant": "ACME"}):
        wish = {"name": "carol", "admin_user_password": "other", "allow_password_login": True, **tenant}
        assert succeed(comet.task(MODULE, **wish))["changed"] is False


# What is written


def test_an_administrator_with_nothing_but_a_password_restarts_nothing(comet: EmulatedServer) -> None:
    comet.forget_calls()
    said = succeed(comet.task(MODULE, check=True, **CAROL))
    result = succeed(comet.task(MODULE, **CAROL, update_password="always"))
    assert said["restarted"] is result["restarted"] is False
    assert comet.calls(writes=True) == [NEW]
    assert logs_in(comet, "carol", "first password")


def test_permissions_of_a_new_one_restart_once(comet: EmulatedServer) -> None:
    comet.forget_calls()
    wish = {**CAROL, **HELD, "update_password": "always"}
    said = succeed(comet.task(MODULE, check=True, **wish))
    result = succeed(comet.task(MODULE, **wish))
    assert said["restarted"] is result["restarted"] is True
    assert said["diff"] == result["diff"]
    assert comet.calls(writes=True) == [NEW, SET]
    assert logs_in(comet, "carol", "first password")


@pytest.mark.parametrize("allowed", ["allow", "none"])
def test_what_a_new_one_may_at_first_does_not_matter(comet: EmulatedServer, allowed: str) -> None:
    comet.switch(new_tenant_admin_permissions=allowed)
    add_tenants(comet)
    permissions = {"allow_edit_branding": True, "allow_edit_webhooks": False, "prevent_server_shutdown": True}
    wish = {**CAROL, "tenant": "ACME", "permissions": permissions}
    made = succeed(comet.task(MODULE, **wish))["admin_user"]["permissions"]
    assert {name: bool(made.get(name)) for name in permissions} == permissions
    assert succeed(comet.task(MODULE, **wish))["changed"] is False


def test_a_password_is_kept_until_it_is_to_be_written(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **CAROL))
    other = {**CAROL, "admin_user_password": "second password"}
    assert succeed(comet.task(MODULE, **other))["changed"] is False
    assert logs_in(comet, "carol", "first password")
    for _turn in range(2):
        result = succeed(comet.task(MODULE, **other, update_password="always"))
        assert result["changed"] is result["restarted"] is True
        assert result["diff"]["after"] == {"admin_user_password": "<hidden>"}
    assert logs_in(comet, "carol", "second password")
    assert not logs_in(comet, "carol", "first password")
    stored = admin("carol")(comet)
    assert stored is not None
    assert stored["PasswordFormat"] != 0
    assert "second password" not in stored["Password"]


def test_a_password_to_be_changed_is_asked_for_with_each_new_one_only(comet: EmulatedServer) -> None:
    """The server takes the mark away once the administrator has chosen a password."""
    wish = {**CAROL, "require_password_change": True}
    assert succeed(comet.task(MODULE, **wish))["admin_user"]["require_password_change"] is True
    document = admin("carol")(comet)
    assert document is not None
    write_admin(comet, {**document, "RequirePasswordChange": False})
    assert succeed(comet.task(MODULE, **wish))["changed"] is False
    result = succeed(comet.task(MODULE, **wish, update_password="always"))
    assert result["diff"]["after"] == {"admin_user_password": "<hidden>", "require_password_change": True}


def test_all_else_in_the_configuration_stays(comet: EmulatedServer) -> None:
    add_namesakes(comet)
    document = config_of(comet)
    document["AdminUsers"] = [{**one, "FromTheFuture": {"Deep": 1}} for one in document["AdminUsers"]]
    write_config(comet, {**document, "FromTheFuture": 1})
    before = config_of(comet)
    wish = {"name": "carol", "tenant": "Globex", "ip_whitelist": "^127[.]"}
    succeed(comet.task(MODULE, **wish))
    after = config_of(comet)
    for one in before["AdminUsers"]:
        if (one["Username"], one["OrganizationID"]) == ("carol", tenant_id(comet, "Globex")):
            one["IPWhitelist"] = "^127[.]"
    assert after == before


def test_the_configuration_is_read_again_just_before_it_is_written(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **CAROL))
    turns = iter(range(10))

    def meanwhile() -> None:
        if next(turns) == 1:
            comet.client.call(NEW, TargetUser="dave", TargetPassword="correct horse")

    def wrap(client: Client) -> Any:
        return Interrupted(client, {GET}, meanwhile, 10)

    succeed(comet.task(MODULE, wrap=wrap, **HELD))
    assert who(comet) == [(ADMIN, ""), ("carol", ""), ("dave", "")]


def test_one_whose_making_was_interrupted_is_completed(comet: EmulatedServer) -> None:
    comet.fault("http_500", path=_model.method(SET).path, count=20)
    broken = comet.task(MODULE, **CAROL, permissions=HELD["permissions"])
    assert broken["failed"]
    comet.fault("none")
    assert admin("carol")(comet) is not None
    comet.forget_calls()
    assert succeed(comet.task(MODULE, **CAROL, permissions=HELD["permissions"]))["changed"] is True
    assert comet.calls(writes=True) == [SET]
    assert succeed(comet.task(MODULE, **CAROL, permissions=HELD["permissions"]))["changed"] is False


def test_one_that_is_not_there_yet_may_come_from_an_earlier_task(comet: EmulatedServer) -> None:
    said = succeed(comet.task(MODULE, check=True, **HELD))
    assert said["changed"] is True
    assert "admin_user_password: needed to create an administrator" in said["warnings"][0]
    assert comet.calls(writes=True) == []


# Nobody locks the task out

OWN: dict[str, tuple[Options, str]] = {
    "deleted": ({"state": "absent"}, "state"),
    "another password": ({"admin_user_password": "correct horse", "update_password": "always"}, "admin_user_password"),
    "no way to log in": ({"allow_password_login": False}, "allow_password_login"),
    "a password to be changed": (
        {"admin_user_password": PASSWORD, "update_password": "always", "require_password_change": True},
        "require_password_change",
    ),
    "no server settings": (
        {"permissions": {"prevent_edit_server_settings": True}},
        "permissions.prevent_edit_server_settings",
    ),
}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("wish", "option"), OWN.values(), ids=list(OWN))
def test_the_login_of_the_task_is_not_locked_out(
    comet: EmulatedServer, wish: Options, option: str, check: bool
) -> None:
    digest = comet.digest
    refused = comet.task(MODULE, check=check, name=ADMIN, **wish)
    assert refused["failed"]
    assert refused["msg"].startswith(
        f"admin user {ADMIN}: {option}: this is the administrator that the task logs in as, who would be locked out; "
        "log in as another one"
    )
    assert comet.digest == digest
    assert comet.calls(writes=True) == []


@pytest.mark.parametrize(("wish", "option"), OWN.values(), ids=list(OWN))
def test_another_login_may_do_that(comet: EmulatedServer, wish: Options, option: str) -> None:
    succeed(comet.task(MODULE, name="deputy", admin_user_password=PASSWORD))
    result = succeed(comet.task(MODULE, username="deputy", name=ADMIN, **wish))
    assert result["changed"] is True, option
    # Whoever resets the emulator logs in as the first administrator.
    back = {"name": ADMIN, "admin_user_password": PASSWORD, "update_password": "always", "allow_password_login": True}
    more = {"permissions": {"prevent_edit_server_settings": False}, "require_password_change": False}
    succeed(comet.task(MODULE, username="deputy", **back, **more))
    assert logs_in(comet, ADMIN, PASSWORD)


def test_one_of_the_same_name_in_a_tenant_is_somebody_else(comet: EmulatedServer) -> None:
    add_tenants(comet)
    wish = {"name": ADMIN, "tenant": "ACME"}
    succeed(comet.task(MODULE, **wish, admin_user_password="first password"))
    locked = {"admin_user_password": "other", "update_password": "always", "allow_password_login": False}
    assert succeed(comet.task(MODULE, **wish, **locked))["changed"] is True
    assert succeed(comet.task(MODULE, **wish, state="absent"))["changed"] is True
    assert who(comet) == [(ADMIN, "")]


def test_what_locks_nobody_out_can_be_changed(comet: EmulatedServer) -> None:
    wish = {"name": ADMIN, "ip_whitelist": "^127[.]", "permissions": {"prevent_server_shutdown": True}}
    assert succeed(comet.task(MODULE, **wish))["changed"] is True
    assert succeed(comet.task(MODULE, **wish))["changed"] is False
    same = {"name": ADMIN, "admin_user_password": PASSWORD, "update_password": "always"}
    assert succeed(comet.task(MODULE, **same))["restarted"] is True


def test_a_login_with_a_code_needs_the_code_to_stay_allowed(comet: EmulatedServer) -> None:
    secret = pyotp.random_base32()
    succeed(comet.task(MODULE, name="careful", admin_user_password=PASSWORD))
    document = admin("careful")(comet)
    assert document is not None
    write_admin(comet, {**document, "TOTPKey": secret, "AllowPasswordAndTOTPLogin": True})
    login = {"username": "careful", "password": PASSWORD, "totp_secret": secret}
    refused = comet.task(MODULE, **login, name="careful", allow_password_and_totp_login=False)
    assert "allow_password_and_totp_login: this is the administrator that the task logs in as" in refused["msg"]


def test_a_pattern_that_the_server_refuses_changes_nothing(comet: EmulatedServer) -> None:
    digest = comet.digest
    refused = comet.task(MODULE, name=ADMIN, ip_whitelist="^192[.]0[.]2[.]")
    assert refused["failed"]
    assert refused["msg"].startswith(f"admin user {ADMIN}: ")
    assert "exclude your own address" in refused["msg"]
    assert comet.digest == digest


def add_external(server: EmulatedServer) -> None:
    add_auth_source(server)
    document = {"Username": "sso", "OrganizationID": "", "ExternalAuthenticationSource": "other"}
    write_admin(server, document)


@pytest.mark.parametrize("when", ["on_create", "always"])
def test_one_of_an_external_source_gets_no_password(comet: EmulatedServer, when: str) -> None:
    add_external(comet)
    digest = comet.digest
    refused = comet.task(MODULE, name="sso", admin_user_password="taken over", update_password=when)
    assert refused["failed"]
    assert refused["msg"] == (
        "admin user sso: admin_user_password: the external authentication source other made this administrator and "
        "checks the password; leave it out"
    )
    listed = [{"name": "sso", "password": "taken over"}]
    assert "admin_users.sso.password: the external auth" in comet.task("comet_server_config", admin_users=listed)["msg"]
    assert comet.digest == digest


def test_the_rest_of_one_of_an_external_source_is_managed(comet: EmulatedServer) -> None:
    add_external(comet)
    result = succeed(comet.task(MODULE, name="sso", permissions={"allow_edit_webhooks": True}))
    assert result["admin_user"]["external_authentication_source"] == "other"
    succeed(comet.task(MODULE, **CAROL, permissions=HELD["permissions"]))
    assert ("sso", "") in who(comet)
    assert succeed(comet.task(MODULE, name="sso", state="absent"))["changed"] is True
    assert ("sso", "") not in who(comet)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("tenant", [False, True])
def test_an_administrator_of_a_tenant_is_told_that_the_api_does_not_allow_it(
    comet: EmulatedServer, tenant: bool, check: bool
) -> None:
    add_tenants(comet)
    comet.client.call(NEW, TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    digest = comet.digest
    where = {"tenant": tenant_id(comet)} if tenant else {}
    for module, wish in ((MODULE, CAROL), (f"{MODULE}_info", {})):
        refused = comet.task(module, check=check, username="acme", **wish, **where)
        assert refused["failed"]
        assert tenant_id(comet) in refused["msg"]
        assert "top level" in refused["msg"]
    assert comet.digest == digest


BAD: dict[str, tuple[Options, str]] = {
    "no password": ({}, "admin_user_password: needed to create an administrator"),
    "an empty password": ({"admin_user_password": ""}, "admin_user_password: must not be empty"),
    "a known member in extra": (
        {**CAROL, "extra": {"Password": "canary"}},
        "extra.Password is known: use the option admin_user_password",
    ),
    "a member that administrators set themselves": (
        {**CAROL, "extra": {"TOTPKey": "canary"}},
        "extra.TOTPKey is kept by the server",
    ),
    "a policy of nobody": (
        {**CAROL, "permissions": {"allowed_user_policies": ["Gold"]}},
        "permissions.allowed_user_policies[0]: there is no policy named Gold",
    ),
}


@pytest.mark.parametrize(("wish", "words"), BAD.values(), ids=list(BAD))
def test_bad_input_is_one_sentence(comet: EmulatedServer, wish: Options, words: str) -> None:
    digest = comet.digest
    refused = comet.task(MODULE, **{"name": "carol", **wish})
    assert refused["failed"]
    assert refused["msg"].startswith("admin user carol: ")
    assert words in refused["msg"]
    assert "canary" not in str(refused)
    assert comet.digest == digest


def test_an_existing_one_keeps_its_password_when_an_empty_one_is_given(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **CAROL))
    refused = comet.task(MODULE, **{**CAROL, "admin_user_password": ""}, update_password="always")
    assert "admin_user_password: must not be empty" in refused["msg"]
    assert logs_in(comet, "carol", "first password")


def test_an_old_server_is_named(comet: EmulatedServer) -> None:
    comet.switch(version="22.6.2")
    assert succeed(comet.task(MODULE, **CAROL, permissions={"prevent_server_shutdown": True}))["changed"] is True
    digest = comet.digest
    refused = comet.task(MODULE, **{**CAROL, "name": "dave"}, require_password_change=True)
    assert "RequirePasswordChange needs Comet Server 24.12.0 or newer; this server is 22.6.2" in refused["msg"]
    assert comet.digest == digest
