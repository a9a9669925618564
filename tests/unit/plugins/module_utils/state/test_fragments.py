# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fragments a change touches, and what writing them does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import AnswerLost, CometError, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._resources._server_config import SERVER_CONFIG
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state import _fragments, _plan
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

CONFIG: dict[str, Any] = {
    "Branding": {"ProductName": "A"},
    "Email": {"FromName": "A"},
    "AuthenticationRole": {"RoleEnabled": True, "RemoteStorage": [{"Description": "Local", "ID": "1"}]},
    "TrustXForwardedFor": False,
}
BRANDING = {"Branding": {"ProductName": "B"}}
EMAIL = {"Email": {"FromName": "B"}}
TEMPLATES = {"AuthenticationRole": {"RemoteStorage": [{"Description": "Local", "StorageLimitEnabled": True}]}}
ROLE = {"AuthenticationRole": {"PruneLogsAfterDays": 7}}
TRUST = {"TrustXForwardedFor": True}


def plan(patch: dict[str, Any], document: dict[str, Any] | None = None) -> _plan.Plan:
    return _plan.make_plan(
        "ServerConfigOptions", Found("", CONFIG if document is None else document), Wish(True, patch=patch), 0
    )


def client(version: str = "25.9.8", **replies: Any) -> Any:
    return ScriptedClient(replies, version)


@pytest.mark.parametrize(
    ("patch", "paths"),
    [
        (BRANDING, [("Branding",)]),
        ({**BRANDING, **EMAIL}, [("Branding",), ("Email",)]),
        (TEMPLATES, [("AuthenticationRole", "RemoteStorage")]),
        ({**BRANDING, **TEMPLATES}, [("Branding",), ("AuthenticationRole", "RemoteStorage")]),
        (TRUST, []),
        ({**TRUST, **BRANDING}, []),
        (ROLE, []),
        ({"AuthenticationRole": {**ROLE["AuthenticationRole"], **TEMPLATES["AuthenticationRole"]}}, []),
        ({}, []),
    ],
    ids=["one", "two", "deep", "deep and flat", "whole", "whole and one", "beside the deep", "around the deep", "none"],
)
def test_touched_fragments(patch: dict[str, Any], paths: list[tuple[str, ...]]) -> None:
    assert [part.path for part in _fragments.touched(SERVER_CONFIG, plan(patch), client())] == paths


def test_a_fragment_of_a_document_that_lacks_it() -> None:
    assert [part.path for part in _fragments.touched(SERVER_CONFIG, plan(TEMPLATES, {"New": 1}), client())] == [
        ("AuthenticationRole", "RemoteStorage")
    ]


@pytest.mark.parametrize(
    ("role", "known"), [({"RoleEnabled": True}, True), ({"RoleEnabled": False}, False), (None, False)]
)
def test_calls_of_a_role_that_is_off_may_be_refused(role: Any, known: bool) -> None:
    made = plan({"ConstellationRole": {"DeleteUnusedData": True}}, {**CONFIG, "ConstellationRole": role})
    assert bool(_fragments.touched(SERVER_CONFIG, made, client())) is known


def test_an_old_server_has_no_such_calls() -> None:
    assert _fragments.touched(SERVER_CONFIG, plan(EMAIL), client("22.6.2")) == ()
    assert _fragments.touched(SERVER_CONFIG, plan(EMAIL), client("22.12.1")) == ()
    assert _fragments.touched(SERVER_CONFIG, plan(EMAIL), client("22.12.2"))
    assert _fragments.would_restart(Server(client("22.6.2")), SERVER_CONFIG, plan(EMAIL), Wish(True))
    assert not _fragments.would_restart(Server(client("22.6.2")), SERVER_CONFIG, plan(BRANDING), Wish(True))


@pytest.mark.parametrize(("patch", "restarts"), [(BRANDING, False), (TRUST, True), ({}, False)])
def test_what_would_restart(patch: dict[str, Any], restarts: bool) -> None:
    assert _fragments.would_restart(Server(client()), SERVER_CONFIG, plan(patch), Wish(True)) is restarts


