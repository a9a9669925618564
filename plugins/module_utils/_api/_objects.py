# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large answer that is a map of objects, decoded object by object. Private; may change at any time.

All users of a server are a hundred megabytes and more. As Python objects they would take ten times that, and longer
to make than all the rest of a run; and most of them are looked at once.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, ItemsView, Iterator, MutableMapping, ValuesView
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api._encoding import load_json
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError

# So far the end of an object is looked for by what usually follows; of longer ones the braces are counted.
FAR = 1 << 20

_BLANK = rb"[ \t\r\n]*"
_TEXT = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_OPEN = re.compile(_BLANK + rb"\{" + _BLANK)
_KEY = re.compile(_BLANK + b"(" + _TEXT + b")" + _BLANK + b":" + _BLANK, re.DOTALL)
_AFTER = re.compile(_BLANK + rb"([,}])")
_REST = re.compile(_BLANK)
_BRACE = re.compile(rb"[{}]|" + _TEXT, re.DOTALL)


def begins(text: bytes) -> bool:
    """Whether a JSON text begins as a map of objects does that holds at least one."""
    opened = _OPEN.match(text)
    key = _KEY.match(text, opened.end()) if opened else None
    return key is not None and text.startswith(b"{", key.end())


class Objects(MutableMapping[str, Any]):
    """The objects of a JSON text ``{"name": {...}, ...}``: a dictionary that keeps the text.

    Walking through ``items()`` or ``values()`` decodes each object when its turn comes. The first walk also finds where
    the objects are; ``len``, the names alone, and asking for an object that is not found yet finish it first. An
    object is decoded anew whenever it is asked for, so changing it changes nothing here; objects that are set are kept
    as they are. Several threads may use it, and set objects while others walk.

    ``broken`` makes the exception that is raised for a text that is no such map, at the latest where the first walk
    ends. Of objects with the same name the last counts; the first walk comes by all of them, in order.
    """

    def __init__(self, text: bytes, broken: Callable[[], CometError]) -> None:
        self._text = text
        self._broken = broken
        self._lock = threading.RLock()
        self._places: dict[str, tuple[int, int]] = {}
        self._found: list[str] = []
        self._set: dict[str, Any] = {}
        self._end = text.rfind(b"}")
        if not begins(text) or _REST.fullmatch(text, self._end + 1) is None:
            raise broken()
        # Where the next object's name stands; None once all are found.
        self._next: int | None = text.index(b"{") + 1
        self._usual = self._usual_start()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._text)} bytes)"

    # As a dictionary

    def __getitem__(self, key: str) -> Any:
        with self._lock:
            if key in self._set:
                return self._set[key]
            if key not in self._places:
                self._finish()
            begin, end = self._places[key]
        return load_json(self._text[begin:end])

    def __setitem__(self, key: str, document: Any) -> None:
        with self._lock:
            self._set[key] = document

    def __delitem__(self, key: str) -> None:
        with self._lock:
            self._finish()
            if key not in self:
                raise KeyError(key)
            self._set.pop(key, None)
            self._places.pop(key, None)

    def __contains__(self, key: object) -> bool:
        with self._lock:
            if key not in self._set and key not in self._places:
                self._finish()
            return key in self._set or key in self._places

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            self._finish()
            return iter([*self._places, *self._added()])

    def __len__(self) -> int:
        with self._lock:
            self._finish()
            return len(self._places) + len(self._added())

    def __bool__(self) -> bool:
        return self._next is not None or len(self) > 0

    def items(self) -> ItemsView[str, Any]:
        """Names and decoded objects, in the order of the text; then those that were added."""
        return _Items(self)

    def values(self) -> ValuesView[Any]:
        """The decoded objects, in the same order."""
        return _Values(self)

    def walk(self) -> Iterator[tuple[str, Any]]:
        """What ``items()`` goes through."""
        found = self._found
        at = 0
        while True:
            with self._lock:
                fresh = self._find_next() if at == len(found) else None
                if at == len(found):
                    added = {key: self._set[key] for key in self._added()}
                    break
                key = found[at]
                at += 1
                if key not in self._set and key not in self._places:
                    continue  # deleted meanwhile
                document = self[key] if fresh is None or key in self._set else fresh
            yield key, document
        yield from added.items()

    def _added(self) -> list[str]:
        """Names of the objects that are not in the text."""
        return [key for key in self._set if key not in self._places]

    # Finding the objects in the text

    def _finish(self) -> None:
        """Find all objects."""
        while self._next is not None:
            self._find_next()

    def _find_next(self) -> Any:
        """Find one more object and return it decoded; None after the last."""
        if self._next is None:
            return None
        text = self._text
        key = _KEY.match(text, self._next)
        try:
            if key is None or not text.startswith((b"{", b"null"), key.end()):
                raise ValueError  # no object where one should be
            name, begin = load_json(key.group(1)), key.end()
            end, document = self._decode(begin)
            after = _AFTER.match(text, end)
            if after is None or (after.group(1) == b"}") != (after.end() > self._end):
                raise ValueError  # neither the end nor another object
        except (ValueError, RecursionError):
            raise self._broken() from None
        self._places[name] = (begin, end)
        self._found.append(name)
        self._next = after.end()
        if after.end() > self._end:
            self._next = None
            if len(self._found) > len(self._places):
                self._found = list(self._places)
        return document

    def _decode(self, begin: int) -> tuple[int, Any]:
        """Where the object that begins here ends, and what it is.

        Text that begins at an object's first brace is valid JSON for one end only. So a guess that can be decoded is
        right, and finding the place of the guess costs next to nothing.
        """
        guess = self._guess(begin)
        if guess:
            try:
                return guess, load_json(self._text[begin:guess])
            except ValueError:
                pass  # counting braces takes three times as long as decoding, but is always right
        end = self._count(begin)
        return end, load_json(self._text[begin:end])

    def _guess(self, begin: int) -> int:
        """Where the object probably ends: before the next one that starts as the first one does. 0: no idea."""
        follower = self._text.find(self._usual, begin, begin + FAR)
        if follower >= 0:
            return self._text.rfind(b'},"', begin, follower) + 1
        return self._text.rfind(b"}", begin, self._end) + 1 if self._end - begin < FAR else 0

    def _count(self, begin: int) -> int:
        """Where the object ends, by its braces. Raises ValueError if it does not."""
        if self._text.startswith(b"null", begin):
            return begin + len(b"null")
        depth = 0
        for brace in _BRACE.finditer(self._text, begin):
            depth += {b"{": 1, b"}": -1}.get(brace.group(), 0)
            if not depth:
                return brace.end()
        raise ValueError  # an object without an end

    def _usual_start(self) -> bytes:
        """How most of the objects start: a server writes the members of all of them in the same order."""
        name = _KEY.match(self._text, self._next or 0)
        member = _KEY.match(self._text, name.end() + 1) if name else None
        return b'":{' + member.group(1) + b":" if member else b'":{}'


class _Items(ItemsView[str, Any]):
    """Items that are decoded once each."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self._objects = objects

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return self._objects.walk()


class _Values(ValuesView[Any]):
    """Values that are decoded once each."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self._objects = objects

    def __iter__(self) -> Iterator[Any]:
        return (document for _name, document in self._objects.walk())
