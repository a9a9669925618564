# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remembered values: ``${NAME}`` in texts, ``$patched`` documents and one-time codes, put into requests and answers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

import pyotp

MENTION = re.compile(r"\$\{(?:(url|totp|text):)?([A-Za-z0-9_]+)([+-][0-9]+)?\}")

Memory = dict[str, Any]


class Forgotten(LookupError):
    """A pair mentions a value that no earlier pair remembered."""


def recall(name: str, memory: Mapping[str, Any]) -> Any:
    """A remembered value. Raises Forgotten."""
    if name not in memory:
        raise Forgotten(f"nothing is remembered as {name}; there are {', '.join(sorted(memory))}")
    return memory[name]


def fill(value: Any, memory: Mapping[str, Any]) -> Any:
    """The value with everything remembered put in; a text that is one mention alone becomes the remembered value."""
    if isinstance(value, str):
        return _fill_text(value, memory)
    if isinstance(value, list):
        return [fill(item, memory) for item in value]
    if isinstance(value, dict) and "$patched" in value:
        return merge_patch(recall(value["$patched"], memory), fill(value["$with"], memory))
    if isinstance(value, dict):
        return {fill(key, memory): fill(item, memory) for key, item in value.items()}
    return value


def _fill_text(text: str, memory: Mapping[str, Any]) -> Any:
    alone = MENTION.fullmatch(text)
    if alone and not alone[1]:
        return _mentioned(alone, memory)
    return MENTION.sub(lambda mention: _as_text(mention, memory), text)


def _mentioned(mention: re.Match[str], memory: Mapping[str, Any]) -> Any:
    """What is remembered, with the number behind it added."""
    value = recall(mention[2], memory)
    return value + int(mention[3]) if mention[3] else value


def _as_text(mention: re.Match[str], memory: Mapping[str, Any]) -> str:
    value = str(_mentioned(mention, memory))
    if mention[1] == "totp":
        return pyotp.TOTP(value).at(int(time.time()))
    return quote_plus(value) if mention[1] == "url" else value


def merge_patch(document: Any, patch: Any) -> Any:
    """RFC 7396: a document with the patch's members laid over it; null removes a member."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for name, change in patch.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), change)
    return merged


def form_text(value: Any, memory: Mapping[str, Any]) -> str:
    """One form field as text: ``{"json": …}`` is written as JSON, everything else as it stands."""
    if isinstance(value, dict):
        return json.dumps(fill(value["json"], memory))
    return str(fill(value, memory))