LISTENERS = replace(
    WEBHOOK,
    homes=(
        Home(
            path=("ListenAddresses",),
            reading=Call("AdminMetaServerConfigGet"),
            updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
        ),
    ),
)


@pytest.mark.parametrize(
    ("document", "present", "restarts"), [(None, True, True), ({}, False, True), ({}, True, False)]
)
def test_parts_of_the_whole_restart_with_it(document: dict[str, Any] | None, present: bool, restarts: bool) -> None:
    wish = Wish(present, id=":80")
    made = _plan.make_plan("HTTPConnectorOptions", Found(":80", document), wish, 0)
    assert _fragments.would_restart(Server(client()), LISTENERS, made, wish) is restarts


@pytest.mark.parametrize(("version", "restarts"), [("22.12.1", True), ("22.12.2", False)])
def test_what_follows_the_call_that_makes_a_part_counts(version: str, restarts: bool) -> None:
    calls = {"creating": Call("AdminNewsSubmit"), "updating": Call("AdminMetaEmailOptionsSet")}
    wish = Wish(True, id=":80", patch={"ListenAddress": ":80"})
    made = _plan.make_plan("HTTPConnectorOptions", Found(":80", None), wish, 0)
    assert _fragments.would_restart(Server(client(version)), replace(LISTENERS, **calls), made, wish) is restarts


def test_kinds_that_restart_nothing() -> None:
    tenant = _plan.make_plan("Organization", Found("1", {}), Wish(True, patch={"Name": "A"}), 0)
    assert not _fragments.would_restart(Server(client()), TENANT, tenant, Wish(True))


def parts(patch: dict[str, Any]) -> Any:
    return _fragments.touched(SERVER_CONFIG, plan(patch), client())


