# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls by name: what is sent, and what is made of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _client, _encoding
from ansible_collections.comet.backup.plugins.module_utils._api._access import Call
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client, SessionLogin, TotpLogin
from ansible_collections.comet.backup.plugins.module_utils._api._errors import (
    AnswerLost,
    BadAnswer,
    BadParameter,
    CometError,
    LoginFailed,
    Refused,
    SecondFactorNeeded,
    TooOld,
    Unreachable,
    WriteRefused,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import PASSWORD, MakeClient
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import (
    Reply,
    ScriptedServer,
    message,
    version,
)

READ, READ_PATH = "AdminGetUserProfileAndHash", "/api/v1/admin/get-user-profile-and-hash"
WRITE, WRITE_PATH = "AdminDeleteUser", "/api/v1/admin/delete-user"
ALICE = {"TargetUser": "alice"}
TOP_LEVEL = "AdminMetaServerConfigGet"
PAGE = Reply(b"<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html"})


class TestWhatIsSent:
    def test_parameters_beside_the_credentials(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(200, "OK", ProfileHash="h", Profile={"New": 1}))
        document = client.call(READ, **ALICE)
        assert document == {"Status": 200, "Message": "OK", "ProfileHash": "h", "Profile": {"New": 1}}
        asked = server.asked[0]
        assert (asked.verb, asked.path) == ("POST", READ_PATH)
        assert asked.form == {"Username": "admin", "AuthType": "Password", "Password": PASSWORD, "TargetUser": "alice"}
        assert asked.headers["Accept-Language"] == "en"

    def test_documents_as_json(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(200, "OK"))
        client.call("AdminMetaWebhookOptionsSet", WebhookOptions={})
        assert server.asked[0].form["WebhookOptions"] == "{}"

    def test_own_address_where_it_is_asked_for(self, server: ScriptedServer, client: Client) -> None:
        server.script(*[message(200, "OK")] * 3)
        request = {"TargetUser": "alice", "StorageProvider": "s3"}
        client.call("AdminRequestStorageVault", **request)
        client.call("AdminRequestStorageVault", **request, SelfAddress=None)
        client.call("AdminRequestStorageVault", **request, SelfAddress="https://other/")
        addresses = [asked.form["SelfAddress"] for asked in server.asked]
        assert addresses == [server.url + "/", server.url + "/", "https://other/"]

    def test_no_credentials_where_none_are_needed(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply({"ServerIsEmpty": True}), message(200, "OK"))
        assert client.call("BrandingProps") == {"ServerIsEmpty": True}
        client.call("AdminAddFirstAdminUser", TargetUser="root", TargetPassword="canary-first")
        assert (server.asked[0].verb, server.asked[0].path, server.asked[0].body) == ("GET", "/gen/branding.props", b"")
        assert server.asked[0].headers["Accept-Language"] == "en"
        assert server.asked[1].form == {"TargetUser": "root", "TargetPassword": "canary-first"}

    def test_uploads_carry_a_session_in_headers(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(message(200, "Logged in OK.", SessionKey="key"), message(200, "OK", ResourceHash="abc"))
        assert make_client().call("AdminMetaResourceNew", upload=b"bytes")["ResourceHash"] == "abc"
        headers = server.asked[1].headers
        assert headers["X-Comet-Admin-Username"] == "admin"
        assert headers["X-Comet-Admin-AuthType"] == "SessionKey"
        assert headers["X-Comet-Admin-SessionKey"] == "key"
        assert headers["Content-Type"].startswith("multipart/form-data")
        assert b"bytes" in server.asked[1].body
        assert b"SessionKey" not in server.asked[1].body
        assert PASSWORD.encode() not in server.asked[1].body

    def test_uploads_by_a_user_with_an_unusual_name(self, server: ScriptedServer, make_client: MakeClient) -> None:
        server.script(message(200, "OK", ResourceHash="abc"))
        make_client(SessionLogin("Jürgen", "key")).call("AdminMetaResourceNew", upload=b"")
        assert server.asked[0].headers["X-Comet-Admin-Username"].encode("latin-1").decode() == "Jürgen"

    @pytest.mark.parametrize("name", ["BrandingProps", "AdminMetaVersion"])
    def test_a_call_may_have_its_own_time(self, server: ScriptedServer, client: Client, name: str) -> None:
        server.answer = lambda asked: Reply(delay=1)
        with pytest.raises(Unreachable, match=r"did not respond in time"):
            client._send(Call(_client.model.method(name), timeout=0.1))

    def test_calls_are_counted(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(200, "Logged in OK.", SessionKey="key"), *[message(200, "OK")] * 3)
        client.ensure_session()
        client.call(READ, **ALICE)
        client.call(WRITE, **ALICE)
        client.call(READ, **ALICE)
        assert (client.calls.reads, client.calls.writes) == (2, 1)


class TestBeforeAnythingIsSent:
    def test_a_login_that_is_not_unicode(self, make_client: MakeClient) -> None:
        client = make_client(SessionLogin("J\udcfcrgen", "key"))
        for method, parameters in ((READ, ALICE), ("AdminMetaResourceNew", {"upload": b""})):
            with pytest.raises(CometError, match=r"not valid Unicode"):
                client.call(method, **parameters)

    def test_unknown_method(self, client: Client) -> None:
        with pytest.raises(BadParameter, match=r"no method AdminListUser; did you mean AdminListUsers?") as caught:
            client.call("AdminListUser")
        assert caught.value.details() == {"method": "AdminListUser", "nearest": "AdminListUsers"}
        with pytest.raises(BadParameter, match=r"no method Zzzzzzzz\.$"):
            client.call("Zzzzzzzz")

    def test_parameters(self, client: Client) -> None:
        with pytest.raises(BadParameter, match=r"did you mean TargetUser"):
            client.call(READ, TargetUsr="alice")

    def test_writing_in_check_mode(self, server: ScriptedServer, make_client: MakeClient) -> None:
        client = make_client(check_mode=True)
        with pytest.raises(WriteRefused, match=r"AdminDeleteUser .*not sent in check mode") as caught:
            client.call(WRITE, **ALICE)
        assert caught.value.details() == {"method": WRITE}
        server.script(message(200, "Logged in OK.", SessionKey="key"), message(200, "OK"), message(200, "Logged out."))
        client.ensure_session()
        client.call(READ, **ALICE)
        client.close()
        assert server.methods == ["account/session-start", "get-user-profile-and-hash", "account/session-revoke"]
        assert (client.calls.reads, client.calls.writes) == (1, 0)

    def test_methods_of_end_users(self, server: ScriptedServer, make_client: MakeClient) -> None:
        with pytest.raises(CometError, match=r"is for end users.*AdminAccountSessionStartAsUser") as caught:
            make_client().call("UserWebGetUserProfileAndHash")
        assert caught.value.details() == {"method": "UserWebGetUserProfileAndHash"}
        server.script(Reply({"Username": "alice"}))
        assert make_client(SessionLogin("alice", "key")).call("UserWebGetUserProfileAndHash") == {"Username": "alice"}


@pytest.mark.parametrize("library", ["orjson", "json"])
class TestAnswers:
    @pytest.fixture(autouse=True)
    def _library(self, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
        if library == "json":
            monkeypatch.setattr(_encoding, "orjson", None)

    @pytest.mark.parametrize(
        ("method", "body", "document"),
        [
            ("AdminListUsers", ["alice"], ["alice"]),
            ("AdminListUsers", None, []),
            ("AdminListUsersFull", None, {}),
            ("AdminListUsersFull", {}, {}),
            # User names that look like an error message.
            ("AdminListUsersFull", {"Status": {"a": 1}, "Message": {}}, {"Status": {"a": 1}, "Message": {}}),
            # A job has a Status of its own.
            ("AdminGetJobProperties", {"Status": 5000, "GUID": "g"}, {"Status": 5000, "GUID": "g"}),
        ],
    )
    def test_good_ones(self, server: ScriptedServer, client: Client, method: str, body: Any, document: Any) -> None:
        server.script(Reply(body))
        parameters = {"JobID": "1"} if method == "AdminGetJobProperties" else {}
        assert client.call(method, **parameters) == document

    @pytest.mark.parametrize("http_status", [200, 400, 500])
    @pytest.mark.parametrize("method", [READ, WRITE])
    def test_refused(self, server: ScriptedServer, client: Client, method: str, http_status: int) -> None:
        server.script(Reply({"Status": 400, "Message": "User not found"}, status=http_status))
        with pytest.raises(Refused, match=rf"refused {method}: User not found \(status 400\)") as caught:
            client.call(method, **ALICE)
        path = READ_PATH if method == READ else WRITE_PATH
        assert isinstance(caught.value, Refused)
        assert not isinstance(caught.value, LoginFailed)
        assert caught.value.details() == {
            "method": method,
            "path": path,
            "status": 400,
            "server_message": "User not found",
        }
        assert (caught.value.method, caught.value.path) == (method, path)

    @pytest.mark.parametrize("method", ["AdminListUsers", "AdminListUsersFull"])
    def test_refused_where_a_list_or_map_is_meant(self, server: ScriptedServer, client: Client, method: str) -> None:
        server.script(message(500, "Broken"))
        with pytest.raises(Refused, match=r"Broken"):
            client.call(method)

    def test_bytes(self, server: ScriptedServer, client: Client) -> None:
        bodies = [b"2026 log line", b'{"Status": 1}', b'{"Status": 200, "Message": "mine"}', b"", b"{ no json"]
        for body in bodies:
            server.script(Reply(body))
            assert client.call("AdminGetJobLog", JobID="1") == body

    def test_bytes_that_are_an_error(self, server: ScriptedServer, client: Client) -> None:
        server.script(message(400, "No such job"))
        with pytest.raises(Refused, match=r"No such job"):
            client.call("AdminGetJobLog", JobID="1")
        long = b'{"Status": 400, "Message": "' + b"x" * 70000 + b'"}'
        server.script(Reply(long))
        assert client.call("AdminGetJobLog", JobID="1") == long
        server.script(Reply(b'  {"Status": 400, "Message": "' + b"x" * 1000 + b'"}'))
        with pytest.raises(Refused):
            client.call("AdminGetJobLog", JobID="1")

    UNUSABLE = (
        (PAGE, "a web page"),
        (Reply(b"  <html>"), "a web page"),
        (Reply(b"\n<!DOCTYPE html><title>Log in</title>"), "a web page"),
        (Reply(b"<p>Log in", headers={"Content-Type": "text/html; charset=utf-8"}), "a web page"),
        (Reply(b"<p>Log in", headers={"content-type": "text/html"}), "a web page"),
        (Reply(b"<p>Log in"), "something that is not JSON"),
        (Reply(b'{"Status": 200, "Mess'), "something that is not JSON"),
        (Reply(b"[" * 100000), "something that is not JSON"),
        (Reply(b""), "something that is not JSON"),
        (Reply(b"\xff\xfe"), "something that is not JSON"),
        (Reply(["alice"]), r"JSON of the wrong shape \(list\)"),
        (Reply(None), r"JSON of the wrong shape \(NoneType\)"),
        (Reply(b"sorry", status=500), "HTTP status 500"),
    )

    @pytest.mark.parametrize(("reply", "words"), UNUSABLE)
    def test_unusable_ones(self, server: ScriptedServer, client: Client, reply: Reply, words: str) -> None:
        server.script(reply, reply)
        with pytest.raises(BadAnswer, match=rf"^{server.url} answered {READ} with {words}") as bad:
            client.call(READ, **ALICE)
        assert bad.value.details() == {"method": READ, "path": READ_PATH, "status": reply.status}
        with pytest.raises(AnswerLost, match=rf"answer was {words}. It may have been carried out") as lost:
            client.call(WRITE, **ALICE)
        assert lost.value.details() == {"method": WRITE, "path": WRITE_PATH, "status": reply.status}

    @pytest.mark.parametrize(("status", "late"), [(504, True), (524, True), (500, False), (502, False), (503, False)])
    def test_a_proxy_that_gave_up_waiting(
        self, server: ScriptedServer, client: Client, status: int, late: bool
    ) -> None:
        server.script(Reply(b"", status=status))
        with pytest.raises(AnswerLost) as lost:
            client.call(WRITE, **ALICE)
        assert lost.value.late is late
        assert lost.value.details() == {"method": WRITE, "path": WRITE_PATH, "status": status}

    def test_the_wrong_shape_for_a_list(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply({"alice": 1}))
        with pytest.raises(BadAnswer, match=r"wrong shape \(dict\)"):
            client.call("AdminListUsers")

    @pytest.mark.parametrize(
        ("name", "body", "words"),
        [
            ("AdminListUsersFull", {"alice": {}, "bob": "x"}, "str in a map"),
            ("AdminOrganizationList", {"a": None}, "NoneType in a map"),
            ("AdminGetJobsAll", [{}, 1], "int in a list"),
        ],
    )
    def test_the_wrong_shape_inside(
        self, server: ScriptedServer, client: Client, name: str, body: Any, words: str
    ) -> None:
        server.script(Reply(body))
        with pytest.raises(BadAnswer, match=rf"wrong shape \({words}\)"):
            client.call(name)

    @pytest.mark.parametrize("status", [400, 404, 413])
    def test_a_status_that_says_that_nothing_was_done(
        self, server: ScriptedServer, client: Client, status: int
    ) -> None:
        server.script(Reply(b"no", status=status), *([version("25.9.8")] if status == 404 else []))
        with pytest.raises(BadAnswer, match=rf"HTTP status {status}.*Check that url is that of a Comet Server"):
            client.call(WRITE, **ALICE)

    def test_a_server_older_than_the_facts(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply(b"no", status=404), version("20.6.0"))
        with pytest.raises(TooOld, match=r"22\.6\.2 or newer.*20\.6\.0"):
            client.call(READ, **ALICE)

    @pytest.mark.parametrize("status", [400, 403])
    def test_an_old_server_that_refuses_what_is_new(self, server: ScriptedServer, client: Client, status: int) -> None:
        server.script(message(200, "OK"), message(status, "Unknown"), version("22.6.2"))
        client.call(READ, **ALICE)
        with pytest.raises(TooOld, match=r"24\.12\.2 or newer"):
            client.call("AdminUserGroupsList")

    def test_a_busy_server(self, server: ScriptedServer, client: Client) -> None:
        server.script(*[Reply(b"", status=503)] * 4, Reply(b"", status=503))
        with pytest.raises(BadAnswer, match=r"HTTP status 503\. The server .*busy or restarting"):
            client.call(READ, **ALICE)
        with pytest.raises(AnswerLost, match=r"HTTP status 503"):
            client.call(WRITE, **ALICE)


@pytest.mark.parametrize("status", [429, 500])
def test_a_status_that_has_nothing_to_do_with_the_url(server: ScriptedServer, client: Client, status: int) -> None:
    server.answer = lambda asked: Reply(b"", status=status)
    with pytest.raises(BadAnswer, match=rf"HTTP status {status}\. The server .*busy or restarting"):
        client.call(READ, **ALICE)


def test_a_refusal_without_a_word(server: ScriptedServer, client: Client) -> None:
    server.script(message(500, ""))
    with pytest.raises(Refused, match=rf"^{server.url}/? refused {READ}: status 500\.$"):
        client.call(READ, **ALICE)


def test_what_a_login_may_not_do_is_told_by_its_name(server: ScriptedServer, client: Client) -> None:
    """Only a denial says something about the login; other refusals are told as they are."""
    server.script(message(200, "OK"), message(403, "Access denied"), Reply({"OrganizationID": "acme"}))
    client.call(READ, **ALICE)
    with pytest.raises(Refused, match=rf"can call {TOP_LEVEL}, and admin belongs to tenant acme; .*: Access denied"):
        client.call(TOP_LEVEL)
    server.script(message(500, "No space left"))
    with pytest.raises(Refused, match=rf"refused {READ}: No space left \(status 500\)\.$"):
        client.call(READ, **ALICE)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", status=449, headers={"X-Comet-TOTP-Requested": "1"}),
        Reply({"Status": 449, "Message": "ERR_TOTP_REQUIRED"}, status=449),
        message(403, "Sorry: ERR_TOTP_REQUIRED"),
    ],
)
@pytest.mark.parametrize("method", [READ, WRITE])
def test_second_factor(server: ScriptedServer, client: Client, reply: Reply, method: str) -> None:
    server.script(reply)
    words = rf"^{server.url} asks for a second factor. Set totp_secret .* log in elsewhere and set session_key\.$"
    with pytest.raises(SecondFactorNeeded, match=words) as caught:
        client.call(method, **ALICE)
    path = {READ: READ_PATH, WRITE: WRITE_PATH}[method]
    told = caught.value.details()
    assert told.pop("status") in (403, 449)
    assert told == {"method": method, "path": path}


