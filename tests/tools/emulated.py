# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulated Comet Server in a process of its own, for all tests, the benchmark and the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ADMIN, PASSWORD = "admin", "emulated-admin-password"
START_SECONDS = 60.0


class Emulated:
    """The emulator with these command line options, from entering to leaving the context. ``url`` ends with a slash."""

    def __init__(self, *options: str, password: str = PASSWORD) -> None:
        self.options = options
        self.password = password

    def __enter__(self) -> Emulated:
        command = [sys.executable, "-m", "comet_emulator", "--port", "0", "--data", ":memory:"]
        command += ["--admin", f"{ADMIN}:{self.password}", *self.options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests" / "emulator")}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        watchdog = threading.Timer(START_SECONDS, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline() if self.process.stdout else ""
        watchdog.cancel()
        if "http" not in line:
            self.__exit__(None, None, None)
            raise RuntimeError(f"the emulator did not start: {line.strip() or 'it said nothing'}")
        self.url = line.split()[-1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def control(self, name: str, body: Any = None) -> Any:
        """A control call: POST with a JSON body if there is one, else GET."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}_control/{name}", data=data, timeout=30) as answer:
            return json.loads(answer.read())
