# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet over several machines: ansible-runner, which AWX runs on each of its nodes, with slices of an inventory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from emulated import ROOT

from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet, Played, fleet, run

EXAMPLE = ROOT / "examples" / "fleet"
NAMES = ("africa", "america", "asia", "europe")
PROJECT = "- name: The whole fleet\n  ansible.builtin.import_playbook: comet.backup.provision_fleet\n"
"""The playbook of a project in AWX, which can only run what is in the project."""
SLICES = 2
USERS = 300
EVENT_BYTES = 8_000
"""No event of a run that changes nothing may be larger, however many users there are."""

Event = dict[str, Any]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Four empty servers, and a project with what each of them is to be."""
    place = tmp_path_factory.mktemp("fleet")
    with fleet(place, *NAMES) as made:
        made.describe({"fleet_src": "servers/{{ inventory_hostname }}"})
        for name in NAMES:
            tenants = place / "project" / "servers" / name / "tenants"
            tenants.mkdir(parents=True)
            users = [{"name": f"{name}-{number}", "password": f"{CANARY}-user"} for number in range(USERS)]
            (tenants / "customer.json").write_text(json.dumps({"name": f"Customer in {name}", "users": users}))
        (place / "project" / "provision.yml").write_text(PROJECT)
        for server in made.servers.values():
            server.control("snapshot", {"name": "empty"})
        yield made


def prepare(servers: Fleet, place: Path, inventory: dict[str, Any]) -> None:
    """Make a directory that ansible-runner can work in."""
    (place / "inventory").mkdir(parents=True)
    (place / "inventory" / "hosts.yml").write_text(yaml.safe_dump(inventory))
    (place / "project").symlink_to(servers.directory / "project")


def with_limit(servers: Fleet, place: Path, number: int, of: int = SLICES) -> Played:
    """The way without AWX: one inventory for all, and the example that limits a run to a slice."""
    prepare(servers, place, yaml.safe_load(servers.inventory.read_text()))
    return run([EXAMPLE / "slice.sh", str(number), str(of), place])


def with_inventory(servers: Fleet, place: Path, number: int) -> Played:
    """The way of AWX: each job gets an inventory with the groups, but only the hosts of its slice."""
    group = yaml.safe_load(servers.inventory.read_text())["comet_servers"]
    chosen = sorted(group["hosts"])[number - 1 :: SLICES]
    hosts = {name: group["hosts"][name] for name in chosen}
    prepare(servers, place, {"comet_servers": {**group, "hosts": hosts}})
    return run(["ansible-runner", "run", place, "--ident", f"slice-{number}", "--playbook", "provision.yml"])


def events(place: Path, number: int) -> list[Event]:
    """What ansible-runner kept of the run of a slice, oldest first."""
    artifacts = place / "artifacts" / f"slice-{number}"
    return sorted((json.loads(file.read_text()) for file in artifacts.glob("job_events/*.json")), key=_counter)


def _counter(event: Event) -> int:
    return int(event["counter"])


def servers_of(found: list[Event]) -> set[str]:
    """The servers that a slice worked on."""
    return {event["event_data"]["host"] for event in found if "host" in event.get("event_data", {})} - {"localhost"}


@pytest.mark.parametrize("way", [with_limit, with_inventory])
def test_each_slice_does_its_part(way: Callable[[Fleet, Path, int], Played], servers: Fleet, tmp_path: Path) -> None:
    """Both slices at the same time; together they did everything, and none did the other's part."""
    for server in servers.servers.values():
        server.control("restore", {"name": "empty"})
    places = {number: tmp_path / str(number) for number in range(1, SLICES + 1)}
    with ThreadPoolExecutor(SLICES) as pool:
        runs = [pool.submit(way, servers, place, number) for number, place in places.items()]
    for played in (done.result() for done in runs):
        assert played.status == 0, played.output
    found = [events(place, number) for number, place in places.items()]
    assert [servers_of(one) for one in found] == [{"africa", "asia"}, {"america", "europe"}]
    assert {server.control("state")["counts"]["user"] for server in servers.servers.values()} == {USERS}
    assert CANARY not in json.dumps(found)


def test_what_is_kept_of_a_run_that_changes_nothing_is_small(servers: Fleet, tmp_path: Path) -> None:
    """AWX keeps every event of every job in its database."""
    assert with_limit(servers, tmp_path / "first", 1).status == 0
    digests = servers.digests()
    assert with_limit(servers, tmp_path / "second", 1).status == 0
    assert servers.digests() == digests
    found = events(tmp_path / "second", 1)
    assert servers_of(found) == {"africa", "asia"}
    assert max(len(json.dumps(event)) for event in found) < EVENT_BYTES


def test_a_slice_without_servers_does_nothing(servers: Fleet, tmp_path: Path) -> None:
    """More slices than servers must not mean all servers."""
    played = with_limit(servers, tmp_path / "fifth", 5, of=5)
    assert (played.status, played.output) == (0, "There is no server in slice 5 of 5.\n")
