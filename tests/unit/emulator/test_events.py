"""Events: each kind is caused once and seen exactly once, in order, and looks as the API shows its document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from answer_shapes import Rules, facts, value_deviations

from ansible_collections.comet.backup.tests.unit.emulator.event_cases import (
    CASES,
    add_admin,
    admin_session,
    live_device,
    member,
    policy,
    tenant,
    user,
    user_with_device,
)
from ansible_collections.comet.backup.tests.unit.emulator.listening import Event, listen, names
from comet_emulator.core import events as module
from comet_emulator.core.clock import Clock
from comet_emulator.core.events import Events
from comet_emulator.core.facts import load_facts
from comet_emulator.core.store import Change, Row
from comet_emulator.core.switches import Switches

ELSEWHERE = {
    "META_HELLO",
    "JOB_NEW",
    "JOB_COMPLETED",
    "SERVER_STARTED",
    "SERVER_RESTARTED",
    "SERVER_SHUTDOWN",
}
"""Caused by other tests: below, and where streams and webhooks are tested."""


@pytest.fixture
def quiet(server: Any) -> Iterator[Any]:
    """A server whose administrator calls with a session, which makes no events of its own."""
    own, key = server.login, server.ok("account/session-start")["SessionKey"]
    server.login = {"Username": "admin", "AuthType": "SessionKey", "SessionKey": key}
    yield server
    server.login = own


def caused(server: Any, action: Callable[[], Any]) -> list[Event]:
    """The events of an action."""
    with listen(server) as stream:
        action()
        return stream.since_last()


def test_every_type_is_caused() -> None:
    known = {name for name in facts("constants")["SEVT"]["values"] if not name.startswith("_")}
    assert {name for case in CASES.values() for name in case.wanted} | ELSEWHERE == known


@pytest.mark.parametrize("name", CASES)
def test_event(quiet: Any, name: str) -> None:
    case = CASES[name]
    if case.before is not None:
        case.before(quiet)
    found = caused(quiet, lambda: case.cause(quiet))
    assert names(found) == list(case.wanted)
    for event in found:
        assert value_deviations("StreamableEvent", event, Rules()) == []
    if not found:
        return
    last = found[-1]
    assert last["Actor"] == case.actor
    if case.resource:
        assert last["ResourceID"] == case.resource
    if case.type:
        assert value_deviations(case.type, last["Data"], Rules()) == []
    elif not last["TypeString"].endswith("SESSION_START"):
        assert "Data" not in last


def test_jobs(quiet: Any) -> None:
    live_device(quiet)
    member(quiet, Sources={"s": {"Engine": "engine1/file", "OwnerDevice": "d1"}}, Destinations={"v": {}})
    job = ""

    def run() -> None:
        nonlocal job
        job = quiet.control("job", {"user": "alice", "seconds": 60})["job"]
        for _unused in range(6):
            quiet.control("clock", {"advance": 30})

    found = [event for event in caused(quiet, run) if event["TypeString"].startswith("SEVT_JOB")]
    assert names(found) == ["JOB_NEW", "JOB_COMPLETED"]
    for event in found:
        assert (event["Actor"], event["ResourceID"]) == ("alice", job)
        assert value_deviations("BackupJobDetail", event["Data"], Rules()) == []


def test_policy_reaches_its_users(quiet: Any) -> None:
    policy(quiet)
    for name in ("ann", "bea", "cid"):
        profile = quiet.user(name)
        quiet.ok("set-user-profile", TargetUser=name, ProfileData={**profile, "PolicyID": "p"})
    settings = {"Description": "P", "Policy": {"PreventNewProtectedItem": True}}
    found = caused(quiet, lambda: quiet.ok("policies/set", PolicyID="p", Policy=settings))
    assert names(found) == ["POLICY_UPDATED"] + 3 * ["ACCOUNT_UPDATED"]
    assert [event["ResourceID"] for event in found[1:]] == ["ann", "bea", "cid"]
    assert all(event["Data"]["Policy"]["PreventNewProtectedItem"] for event in found[1:])


def test_a_failed_login_belongs_to_the_tenant_that_was_addressed(quiet: Any) -> None:
    quiet.tenant("Globex", "globex.example")
    acme = quiet.tenant("ACME", "acme.example")
    quiet.ok("admin-user/new", TargetUser="eve", TargetPassword="password-1", TargetOrgID=acme)
    add_admin(quiet)
    wrong = {"Username": "eve", "AuthType": "Password", "Password": "wrong"}
    for host, owner in (("acme.example", acme), ("127.0.0.1", "")):
        attempt = partial(quiet.refused, "list-users", 403, login=wrong, headers={"Host": host})
        (event,) = caused(quiet, attempt)
        assert (event["Actor"], event["OwnerOrganizationID"]) == ("eve", owner)


def test_refused_calls_are_no_events(quiet: Any) -> None:
    user(quiet)

    def try_both() -> None:
        quiet.refused("add-user", 400, TargetUser="alice", TargetPassword="password-1")
        quiet.control("read-only", {"on": True})
        quiet.refused("delete-user", 403, TargetUser="alice")
        quiet.control("read-only", {"on": False})

    assert caused(quiet, try_both) == []


def test_a_session_that_starts_shows_no_key(quiet: Any) -> None:
    (event,) = caused(quiet, lambda: admin_session(quiet))
    assert event["Data"]["SessionType"] == "admin"
    assert quiet.other["SessionKey"] not in str(event)


def test_secrets_look_as_in_the_api(quiet: Any) -> None:
    quiet.ok("meta/email-options/set", EmailOptions={"Mode": "smtp", "SMTPPassword": "very secret"})
    (event,) = caused(
        quiet, lambda: quiet.ok("meta/email-options/set", EmailOptions=quiet.ok("meta/email-options/get"))
    )
    config = quiet.ok("meta/server-config/get")
    assert event["Data"] == config
    assert "very secret" not in str(event)
    (event,) = caused(quiet, lambda: tenant(quiet))
    assert event["Data"] == quiet.ok("organization/list")[quiet.organization]
    assert event["ResourceID"] == event["OwnerOrganizationID"] == quiet.organization
    (event,) = caused(quiet, lambda: add_admin(quiet))
    (admin,) = [admin for admin in quiet.ok("admin-user/list") if admin["Username"] == "eve"]
    assert event["Data"] == admin


def test_whole_configuration(quiet: Any) -> None:
    config = quiet.ok("meta/server-config/get")
    config["AdminUsers"][0]["IPWhitelist"] = "^127[.]"
    quiet.switch(sessions_survive_restart=True)
    quiet.control("events/reset", {})
    quiet.ok("meta/server-config/set", Config=config)
    quiet.wait()
    found = quiet.control("events")["events"]
    assert names(found) == ["SERVER_UPDATED", "ACCOUNT_ADMIN_UPDATED", "SERVER_RESTARTED", "SERVER_STARTED"]
    assert [event["Actor"] for event in found] == ["admin", "admin", "admin", ""]


# The last events


def test_events_are_remembered_while_nobody_listens(quiet: Any) -> None:
    quiet.control("events/reset", {})
    user_with_device(quiet)
    quiet.control("snapshot", {"name": "a user"})
    quiet.ok("delete-user", TargetUser="alice")
    quiet.control("restore", {"name": "a user"})
    found = quiet.control("events")["events"]
    assert names(found) == ["ACCOUNT_NEW", "ACCOUNT_UPDATED", "DEVICE_NEW", "ACCOUNT_REMOVED", "DEVICE_REMOVED"]
    assert value_deviations("list<StreamableEvent>", found, Rules()) == []
    quiet.control("events/reset", {})
    assert quiet.control("events") == {"events": []}


def test_older_versions_know_fewer_events(quiet: Any) -> None:
    quiet.switch(version="23.5.0")
    quiet.control("events/reset", {})
    quiet.ok("add-user", TargetUser="alice7", TargetPassword="password-1")
    quiet.switch(version="22.6.2")
    quiet.ok("policies/set", PolicyID="p", Policy={})
    found = quiet.control("events")["events"]
    assert [event["Type"] for event in found] == [4100]
    assert found[0].keys() == {"OwnerOrganizationID", "Type", "Data"}


@pytest.fixture
def idle() -> Events:
    """Events of a server that nobody listens to."""
    switches = Switches()
    events = Events(load_facts(), Clock(switches), switches, lambda event, _type: event)
    events.version = (25, 9, 8)
    return events


def test_nothing_is_parsed_while_nobody_listens(idle: Events) -> None:
    changes = [Change("user", str(number), None, Row(b"no JSON")) for number in range(5)]
    idle.tell(changes, "admin")
    idle.listeners.append(lambda _event, _document: None)
    with pytest.raises(ValueError, match="invalid literal"):
        idle.tell(changes, "admin")


def test_memory_is_bounded(idle: Events) -> None:
    for number in range(3):
        idle.tell([Change("policy", f"{number}-{key}", None, Row(b'{"a":1}')) for key in range(900)], "admin")
    found = idle.recent()
    assert len(found) == module.KEPT
    assert found[-1]["ResourceID"] == "2-899"


def test_running_jobs_do_not_crowd_the_memory(idle: Events) -> None:
    job = b'{"Username":"alice","Status":%d}'
    begun, going, ended = Row(job % 6001), Row(job % 6002), Row(job % 5000)
    idle.tell([Change("job", "j", None, begun)], "")
    for _unused in range(module.KEPT):
        idle.tell([Change("job", "j", begun, going)], "")
    idle.tell([Change("job", "j", going, ended)], "")
    assert names(idle.recent()) == ["JOB_NEW", "JOB_COMPLETED"]
