# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that answers from a table and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import TooOld, WriteRefused
from ansible_collections.comet.backup.plugins.module_utils._api._settings import ConnectionSettings

Reply = Any
"""An answer, an exception to raise, or a function of the parameters; a list of these is used up one by one."""


class ScriptedClient:
    """Stands in for Client. The last entry of a list stays."""

    def __init__(self, replies: Mapping[str, Reply], version: str = "25.9.8", check_mode: bool = False) -> None:
        self.replies = {
            method: list(reply) if isinstance(reply, list) else [reply] for method, reply in replies.items()
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.info = {"Version": version, "ServerStartHash": "start-1"}
        self.check_mode = check_mode
        self.settings = ConnectionSettings("https://comet.example.com")
        self.waited: list[tuple[str, float]] = []
        self._own_tenant: str | None = None

    @property
    def methods(self) -> list[str]:
        return [method for method, _unused in self.asked]

    def call(self, method_name: str, **parameters: Any) -> Any:
        if self.check_mode and _model.method(method_name).writes:
            raise WriteRefused(method_name)
        assert parameters.keys() <= _model.method(method_name).parameters.keys()
        self.asked.append((method_name, parameters))
        script = self.replies[method_name]
        reply = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(**parameters) if isinstance(reply, Callable) else reply  # type: ignore[arg-type]

    def own_tenant(self) -> str:
        if self._own_tenant is None:
            self._own_tenant = str(self.call("AdminAccountProperties").get("OrganizationID") or "")
        return self._own_tenant

    def version_info(self) -> dict[str, Any]:
        return self.info

    def forget_version(self) -> None:
        pass

    def version(self) -> _model.Version:
        return _model.parse_version(self.info["Version"])

    def require(self, since: str, what: str) -> None:
        if self.version() < _model.parse_version(since):
            raise TooOld(what, since, self.info["Version"])

    def wait_for_restart(self, old_hash: str, timeout: float) -> dict[str, Any]:
        self.waited.append((old_hash, timeout))
        self.info["ServerStartHash"] = f"start-{len(self.waited) + 1}"
        return self.info
