# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the golden pairs of ``tests/golden``; its README.md explains the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "golden"
ADMIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
LOGIN_FIELDS = ("Username", "AuthType", "Password", "SessionKey", "TOTP")
LOGIN_HEADER = "X-Comet-Admin-"

CONVERSATION_KEYS = {"name", "server", "logins", "given", "steps"}
SERVER_KEYS = {"version", "admin", "null_for_empty"}
GIVEN_KEYS = {"jobs"}
PAIR_KEYS = {"pair", "source", "client", "request", "answer", "understood", "client_cannot"}
REQUEST_KEYS = {"call", "verb", "path", "headers", "as", "form", "body", "upload", "chunked", "strange", "breaks"}
ANSWER_KEYS = {"status", "headers", "json", "text", "bytes", "strange"}
PAUSES = {"let_pass", "wait_for_restart"}
DEVICE_KEYS = {"user", "device", "does"}
DEVICE_DOES = ("register", "leave", "return")


class BadPair(ValueError):
    """A file does not keep to the format; the text says where and why."""


@dataclass(frozen=True)
class Request:
    """One request as data; texts may hold ``${…}``. ``fields``: the form without the login, in order.

    ``body`` is the exact form instead, as one family of clients writes it.
    """

    call: str
    verb: str
    path: str
    headers: Mapping[str, str]
    login: Mapping[str, Any]
    fields: Mapping[str, Any]
    body: str | None
    upload: Mapping[str, str] | None
    chunked: bool
    strange: frozenset[str]
    breaks: str

    def parameters(self) -> dict[str, Any]:
        """The parameters without the login, also those of an exact body."""
        if self.body is None:
            return dict(self.fields)
        written = parse_qsl(self.body, keep_blank_values=True, strict_parsing=True)
        return {name: value for name, value in written if name not in LOGIN_FIELDS}

    def credentials(self) -> dict[str, Any]:
        """The login, wherever the request carries it."""
        if self.body is not None:
            return {name: value for name, value in parse_qsl(self.body) if name in LOGIN_FIELDS}
        inside = {
            name.removeprefix(LOGIN_HEADER): value
            for name, value in self.headers.items()
            if name.startswith(LOGIN_HEADER)
        }
        return inside or dict(self.login)


@dataclass(frozen=True)
class Answer:
    """What must come back. ``kind`` is json, text or bytes; ``body`` is a value with matchers in it."""

    status: int
    headers: Mapping[str, Any]
    kind: str
    body: Any
    strange: frozenset[str]

    @property
    def refuses(self) -> bool:
        """Whether it is an envelope that says no."""
        if self.kind != "json" or not isinstance(self.body, dict) or "Message" not in self.body:
            return False
        status = self.body.get("Status")
        lowest = status["$between"][0] if isinstance(status, dict) and "$between" in status else status
        return isinstance(lowest, int) and lowest >= 400


@dataclass(frozen=True)
class Pair:
    """A request and its answer. ``understood`` is what the collection's own client makes of it, None if all of it."""

    name: str
    source: str
    client: str
    request: Request
    answer: Answer
    understood: Mapping[str, Any] | None
    client_cannot: str


@dataclass(frozen=True)
class Pause:
    """Something between two pairs: seconds that pass on the server's clock, or a restart to wait for.

    ``start_hash`` names the remembered ServerStartHash of before the restart.
    """

    seconds: float = 0
    start_hash: str = ""


@dataclass(frozen=True)
class DeviceStep:
    """Something that a user's device does by itself; ``does`` is one of DEVICE_DOES."""

    user: str
    device: str
    does: str


Step = Pair | Pause | DeviceStep


@dataclass(frozen=True)
class Conversation:
    """Steps on a server of its own."""

    file: str
    name: str
    version: str
    admin: str
    null_for_empty: bool
    jobs: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]

    @property
    def id(self) -> str:
        """For the name of a test."""
        return f"{self.file}: {self.name}"

    @property
    def pairs(self) -> list[Pair]:
        """The steps that ask the server something."""
        return [step for step in self.steps if isinstance(step, Pair)]


