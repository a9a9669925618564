# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a server that restarts."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, ConnectionSettings
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._api._login import PasswordLogin, SessionLogin
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import PASSWORD, MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
)

DENIED = message(403, "Unauthorised")


def version(start_hash: Any, text: str = "25.9.8") -> Reply:
    return Reply({"Version": text, "ServerStartHash": start_hash})


def test_through_everything_that_a_restart_brings(server: ScriptedServer, client: Client) -> None:
    server.script(
        version("old", "25.9.7"),
        version("old"),
        Reply(drop=True),
        Reply(b"Bad Gateway", status=502),
        Reply(b"<html>", status=503),
        Reply(b"", status=504),
        message(503, "Starting"),
        version(None),
        version(""),
        version("new"),
    )
    assert client.version() == (25, 9, 7)
    assert client.wait_for_restart("old", timeout=10, poll=0.001)["ServerStartHash"] == "new"
    assert client.version() == (25, 9, 8)  # what was known before is forgotten, the new is kept
    assert set(server.methods) == {"meta/version"}


def test_while_nobody_listens() -> None:
    other = ScriptedServer()
    other.close()
    with Client(ConnectionSettings(other.url), PasswordLogin("admin", PASSWORD)) as client:
        returned: list[ScriptedServer] = []

        def come_back() -> None:
            time.sleep(0.1)
            returned.append(ScriptedServer(port=other.server_address[1], replies=[version("new")]))

        thread = threading.Thread(target=come_back)
        thread.start()
        info = client.wait_for_restart("old", timeout=10, poll=0.02)
        thread.join()
    assert info["ServerStartHash"] == "new"
    assert client.calls.reads > 1
    returned[0].close()
    returned[0].check()


def test_with_a_session_that_did_not_survive(server: ScriptedServer, client: Client) -> None:
    server.script(
        message(200, "OK", SessionKey="one"),
        DENIED,
        Reply(status=502),
        Reply(status=502),
        Reply(status=502),
        Reply(status=502),
        DENIED,
        message(200, "OK", SessionKey="two"),
        version("new"),
    )
    client.ensure_session()
    assert client.wait_for_restart("old", timeout=10, poll=0.001)["ServerStartHash"] == "new"
    assert server.asked[-1].form["SessionKey"] == "two"


def test_a_login_that_no_longer_works_is_not_tried_again(server: ScriptedServer, make_client: MakeClient) -> None:
    server.script(DENIED)
    with pytest.raises(LoginFailed, match=r"ended by a restart"):
        make_client(SessionLogin("admin", "key")).wait_for_restart("old", timeout=10, poll=0.001)


@pytest.mark.parametrize("status", [400, 499])
def test_a_refusal_is_told(server: ScriptedServer, client: Client, status: int) -> None:
    server.script(message(status, "No"))
    with pytest.raises(Refused, match=r"No"):
        client.wait_for_restart("old", timeout=10, poll=0.001)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (version("old"), "it still runs as before. Look at the server"),
        (Reply(status=502), "HTTP status 502.*busy or restarting. Look at the server"),
        (Reply(delay=5), "did not respond in time.*Look at the server"),
        (message(500, "Starting"), r"Starting \(status 500\)\. Look at the server"),
    ],
)
def test_when_the_time_is_over(server: ScriptedServer, client: Client, reply: Reply, words: str) -> None:
    server.script(reply)
    started = time.monotonic()
    with pytest.raises(
        CometError, match=rf"{server.url} should have restarted .* within 0.1 seconds: .*{words}"
    ) as caught:
        client.wait_for_restart("old", timeout=0.1, poll=0.1)
    assert caught.value.details() == {"method": "AdminMetaVersion"}
    assert time.monotonic() - started < 2
