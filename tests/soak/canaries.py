# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that stand in the place of secrets, and the search for them in whatever was produced."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MARK = "CANARYQ7"
"""Begins and ends each canary, so that one that is hidden in part is found all the same."""
OLDER = "canary-5fb1"
"""Begins the secrets of the cases of other tests, which are part of the tasks here."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Those of base32, as keys of second factors are written. So are the marks."""
LINES = ("", " +/=&%", "\"'\\", "<b>é漢</b>", "$HOME;`x`")
"""What stands between the marks: texts that look otherwise in JSON, in addresses, in HTML."""
PLAIN = ("",)
TAILS = (*LINES, "\nline two\t")
_OTHER_BITS = 8
_PER_LETTER = 6


class Canaries:
    """Makes canaries; ``planted`` tells where each of them was put. The same ``dice`` give the same ones."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.planted: dict[str, str] = {}

    def new(self, place: str, tails: tuple[str, ...] = TAILS) -> str:
        """A canary for a place, which nothing else holds."""
        while True:
            number = "".join(self._dice.choices(LETTERS, k=8))
            text = f"{MARK}{number}{self._dice.choice(tails)}{MARK}"
            if text not in self.planted:
                self.planted[text] = place
                return text

    def keep(self, used: Any) -> None:
        """Forget those that are not in what is used."""
        text = str(used)
        self.planted = {one: place for one, place in self.planted.items() if number_of(one) in text}

    def missing(self, held: str) -> list[str]:
        """Places whose canaries are not in a text."""
        return sorted(place for text, place in self.planted.items() if number_of(text) not in held)


def number_of(canary: str) -> str:
    """The part of a canary that every spelling of it has, and no other canary."""
    return canary[len(MARK) : len(MARK) + 8]


def spellings(text: str) -> Iterable[str]:
    """Patterns of all that a text may have become: as it is, reversed, in hexadecimal, and inside of base64.

    Letters and digits stay as they are in JSON, in HTML and in addresses.
    """
    plain = text.encode()
    yield re.escape(text)
    yield re.escape(text[::-1])
    yield plain.hex()
    for before in range(3):
        # What stands before and behind changes the letters that share bits with it.
        whole = base64.b64encode(b"\0" * before + plain).decode().rstrip("=")
        first = -(-before * _OTHER_BITS // _PER_LETTER)
        last = (before + len(plain)) * _OTHER_BITS // _PER_LETTER
        yield f"(?-i:{re.escape(whole[first:last])})"


def pattern_of(*texts: str) -> re.Pattern[bytes]:
    """What finds any spelling of some texts in bytes."""
    return re.compile("|".join(one for text in texts for one in spellings(text)).encode(), re.IGNORECASE)


FOUND = pattern_of(MARK, OLDER)
AROUND = 60
"""So many bytes before a canary are told with it."""


class Search:
    """Looks through all that it is given, and counts how much that was. ``own`` are further texts to find."""

    def __init__(self, *own: str) -> None:
        self._patterns = [FOUND, *([pattern_of(*own)] if own else [])]
        self.bytes = 0
        self.places = 0

    def text(self, content: str | bytes, where: str) -> list[str]:
        """What was found, as ``where: text around it``."""
        data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        self.places += 1
        self.bytes += len(data)
        hits = [hit for pattern in self._patterns for hit in pattern.finditer(data)]
        return [f"{where}: {data[max(0, hit.start() - AROUND) : hit.end() + AROUND]!r}" for hit in hits[:3]]

    def files(self, *folders: Path) -> list[str]:
        """The same for the names and contents of all files below some folders."""
        found: list[str] = []
        for path in (path for folder in folders for path in folder.rglob("*")):
            content = path.read_bytes() if path.is_file() else b""
            found += self.text(str(path).encode("utf-8", "surrogateescape") + b"\n" + content, str(path))
        return found
