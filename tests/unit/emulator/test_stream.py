"""The web socket of live events: logging in, who hears what, and how it ends."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
import requests
from answer_shapes import Rules, value_deviations
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from ansible_collections.comet.backup.tests.unit.emulator.listening import (
    ADMIN,
    PATIENCE,
    knock,
    listen,
    names,
    stream_url,
    wait_for,
)


def refused(server: Any, *frames: str) -> int | None:
    """The code of closing after a refused login."""
    with knock(server, *frames) as socket:
        assert socket.recv(PATIENCE) == "403 Unauth"
        return closed(socket)


def closed(socket: Any) -> int | None:
    """The code with which the server closes; nothing comes before."""
    with pytest.raises(ConnectionClosed):
        socket.recv(PATIENCE)
    code: int | None = socket.close_code
    return code


# Logging in


def test_first_event_is_the_version(server: Any) -> None:
    with listen(server) as stream:
        assert stream.hello["TypeString"] == "SEVT_META_HELLO"
        assert value_deviations("StreamableEvent", stream.hello, Rules()) == []
        version = server.ok("meta/version")
        assert stream.hello["Data"].keys() == version.keys()
        assert stream.hello["Data"]["ServerStartHash"] == version["ServerStartHash"]


def test_an_origin_is_welcome(server: Any) -> None:
    with knock(server, *ADMIN, origin="https://somewhere.example") as socket:
        assert socket.recv(PATIENCE) == "200 OK"


def test_over_tls(start: Callable[..., Any], tmp_path: Path) -> None:
    authority = str(tmp_path / "ca.pem")
    server = start("--tls", "auto", "--tls-ca-file", authority)
    server.http.verify = authority
    with knock(server, *ADMIN, ssl=ssl.create_default_context(cafile=authority)) as socket:
        assert socket.recv(PATIENCE) == "200 OK"


def test_login_with_a_session(server: Any) -> None:
    key = server.ok("account/session-start")["SessionKey"]
    with listen(server, "admin", "SessionKey", "", key, ""):
        assert server.control("state")["open"]["streams"] == 1
    assert refused(server, "admin", "SessionKey", "", "no such key", "") == 1008


def test_wrong_passwords_and_end_users_are_refused(server: Any) -> None:
    server.user()
    for frames in (
        ("admin", "Password", "wrong", "", ""),
        ("nobody", "Password", "admin", "", ""),
        ("alice", "Password", "password-1", "", ""),
        ("{}", "\x00", "…", "<>", "' OR 1=1"),
        ("", "", "", "", ""),
    ):
        assert refused(server, *frames) == 1008


def test_a_code_works_once(server: Any) -> None:
    totp = pyotp.parse_uri(server.ok("account/regenerate-totp")["URL"])
    assert isinstance(totp, pyotp.TOTP)
    security = server.ok("account/properties")["Security"]
    options = {**security, "AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True}
    server.ok("account/set-properties", Security=options)
    now = server.control("clock", {"advance": 0})["now"]
    frames = ("admin", "PasswordTOTP", "admin", "", totp.at(now))
    assert refused(server, *ADMIN) == 1008
    with knock(server, *frames) as socket:
        assert socket.recv(PATIENCE) == "200 OK"
    assert refused(server, *frames) == 1008


@pytest.fixture
def protected(server: Any) -> Any:
    """Two failed logins are enough."""
    config = server.ok("meta/server-config/get")
    rule = {"Enabled": True, "FailureThreshold": 2, "CooldownSeconds": 60}
    server.ok("meta/server-config/set", Config={**config, "LoginProtection": rule})
    server.wait()
    return server


def test_failures_count_for_login_protection(protected: Any) -> None:
    for _unused in range(2):
        refused(protected, "admin", "Password", "wrong", "", "")
    refused(protected, *ADMIN)
    protected.refused("list-users", 403)
    protected.control("clock", {"advance": 120})
    with listen(protected):
        pass


def test_allow_list_of_addresses(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    organization = server.tenant()
    config = server.ok("meta/server-config/get")
    for admin in config["AdminUsers"]:
        if admin["OrganizationID"] == organization:
            admin["IPWhitelist"] = "^10[.]"
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    assert refused(server, "ACME", "Password", "tenant-pass", "", "") == 1008


# Clients that do not keep to the protocol


def test_too_few_frames(server: Any) -> None:
    server.switch(stream_login_seconds=0.1)
    with knock(server, "admin", "Password") as socket:
        assert closed(socket) == 1008


@pytest.mark.parametrize(("frame", "code"), [(b"admin", 1003), ("x" * 100_000, 1009)], ids=["binary", "huge"])
def test_frames_of_the_wrong_kind(server: Any, frame: str | bytes, code: int) -> None:
    with knock(server, frame) as socket:
        assert closed(socket) == code


def test_leaving_before_the_login_is_over(server: Any) -> None:
    with knock(server, "admin"):
        pass
    assert server.control("state")["open"]["streams"] == 0


def test_what_a_client_says_later_is_ignored(server: Any) -> None:
    with listen(server) as stream:
        stream.socket.send("more")
        stream.socket.send(b"and more")
        server.user()
        assert "ACCOUNT_NEW" in names(stream.since_last())


def test_plain_requests_are_http_errors(server: Any) -> None:
    url = server.url + "api/v1/events/stream"
    assert requests.get(url, timeout=10).status_code == 400
    assert requests.post(url, timeout=10).status_code == 404
    with pytest.raises(InvalidStatus) as refusal, connect(stream_url(server) + "s", proxy=None):
        pass
    assert refusal.value.response.status_code == 404


# Who hears what


def test_tenants_hear_their_own_events(server: Any) -> None:
    acme = server.tenant()
    server.tenant("Globex")
    session = {"Username": "admin", "AuthType": "SessionKey", "SessionKey": ""}
    session["SessionKey"] = server.ok("account/session-start")["SessionKey"]
    with listen(server, "ACME", "Password", "tenant-pass", "", "") as stream, listen(server) as all_of_it:
        assert stream.hello["OwnerOrganizationID"] == acme
        for name, owner in (("ann", "ACME"), ("bea", "Globex"), ("cid", "ACME")):
            server.ok("add-user", login=server.as_tenant(owner), TargetUser=name, TargetPassword="password-1")
        server.ok("add-user", login=session, TargetUser="top", TargetPassword="password-1")
        server.ok("list-users", login=server.as_tenant())
        heard = [stream.next() for _unused in range(5)]
        everything = all_of_it.since_last()
    assert [event["ResourceID"] for event in heard if event["TypeString"] == "SEVT_ACCOUNT_NEW"] == ["ann", "cid"]
    assert {event["OwnerOrganizationID"] for event in heard} == {acme}
    assert names(everything).count("ACCOUNT_NEW") == 4


def test_everyone_hears_the_same_in_order(server: Any) -> None:
    server.user()
    wanted = [f"Alice {number}" for number in range(40)]
    with listen(server) as one, listen(server) as other:
        assert server.control("state")["open"]["streams"] == 2
        for name in wanted:
            server.control("profile", {"user": "alice", "members": {"AccountName": name}})
        heard = one.since_last()
        assert other.since_last() == heard[1:]
    assert names(heard)[0] == "ACCOUNT_ADMIN_LOGIN"
    assert [event["Data"]["AccountName"] for event in heard[1:]] == wanted
    assert {event["Actor"] for event in heard[1:]} == {"alice"}


def test_older_versions_tell_less(server: Any) -> None:
    server.switch(version="22.6.2")
    with listen(server) as stream:
        assert stream.hello.keys() == {"OwnerOrganizationID", "Type", "Data"}
        assert "BoosterLimit" not in stream.hello["Data"]
        server.user("alice7")
        server.control("profile", {"user": "alice7", "members": {"AccountName": "A"}})
        heard = [stream.next(), stream.next()]
    assert [event["Type"] for event in heard] == [4100, 4102]
    assert "SupportsDeviceAssociations" not in heard[0]["Data"]


def test_listening_changes_nothing(server: Any) -> None:
    digest = server.digest()
    with listen(server):
        assert server.digest() == digest


# The end


def test_slow_clients_are_dropped(server: Any) -> None:
    server.switch(stream_queue=3)
    server.user()
    with listen(server) as slow:
        for number in range(60):
            text = f"{number} " + "x" * 400_000
            server.control("profile", {"user": "alice", "members": {"AccountName": text}})
            if not server.control("state")["open"]["streams"]:
                break
        assert server.control("state")["open"]["streams"] == 0
        assert len(slow.rest()) < 60


def test_a_restart_closes_and_says_so(server: Any) -> None:
    with listen(server) as stream:
        server.ok("meta/restart-service")
        assert names(stream.rest()) == ["ACCOUNT_ADMIN_LOGIN", "SERVER_RESTARTED"]
        assert stream.socket.close_code == 1012
    server.wait()
    with listen(server) as again:
        assert again.hello["Data"]["ServerStartHash"] != stream.hello["Data"]["ServerStartHash"]


@pytest.fixture
def ending(start: Callable[..., Any]) -> Any:
    """An emulator that ends in the test, and has been asked something before."""
    server = start()
    server.ok("meta/version")
    return server


def test_shutting_down_says_so(ending: Any) -> None:
    with listen(ending) as stream:
        ending.ok("meta/shutdown-service")
        heard = [stream.next(), stream.next()]
    assert names(heard) == ["ACCOUNT_ADMIN_LOGIN", "SERVER_SHUTDOWN"]
    assert heard[1]["Actor"] == "admin"
    assert ending.process.wait(timeout=10) == 0


def test_a_client_that_does_not_read_does_not_hold_up_the_end(ending: Any) -> None:
    ending.user()
    with listen(ending):
        ending.control("profile", {"user": "alice", "members": {"AccountName": "x" * 900_000}})
        began = time.monotonic()
        ending.process.terminate()
        wait_for(lambda: ending.process.poll() is not None, "the end")
        assert time.monotonic() - began < 5
    assert ending.process.returncode == 0


def test_told_to_end_while_it_is_away(start: Callable[..., Any]) -> None:
    server = start("--set", "restart_seconds=1")
    server.ok("meta/version")
    with listen(server) as stream:
        server.ok("meta/restart-service")
        stream.rest()
    server.process.terminate()
    assert server.process.wait(timeout=10) == 0
