#!/usr/bin/env python
# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong, by chance, for a bounded time: ``make soak``. See harness.py beside this file."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATHS = [str(ROOT / path) for path in (".venv/collections", "tests/emulator", "tests/tools")]

if __name__ == "__main__":
    sys.path[:0] = PATHS
    sys.exit(importlib.import_module("ansible_collections.comet.backup.tests.soak.harness").main())
