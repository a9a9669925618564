# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module's examples as one play, and the playbooks of `examples`, against an emulated server with the demo seed.

The play also shows whether the documentation of return values is complete, and whether any output repeats a secret.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer, emulated_server
from ansible_collections.comet.backup.tests.unit.plugins.documentation.documents import (
    EVERY,
    ROOT,
    documents,
    examples,
)

# What Ansible itself adds to a result.
ANSIBLES_OWN = {"changed", "failed", "warnings", "deprecations", "invocation", "ansible_loop_var", "item"}
SECRETS = {
    "vault_alice_password": "Correct-Horse-7",
    "vault_alice_new_password": "Battery-Staple-8",
    "vault_first_password": "Paper-Clip-Nine-9",
    "vault_smtp_password": "Mail-Secret-10",
    "vault_smtp_new_password": "Mail-Secret-Anew-11",
    "vault_webhook_token": "Hook-Token-12",
    "vault_ldap_password": "Ldap-Password-12",
    "vault_oidc_secret": "Oidc-Secret-12",
    "vault_acme_01_password": "demo-password",
    "vault_bucket_key_hash": "Bucket-Hash-13",
    "vault_storage_password": "Storage-Secret-14",
    "vault_replication_password": "Replica-Secret-15",
    "vault_replication_new_password": "Replica-Secret-Anew-16",
    "vault_self_backup_key": "Self-Backup-Key-17",
    "vault_s3_secret_key": "S3-Secret-18",
    "vault_s3_new_secret_key": "S3-Secret-Anew-19",
    "vault_gradient_key": "Gradient-Key-15",
    "vault_syncro_key": "Syncro-Key-16",
    "vault_billing_token": "Billing-Token-17",
    "vault_nas_password": "Nas-Password-20",
    "vault_cluster_password": "Cluster-Secret-22",
    "vault_sql_password": "Sql-Password-21",
}
PLAYBOOKS = ["first_tenant.yml", "whole_tenant.yml", "users_from_csv.yml", "fleet/settings.yml"]
OF_THE_COLLECTION = "comet.backup.provision_fleet"
FLEET = ["--inventory", ROOT / "examples" / "fleet" / "inventory.yml", "--limit", "europe"]
"""One server of the fleet, since here there is but one."""


@pytest.fixture(scope="module")
def seeded() -> Iterator[EmulatedServer]:
    """One emulator for all modules; each test starts on the seed."""
    with emulated_server("--seed", "demo") as server:
        yield server


