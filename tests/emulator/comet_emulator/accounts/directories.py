"""Directories behind external authentication sources, simulated: who is in them, with which password.

A real server asks LDAP or an OpenID provider. Here ``POST /_control/directory`` says what they would know; a source
that nobody filled accepts no one, as one that cannot be reached.
"""

from __future__ import annotations

import secrets


class Directories:
    """Names with passwords, by the id of the authentication source that asks there."""

    def __init__(self) -> None:
        self._users: dict[str, dict[str, str]] = {}

    def fill(self, source: str, users: dict[str, str]) -> None:
        """Say who is in the directory behind a source; replaces what was said before."""
        self._users[source] = dict(users)

    def accepts(self, source: str, name: str, password: str) -> bool:
        """Whether the directory behind a source knows this name with this password."""
        stored = self._users.get(source, {}).get(name)
        return bool(stored) and secrets.compare_digest(str(stored).encode(), password.encode())

    def clear(self) -> None:
        """Empty every directory."""
        self._users.clear()
