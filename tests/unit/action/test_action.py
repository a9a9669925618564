# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process door: when it is taken, and what is kept between the items of a loop."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.plugins.action.normal import ActionModule as NormalAction

from ansible_collections.comet.backup.plugins.module_utils._module._door import validator
from ansible_collections.comet.backup.plugins.action import comet_apply
from ansible_collections.comet.backup.plugins.action import comet_user as door
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._glances import glance_of
from ansible_collections.comet.backup.plugins.module_utils._state._server import FEW
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer

PROCESS = {"through": "a module process"}


class Templar:
    """Takes templates literally."""

    def template(self, variable: Any) -> Any:
        return variable


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Starting a module process is only noted."""
    monkeypatch.setattr(NormalAction, "run", lambda self, tmp=None, task_vars=None: PROCESS)
    yield
    for server in door._servers.values():
        server.client.close()
    door._servers.clear()


def action(
    name: str = "comet.backup.comet_user",
    options: dict[str, Any] | None = None,
    transport: str = "local",
    become: bool = False,
    check: bool = False,
    async_val: int = 0,
    environment: Any = None,
    no_log: bool = False,
) -> door.ActionModule:
    task = SimpleNamespace(action=name, args=options or {}, check_mode=check, diff=False, no_log=no_log)
    task.async_val, task.environment = async_val, environment
    play = SimpleNamespace(become=become, check_mode=check)
    return door.ActionModule(task, SimpleNamespace(transport=transport), play, None, Templar(), None)


def in_process(made: door.ActionModule, task_vars: dict[str, Any] | None = None) -> bool:
    return made.run(task_vars=task_vars) is not PROCESS


@pytest.mark.parametrize("name", [*TASKS, *(f"comet.backup.{name}" for name in TASKS)])
def test_every_module_has_the_door(name: str) -> None:
    assert in_process(action(name))


@pytest.mark.parametrize("name", TASKS)
def test_every_module_has_an_action_plugin(name: str) -> None:
    plugin = __import__(f"ansible_collections.comet.backup.plugins.action.{name}", fromlist=["ActionModule"])
    assert plugin.ActionModule is door.ActionModule


def test_the_workers_of_comet_apply_find_ready_what_each_of_them_needs(comet: EmulatedServer) -> None:
    def made() -> tuple[int, int]:
        return validator.cache_info().misses, glance_of.cache_info().misses

    validator.cache_clear()
    glance_of.cache_clear()
    importlib.reload(comet_apply)
    assert made() == (1, 2)
    users = [{"name": f"user{number}", "password": "a long password"} for number in range(FEW + 1)]
    tree = {"server": {"policies": [{"name": "Standard"}], "users": users}}
    options = {"url": comet.url, **comet.login, "objects": tree}
    for outcome in ("created", "unchanged"):
        assert action("comet_apply", options).run()["counts"][outcome] == FEW + 2
    assert made() == (1, 2)


@pytest.mark.parametrize(
    ("settings", "task_vars", "taken"),
    [
        ({}, None, True),
        ({}, {"comet_execution": "auto"}, True),
        ({}, {"comet_execution": "module"}, False),
        ({"transport": "ansible.builtin.local"}, {}, True),
        ({"transport": "ssh"}, {}, False),
        ({"transport": "ssh"}, {"comet_execution": "auto"}, False),
        ({"become": True}, {}, False),
        ({"async_val": 60}, {}, False),
        ({"environment": [{}]}, {}, True),
        ({"environment": []}, {}, True),
        ({"environment": [{}, {"HTTPS_PROXY": "http://proxy"}]}, {}, False),
        ({"check": True}, {}, True),
        ({"name": "comet.backup.comet_future"}, {}, False),
    ],
)
def test_when_it_is_taken(settings: dict[str, Any], task_vars: dict[str, Any] | None, taken: bool) -> None:
    assert in_process(action(**settings), task_vars) is taken


@pytest.mark.parametrize("execution", ["auto", "module"])
@pytest.mark.parametrize("no_log", [False, True])
def test_warnings_are_hidden_where_nothing_is_to_be_logged(
    execution: str, no_log: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warn(*given: Any, **more: Any) -> dict[str, Any]:
        return {"changed": False, "warnings": ["policy: there is no policy Gold yet"]}

    monkeypatch.setattr(door, "run_here", warn)
    monkeypatch.setattr(NormalAction, "run", warn)
    result = action(no_log=no_log).run(task_vars={"comet_execution": execution})
    assert ("warnings" in result) is not no_log


@pytest.fixture
def comet(emulator: EmulatedServer) -> EmulatedServer:
    emulator.reset()
    return emulator


def item(comet: EmulatedServer, name: str, check: bool = False, **more: Any) -> dict[str, Any]:
    options = {**comet.login, "name": name, "user_password": "correct horse", **more}
    return action(options=options, check=check).run()


def test_items_of_a_loop_share_a_client_and_then_a_list(comet: EmulatedServer) -> None:
    names = [f"user-{number}" for number in range(FEW + 3)]
    for name in names:
        assert item(comet, name)["changed"] is True
    door._servers.clear()
    comet.forget_calls()
    for name in names:
        assert item(comet, name)["changed"] is False
    assert len(door._servers) == 1
    assert comet.calls(writes=False) == ["AdminGetUserProfileAndHash"] * FEW + ["AdminListUsersFull"]


def test_a_change_in_a_loop_reads_its_own_object_under_the_lock(comet: EmulatedServer) -> None:
    for name in ("a", "b", "c"):
        item(comet, name)
    door._servers.clear()
    item(comet, "a")
    item(comet, "b")
    comet.change_profile("c", MaximumDevices=7)
    result = item(comet, "c", account_name="C")
    assert result["changed"] is True
    assert result["user"]["maximum_devices"] == 7
    assert comet.client.call("AdminGetUserProfile", TargetUser="c")["MaximumDevices"] == 7


def test_an_item_sees_what_an_earlier_one_made(comet: EmulatedServer) -> None:
    for _turn in range(2):
        assert [item(comet, name)["changed"] for name in ("a", "b", "c", "b", "a")] == [True] * 3 + [False] * 2
        for name in ("a", "b", "c"):
            assert item(comet, name, state="absent", confirm_data_loss=True)["changed"] is True


def test_check_mode_has_a_client_of_its_own(comet: EmulatedServer) -> None:
    assert item(comet, "a", check=True)["changed"] is True
    assert comet.client.call("AdminListUsers") == []
    assert item(comet, "a")["changed"] is True
    assert item(comet, "a", check=True)["changed"] is False
    assert {server.check_mode for server in door._servers.values()} == {True, False}


def test_other_logins_have_clients_of_their_own(comet: EmulatedServer) -> None:
    item(comet, "a")
    assert item(comet, "b", password="wrong-password")["failed"]
    assert item(comet, "b")["changed"] is True
    assert len(door._servers) == 2


def test_warnings_belong_to_their_item(comet: EmulatedServer) -> None:
    assert item(comet, "a", check=True, policy="Gold")["warnings"]
    assert "warnings" not in item(comet, "b", check=True)


def test_what_an_earlier_item_failed_on_does_not_matter(comet: EmulatedServer) -> None:
    assert item(comet, "a", policy="Gold")["failed"]
    comet.client.call("AdminPoliciesSet", PolicyID="gold", Policy={"Description": "Gold"})
    result = item(comet, "a", policy="Gold")
    assert result.get("changed") is True, result["msg"]


def test_values_that_ansible_has_tagged(comet: EmulatedServer) -> None:
    """Values of a playbook are subclasses of the plain types, which remember where they come from."""

    class Text(str):
        __slots__ = ()

    class Number(float):
        __slots__ = ()

    result = item(comet, Text("alice"), account_name=Text("A"), extra={Text("New"): [Number(2.5), Text("x")]})
    assert result.get("changed") is True, result["msg"]
    assert comet.client.call("AdminGetUserProfile", TargetUser="alice")["New"] == [2.5, "x"]
