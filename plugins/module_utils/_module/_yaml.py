# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes plain data as YAML for people: block style, no wrapping, quotes only where needed. Private; may change.

Every YAML reader, of version 1.1 as of 1.2, has to read back exactly what was written. So what is not certainly plain
text is quoted.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

INDENT, LINE = "  ", "\n"
LONGEST_KEY = 1000
"""YAML looks no further than 1024 characters for the colon that makes a text a key."""
TEMPLATES = ("{{", "{%", "{#")
"""What makes Ansible take a text for a template."""

_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"))
_LETTER_FIRST = re.compile(r"[^\W\d]|[/$]|_")
_NO_NUMBER = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # an ID
    r"|\d+ [KMGTP]i?B"  # a size
    r"|(\d+[dhms])+"  # a duration
    r"|\d.*[g-np-suvwyG-NP-SUVWY@/].*"  # a letter that no number, date or time has
)
_UNPRINTABLE = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def dump(value: Any) -> str:
    """The YAML text of a value made of dictionaries, lists, texts, numbers, booleans and None, with a last newline.

    Anything else in it stands for a template, which is its text.
    """
    lines: list[str] = []
    if isinstance(value, (dict, list)) and value:
        _nested(lines, "", value)
    else:
        _put(lines, "", "", value)
    return "\n".join(lines) + "\n"


def _nested(lines: list[str], pad: str, value: dict[str, Any] | list[Any]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            name = _flat(key)
            if len(name) > LONGEST_KEY:
                lines.append(f"{pad}? {name}")
                name = ""
            _put(lines, pad, f"{name}: ", item)
        return
    for item in value:
        if item and isinstance(item, (dict, list)):
            start, inner = len(lines), pad + INDENT
            _nested(lines, inner, item)
            lines[start] = f"{pad}- {lines[start][len(inner) :]}"
        else:
            _put(lines, pad, "- ", item)


def _put(lines: list[str], pad: str, head: str, value: Any) -> None:
    """One entry of a mapping or item of a sequence: ``head`` is its key or the dash, and a space."""
    if isinstance(value, str):
        if "\n" in value and _fits_block(value):
            lines.append(f"{pad}{head}{_tag(value)}{'|-' if value[-1] != LINE else '|'}")
            lines.extend(f"{pad}{INDENT}{line}" if line else "" for line in value.rstrip(LINE).split(LINE))
        else:
            lines.append(f"{pad}{head}{_tag(value)}{quoted(value) if _templated(value) else _flat(value)}")
    elif isinstance(value, (dict, list)) and value:
        lines.append(pad + head.rstrip())
        _nested(lines, pad + INDENT, value)
    else:
        lines.append(f"{pad}{head}{_scalar(value)}")


def _scalar(value: Any) -> str:
    """What is no text, and holds nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Without a point, YAML 1.1 takes a number with an exponent for a text.
        number = json.dumps(value)
        return number if "." in number else number.replace("e", ".0e")
    if value is None or isinstance(value, int):
        return json.dumps(value)
    if isinstance(value, (dict, list)):
        return "{}" if isinstance(value, dict) else "[]"
    return quoted(str(value))


def _tag(text: str) -> str:
    """The tag that keeps Ansible from looking for templates."""
    return "!unsafe " if is_foreign(text) else ""


def is_foreign(value: Any) -> bool:
    """Whether a value is a text that Ansible would take for a template although it is none."""
    return isinstance(value, str) and _templated(value)


def _templated(text: str) -> bool:
    return "{" in text and any(mark in text for mark in TEMPLATES)


@lru_cache(maxsize=8192)
def _flat(text: str) -> str:
    """A text on one line: as it is where nothing in it means anything to YAML, else in quotes."""
    return text if _is_plain(text) else quoted(text)


def _is_plain(text: str) -> bool:
    if not text or text != text.strip() or text.lower() in _WORDS or _UNPRINTABLE.search(text):
        return False
    if ": " in text or text.endswith(":") or " #" in text:
        return False
    return bool(_LETTER_FIRST.match(text) or _NO_NUMBER.fullmatch(text))


def quoted(text: str) -> str:
    """A text in double quotes, with escapes for what cannot be seen."""
    return _UNPRINTABLE.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _fits_block(text: str) -> bool:
    """Whether a text of several lines reads back the same as a block: no white space that nobody would see."""
    body = text[:-1] if text.endswith("\n") else text
    lines = body.split("\n")
    first = next((line for line in lines if line), "")
    hidden = any(line != line.rstrip() or _UNPRINTABLE.search(line) for line in lines)
    return bool(lines[-1]) and bool(first) and not first[:1].isspace() and not hidden
