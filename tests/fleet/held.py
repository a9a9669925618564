# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server holds, without what chance and the clock decided, so that two servers can be compared."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NOT_COMPARED = {"job", "job_log", "snapshot"}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128}")
HASH = re.compile(r"\$2[aby]\$")
DRAWN = {"CometBucketKey", "EncryptedEncryptionKey", "PasswordRecovery"}
"""Members that a server fills by chance."""
AROUND_NOW = 30 * 24 * 3600
"""Seconds from now within which a number is a time. The seeds' own times are years old, their jobs some nights."""
CALLED = ("Name", "Description", "Username", "FriendlyName")

Document = dict[str, Any]


def held(directory: Path) -> dict[str, list[Any]]:
    """All documents of the emulator that keeps its state in a directory, by kind and by what they are called.

    IDs are replaced by what they stand for; times of these days, hashes and keys that a server draws by a word each.
    """
    with sqlite3.connect(f"file:{directory / 'comet_emulator.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT kind, id, body, organization FROM documents").fetchall()
    documents = [(kind, key, json.loads(body), tenant) for kind, key, body, tenant in rows if kind not in NOT_COMPARED]
    tenants = {key: document["Name"] for kind, key, document, _tenant in documents if kind == "organization"}
    names: dict[str, str] = {}
    for kind, key, document, tenant in documents:
        if GUID.fullmatch(key):
            names[key] = f"{kind} {_called(document)} of {tenants.get(tenant, 'the top level')}"
        _learn(document, names)
    found: dict[str, list[Any]] = {}
    for kind, key, document, _tenant in documents:
        found.setdefault(f"{kind} {_named(key, names)}", []).append(_plain(document, names))
    return {name: sorted(same, key=json.dumps) for name, same in found.items()}


def _called(document: Any) -> str:
    """What people call what a document is about, or an empty text."""
    told = [document.get(name) for name in CALLED] if isinstance(document, dict) else []
    return next((name for name in told if name and isinstance(name, str)), "")


def _learn(value: Any, names: dict[str, str]) -> None:
    """Note what the IDs inside a document stand for."""
    if isinstance(value, dict):
        if isinstance(value.get("ID"), str) and _called(value):
            names.setdefault(value["ID"], _called(value))
        for key, inner in value.items():
            if GUID.fullmatch(key) and _called(inner):
                names.setdefault(key, _called(inner))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _learn(inner, names)


def _plain(value: Any, names: Mapping[str, str], member: str = "") -> Any:
    """A value without what chance and the clock decided."""
    if isinstance(value, dict):
        return {_named(key, names): _plain(inner, names, key) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_plain(inner, names, member) for inner in value]
    if isinstance(value, str) and value:
        return "(drawn)" if member in DRAWN or HASH.match(value) else _named(value, names)
    if isinstance(value, int) and abs(value - time.time()) < AROUND_NOW:
        return "(now)"
    return value


def _named(text: str, names: Mapping[str, str]) -> str:
    return GUID.sub(lambda found: names.get(found[0], "(id)"), text)
