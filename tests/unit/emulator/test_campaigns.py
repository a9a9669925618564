"""The update campaign."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.worker import Worker
from comet_emulator.emulator import Emulator
from comet_emulator.methods import campaigns
from comet_emulator.methods.setup import set_up
from comet_emulator.seeds.seed import seed

NOT_SEEN, INELIGIBLE, PENDING, REQUESTED, FAILED, CONFIRMED = range(6)
OLDER = {"Active": True, "UpgradeOlder": True}


@pytest.fixture
def old(server: Any) -> Worker:
    return Worker(server, version="24.3.0")


def states(server: Any) -> dict[str, int]:
    """State of the only device of each user."""
    status = server.ok("update-campaign/status")
    return {entry["Username"]: entry["Status"] for entry in status["Devices"]}


def version(worker: Worker) -> str:
    live = worker.server.ok("dispatcher/list-active").values()
    return str(next(entry["ReportedVersion"] for entry in live if entry["DeviceID"] == worker.device))


def test_no_campaign(server: Any) -> None:
    server.user()
    status = server.ok("update-campaign/status")
    assert (status["Active"], status["StartTime"], status["TargetVersion"], status["Devices"]) == (False, 0, "", [])


def test_an_older_device_is_updated(old: Worker) -> None:
    server = old.server
    new = Worker(server, "bobby")
    away = Worker(server, "carol", version="24.3.0")
    away.device_does("disconnect")
    target = old.target
    server.ok("update-campaign/start", Options=OLDER)
    status = server.ok("update-campaign/status")
    assert status["Active"]
    assert status["UpgradeOlder"]
    assert not status["DowngradeNewer"]
    assert status["TargetVersion"] == server.ok("meta/version")["Version"].split("-")[0]
    assert status["StartTime"] > 0
    assert states(server) == {"alice": NOT_SEEN, "bobby": NOT_SEEN, "carol": NOT_SEEN}
    old.later(1)
    assert states(server) == {"alice": REQUESTED, "bobby": INELIGIBLE, "carol": NOT_SEEN}
    (job,) = old.jobs
    assert (job["Classification"], job["Status"]) == (4007, 6001)
    for _unused in range(3):
        old.later(3)
    assert states(server) == {"alice": CONFIRMED, "bobby": INELIGIBLE, "carol": NOT_SEEN}
    assert version(old) == version(new) == status["TargetVersion"]
    assert old.target != target
    assert new.jobs == []
    assert old.profile["Devices"][old.device]["ClientVersion"] == status["TargetVersion"]
    away.device_does("connect")
    for _unused in range(4):
        away.later(3)
    assert states(server)["carol"] == CONFIRMED


def test_a_busy_device_has_to_finish_first(old: Worker) -> None:
    job_id = old.begin(seconds=100)
    old.server.ok("update-campaign/start", Options=OLDER)
    old.later(1)
    assert states(old.server) == {"alice": PENDING}
    old.later(200)
    assert old.job(job_id)["Status"] == 5000
    old.later(1)
    assert states(old.server) == {"alice": REQUESTED}


def test_a_busy_device_can_be_forced(old: Worker) -> None:
    old.begin(seconds=100)
    old.server.ok("update-campaign/start", Options={**OLDER, "ForceUpgradeRunning": True})
    old.later(1)
    assert states(old.server) == {"alice": REQUESTED}


def test_only_so_many_are_told_at_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(campaigns, "MOST_AT_ONCE", 2)
    emulator = Emulator()
    set_up(emulator)
    seed(emulator, "demo")
    emulator.live.start()
    options = emulator.take("UpdateCampaignOptions", OLDER, "Options")
    campaign = {"Options": options, "StartTime": 1, "TargetVersion": emulator.version_text, "Devices": []}
    emulator.store.put(campaigns.KIND, campaigns.KEY, campaign)
    told = []
    for _unused in range(2):
        campaigns.run_campaign(emulator)
        found = [state for *_device, state in emulator.store.document(campaigns.KIND, campaigns.KEY)["Devices"]]
        told.append(found.count(REQUESTED))
        assert PENDING in found
    assert told == [2, 4]


def test_a_failed_update(old: Worker) -> None:
    old.server.switch(job_outcome="error")
    old.server.ok("update-campaign/start", Options=OLDER)
    old.later(1)
    old.later(5)
    old.later(1)
    assert states(old.server) == {"alice": FAILED}
    assert version(old) == "24.3.0"
    old.later(60)
    assert len(old.jobs) == 1, "it is not tried for ever"


def test_stopping_and_replacing(old: Worker) -> None:
    server = old.server
    server.ok("update-campaign/start", Options={"Active": True, "DowngradeNewer": True})
    old.later(1)
    assert states(server) == {"alice": INELIGIBLE}
    server.ok("update-campaign/start", Options={**OLDER, "Active": False})
    status = server.ok("update-campaign/status")
    assert not status["Active"]
    assert status["StartTime"] > 0
    assert states(server) == {"alice": INELIGIBLE}
    old.later(60)
    assert old.jobs == []
    server.ok("update-campaign/start", Options=OLDER)
    assert states(server) == {"alice": NOT_SEEN}
    old.later(1)
    assert states(server) == {"alice": REQUESTED}


def test_devices_of_the_same_or_a_newer_version(server: Any) -> None:
    same = Worker(server)
    server.ok("update-campaign/start", Options={"Active": True, "ReinstallCurrentVer": True})
    same.later(1)
    assert states(server) == {"alice": REQUESTED}
    for _unused in range(3):
        same.later(3)
    assert states(server) == {"alice": CONFIRMED}
    server.switch(version="25.3.0")
    same.change(Devices={same.device: {"ClientVersion": "25.9.8"}})
    server.ok("update-campaign/start", Options={"Active": True, "DowngradeNewer": True})
    same.later(1)
    assert server.ok("update-campaign/status")["TargetVersion"] == "25.3.0"
    assert states(server) == {"alice": REQUESTED}


@pytest.mark.parametrize(
    ("field", "value", "state"),
    [
        ("UserProfileConfig.Username", "alice", REQUESTED),
        ("DeviceConfig.FriendlyName", "PC", REQUESTED),
        ("LiveUserConnection.ReportedVersion", "24.3.0", REQUESTED),
        ("Username", "bobby", INELIGIBLE),
    ],
)
def test_only_devices_that_fit_the_filter(old: Worker, field: str, value: str, state: int) -> None:
    clause = {"RuleField": field, "RuleOperator": "str_eq", "RuleValue": value}
    old.server.ok("update-campaign/start", Options={**OLDER, "ApplyDeviceFilter": True, "DeviceFilter": clause})
    old.later(1)
    assert states(old.server) == {"alice": state}


def test_a_filter_that_is_not_applied_or_makes_no_sense(old: Worker) -> None:
    clause = {"RuleField": "Username", "RuleOperator": "str_regexmatch", "RuleValue": "("}
    filtered = {**OLDER, "ApplyDeviceFilter": True, "DeviceFilter": clause}
    old.server.refused("update-campaign/start", 400, Options=filtered)
    assert not old.server.ok("update-campaign/status")["Active"]
    old.server.ok("update-campaign/start", Options={**filtered, "ApplyDeviceFilter": False})
    old.later(1)
    assert states(old.server) == {"alice": REQUESTED}


def test_a_platform_that_cannot_update_itself(old: Worker) -> None:
    old.change(Devices={old.device: {"PlatformVersion": {"os": "synology"}}})
    old.device_does("reconnect")
    old.server.ok("update-campaign/start", Options=OLDER)
    old.later(1)
    assert states(old.server) == {"alice": INELIGIBLE}


def test_a_campaign_outlives_a_restart(old: Worker) -> None:
    old.server.switch(device_reconnect_seconds=0.01)
    old.begin(seconds=50)
    old.server.ok("update-campaign/start", Options=OLDER)
    old.later(1)
    assert states(old.server) == {"alice": PENDING}
    old.server.ok("meta/restart-service")
    old.server.wait()
    old.later(1)
    old.later(60)
    old.later(1)
    assert states(old.server) == {"alice": REQUESTED}


def test_only_for_administrators_of_the_server_with_both_roles(server: Any) -> None:
    server.tenant()
    for path, given in (("start", {"Options": OLDER}), ("status", {})):
        server.refused(f"update-campaign/{path}", 403, login=server.as_tenant(), **given)
    config = server.ok("meta/server-config/get")
    config["SoftwareBuildRole"]["RoleEnabled"] = False
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    assert server.raw("update-campaign/status").status_code == 404
