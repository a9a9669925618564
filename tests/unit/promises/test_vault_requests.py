# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage vaults that the server makes: none is requested twice, and none is taken away from another task."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._resources import _storage_vault
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind_users import (
    add_storage,
    set_up_vault,
    vault,
    vault_id,
    vaults_of,
)
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

MODULE = "comet_storage_vault"
REQUEST, WRITE = "AdminRequestStorageVault", "AdminSetUserProfileHash"
ADDRESS = "https://backup.example.com/"
BY_REQUEST: Options = {"user": "alice", "name": "Main", "storage_template": "Local", "self_address": ADDRESS}
AT_A_PLACE: Options = {"user": "alice", "name": "Main", "type": "local", "localcopy_path": "/srv/alice"}
storage = pytest.mark.usefixtures("stored")


@pytest.fixture
def stored(comet: EmulatedServer) -> None:
    add_storage(comet)
    comet.forget_calls()


def names(server: EmulatedServer, name: str = "alice") -> list[str]:
    return sorted(one["Description"] for one in vaults_of(server, name).values())


def key_of_template(comet: EmulatedServer, name: str) -> str:
    providers = comet.client.call("AdminRequestStorageVaultProviders")
    return str(next(key for key, one in providers.items() if one == name))


def requests(server: EmulatedServer) -> list[Options]:
    """The parameters of the requests that reached the server."""
    return [one["params"] for one in server.control("GET", "calls")["calls"] if one["method"] == REQUEST]


class Killed(BaseException):
    """The end of a run in the middle of it."""


def before(method: str, meanwhile: Callable[[], Any]) -> Callable[[Client], Any]:
    """Something that happens just before the first call of a method."""
    return lambda client: Interrupted(client, {method}, meanwhile, 1)


def kill() -> None:
    raise Killed


def leave_unnamed(comet: EmulatedServer, **options: Any) -> None:
    """A run that ends between the request and the name."""
    with pytest.raises(Killed):
        comet.task(MODULE, wrap=before(WRITE, kill), **{**BY_REQUEST, **options})
    assert "Local" in names(comet)
    comet.forget_calls()


# Never requested twice


@storage
def test_one_request_and_a_name(comet: EmulatedServer) -> None:
    made = succeed(comet.task(MODULE, **BY_REQUEST))
    assert made["diff"]["after"] == {"name": "Main", "storage_template": "Local", "self_address": ADDRESS}
    assert comet.calls(writes=True) == [REQUEST, WRITE]
    assert made["storage_vault"]["id"] == vault_id(comet, "Main")
    assert (vault("Main")(comet) or {})["CometServer"] == ADDRESS
    assert names(comet) == ["Main", "Second vault"]


@storage
@pytest.mark.parametrize("version", ["25.9.8", "25.6.8", "25.6.7", "22.6.2"])
def test_the_profile_is_not_to_change_before_the_request(comet: EmulatedServer, version: str) -> None:
    """The request bears the hash, which servers know since 25.6.8; older ones pay no attention to it."""
    comet.switch(version=version)
    meanwhile = before(REQUEST, lambda: comet.change_profile("alice", AccountName="Alice"))
    succeed(comet.task(MODULE, wrap=meanwhile, **BY_REQUEST))
    assert len(requests(comet)) == (2 if version in ("25.9.8", "25.6.8") else 1)
    assert names(comet) == ["Main", "Second vault"]
    assert succeed(comet.task(MODULE, **BY_REQUEST))["changed"] is False


@storage
@pytest.mark.parametrize("version", ["25.9.8", "22.6.2"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "http_502", "truncate"])
@pytest.mark.parametrize("name", ["Main", "Local"])
def test_a_lost_answer_makes_no_second_vault(comet: EmulatedServer, kind: str, name: str, version: str) -> None:
    comet.switch(version=version)
    comet.fault(kind, path=_model.method(REQUEST).path)
    result = succeed(comet.task(MODULE, **{**BY_REQUEST, "name": name}))
    assert (result["changed"], result["msg"]) == (True, f"storage vault {name} of user alice created")
    assert names(comet) == sorted([name, "Second vault"])
    assert len(requests(comet)) == 1
    assert succeed(comet.task(MODULE, **{**BY_REQUEST, "name": name}))["changed"] is False


@storage
@pytest.mark.parametrize("kind", ["late", "http_504"])
@pytest.mark.parametrize("version", ["25.9.8", "22.6.2"])
def test_a_request_that_may_come_late_makes_no_second_vault(comet: EmulatedServer, kind: str, version: str) -> None:
    """Where the request does not count by its hash, it is not sent again before it is known to be lost."""
    comet.switch(version=version)
    comet.fault(kind, path=_model.method(REQUEST).path)
    first = comet.task(MODULE, **BY_REQUEST)
    assert bool(first.get("failed")) is (version == "22.6.2")
    assert "was not sent again" in first["msg"] or succeed(first)["changed"]
    comet.await_late()
    succeed(comet.task(MODULE, **BY_REQUEST))
    assert names(comet) == ["Main", "Second vault"]
    assert succeed(comet.task(MODULE, **BY_REQUEST))["changed"] is False


