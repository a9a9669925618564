#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a Chromium for the tests of HTML reports, or install Debian's; `browser.py` prints its path.

Playwright drives it, and never downloads a browser of its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "TEST_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
OF_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# A browser that talks to nobody, and that needs no graphics card. Playwright adds --headless and --no-sandbox, without
# which root and most containers cannot run one; it shows pages of the tests alone.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
INSTALL_SECONDS = 900
LOCK = Path(__file__).resolve().parents[2] / "build" / "browser.lock"


class NoBrowser(Exception):
    """There is no browser; the message says what to install."""


def find() -> Path:
    """Return the browser to use, which is installed first where that is possible. Raises NoBrowser."""
    if chosen := os.environ.get(VARIABLE):
        if found := shutil.which(chosen):
            return Path(found)
        raise NoBrowser(f"{VARIABLE} names {chosen}, which is no program: set it to the path of a Chromium or Chrome.")
    with _alone():
        browser = _installed()
        if not browser and _may_install():
            _install()
            browser = _installed()
    if not browser:
        raise NoBrowser(
            "No browser was found for the tests of HTML reports: install chromium or google-chrome, "
            f"or set {VARIABLE} to the path of one."
        )
    return browser


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for other processes of the tests that look for a browser: one of them may be installing it just now."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _installed() -> Path | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    return OF_MACOS if OF_MACOS.is_file() else None


def _may_install() -> bool:
    """Whether this is root on a system with apt-get, such as a container or a machine of a CI."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install() -> None:
    """Install Debian's Chromium. Raises NoBrowser with what apt-get said last."""
    for command in ("apt-get update", "apt-get install --yes --no-install-recommends chromium fonts-dejavu-core"):
        if problem := _problem_of(command):
            raise NoBrowser(f"`{command}` failed, install chromium or set {VARIABLE} to the path of one: {problem}")


def _problem_of(command: str) -> str:
    """Run a command; return why it failed, which is empty when it did not."""
    try:
        done = subprocess.run(
            command.split(),
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it was not done after {INSTALL_SECONDS} seconds"
    said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
    return said[-1] if done.returncode else ""


if __name__ == "__main__":
    try:
        print(find())
    except NoBrowser as problem:
        sys.exit(str(problem))
