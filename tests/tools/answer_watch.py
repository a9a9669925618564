# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check every answer that a ``requests`` session gets from an emulator, whatever the test asks it for."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import requests
from answer_shapes import JSON, Answer, Rules, deviations, facts, paths

CONTROL = "/_control/"
LARGE = 1 << 20
"""From how many bytes on a file is not read: only its type counts."""

MEMBER = re.compile(r'"([^"]+)":')


class Watch:
    """Raises AssertionError for an API answer that the facts do not allow under the emulator's present switches.

    It learns switches, version and planned faults from the control calls that go through the same session. Members that
    the facts do not know are fine where the test itself sent them before.
    """

    def __init__(self, session: requests.Session) -> None:
        self._session = session
        self._settings: dict[str, Any] = {}
        self._sent: set[str] = set()
        self._spoiled = False
        session.hooks["response"].append(self)

    def __call__(self, response: requests.Response, **_unused: Any) -> None:
        """Look at one answer; the session calls this."""
        address = urlsplit(response.request.url or "")
        body = response.request.body or b""
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        self._sent.update(MEMBER.findall(unquote_plus(text)))
        if address.path.startswith(CONTROL):
            self._learn(address.path.removeprefix(CONTROL), text, response)
        elif (address.path.startswith("/api/") or address.path in paths()) and not self._spoiled:
            self._check(address.path, f"{address.scheme}://{address.netloc}", response)

    def _learn(self, action: str, sent: str, response: requests.Response) -> None:
        if response.status_code != 200:
            return
        if action.startswith("switch"):
            self._settings = response.json()
        elif action == "fault" and sent:
            self._spoiled = json.loads(sent)["kind"] != "none"

    def _check(self, path: str, server: str, response: requests.Response) -> None:
        if not self._settings:
            self._session.get(f"{server}{CONTROL}switch", timeout=20)
        name = paths().get(path)
        if name is not None and facts("methods")[name]["http_method"] != response.request.method:
            name = None
        content_type = response.headers.get("Content-Type", "")
        file = JSON not in content_type and int(response.headers.get("Content-Length", 0)) > LARGE
        answer = Answer(response.status_code, content_type, b"" if file else response.content)
        found = deviations(name, answer, Rules.of(self._settings, also_known=self._also_known()))
        assert not found, f"{path} as {self._settings['version']}: {'; '.join(found[:5])}"

    def _also_known(self) -> frozenset[str]:
        return frozenset(self._sent) if self._settings["keep_unknown_members"] else frozenset()
