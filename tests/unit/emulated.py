# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated Comet Server in a process of its own, with everything that a test does to it behind the tasks' back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import answer_shapes
import requests
from emulated import ROOT, Emulated

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_here
from ansible_collections.comet.backup.plugins.module_utils._api._client import (
    Client,
    ConnectionSettings,
    PasswordLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Answer
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

__all__ = ["ADMIN", "PASSWORD", "ROOT", "EmulatedServer", "emulated_server"]

ADMIN, PASSWORD = "admin", "admin-secret"
START_SECONDS = 20.0
# Chance is the same for each test. Hitting one call in ten, this seed never hits four in a row, which ends a task.
FAULT_SEED = "7"


class EmulatedServer:
    """One emulator. What a test changes is taken back by ``reset``."""

    def __init__(self, *options: str) -> None:
        self.emulated = Emulated(
            "--set", "restart_seconds=0.05", "--fault-seed", FAULT_SEED, *options, password=PASSWORD
        )
        self.emulated.__enter__()
        self.url = self.emulated.url.rstrip("/")
        self._web = requests.Session()
        self._web.trust_env = False
        self.login = {"url": self.url, "username": ADMIN, "password": PASSWORD}
        self.client = Client(ConnectionSettings(self.url), PasswordLogin(ADMIN, PASSWORD))
        self.version = ""
        self._spoiled = False
        self._switches = self._present = self.control("GET", "switch")
        self.snapshot("empty")

    def close(self) -> None:
        self.client.close()
        self._web.close()
        self.emulated.__exit__(None, None, None)

    # Control calls

    def control(self, verb: str, action: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                answer = self._web.request(verb, f"{self.url}/_control/{action}", json=body, timeout=START_SECONDS)
                break
            except requests.ConnectionError:  # it restarts at this moment
                if time.monotonic() > ends:
                    raise
                time.sleep(0.01)
        assert answer.status_code == 200, answer.text
        document = dict(answer.json())
        if action == "switch":
            self._present = document
        elif action == "fault":
            self._spoiled = body is not None and body["kind"] != "none"
        return document

    def deviations(self, method: str, answer: Answer) -> list[str]:
        """What the vendor's facts do not allow about an answer of a method, unless faults spoil answers."""
        if self._spoiled:
            return []
        given = answer_shapes.Answer(answer.status, answer.headers.get("Content-Type", ""), answer.body)
        rules = answer_shapes.Rules.of(self._present, any_member=self._present["keep_unknown_members"])
        return answer_shapes.deviations(method, given, rules)

    def reset(self, snapshot: str = "empty") -> None:
        """As new: no faults, every switch as it was, of ``version`` if that says one, no calls noted.

        There are no objects, or those of a snapshot.
        """
        self.control("POST", "fault", {"kind": "none"})
        now = self.control("GET", "switch")
        wanted = {**self._switches, "version": self.version or self._switches["version"]}
        changed = {name: value for name, value in wanted.items() if now[name] != value}
        if changed:
            self.control("POST", "switch", changed)
        self.restore(snapshot)
        self.client.forget_version()
        self.forget_calls()

    def switch(self, **settings: Any) -> None:
        self.control("POST", "switch", settings)

    def fault(self, kind: str, path: str = "", count: int = 1) -> None:
        self.control("POST", "fault", {"kind": kind, "path": path, "count": count})

    def await_late(self) -> None:
        """Wait until every call was made that a fault has put off."""
        ends = time.monotonic() + START_SECONDS
        while self.control("GET", "fault")["late"]:
            assert time.monotonic() < ends
            time.sleep(0.01)

    def change_profile(self, user: str, **members: Any) -> None:
        """What the user's own device would write, past all rules of the API."""
        self.control("POST", "profile", {"user": user, "members": members})

    def snapshot(self, name: str) -> None:
        self.control("POST", "snapshot", {"name": name})

    def restore(self, name: str) -> None:
        self.control("POST", "restore", {"name": name})

    @property
    def digest(self) -> str:
        return str(self.control("GET", "state")["digest"])

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.control("GET", "state")["counts"])

    def forget_calls(self) -> None:
        self.control("POST", "calls/reset")

    def calls(self, writes: bool) -> list[str]:
        """Names of the methods called since last forgotten, those that write or those that read; no logins."""
        log = self.control("GET", "calls")["calls"]
        return [call["method"] for call in log if call["mutates"] == writes and "AccountSession" not in call["method"]]

    @property
    def start_hash(self) -> str:
        self.client.forget_version()
        return str(self.client.version_info()["ServerStartHash"])

    # Tasks

    def task(
        self, module: str, check: bool = False, wrap: Callable[[Client], Any] | None = None, **options: Any
    ) -> Any:
        """The result of a task, run in this process through the code that both doors share.

        ``wrap`` may put something between the task and its client.
        """
        opened: list[Client] = []

        def server_for(params: Mapping[str, Any]) -> Server:
            client = connect(params, check)
            opened.append(client)
            return Server(wrap(client) if wrap else client, check)

        try:
            return run_here(TASKS[module], {**self.login, **options}, server_for)
        finally:
            for client in opened:
                client.close()


@contextmanager
def emulated_server(*options: str) -> Iterator[EmulatedServer]:
    """An emulator of one's own."""
    server = EmulatedServer(*options)
    try:
        yield server
    finally:
        server.close()
