# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two doors to a task: a module process, and the controller's own. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Callable, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values

from ansible_collections.comet.backup.plugins.module_utils._module import _archive

_archive.import_faster(_archive.__loader__)

from ansible_collections.comet.backup.plugins.module_utils._api._client import MISSING_REQUESTS
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect, secrets_of
from ansible_collections.comet.backup.plugins.module_utils._module._shown import shown, shown_too
from ansible_collections.comet.backup.plugins.module_utils._module._task import Task, failure, known
from ansible_collections.comet.backup.plugins.module_utils._module._validation import (
    Validator,
    complaint,
    names_only,
    without,
    without_suboptions,
)
from ansible_collections.comet.backup.plugins.module_utils._state._redact import spellings
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server


@dataclass
class Answer:
    """What a task came to: its result, and the secret texts that must not appear anywhere."""

    result: dict[str, Any]
    failed: bool = False
    warnings: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)


def answer(task: Task, params: Mapping[str, Any], server_for: Callable[[], Server]) -> Answer:
    """Run the task; an error becomes a result that says what was tried and what to do.

    So does a fault of this program: Ansible would show it with all that it says.
    """
    if MISSING_REQUESTS:
        return Answer({"msg": missing_required_lib("requests"), "exception": MISSING_REQUESTS}, failed=True)
    try:
        # An empty text is no secret, and would be found between any two letters.
        secrets = (secrets_of(params) | task.secrets(params)) - {""}
    except Exception as error:
        # Which values are secret is unknown as long as the options make no sense, so none of them is repeated.
        refused = {**failure(task, params, known(error)), "invocation": {"module_args": names_only(params)}}
        return Answer(refused, failed=True)
    server: Server | None = None
    try:
        server = server_for()
        server.begin()
        result = task.run(server, params)
    except Exception as error:
        if server is not None:
            # Whoever tries again wants to see what is there by then.
            server.forget()
        return Answer(failure(task, params, known(error)), failed=True, secrets=secrets)
    failed = bool(result.pop("failed", False))
    if "msg" in result:
        result["msg"] = shown(result["msg"])
    return Answer(result, failed, warnings=[*map(shown, server.warnings)], secrets=secrets)


class CometModule(AnsibleModule):  # type: ignore[misc]  # ansible-core does not publish types
    """AnsibleModule that says which option was meant when one is misspelt."""

    given: Mapping[str, Any] = {}

    def _load_params(self) -> None:
        """Keeps what the task gave, before validation fills in and converts."""
        super()._load_params()
        self.given = {name: value for name, value in self.params.items() if not name.startswith("_ansible_")}

    def _log_invocation(self) -> None:
        """Writes into the log of the machine which options were given, but no values: not all secrets are known yet."""
        self.log(f"Invoked with {', '.join(sorted(self.given))}")

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        """Ends the module; options that do not fit are explained as in the other door."""
        validation = getattr(self, "validation_result", None)
        if validation is not None and validation.errors.errors:
            msg = complaint(validation, self.argument_spec, self.given)
            kwargs["invocation"] = {"module_args": names_only(self.given)}
            self.no_log_values: set[str] = shown_too(spellings(self.no_log_values))
        super().fail_json(msg, **kwargs)
        raise SystemExit(1)


@cache
def validator(task: Task) -> Validator:
    """The validator of a module's options; made once for all items of a loop."""
    spec = task.spec()
    options = spec.pop("argument_spec")
    return Validator(options, spec)


def prepare(task: Task) -> None:
    """Make beforehand what every run would make, for who forks a process for each."""
    validator(task)
    task.prepare()


def _module(task: Task) -> CometModule:
    """The module object. ansible-core trips over a number where it looks for suboptions; then we look ourselves."""
    spec = task.spec()
    try:
        return CometModule(supports_check_mode=True, **spec)
    except TypeError:
        plain = without_suboptions(spec.pop("argument_spec"))
        return CometModule(plain, supports_check_mode=True, **spec)


def run_module(task: Task) -> None:
    """The whole program of a module."""
    module = _module(task)
    servers: list[Server] = []

    def server_for() -> Server:
        client = connect(module.params, module.check_mode, concurrency=module.params.get("concurrency") or 1)
        servers.append(Server(client, module.check_mode))
        return servers[0]

    try:
        done = answer(task, module.params, server_for)
    finally:
        for server in servers:
            server.client.close()
    module.no_log_values = shown_too(spellings(task.blanked(module.params, module.no_log_values | done.secrets)))
    if task.unseen:
        done.result.setdefault("invocation", {"module_args": without(task.unseen, module.params)})
    for warning in done.warnings:
        module.warn(warning)
    if done.failed:
        module.fail_json(**done.result)
    module.exit_json(**done.result)


def run_here(
    task: Task, arguments: Mapping[str, Any], server_for: Callable[[Mapping[str, Any]], Server]
) -> dict[str, Any]:
    """The same in the calling process: validated, run and blanked out as the module would be."""
    check = validator(task)
    validation = check.validate(arguments)
    if validation.errors.errors:
        refused = {"msg": complaint(validation, check.spec, arguments), "failed": True}
        return {**refused, "invocation": {"module_args": names_only(arguments)}}
    params = validation.validated_parameters
    done = answer(task, params, lambda: server_for(params))
    given = without(task.unseen, {option: params.get(option, value) for option, value in arguments.items()})
    result = {"invocation": {"module_args": given}, **done.result}
    if done.failed:
        result["failed"] = True
    if done.warnings:
        result["warnings"] = done.warnings
    secrets = shown_too(spellings(task.blanked(params, set(validation._no_log_values) | done.secrets)))
    blanked: dict[str, Any] = remove_values(result, secrets)
    return blanked
