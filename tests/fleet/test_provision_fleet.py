# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of the playbook: a line for each server, failures that stay where they are, and clear errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet, Played, fleet

NOWHERE = "http://127.0.0.1:9"
"""An address at which nothing listens."""


def tenant(name: str, *users: str, **members: Any) -> dict[str, Any]:
    """A tenant with users, all alike."""
    return {"name": name, "users": [{"name": user, "password": f"{CANARY}-user", **members} for user in users]}


def outcomes(played: Played) -> dict[str, str]:
    """The lines at the end, by server."""
    shown = played.output.split("TASK [What came of each server]")[1].partition("TASK")[0]
    return dict(re.findall(r'^ +"(\w+): (.*?)",?$', shown, re.MULTILINE))


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Fleet]:
    """Two servers and an address where there is none."""
    with fleet(tmp_path, "europe", "asia") as made:
        hosts = {"europe": {"comet_tenants": [tenant("ACME", "anna", "ben"), tenant("Globex", "carl")]}}
        hosts["asia"] = {"comet_tenants": [tenant("Hooli", "dora", policy="Gold"), tenant("Initech", "emil")]}
        made.describe({"comet_retries": 0}, **hosts)
        yield made


def test_a_line_for_each_server(servers: Fleet) -> None:
    """In check mode, really, and when nothing is left to do."""
    foretold = servers.play("provision_fleet", "--limit", "europe", "--check", "--diff")
    assert re.fullmatch(r"5 created, \d+ reads, [\d.]+ seconds \(nothing was written\)", outcomes(foretold)["europe"])
    assert '+    "tenant": ' in foretold.output
    done = servers.play("provision_fleet", "--limit", "europe")
    assert re.fullmatch(r"5 created, \d+ reads, 5 writes, [\d.]+ seconds", outcomes(done)["europe"])
    again = servers.play("provision_fleet", "--limit", "europe")
    assert re.fullmatch(r"5 unchanged, \d+ reads, [\d.]+ seconds", outcomes(again)["europe"])
    assert (foretold.status, done.status, again.status) == (0, 0, 0)
    assert (foretold.changed, done.changed, again.changed) == (1, 1, 0)


def test_failures_stay_where_they_are(servers: Fleet) -> None:
    """One server is away, one has an object that cannot be made; the third, and the other objects, are done."""
    hosts = yaml.safe_load(servers.inventory.read_text())
    hosts["comet_servers"]["hosts"]["gone"] = {"comet_url": NOWHERE, "comet_tenants": [tenant("Umbrella")]}
    servers.inventory.write_text(yaml.safe_dump(hosts))
    played = servers.play("provision_fleet")
    assert played.status == 2
    said = outcomes(played)
    assert set(said) == {"asia", "europe", "gone"}
    assert said["europe"].startswith("5 created, ")
    assert said["asia"].startswith("3 created, 1 failed, ")
    assert said["asia"].endswith("; failed: user dora: policy: there is no policy named Gold (in Hooli)")
    assert said["gone"].startswith("1 failed, ")
    assert f"failed: tenant Umbrella: No answer from {NOWHERE}" in said["gone"]
    assert {host: counts["failed"] for host, counts in played.recap.items()} == {
        "asia": 1,
        "europe": 0,
        "gone": 1,
        "localhost": 0,
    }
    assert servers.servers["asia"].control("state")["counts"]["user"] == 1


def test_one_tenant_alone(servers: Fleet) -> None:
    """And a name that is not written anywhere is a mistake, not a tenant without users."""
    played = servers.play("provision_fleet", "--limit", "europe", "-e", "comet_tenant=Globex")
    assert played.status == 0
    counts = servers.servers["europe"].control("state")["counts"]
    assert (counts["organization"], counts["user"]) == (1, 1)
    users = '{"comet_only": [{"kind": "tenant"}]}'
    played = servers.play("provision_fleet", "--limit", "europe", "-e", "comet_tenant=ACME", "-e", users)
    assert played.status == 0
    counts = servers.servers["europe"].control("state")["counts"]
    assert (counts["organization"], counts["user"]) == (2, 1)
    played = servers.play("provision_fleet", "--limit", "europe", "-e", "comet_tenant=Acme")
    assert played.status == 2
    assert "nothing in the tree is chosen" in outcomes(played)["europe"]


def test_an_inventory_without_servers_is_an_error(servers: Fleet) -> None:
    """Ansible itself would end with success."""
    played = servers.play("provision_fleet", "-e", "comet_hosts=backup_servers")
    assert played.status == 2
    assert "The inventory has no host backup_servers." in played.output


def test_a_server_has_to_be_described_once(servers: Fleet) -> None:
    """Neither not at all nor twice."""
    servers.describe({}, europe={"fleet_src": "/tmp/tree.yml", "comet_server": {}})
    played = servers.play("provision_fleet")
    assert played.status == 2
    said = outcomes(played)
    assert said["europe"].endswith("Both are given.")
    assert said["asia"].endswith("None of them is given.")
    assert "Say what asia is to be" in said["asia"]


def test_a_misspelt_member_is_refused_before_anything_is_sent(servers: Fleet) -> None:
    """By the role, with the names that would be right."""
    before = servers.digests()
    servers.describe(
        {}, asia={"comet_tenants": [{"name": "ACME", "polices": []}]}, europe={"comet_server": {"user": []}}
    )
    played = servers.play("provision_fleet")
    assert played.status == 2
    assert "polices" in outcomes(played)["asia"]
    assert "user" in outcomes(played)["europe"]
    assert servers.digests() == before
