# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser for all tests, and reports in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browser as found
import pytest
from playwright.sync_api import Browser, sync_playwright

from ansible_collections.comet.backup.tests.browser.reports import Desk


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests, with a profile of its own that goes with it."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found.find(),
            headless=True,
            args=found.FLAGS,
        )
        yield launched
        launched.close()


@pytest.fixture
def desk(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """Shows reports; afterwards none of them may have asked for anything, complained or failed."""
    shown = Desk(chromium, tmp_path)
    yield shown
    shown.close()
    assert [trouble for report in shown.reports for trouble in report.troubles] == []