class TestLostCalls:
    def test_reading_is_repeated(self, server: ScriptedServer, client: Client) -> None:
        server.script(Reply(drop=True), Reply(b'{"a', cut=2), Reply(status=502), Reply({"a": 1}))
        assert client.call(READ, **ALICE) == {"a": 1}

    @pytest.mark.parametrize("reply", [Reply(drop=True), Reply(b"0123456789", cut=2), Reply(status=502)])
    def test_writing_never_is(self, server: ScriptedServer, client: Client, reply: Reply) -> None:
        server.script(reply)
        with pytest.raises(AnswerLost) as caught:
            client.call(WRITE, **ALICE)
        assert caught.value.details()["method"] == WRITE
        assert caught.value.details()["path"] == WRITE_PATH

    def test_an_unreachable_server(self, make_client: MakeClient, server: ScriptedServer) -> None:
        client = make_client()
        server.close()
        for method in (READ, WRITE):
            with pytest.raises(Unreachable, match=r"connection was refused") as caught:
                client.call(method, **ALICE)
            assert caught.value.details()["method"] == method
            assert caught.value.details()["unreachable"] is True


def test_the_repr_says_who_and_where(client: Client) -> None:
    assert client.settings.base in repr(client)
    assert "admin" in repr(client)
    assert PASSWORD not in repr(client)


def test_one_who_only_reads_shares_the_rest(server: ScriptedServer, make_client: MakeClient) -> None:
    server.script(message(200, "OK", SessionKey="key"), version("25.9.8"), message(200, "OK"), message(200, "OK"))
    client = make_client(TotpLogin("admin", PASSWORD, code="123456"))
    readers = [client.reading(), client.reading()]
    assert {reader.version() for reader in [*readers, client]} == {(25, 9, 8)}
    with pytest.raises(WriteRefused):
        readers[0].call(WRITE, **ALICE)
    readers[1].call(READ, **ALICE)
    client.call(WRITE, **ALICE)
    assert len({asked.connection for asked in server.asked}) == 1
    assert (client.calls.reads, client.calls.writes) == (2, 1)
