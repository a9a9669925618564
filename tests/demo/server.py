# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's Comet Server: an emulator in a process of its own, and a bare way to call it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "tools")]

from emulated import ADMIN, Emulated  # noqa: E402


class Server:
    """A running server as its administrator sees it, past Ansible."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url = url
        self._login = {"Username": name, "AuthType": "Password", "Password": password}

    def call(self, method: str, **parameters: str) -> Any:
        """One call of the API, such as `admin/list-users`. Raises RuntimeError when the server refuses."""
        answer = requests.post(f"{self.url}/api/v1/{method}", data={**self._login, **parameters}, timeout=10).json()
        if isinstance(answer, dict) and answer.get("Status", 200) >= 400:
            raise RuntimeError(f"{method}: {answer['Message']}")
        return answer

    def digest(self) -> str:
        """A text that changes when anything on the server changes."""
        return str(requests.get(f"{self.url}/_control/state", timeout=10).json()["digest"])


@contextmanager
def running(password: str) -> Iterator[Server]:
    """An empty server on a free port, ended with the block however that is left."""
    with Emulated(password=password) as emulator:
        yield Server(emulator.url.rstrip("/"), ADMIN, password)
