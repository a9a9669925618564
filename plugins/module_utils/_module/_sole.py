# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that only reads an object of which a server has exactly one. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _document
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._lists import arguments
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class SoleInfoTask(Task):
    """The whole answer of the reading call, with what the server adds to the options, under the kind's noun."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def options(self) -> dict[str, Any]:
        return {}

    def about(self, params: Mapping[str, Any]) -> str:
        return self.resource.noun

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        call = self.resource.reading
        if call is None:
            raise InvalidOption("the API has no call that reads it")
        answer = server.client.call(call.method, **arguments(call, {}))
        name = _model.method(call.method).returns.name
        document = _document.completed(name, answer)
        return {"changed": False, self.resource.kind: _document.options_from(name, document)}
