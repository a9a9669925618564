# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of all methods that take or tell secrets, with a canary in each secret that is sent or answered."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Method, Type
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer, Transport
from ansible_collections.comet.backup.tests.soak.canaries import MARK, Canaries
from ansible_collections.comet.backup.tests.soak.planting import New, engines, properties

ZEROS: Mapping[str, Any] = {"int": 1, "bool": True, "float": 1.0, "file": None}
"""What stands in parameters that are no secrets, where a text would not do."""
ECHOES: tuple[Callable[[Mapping[str, str]], str], ...] = (str, json.dumps, urlencode)
"""How a server may repeat what was sent to it."""


def every_secret_member() -> frozenset[str]:
    """The secret members of all structures that the facts know, as ``Structure.Member``."""
    names = _model.structure_names()
    owned = ((name, member) for name in names for member in _model.structure(name).members.values())
    return frozenset(f"{name}.{member.name}" for name, member in owned if member.secret or member.secret_keys)


def document(kind: Type, new: New, above: tuple[str, ...] = ()) -> Any:
    """A value of a type in the API's spelling, with a canary in each secret; empty where it leads to none."""
    if kind.kind == "structure":
        return _structure(kind.name, new, above) if kind.name not in above else {}
    if kind.kind in ("list", "map") and kind.item is not None:
        inner = document(kind.item, new, above)
        return ([inner] if kind.kind == "list" else {"one": inner}) if inner else kind.zero
    return None


def _structure(name: str, new: New, above: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for member in _model.structure(name).members.values():
        if member.secret_keys:
            engine = engines()[len(above) % len(engines())]
            made.update(
                {"Engine": engine, member.name: _texts(properties(member, engine, new, f"{name}.{member.name}"))}
            )
        elif member.secret:
            made[member.name] = _secret(member, new(f"{name}.{member.name}"))
        elif inner := document(member.type, new, (*above, name)):
            made[member.name] = inner
    return made


def _texts(entries: Mapping[str, Any]) -> dict[str, str]:
    """Entries as the API has them, dictionaries as JSON text."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in entries.items()}


def _secret(member: Member, text: str) -> Any:
    return {"map": {"X-Canary": text}, "list": [text], "structure": {"Deep": text}}.get(member.type.kind, text)


def parameters(method: Method, new: New) -> dict[str, Any]:
    """Parameters of a call, with a canary in each secret; of the others those that have to be given."""
    made: dict[str, Any] = {}
    for name, parameter in method.parameters.items():
        if parameter.type.kind == "scalar":
            if parameter.secret and parameter.type.name in ("string", "any", "bytes"):
                made[name] = new(f"{method.name}.{name}")
            elif parameter.required and parameter.type.name != "file":
                made[name] = ZEROS.get(parameter.type.name, "x")
        else:
            value = document(parameter.type, new)
            if value or parameter.required:
                made[name] = value or parameter.type.zero
    return made


@dataclass(frozen=True)
class SecretCall:
    """A method with what is sent to it, and what it answers."""

    method: Method
    sent: dict[str, Any]
    answer: Any

    @classmethod
    def of(cls, name: str, canaries: Canaries) -> SecretCall:
        """A call of a method with its canaries."""
        method = _model.method(name)
        answer = document(method.returns, canaries.new) or method.returns.zero
        return cls(method, parameters(method, canaries.new), answer)

    @property
    def holds_secrets(self) -> bool:
        """Whether there are any in it."""
        return MARK in str(self.sent) + str(self.answer)

    @contextmanager
    def answered(self, refused: bool, dice: random.Random) -> Iterator[None]:
        """Let the server answer so, or refuse with a message that repeats all that was sent."""
        real, echo = Transport.post, dice.choice(ECHOES)

        def post(transport: Transport, path: str, form: Mapping[str, str], *more: Any, **others: Any) -> Answer:
            if path != self.method.path:
                return real(transport, path, form, *more, **others)
            body = {"Status": 400, "Message": f"Cannot: {echo(form)}"} if refused else self.answer
            return Answer(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

        with patch.object(Transport, "post", post):
            yield


def names() -> tuple[str, ...]:
    """The methods that take or tell secrets and are called by a form."""
    every = [SecretCall.of(name, Canaries(random.Random(0))) for name in _model.method_names()]
    return tuple(one.method.name for one in every if one.holds_secrets and one.method.verb == "POST")
