# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to log in, each as the form fields that prove who calls. Private; may change at any time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError

STEP_SECONDS = 30


@dataclass(frozen=True)
class Login(ABC):
    """Base of all ways to log in. Secrets stay out of the repr."""

    auth_type: ClassVar[str] = ""

    username: str

    def form(self) -> dict[str, str]:
        """The form fields that log in, at this moment."""
        return {"Username": self.username, "AuthType": self.auth_type, **self.secrets()}

    @abstractmethod
    def secrets(self) -> dict[str, str]:
        """Those form fields that must never be shown."""


@dataclass(frozen=True)
class PasswordLogin(Login):
    """An administrator's name and password, sent with every call unless turned into a session."""

    auth_type: ClassVar[str] = "Password"

    password: str = field(repr=False)

    def secrets(self) -> dict[str, str]:
        return {"Password": self.password}


@dataclass(frozen=True)
class TotpLogin(Login):
    """Name, password and either a code of the moment or the base32 ``secret`` that codes are made from.

    Raises CometError unless exactly one of the two is given, and for a secret that is not base32.
    """

    auth_type: ClassVar[str] = "PasswordTOTP"

    password: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if bool(self.code) == bool(self.secret):
            raise CometError("Give either totp_code or totp_secret.")
        if self.secret:
            totp_code(self.secret, 0)

    def secrets(self) -> dict[str, str]:
        return {"Password": self.password, "TOTP": self.code or totp_code(self.secret or "", time.time())}


@dataclass(frozen=True)
class SessionLogin(Login):
    """The key of a session that is open already, of an administrator or an end user."""

    auth_type: ClassVar[str] = "SessionKey"

    session_key: str = field(repr=False)

    def secrets(self) -> dict[str, str]:
        return {"SessionKey": self.session_key}


def totp_code(secret: str, now: float) -> str:
    """The six digits of RFC 6238 (SHA-1, 30 seconds) for a base32 secret at a Unix time. Raises CometError."""
    letters = secret.replace(" ", "").replace("-", "").rstrip("=").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise CometError("totp_secret is not a base32 text, as shown when two-factor login was set up.") from None
    digest = hmac.new(key, struct.pack(">Q", int(now) // STEP_SECONDS), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack_from(">I", digest, start)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def seconds_to_next_code(now: float) -> float:
    """How long the code of this moment still lasts."""
    return STEP_SECONDS - now % STEP_SECONDS
