# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's own client, held against the golden pairs: it sends what they say and understands the answers."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _errors
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, SessionLogin, TotpLogin
from ansible_collections.comet.backup.plugins.module_utils._api._login import Login, PasswordLogin
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings
from ansible_collections.comet.backup.tests.unit.golden.examples import Examples
from ansible_collections.comet.backup.tests.unit.golden.factcheck import facts
from ansible_collections.comet.backup.tests.unit.golden.library import (
    ADMIN,
    LOGIN_FIELDS,
    LOGIN_HEADER,
    Conversation,
    Pair,
    conversations,
)
from ansible_collections.comet.backup.tests.unit.golden.matching import ABSENT
from ansible_collections.comet.backup.tests.unit.golden.values import Memory, fill, form_text
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Asked,
    Reply,
    ScriptedServer,
)

SESSION_START = "AdminAccountSessionStart"
ENOUGH = 200


class GoldenServer(ScriptedServer):
    """Gives one golden answer; to a client that then looks whether its login works at all, or how old the server is,
    ``aside``."""

    aside = Reply()

    def next_reply(self) -> Reply:
        if not self.replies and self.asked[-1].method == "meta/version":
            return self.aside
        return super().next_reply()


@pytest.fixture(scope="module")
def server() -> Iterator[GoldenServer]:
    server = GoldenServer()
    yield server
    server.close()
    server.check()


def test_client_makes_most_of_the_calls() -> None:
    pairs = [pair for conversation in conversations() for pair in conversation.pairs]
    assert sum(not pair.client_cannot for pair in pairs) >= ENOUGH


@pytest.mark.parametrize("conversation", [pytest.param(c, id=c.id) for c in conversations()])
def test_conversation(server: GoldenServer, conversation: Conversation) -> None:
    memory: Memory = {"SERVER": f"{server.url}/", "NOW": int(time.time())}
    made = Examples()
    for pair in conversation.pairs:
        asked = dict(memory)
        body = made.answer(pair.answer.body, memory)
        if not pair.client_cannot:
            hold(server, conversation, pair, body, asked)


@pytest.mark.parametrize(
    "change",
    [{"path": "/api/v1/admin/list-users-full"}, {"verb": "GET"}, {"login": {**ADMIN, "Username": "root"}}],
)
def test_other_request_is_noticed(server: GoldenServer, change: dict[str, Any]) -> None:
    conversation = next(entry for entry in conversations() if entry.file == "logins")
    pair = conversation.pairs[0]
    told = dataclasses.replace(pair, request=dataclasses.replace(pair.request, **change))
    memory: Memory = {"SERVER": f"{server.url}/"}
    asked = wanted(told, told.request.credentials(), memory)
    hold(server, conversation, pair, [], memory)
    assert sent(server.asked[0], pair) != asked


def hold(server: GoldenServer, conversation: Conversation, pair: Pair, body: Any, memory: Memory) -> None:
    """One call of the client: what it sends, and what it makes of the answer."""
    answer = reply(pair, body, memory)
    refused = pair.understood and pair.understood.get("error") == "LoginFailed"
    server.aside = answer if refused else Reply({"Version": conversation.version})
    server.script(answer)
    server.asked.clear()
    credentials = {name: str(fill(value, memory)) for name, value in pair.request.credentials().items()}
    client = Client(ConnectionSettings(server.url), login(credentials))
    try:
        outcome = call(client, pair, memory)
    except _errors.CometError as error:
        outcome = error
    finally:
        client._transport.close()
    assert sent(server.asked[0], pair) == wanted(pair, credentials, memory), pair.name
    check_outcome(pair, outcome, body)


def call(client: Client, pair: Pair, memory: Memory) -> Any:
    """What the client returns. A code works once, so a login with one becomes a session in any case."""
    if isinstance(client.login, TotpLogin):
        assert pair.request.call == SESSION_START
        client.ensure_session()
        session = client._access.session
        assert session
        return session.session_key
    if pair.request.upload:
        content = base64.b64decode(pair.request.upload["base64"])
        return client.call(pair.request.call, **{pair.request.upload["name"]: content})
    return client.call(pair.request.call, **meanings(pair, parameters(pair, memory)))


def login(credentials: Mapping[str, str]) -> Login:
    """The client's way to log in with a pair's credentials; any will do where the pair has none."""
    username = credentials.get("Username", "nobody")
    if credentials.get("AuthType") == "SessionKey":
        return SessionLogin(username, credentials["SessionKey"])
    if credentials.get("AuthType") == "PasswordTOTP":
        return TotpLogin(username, credentials["Password"], credentials["TOTP"])
    return PasswordLogin(username, credentials.get("Password", ""))


