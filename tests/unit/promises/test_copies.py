# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects known by a text alone: the server may hold copies, and makes them in the login's own tenant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

TEXT = "Maintenance on Saturday\nfrom 20:00 UTC"
POSTED, REMOVED = "AdminNewsSubmit", "AdminNewsRemove"


def post(comet: EmulatedServer, *texts: str) -> None:
    for text in texts:
        comet.client.call(POSTED, NewsContent=text)
    comet.forget_calls()


def texts(comet: EmulatedServer, tenant: str = "") -> list[str]:
    found = comet.client.call("AdminNewsGetAll").values()
    return sorted(one["TextContent"] for one in found if one["OrganizationID"] == tenant)


@pytest.fixture
def acme(comet: EmulatedServer) -> dict[str, Any]:
    """The login of an administrator of ACME."""
    add_tenants(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    comet.forget_calls()
    return {"username": "acme"}


@pytest.mark.parametrize("there", [TEXT, f"  {TEXT}\n", TEXT.replace("\n", "\r\n")])
def test_what_is_there_is_not_made_again(comet: EmulatedServer, there: str) -> None:
    """However its white space was written."""
    post(comet, there)
    result = succeed(comet.task("comet_news", text=TEXT))
    assert result["changed"] is False
    assert result["diff"] == {"before": {}, "after": {}}
    assert result["news"]["text"] == there
    assert comet.calls(writes=True) == []


def test_one_copy_is_enough(comet: EmulatedServer) -> None:
    post(comet, TEXT, TEXT, "Something else")
    first, second = (succeed(comet.task("comet_news", text=TEXT)) for _turn in range(2))
    assert first["changed"] is second["changed"] is False
    assert first["news"]["id"] == second["news"]["id"]
    assert len(succeed(comet.task("comet_news_info", text=TEXT))["news"]) == 2


def test_absent_removes_every_copy(comet: EmulatedServer) -> None:
    post(comet, TEXT, f"{TEXT}\n", TEXT, "Something else")
    said = succeed(comet.task("comet_news", check=True, text=TEXT, state="absent"))
    assert comet.calls(writes=True) == []
    done = succeed(comet.task("comet_news", text=TEXT, state="absent"))
    assert said["changed"] is done["changed"] is True
    assert said["diff"] == done["diff"]
    assert comet.calls(writes=True) == [REMOVED] * 3
    assert texts(comet) == ["Something else"]
    assert succeed(comet.task("comet_news", text=TEXT, state="absent"))["changed"] is False


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "http_502"])
def test_lost_answers_leave_no_copy(comet: EmulatedServer, kind: str) -> None:
    post(comet, TEXT, TEXT, TEXT)
    comet.fault(kind, path=_model.method(REMOVED).path)
    assert succeed(comet.task("comet_news", text=TEXT, state="absent"))["changed"] is True
    assert comet.calls(writes=True) == [REMOVED] * 3
    assert texts(comet) == []


def test_a_copy_that_somebody_else_removes_meanwhile_is_no_matter(comet: EmulatedServer) -> None:
    post(comet, TEXT, TEXT)

    class Overtaken:
        """A client that somebody else is quicker than, once."""

        def __init__(self, client: Client) -> None:
            self._client, self.left = client, 1

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            if method_name == REMOVED and self.left:
                self.left = 0
                comet.client.call(REMOVED, **parameters)
            return self._client.call(method_name, **parameters)

    assert succeed(comet.task("comet_news", wrap=Overtaken, text=TEXT, state="absent"))["changed"] is True
    assert texts(comet) == []


def test_a_server_that_removes_nothing_is_not_asked_for_ever(comet: EmulatedServer) -> None:
    post(comet, TEXT, TEXT)

    class Deaf:
        """A client whose server says yes and keeps everything."""

        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            return {} if method_name == REMOVED else self._client.call(method_name, **parameters)

    refused = comet.task("comet_news", wrap=Deaf, text=TEXT, state="absent")
    assert refused["failed"]
    assert "the server deleted it, yet it is still there" in refused["msg"]


def test_a_text_is_no_id(comet: EmulatedServer) -> None:
    post(comet, TEXT)
    key = next(iter(comet.client.call("AdminNewsGetAll")))
    assert succeed(comet.task("comet_news", text=key))["changed"] is True
    assert texts(comet) == sorted([TEXT, key])


def test_messages_give_the_beginning_of_a_text(comet: EmulatedServer) -> None:
    result = succeed(comet.task("comet_news", text="One sentence and\nanother one. " * 20))
    assert result["msg"].startswith("news One sentence and another one. One")
    assert result["msg"].endswith("... created")
    assert len(result["msg"]) < 100


@pytest.mark.parametrize("check", [True, False])
def test_for_another_tenant_nothing_is_made(comet: EmulatedServer, acme: dict[str, Any], check: bool) -> None:
    digest = comet.digest
    made_elsewhere = "log in as an administrator of the tenant that is meant, and leave tenant out"
    for options, words in (({"tenant": "ACME"}, made_elsewhere), ({"tenant": "", **acme}, "reaches nothing else")):
        refused = comet.task("comet_news", check=check, text=TEXT, **options)
        assert refused["failed"]
        assert refused["msg"].startswith("news Maintenance on Saturday from 20:00 UTC: tenant: ")
        assert words in refused["msg"]
    assert comet.digest == digest


def test_each_tenant_has_its_own(comet: EmulatedServer, acme: dict[str, Any]) -> None:
    key = tenant_id(comet)
    made = succeed(comet.task("comet_news", text=TEXT, **acme))
    assert (made["changed"], made["news"]["tenant"]) == (True, key)
    assert succeed(comet.task("comet_news", text=TEXT, **acme))["changed"] is False
    assert succeed(comet.task("comet_news", text=TEXT, tenant="ACME"))["changed"] is False
    assert succeed(comet.task("comet_news", text=TEXT))["changed"] is True
    assert (texts(comet), texts(comet, key)) == ([TEXT], [TEXT])
    assert succeed(comet.task("comet_news", text=TEXT, state="absent", **acme))["changed"] is True
    assert (texts(comet), texts(comet, key)) == ([TEXT], [])


def test_the_top_level_removes_what_is_in_a_tenant(comet: EmulatedServer, acme: dict[str, Any]) -> None:
    succeed(comet.task("comet_news", text=TEXT, **acme))
    post(comet, TEXT)
    assert succeed(comet.task("comet_news", text=TEXT, tenant="ACME", state="absent"))["changed"] is True
    assert (texts(comet), texts(comet, tenant_id(comet))) == ([TEXT], [])
