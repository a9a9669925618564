# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that does something each time it is run. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, LoginFailed, Refused
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task
from ansible_collections.comet.backup.plugins.module_utils._state import _document, _fields
from ansible_collections.comet.backup.plugins.module_utils._state._action import Action
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NotFound, closest
from ansible_collections.comet.backup.plugins.module_utils._state._lists import arguments
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


class ActionTask(Task):
    """One call, which always changes something; in check mode it is only announced."""

    def __init__(self, action: Action) -> None:
        self.action = action

    def options(self) -> dict[str, Any]:
        return {name: dict(spec) for name, spec in self.action.options.items()}

    def about(self, params: Mapping[str, Any]) -> str:
        names = [str(params.get(option) or "") for option in self.action.concerns]
        return " ".join((self.action.noun, *(f"for {name}" for name in names if name)))

    def run(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        self._refuse_empty(params)
        server.client.require(self.action.since, f"making {self.action.noun}s")
        for option, resource in self.action.concerns.items():
            self._find(server, resource, params[option], option)
        if server.check_mode:
            return {"changed": True, "msg": f"{self.about(params)} would be made", self.action.kind: {}}
        made = self._call(server, params)
        return {"changed": True, "msg": f"{self.about(params)} made", self.action.kind: made}

    def _refuse_empty(self, params: Mapping[str, Any]) -> None:
        """Ansible asks for an option, but not for something in it."""
        for name, spec in self.action.options.items():
            if spec.get("required") and not params[name].strip():
                raise InvalidOption(f"{name}: must not be empty")

    @staticmethod
    def _find(server: Server, resource: Resource, name: str, option: str) -> None:
        """Refuse an object that does not exist; in check mode an earlier task may be the one to make it."""
        if server.find(resource, Wish(True, id=name)).document is not None:
            return
        if not server.check_mode:
            hint = closest(name, server.listing(resource))
            raise NotFound(f"{option}: there is no {resource.noun} named {name}{hint}")
        server.warnings.append(
            f"{option}: there is no {resource.noun} {name} yet; assuming that an earlier task makes it"
        )

    def _call(self, server: Server, params: Mapping[str, Any]) -> dict[str, Any]:
        """Make the call, once, and return what came of it in the spelling of options."""
        call = self.action.call
        try:
            answer = server.client.call(call.method, **arguments(call, params))
        except AnswerLost as error:
            raise (error.adding(self.action.lost) if self.action.lost else error) from None
        except LoginFailed:
            raise
        except Refused as error:
            if error.status >= 500:
                raise
            said = f"{error.server_message or 'no reason given'}, status {error.status}"
            message = f"{self.action.refused} ({said})"
            raise Refused(message, error.method, error.path, error.status, error.server_message) from None
        return self._told(answer)

    def _told(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What came of it in the spelling of options; of its secrets only those that the task is after."""
        call = self.action.call
        structure = _model.structure(_model.method(call.method).returns.name).member(call.reply).type.name
        document = _document.completed(structure, answer.get(call.reply) or {})
        known = _fields.fields(structure)
        told = {known[member].option: document[member] for member in self.action.told}
        return {**_document.options_from(structure, document), **told}
