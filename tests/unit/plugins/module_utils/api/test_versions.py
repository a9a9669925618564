# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions of servers: asked once, compared, and the reason why a method is missing."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _client
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer, Refused, TooOld
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
    version,
)

WRITE = "AdminDeleteUser"
MISSING = (Reply(b"404 page not found", status=404), message(404, "Not found"))


def test_it_is_asked_once(server: ScriptedServer, client: Client) -> None:
    server.script(version("25.9.8"))
    assert client.version() == (25, 9, 8)
    assert client.version_info()["ServerStartHash"] == "first"
    client.require("25.9.8", "This")
    assert server.methods == ["meta/version"]


def test_it_may_be_forgotten(server: ScriptedServer, client: Client) -> None:
    server.script(version("25.9.8"), version("25.12.0"))
    assert client.version() == (25, 9, 8)
    client.forget_version()
    assert client.version() == (25, 12, 0)


@pytest.mark.parametrize("body", [{}, {"Version": None}, {"Version": "unknown"}, {"Version": 25}])
def test_a_server_that_does_not_tell_it(server: ScriptedServer, client: Client, body: Any) -> None:
    server.script(Reply(body))
    with pytest.raises(BadAnswer, match=r"does not say its version") as caught:
        client.version()
    assert caught.value.details() == {"method": "AdminMetaVersion"}


def test_a_single_digit_begins_a_version(server: ScriptedServer, client: Client) -> None:
    server.script(version("9.12.1"))
    assert client.version() == (9, 12, 1)
    client.require("9.8.0", "This")


def test_a_server_that_is_too_old(server: ScriptedServer, client: Client) -> None:
    server.script(version("24.9.7"))
    with pytest.raises(TooOld, match=r"Shared quotas needs Comet Server 25.9.8 or newer; this server is 24.9.7"):
        client.require("25.9.8", "shared quotas")
    with pytest.raises(TooOld) as caught:
        client.require("AdminAddFirstAdminUser", "The first administrator")
    needed = _client.model.method("AdminAddFirstAdminUser").since
    assert caught.value.details() == {"what": "The first administrator", "needed": needed, "found": "24.9.7"}
    assert (caught.value.what, caught.value.needed, caught.value.found) == (
        "The first administrator",
        needed,
        "24.9.7",
    )


def test_old_methods_need_no_question(client: Client) -> None:
    assert not _client.model.method(WRITE).since
    client.require(WRITE, "Deleting a user")


@pytest.mark.parametrize("reply", MISSING)
def test_a_missing_method_of_a_newer_server(server: ScriptedServer, client: Client, reply: Reply) -> None:
    server.script(reply, version("20.1.0"))
    with pytest.raises(TooOld, match=r"AdminUserGroupsList needs .*; this server is 20.1.0"):
        client.call("AdminUserGroupsList")


@pytest.mark.parametrize("reply", MISSING)
def test_a_missing_method_that_should_be_there(server: ScriptedServer, client: Client, reply: Reply) -> None:
    server.script(reply, version("99.1.0"))
    with pytest.raises((BadAnswer, Refused), match=r"404"):
        client.call("AdminUserGroupsList")


def test_a_missing_method_of_an_unknown_version(server: ScriptedServer, client: Client) -> None:
    server.script(Reply(b"no", status=404), Reply({}))
    with pytest.raises(BadAnswer, match=r"does not|404"):
        client.call("AdminUserGroupsList")
    client.forget_version()
    server.script(Reply(b"no", status=404), Reply(b"no", status=404))
    with pytest.raises(BadAnswer, match=r"AdminUserGroupsList with HTTP status 404"):
        client.call("AdminUserGroupsList")


def test_not_even_a_version(server: ScriptedServer, client: Client) -> None:
    server.script(Reply(b"no", status=404))
    with pytest.raises(BadAnswer, match=r"404"):
        client.call("AdminMetaVersion")
