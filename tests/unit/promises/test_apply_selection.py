# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_apply on a part of a tree: what is chosen, what somebody else owns, and what a person sees meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._module._door import run_here
from ansible_collections.comet.backup.plugins.module_utils._module import _progress
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._connection import connect
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

Tree = dict[str, Any]
PASSWORD = "a-long-secret-1"


def user(name: str, **options: Any) -> Tree:
    return {"name": name, "password": PASSWORD, **options}


def fleet(**alice: Any) -> Tree:
    return {
        "tenants": [
            {
                "name": "ACME",
                "policies": [{"name": "Gold", "settings": {"prevent_delete_storage_vault": True}}],
                "users": [user("alice", policy="Gold", emails=["a@acme.example"], **alice), user("svc-1")],
            },
            {"name": "Beta", "users": [user("carol")]},
        ]
    }


def told(result: Any) -> list[str]:
    assert not result.get("failed"), result["msg"]
    return sorted(f"{one['outcome']} {one['kind']} {one['tenant']}/{one['name']}" for one in result["objects"])


def test_one_tenant_of_many_is_applied(comet: EmulatedServer) -> None:
    done = comet.task("comet_apply", objects=fleet(), only=[{"tenant": "Beta"}])
    assert told(done) == ["created tenant /Beta", "created user Beta/carol"]
    assert done["counts"]["unchanged"] == 0
    rest = comet.task("comet_apply", objects=fleet(), skip=[{"kind": "user", "name": "svc-*"}])
    assert "created user ACME/svc-1" not in told(rest)
    assert rest["counts"]["unchanged"] == 2


def test_what_is_chosen_may_need_what_is_not(comet: EmulatedServer) -> None:
    comet.task("comet_apply", objects=fleet())
    done = comet.task("comet_apply", objects=fleet(suspended=True), only=[{"name": "alice"}])
    assert told(done) == ["changed user ACME/alice"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"only": [{"tenant": "Betta"}]}, "only: nothing in the tree is chosen"),
        ({"skip": [{"kind": "users"}]}, "skip[0].kind: a tree holds no users; did you mean user?"),
        ({"ignore": [{"kind": "user", "members": ["mails"]}]}, "mails is no member of user; did you mean emails?"),
        ({"protect": [{}]}, "protect[0]: says neither kind nor name nor tenant"),
        ({"prune": ["users"]}, "value of prune must be one or more of: admin_user, bucket"),
    ],
)
def test_a_selector_that_cannot_be_meant_stops_everything(comet: EmulatedServer, options: Tree, complaint: str) -> None:
    digest = comet.digest
    refused = comet.task("comet_apply", objects=fleet(), **options)
    assert refused["failed"]
    assert complaint in refused["msg"]
    assert comet.digest == digest


def test_what_somebody_else_owns_is_left_alone(comet: EmulatedServer) -> None:
    ignore = [
        {"kind": "user", "members": ["emails", "PolicyID"]},
        {"kind": "policy", "tenant": "ACME", "members": ["settings.prevent_delete_storage_vault"]},
        {"name": "svc-*"},
    ]
    made = comet.task("comet_apply", objects=fleet(), ignore=ignore)
    assert "created user ACME/svc-1" not in told(made)
    (alice,) = comet.task("comet_user_info", name="alice")["users"]
    assert (alice["emails"], alice["policy"]) == ([], "")
    (gold,) = comet.task("comet_policy_info", tenant="ACME")["policies"]
    assert not gold["settings"].get("prevent_delete_storage_vault")
    comet.task("comet_user", name="alice", emails=["by@hand.example"])
    again = comet.task("comet_apply", objects=fleet(), ignore=ignore)
    assert (told(again), again.get("warnings")) == ([], None)
    # Without it the tree counts again.
    assert told(comet.task("comet_apply", objects=fleet())) == [
        "changed policy ACME/Gold",
        "changed user ACME/alice",
        "created user ACME/svc-1",
    ]


def test_a_selector_that_fits_nothing_is_told(comet: EmulatedServer) -> None:
    only, skip = [{"tenant": "ACME"}, {"tenant": "ACNE"}], [{"name": "nobody"}]
    done = comet.task("comet_apply", objects=fleet(), only=only, skip=skip)
    assert done["warnings"] == [f"{where}: no object fits this selector" for where in ("only[1]", "skip[0]")]


@pytest.mark.parametrize("progress", [True, False])
def test_a_person_sees_how_far_it_is_and_no_values(
    comet: EmulatedServer, monkeypatch: pytest.MonkeyPatch, progress: bool
) -> None:
    monkeypatch.setattr(_progress, "QUIET", 0)
    monkeypatch.setattr(_progress, "PAUSE", 0)
    lines: list[str] = []
    servers: list[Server] = []

    def server_for(params: Mapping[str, Any]) -> Server:
        servers.append(Server(connect(params, False)))
        servers[0].tell, servers[0].terminal = lines.append, True
        return servers[0]

    options = {**comet.login, "objects": fleet(), "progress": progress}
    result = run_here(TASKS["comet_apply"], options, server_for)
    servers[0].client.close()
    assert result["counts"]["created"] == 6
    assert [line.split(" ", 1)[0] for line in lines] == ([f"{done}/6" for done in range(1, 7)] if progress else [])
    assert not any(word in line for line in lines for word in ("alice", "ACME", "Gold", PASSWORD))
