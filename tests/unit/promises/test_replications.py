# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication: two roles with targets of their own, targets without names, and how far the server has got."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import config, write_config
from ansible_collections.comet.backup.tests.unit.promises.behind_server import add_replicas, configured, is_second_site
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

MODULE = "comet_replication"
GET, SET = "AdminMetaServerConfigGet", "AdminMetaServerConfigSet"
MEMBERS = {"authentication": "AuthenticationRole", "storage": "StorageRole"}
QUEUED = {"authentication": 2, "storage": 1}
TARGET: Options = {"type": "comet", "remote_address": "https://second.example.com/"}

OWN = [step for step in STEPS if step.case.module == MODULE]
each_step = pytest.mark.parametrize("step", OWN, ids=[f"{step.case.title}-{step.name}" for step in OWN])
each_role = pytest.mark.parametrize("role", MEMBERS)


def second(role: str = "authentication", **more: Any) -> Options:
    return {"name": "Second site", "role": role, **TARGET, **more}


def without_second(server: EmulatedServer) -> Any:
    """The configuration without the target of the tasks."""
    found = config(server)
    assert found is not None
    for member in MEMBERS.values():
        found[member]["ReplicateTo"] = [one for one in found[member]["ReplicateTo"] if not is_second_site(one)]
    return found


@each_step
def test_all_else_in_the_configuration_stays_and_the_server_restarts_once(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    before, started = without_second(comet), comet.start_hash
    comet.forget_calls()
    assert all(len(before[member]["ReplicateTo"]) == 2 for member in MEMBERS.values())
    said = succeed(comet.task(MODULE, check=True, **step.options))
    done = succeed(comet.task(MODULE, **step.options))
    assert said["restarted"] is done["restarted"] is True
    assert comet.calls(writes=True) == [SET]
    assert comet.start_hash != started
    assert without_second(comet) == before
    again = succeed(comet.task(MODULE, **step.options))
    assert (again["changed"], again["restarted"]) == (False, False)


def test_each_role_has_targets_of_its_own(comet: EmulatedServer) -> None:
    for role in MEMBERS:
        assert succeed(comet.task(MODULE, **second(role)))[MODULE[6:]]["role"] == role
    shown = succeed(comet.task(f"{MODULE}_info", name="Second site"))["replications"]
    assert [(one["name"], one["role"]) for one in shown] == [("Second site", role) for role in MEMBERS]
    succeed(comet.task(MODULE, name="Second site", role="storage", state="absent"))
    found = {role: configured((member, "ReplicateTo"), is_second_site)(comet) for role, member in MEMBERS.items()}
    assert found["storage"] is None
    assert found["authentication"] is not None


@each_role
def test_a_target_without_a_name_is_known_by_its_address(comet: EmulatedServer, role: str) -> None:
    add_replicas(comet)
    address = {"name": "https://a.example.com/", "role": role}
    changed = succeed(comet.task(MODULE, **address, replica_deletion_strategy="none"))
    assert changed["diff"]["after"] == {"replica_deletion_strategy": "none"}
    assert changed["replication"]["name"] == "https://a.example.com/"
    shown = succeed(comet.task(f"{MODULE}_info", role=role))["replications"]
    assert [one["name"] for one in shown] == ["A", "https://a.example.com/"]
    succeed(comet.task(MODULE, **address, state="absent"))
    assert [one["Description"] for one in config(comet)[MEMBERS[role]]["ReplicateTo"]] == ["A"]  # type: ignore[index]


@each_role
@pytest.mark.parametrize("on", [True, False])
def test_a_role_that_is_off_is_warned_about(comet: EmulatedServer, role: str, on: bool) -> None:
    found = config(comet)
    assert found is not None
    write_config(comet, {**found, MEMBERS[role]: {**found[MEMBERS[role]], "RoleEnabled": on}})
    made = succeed(comet.task(MODULE, **second(role)))
    assert [
        f"the {role} role" in text and f"{role}_role.role_enabled" in text for text in made.get("warnings", ())
    ] == ([] if on else [True])
    again = succeed(comet.task(MODULE, **second(role)))
    assert (again["changed"], again.get("warnings", [])) == (False, [])


def test_how_far_the_server_has_got(comet: EmulatedServer) -> None:
    add_replicas(comet)
    comet.switch(replication_items_per_second=0.0)
    for name in ("alice", "bob"):
        comet.client.call("AdminAddUser", TargetUser=name, TargetPassword="correct horse")
    comet.client.call("AdminStorageRegisterBucket")
    comet.forget_calls()
    shown = succeed(comet.task(f"{MODULE}_info"))["replications"]
    assert comet.calls(writes=False) == ["AdminMetaServerConfigGet", "AdminReplicationState"]
    queued = {(one["name"], one["role"]): one["status"]["items_queued"] for one in shown}
    assert queued == {(name, role): count for name in ("A", "https://a.example.com/") for role, count in QUEUED.items()}
    assert {one["replication_password"] for one in shown} == {"<hidden>"}
    found = config(comet)
    assert found is not None
    write_config(comet, {**found, "StorageRole": {**found["StorageRole"], "RoleEnabled": False}})
    shown = succeed(comet.task(f"{MODULE}_info", role="storage"))["replications"]
    assert [one["status"] for one in shown] == [{}, {}]


def test_the_configuration_is_read_again_just_before_it_is_written(comet: EmulatedServer) -> None:
    """There is no lock; the window is as short as two calls."""
    turns = iter(range(10))

    def meanwhile() -> None:
        if next(turns) == 1:
            add_replicas(comet)

    def wrap(client: Client) -> Any:
        return Interrupted(client, {GET}, meanwhile, 10)

    succeed(comet.task(MODULE, wrap=wrap, **second()))
    held = config(comet)["AuthenticationRole"]["ReplicateTo"]  # type: ignore[index]
    assert [one["Description"] for one in held] == ["A", "", "Second site"]
    assert held[0]["FromTheFuture"] == 1


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"role": "authentication"}, ("name",)),
        ({"name": "x"}, ("role",)),
        ({"name": "x", "role": "console"}, ("role", "authentication, storage", "console")),
        ({"name": "", "role": "storage"}, ("name: must not be empty",)),
        ({"name": "x", "role": "storage"}, ("replication x", "type: a new replication needs one")),
        ({"name": "x", "role": "storage", "type": "comet"}, ("replication x", "remote_address", "needs one")),
        ({"name": "x", "role": "storage", "type": "commet"}, ("type", "commet", "did you mean comet?")),
        ({"name": "x", "role": "storage", "replica_deletion_strategy": "compleet"}, ("mean complete?",)),
    ],
)
def test_bad_input_is_one_clear_sentence_and_changes_nothing(
    comet: EmulatedServer, options: Options, wrong: tuple[str, ...]
) -> None:
    digest = comet.digest
    refused = comet.task(MODULE, **options)
    assert refused["failed"]
    assert all(part in refused["msg"] for part in wrong), refused["msg"]
    assert comet.digest == digest
