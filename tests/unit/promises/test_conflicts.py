# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 5: what others change between our read and our write is kept, and the wish is fulfilled all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import AT_MOST, Case, merged, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

LOCKED = [
    case for case in CASES if case.change and case.resource.updating and "lock" in case.resource.updating.sends.values()
]
locked = pytest.mark.parametrize("case", LOCKED, ids=[case.title for case in LOCKED])


class Interrupted:
    """A client before whose writing calls somebody else does something, the first ``times`` times."""

    def __init__(self, client: Client, methods: set[str], meanwhile: Callable[[], None], times: int) -> None:
        self._client, self._methods, self._meanwhile, self.left = client, methods, meanwhile, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        if self.left and method_name in self._methods:
            self.left -= 1
            self._meanwhile()
        return self._client.call(method_name, **parameters)


def interrupted_by(
    case: Case, meanwhile: Callable[[], None], times: int = 1, creating: bool = False
) -> Callable[[Client], Any]:
    own = case.resource.creating if creating else case.resource.updating
    calls = [call for call in (own, case.home.writing if case.home else None) if call]
    assert calls
    return lambda client: Interrupted(client, {call.method for call in calls}, meanwhile, times)


def test_every_lock_of_the_api_is_used() -> None:
    """A kind whose object comes with a hash sends it back."""
    for case in CASES:
        reading, updating = case.resource.reading, case.resource.updating
        if reading and reading.lock:
            assert updating
            assert "lock" in updating.sends.values()
    assert {case.resource.kind for case in LOCKED} >= {"user", "policy"}


@pytest.mark.parametrize("status", [400, 403, 409, 500])
@locked
def test_what_others_change_meanwhile_is_kept(comet: EmulatedServer, case: Case, status: int) -> None:
    comet.switch(hash_mismatch_status=status)
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    wrap = interrupted_by(case, lambda: case.plant(comet, case.meanwhile))
    result = succeed(comet.task(case.module, wrap=wrap, **case.changed()))
    assert result["changed"] is True
    assert result["diff"] == {"before": case.diff[0], "after": case.diff[1]}
    document = case.read(comet)
    assert document == merged(document, case.meanwhile)
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is False


@locked
def test_a_change_that_does_the_same_ends_the_task(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    comet.forget_calls()
    succeed(comet.task(case.module, **case.present()))
    wrap = interrupted_by(case, lambda: succeed(comet.task(case.module, **case.changed())) and None)
    succeed(comet.task(case.module, wrap=wrap, **case.changed()))
    resource, home = case.resource, case.home
    methods = {call.method for call in (resource.updating, home.writing if home else None) if call}
    makes = resource.creating == resource.updating or (resource.creating is not None and not resource.whole)
    assert len([method for method in comet.calls(writes=True) if method in methods]) == 2 + makes
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is False


@locked
def test_a_server_that_never_rests_wins_after_five_attempts(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    rounds = iter(range(100))

    def meanwhile() -> None:
        case.plant(comet, {"FromTheFuture": next(rounds)})

    wrap = interrupted_by(case, meanwhile, times=100)
    refused = comet.task(case.module, wrap=wrap, **case.changed())
    assert refused["failed"]
    assert f"gave up after {AT_MOST} attempts" in refused["msg"]
    assert refused["msg"].startswith(f"{case.resource.noun} {case.address['name']}")
    assert next(rounds) == AT_MOST
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is True


@pytest.mark.parametrize("status", [400, 403, 409, 500])
def test_a_user_that_somebody_else_just_made_is_completed(comet: EmulatedServer, status: int) -> None:
    comet.switch(create_existing_status=status)
    case = next(case for case in CASES if case.title == "user")

    def meanwhile() -> None:
        comet.client.call("AdminAddUser", TargetUser="alice", TargetPassword="somebody else")
        case.plant(comet, case.meanwhile)

    result = succeed(comet.task(case.module, wrap=interrupted_by(case, meanwhile, creating=True), **case.present()))
    assert result["changed"] is True
    document = case.read(comet)
    assert document is not None
    assert document["AccountName"] == "Alice"
    assert document["MaximumDevices"] == 7


def test_a_policy_that_somebody_else_just_made_is_not_overwritten(comet: EmulatedServer) -> None:
    """Both choose the same ID, so that the call which makes the policy would replace it."""
    case = next(case for case in CASES if case.title == "policy")
    other = {"name": "Gold", "settings": {"prevent_view_device_names": True}}
    wrap = interrupted_by(case, lambda: succeed(comet.task(case.module, **other)) and None, creating=True)
    succeed(comet.task(case.module, wrap=wrap, **case.present()))
    document = case.read(comet)
    assert document is not None
    assert document["Policy"]["PreventOpenWebUI"] is True


def test_a_fragment_is_read_again_just_before_it_is_written(comet: EmulatedServer) -> None:
    """The configuration has no lock; the window is as short as two calls."""
    case = next(case for case in CASES if case.title == "server-config-fragments")

    def meanwhile() -> None:
        branding = comet.client.call("AdminMetaBrandingConfigGet")["Branding"]
        comet.client.call("AdminMetaBrandingConfigSet", BrandingConfig={**branding, "HelpURL": "https://help.example"})

    def wrap(client: Client) -> Any:
        return Interrupted(client, {"AdminMetaBrandingConfigGet"}, meanwhile, 1)

    succeed(comet.task(case.module, **case.present()))
    succeed(comet.task(case.module, wrap=wrap, **case.changed()))
    branding = comet.client.call("AdminMetaBrandingConfigGet")["Branding"]
    assert (branding["HelpURL"], branding["ProductName"]) == ("https://help.example", "Vault")
