# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in, staying logged in, logging out."""

from __future__ import annotations

import base64
import contextlib
from types import SimpleNamespace

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _access
from ansible_collections.comet.backup.plugins.module_utils._api._access import DOUBTFUL
from ansible_collections.comet.backup.plugins.module_utils._api._client import (
    Client,
    ConnectionSettings,
    SessionLogin,
    TotpLogin,
)
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    LoginFailed,
    Refused,
    SecondFactorNeeded,
    Unreachable,
)
from ansible_collections.comet.backup.plugins.module_utils._api._login import totp_code
from ansible_collections.comet.backup.plugins.module_utils._api._transport import Transport
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import PASSWORD, MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
)

READ, WRITE = "AdminGetUserProfileAndHash", "AdminDeleteUser"
ALICE = {"TargetUser": "alice"}
DENIED = message(403, "Unauthorised")
OK = message(200, "OK")
VERSION = Reply({"Version": "25.9.8", "ServerStartHash": "first"})
START, REVOKE, CHECK = "account/session-start", "account/session-revoke", "meta/version"
TOTP_SECRET = base64.b32encode(b"12345678901234567890").decode()


def started(key: str) -> Reply:
    return message(200, "Logged in OK.", SessionKey=key, SessionType="admin")


class TestPassword:
    def test_a_session_is_started_once_and_ended(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(started("key"), OK, OK, message(200, "Bye"))
        with make_client() as client:
            client.ensure_session()
            client.ensure_session()
            client.call(READ, **ALICE)
            client.call(WRITE, **ALICE)
        assert server.methods == [START, "get-user-profile-and-hash", "delete-user", REVOKE]
        first, *rest = [asked.form for asked in server.asked]
        assert first == {
            "Username": "admin",
            "AuthType": "Password",
            "Password": PASSWORD,
            "SelfAddress": server.url + "/",
        }
        for form in rest:
            assert (form["Username"], form["AuthType"], form["SessionKey"]) == ("admin", "SessionKey", "key")
            assert "Password" not in form

    def test_without_a_session_there_is_nothing_to_end(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(OK)
        with make_client() as client:
            client.call(READ, **ALICE)
        assert len(server.asked) == 1

    @pytest.mark.parametrize("reply", [message(500, "No"), Reply(drop=True), Reply(b"<html>"), Reply(status=502)])
    def test_failing_to_end_it_is_no_matter(
        self, server: ScriptedServer, make_client: MakeClient, reply: Reply
    ) -> None:
        server.script(started("key"), reply)
        with make_client() as client:
            client.ensure_session()

    def test_after_closing_a_new_session_can_begin(self, server: ScriptedServer, client: Client) -> None:
        server.script(started("one"), OK, started("two"), OK)
        client.ensure_session()
        client.close()
        client.ensure_session()
        client.call(READ, **ALICE)
        assert server.asked[-1].form["SessionKey"] == "two"

    def test_own_connections_are_closed(self, server: ScriptedServer, client: Client) -> None:
        server.script(OK, OK, OK)
        with client:
            client.call(READ, **ALICE)
            client.call(READ, **ALICE)
        assert len(server.connections) == 1
        client.call(READ, **ALICE)
        assert len(server.connections) == 2

    def test_shared_connections_stay_open(
        self, server: ScriptedServer, settings: ConnectionSettings, make_client: MakeClient
    ) -> None:
        transport = Transport(settings)
        server.script(OK, OK)
        for _unused in range(2):
            with make_client(transport=transport) as client:
                client.call(READ, **ALICE)
        assert len({asked.connection for asked in server.asked}) == 1
        transport.close()

    @pytest.mark.parametrize(
        ("reply", "status", "words"),
        [
            (message(403, "Unauthorised"), 403, "Unauthorised"),
            (message(401, "Unauthorised"), 401, "Unauthorised"),
            (Reply(b"no", status=403), 403, ""),
            (Reply(b"no", status=401), 401, ""),
        ],
    )
    def test_a_wrong_password_is_tried_once(
        self, server: ScriptedServer, client: Client, reply: Reply, status: int, words: str
    ) -> None:
        server.script(reply)
        with pytest.raises(LoginFailed, match=r"does not accept the login of admin.*Check username and pass") as caught:
            client.ensure_session()
        assert f"login of admin: {words or 'no reason given'} (status {status}). " in caught.value.message
        told = {"method": "AdminAccountSessionStart", "path": f"/api/v1/admin/{START}", "status": status}
        assert caught.value.details() == {**told, **({"server_message": words} if words else {})}

    def test_other_refusals_of_a_login_are_told_as_they_are(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(429, "Slow down"))
        with pytest.raises(Refused, match=r"Slow down") as caught:
            client.ensure_session()
        assert isinstance(caught.value, Refused)
        assert not isinstance(caught.value, LoginFailed)

    def test_a_login_page_of_a_proxy_is_no_refusal(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply(b"<html>", status=403))
        with pytest.raises(BadAnswer, match=r"HTTP status 403"):
            client.call(READ, **ALICE)

    @pytest.mark.parametrize("body", [{}, {"SessionKey": ""}, {"SessionKey": None}, {"SessionKey": 1}])
    def test_a_login_without_a_key(self, server: ScriptedServer, client: Client, body: dict[str, object]) -> None:
        server.script(Reply(body))
        with pytest.raises(BadAnswer, match=r"gave no session key") as caught:
            client.ensure_session()
        assert caught.value.details() == {"method": "AdminAccountSessionStart"}

    def test_a_lost_login_is_sent_again(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply(drop=True), Reply(status=502), started("key"))
        client.ensure_session()
        assert server.methods == [START] * 3


class TestDenied:
    """The server says the same to wrong credentials and to a call that is not allowed."""

    def test_a_wrong_password(self, server: ScriptedServer, client: Client) -> None:
        server.script(DENIED, DENIED)
        with pytest.raises(LoginFailed, match=r"Unauthorised \(status 403\)") as caught:
            client.call(READ, **ALICE)
        assert server.methods == ["get-user-profile-and-hash", CHECK]
        assert caught.value.method == READ

    def test_a_wrong_password_when_asking_for_the_version(self, server: ScriptedServer, client: Client) -> None:
        server.script(DENIED)
        with pytest.raises(LoginFailed):
            client.version()

    def test_a_call_that_is_not_allowed(self, server: ScriptedServer, client: Client) -> None:
        server.script(DENIED, VERSION, DENIED)
        for _unused in range(2):
            with pytest.raises(Refused, match=rf"refused {READ}: Unauthorised") as caught:
                client.call(READ, **ALICE)
            assert isinstance(caught.value, Refused)
            assert not isinstance(caught.value, LoginFailed)
        assert server.methods == ["get-user-profile-and-hash", CHECK, "get-user-profile-and-hash"]

    def test_a_password_that_worked_needs_no_proof(self, server: ScriptedServer, client: Client) -> None:
        server.script(OK, DENIED, DENIED, OK, DENIED)
        client.call(READ, **ALICE)
        for denied in (True, True, False, True):
            with pytest.raises(Refused) if denied else contextlib.nullcontext():
                client.call(READ, **ALICE)

    def test_until_nothing_works_any_more(self, server: ScriptedServer, client: Client) -> None:
        server.script(OK, *[DENIED] * DOUBTFUL, VERSION, *[DENIED] * DOUBTFUL, DENIED)
        client.call(READ, **ALICE)
        for _unused in range(2 * DOUBTFUL - 1):
            with pytest.raises(Refused, match=rf"refused {READ}"):
                client.call(READ, **ALICE)
        for _unused in range(3):
            with pytest.raises(LoginFailed, match=r"does not accept the login of admin"):
                client.call(READ, **ALICE)
        assert server.methods.count(CHECK) == 2

    def test_a_lost_login_is_not_sent_again(self, server: ScriptedServer, client: Client) -> None:
        server.script(DENIED, DENIED)
        for _unused in range(3):
            for call in (lambda: client.call(READ, **ALICE), client.version, client.own_tenant, client.ensure_session):
                with pytest.raises(LoginFailed, match=r"does not accept the login of admin"):
                    call()
        server.script(Reply({"ServerIsEmpty": False}))
        assert client.call("BrandingProps") == {"ServerIsEmpty": False}

    def test_a_call_without_login(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(403, "The server has administrators"))
        with pytest.raises(Refused, match=r"has administrators") as caught:
            client.call("AdminAddFirstAdminUser", TargetUser="a", TargetPassword="canary-b")
        assert isinstance(caught.value, Refused)
        assert not isinstance(caught.value, LoginFailed)

    def test_a_server_that_fails_the_proof(self, server: ScriptedServer, client: Client) -> None:
        server.script(DENIED, message(500, "Broken"))
        with pytest.raises(Refused, match=r"refused AdminMetaVersion: Broken"):
            client.call(READ, **ALICE)

    @pytest.mark.parametrize("key", ["canary-expired"])
    def test_a_given_key_that_has_expired(self, server: ScriptedServer, make_client: MakeClient, key: str) -> None:
        server.script(OK, DENIED, DENIED)
        client = make_client(SessionLogin("admin", key))
        client.ensure_session()
        client.call(READ, **ALICE)
        with pytest.raises(LoginFailed, match=r"session key is wrong, has expired") as caught:
            client.call(READ, **ALICE)
        assert key not in str(caught.value)
        client.close()
        assert REVOKE not in server.methods


class TestRenewal:
    @pytest.mark.parametrize("method", [READ, WRITE])
    def test_an_ended_session_is_renewed_and_the_call_repeated(
        self, server: ScriptedServer, client: Client, method: str
    ) -> None:
        server.script(started("one"), DENIED, DENIED, started("two"), message(200, "Done"), OK)
        client.ensure_session()
        assert client.call(method, **ALICE)["Message"] == "Done"
        end = "get-user-profile-and-hash" if method == READ else "delete-user"
        assert server.methods == [START, end, CHECK, START, end]
        assert [asked.form.get("SessionKey") for asked in server.asked] == [None, "one", "one", None, "two"]
        client.call(READ, **ALICE)
        assert server.asked[-1].form["SessionKey"] == "two"

    def test_once_only(self, server: ScriptedServer, client: Client) -> None:
        server.script(started("one"), DENIED, DENIED, started("two"), DENIED)
        client.ensure_session()
        with pytest.raises(Refused):
            client.call(READ, **ALICE)

    def test_a_call_that_is_not_allowed(self, server: ScriptedServer, client: Client) -> None:
        server.script(started("one"), DENIED, VERSION)
        client.ensure_session()
        with pytest.raises(Refused, match=rf"refused {READ}"):
            client.call(READ, **ALICE)

    def test_asking_for_the_version(self, server: ScriptedServer, client: Client) -> None:
        server.script(started("one"), DENIED, started("two"), VERSION)
        client.ensure_session()
        assert client.version() == (25, 9, 8)

    def test_a_password_that_no_longer_works(self, server: ScriptedServer, client: Client) -> None:
        server.script(started("one"), DENIED, DENIED, DENIED)
        client.ensure_session()
        with pytest.raises(LoginFailed):
            client.call(READ, **ALICE)
        assert server.methods.count(START) == 2


class TestTotp:
    @pytest.fixture
    def slept(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """A clock that only sleeping moves, 12 seconds into a code's life."""
        slept: list[float] = []
        clock = SimpleNamespace(
            time=lambda: 1_700_000_022 + sum(slept), sleep=slept.append, monotonic=lambda: 0.0, strftime=None
        )
        monkeypatch.setattr(_access, "time", clock)
        monkeypatch.setattr("time.time", clock.time)
        return slept

    def test_a_code_becomes_a_session_at_once(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(started("key"), OK, OK)
        client = make_client(TotpLogin("admin", PASSWORD, code="123456"))
        client.call(READ, **ALICE)
        client.call(READ, **ALICE)
        assert server.asked[0].form == {
            "Username": "admin",
            "AuthType": "PasswordTOTP",
            "Password": PASSWORD,
            "TOTP": "123456",
            "SelfAddress": server.url + "/",
        }
        assert [asked.form.get("SessionKey") for asked in server.asked] == [None, "key", "key"]

    def test_a_used_code_is_final(self, server: ScriptedServer, make_client: MakeClient, slept: list[float]) -> None:
        server.script(DENIED)
        with pytest.raises(LoginFailed):
            make_client(TotpLogin("admin", PASSWORD, code="123456")).call(READ, **ALICE)
        assert not slept

    @pytest.mark.parametrize("refusal", [DENIED, Reply(status=449)])
    def test_with_a_secret_the_next_code_is_waited_for(
        self, server: ScriptedServer, make_client: MakeClient, slept: list[float], refusal: Reply
    ) -> None:
        server.script(refusal, started("key"), OK)
        make_client(TotpLogin("admin", PASSWORD, secret=TOTP_SECRET)).call(READ, **ALICE)
        now = 1_700_000_022
        assert slept == [30 - now % 30]
        assert [asked.form.get("TOTP") for asked in server.asked] == [
            totp_code(TOTP_SECRET, now),
            totp_code(TOTP_SECRET, now + 30),
            None,
        ]

    @pytest.mark.parametrize(("refusal", "error"), [(DENIED, LoginFailed), (Reply(status=449), SecondFactorNeeded)])
    def test_but_only_once(
        self,
        server: ScriptedServer,
        make_client: MakeClient,
        slept: list[float],
        refusal: Reply,
        error: type[Exception],
    ) -> None:
        server.script(refusal, refusal)
        with pytest.raises(error):
            make_client(TotpLogin("admin", PASSWORD, secret=TOTP_SECRET)).ensure_session()
        assert len(slept) == 1

    def test_a_lost_login_is_not_sent_again(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(Reply(drop=True))
        with pytest.raises(AnswerLost):
            make_client(TotpLogin("admin", PASSWORD, code="123456")).ensure_session()

    def test_a_server_that_is_away(self, server: ScriptedServer, make_client: MakeClient, slept: list[float]) -> None:
        client = make_client(TotpLogin("admin", PASSWORD, secret=TOTP_SECRET))
        server.close()
        with pytest.raises(Unreachable):
            client.ensure_session()
        assert not slept