@storage
@pytest.mark.parametrize("given", ["Local", "its ID"])
def test_an_interrupted_run_is_finished_by_the_next(comet: EmulatedServer, given: str) -> None:
    template = key_of_template(comet, "Local") if given == "its ID" else given
    leave_unnamed(comet)
    said = succeed(comet.task(MODULE, check=True, **{**BY_REQUEST, "storage_template": template}))
    done = succeed(comet.task(MODULE, **{**BY_REQUEST, "storage_template": template}))
    assert said["diff"] == done["diff"] == {"before": {"name": "Local"}, "after": {"name": "Main"}}
    assert comet.calls(writes=True) == [WRITE]
    assert names(comet) == ["Main", "Second vault"]


@storage
def test_several_interrupted_runs_are_finished_one_by_one(comet: EmulatedServer) -> None:
    leave_unnamed(comet)
    key = vault_id(comet, "Local")
    comet.client.call(REQUEST, TargetUser="alice", StorageProvider=key_of_template(comet, "Local"))
    comet.forget_calls()
    for name in ("Main", "Other"):
        succeed(comet.task(MODULE, **{**BY_REQUEST, "name": name}))
    assert requests(comet) == []
    assert names(comet) == ["Main", "Other", "Second vault"]
    assert key in vaults_of(comet, "alice")


@storage
@pytest.mark.parametrize("used", [False, True])
def test_a_vault_named_like_its_template_is_nobody_elses(comet: EmulatedServer, used: bool) -> None:
    """It was finished, or a device uses it: the next vault from the same template is another one."""
    succeed(comet.task(MODULE, **{**BY_REQUEST, "name": "Local"}))
    if used:
        set_up_vault("Local")(comet)
    succeed(comet.task(MODULE, **BY_REQUEST))
    assert names(comet) == ["Local", "Main", "Second vault"]
    comet.forget_calls()
    for name in ("Local", "Main"):
        assert succeed(comet.task(MODULE, **{**BY_REQUEST, "name": name}))["changed"] is False
    assert comet.calls(writes=True) == []


@storage
def test_a_vault_with_a_schedule_is_not_waiting_for_a_name(comet: EmulatedServer) -> None:
    leave_unnamed(comet)
    comet.change_profile("alice", BackupRules={"r": {"Destination": vault_id(comet, "Local")}})
    succeed(comet.task(MODULE, **BY_REQUEST))
    assert names(comet) == ["Local", "Main", "Second vault"]


@storage
def test_one_for_a_device_is_not_taken_for_one_without(comet: EmulatedServer) -> None:
    leave_unnamed(comet, device="Laptop")
    succeed(comet.task(MODULE, **BY_REQUEST))
    assert names(comet) == ["Local", "Main", "Second vault"]
    made = succeed(comet.task(MODULE, **{**BY_REQUEST, "name": "Mine", "device": "laptop"}))
    assert made["storage_vault"]["associated_devices"] == ["laptop"]
    assert names(comet) == ["Main", "Mine", "Second vault"]


@storage
def test_a_vault_that_another_run_is_about_to_name_is_left_to_it(
    comet: EmulatedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unnamed(comet)
    key = vault_id(comet, "Local")

    def name_it(seconds: float) -> None:
        """What the other run does while this one waits."""
        if seconds == _storage_vault.PATIENCE:
            comet.change_profile("alice", Destinations={key: {"Description": "Theirs", "ModifyTime": 2**33}})

    monkeypatch.setattr("time.sleep", name_it)
    made = succeed(comet.task(MODULE, **BY_REQUEST))
    assert names(comet) == ["Main", "Second vault", "Theirs"]
    assert made["storage_vault"]["id"] != key
    assert len(requests(comet)) == 1


@storage
@pytest.mark.parametrize("version", ["25.9.8", "25.6.7"])
def test_vaults_that_are_added_at_the_same_moment(
    comet: EmulatedServer, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    comet.switch(version=version)
    monkeypatch.setattr(_storage_vault, "PATIENCE", 0.5)
    wanted = [{**BY_REQUEST, "name": f"Vault {number}"} for number in range(3)]
    wanted += [{**AT_A_PLACE, "name": f"Vault {number}"} for number in range(3, 5)]
    results: list[Any] = []
    runs = [threading.Thread(target=lambda one=one: results.append(comet.task(MODULE, **one))) for one in wanted]
    for run in runs:
        run.start()
    for run in runs:
        run.join(30)
    for result in results:
        succeed(result)
    assert len(results) == 5
    assert names(comet) == ["Second vault", *(f"Vault {number}" for number in range(5))]
    assert not any(comet.task(MODULE, **one)["changed"] for one in wanted)
