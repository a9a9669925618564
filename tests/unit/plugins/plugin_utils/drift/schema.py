# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The published schema of drift reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

PATH = Path(__file__).resolve().parents[5] / "docs" / "schemas" / "drift-report-1.json"
SCHEMA: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
_VALIDATOR = Draft202012Validator(SCHEMA)


def mistakes(document: Any) -> list[str]:
    """What the schema has against a document."""
    return [f"{error.json_path}: {error.message:.200}" for error in _VALIDATOR.iter_errors(document)]
