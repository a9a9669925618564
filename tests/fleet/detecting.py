# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of the playbook that detects drift, and what they leave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.comet.backup.tests.fleet.servers import BIN, CANARY, Fleet, Played, run

CLEAN, DRIFT, UNKNOWN = 0, 2, 4
"""Exit statuses: no drift, drift, and not known."""
NOWHERE = "http://127.0.0.1:9"
"""An address at which nothing listens."""
NAMES = {"json": "drift.json", "markdown": "drift.md", "html": "drift.html", "junit": "drift.xml"}
"""The files of a report."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Detected:
    """A run and the folder of its reports."""

    played: Played
    folder: Path

    @property
    def status(self) -> int:
        """The exit status of the run."""
        return self.played.status

    @property
    def output(self) -> str:
        """What the run printed, without the line breaks and the indentation of messages."""
        return " ".join(self.played.output.split())

    @property
    def report(self) -> Document:
        """The report in JSON."""
        return dict(json.loads((self.folder / NAMES["json"]).read_text()))

    @property
    def verdicts(self) -> dict[str, str]:
        """What the report says of each server."""
        return {server["name"]: server["verdict"] for server in self.report["servers"]}

    @property
    def texts(self) -> dict[str, str]:
        """All reports as they are written, by format."""
        return {style: (self.folder / name).read_text() for style, name in NAMES.items()}

    def server(self, name: str) -> Document:
        """What the report tells of one server."""
        (found,) = (server for server in self.report["servers"] if server["name"] == name)
        return dict(found)

    def lines(self, name: str) -> list[str]:
        """The findings of a server as ``drifted user anna maximum_devices``, in the order of the report."""
        told = []
        for finding in self.server(name)["findings"]:
            labels = [member["label"] for member in finding["members"]] if finding["type"] == "drifted" else [""]
            told += [f"{finding['type']} {finding['kind']} {finding['name']} {label}".strip() for label in labels]
        return told


def detect(servers: Fleet, folder: Path, *options: str, through: Path | None = None, **variables: Any) -> Detected:
    """Look for drift as a person would, with reports in a folder; ``variables`` are those of the run.

    ``through`` is a program in Python that runs the command.
    """
    given = json.dumps({"drift_reports": str(folder), **variables})
    program = ["python", through, BIN / "ansible-playbook"] if through else ["ansible-playbook"]
    played = run([*program, "comet.backup.detect_drift", "-i", servers.inventory, *options, "-e", given])
    assert "Traceback" not in played.output, played.output
    for path in folder.glob("drift.*"):
        assert CANARY not in path.read_text()
    return Detected(played, folder)
