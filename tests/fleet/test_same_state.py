# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles server and tenant on the one hand, role fleet on the other: the same variables, the same server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from emulated import ROOT

from ansible_collections.comet.backup.tests.fleet.held import held
from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet, fleet

STEP_BY_STEP = ("configure_server", "provision_tenant")
AT_ONCE = ("provision_fleet",)
DEMO = ROOT / "tests" / "demo" / "inventory" / "group_vars" / "comet_servers"
EVERY_LIST = Path(__file__).parent / "every_list.yml"


def definition(name: str) -> dict[str, Any]:
    """Variables that say what a server is to be: those of the demo, or those with something in every list."""
    if name == "every list":
        return dict(yaml.safe_load(EVERY_LIST.read_text()))
    variables: dict[str, Any] = {"comet_server": {}}
    for path in sorted(DEMO.glob("*.yml")):
        variables |= yaml.safe_load(path.read_text())
    return variables | {"demo_initial_password": f"{CANARY}-user", "demo_mail_password": f"{CANARY}-mail"}


def changes(servers: Fleet, name: str, playbooks: tuple[str, ...], *options: str) -> int:
    """Run playbooks on one of the servers; return how many tasks reported a change."""
    changed = 0
    for playbook in playbooks:
        played = servers.play(playbook, "--limit", name, *options)
        assert played.status == 0, played.output
        changed += played.changed
    return changed


@pytest.mark.parametrize(("name", "seed"), [("demo", "empty"), ("every list", "demo")])
def test_both_ways_end_in_the_same_state(name: str, seed: str, tmp_path: Path) -> None:
    """And after either of them the other one finds nothing left to do."""
    with fleet(tmp_path, "steps", "once", seed=seed) as servers:
        servers.describe(definition(name))
        before = held(tmp_path / "steps")
        assert held(tmp_path / "once") == before
        assert changes(servers, "steps", STEP_BY_STEP) > 1
        assert changes(servers, "once", AT_ONCE, "--check") == 1
        assert held(tmp_path / "once") == before
        assert changes(servers, "once", AT_ONCE) == 1
        after = held(tmp_path / "steps")
        assert after != before
        assert held(tmp_path / "once") == after
        digests = servers.digests()
        for server, playbooks in (("steps", AT_ONCE), ("once", STEP_BY_STEP), ("once", AT_ONCE)):
            assert changes(servers, server, playbooks) == 0
        assert servers.digests() == digests


def test_the_definition_has_every_list() -> None:
    """What the test above compares is all that a definition can hold a list of."""
    specs = {role: ROOT / "roles" / role / "meta" / "argument_specs.yml" for role in ("server", "tenant")}
    written = yaml.safe_load(EVERY_LIST.read_text())
    items = {"server": [written["comet_server"]], "tenant": written["comet_tenants"]}
    for role, path in specs.items():
        options = yaml.safe_load(path.read_text())["argument_specs"]["main"]["options"][f"{role}_definition"]["options"]
        listed = {name for name, option in options.items() if option.get("elements") == "dict" and "options" in option}
        assert listed <= {name for item in items[role] for name in item}
        for name in listed:
            states = {one.get("state", "present") for item in items[role] for one in item.get(name, [])}
            assert "present" in states
            assert "state" not in options[name]["options"] or "absent" in states or name == "buckets"
