# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a report that was written before, to compare with. Private; may change at any time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints, is_typeddict

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError
from ansible_collections.comet.backup.plugins.plugin_utils._drift._types import (
    FINDING_TYPES,
    FORMAT,
    SEVERITIES,
    VERSION,
    Document,
    Finding,
)

REMEDY = "Name a report that this version of comet.backup has written, or none to go without the comparison"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class UnusableReport(CometError):
    """A file that is to be compared with is no report that can be; the message says which, why and what to do."""


def load(path: str | Path) -> Document:
    """The report in a file. Raises UnusableReport."""
    try:
        document = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise _unusable(path, "is not JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _unusable(path, f"is not a report on drift, which has the format {FORMAT}")
    version = json.dumps(document.get("version"))
    if version != str(VERSION):
        raise _unusable(path, f"has version {version:.20} of the format, and only version {VERSION} can be compared")
    wrong = next(_misfits(Document, document, "the whole"), "") or next(_strange_words(cast(Document, document)), "")
    if wrong:
        raise _unusable(path, f"is damaged: {wrong} is not what a report has there")
    return cast(Document, document)


def _unusable(path: str | Path, what: str) -> UnusableReport:
    return UnusableReport(f"previous: {path} {what}. {REMEDY}.")


def _misfits(shape: Any, value: Any, where: str) -> Iterator[str]:
    """Where a value is not of the shape that a type hint says, by the names of the members."""
    origin, inner = get_origin(shape), get_args(shape)
    if is_typeddict(shape) and isinstance(value, dict):
        for name, hint in _hints(shape).items():
            yield from _misfits(hint, value[name], name) if name in value else (name,)
    elif origin in (list, dict) and isinstance(value, origin):
        for item in value if origin is list else value.values():
            yield from _misfits(inner[-1], item, where)
    elif inner and origin not in (list, dict):
        yield from (where,) if all(next(_misfits(one, value, where), "") for one in inner) else ()
    elif is_typeddict(shape) or origin or not _is_of(shape, value):
        yield where


@cache
def _hints(shape: Any) -> Mapping[str, Any]:
    return get_type_hints(shape)


def _is_of(shape: Any, value: Any) -> bool:
    if shape is Any or isinstance(value, bool):
        return shape in (Any, bool)
    return isinstance(value, (int, float) if shape is float else shape)


def _strange_words(document: Document) -> Iterator[str]:
    """Words that no report has where they are."""
    if not _MOMENT.fullmatch(document["generated"]):
        yield "generated"
    findings: Iterable[Finding] = (one for server in document["servers"] for one in server["findings"])
    for one in findings:
        if one["type"] not in FINDING_TYPES:
            yield "type"
        if {one["severity"], *(member["severity"] for member in one["members"])} - set(SEVERITIES):
            yield "severity"
