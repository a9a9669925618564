"""Webhooks: what is posted where, what happens when nobody takes it, and what a new configuration does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from answer_shapes import Rules, value_deviations

from ansible_collections.comet.backup.tests.unit.emulator.listening import Receiver, listen, names, wait_for

SET = "meta/webhook-options/set"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def quiet(server: Any) -> Any:
    """A server whose administrator calls with a session, which makes no events of its own."""
    key = server.ok("account/session-start")["SessionKey"]
    own = server.login
    server.login = {"Username": "admin", "AuthType": "SessionKey", "SessionKey": key}
    yield server
    server.login = own


def hook(server: Any, key: str = "a") -> dict[str, Any]:
    """What became of a hook's messages so far."""
    (found,) = [entry for entry in server.control("webhooks")["webhooks"] if entry["key"] == key]
    return dict(found)


def fates(server: Any, key: str = "a") -> tuple[int, int, int, int]:
    counts = hook(server, key)
    return counts["queued"], counts["delivered"], counts["dropped"], counts["failed"]


def settled(server: Any) -> tuple[int, int, int, int]:
    """The fates once nothing is queued: how many are queued, delivered, dropped, failed."""
    wait_for(lambda: hook(server)["queued"] == 0, "an empty queue")
    return fates(server)


# What is sent


def test_hello_comes_first_and_then_every_event(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option("/some/where?to=1")})
    hello, updated = sorted(receiver.wait("META_HELLO", "SERVER_UPDATED"), key=lambda event: event["Type"])
    assert hello["Data"]["ServerStartHash"] == quiet.ok("meta/version")["ServerStartHash"]
    assert updated["Actor"] == "admin"
    quiet.user()
    (made,) = receiver.wait("ACCOUNT_NEW")
    assert value_deviations("StreamableEvent", made, Rules()) == []
    assert made["Data"] == quiet.ok("get-user-profile", TargetUser="alice")


def test_request(quiet: Any, receiver: Receiver) -> None:
    own = {"X-Own": "mine", "host": "elsewhere", "X-COMET-TRACING-ID": "forged", "content-type": "text/plain"}
    option = receiver.option("/some/where?to=1", CustomHeaders=own)
    option["URL"] = option["URL"].replace("//", "//bob:se%20cret@")
    quiet.ok(SET, WebhookOptions={"a": option})
    receiver.wait_for_count(2)
    (path, headers, _event), (_path, others, _event) = receiver.requests
    assert path == "/some/where?to=1"
    assert headers["x-own"] == "mine"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert headers["content-type"] == "application/json"
    assert headers["authorization"] == "Basic Ym9iOnNlIGNyZXQ="
    assert len(headers["x-comet-tracing-id"]) == 36
    assert headers["x-comet-tracing-id"] != others["x-comet-tracing-id"]


def test_urls_and_headers_in_any_language(quiet: Any, receiver: Receiver) -> None:
    option = receiver.option("/für alle?who=%20jürgen", CustomHeaders={"X-Own": "grün"})
    quiet.ok(SET, WebhookOptions={"a": option})
    receiver.wait_for_count(1)
    path, headers, _event = receiver.requests[0]
    assert path == "/f%C3%BCr%20alle?who=%20j%C3%BCrgen"
    assert headers["x-own"].encode("latin-1") == "grün".encode()


def test_level_none_leaves_the_data_out(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option(Level="none"), "b": receiver.option(Level="full")})
    events = receiver.wait("META_HELLO", "META_HELLO", "SERVER_UPDATED", "SERVER_UPDATED")
    assert sorted("Data" in event for event in events) == [False, False, True, True]


def test_only_listed_types(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option(WhiteListedEventTypes=[4101, 4100])})
    quiet.user()
    quiet.control("profile", {"user": "alice", "members": {"AccountName": "A"}})
    quiet.ok("delete-user", TargetUser="alice")
    receiver.wait("META_HELLO", "ACCOUNT_NEW", "ACCOUNT_REMOVED")


