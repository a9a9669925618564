# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket, for tests that make thousands of calls."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from comet_emulator.core.routing import Request
from comet_emulator.emulator import Emulator
from comet_emulator.methods.setup import create_admin, set_up
from comet_emulator.web.app import Application
from comet_emulator.web.control import answer_control
from comet_emulator.web.exchange import Answer


class Direct:
    """A new emulator, empty but for its first administrator; calls go straight into the application."""

    ADMIN: ClassVar[dict[str, str]] = {"Username": "admin", "AuthType": "Password", "Password": "admin"}

    def __init__(self) -> None:
        self.emulator = Emulator()
        set_up(self.emulator)
        create_admin(self.emulator, "admin", "admin")
        self.application = Application(self.emulator)
        self.headers: dict[str, str] = {}
        """Headers of the calls that follow, with names in lower case."""
        self.client = "127.0.0.1"
        """Where the calls that follow come from."""

    def send(self, method: str, login: dict[str, str] | None = None, **parameters: Any) -> Answer:
        """The answer to a call of a method, named as the facts do."""
        form = dict(self.ADMIN if login is None else login)
        for name, value in parameters.items():
            form[name] = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
        facts = self.emulator.facts.methods[method]
        return self.application.answer(
            Request(facts.path, facts.http_method, dict(self.headers), self.client, form=form)
        )

    def call(self, method: str, login: dict[str, str] | None = None, **parameters: Any) -> Any:
        """The parsed answer, or None for one that is no JSON."""
        answer = self.send(method, login, **parameters)
        return json.loads(bytes(answer.body)) if answer.content_type == "application/json" else None

    def status(self, method: str, login: dict[str, str] | None = None, **parameters: Any) -> int:
        """The in-body status of an answer; 200 for answers without one."""
        answer = self.call(method, login, **parameters)
        refused = isinstance(answer, dict) and {"Status", "Message"} <= answer.keys()
        return int(answer["Status"]) if refused else 200

    def control(self, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a control call that must succeed: POST with a JSON body if there is one, else GET."""
        verb, content = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
        status, answer = answer_control(self.emulator, "127.0.0.1", verb, f"/_control/{name}", content)
        assert status == 200, answer
        return answer

    def admin(self, name: str, organization: str = "", **permissions: Any) -> dict[str, str]:
        """Make an administrator with exactly these permissions; gives the login."""
        made = {
            "Username": name,
            "OrganizationID": organization,
            "Password": "password-1",
            "AllowPasswordLogin": True,
            "Permissions": permissions,
        }
        self.emulator.put_admin(self.emulator.take("AllowedAdminUser", made, "AdminUsers"))
        return {"Username": name, "AuthType": "Password", "Password": "password-1"}

    def tenant(self, name: str) -> str:
        """Make a tenant; gives its id."""
        made = self.call("AdminOrganizationSet", Organization={"Name": name})
        return str(made["ID"])

    def user(self, name: str, organization: str = "") -> dict[str, str]:
        """Make a user; gives the login."""
        where: dict[str, Any] = {"TargetOrganization": organization} if organization else {}
        assert self.status("AdminAddUser", TargetUser=name, TargetPassword="password-1", **where) == 200
        return {"Username": name, "AuthType": "Password", "Password": "password-1"}

    def session(self, kind: str, account: str, username: str) -> dict[str, str]:
        """Begin a session; gives the login."""
        key = self.emulator.start_session(kind, account, username).key
        return {"Username": username, "AuthType": "SessionKey", "SessionKey": key}
