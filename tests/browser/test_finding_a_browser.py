# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which browser is used, and what somebody reads who has none."""

from __future__ import annotations

import os
from pathlib import Path

import browser
import pytest


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for; nobody is root, and no browser is chosen."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "OF_MACOS", tmp_path / "Chrome.app")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return tmp_path


def program(path: Path, script: str = "") -> Path:
    """Make a program that runs this script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", browser.NAMES)
def test_a_browser_on_the_path_is_used(name: str, programs: Path) -> None:
    """Under any of its names."""
    made = program(programs / name)
    assert browser.find() == made


def test_the_variable_chooses(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything on the path; a mistake in it is no reason to take another one."""
    program(programs / "chromium")
    own = program(programs / "own-build")
    monkeypatch.setenv(browser.VARIABLE, str(own))
    assert browser.find() == own
    monkeypatch.setenv(browser.VARIABLE, "/nowhere/chrome")
    with pytest.raises(
        browser.NoBrowser, match=r"^TEST_BROWSER names /nowhere/chrome, which is no program: set it to "
    ):
        browser.find()


@pytest.mark.parametrize("root", [True, False])
def test_without_a_browser_a_sentence_says_what_to_install(
    root: bool, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of root, too, on a system without apt-get; and nobody else may use it."""
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    if not root:
        program(programs / "apt-get", f"echo > {programs / 'chromium'}")
    with pytest.raises(browser.NoBrowser, match="install chromium or google-chrome, or set TEST_BROWSER to the path"):
        browser.find()


def test_root_gets_chromium_where_there_is_apt_get(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of packages first, then the package with a font, and no questions."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    made, log = programs / "chromium", programs / "log"
    install = f'[ "$1" = update ] || {{ echo "#!/bin/sh" > {made}; /bin/chmod +x {made}; }}'
    program(programs / "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {log}\n{install}')
    assert browser.find() == made
    assert log.read_text().splitlines() == [
        "noninteractive update",
        "noninteractive install --yes --no-install-recommends chromium fonts-dejavu-core",
    ]


def test_an_installation_that_fails_says_why(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the last line of what apt-get says."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(programs / "apt-get", "echo Reading lists; echo 'E: no network' >&2; exit 100")
    with pytest.raises(browser.NoBrowser, match=r"^`apt-get update` failed, install chromium .*: E: no network$"):
        browser.find()
