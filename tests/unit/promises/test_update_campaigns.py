# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The update campaign: what runs is left alone, what is started is what the task says, and what is stopped stays so."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_server import campaign
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

MODULE, INFO, START = "comet_update_campaign", "comet_update_campaign_info", "AdminUpdateCampaignStart"
PILOTS = {"rule_field": "UserProfileConfig.Username", "rule_operator": "str_startswith", "rule_value": "pilot-"}
RUNNING = {"active": True, "upgrade_older": True, "apply_device_filter": True, "device_filter": PILOTS}
OLD, NEW = "24.12.2", "25.9.8"


class Forgetful:
    """A client of a server that remembers nothing of a campaign which does not run."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        answer = self._client.call(method_name, **parameters)
        return {} if method_name == "AdminUpdateCampaignStatus" and not answer["Active"] else answer


class Watched:
    """A client that notes what campaigns are started with."""

    def __init__(self, client: Client, started: list[dict[str, Any]]) -> None:
        self._client, self._started = client, started

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        self._started += [parameters["Options"]] if method_name == START else []
        return self._client.call(method_name, **parameters)


def options_of(server: EmulatedServer) -> dict[str, Any]:
    """What the server holds of the campaign that is switched on, and whether it runs."""
    document = campaign(server) or {}
    return {name: value for name, value in document.items() if value is True}


def test_a_campaign_is_what_the_task_says_and_no_more(comet: EmulatedServer) -> None:
    """What was switched on in one that was stopped is not taken over."""
    succeed(comet.task(MODULE, **RUNNING, downgrade_newer=True))
    succeed(comet.task(MODULE, active=False))
    result = succeed(comet.task(MODULE, active=True, reinstall_current_ver=True))
    assert options_of(comet) == {"Active": True, "ReinstallCurrentVer": True}
    assert result["diff"]["before"]["downgrade_newer"] is True
    assert result["diff"]["after"]["downgrade_newer"] is False
    assert not any((campaign(comet) or {})["DeviceFilter"].values())


def test_what_the_task_does_not_name_stays_in_a_campaign_that_runs(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **RUNNING))
    succeed(comet.task(MODULE, active=True, downgrade_newer=True))
    assert options_of(comet) == dict.fromkeys(("Active", "UpgradeOlder", "ApplyDeviceFilter", "DowngradeNewer"), True)
    assert (campaign(comet) or {})["DeviceFilter"]["RuleValue"] == "pilot-"


def test_a_filter_is_replaced_as_a_whole(comet: EmulatedServer) -> None:
    several = {"clause_type": "or", "clause_children": [PILOTS, {**PILOTS, "rule_value": "test-"}]}
    succeed(comet.task(MODULE, **{**RUNNING, "device_filter": several}))
    succeed(comet.task(MODULE, **RUNNING))
    held = (campaign(comet) or {})["DeviceFilter"]
    assert (held["ClauseType"], held.get("ClauseChildren") or []) == ("", [])
    assert (held["RuleField"], held["RuleOperator"], held["RuleValue"]) == tuple(PILOTS.values())


@pytest.mark.parametrize("wrap", [None, Forgetful], ids=["remembers", "forgets"])
def test_a_stopped_campaign_stays_stopped(comet: EmulatedServer, wrap: Any) -> None:
    """Whatever else the task says, and whatever the server remembers."""
    assert succeed(comet.task(MODULE, wrap=wrap, **{**RUNNING, "active": False}))["changed"] is False
    assert succeed(comet.task(MODULE, wrap=wrap, **RUNNING))["changed"] is True
    for check in (True, False):
        result = succeed(comet.task(MODULE, check=check, wrap=wrap, active=False, upgrade_older=False))
        assert (result["changed"], result["diff"]) == (True, {"before": {"active": True}, "after": {"active": False}})
    assert (campaign(comet) or {})["UpgradeOlder"] is True
    comet.forget_calls()
    assert succeed(comet.task(MODULE, wrap=wrap, **{**RUNNING, "active": False}))["changed"] is False
    assert comet.calls(writes=True) == []
    assert succeed(comet.task(MODULE, wrap=wrap, **RUNNING))["changed"] is True
    assert succeed(comet.task(MODULE, wrap=wrap, **RUNNING))["changed"] is False


def test_a_campaign_that_runs_is_not_started_again(comet: EmulatedServer) -> None:
    """A start would forget how far each device is."""
    succeed(comet.task(MODULE, **RUNNING))
    began = (campaign(comet) or {})["StartTime"]
    comet.control("POST", "clock", {"advance": 60})
    assert succeed(comet.task(MODULE, **RUNNING))["changed"] is False
    assert (campaign(comet) or {})["StartTime"] == began


def test_a_campaign_for_an_older_version_is_started_anew(comet: EmulatedServer) -> None:
    comet.switch(version=OLD)
    succeed(comet.task(MODULE, **RUNNING, target_version=OLD))
    assert (campaign(comet) or {})["TargetVersion"] == OLD
    comet.switch(version=NEW)
    comet.forget_calls()
    assert succeed(comet.task(MODULE, **RUNNING))["changed"] is False
    for check in (True, False):
        result = succeed(comet.task(MODULE, check=check, **RUNNING, target_version=f"{NEW}-beta"))
        assert result["diff"] == {"before": {"target_version": OLD}, "after": {"target_version": NEW}}
        assert result["update_campaign"]["upgrade_older"] is True
    assert comet.calls(writes=True) == [START]
    assert (campaign(comet) or {})["TargetVersion"] == NEW
    assert succeed(comet.task(MODULE, **RUNNING, target_version=NEW))["changed"] is False


def test_another_version_and_other_options_are_one_start(comet: EmulatedServer) -> None:
    comet.switch(version=OLD)
    succeed(comet.task(MODULE, **RUNNING))
    comet.switch(version=NEW)
    started: list[dict[str, Any]] = []
    wish = {**RUNNING, "downgrade_newer": True, "target_version": NEW}
    result = succeed(comet.task(MODULE, wrap=lambda client: Watched(client, started), **wish))
    assert result["diff"]["after"] == {"downgrade_newer": True, "target_version": NEW}
    assert len(started) == 1
    assert succeed(comet.task(MODULE, **wish))["changed"] is False


@pytest.mark.parametrize("version", ["", NEW])
def test_what_the_server_says_about_the_course_is_not_sent_back(comet: EmulatedServer, version: str) -> None:
    comet.switch(version=OLD)
    succeed(comet.task(MODULE, **RUNNING, extra={"FromTheFuture": 1}))
    comet.switch(version=NEW)
    started: list[dict[str, Any]] = []
    wish = {"target_version": version} if version else {"upgrade_older": False}
    succeed(comet.task(MODULE, wrap=lambda client: Watched(client, started), active=True, **wish))
    (options,) = started
    assert not {"StartTime", "TargetVersion", "Devices"} & set(options)
    assert (options["FromTheFuture"], options["ApplyDeviceFilter"]) == (1, True)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_start_for_another_version_is_looked_after(comet: EmulatedServer, kind: str) -> None:
    comet.switch(version=OLD)
    succeed(comet.task(MODULE, **RUNNING))
    comet.switch(version=NEW)
    comet.forget_calls()
    comet.fault(kind, path="update-campaign/start")
    assert succeed(comet.task(MODULE, **RUNNING, target_version=NEW))["changed"] is True
    assert comet.calls(writes=True) == [START]
    assert (campaign(comet) or {})["TargetVersion"] == NEW


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"active": True, "target_version": OLD}, f"brings devices to the version of its server, and that is {NEW}"),
        ({"active": True, "device_filter": PILOTS}, "device_filter: counts only with apply_device_filter set to true"),
        ({"active": True, "apply_device_filter": True}, "apply_device_filter: needs a device_filter"),
        ({**RUNNING, "device_filter": {**PILOTS, "rule_operator": "equals"}}, "device_filter.rule_operator"),
        ({**RUNNING, "device_filter": {**PILOTS, "rule_operator": "int_eq"}}, "status 400"),
        ({"active": True, "upgrade_old": True}, "upgrade_old is not an option of this module"),
        ({"upgrade_older": True}, "missing required arguments: active"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    comet: EmulatedServer, options: dict[str, Any], sentence: str
) -> None:
    digest = comet.digest
    result = comet.task(MODULE, **options)
    assert result["failed"]
    assert sentence in result["msg"]
    assert "\n" not in result["msg"]
    assert comet.digest == digest


@pytest.mark.parametrize("empty", [{}, {"clause_type": "and"}, {"clause_type": "or", "clause_children": []}])
def test_a_filter_of_a_campaign_that_runs_is_not_emptied(comet: EmulatedServer, empty: dict[str, Any]) -> None:
    """It would then reach every device. Whoever means that switches the filter off."""
    succeed(comet.task(MODULE, **RUNNING))
    digest = comet.digest
    result = comet.task(MODULE, active=True, device_filter=empty)
    assert result["failed"]
    assert "apply_device_filter: needs a device_filter" in result["msg"]
    assert comet.digest == digest
    assert succeed(comet.task(MODULE, active=True, device_filter={}, apply_device_filter=False))["changed"] is True


def test_the_same_filter_need_not_be_named_again(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **RUNNING))
    assert succeed(comet.task(MODULE, active=True, apply_device_filter=True))["changed"] is False
    assert succeed(comet.task(MODULE, active=True, apply_device_filter=False))["changed"] is True
    assert succeed(comet.task(MODULE, active=True, apply_device_filter=True))["changed"] is True


@pytest.mark.parametrize("module", [MODULE, INFO])
def test_an_administrator_of_a_tenant_is_refused(comet: EmulatedServer, module: str) -> None:
    add_tenants(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    digest = comet.digest
    result = comet.task(module, username="acme", **(RUNNING if module == MODULE else {}))
    assert result["failed"]
    assert result["msg"].startswith("update campaign: ")
    assert "only an administrator of the top level can call AdminUpdateCampaignStatus" in result["msg"]
    assert comet.digest == digest


@pytest.mark.parametrize("version", ["22.6.2", NEW])
def test_a_campaign_on_every_server(comet: EmulatedServer, version: str) -> None:
    comet.switch(version=version)
    for wish in (RUNNING, {**RUNNING, "force_upgrade_running": True}, {"active": False}):
        assert succeed(comet.task(MODULE, **wish))["changed"] is True
        assert succeed(comet.task(MODULE, **wish))["changed"] is False


def test_reading_where_there_never_was_a_campaign(comet: EmulatedServer) -> None:
    result = succeed(comet.task(INFO))
    assert result["changed"] is False
    shown = result["update_campaign"]
    assert (shown["active"], shown["start_time"], shown["target_version"], shown["devices"]) == (False, 0, "", [])


def test_reading_tells_how_far_each_device_is(comet: EmulatedServer) -> None:
    for name, version in (("pilot-1", OLD), ("pilot-2", NEW), ("user-1", OLD)):
        comet.client.call("AdminAddUser", TargetUser=name, TargetPassword=PASSWORD)
        comet.control("POST", "device", {"do": "register", "user": name, "password": PASSWORD, "version": version})
    succeed(comet.task(MODULE, **RUNNING))
    comet.control("POST", "clock", {"advance": 1})
    shown = succeed(comet.task(INFO))["update_campaign"]
    assert (shown["active"], shown["target_version"]) == (True, NEW)
    assert shown["device_filter"]["rule_value"] == "pilot-"
    assert {device["username"]: device["status"] for device in shown["devices"]} == {
        "pilot-1": "request_made",
        "pilot-2": "ineligible",
        "user-1": "ineligible",
    }
    assert all(device["device_id"] for device in shown["devices"])
