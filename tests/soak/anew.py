# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plugin of pytest: every test begins with empty caches, and draws the same examples each time.

Mutants are run in copies of a process that has run all tests on the code as it is. What it remembers was worked out by
that code, so that a mutant of a function whose results are remembered would change nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

CODE = "ansible_collections.comet.backup.plugins.module_utils"
PARSED = "_facts"
"""The facts as they were generated; there is nothing in them to mutate, and they are large."""

# Each test is run several times in one process, with an instance of its class each time, and however long it takes.
# That a test fails is all there is to know, so its example need not be made simple.
settings.register_profile(
    "mutants",
    settings.get_profile("ci"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("mutants")


def caches() -> Iterator[_lru_cache_wrapper[Any]]:
    """Caches of the functions of all modules that were imported."""
    for module in [module for name, module in sys.modules.items() if name.startswith(CODE)]:
        for name, value in vars(module).items():
            if isinstance(value, _lru_cache_wrapper) and name != PARSED:
                yield value


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything is made for a test."""
    for cache in caches():
        cache.cache_clear()
