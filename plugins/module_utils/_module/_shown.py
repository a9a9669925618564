# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as people may safely look at them. Private; may change at any time.

Names come from many hands, and messages repeat them. Ansible prints some characters of a message as they are that move
the cursor or turn the direction of writing.
"""

from __future__ import annotations

from collections.abc import Iterable


def shown(text: str) -> str:
    """The text with an escape such as ``\\x1b`` for each character that would act and not show; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter == "\n" else _escape(letter) for letter in text)


def shown_too(secrets: Iterable[str]) -> set[str]:
    """Secret texts, both as they are and as messages would show them."""
    return {form for secret in secrets for form in (secret, shown(secret))}


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")
