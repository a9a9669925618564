# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong when speaking to a Comet Server, as exceptions. Private; may change at any time.

One question decides between the classes: may the call have changed something on the server? Only after AnswerLost
(yes, perhaps) must the caller read again to find out; after any other error of this file the answer is no.
"""

from __future__ import annotations

from typing import Any


class CometError(Exception):
    """Base of all errors of this collection.

    ``message`` is a sentence for a person. ``facts`` is plain data about the situation; neither ever holds a secret.
    """

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = {name: value for name, value in facts.items() if value not in (None, "")}

    def adding(self, sentence: str) -> CometError:
        """The same error with a further sentence. A new object: several threads may have been given this one."""
        told = type(self).__new__(type(self))
        told.__dict__.update(self.__dict__)
        told.message = f"{self.message.rstrip('.')}. {sentence}"
        told.args = (told.message,)
        return told

    def details(self) -> dict[str, Any]:
        """The facts for a task's result, such as method, path, status and server_message."""
        return dict(self.facts)


class Refused(CometError):
    """The server understood the call and said no. ``status`` is that of the answer's body, else the HTTP status."""

    def __init__(
        self, message: str, method: str = "", path: str = "", status: int = 0, server_message: str = ""
    ) -> None:
        super().__init__(message, method=method, path=path, status=status, server_message=server_message)
        self.method = method
        self.path = path
        self.status = status
        self.server_message = server_message


class LoginFailed(Refused):
    """The credentials themselves do not work. Never try them again: the server may lock the account."""


class SecondFactorNeeded(CometError):
    """The password is not enough for this account."""


class Unreachable(CometError):
    """No answer. Nothing can have happened: the request was not processed, or it was one that only reads."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message, unreachable=True, **facts)


class AnswerLost(CometError):
    """A call that writes was sent, but no readable answer came: it may or may not have happened.

    ``late``: somebody has only stopped waiting for the answer, so that it may still happen.
    """

    def __init__(self, message: str, late: bool = False, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.late = late


class BadAnswer(CometError):
    """Something answered, but not as a Comet Server would. ``status`` is the HTTP status, if there was one."""

    def __init__(self, message: str, status: int | None = None, **facts: Any) -> None:
        super().__init__(message, status=status, **facts)
        self.status = status


class BadParameter(CometError):
    """A call does not fit the facts of the API. ``nearest`` is the valid name that comes closest, if one does."""

    def __init__(self, message: str, method: str, parameter: str = "", nearest: str = "") -> None:
        super().__init__(message, method=method, parameter=parameter, nearest=nearest)
        self.nearest = nearest


class WriteRefused(CometError):
    """A call that writes was asked for in check mode: a fault of the program, stopped before anything was sent."""

    def __init__(self, method: str) -> None:
        super().__init__(f"{method} changes the server and is not sent in check mode.", method=method)


class TooOld(CometError):
    """The server is older than what was asked of it. ``needed`` and ``found`` are versions as text."""

    def __init__(self, what: str, needed: str, found: str) -> None:
        super().__init__(
            f"{what[:1].upper()}{what[1:]} needs Comet Server {needed} or newer; this server is {found}.",
            what=what,
            needed=needed,
            found=found,
        )
        self.what = what
        self.needed = needed
        self.found = found
