# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that calls any method of the API. Private; may change at any time."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._encoding import encode
from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadParameter
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _redact, _values
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, nearest
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class CallTask(Task):
    """One method by its name in the facts. The facts say whether it changes anything, and what is secret."""

    def options(self) -> dict[str, Any]:
        return {
            "method": {"type": "str", "required": True},
            "params": {"type": "dict", "default": {}},
            "upload": {"type": "path"},
            "return_secrets": {"type": "bool", "default": False, "no_log": False},
        }

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        method = self._method(params["method"])
        given = self._typed(method, params["params"])
        if params.get("upload"):
            given["upload"] = self._file(params["upload"])
        encode(method, given)
        if method.writes and server.check_mode:
            return {"changed": True, "msg": f"{method.name} would be called", "response": None}
        answer = server.client.call(method.name, **given)
        return {
            "changed": method.writes,
            "msg": f"{method.name} called",
            "response": self._shown(method, answer, params["return_secrets"]),
        }

    def secrets(self, params: Mapping[str, Any]) -> set[str]:
        known = self._method(params["method"]).parameters
        given = params["params"]
        values = {
            str(given[name]) for name in given if name in known and known[name].secret and isinstance(given[name], str)
        }
        for name, value in given.items():
            if name in known:
                values |= _redact.secrets_in(known[name].type, value)
        return values

    @staticmethod
    def _method(name: str) -> _model.Method:
        """By name, or by path with or without its beginning."""
        known = _model.method_names()
        if name in known:
            return _model.method(name)
        tail = "/" + name.strip("/")
        paths = {_model.method(other).path: other for other in known}
        for path in (tail, "/api/v1" + tail, "/api/v1/admin" + tail):
            if path in paths:
                return _model.method(paths[path])
        raise BadParameter(f"method: the API has no method {name}{nearest(name, known)}", method=name)

    @staticmethod
    def _typed(method: _model.Method, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters, with numbers and truth values that a template turned into text."""
        given = {name: value for name, value in params.items() if value is not None}
        for name, value in given.items():
            kind = method.parameters[name].type if name in method.parameters else None
            if kind is not None and kind.name in ("int", "bool", "float") and isinstance(value, str):
                try:
                    given[name] = _values.scalar(kind.name, value)
                except ValueError as error:
                    raise InvalidOption(f"params.{name} is {error}") from None
        return given

    @staticmethod
    def _file(path: str) -> bytes:
        """The content of the file to send."""
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise InvalidOption(f"upload: {path} cannot be read: {error.strerror}") from None

    @staticmethod
    def _shown(method: _model.Method, answer: Any, secrets: bool) -> Any:
        """The answer as a result: files as text, or in base64 where they are none."""
        if isinstance(answer, bytes):
            try:
                return answer.decode("utf-8")
            except UnicodeDecodeError:
                return base64.b64encode(answer).decode("ascii")
        if secrets:
            # A large answer is a mapping that Ansible cannot send as a result.
            return dict(answer.items()) if isinstance(answer, Mapping) else answer
        return _redact.mask(method.returns, answer)