@dataclass
class _Reader:
    """One conversation on its way from plain data."""

    file: str
    entry: Mapping[str, Any]
    logins: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def conversation(self) -> Conversation:
        entry = self.entry
        self.check(entry, CONVERSATION_KEYS, {"name", "steps"}, "conversation")
        server, given = entry.get("server", {}), entry.get("given", {})
        self.check(server, SERVER_KEYS, set(), "server")
        self.check(given, GIVEN_KEYS, set(), "given")
        self.logins = {"admin": ADMIN, "nobody": {}, **entry.get("logins", {})}
        return Conversation(
            file=self.file,
            name=entry["name"],
            version=server.get("version", "25.9.8"),
            admin=server.get("admin", "admin:admin"),
            null_for_empty=server.get("null_for_empty", False),
            jobs=tuple(given.get("jobs", ())),
            steps=tuple(self.step(step) for step in entry["steps"]),
        )

    def step(self, step: Mapping[str, Any]) -> Step:
        if set(step) == {"device"}:
            self.check(step["device"], DEVICE_KEYS, DEVICE_KEYS, "device")
            if step["device"]["does"] not in DEVICE_DOES:
                raise BadPair(f"{self.where}: a device does one of {DEVICE_DOES}")
            return DeviceStep(**step["device"])
        if len(step) == 1 and set(step) <= PAUSES:
            return Pause(step.get("let_pass", 0), step.get("wait_for_restart", ""))
        self.check(step, PAIR_KEYS, {"pair", "source", "request", "answer"}, "pair")
        return Pair(
            name=step["pair"],
            source=step["source"],
            client=step.get("client", "any"),
            request=self.request(step["request"]),
            answer=self.answer(step["answer"]),
            understood=step.get("understood"),
            client_cannot=step.get("client_cannot", ""),
        )

    def request(self, entry: Mapping[str, Any]) -> Request:
        self.check(entry, REQUEST_KEYS, {"path"}, "request")
        exact = {"body", "upload"} & set(entry) or entry.get("verb") == "GET"
        if exact and {"as", "form"} & set(entry):
            raise BadPair(f"{self.where}: a body of its own leaves no room for as and form")
        login = entry.get("as", "nobody" if exact else "admin")
        return Request(
            call=entry.get("call", ""),
            verb=entry.get("verb", "POST"),
            path=entry["path"],
            headers=entry.get("headers", {}),
            login=self.logins[login],
            fields=entry.get("form", {}),
            body=entry.get("body"),
            upload=entry.get("upload"),
            chunked=entry.get("chunked", False),
            strange=frozenset(entry.get("strange", ())),
            breaks=entry.get("breaks", ""),
        )

    def answer(self, entry: Mapping[str, Any]) -> Answer:
        self.check(entry, ANSWER_KEYS, set(), "answer")
        kinds = [kind for kind in ("json", "text", "bytes") if kind in entry]
        if len(kinds) != 1:
            raise BadPair(f"{self.where}: an answer has exactly one of json, text, bytes")
        return Answer(
            status=entry.get("status", 200),
            headers=entry.get("headers", {}),
            kind=kinds[0],
            body=entry[kinds[0]],
            strange=frozenset(entry.get("strange", ())),
        )

    @property
    def where(self) -> str:
        return f"{self.file}, {self.entry.get('name', 'a conversation without a name')}"

    def check(self, entry: Any, known: set[str], needed: set[str], what: str) -> None:
        if not isinstance(entry, dict) or set(entry) - known or needed - set(entry):
            raise BadPair(f"{self.where}: a {what} has {sorted(known)}, of these always {sorted(needed)}: {entry}")


def read(file: Path) -> list[Conversation]:
    """The conversations of one file. Raises BadPair."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or set(document) != {"idea", "conversations"}:
        raise BadPair(f"{file.name} has an idea and conversations, and nothing else")
    return [_Reader(file.stem, entry).conversation() for entry in document["conversations"]]


@cache
def conversations() -> tuple[Conversation, ...]:
    """All of them, by file."""
    return tuple(conversation for file in sorted(FOLDER.glob("*.yml")) for conversation in read(file))
