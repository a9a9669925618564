# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that decides what is secret and what is shown instead. Private; may change at any time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from ansible_collections.comet.backup.plugins.module_utils._api._model import Member, Method, Type, structure

MARKER = "<hidden>"
TOO_SHORT = 2
"""Texts up to so many characters, such as 1 for yes, are no secrets: blanking them out elsewhere would help nobody."""
# The standard library's own table is long, and every module would wait for it.
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_UNCHANGING = re.compile(r"[A-Za-z0-9_.~-]*")
_LOGIN = re.compile(r"(://[^/?#@:\s]*:)([^/?#@\s]+)(@)")
_TELLING = re.compile(
    r"passw|passphrase|secret|token|private_?key|api_?key|access_?key|credential|recovery", re.IGNORECASE
)


def hidden(value: Any) -> Any:
    """The marker for a secret that holds something; an empty one is shown as it is."""
    return MARKER if value not in (None, "", [], {}) else value


def without_login(value: Any) -> Any:
    """An address without the password that somebody may have put before its host; all else as it is."""
    if not isinstance(value, str) or "://" not in value:
        return value
    return _LOGIN.sub(rf"\1{MARKER}\3", value)


def looks_secret(name: str) -> bool:
    """Whether a member that the facts do not know may hold a secret, going by its name."""
    return bool(_TELLING.search(name))


def secret_key(member: Member, key: str, siblings: Mapping[str, Any]) -> bool:
    """Whether entry ``key`` of a map such as SourceConfig.EngineProps is a secret.

    ``siblings`` is the structure that holds the map: its Engine decides. An engine that the facts do not list may
    hide a secret in any entry; so may one that is not named, as in a task that changes a few entries, except under keys
    that the facts know. What is a secret of one engine is one beside every other: entries stay when the engine changes.
    """
    engine = siblings.get("Engine")
    if any(_names(row, key) for row in member.secret_keys):
        return True
    rows = [row for row in member.secret_keys if row["engine"] == engine]
    numbered, flags = tuple(row["key"] for row in member.numbered), {row["key"] for row in member.flags}
    if "Engine" not in siblings and (key.startswith(numbered) or key in flags):
        return False
    return not rows or any(row["match"] == "any" for row in rows)


def _names(row: Mapping[str, str], key: str) -> bool:
    return row["match"] != "any" and (key == row["key"] or (row["match"] == "prefix" and key.startswith(row["key"])))


def mask_map(member: Member, value: Mapping[str, Any], siblings: Mapping[str, Any]) -> dict[str, Any]:
    """A map of plain values with its secret entries hidden."""
    if not member.secret_keys:
        return {key: hidden(item) if member.secret else mask_unknown("", item) for key, item in value.items()}
    return {
        key: hidden(item) if secret_key(member, key, siblings) else without_login(item) for key, item in value.items()
    }


def mask(kind: Type, value: Any) -> Any:
    """``value``, an answer of type ``kind`` in the API's spelling, without its secrets; a new object."""
    if kind.kind == "structure" and isinstance(value, Mapping):
        return {key: _mask_member(kind.name, key, item, value) for key, item in value.items()}
    if kind.kind == "map" and isinstance(value, Mapping) and kind.item:
        return {key: mask(kind.item, item) for key, item in value.items()}
    if kind.kind == "list" and isinstance(value, list) and kind.item:
        return [mask(kind.item, item) for item in value]
    return mask_unknown("", value)


def _mask_member(owner: str, name: str, value: Any, siblings: Mapping[str, Any]) -> Any:
    member: Member | None = structure(owner).members.get(name)
    if member is None:
        return mask_unknown(name, value)
    if member.type.kind == "map" and (member.secret or member.secret_keys) and isinstance(value, Mapping):
        return mask_map(member, value, siblings)
    return hidden(value) if member.secret else mask(member.type, value)


