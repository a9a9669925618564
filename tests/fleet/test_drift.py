# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scheduler sees of the playbook that detects drift: its exit status, clear errors, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.fleet.detecting import (
    CLEAN,
    DRIFT,
    NAMES,
    NOWHERE,
    UNKNOWN,
    Detected,
    detect,
)
from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet, fleet

AS_WRITTEN = "as written"
SERVERS = ("europe", "asia")


def tenant(name: str, *users: str, **members: Any) -> dict[str, Any]:
    """A tenant with users, all alike."""
    shared = {"password": f"{CANARY}-user", "maximum_devices": 3, "suspended": False, **members}
    return {"name": name, "users": [{"name": user, **shared} for user in users]}


WRITTEN: dict[str, dict[str, Any]] = {
    "europe": {"comet_tenants": [tenant("ACME", "anna", "ben"), tenant("Globex", "carl")]},
    "asia": {"comet_tenants": [tenant("Hooli", "dora")]},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two servers that are as the inventory says."""
    with fleet(tmp_path_factory.mktemp("fleet"), *SERVERS) as servers:
        servers.describe({"comet_retries": 0}, **WRITTEN)
        assert servers.play("provision_fleet").status == 0
        for server in servers.servers.values():
            server.control("snapshot", {"name": AS_WRITTEN})
        yield servers


@pytest.fixture
def servers(made: Fleet) -> Fleet:
    """The two servers and the inventory, as they were."""
    made.describe({"comet_retries": 0}, **WRITTEN)
    for server in made.servers.values():
        server.control("restore", {"name": AS_WRITTEN})
        server.control("calls/reset", {})
    return made


def drift(servers: Fleet, name: str, user: str, **members: Any) -> None:
    """Change a profile behind the back of the inventory."""
    servers.servers[name].control("profile", {"user": user, "members": members})


def calls(servers: Fleet) -> int:
    """How often any of the servers was asked for anything."""
    told = [server.control("calls") for server in servers.servers.values()]
    return sum(one["reads"] + one["writes"] + one["logins"] for one in told)


def add_gone(servers: Fleet) -> None:
    """Describe one more server, of which there is none at its address."""
    servers.describe({"comet_retries": 0}, **WRITTEN)
    text = servers.inventory.read_text()
    gone = {"comet_url": NOWHERE, "comet_tenants": [tenant("Umbrella", "emil")]}
    servers.inventory.write_text(text.replace("  hosts:\n", f"  hosts:\n    gone: {json.dumps(gone)}\n", 1))


def assert_refused(run: Detected, *words: str) -> None:
    """The run ended with the status for what is not known, and with a sentence that holds the words."""
    assert run.status == UNKNOWN, run.played.output
    assert [word for word in words if word not in run.output] == [], run.played.output


def test_no_drift_is_success(servers: Fleet, tmp_path: Path) -> None:
    """Every server is compared, and every file is written."""
    run = detect(servers, tmp_path)
    assert run.status == CLEAN, run.played.output
    assert run.verdicts == {"asia": "clean", "europe": "clean"}
    assert run.report["totals"]["objects"] == run.report["totals"]["unchanged"] == 7
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES.values())


def test_drift_has_a_status_of_its_own(servers: Fleet, tmp_path: Path) -> None:
    """Its server has failed in the recap, the others have not; nothing is repaired."""
    drift(servers, "europe", "anna", MaximumDevices=7)
    before = servers.digests()
    run = detect(servers, tmp_path)
    assert run.status == DRIFT, run.played.output
    assert run.verdicts == {"asia": "clean", "europe": "drift"}
    assert run.lines("europe") == ["drifted user anna maximum_devices"]
    assert (run.played.recap["europe"]["failed"], run.played.recap["asia"]["failed"]) == (1, 0)
    assert servers.digests() == before


@pytest.mark.parametrize("also_drift", [False, True])
def test_what_cannot_be_reached_is_neither_clean_nor_drift(servers: Fleet, tmp_path: Path, also_drift: bool) -> None:
    """And does not keep the others from being reported."""
    add_gone(servers)
    if also_drift:
        drift(servers, "europe", "anna", IsSuspended=True)
    run = detect(servers, tmp_path)
    assert run.status == UNKNOWN, run.played.output
    assert run.verdicts == {"asia": "clean", "europe": "drift" if also_drift else "clean", "gone": "unknown"}
    gone = run.server("gone")
    assert (gone["state"], gone["findings"], run.report["totals"]["uncompared"]) == ("unreachable", [], 1)
    assert "No answer" in gone["message"]
    assert run.lines("europe") == (["drifted user anna suspended"] if also_drift else [])
    assert run.played.recap["gone"]["unreachable"] == 1


def test_a_login_that_is_refused_is_not_known_either(servers: Fleet, tmp_path: Path) -> None:
    """The other server is compared."""
    servers.describe({"comet_retries": 0}, europe=WRITTEN["europe"], asia={**WRITTEN["asia"], "comet_password": CANARY})
    run = detect(servers, tmp_path)
    assert run.status == UNKNOWN, run.played.output
    assert run.verdicts == {"asia": "unknown", "europe": "clean"}
    assert run.server("asia")["state"] == "failed"
    assert "login" in run.server("asia")["message"].lower()


def test_a_server_whose_answers_are_no_use_is_not_unreachable(servers: Fleet, tmp_path: Path) -> None:
    """Something answers at its address, so what stands in the report is not that nothing did."""
    servers.describe({"comet_retries": 0}, **WRITTEN)
    servers.servers["asia"].control("fault", {"kind": "truncate", "count": 1000})
    try:
        run = detect(servers, tmp_path)
    finally:
        servers.servers["asia"].control("fault", {"kind": "none"})
    assert run.status == UNKNOWN, run.played.output
    assert run.verdicts == {"asia": "unknown", "europe": "clean"}
    assert (run.server("asia")["state"], run.server("asia")["findings"]) == ("failed", [])
    assert "is no use" in run.server("asia")["message"]


def test_an_object_that_cannot_be_compared(servers: Fleet, tmp_path: Path) -> None:
    """The rest of its server is compared."""
    vaults = [{"name": "Cloud", "storage_limit_bytes": "1 TiB"}]
    described = tenant("Hooli", "dora", storage_vaults=vaults)
    described["users"].append({"name": "emil", "password": f"{CANARY}-user"})
    drift(servers, "asia", "dora", Destinations={key: {"Description": "Cloud"} for key in ("first", "second")})
    servers.describe({"comet_retries": 0}, europe=WRITTEN["europe"], asia={"comet_tenants": [described]})
    run = detect(servers, tmp_path)
    assert run.status == UNKNOWN, run.played.output
    assert (run.server("asia")["state"], run.verdicts["asia"]) == ("partly", "unknown")
    assert run.lines("asia") == ["failed user dora", "missing user emil"]
    (failed,) = (finding for finding in run.server("asia")["findings"] if finding["type"] == "failed")
    assert "2 objects of kind storage vault are named Cloud" in failed["message"]


TOLERATED = [(["protection"], CLEAN), (["drifted"], CLEAN), (["cosmetic", "missing"], DRIFT)]


@pytest.mark.parametrize(("tolerate", "status"), TOLERATED)
def test_what_is_tolerated_is_told_and_does_not_count(
    servers: Fleet, tmp_path: Path, tolerate: list[str], status: int
) -> None:
    """Neither for the verdict nor for the exit status."""
    drift(servers, "europe", "anna", IsSuspended=True)
    run = detect(servers, tmp_path, drift_tolerate=tolerate)
    assert run.status == status, run.played.output
    assert run.lines("europe") == ["drifted user anna suspended"]
    assert run.report["totals"]["tolerated"] == (status == CLEAN)


def test_that_a_server_is_away_can_be_tolerated(servers: Fleet, tmp_path: Path) -> None:
    """But then drift elsewhere is still drift."""
    add_gone(servers)
    run = detect(servers, tmp_path, drift_tolerate=["uncompared"])
    assert run.status == CLEAN, run.played.output
    assert "no drift on 2 of 3 servers" in run.output
    drift(servers, "europe", "anna", IsSuspended=True)
    run = detect(servers, tmp_path, drift_tolerate=["uncompared"])
    assert run.status == DRIFT, run.played.output


def test_one_tenant_alone(servers: Fleet, tmp_path: Path) -> None:
    """Servers that have nothing to do with it are not asked."""
    drift(servers, "europe", "anna", IsSuspended=True)
    drift(servers, "europe", "carl", IsSuspended=True)
    drift(servers, "asia", "dora", IsSuspended=True)
    run = detect(servers, tmp_path, comet_tenant="Globex")
    assert run.status == DRIFT, run.played.output
    assert run.lines("europe") == ["drifted user carl suspended"]
    asia = servers.servers["asia"].control("calls")
    assert (asia["reads"], asia["writes"], asia["logins"]) == (0, 0, 0)


def test_a_tenant_that_nobody_has_is_an_error(servers: Fleet, tmp_path: Path) -> None:
    """A mistake, and no tenant without drift."""
    run = detect(servers, tmp_path, comet_tenant="Acme")
    assert_refused(run, "Acme")
    assert "tenant" in run.output
    assert not (tmp_path / NAMES["json"]).exists() or set(run.verdicts.values()) == {"unknown"}


def test_an_inventory_without_servers_is_an_error(servers: Fleet, tmp_path: Path) -> None:
    """Ansible itself would end with success."""
    assert_refused(detect(servers, tmp_path, comet_hosts="backup_servers"), "no host backup_servers")
    servers.inventory.write_text("comet_servers: {hosts: {}}\n")
    assert_refused(detect(servers, tmp_path), "no host comet_servers")


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_compared(servers: Fleet, tmp_path: Path) -> None:
    """It would be a pity to find out afterwards."""
    (tmp_path / "file").write_text("no folder")
    drift(servers, "europe", "anna", IsSuspended=True)
    run = detect(servers, tmp_path / "file" / "reports")
    assert_refused(run, str(tmp_path / "file"))
    assert calls(servers) == 0


EARLIER = {
    "foreign": ('{"format": "somebody.else", "version": 1}', "comet.backup.drift"),
    "newer": ('{"format": "comet.backup.drift", "version": 2}', "version 2"),
    "no JSON": ("# Drift", "JSON"),
}


@pytest.mark.parametrize("name", EARLIER)
def test_an_earlier_report_that_cannot_be_compared_with_is_an_error(servers: Fleet, tmp_path: Path, name: str) -> None:
    """Told before anything is compared, and nothing that was written is lost."""
    text, word = EARLIER[name]
    earlier = tmp_path / "earlier.json"
    earlier.write_text(text)
    run = detect(servers, tmp_path / "reports", drift_previous=str(earlier))
    assert_refused(run, "earlier.json", word)
    assert calls(servers) == 0
    assert earlier.read_text() == text


def test_an_earlier_report_that_does_not_exist_is_an_error(servers: Fleet, tmp_path: Path) -> None:
    """Unless this run is going to write it."""
    assert_refused(detect(servers, tmp_path, drift_previous=str(tmp_path / "gone.json")), "gone.json")
    assert calls(servers) == 0


def test_a_misspelt_option_of_one_server_is_about_that_server(servers: Fleet, tmp_path: Path) -> None:
    """The other server is compared."""
    misspelt = {"comet_tenants": [{"name": "Hooli", "users": [{"name": "dora", "maximum_device": 3}]}]}
    servers.describe({"comet_retries": 0}, europe=WRITTEN["europe"], asia=misspelt)
    drift(servers, "europe", "anna", IsSuspended=True)
    run = detect(servers, tmp_path)
    assert run.status == UNKNOWN, run.played.output
    assert run.verdicts == {"asia": "unknown", "europe": "drift"}
    assert "maximum_device" in run.server("asia")["message"]


def test_a_variable_of_the_run_that_makes_no_sense_is_an_error(servers: Fleet, tmp_path: Path) -> None:
    """Told before anything is compared."""
    assert_refused(detect(servers, tmp_path, drift_tolerate=["cosmetics"]), "cosmetics")
    assert_refused(detect(servers, tmp_path, drift_formats=["pdf"]), "pdf")
    assert calls(servers) == 0


def test_what_changed_since_the_earlier_report(servers: Fleet, tmp_path: Path) -> None:
    """New, still there, and gone: by object and by member; of a server that is away nobody knows."""
    earlier = str(tmp_path / NAMES["json"])
    drift(servers, "europe", "anna", IsSuspended=True, MaximumDevices=7)
    drift(servers, "europe", "ben", MaximumDevices=7)
    drift(servers, "asia", "dora", MaximumDevices=7)
    first = detect(servers, tmp_path, drift_previous=earlier)
    assert (first.status, first.report["compared_with"]) == (DRIFT, None), first.played.output
    generated = first.report["generated"]

    drift(servers, "europe", "anna", MaximumDevices=3)
    drift(servers, "europe", "ben", MaximumDevices=3)
    drift(servers, "europe", "carl", MaximumDevices=7)
    away = {**WRITTEN["asia"], "comet_url": NOWHERE}
    servers.describe({"comet_retries": 0}, europe=WRITTEN["europe"], asia=away)
    second = detect(servers, tmp_path, drift_previous=earlier)
    assert second.status == UNKNOWN, second.played.output
    assert second.report["compared_with"] == {"generated": generated}
    statuses = {one["name"]: one["status"] for one in second.server("europe")["findings"]}
    assert statuses == {"anna": "still", "carl": "new"}
    gone = {
        (one["server"], one["name"]): [member["label"] for member in one["members"]] for one in second.report["gone"]
    }
    assert gone == {("europe", "anna"): ["maximum_devices"], ("europe", "ben"): ["maximum_devices"]}
    totals = second.report["totals"]
    assert (totals["new"], totals["still"], totals["unknown"]) == (1, 1, 1)


def test_servers_that_are_not_looked_at_are_not_gone(servers: Fleet, tmp_path: Path) -> None:
    """A run over some of the servers says nothing of what the earlier report found on the others."""
    for name, user in (("europe", "anna"), ("asia", "dora")):
        drift(servers, name, user, MaximumDevices=7)
    earlier = detect(servers, tmp_path / "earlier")
    assert sorted(earlier.verdicts.values()) == ["drift", "drift"]
    run = detect(servers, tmp_path, "--limit", "europe", drift_previous=str(earlier.folder / NAMES["json"]))
    assert run.status == DRIFT, run.played.output
    totals = run.report["totals"]
    assert (totals["still"], totals["gone"], totals["unknown"], run.report["gone"]) == (1, 0, 1, [])
