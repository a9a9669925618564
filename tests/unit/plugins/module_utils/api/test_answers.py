# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of an answer, word by word: the document, or an error that tells who said what to which call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _answers
from ansible_collections.comet.backup.plugins.module_utils._api import _model as model
from ansible_collections.comet.backup.plugins.module_utils._api._answers import LONGEST_ERROR, read_answer
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    Refused,
    SecondFactorNeeded,
)
from ansible_collections.comet.backup.plugins.module_utils._api._objects import Objects
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer

SERVER = "https://x.test"
READ, LIST, ONE = "AdminListUsersFull", "AdminAdminUserList", "AdminGetUserProfileAndHash"
WRITE, BYTES = "AdminDeleteUser", "AdminBrandingGenerateClientLinuxgeneric"
NAMED: dict[str, dict[str, Any]] = {
    name: {"method": name, "path": model.method(name).path} for name in (READ, LIST, WRITE, BYTES)
}
HINT = "Check that url is that of a Comet Server and that no proxy or login page stands before it."
BUSY = "The server or a proxy before it is busy or restarting."
FACTOR = (
    f"{SERVER} asks for a second factor. Set totp_secret (or totp_code); for a security key, log in elsewhere "
    "and set session_key."
)


def answered(name: str, body: Any, status: int = 200, kind: str = "") -> Any:
    """What is made of a body; one that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status, {"Content-Type": kind} if kind else {}, content)
    return read_answer(model.method(name), answer, SERVER, ["", "canary"])


def said(status: int, message: str) -> dict[str, Any]:
    return {"Status": status, "Message": message}


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_good_one(status: int) -> None:
    assert answered(READ, {"alice": {"Username": "alice"}}, status) == {"alice": {"Username": "alice"}}
    assert answered(ONE, said(399, "Well"), status) == said(399, "Well")
    assert answered(BYTES, b"<html>", status) == b"<html>"
    assert answered(BYTES, b'{"Status":500}', status) == b'{"Status":500}'


def test_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"alice":{}}'
    for large, kind in ((len(body), Objects), (len(body) + 1, dict)):
        monkeypatch.setattr(_answers, "LARGE", large)
        assert isinstance(answered(READ, body), kind)


@pytest.mark.parametrize("large", [1, 1 << 20])
@pytest.mark.parametrize(
    ("name", "body", "status", "error", "words"),
    [
        (READ, b'{"a":{"n":1},"b":{"n":}}', 200, BadAnswer, "with something that is not JSON"),
        (READ, b"no", 200, BadAnswer, "with something that is not JSON"),
        (READ, b" <HTML>", 200, BadAnswer, "with a web page"),
        (READ, b"\n<!DOCTYPE html>", 200, BadAnswer, "with a web page"),
        (READ, [1], 200, BadAnswer, "with JSON of the wrong shape (list)"),
        (LIST, {"a": {}}, 200, BadAnswer, "with JSON of the wrong shape (dict)"),
        (LIST, [{}, {}, 1], 200, BadAnswer, "with JSON of the wrong shape (int in a list)"),
        (READ, {"a": {}}, 300, BadAnswer, "with HTTP status 300"),
        (READ, {"a": {}}, 199, BadAnswer, "with HTTP status 199"),
        (READ, {"a": {}}, 404, BadAnswer, "with HTTP status 404"),
        (READ, b"<html>", 403, BadAnswer, "with HTTP status 403"),
        (WRITE, b"no", 400, BadAnswer, "with HTTP status 400"),
        (WRITE, b"no", 499, BadAnswer, "with HTTP status 499"),
    ],
)
def test_one_of_another_program(
    monkeypatch: pytest.MonkeyPatch, large: int, name: str, body: Any, status: int, error: type[CometError], words: str
) -> None:
    monkeypatch.setattr(_answers, "LARGE", large)
    with pytest.raises(error) as caught:
        dict(answered(name, body, status))
    assert caught.value.message == f"{SERVER} answered {name} {words}. {HINT}"
    assert caught.value.details() == {**NAMED[name], "status": status}


def test_nothing_is_an_empty_list_or_map() -> None:
    assert (answered(READ, None), answered(LIST, None)) == ({}, [])
    with pytest.raises(BadAnswer, match=r"JSON of the wrong shape \(NoneType\)"):
        answered(ONE, None)


def test_something_else_among_objects() -> None:
    with pytest.raises(BadAnswer, match=r"JSON of the wrong shape \(list in a map\)"):
        answered(READ, {"b": {}, "a": []})


@pytest.mark.parametrize("status", [429, 500, 503])
def test_one_of_a_busy_server(status: int) -> None:
    with pytest.raises(BadAnswer) as caught:
        answered(READ, b"busy", status)
    assert caught.value.message == f"{SERVER} answered {READ} with HTTP status {status}. {BUSY}"
    assert caught.value.details() == {**NAMED[READ], "status": status}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [(b"no", 200, "something that is not JSON"), (b"no", 302, "HTTP status 302"), (b"no", 500, "HTTP status 500")],
)
def test_one_that_leaves_open_what_was_done(body: bytes, status: int, words: str) -> None:
    with pytest.raises(AnswerLost) as caught:
        answered(WRITE, body, status)
    sentence = f"{WRITE} was sent to {SERVER}, but the answer was {words}. It may have been carried out."
    assert caught.value.message == sentence
    assert caught.value.details() == {**NAMED[WRITE], "status": status}


def test_a_page_by_its_kind_alone() -> None:
    with pytest.raises(BadAnswer, match=r"with a web page"):
        answered(READ, b"Log in", kind="text/html; charset=utf-8")
    with pytest.raises(BadAnswer, match=r"with something that is not JSON"):
        answered(READ, b"Log in", kind="text/plain")


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        (said(400, "Bad"), 200, 400, "Bad (status 400)"),
        (said(500, "The canary sings"), 502, 500, "The ******** sings (status 500)"),
        (said(403, ""), 200, 403, "status 403"),
        (b"no", 401, 401, "status 401"),
        (b"no", 403, 403, "status 403"),
    ],
)
def test_a_refusal(body: Any, status: int, code: int, words: str) -> None:
    message = words.partition(" (")[0] if "(" in words else ""
    for name in NAMED:
        with pytest.raises(Refused) as caught:
            answered(name, body, status)
        assert caught.value.message == f"{SERVER} refused {name}: {words}."
        assert caught.value.server_message == message
        told = {"server_message": message} if message else {}
        assert caught.value.details() == {**NAMED[name], "status": code, **told}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (said(449, "ERR_TOTP_REQUIRED"), 200, 449),
        (said(403, "Sorry: ERR_TOTP_REQUIRED"), 200, 403),
        (b"", 449, 449),
        (said(200, "OK"), 449, 200),
    ],
)
def test_a_second_factor(body: Any, status: int, code: int) -> None:
    with pytest.raises(SecondFactorNeeded) as caught:
        answered(READ, body, status)
    assert caught.value.message == FACTOR
    assert caught.value.details() == {**NAMED[READ], "status": code}


@pytest.mark.parametrize(("longer", "refused"), [(0, True), (1, False)])
def test_bytes_that_are_too_long_for_an_error(longer: int, refused: bool) -> None:
    body = json.dumps(said(500, "No")).encode().ljust(LONGEST_ERROR + longer)
    if refused:
        with pytest.raises(Refused):
            answered(BYTES, body)
    else:
        assert answered(BYTES, body) == body


@pytest.mark.parametrize(
    "document", [{"Status": "500", "Message": "No"}, {"Status": 500, "Message": {}}, {"Message": "No"}]
)
def test_members_with_such_names_are_no_refusal(document: dict[str, Any]) -> None:
    assert answered(ONE, document) == document
