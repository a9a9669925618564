# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes of an HTTP answer what the server said. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._encoding import load_json
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    CometError,
    Refused,
    SecondFactorNeeded,
)
from ansible_collections.comet.backup.plugins.module_utils._api._model import Method, Type
from ansible_collections.comet.backup.plugins.module_utils._api._objects import Objects, begins
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer

SECOND_FACTOR_STATUS = 449
SECOND_FACTOR_WORD = "ERR_TOTP_REQUIRED"
# An error message is short; a longer answer of a method that returns bytes is the bytes.
LONGEST_ERROR = 1 << 16
# Answers from this size on are decoded object by object.
LARGE = 1 << 22
# A proxy has stopped waiting for the server; the second one is how a large network of proxies says so.
GAVE_UP_WAITING = (504, 524)
NOT_JSON = "something that is not JSON"
_NOT_JSON = object()


def read_answer(method: Method, answer: Answer, server: str, secrets: Iterable[str]) -> Any:
    """The document (or, for methods that return bytes, the bytes) of a successful call.

    A Comet Server reports errors in the body of an ordinary answer: an object with both Status and Message, Status
    400 or more. ``server`` is for messages; ``secrets`` are texts that the server's message must not repeat. A large
    map of objects is a mapping that decodes them one by one, and may raise BadAnswer then. Raises SecondFactorNeeded,
    Refused, BadAnswer, and AnswerLost when a writing call may have worked.
    """
    if _is_large(method, answer):
        return Objects(answer.body, partial(_unusable, method, answer, server, NOT_JSON))
    returns_bytes = method.returns.name == "bytes"
    document = _parse(answer.body, returns_bytes)
    status, message = _envelope(document)
    if answer.status == SECOND_FACTOR_STATUS or SECOND_FACTOR_WORD in message:
        raise SecondFactorNeeded(
            f"{server} asks for a second factor. Set totp_secret (or totp_code); for a security key, log in elsewhere "
            "and set session_key.",
            method=method.name,
            path=method.path,
            status=status or answer.status,
        )
    if status >= 400:
        raise _refused(method, server, status, _hide(message, secrets))
    if not 200 <= answer.status < 300:
        if answer.status in (401, 403) and not _is_page(answer):
            raise _refused(method, server, answer.status, "")
        raise _unusable(method, answer, server, f"HTTP status {answer.status}")
    if returns_bytes:
        return answer.body
    if document is None and method.returns.kind in ("list", "map"):
        return method.returns.zero
    if document is _NOT_JSON:
        raise _unusable(method, answer, server, "a web page" if _is_page(answer) else NOT_JSON)
    odd = _odd(method.returns, document)
    if odd:
        raise _unusable(method, answer, server, f"JSON of the wrong shape ({odd})")
    return document


def _odd(kind: Type, document: Any) -> str:
    """What is not as it should be: the document as a whole, or one of the objects in it; nothing for all is well."""
    if not isinstance(document, list if kind.kind == "list" else dict):
        return type(document).__name__
    if kind.item is None or kind.item.kind != "structure":
        return ""
    items = document.values() if isinstance(document, dict) else document
    other = next((type(item).__name__ for item in items if not isinstance(item, dict)), "")
    return f"{other} in a {kind.kind}" if other else ""


def _is_large(method: Method, answer: Answer) -> bool:
    """Whether the answer is a map of objects that is better not decoded as a whole."""
    returns = method.returns
    of_objects = returns.kind == "map" and returns.item is not None and returns.item.kind == "structure"
    reads = of_objects and not method.writes and 200 <= answer.status < 300
    return reads and len(answer.body) >= LARGE and begins(answer.body)


def _parse(body: bytes, returns_bytes: bool) -> Any:
    """The JSON document. Of raw bytes only what may be an error message is looked at."""
    if returns_bytes and (len(body) > LONGEST_ERROR or not body.lstrip().startswith(b"{")):
        return _NOT_JSON
    try:
        return load_json(body)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _envelope(document: Any) -> tuple[int, str]:
    """Status and Message if the document is a message of the API, else 0 and nothing.

    The types are looked at because a map keyed by user names may hold entries of these names.
    """
    if isinstance(document, dict):
        status, message = document.get("Status"), document.get("Message")
        if isinstance(status, int) and isinstance(message, str):
            return int(status), message
    return 0, ""


def _hide(message: str, secrets: Iterable[str]) -> str:
    """The message, should it repeat something secret, without that."""
    for secret in secrets:
        message = message.replace(secret, "********") if secret else message
    return message


def _is_page(answer: Answer) -> bool:
    start = answer.body[:200].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html")) or "html" in answer.headers.get("Content-Type", "")


def _refused(method: Method, server: str, status: int, message: str) -> Refused:
    said = f"{message} (status {status})" if message else f"status {status}"
    return Refused(f"{server} refused {method.name}: {said}.", method.name, method.path, status, message)


def _unusable(method: Method, answer: Answer, server: str, what: str) -> CometError:
    """The error for an answer that is no answer of the API.

    A status such as 404 means that nothing was done. After any other one, a call that writes may have worked.
    """
    facts = {"method": method.name, "path": method.path}
    if method.writes and not 400 <= answer.status < 500:
        return AnswerLost(
            f"{method.name} was sent to {server}, but the answer was {what}. It may have been carried out.",
            late=answer.status in GAVE_UP_WAITING,
            status=answer.status,
            **facts,
        )
    hint = "The server or a proxy before it is busy or restarting"
    if answer.status < 500 and answer.status != 429:
        hint = "Check that url is that of a Comet Server and that no proxy or login page stands before it"
    return BadAnswer(f"{server} answered {method.name} with {what}. {hint}.", status=answer.status, **facts)