def mask_unknown(name: str, value: Any) -> Any:
    """A value that the facts say nothing about. Where a name sounds like a secret, all texts below it are hidden."""
    telling = looks_secret(name)
    if isinstance(value, Mapping):
        return {key: mask_unknown(name if telling else key, item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_unknown(name, item) for item in value]
    return hidden(value) if isinstance(value, str) and telling else without_login(value)


def secrets_in(kind: Type, value: Any) -> set[str]:
    """All secret texts in a value of the API, for those who have to blank them out elsewhere."""
    if kind.kind == "structure" and isinstance(value, Mapping):
        members = structure(kind.name).members
        found: set[str] = set()
        for name, item in value.items():
            member = members.get(name)
            if member is None:
                found |= _unknown_secrets(name, item)
            elif member.secret_keys and isinstance(item, Mapping):
                held = [entry for key, entry in item.items() if secret_key(member, key, value)]
                texts = {text for entry in held for text in _texts(entry) | _json_secrets(entry)}
                found |= {text for text in texts if len(text) > TOO_SHORT}
                found |= {text for entry in item.values() for text in _logins(entry)}
            else:
                found |= _texts(item) if member.secret else secrets_in(member.type, item)
        return found
    if kind.item is not None and isinstance(value, list if kind.kind == "list" else Mapping):
        items = value if isinstance(value, list) else value.values()
        return {text for item in items for text in secrets_in(kind.item, item)}
    return _unknown_secrets("", value)


def sent_secrets(method: Method, form: Mapping[str, str]) -> Iterator[str]:
    """The secret texts in the form of a call, which may hold what a server told before as well as what is new."""
    for name, text in form.items():
        if name not in method.parameters:
            continue
        parameter = method.parameters[name]
        if parameter.secret:
            yield text
        if parameter.type.kind != "scalar":
            yield from (one for one in secrets_in(parameter.type, json.loads(text)) if len(one) > TOO_SHORT)


def spellings(secrets: Iterable[str]) -> set[str]:
    """The texts as they are, and as they look in JSON, in addresses, in HTML and in what Python shows, also twice so.

    Whoever repeats a secret, such as a server that refuses it, may repeat it like that.
    """
    plain = {text for text in secrets if text}
    found = set(plain)
    for text in plain:
        if not _UNCHANGING.fullmatch(text):
            once = {spell(text) for spell in _SPELLINGS}
            found |= once | {spell(one) for one in once for spell in _SPELLINGS}
    return found


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_unicode_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_json_of_servers(text: str) -> str:
    """As programs in Go write it."""
    text = _in_unicode_json(text)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _in_python(text: str) -> str:
    return repr(text)[1:-1]


def _in_an_address(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _in_a_form(text: str) -> str:
    return quote_plus(text, errors="replace")


def _in_html(text: str) -> str:
    return text.translate(_ENTITIES)


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    *(_in_json, _in_unicode_json, _in_json_of_servers, _in_python, _in_an_address, _in_a_form, _in_html),
)


def unspoken(method: Method, form: Mapping[str, str], more: Iterable[str]) -> list[str]:
    """All that a message about a call must not repeat, ``more`` included, in all spellings; the longest first."""
    return sorted(spellings([*sent_secrets(method, form), *more]), key=len, reverse=True)


def keyed_secrets(name: str, patch: Mapping[str, Any]) -> set[str]:
    """The secret texts in a patch of structure ``name``."""
    return secrets_in(Type("structure", name), patch)


def _unknown_secrets(name: str, value: Any) -> set[str]:
    """The texts of a value that the facts say nothing about, wherever a name sounds like a secret."""
    if looks_secret(name):
        return _texts(value)
    if isinstance(value, Mapping):
        return {text for key, item in value.items() for text in _unknown_secrets(key, item)}
    if isinstance(value, list):
        return {text for item in value for text in _unknown_secrets(name, item)}
    return _logins(value)


def _json_secrets(text: Any) -> set[str]:
    """The secrets inside a value that is JSON text, which may be written, and repeated, as a dictionary."""
    try:
        return _unknown_secrets("", json.loads(text))
    except (TypeError, ValueError):
        return set()


def _logins(value: Any) -> set[str]:
    """The password in an address that is no secret as a whole."""
    return {found[1] for found in _LOGIN.findall(value)} if isinstance(value, str) and "://" in value else set()


def _texts(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {text for item in value.values() for text in _texts(item)}
    if isinstance(value, list):
        return {text for item in value for text in _texts(item)}
    return {value} if isinstance(value, str) and value else set()
