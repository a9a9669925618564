# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that calls any method."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import BadAnswer, BadParameter
from ansible_collections.comet.backup.plugins.module_utils._api._objects import Objects
from ansible_collections.comet.backup.plugins.module_utils._module._call import CallTask
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.scripted_client import ScriptedClient

TASK = CallTask()


def run(method: str, answer: Any, params: dict[str, Any] | None = None, return_secrets: bool = False) -> dict[str, Any]:
    server = Server(ScriptedClient({method: [answer]}))  # type: ignore[arg-type]
    return TASK.run(server, {"method": method, "params": params or {}, "return_secrets": return_secrets})


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (b"plain text", "plain text"),
        ("käse".encode(), "käse"),
        (b"\xff\x00\x01", base64.b64encode(b"\xff\x00\x01").decode()),
        (b"", ""),
    ],
)
@pytest.mark.parametrize("return_secrets", [True, False])
def test_bytes(answer: bytes, shown: str, return_secrets: bool) -> None:
    assert run("AdminMetaResourceGet", answer, {"Hash": "x"}, return_secrets)["response"] == shown


@pytest.mark.parametrize("return_secrets", [True, False])
def test_a_large_answer(return_secrets: bool) -> None:
    """A mapping that decodes objects one by one becomes a dictionary, which Ansible can send as a result."""
    users = {"alice": {"Username": "alice", "PasswordHash": "canary"}, "bob": {"Username": "bob"}}
    answer = Objects(json.dumps(users).encode(), lambda: BadAnswer("no map"))
    response = run("AdminListUsersFull", answer, return_secrets=return_secrets)["response"]
    assert isinstance(response, dict)
    assert ("canary" in str(response)) is return_secrets
    assert response["bob"] == users["bob"]


def test_null_parameters_are_left_out() -> None:
    assert run("AdminMetaReadAllLogs", b"x", {"Nothing": None})["response"] == "x"


@pytest.mark.parametrize(
    ("method", "params", "found"),
    [
        ("AdminResetUserPassword", {"TargetUser": "a", "NewPassword": "one", "OldPassword": "two"}, {"one", "two"}),
        ("AdminSetUserProfile", {"ProfileData": {"PasswordHash": "three", "AccountName": "x"}}, {"three"}),
        ("AdminMetaWebhookOptionsSet", {"WebhookOptions": {"o": {"CustomHeaders": {"A": "four"}}}}, {"four"}),
        ("AdminListUsers", {"Unknown": "five"}, set()),
        ("AdminResetUserPassword", {"NewPassword": 7}, set()),
    ],
)
def test_secret_parameters_are_known(method: str, params: dict[str, Any], found: set[str]) -> None:
    assert TASK.secrets({"method": method, "params": params}) == found


@pytest.mark.parametrize(
    ("method", "near"),
    [("AdminListUser", "did you mean AdminListUsers?"), ("admin/list-user", "no method admin/list-user")],
)
def test_unknown_methods(method: str, near: str) -> None:
    with pytest.raises(BadParameter) as caught:
        TASK.secrets({"method": method, "params": {}})
    assert near in caught.value.message


def asked(method: str, **options: Any) -> dict[str, Any]:
    """The parameters that the method is called with."""
    client = ScriptedClient({method: {}})
    TASK.run(Server(client), {"method": method, "params": {}, "return_secrets": False, **options})  # type: ignore[arg-type]
    return client.asked[0][1]


def test_numbers_and_truth_that_templates_made_text() -> None:
    params = {"TargetUser": "7", "TargetPassword": "correct horse", "StoreRecoveryCode": "1"}
    assert asked("AdminAddUser", params=params) == {**params, "StoreRecoveryCode": 1}
    assert asked("AdminMetaStats", params={"Simple": "True"}) == {"Simple": True}


@pytest.mark.parametrize(
    ("method", "params"),
    [("AdminAddUser", {"StoreRecoveryCode": "often"}), ("AdminMetaStats", {"Simple": "perhaps"})],
)
def test_text_that_is_neither(method: str, params: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match=f"params.{next(iter(params))} is not"):
        asked(method, params=params)


def test_a_file_to_send(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG")
    assert asked("AdminMetaResourceNew", upload=str(logo)) == {"upload": b"\x89PNG"}
    with pytest.raises(InvalidOption, match=r"upload: .*missing\.png cannot be read: No such file"):
        asked("AdminMetaResourceNew", upload=str(tmp_path / "missing.png"))
