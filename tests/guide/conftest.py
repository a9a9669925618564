# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server with the demo seed, whose administrator is the one of the API guide: admin, with the password admin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ansible_collections.comet.backup.tests.tools.emulated import Emulated


@pytest.fixture(scope="session")
def running() -> Iterator[Emulated]:
    """One server for all tests."""
    with Emulated("--seed", "demo", "--admin", "admin:admin") as emulated:
        emulated.control("snapshot", {"name": "seed"})
        yield emulated


@pytest.fixture
def server(running: Emulated) -> str:
    """Address of the server, which holds the seed and nothing else."""
    running.control("restore", {"name": "seed"})
    return running.url
