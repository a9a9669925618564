# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer, emulated_server


@pytest.fixture(scope="session")
def emulator() -> Iterator[EmulatedServer]:
    """One emulator for all tests of a process; ``comet`` gives it to a test as new."""
    with emulated_server() as server:
        yield server


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: minutes rather than seconds; `-m 'not slow'` leaves them out")
