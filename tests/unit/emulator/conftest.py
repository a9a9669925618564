"""One emulator on a real socket for all these tests; every test finds it as it was on its first day."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from answer_watch import Watch
from direct import Direct

REPOSITORY = Path(__file__).resolve().parents[3]
API = "api/v1/"


class Server:
    """A running emulator and a plain HTTP client for it, which checks the shape of every answer."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "comet_emulator", "--port", "0", *options],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "tests" / "emulator")},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        self.url = self.greeting.split()[-1]
        self.http = requests.Session()
        # An environment that names a bundle of its own would win over a session's certificate.
        self.http.trust_env = False
        Watch(self.http)
        self.login = {"Username": "admin", "AuthType": "Password", "Password": "admin"}

    def stop(self) -> int:
        self.http.close()
        self.process.terminate()
        status = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def raw(self, path: str, *, login: dict[str, str] | None = None, headers: Any = None, **parameters: Any) -> Any:
        form = dict(self.login if login is None else login)
        for name, value in parameters.items():
            form[name] = json.dumps(value) if isinstance(value, (dict, list)) else value
        if not path.startswith("hybrid/") and not path.startswith("user/"):
            path = f"admin/{path}"
        return self.http.post(self.url + API + path, data=form, headers=headers, timeout=20)

    def call(self, path: str, **options: Any) -> Any:
        """The parsed answer of a call that the HTTP layer accepted."""
        response = self.raw(path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def ok(self, path: str, **options: Any) -> Any:
        """The parsed answer of a call that must not be refused."""
        answer = self.call(path, **options)
        refused = isinstance(answer, dict) and "Message" in answer and answer.get("Status", 200) != 200
        assert not refused, answer
        return answer

    def refused(self, path: str, status: int, **options: Any) -> str:
        """The message of a call that must be refused with this status."""
        answer = self.call(path, **options)
        assert isinstance(answer, dict), answer
        assert answer.get("Status") == status, answer
        return str(answer["Message"])

    def control(self, name: str, body: Any = None) -> Any:
        verb = "GET" if body is None else "POST"
        response = self.http.request(verb, f"{self.url}_control/{name}", json=body, timeout=20)
        assert response.status_code == 200, response.text
        return response.json()

    def switch(self, **values: Any) -> None:
        self.control("switch", values)

    def digest(self) -> str:
        return str(self.control("state")["digest"])

    def user(self, name: str = "alice", password: str = "password-1", **options: Any) -> dict[str, Any]:
        """Make a user and read its profile."""
        self.ok("add-user", TargetUser=name, TargetPassword=password, StoreRecoveryCode=1, **options)
        profile: dict[str, Any] = self.ok("get-user-profile", TargetUser=name)
        return profile

    def tenant(self, name: str = "ACME", *hosts: str) -> str:
        """Make a tenant with an administrator of the tenant's name; gives its id."""
        organization = {"Name": name, "Hosts": list(hosts)}
        organization_id: str = self.ok("organization/set", Organization=organization)["ID"]
        self.ok("admin-user/new", TargetUser=name, TargetPassword="tenant-pass", TargetOrgID=organization_id)
        return organization_id

    @staticmethod
    def as_tenant(name: str = "ACME") -> dict[str, str]:
        return {"Username": name, "AuthType": "Password", "Password": "tenant-pass"}

    def limited(self, **permissions: Any) -> dict[str, str]:
        """Make an administrator ``limited`` with these permissions; gives the login."""
        login = {"Username": "limited", "AuthType": "Password", "Password": "limited-password"}
        admin = {
            "Username": login["Username"],
            "Password": login["Password"],
            "AllowPasswordLogin": True,
            "Permissions": permissions,
        }
        self.change_config(lambda config: config["AdminUsers"].append(admin))
        return login

    def change_config(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the whole configuration in place and wait for the restart."""
        config = self.ok("meta/server-config/get")
        change(config)
        self.ok("meta/server-config/set", Config=config)
        self.wait()

    def wait(self) -> dict[str, Any]:
        """Poll the version until the server answers again, as clients do after a restart."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                return dict(self.ok("meta/version"))
            except requests.ConnectionError:
                time.sleep(0.02)
        raise AssertionError("the server did not come back")


@pytest.fixture
def direct() -> Direct:
    """A new emulator, empty but for its first administrator."""
    return Direct()


@pytest.fixture(scope="module")
def direct_for_module() -> Direct:
    """The same, for all tests of a module."""
    return Direct()


@pytest.fixture
def make_direct() -> Callable[[], Direct]:
    """Makes as many as a test wants."""
    return Direct


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    server = Server("--set", "restart_seconds=0.15")
    server.control("snapshot", {"name": "first day"})
    yield server
    server.stop()


@pytest.fixture
def server(running: Server) -> Server:
    running.control("switch/reset", {})
    running.control("read-only", {"on": False})
    running.control("fault", {"kind": "none"})
    running.control("restore", {"name": "first day"})
    running.control("calls/reset", {})
    return running


@pytest.fixture
def alice(server: Server) -> Server:
    """A server with one user, alice, whose password is that of :meth:`Server.user`."""
    server.user()
    return server


def _starter() -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start_one(*options: str) -> Server:
        started.append(Server(*options))
        return started[-1]

    yield start_one
    for server in started:
        server.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Starts further emulators, which end with the test."""
    yield from _starter()


@pytest.fixture(scope="module")
def start_for_module() -> Iterator[Callable[..., Server]]:
    """Starts further emulators, which end with the module."""
    yield from _starter()
