"""Backups of the server itself, and of single tenants."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

LOCAL = {"DestinationType": 1002, "LocalcopyPath": "/backup"}
TARGET = {"Location": LOCAL, "Compression": 4, "EncryptionKey": "self-backup-key"}


def configure(server: Any, *targets: dict[str, Any]) -> None:
    config = server.ok("meta/server-config/get")
    config["SelfBackup"]["Targets"] = list(targets)
    server.ok("meta/server-config/set", Config=config)
    server.wait()


def statistics(server: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.ok("meta/version")["SelfBackup"]
    return found


def test_run_is_seen_in_the_version(server: Any) -> None:
    configure(server, TARGET, {**TARGET, "Location": {"DestinationType": 1002}})
    assert [run["LastRunEnd"] for run in statistics(server)] == [0, 0]
    server.switch(self_backup_seconds=30)
    server.ok("self-backup/start")
    assert all(run["CurrentRunStart"] > 0 for run in statistics(server))
    server.control("clock", {"advance": 31})
    good, bad = statistics(server)
    assert good["LastRunSuccess"] is True
    assert good["LastRunSize"] > 1000
    assert good["LastRunEnd"] - good["LastRunStart"] in (30, 31)
    assert (bad["LastRunSuccess"], bad["LastRunSize"], bad["CurrentRunStart"]) == (False, 0, 0)


def test_nothing_to_run(server: Any) -> None:
    server.refused("self-backup/start", 400)
    assert statistics(server) == []


def test_schedule(server: Any) -> None:
    configure(server, {**TARGET, "Schedule": [{"FrequencyType": 8011, "SecondsPast": 0}]}, TARGET)
    server.switch(self_backup_seconds=0)
    server.control("clock", {"advance": 25 * 3600})
    server.control("clock", {"advance": 1})
    scheduled, unscheduled = statistics(server)
    assert scheduled["LastRunSuccess"] is True
    assert unscheduled["LastRunStart"] == 0


def test_statistics_end_with_a_restart_unless_switched(server: Any) -> None:
    server.switch(self_backup_seconds=0)
    for survives in (False, True):
        server.switch(statistics_survive_restart=survives)
        configure(server, TARGET)
        server.ok("self-backup/start")
        server.control("clock", {"advance": 1})
        server.ok("meta/restart-service")
        server.wait()
        assert (statistics(server)[0]["LastRunEnd"] > 0) == survives


def options(tenant: str, **location: Any) -> dict[str, Any]:
    return {**TARGET, "Location": {**LOCAL, **location}, "RestrictToSingleOrgID": tenant}


@pytest.mark.parametrize(
    "location",
    [{"DestinationType": 0}, {"LocalcopyPath": ""}, {"DestinationType": 1003, "CometServer": "here"}],
)
def test_export_wants_a_location(server: Any, location: dict[str, Any]) -> None:
    acme = server.tenant()
    server.refused("organization/export", 400, Options=options(acme, **location))


def test_export_wants_a_tenant(server: Any) -> None:
    server.refused("organization/export", 400, Options=options(""))
    server.refused("organization/export", 400, Options=options("nope"))
    server.ok("organization/export", Options=options(server.tenant()))


def test_export_below_the_data_directory_is_a_real_archive(start: Any, tmp_path: Path) -> None:
    server = start("--data", str(tmp_path / "data"), "--set", "restart_seconds=0.05")
    acme = server.tenant()
    server.user("alice", TargetOrganization=acme)
    server.user("berta")
    server.ok("organization/export", Options=options(acme, LocalcopyPath="exports/acme"))
    server.ok("organization/export", Options=options(acme, LocalcopyPath=str(tmp_path / "outside")))
    server.ok("organization/export", Options=options(acme, LocalcopyPath="../outside"))
    assert not (tmp_path / "outside").exists()
    (path,) = (tmp_path / "data" / "exports" / "acme").glob("*.zip")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        assert {f"organization/{acme}.json", "user/alice.json", "manifest.json"} <= names
        assert "user/berta.json" not in names
        assert json.loads(archive.read("user/alice.json"))["OrganizationID"] == acme
    configure(server, {**TARGET, "Location": {**LOCAL, "LocalcopyPath": "own"}, "ExcludeJobsDB": True})
    server.ok("self-backup/start")
    server.control("clock", {"advance": 2})
    (path,) = (tmp_path / "data" / "own").glob("*.zip")
    assert statistics(server)[0]["LastRunSize"] == path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        assert "user/berta.json" in archive.namelist()
