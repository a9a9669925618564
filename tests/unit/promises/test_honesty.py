# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that fails half-way says what it has done by then, and what it cannot know."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import CometError, LoginFailed, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._state._engine import BEGUN, IN_DOUBT
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import Case, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, VERSIONS, alone

SLOW = [pytest.mark.slow]
GONE = Unreachable("No answer from the server.")
USER = {"name": "alice", "user_password": "correct horse", "account_name": "Alice"}


class Vanishing:
    """A client for which the server is gone once a method was called; ``error`` is what its calls meet from then on."""

    def __init__(self, client: Client, method: str, error: CometError = GONE) -> None:
        self._client, self._method, self._error, self._gone = client, method, error, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        if self._gone:
            raise self._error
        self._gone = method_name == self._method
        return self._client.call(method_name, **parameters)


WRITES = [
    pytest.param(version, case, call.method, id=f"{case.title}-{version}", marks=[] if version == NEWEST else SLOW)
    for version in VERSIONS
    for case in CASES
    for call in [alone(case, "creating", version)]
    if call
]
"""Calls that make an object, on the newest and on the oldest server."""


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize(("server_version", "case", "method"), WRITES)
def test_what_is_in_doubt_is_said(comet: EmulatedServer, case: Case, method: str, kind: str) -> None:
    """The answer to a change was lost, and then the server could not be asked whether it happened."""
    case.before(comet)
    comet.fault(kind, path=_model.method(method).path)
    failed = comet.task(case.module, wrap=lambda client: Vanishing(client, method), **case.present())
    assert failed["failed"]
    assert failed["msg"].endswith(f"{GONE.message} {IN_DOUBT}")
    succeed(comet.task(case.module, **case.present()))
    assert succeed(comet.task(case.module, **case.present()))["changed"] is False


def test_a_restart_that_nobody_saw_is_in_doubt(comet: EmulatedServer) -> None:
    comet.switch(restart_seconds=1.5)
    comet.fault("drop_after", path="server-config/set")
    started = comet.start_hash
    failed = comet.task("comet_server_config", restart_timeout=1, retries=0, trust_x_forwarded_for=True)
    comet.client.wait_for_restart(started, 20, 0.02)
    assert failed["failed"]
    assert failed["msg"].endswith(IN_DOUBT)
    assert succeed(comet.task("comet_server_config", trust_x_forwarded_for=True))["changed"] is False


@pytest.mark.parametrize("error", [GONE, LoginFailed("The login no longer works.")])
def test_what_was_done_before_is_said(comet: EmulatedServer, error: CometError) -> None:
    failed = comet.task("comet_user", wrap=lambda client: Vanishing(client, "AdminAddUser", error), **USER)
    assert failed["failed"]
    assert failed["msg"].endswith(f"{error.message} {BEGUN}")
    assert succeed(comet.task("comet_user", **USER))["changed"] is True


def test_nothing_is_said_of_what_was_not_begun(comet: EmulatedServer) -> None:
    read = "AdminGetUserProfileAndHash"
    failed = comet.task("comet_user", wrap=lambda client: Vanishing(client, read), **USER)
    assert failed["msg"].endswith(GONE.message)


def test_an_error_of_several_threads_is_not_changed() -> None:
    shared = LoginFailed("No.", "AdminMetaVersion", "/path", 403, "Unauthorised")
    told = shared.adding("And more.")
    assert (shared.message, told.message, str(told)) == ("No.", "No. And more.", "No. And more.")
    assert isinstance(told, LoginFailed)
    assert told.details() == shared.details()


@pytest.mark.parametrize("name", ["policy", "user", "shared-quota"])
def test_a_call_that_arrives_twice_has_changed_something(comet: EmulatedServer, name: str) -> None:
    """The second one is refused, since the first has changed the hash."""
    case = next(case for case in CASES if case.title == name)
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    assert case.resource.updating
    comet.fault("duplicate", path=_model.method(case.resource.updating.method).path)
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is True
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is False
