"""A Comet Server for tests: copy this file, with `comet-emulator` and `pytest` installed."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest


class Comet:
    """A running emulator: its address, calls as its administrator, and control calls."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, path: str, **parameters: str) -> Any:
        """The answer of `admin/PATH`."""
        form = {"Username": "admin", "AuthType": "Password", "Password": "admin", **parameters}
        return self._post(f"api/v1/admin/{path}", urllib.parse.urlencode(form))

    def control(self, action: str, **body: Any) -> Any:
        """The answer of `POST /_control/ACTION`."""
        return self._post(f"_control/{action}", json.dumps(body))

    def _post(self, path: str, body: str) -> Any:
        with urllib.request.urlopen(self.url + path, body.encode(), timeout=10) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="session")
def emulator() -> Iterator[Comet]:
    """One server for all tests, on a free port."""
    command = ["comet-emulator", "--port", "0", "--seed", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            # The first line is printed once the server listens, and ends with its address.
            server = Comet(process.stdout.readline().split()[-1])
            server.control("snapshot", name="fresh")
            yield server
        finally:
            process.terminate()


@pytest.fixture
def comet(emulator: Comet) -> Comet:
    """The server as it was at first, whatever the last test did to it."""
    emulator.control("restore", name="fresh")
    emulator.control("fault", kind="none")
    emulator.control("switch/reset")
    return emulator