def run(server: EmulatedServer, playbook: Path | str, *options: str | Path) -> str:
    """Run a playbook as a person would, with the connection in the environment; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COMET_"))}
    environment |= {f"COMET_{name.upper()}": value for name, value in server.login.items()}
    variables = {**SECRETS, "comet_url": server.url, "comet_username": server.login["username"]}
    variables["vault_comet_password"] = server.login["password"]
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", playbook, *options, "--extra-vars", json.dumps(variables)],
        cwd=playbook.parent if isinstance(playbook, Path) else ROOT / "examples" / "fleet",
        env=environment | {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def changes(server: EmulatedServer, playbook: Path | str, *options: str | Path) -> int:
    """Run a playbook; return how many tasks reported a change."""
    recap = run(server, playbook, *options).split("PLAY RECAP", 1)[1]
    return sum(int(count) for count in re.findall(r"changed=(\d+)", recap))


class Play:
    """A module's examples as a play that keeps the result of every task."""

    def __init__(self, module: str, directory: Path) -> None:
        self.action = f"comet.backup.{module}"
        self.returned = documents()[module]["return"]
        self.registers: dict[str, str] = {}
        self.results = directory / "results.json"
        self.playbook = directory / "playbook.yml"
        uploads = directory / "files"
        uploads.mkdir()
        for name in ("logo.png", "favicon.ico"):
            (uploads / name).write_bytes(f"the content of {name}".encode())
        tasks = examples(module)
        self._keep(tasks)
        content = "{{ {" + ", ".join(f"'{name}': {name}" for name in self.registers) + "} | to_json }}"
        last = {"ansible.builtin.copy": {"content": content, "dest": str(self.results), "mode": "0600"}, "no_log": True}
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [*tasks, last]}
        self.playbook.write_text(yaml.safe_dump([play], sort_keys=False))

    def _keep(self, tasks: list[dict[str, Any]]) -> None:
        """Register the results of the module's own tasks, each under a name of its own."""
        for task in tasks:
            if "block" in task:
                self._keep(task["block"])
            elif self.action in task:
                name = task.setdefault("register", f"example_{len(self.registers)}")
                self.registers[name] = task["name"]

    def single_results(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every result with the name of its example; a loop has several."""
        for name, result in json.loads(self.results.read_text()).items():
            for one in result.get("results", [result]):
                yield self.registers[name], one


@pytest.mark.parametrize("module", EVERY)
def test_examples_work_and_return_what_is_documented(module: str, seeded: EmulatedServer, tmp_path: Path) -> None:
    """Also: every value returned is documented, what always is there is there, and no secret is printed."""
    seeded.reset()
    play = Play(module, tmp_path)
    output = run(seeded, play.playbook, "--diff", "-vvv")
    assert not re.search(r"\[(WARNING|DEPRECATION)", output), output
    always = {name for name, entry in play.returned.items() if entry["returned"] in ("success", "always")}
    for example, result in play.single_results():
        keys = result.keys() - ANSIBLES_OWN
        assert keys <= set(play.returned), f"{example}: returns more than is documented"
        assert always <= keys, f"{example}: returns less than is documented"
    for secret in (*SECRETS.values(), seeded.login["password"]):
        # The command line with the variables is not among what the tasks print.
        assert secret not in output.split("PLAY [", 1)[1], "a secret was shown"


@pytest.mark.parametrize("name", [*PLAYBOOKS, OF_THE_COLLECTION])
def test_playbooks_work_and_leave_nothing_to_do(name: str, seeded: EmulatedServer, tmp_path: Path) -> None:
    """Check mode foretells the first run; the second run and check mode after it find no difference."""
    seeded.reset()
    inventory = tmp_path / "inventory.yml"
    hosts = {"localhost": {"ansible_connection": "local", "comet_url": seeded.url}}
    inventory.write_text(yaml.safe_dump({"comet_servers": {"hosts": hosts}}))
    where = FLEET if "fleet" in name else ["--inventory", inventory]
    playbook = name if name == OF_THE_COLLECTION else ROOT / "examples" / name
    foretold = changes(seeded, playbook, *where, "--check")
    assert changes(seeded, playbook, *where) == foretold > 0
    assert changes(seeded, playbook, *where) == 0
    assert changes(seeded, playbook, *where, "--check", "--diff") == 0


def test_the_nightly_comparison(seeded: EmulatedServer, tmp_path: Path) -> None:
    """It finds nothing on a server that was just provisioned, and the second night compares with the first."""
    seeded.reset()
    run(seeded, OF_THE_COLLECTION, *FLEET)
    nightly = ["--extra-vars", f"@{ROOT / 'examples' / 'drift' / 'nightly.yml'}"]
    here = {"drift_reports": str(tmp_path), "drift_previous": str(tmp_path / "drift.json"), "drift_unmanaged": "none"}
    for night in (1, 2):
        options = [*FLEET, *nightly, "--extra-vars", json.dumps(here)]
        shown = run(seeded, "comet.backup.detect_drift", *options)
        report = json.loads((tmp_path / "drift.json").read_text())
        assert report["totals"]["findings"] == 0, shown
        assert report["tolerated"] == ["cosmetic"]
        assert (report["compared_with"] is not None) == (night == 2)


def test_every_playbook_is_tested() -> None:
    """Playbooks are lists of plays; inventories, definitions, tasks and the like are not."""
    files = [path for path in (ROOT / "examples").rglob("*.yml") if path.parent.name != "tasks"]
    playbooks = [path for path in files if isinstance(yaml.safe_load(path.read_text()), list)]
    assert {path.relative_to(ROOT / "examples").as_posix() for path in playbooks} == set(PLAYBOOKS)
