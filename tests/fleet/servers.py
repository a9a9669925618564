# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulated servers as the hosts of an inventory, and real runs of playbooks over them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from emulated import ADMIN, PASSWORD, ROOT, Emulated

BIN = Path(sys.executable).parent
PATIENCE = 300
CANARY = "canary"
"""In every secret of the definitions, so that a leak is found whatever the secret is for."""


@dataclass(frozen=True)
class Played:
    """What became of a run: exit status, output, and for each host the counts of its last line."""

    status: int
    output: str

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """What Ansible counts at the end, by host."""
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.output.partition("PLAY RECAP")[2], re.MULTILINE)
        return {host: {key: int(n) for key, n in re.findall(r"(\w+)=(\d+)", counts)} for host, counts in lines}

    @property
    def changed(self) -> int:
        """How many tasks reported a change."""
        return sum(counts["changed"] for counts in self.recap.values())


@dataclass(frozen=True)
class Fleet:
    """Servers by the names of their hosts, and the inventory that lists them. All share one login."""

    servers: Mapping[str, Emulated]
    directory: Path

    @property
    def inventory(self) -> Path:
        """The file that lists the servers."""
        return self.directory / "inventory.yml"

    def describe(self, group: Mapping[str, Any], **hosts: Mapping[str, Any]) -> None:
        """Write the inventory: variables of all servers, and of some of them."""
        every = {name: {"comet_url": server.url, **hosts.get(name, {})} for name, server in self.servers.items()}
        variables = {"ansible_connection": "local", **group}
        self.inventory.write_text(yaml.safe_dump({"comet_servers": {"hosts": every, "vars": variables}}))

    def play(self, playbook: str, *options: str | Path, inventory: Path | None = None, **own: str) -> Played:
        """Run a playbook of the collection as a person would, with the login in the environment."""
        named = f"comet.backup.{playbook}"
        return run(["ansible-playbook", named, "-i", inventory or self.inventory, *options], **own)

    def digests(self) -> dict[str, str]:
        """For each server a text that changes when anything in it changes."""
        return {name: server.control("state")["digest"] for name, server in self.servers.items()}


@contextmanager
def fleet(directory: Path, *names: str, seed: str = "empty") -> Iterator[Fleet]:
    """Servers of one's own; each keeps its state below the directory."""
    with ExitStack() as stack:
        servers = {}
        for name in names:
            emulated = Emulated("--data", str(directory / name), "--seed", seed, "--set", "restart_seconds=0.05")
            servers[name] = stack.enter_context(emulated)
        made = Fleet(servers, directory)
        made.describe({})
        yield made


def environment(**own: str) -> dict[str, str]:
    """The variables of a run: none of the person's own about Ansible, and the login."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "COMET_", "PYTHON"))}
    fixed = {
        "PATH": os.pathsep.join([str(BIN), kept.get("PATH", os.defpath)]),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections"),
        "COMET_USERNAME": ADMIN,
        "COMET_PASSWORD": PASSWORD,
    }
    return {**kept, **fixed, **own}


def run(command: list[str | Path], **own: str) -> Played:
    """Run a program of the virtual environment to its end, and hold it to showing no secret."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        env=environment(**own),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    for secret in (CANARY, PASSWORD):
        assert secret not in done.stdout, f"a secret was shown: {done.stdout}"
    return Played(done.returncode, done.stdout)
