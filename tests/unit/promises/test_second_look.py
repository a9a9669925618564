# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the API has no lock, a task looks again at what it has written, and writes it once more if it is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._state._second_look import MOST
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_users
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import add_neighbours, webhook
from ansible_collections.comet.backup.tests.unit.promises.case import Case, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

OPEN = [case for case in CASES if case.change and case.write and not case.act]
OPEN = [
    case
    for case in OPEN
    if "lock" not in (case.resource.updating.sends.values() if case.resource.updating else ())
    and not (case.home and case.home.owner and case.home.owner.kind in ("user", "policy"))
]
"""Cases of documents without a lock."""


class Afterwards:
    """A client after whose writing calls something happens, the first ``times`` times."""

    def __init__(self, client: Client, happens: Callable[[], None], times: int = 1) -> None:
        self._client, self._happens, self.left, self.writes = client, happens, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        answer = self._client.call(method_name, **parameters)
        if _model.method(method_name).writes:
            self.writes += 1
            if _model.method(method_name).restarts:
                self._client.wait_for_restart("", 20)
            if self.left:
                self.left -= 1
                self._happens()
        return answer


@pytest.mark.parametrize("case", OPEN, ids=[case.title for case in OPEN])
def test_what_is_undone_in_the_same_moment_is_done_again(comet: EmulatedServer, case: Case) -> None:
    """Somebody else has read the document before us, and writes it after us."""
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    before = case.read(comet)
    assert before is not None

    def undo() -> None:
        assert case.write
        case.write(comet, before)

    result = succeed(comet.task(case.module, wrap=lambda client: Afterwards(client, undo), **case.changed()))
    assert result["changed"] is True
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is False


HOOK = {"name": "ops", "webhook_url": "https://hooks.example.com"}
SET, GET = "AdminMetaWebhookOptionsSet", "AdminMetaWebhookOptionsGet"


def test_what_comes_back_is_deleted_again(comet: EmulatedServer) -> None:
    add_neighbours(comet)
    succeed(comet.task("comet_webhook", **HOOK))
    before = comet.client.call(GET)

    def bring_back() -> None:
        comet.client.call(SET, WebhookOptions=before)

    absent = {"name": "ops", "state": "absent"}
    assert succeed(comet.task("comet_webhook", wrap=lambda client: Afterwards(client, bring_back), **absent))["changed"]
    assert webhook("ops")(comet) is None


def test_what_goes_on_for_ever_is_an_error(comet: EmulatedServer) -> None:
    add_neighbours(comet)
    before = comet.client.call(GET)
    spies: list[Afterwards] = []

    def wrap(client: Client) -> Any:
        spies.append(Afterwards(client, lambda: comet.client.call(SET, WebhookOptions=before) and None, 100))
        return spies[0]

    failed = comet.task("comet_webhook", wrap=wrap, **HOOK)
    assert failed["failed"]
    assert f"was written {MOST} times" in failed["msg"]
    assert spies[0].writes == MOST


def test_a_server_that_keeps_things_its_own_way_is_left_alone(comet: EmulatedServer) -> None:
    """It writes the name in capitals, whatever it is sent."""

    class Loud:
        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            for options in parameters.get("WebhookOptions", {}).values():
                options["URL"] = options["URL"].upper()
            return self._client.call(method_name, **parameters)

    comet.forget_calls()
    assert succeed(comet.task("comet_webhook", wrap=Loud, **HOOK))["changed"]
    assert comet.calls(writes=True) == [SET, SET]


@pytest.mark.parametrize("error", [Unreachable("No answer."), LoginFailed("No login.")])
def test_what_cannot_be_read_again_was_written_all_the_same(comet: EmulatedServer, error: Exception) -> None:
    class Deaf:
        def __init__(self, client: Client) -> None:
            self._client, self._wrote = client, False

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            if self._wrote:
                raise error
            self._wrote = method_name == SET
            return self._client.call(method_name, **parameters)

    result = comet.task("comet_webhook", wrap=Deaf, **HOOK)
    assert result.get("failed", False) is isinstance(error, LoginFailed)
    assert webhook("ops")(comet) is not None


def test_members_of_a_group_who_are_undone_come_again(comet: EmulatedServer) -> None:
    add_users("alice", "bob")(comet)
    succeed(comet.task("comet_user_group", name="Staff", users=["alice"]))
    key = next(iter(comet.client.call("AdminUserGroupsListFull")))

    def undo() -> None:
        comet.client.call("AdminUserGroupsSetUsersForGroup", GroupID=key, Users=["alice"])

    def wrap(client: Client) -> Any:
        return Afterwards(client, undo)

    succeed(comet.task("comet_user_group", wrap=wrap, name="Staff", users=["bob"]))
    assert set(comet.client.call("AdminUserGroupsGet", GroupID=key, IncludeUsers=True)["Users"]) == {"alice", "bob"}
