# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the connection options to a client. Private; may change at any time."""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.comet.backup.plugins.module_utils._api._client import (
    Client,
    ConnectionSettings,
    PasswordLogin,
    SessionLogin,
    TotpLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._api._login import Login
from ansible_collections.comet.backup.plugins.module_utils._state import _redact
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption

_SETTINGS = ("url", "validate_certs", "ca_path", "client_cert", "client_key", "timeout", "retries", "allow_http")


def settings_of(params: Mapping[str, Any]) -> ConnectionSettings:
    """Where the server is. Raises CometError for an address or file that cannot work."""
    return ConnectionSettings(**{name: params[name] for name in _SETTINGS})


def login_of(params: Mapping[str, Any]) -> Login:
    """Who logs in: a session key if one is given, else name and password, with a second factor if one is given."""
    username, password = params.get("username"), params.get("password")
    if not username:
        raise InvalidOption("username: needed to log in (or set COMET_USERNAME)")
    if params.get("session_key"):
        return SessionLogin(username, params["session_key"])
    if not password:
        raise InvalidOption("password: needed to log in (or set COMET_PASSWORD, or give session_key)")
    if params.get("totp_code") or params.get("totp_secret"):
        return TotpLogin(username, password, params.get("totp_code"), params.get("totp_secret"))
    return PasswordLogin(username, password)


def connect(params: Mapping[str, Any], check_mode: bool, concurrency: int = 1) -> Client:
    """A client for these options; in check mode it refuses to write. Nothing is sent yet.

    ``concurrency``: how many threads will call at the same time.
    """
    settings, login = settings_of(params), login_of(params)
    return Client(settings, login, check_mode, concurrency=concurrency, unspoken=_redact.unspoken)


def connection_key(params: Mapping[str, Any], check_mode: bool) -> Hashable:
    """Equal for tasks that may share a client."""
    return (settings_of(params), login_of(params), check_mode)


def secrets_of(params: Mapping[str, Any]) -> set[str]:
    """Secrets in a connection option that is none: credentials in the url, which are refused but repeated."""
    with contextlib.suppress(ValueError):
        password = urlsplit(str(params.get("url") or "")).password
        return {password} if password else set()
    return set()


def secret_options(params: Mapping[str, Any]) -> set[str]:
    """All secrets among the connection options."""
    given = {params.get(name) for name in ("password", "totp_code", "totp_secret", "session_key")}
    return {str(value) for value in given if value} | secrets_of(params)
