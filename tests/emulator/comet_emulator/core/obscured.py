"""Secrets in configuration documents: obscured on the way out, recognised on the way back in.

The obscured text of a secret is always the same, so it finds its secret again wherever in the document it is sent back.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .shapes import split_type

if TYPE_CHECKING:
    from ..emulator import Emulator

PREFIX = "obscured"
"""How obscured texts begin. With their 24 digits they are base64 too, as a secret of type bytes has to be."""

SHOWN = frozenset({"license_serial", "private_key_reference", "http_headers", "http_body"})
"""Kinds of secrets that come back in full: the licence serial (verified), paths of files, what is no single text."""

OBSCURED = frozenset({"AllowedAdminUser", "Organization", "ServerConfigOptions"})
"""Stored structures that are given out with their secrets obscured."""

HASHES = frozenset({"AllowedAdminUser"})
"""Structures whose password is stored as a hash already, which shows nothing."""


def obscure(emulator: Emulator, type_name: str, document: Any) -> Any:
    """The document with its secrets obscured, unless a switch says plain."""
    if emulator.switches["config_secrets"] == "plain":
        return document
    return _walk(emulator, type_name, document, lambda secret: _obscured(emulator, secret))


def reveal(emulator: Emulator, type_name: str, document: Any) -> Any:
    """The document with obscured secrets replaced by the real ones, unless a switch says they are taken literally."""
    if emulator.switches["obscured_secrets_sent_back"] == "literal":
        return document
    known = _stored_secrets(emulator)
    return _walk(emulator, type_name, document, lambda secret: known.get(secret, secret))


def _stored_secrets(emulator: Emulator) -> dict[str, str]:
    """Obscured text to secret, of every configuration document that is stored now."""
    known: dict[str, str] = {}

    def collect(secret: str) -> str:
        known[_obscured(emulator, secret)] = secret
        return secret

    _walk(emulator, "ServerConfigOptions", emulator.whole_config(), collect)
    for key in emulator.store.rows("login_source"):
        _walk(emulator, "ExternalAuthenticationSource", emulator.store.peek("login_source", key), collect)
    return known


def _obscured(emulator: Emulator, secret: str) -> str:
    if secret.startswith(PREFIX):
        return secret
    serial = emulator.config.get("License", {}).get("SerialNumber", "")
    return PREFIX + hmac.new(serial.encode(), secret.encode(), hashlib.sha256).hexdigest()[:24]


def _walk(emulator: Emulator, type_name: str, value: Any, change: Callable[[str], str]) -> Any:
    kind, inner = split_type(type_name)
    if kind == "list":
        return [_walk(emulator, inner, item, change) for item in value or ()]
    if kind == "map":
        return {key: _walk(emulator, inner, item, change) for key, item in (value or {}).items()}
    members = emulator.facts.structures.get(type_name)
    if members is None or not isinstance(value, dict):
        return value
    changed = dict(value)
    for member in members:
        item = value.get(member.name)
        if not item:
            continue
        if member.secret_kind and member.secret_kind not in SHOWN and isinstance(item, str):
            if not (type_name in HASHES and member.name == "Password"):
                changed[member.name] = change(item)
        elif isinstance(item, (dict, list)):
            changed[member.name] = _walk(emulator, member.type, item, change)
    return changed