def test_tenants_have_hooks_of_their_own(quiet: Any, receiver: Receiver) -> None:
    acme = quiet.tenant()
    quiet.tenant("Globex")
    quiet.ok(SET, login=quiet.as_tenant(), WebhookOptions={"acme": receiver.option(WhiteListedEventTypes=[4100, 4502])})
    (hello, updated) = sorted(receiver.wait("META_HELLO", "TENANT_UPDATED"), key=lambda event: event["Type"])
    assert hello["OwnerOrganizationID"] == acme
    assert updated["Actor"] == "ACME"
    for owner in ("ACME", "Globex"):
        quiet.ok("add-user", login=quiet.as_tenant(owner), TargetUser=f"of-{owner}", TargetPassword="password-1")
    quiet.user("top")
    (made,) = receiver.wait("ACCOUNT_NEW")
    assert (made["ResourceID"], made["OwnerOrganizationID"]) == ("of-ACME", acme)
    assert hook(quiet, "acme")["organization"] == acme
    quiet.ok("organization/delete", OrganizationID=acme)
    quiet.user("late")
    assert hook(quiet, "acme")["queued"] == 0
    assert receiver.requests == []


def test_hooks_and_sockets_together(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    with listen(quiet) as stream:
        quiet.user()
        assert names(stream.since_last()) == ["ACCOUNT_NEW"]
    receiver.wait("ACCOUNT_ADMIN_LOGIN", "ACCOUNT_NEW", "ACCOUNT_ADMIN_LOGIN")


def test_older_servers_send_less(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(version="22.6.2")
    quiet.login = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    quiet.user("alice7")
    receiver.wait_for_count(2)
    assert sorted(event["Type"] for event in receiver.events) == [4000, 4100]
    assert all(event.keys() == {"OwnerOrganizationID", "Type", "Data"} for event in receiver.events)


# What goes wrong


def test_failures_are_tried_again_and_then_given_up(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(webhook_retries=2, webhook_retry_seconds=60)
    receiver.statuses = [500, 302, 201]
    quiet.ok(SET, WebhookOptions={"a": receiver.option(WhiteListedEventTypes=[4100])})
    for tries in (1, 2):
        receiver.wait_for_count(tries)
        wait_for(lambda: hook(quiet)["resting"] == 1, "the message to rest")
        quiet.control("clock", {"advance": 55})
        assert len(receiver.requests) == tries
        quiet.control("clock", {"advance": 10})
    receiver.wait_for_count(3)
    assert settled(quiet) == (0, 0, 0, 1)
    assert len({headers["x-comet-tracing-id"] for _path, headers, _event in receiver.requests}) == 1
    quiet.user()
    receiver.wait_for_count(4)


def test_a_second_try_can_succeed(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(webhook_retry_seconds=0.01)
    receiver.statuses = [503]
    quiet.ok(SET, WebhookOptions={"a": receiver.option(WhiteListedEventTypes=[4100])})
    receiver.wait("META_HELLO", "META_HELLO")
    assert settled(quiet) == (0, 1, 0, 0)


def test_nobody_there(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(webhook_retries=0)
    option = receiver.option()
    receiver.close()
    quiet.ok(SET, WebhookOptions={"a": option})
    assert settled(quiet) == (0, 0, 0, 2)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/", "http://127.0.0.1:port/", "http://192.0.2.1/"])
def test_targets_that_nothing_is_sent_to(quiet: Any, url: str) -> None:
    quiet.ok(SET, WebhookOptions={"a": {"URL": url}})
    assert settled(quiet) == (0, 0, 0, 2)


def test_silent_receivers_hold_nothing_up(quiet: Any, receiver: Receiver) -> None:
    receiver.speaks.clear()
    quiet.ok(SET, WebhookOptions={"a": receiver.option(WhiteListedEventTypes=[4100])})
    quiet.user()
    assert fates(quiet) == (2, 0, 0, 0)
    receiver.speaks.set()
    assert settled(quiet) == (0, 2, 0, 0)


def test_failures_are_logged_with_the_tracing_id(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(webhook_retries=0)
    receiver.statuses = [500]
    quiet.ok(SET, WebhookOptions={"a": receiver.option(WhiteListedEventTypes=[4100])})
    wait_for(lambda: receiver.requests, "the message")
    settled(quiet)
    (_path, headers, _event) = receiver.requests[0]
    day = max(quiet.ok("meta/list-available-log-days"))
    assert f"{headers['x-comet-tracing-id']}: HTTP status 500" in quiet.raw("meta/read-logs", Log=day).text


@pytest.mark.parametrize(
    ("trusted", "outcome"), [(True, "HTTP status 404"), (False, "CERTIFICATE_VERIFY_FAILED")], ids=["trusted", "not"]
)
def test_https_targets_must_be_trusted(
    start: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool, outcome: str
) -> None:
    authority = str(tmp_path / "ca.pem")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", authority)
    server = start("--tls", "auto", "--tls-ca-file", authority, "--set", "webhook_retries=0")
    server.http.verify = authority
    server.ok(SET, WebhookOptions={"a": {"URL": f"{server.url}nowhere"}})
    assert settled(server) == (0, 0, 0, 2)
    day = max(server.ok("meta/list-available-log-days"))
    assert outcome in server.raw("meta/read-logs", Log=day).text


# Configuration


def test_an_empty_key_is_refused(quiet: Any, receiver: Receiver) -> None:
    quiet.refused(SET, 400, WebhookOptions={"": receiver.option()})
    assert quiet.ok("meta/webhook-options/get") == {}


def test_setting_drops_what_waits_and_says_hello(quiet: Any, receiver: Receiver) -> None:
    receiver.speaks.clear()
    options = {"a": receiver.option(WhiteListedEventTypes=[4100])}
    quiet.ok(SET, WebhookOptions=options)
    for number in range(9):
        quiet.ok("add-user", TargetUser=f"user{number}", TargetPassword="password-1")
    receiver.wait_for_count(4)
    assert fates(quiet) == (10, 0, 0, 0)
    quiet.ok(SET, WebhookOptions=options)
    receiver.speaks.set()
    settled(quiet)
    wait_for(lambda: fates(quiet) == (0, 5, 6, 0), "the fates of all messages")
    assert receiver.names.count("META_HELLO") == 2


def test_other_settings_leave_hooks_alone(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    quiet.ok("meta/email-options/set", EmailOptions=quiet.ok("meta/email-options/get"))
    receiver.wait("SERVER_UPDATED")


def test_taking_a_hook_away(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    quiet.ok(SET, WebhookOptions={})
    quiet.user()
    assert hook(quiet)["queued"] == 0
    assert receiver.requests == []


def test_hello_after_a_restart(quiet: Any, receiver: Receiver) -> None:
    quiet.switch(sessions_survive_restart=True)
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    quiet.ok("meta/restart-service")
    quiet.wait()
    receiver.wait("SERVER_RESTARTED", "META_HELLO", "SERVER_STARTED")


def test_restored_state_has_its_own_hooks(quiet: Any, receiver: Receiver) -> None:
    quiet.control("snapshot", {"name": "without hooks"})
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    quiet.control("snapshot", {"name": "with a hook"})
    quiet.control("restore", {"name": "without hooks"})
    quiet.user()
    quiet.control("restore", {"name": "with a hook"})
    receiver.wait("META_HELLO")


def test_read_only_servers_send_too(quiet: Any, receiver: Receiver) -> None:
    quiet.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    quiet.control("read-only", {"on": True})
    quiet.refused("add-user", 403, TargetUser="alice", TargetPassword="password-1")
    quiet.ok("account/session-start", login={"Username": "admin", "AuthType": "Password", "Password": "admin"})
    receiver.wait("ACCOUNT_ADMIN_LOGIN", "ACCOUNT_ADMIN_SESSION_START")
    quiet.control("read-only", {"on": False})


# Beginning and end of the process


def test_hooks_come_back_with_the_state(start: Callable[..., Any], receiver: Receiver, tmp_path: Path) -> None:
    first = start("--data", str(tmp_path))
    first.ok(SET, WebhookOptions={"a": receiver.option()})
    receiver.wait("META_HELLO", "SERVER_UPDATED")
    first.ok("meta/shutdown-service")
    assert first.process.wait(timeout=10) == 0
    receiver.wait("ACCOUNT_ADMIN_LOGIN", "SERVER_SHUTDOWN")
    second = start("--data", str(tmp_path))
    receiver.wait("META_HELLO", "SERVER_STARTED")
    assert second.stop() == 0
    (event,) = receiver.wait("SERVER_SHUTDOWN")
    assert event["Actor"] == ""


def test_a_silent_receiver_does_not_hold_up_the_end(start: Callable[..., Any], receiver: Receiver) -> None:
    server = start()
    receiver.speaks.clear()
    server.ok(SET, WebhookOptions={"a": receiver.option()})
    wait_for(lambda: receiver.requests, "a message on its way")
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 4
