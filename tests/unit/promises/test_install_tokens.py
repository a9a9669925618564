# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install tokens: each run makes one, check mode none, and a lost answer makes no second one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused
from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, EmulatedServer
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD as ADMIN_PASSWORD
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, succeed

MODULE, CREATE, PATH = "comet_install_token", "AdminCreateInstallToken", "create-install-token"
PASSWORD = f"{CANARY}-horse"
WISH = {"user": "alice", "user_password": PASSWORD}


@pytest.fixture(autouse=True)
def alice(comet: EmulatedServer) -> None:
    comet.client.call("AdminAddUser", TargetUser="alice", TargetPassword=PASSWORD)
    comet.forget_calls()


def failure(result: dict[str, Any], *words: str) -> dict[str, Any]:
    """The details of a failure that is one sentence with these words, and says no secret."""
    assert result["failed"], result
    assert result["msg"].startswith("install token for ")
    assert "\n" not in result["msg"]
    for word in words:
        assert word in result["msg"], result["msg"]
    without_options = {name: value for name, value in result.items() if name != "invocation"}
    assert CANARY not in json.dumps(without_options)
    return dict(result.get("error", {}))


def test_each_run_makes_a_token_that_works_once(comet: EmulatedServer) -> None:
    first, second = (succeed(comet.task(MODULE, **WISH)) for _unused in range(2))
    assert first["changed"] is second["changed"] is True
    assert first["msg"] == "install token for alice made"
    assert comet.calls(writes=True) == [CREATE, CREATE]
    made = first["install_token"]
    assert made["token"] != second["install_token"]["token"]
    assert (made["username"], made["used"], made["server"]) == ("alice", False, f"{comet.url}/")
    assert made["expire_time"] > made["create_time"] > 0
    comet.control("POST", "device", {"do": "register", "token": made["token"]})
    assert len(comet.client.call("AdminListUsersFull")["alice"]["Devices"]) == 1
    with pytest.raises(AssertionError, match="used"):
        comet.control("POST", "device", {"do": "register", "token": made["token"]})


def test_a_token_for_another_address(comet: EmulatedServer) -> None:
    result = succeed(comet.task(MODULE, **WISH, server="https://backup.msp.example/"))
    assert result["install_token"]["server"] == "https://backup.msp.example/"


def test_check_mode_makes_none_and_says_that_it_would(comet: EmulatedServer) -> None:
    digest = comet.digest
    result = succeed(comet.task(MODULE, check=True, **WISH))
    assert (result["changed"], result["install_token"]) == (True, {})
    assert result["msg"] == "install token for alice would be made"
    assert "warnings" not in result
    assert comet.calls(writes=True) == []
    assert comet.digest == digest


def test_the_token_is_the_only_secret_that_is_shown(comet: EmulatedServer) -> None:
    for check in (True, False):
        result = succeed(comet.task(MODULE, check=check, **WISH))
        assert CANARY not in json.dumps(result)
        assert ADMIN_PASSWORD not in json.dumps(result)
    assert "hidden" not in result["install_token"]["token"]


@pytest.mark.parametrize(
    ("kind", "tokens"), [("drop_after", 1), ("truncate", 1), ("drop_before", 0), ("http_502", 0), ("http_504", 0)]
)
def test_a_call_whose_answer_is_lost_is_not_repeated(comet: EmulatedServer, kind: str, tokens: int) -> None:
    comet.fault(kind, path=PATH)
    failure(comet.task(MODULE, **WISH), "If a token was made, nobody knows it", "run the task again")
    assert comet.calls(writes=True) == [CREATE] * tokens
    assert succeed(comet.task(MODULE, **WISH))["install_token"]["token"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_a_user_that_does_not_exist(comet: EmulatedServer, status: int) -> None:
    comet.switch(unknown_object_status=status)
    digest = comet.digest
    failure(comet.task(MODULE, **{**WISH, "user": "alic"}), "user: there is no user named alic; did you mean alice?")
    assert comet.calls(writes=True) == []
    said = succeed(comet.task(MODULE, check=True, **{**WISH, "user": "bob"}))
    assert said["changed"] is True
    assert said["warnings"] == ["user: there is no user bob yet; assuming that an earlier task makes it"]
    assert comet.digest == digest


def test_a_wrong_password_is_tried_once(comet: EmulatedServer) -> None:
    digest = comet.digest
    wish = {**WISH, "user_password": f"{CANARY}-wrong"}
    error = failure(comet.task(MODULE, **wish), "user_password is not the password of this user", "status 403")
    assert error["method"] == CREATE
    assert "does not accept the login" not in str(error)
    assert comet.calls(writes=True) == [CREATE]
    assert comet.digest == digest


def test_a_server_that_fails_is_not_blamed_on_the_password(comet: EmulatedServer) -> None:
    class Failing:
        """A client of a server whose database is gone when it comes to tokens."""

        def __init__(self, client: Any) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            if method_name == CREATE:
                raise Refused("The server refused it: no space left (status 500).", status=500)
            return self._client.call(method_name, **parameters)

    failure(comet.task(MODULE, wrap=Failing, **WISH), "no space left")
    assert "password" not in comet.task(MODULE, wrap=Failing, **WISH)["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_server_that_is_too_old(comet: EmulatedServer, check: bool) -> None:
    comet.switch(version="20.8.0")
    failure(comet.task(MODULE, check=check, **WISH), "Making install tokens needs Comet Server 20.9.0", "is 20.8.0")


@pytest.mark.parametrize("version", ["22.6.2", "25.9.8"])
def test_a_token_of_every_server(comet: EmulatedServer, version: str) -> None:
    comet.switch(version=version)
    assert succeed(comet.task(MODULE, **WISH))["install_token"]["token"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({**WISH, "user": " "}, "user: must not be empty"),
        ({**WISH, "user_password": ""}, "user_password: must not be empty"),
    ],
)
def test_options_that_say_nothing(comet: EmulatedServer, options: dict[str, Any], sentence: str) -> None:
    result = comet.task(MODULE, **options)
    assert result["failed"]
    assert result["msg"].endswith(sentence)
    assert comet.calls(writes=False) == comet.calls(writes=True) == []


@pytest.mark.parametrize("missing", ["user", "user_password"])
def test_options_that_are_missing(comet: EmulatedServer, missing: str) -> None:
    result = comet.task(MODULE, **{name: value for name, value in WISH.items() if name != missing})
    assert result["failed"]
    assert result["msg"] == f"missing required arguments: {missing}"


def test_an_administrator_of_a_tenant_makes_tokens_for_its_users_alone(comet: EmulatedServer) -> None:
    add_tenants(comet)
    login = {"TargetUser": "acme", "TargetPassword": ADMIN_PASSWORD, "TargetOrgID": tenant_id(comet)}
    comet.client.call("AdminAdminUserNew", **login)
    made = {"TargetUser": "bobby", "TargetPassword": PASSWORD, "TargetOrganization": tenant_id(comet)}
    comet.client.call("AdminAddUser", **made)
    assert succeed(comet.task(MODULE, username="acme", user="bobby", user_password=PASSWORD))["changed"] is True
    failure(comet.task(MODULE, username="acme", **WISH), "user: there is no user named alice")
    assert succeed(comet.task(MODULE, username=ADMIN, user="bobby", user_password=PASSWORD))["changed"] is True
