# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with a wish before anything is sent. Private; may change at any time."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError


class InvalidOption(CometError):
    """An option has a wrong name or value; the text names the option by its path."""


class NotFound(CometError):
    """A reference names an object that the server does not have."""


class Ambiguous(CometError):
    """A name fits several objects; the text lists their IDs."""


class NeedsConfirmation(CometError):
    """The task would lose data and was not told that this is meant."""


class TooManyDeletions(CometError):
    """The task would remove more entries than it allows itself."""


class Conflict(CometError):
    """The object kept changing while we tried to write it."""


class InDoubt(CometError):
    """A change may happen yet, and must not be asked for again before that is known; the text says what to do."""


def type_name(value: Any) -> str:
    """What kind of value it is, for messages; Ansible's own kinds of text and number are text and number."""
    plain = (bool, int, float, str, list, dict)
    return "nothing" if value is None else next((one for one in plain if isinstance(value, one)), type(value)).__name__


def closest(word: str, known: Iterable[str]) -> str:
    """``; did you mean X?`` for the end of an error message; empty where nothing is close."""
    close = difflib.get_close_matches(word, sorted(set(known)), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The same, or the valid words where nothing is close."""
    choices = sorted(set(known))
    if hint := closest(word, choices):
        return hint
    return f"; valid are: {', '.join(choices)}" if choices else ""
