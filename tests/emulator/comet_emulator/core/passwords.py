"""Stored passwords: bcrypt over SHA-512, as the real server keeps them, and a memory of those already verified."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid

import bcrypt

PLAIN = 0
"""``PASSWORD_FORMAT_PLAINTEXT``: the value is the password itself and the server has yet to hash it."""

HASHED = 1
"""Our number for bcrypt over SHA-512; the vendor publishes only the number of plain text."""


def _prepared(password: str) -> bytes:
    # bcrypt reads at most 72 bytes and stops at a zero byte, hence the text form.
    return base64.b64encode(hashlib.sha512(password.encode()).digest())[:72]


def hash_password(password: str, rounds: int) -> str:
    """Hash a password for storing; ``rounds`` is bcrypt's cost, at least 4."""
    return bcrypt.hashpw(_prepared(password), bcrypt.gensalt(rounds)).decode()


class Verifier:
    """Verifies passwords; what was right once is remembered, since bcrypt is slow by design."""

    def __init__(self) -> None:
        self._verified: set[tuple[str, str]] = set()

    def verify(self, password: str, stored_format: int, stored: str) -> bool:
        """Whether the password belongs to the stored value of that format."""
        if not stored:
            return False
        if stored_format == PLAIN:
            return secrets.compare_digest(password.encode(), stored.encode())
        if (stored, password) in self._verified:
            return True
        try:
            good = bcrypt.checkpw(_prepared(password), stored.encode())
        except ValueError:
            return False
        if good:
            self._verified.add((stored, password))
        return good


def random_key() -> str:
    """A new random secret, 43 letters and digits long."""
    return secrets.token_urlsafe(32)


def guid() -> str:
    """A new random identifier in the form the API uses."""
    return str(uuid.uuid4())