def reply(pair: Pair, body: Any, memory: Memory) -> Reply:
    """The golden answer as the server sends it."""
    headers = {name: Examples().answer(value, memory) for name, value in pair.answer.headers.items()}
    headers = {name: value for name, value in headers.items() if value is not ABSENT}
    content = raw(pair, body)
    if headers.get("Content-Encoding") == "gzip":
        content = gzip.compress(content)
    return Reply(content, pair.answer.status, headers)


def raw(pair: Pair, body: Any) -> bytes:
    """The body's bytes."""
    if pair.answer.kind == "bytes":
        return base64.b64decode(body)
    return body.encode() if pair.answer.kind == "text" else json.dumps(body).encode()


# What is sent


def parameters(pair: Pair, memory: Memory) -> dict[str, str]:
    """Parameters as the pair writes them, with everything remembered put in."""
    if pair.request.body is None:
        return {name: form_text(value, memory) for name, value in pair.request.fields.items()}
    written = parse_qsl(str(fill(pair.request.body, memory)), keep_blank_values=True)
    return {name: value for name, value in written if name not in LOGIN_FIELDS}


def meanings(pair: Pair, form: Mapping[str, str]) -> dict[str, Any]:
    """What the texts of a form mean, by the facts: JSON as a value, numbers and booleans as such."""
    encodings = {entry["name"]: entry["encoding"] for entry in facts("methods")[pair.request.call]["params"]}
    return {name: _meaning(encodings.get(name, "string"), text) for name, text in form.items()}


def _meaning(encoding: str, text: str) -> Any:
    if encoding == "json":
        return json.loads(text)
    if encoding == "bool":
        return {"1": True, "true": True, "0": False, "false": False}[text]
    return int(text) if encoding == "int" else text


def wanted(pair: Pair, credentials: Mapping[str, str], memory: Memory) -> dict[str, Any]:
    """The request that the client has to send, by its meaning; SDKs fill in the server's address, and so does it."""
    request = pair.request
    addresses = {
        entry["name"]: memory["SERVER"]
        for entry in facts("methods")[request.call]["params"]
        if entry.get("sdk_default") == "server_url"
    }
    form = {} if request.upload else {**addresses, **meanings(pair, parameters(pair, memory))}
    upload = {request.upload["name"]: request.upload["base64"]} if request.upload else {}
    return {
        "verb": request.verb,
        "path": request.path,
        "language": "en",
        "login": dict(credentials),
        "form": form,
        "upload": upload,
    }


def sent(asked: Asked, pair: Pair) -> dict[str, Any]:
    """The request that the client did send, by its meaning."""
    kind = asked.headers.get("Content-Type", "")
    in_headers = {
        name.removeprefix(LOGIN_HEADER): value for name, value in asked.headers.items() if name.startswith(LOGIN_HEADER)
    }
    form = asked.form if kind == "application/x-www-form-urlencoded" else {}
    in_form = {name: value for name, value in form.items() if name in LOGIN_FIELDS}
    assert not (in_form and in_headers)
    return {
        "verb": asked.verb,
        "path": asked.path,
        "language": asked.headers["Accept-Language"],
        "login": in_form or in_headers,
        "form": meanings(pair, {name: value for name, value in form.items() if name not in LOGIN_FIELDS}),
        "upload": parts(asked.body, kind) if kind.startswith("multipart/form-data") else {},
    }


def parts(body: bytes, kind: str) -> dict[str, str]:
    """Name to content (base64) of the parts of a multipart body, every one of which is a file."""
    boundary = b"--" + kind.partition("boundary=")[2].encode()
    found = {}
    for part in body.split(boundary)[1:-1]:
        head, _unused, content = part.partition(b"\r\n\r\n")
        assert b"filename=" in head
        name = head.partition(b'; name="')[2].partition(b'"')[0].decode()
        found[name] = base64.b64encode(content.removesuffix(b"\r\n")).decode()
    return found


# What is understood


def check_outcome(pair: Pair, outcome: Any, body: Any) -> None:
    """Compare what the client returned or raised with what the pair says."""
    understood = pair.understood or {}
    if "error" in understood:
        assert outcome.__class__ is getattr(_errors, understood["error"]), (pair.name, outcome)
        for name, value in understood.items():
            assert name == "error" or getattr(outcome, name) == value, (pair.name, name)
        return
    if isinstance(outcome, _errors.CometError):
        raise outcome
    if pair.request.credentials().get("AuthType") == "PasswordTOTP":
        assert outcome == body["SessionKey"], pair.name
    elif pair.answer.kind == "json":
        assert outcome == understood.get("value", body), pair.name
    else:
        assert outcome == raw(pair, body), pair.name
