# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""After a time-out: what has no lock is looked for, and what would be made twice is not sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost
from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._news import NEWS
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._state import _engine, _late
from ansible_collections.comet.backup.plugins.module_utils._state._engine import Outcome
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InDoubt
from ansible_collections.comet.backup.plugins.module_utils._state._plan import CREATE, Found, Plan, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

LATE, LOST = AnswerLost("It may have been carried out.", late=True, status=504), AnswerLost("lost")
TIMEOUT = 30
LIST, SET, POST = "AdminOrganizationList", "AdminOrganizationSet", "AdminNewsSubmit"
MADE = {"t1": {"Name": "ACME", "Hosts": []}}


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(_late.time, "monotonic", made.monotonic)
    monkeypatch.setattr(_late.time, "sleep", made.sleep)
    return made


def reconciled(client: ScriptedClient, resource: Resource, wish: Wish) -> Outcome:
    server = Server(client)  # type: ignore[arg-type]
    return _engine.reconcile(server, resource, wish, server.find(resource, wish))


def scripted(**replies: Any) -> ScriptedClient:
    return ScriptedClient(replies)


def tenant(**patch: Any) -> Wish:
    return Wish(True, name="ACME", patch={"Name": "ACME", **patch})


def test_what_comes_while_it_is_looked_for_is_enough(clock: Clock) -> None:
    client = scripted(**{LIST: [{}, {}, {}, {}, {}, MADE], SET: LATE})
    outcome = reconciled(client, TENANT, tenant())
    assert (outcome.changed, outcome.id) == (True, "t1")
    assert client.methods.count(SET) == 1
    assert clock.pauses[1:] == [_engine.PAUSE, 2 * _engine.PAUSE]


@pytest.mark.parametrize(
    ("resource", "wish", "script", "noun"),
    [
        (TENANT, tenant(), {LIST: {}, SET: LATE}, "tenant"),
        (NEWS, Wish(True, name="Hello", patch={"TextContent": "Hello"}), {"AdminNewsGetAll": {}, POST: LATE}, "news"),
    ],
)
def test_what_would_be_made_twice_is_not_sent_again(
    clock: Clock, resource: Resource, wish: Wish, script: Mapping[str, Any], noun: str
) -> None:
    client = scripted(AdminAccountProperties={}, **script)
    with pytest.raises(InDoubt) as caught:
        reconciled(client, resource, wish)
    assert caught.value.message == (
        f"It may have been carried out. After 30 more seconds the {noun} was not there. The request was not sent "
        "again, since a server that is late and carries out both makes two. Run this again later: it looks first, and "
        "goes on from what is there by then."
    )
    assert caught.value.details() == {"status": 504}
    assert sum(method in (SET, POST) for method in client.methods) == 1
    assert max(clock.pauses) == _late.LONGEST_PAUSE
    assert sum(clock.pauses[1:]) == pytest.approx(TIMEOUT)


def test_host_names_keep_from_a_second_tenant(clock: Clock) -> None:
    """So it is sent again, once it is likely that nothing comes any more."""
    client = scripted(**{LIST: {}, SET: [LATE, {"ID": "t1"}]})
    assert reconciled(client, TENANT, tenant(Hosts=["acme.example"])).changed
    assert client.methods.count(SET) == 2
    assert sum(clock.pauses[1:]) == pytest.approx(TIMEOUT)


def test_a_connection_that_breaks_is_no_time_out(clock: Clock) -> None:
    client = scripted(**{LIST: {}, SET: [LOST, {"ID": "t1"}]})
    assert reconciled(client, TENANT, tenant()).changed
    assert client.methods.count(SET) == 2
    assert len(clock.pauses) == 1


def test_a_lock_makes_a_late_call_harmless(clock: Clock) -> None:
    read, write = "AdminGetUserProfileAndHash", "AdminSetUserProfileHash"
    client = scripted(**{read: {"Profile": {"Username": "alice"}, "ProfileHash": "h1"}, write: [LATE, {}]})
    wish = Wish(True, id="alice", name="alice", patch={"AccountName": "Alice"})
    assert reconciled(client, USER, wish).changed
    assert client.methods == [read, write, read, write]
    assert len(clock.pauses) == 1


def test_so_does_a_name_that_is_taken(clock: Clock) -> None:
    read, add = "AdminGetUserProfileAndHash", "AdminAddUser"
    profile = {"Profile": {"Username": "alice"}, "ProfileHash": "h1"}
    absent = _engine.Refused("no", read, "", 400, "User not found")
    client = scripted(**{read: [absent, absent, profile], add: [LATE, {}]})
    wish = Wish(True, id="alice", name="alice", arguments={"user_password": "correct horse"})
    assert reconciled(client, USER, wish).changed
    assert client.methods == [read, add, read, add, read]
    assert len(clock.pauses) == 1


@pytest.mark.parametrize(("looks", "sent"), [(3, 1), (50, 2)])
def test_what_has_no_lock_is_looked_for_before_it_is_sent_again(clock: Clock, looks: int, sent: int) -> None:
    """It is there from so many looks on, or because it was sent again."""
    listing, add = "AdminStorageListBuckets", "AdminStorageRegisterBucket"

    def listed() -> Any:
        there = client.methods.count(add) > 1 or client.methods.count(listing) > looks
        return {"b1": {"OrganizationID": ""}} if there else {}

    client = scripted(**{listing: listed, add: [LATE, {}], "AdminAccountProperties": {}})
    wish = Wish(True, id="b1", name="b1", arguments={"key_hash": "k", "key_hash_format": 0})
    assert reconciled(client, BUCKET, wish).changed
    assert client.methods.count(add) == sent


def test_what_others_change_meanwhile_ends_the_wait(clock: Clock) -> None:
    held = {"t1": {"Name": "ACME", "Hosts": ["theirs"]}}

    def written(Organization: Any, **_unused: Any) -> Any:
        if client.methods.count(SET) == 1:
            raise LATE
        held["t1"] = Organization
        return {}

    client = scripted(**{LIST: lambda: held if SET in client.methods else MADE, SET: written})
    wish = Wish(True, id="t1", name="ACME", patch={"Email": {"FromName": "A"}})
    assert reconciled(client, TENANT, wish).changed
    sent = [given["Organization"] for method, given in client.asked if method == SET]
    assert [one["Hosts"] for one in sent] == [[], ["theirs"]]
    assert len(clock.pauses) == 1


def test_a_short_time_is_waited_as_well(clock: Clock) -> None:
    step = Plan(CREATE, Found("", None))
    assert _late.awaited(step, lambda: step, seconds=0.5, pause=0.3) is step
    assert clock.pauses == pytest.approx([0.3, 0.2])
