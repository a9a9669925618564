# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""However a call fails, no secret shows: not in the text, the facts, the repr, the traceback or the chained causes."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import (
    Client,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
)

CANARY = "canary-5e1c"
LOGINS: list[Any] = [
    PasswordLogin("admin", CANARY),
    TotpLogin("admin", CANARY, code=CANARY),
    SessionLogin("admin", CANARY),
]
REPLIES = {
    "dropped": Reply(drop=True),
    "cut": Reply(CANARY.encode() * 9, cut=20),
    "page": Reply(f"<html>{CANARY}".encode()),
    "broken JSON": Reply(f'{{"{CANARY}'.encode()),
    "wrong shape": Reply([CANARY]),
    "HTTP error": Reply(CANARY.encode(), status=400),
    "refused": message(400, f"bad {CANARY} given"),
    "denied": message(403, f"bad {CANARY} given"),
    "second factor": message(403, f"ERR_TOTP_REQUIRED {CANARY}"),
    "redirect": Reply(status=302, headers={"Location": f"https://other.test/?p={CANARY}"}),
    "garbled": Reply(CANARY.encode(), headers={"Content-Encoding": "gzip"}),
}


def shown(error: BaseException) -> str:
    chain, seen = error, []
    while chain is not None:
        seen += [str(chain), repr(chain)] if not chain.__suppress_context__ or isinstance(chain, CometError) else []
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)  # type: ignore[assignment]
    details = json.dumps(error.details()) if isinstance(error, CometError) else ""
    return "\n".join([*seen, *traceback.format_exception(error), details])


def fail(act: Callable[[], Any]) -> str:
    with pytest.raises(CometError) as caught:
        act()
    assert caught.value.message == str(caught.value)
    return shown(caught.value)


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.auth_type)
@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_answers(
    server: ScriptedServer,
    make_client: MakeClient,
    caplog: pytest.LogCaptureFixture,
    login: Any,
    reply: Reply,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_client(login)
    server.script(reply)
    if reply is REPLIES["denied"] and not isinstance(login, TotpLogin):
        server.script(reply)
    text = fail(lambda: client.call("AdminResetUserPassword", TargetUser="alice", NewPassword=CANARY, OldPassword=""))
    assert CANARY not in text
    assert CANARY not in repr(client)
    assert CANARY not in caplog.text


def test_refusal_of_a_secret_parameter(server: ScriptedServer, make_client: MakeClient) -> None:
    server.script(message(400, f"{CANARY} is too short"))
    client = make_client(PasswordLogin("admin", ""))
    text = fail(lambda: client.call("AdminResetUserPassword", TargetUser="alice", NewPassword=CANARY))
    assert "******** is too short" in text
    assert CANARY not in text


def test_no_connection(server: ScriptedServer, make_client: MakeClient) -> None:
    clients: list[Client] = [make_client(login) for login in LOGINS]
    server.close()
    for client in clients:
        assert CANARY not in fail(lambda: client.call("AdminResetUserPassword", TargetUser="a", NewPassword=CANARY))  # noqa: B023


def test_bad_parameters(make_client: MakeClient) -> None:
    for parameters in ({"TargetUser": [CANARY]}, {"TargetUser": CANARY + "\udc80"}):
        assert CANARY not in fail(lambda: make_client().call("AdminDeleteUser", **parameters))  # noqa: B023
    for login in (PasswordLogin("admin", CANARY + "\udc80"), SessionLogin("admin", CANARY + "\udc80")):
        assert CANARY not in fail(lambda: make_client(login).call("AdminListUsers"))  # noqa: B023


def test_credentials_that_do_not_fit_a_header(make_client: MakeClient) -> None:
    login = SessionLogin("admin", f"{CANARY}\r\nX-More: 1")
    assert CANARY not in fail(lambda: make_client(login).call("AdminMetaResourceNew", upload=b""))
