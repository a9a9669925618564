# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that an export gives: to files of tenants, to variables for secrets, and to objects. Private; may change.

A name depends on nothing but what it is for, so it is the same at each export, on any machine.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ansible_collections.comet.backup.plugins.module_utils._module._exported import Secret

LONGEST = 60
"""So many characters of a person's word are kept."""
DIGEST = 8
_UNUSABLE = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
"""What Windows takes for devices, whatever the suffix."""
_RESERVED = ("ansible_", "comet_")
"""Variables of Ansible, and of the connection to a server."""
Key = TypeVar("Key", str, int)


def plain(text: str) -> str:
    """The text in lower-case ASCII letters, digits and single underscores; a digest where nothing else is left."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    word = "_".join(re.findall(r"[a-z0-9]+", ascii_only.lower()))
    return word if word and len(word) <= LONGEST else "_".join(filter(None, (word[:LONGEST].rstrip("_"), digest(text))))


def digest(text: str, length: int = DIGEST) -> str:
    """A few letters and digits that stand for the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def file_names(names: Mapping[str, str]) -> dict[str, str]:
    """The stem of a file for each tenant, by ID; ``names`` are their names. Those that would be alike get a digest."""
    stems = {key: plain(name).replace("_", "-") for key, name in names.items()}
    stems = {key: f"tenant-{stem}" if _UNUSABLE.fullmatch(stem) else stem for key, stem in stems.items()}
    alike = Counter(names.values())
    return told_apart(stems, {key: name if alike[name] == 1 else key for key, name in names.items()}, "-")


def told_apart(words: Mapping[Key, str], places: Mapping[Key, str], joint: str) -> dict[Key, str]:
    """The words; those that would be alike with a digest of their place.

    Somebody may have chosen a name so that it looks like another one with its digest: then both get longer ones, of
    their keys as well.
    """
    apart, length = dict(words), DIGEST
    while len(taken := Counter(apart.values())) < len(apart):
        for key in [key for key, word in apart.items() if taken[word] > 1]:
            told = places[key] if length == DIGEST else f"{places[key]}\0{key}"
            apart[key] = f"{words[key]}{joint}{digest(told, length)}"
        length *= 2
    return apart


def name_variables(secrets: Iterable[Secret]) -> None:
    """Choose a variable for each secret. Those that would be alike get a digest of their place."""
    listed = dict(enumerate(secrets))
    words: dict[str, str] = {}
    for secret in listed.values():
        secret.variable = "_".join(words.setdefault(word, plain(word)) for word in secret.words)
        if secret.variable[0].isdigit() or secret.variable.startswith(_RESERVED):
            secret.variable = f"tenant_{secret.variable}"
    variables = {number: secret.variable for number, secret in listed.items()}
    places = {number: secret.where for number, secret in listed.items()}
    for number, variable in told_apart(variables, places, "_").items():
        listed[number].variable = variable


def shown_names(called: Mapping[str, str], others: Iterable[str] = ()) -> dict[str, str]:
    """What to write for each object, by ID: its name where that means it and nothing else, or its ID.

    ``called`` are the names of objects of one kind in one tenant or document, ``others`` further IDs of the kind.
    """
    count = Counter(called.values())
    keys = {*called, *others}
    telling = {name for name in called.values() if is_name(name) and count[name] == 1 and name not in keys}
    return {key: name if name in telling else key for key, name in called.items()}


def is_name(name: str) -> bool:
    """Whether a task may address an object by that name at all."""
    return bool(name.strip())
