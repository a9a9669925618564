# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which version of the collection this is. Private; may change at any time."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
# An installed collection has a manifest; its sources have galaxy.yml, which the manifest is made from.
_FILES = (("MANIFEST.json", r'"version": *"([^"]+)"'), ("galaxy.yml", r"(?m)^version: *(\S+)"))
UNKNOWN = "unknown"


@cache
def release() -> str:
    """The version of the collection; ``unknown`` in a module process, to which no such file is sent along."""
    for name, pattern in _FILES:
        try:
            text = (_ROOT / name).read_text(encoding="utf-8")
        except OSError:
            continue
        found = re.search(pattern, text)
        if found:
            return found.group(1)
    return UNKNOWN