class TestWriting:
    def test_it_is_read_anew_and_set_bare(self) -> None:
        made = client(
            AdminMetaBrandingConfigGet={"Branding": {"ProductName": "A", "New": 1}}, AdminMetaBrandingConfigSet={}
        )
        assert not _fragments.write(made, SERVER_CONFIG, parts(BRANDING), Wish(True, patch=BRANDING))
        assert made.asked[-1] == ("AdminMetaBrandingConfigSet", {"BrandingConfig": {"ProductName": "B", "New": 1}})

    def test_one_that_somebody_else_has_set_is_left(self) -> None:
        made = client(AdminMetaBrandingConfigGet={"Branding": {"ProductName": "B"}})
        _fragments.write(made, SERVER_CONFIG, parts(BRANDING), Wish(True, patch=BRANDING))
        assert made.methods == ["AdminMetaBrandingConfigGet"]

    def test_a_list_inside_a_block(self) -> None:
        made = client(
            AdminMetaRemoteStorageVaultGet=[[{"Description": "Local", "ID": "1"}]], AdminMetaRemoteStorageVaultSet={}
        )
        _fragments.write(made, SERVER_CONFIG, parts(TEMPLATES), Wish(True, patch=TEMPLATES))
        wanted = [{"Description": "Local", "ID": "1", "StorageLimitEnabled": True}]
        assert made.asked[-1] == ("AdminMetaRemoteStorageVaultSet", {"RemoteStorageOptions": wanted})

    def test_it_notices_a_restart(self) -> None:
        made = client(AdminMetaEmailOptionsGet={})
        made.replies["AdminMetaEmailOptionsSet"] = [lambda **unused: made.info.update(ServerStartHash="start-9")]
        assert _fragments.write(made, SERVER_CONFIG, parts(EMAIL), Wish(True, patch=EMAIL))
        assert made.waited == []

    @pytest.mark.parametrize("restarting", [[], ["AdminMetaBrandingConfigSet"], ["AdminMetaEmailOptionsSet"]])
    def test_each_is_watched_for_itself(self, restarting: list[str]) -> None:
        made = client(AdminMetaEmailOptionsGet={}, AdminMetaBrandingConfigGet={"Branding": {}})
        for name in ("AdminMetaBrandingConfigSet", "AdminMetaEmailOptionsSet"):
            told = {"ServerStartHash": "start-9"} if name in restarting else {}
            made.replies[name] = [lambda told=told, **unused: made.info.update(told)]
        wanted = {**BRANDING, **EMAIL}
        assert _fragments.write(made, SERVER_CONFIG, parts(wanted), Wish(True, patch=wanted)) is bool(restarting)
        assert len(made.methods) == 4

    @pytest.mark.parametrize(("secrets", "written"), [("on_create", "old"), ("always", "new")])
    def test_secrets_are_written_when_the_task_says(self, secrets: str, written: str) -> None:
        patch = {"Email": {"FromName": "B", "SMTPPassword": "new"}}
        made = client(AdminMetaEmailOptionsGet={"SMTPPassword": "old"}, AdminMetaEmailOptionsSet={})
        _fragments.write(made, SERVER_CONFIG, parts(patch), Wish(True, patch=patch, secrets=secrets))
        [sent] = made.asked[-1][1].values()
        assert sent == {"FromName": "B", "SMTPPassword": written}

    @pytest.mark.parametrize(("exclusive", "others"), [(False, {"other": {}}), (True, {})])
    def test_others_go_when_the_task_says(self, exclusive: bool, others: dict[str, Any]) -> None:
        patch = {"WebhookOptions": {"ops": {"URL": "https://ops.example"}}}
        made = client(AdminMetaWebhookOptionsGet={"other": {}}, AdminMetaWebhookOptionsSet={})
        _fragments.write(made, SERVER_CONFIG, parts(patch), Wish(True, patch=patch, exclusive=exclusive))
        assert made.asked[-1][1] == {"WebhookOptions": {**others, **patch["WebhookOptions"]}}

    def test_it_waits_for_a_server_that_is_away(self) -> None:
        made = client(AdminMetaEmailOptionsGet={}, AdminMetaEmailOptionsSet={})
        before = made.version_info
        answers = iter([before, None, before])

        def version_info() -> Any:
            answer = next(answers)
            if answer is None:
                raise Unreachable("away")
            return answer()

        made.version_info = version_info
        wish = Wish(True, patch=EMAIL, restart_timeout=7)
        assert _fragments.write(made, SERVER_CONFIG, parts(EMAIL), wish)
        assert made.waited == [("start-1", 7.0)]


class TestRestart:
    def test_it_waits_after_success(self) -> None:
        made = client()
        with _fragments.Restart(made, 5):
            assert made.waited == []
        assert made.waited == [("start-1", 5.0)]

    def test_it_does_not_wait_after_a_refusal(self) -> None:
        made = client()
        with pytest.raises(CometError), _fragments.Restart(made, 5):
            raise CometError("no")
        assert made.waited == []

    def test_it_looks_for_a_while_after_a_lost_answer(self) -> None:
        made = client()
        with pytest.raises(AnswerLost), _fragments.Restart(made, 60):
            raise AnswerLost("lost")
        assert made.waited == [("start-1", _fragments.DOUBT)]

    def test_a_server_that_goes_away_after_a_lost_answer_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = client()
        waited: list[Any] = []

        def wait(*asked: Any) -> Any:
            waited.append(asked)
            monkeypatch.setattr(made, "version_info", away)
            raise CometError("it is not back")

        def away() -> Any:
            raise Unreachable("away")

        monkeypatch.setattr(made, "wait_for_restart", wait)
        with pytest.raises(AnswerLost), _fragments.Restart(made, 60):
            raise AnswerLost("lost")
        assert waited == [("start-1", _fragments.DOUBT), ("start-1", 60)]

    def test_no_restart_after_a_lost_answer_is_no_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = client()

        def wait(old_hash: str, timeout: float) -> Any:
            raise CometError("it still runs as before")

        monkeypatch.setattr(made, "wait_for_restart", wait)
        with pytest.raises(AnswerLost), _fragments.Restart(made, 60):
            raise AnswerLost("lost")
