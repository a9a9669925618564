# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the result of a task has to be true about, whatever happened to its calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, LoginFailed
from ansible_collections.comet.backup.tests.soak.campaign import hold
from ansible_collections.comet.backup.tests.soak.wishes import SECRET

PERHAPS = "may have been carried out"
UNTOLD = ("Traceback", "unexpected ", "object at 0x")
"""Words of a message that nobody can act on."""


class Witness:
    """A client that knows better than the task what has become of its writing calls.

    ``unknown``: whether the answer to a call that writes was lost, and nothing has been read since. ``sent_when_lost``
    is the number of calls that had been sent when the login stopped working.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.unknown = self.wrote = False
        self.sent_when_lost: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    @property
    def sent(self) -> int:
        """Calls sent so far."""
        return self.client.calls.reads + self.client.calls.writes

    def call(self, method_name: str, **parameters: Any) -> Any:
        """As the client does it."""
        writes = _model.method(method_name).writes
        try:
            answer = self.client.call(method_name, **parameters)
        except AnswerLost:
            # A call that reads loses nothing but the answer to a login that it began with.
            self.unknown, self.wrote = self.unknown or writes, self.wrote or writes
            raise
        except LoginFailed:
            self.sent_when_lost = self.sent if self.sent_when_lost is None else self.sent_when_lost
            raise
        self.unknown = False
        self.wrote = self.wrote or writes
        return answer


def check(result: dict[str, Any], witness: Witness | None = None) -> None:
    """Hold what every result promises: no secret, sentences for failures, and no certainty where there is none."""
    hold(SECRET not in str(result), "a result shows no secret", result)
    for message in failures(result):
        hold(bool(message.strip()), "a failure has a message", result)
        hold(not any(word in message for word in UNTOLD), "a message is a sentence", message)
    if result.get("failed") and witness is not None and witness.unknown:
        told = any(PERHAPS in message for message in failures(result))
        hold(told, "a failure says that a change may have happened", result["msg"])


def failures(result: dict[str, Any]) -> Iterator[str]:
    """The messages of all that failed."""
    if result.get("failed"):
        yield str(result["msg"])
    for one in result.get("objects", []):
        if one["outcome"] == "failed":
            yield str(one["msg"])
