# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image in which AWX runs the collection: what ansible-builder makes of the example, and what it reads here."""

from __future__ import annotations

from pathlib import Path

import yaml
from emulated import ROOT

from ansible_collections.comet.backup.tests.fleet.servers import run

DEFINITION = ROOT / "examples" / "fleet" / "execution-environment.yml"
COLLECTIONS = ROOT / ".venv" / "collections"


def test_the_example_becomes_a_containerfile(tmp_path: Path) -> None:
    """No image is built here: that takes a container engine and the network. What the build would do is all written."""
    context = tmp_path / "context"
    target = ("--context", context, "--output-filename", "Containerfile")
    made = run(["ansible-builder", "create", "--file", DEFINITION, *target])
    assert made.status == 0, made.output
    written = yaml.safe_load(DEFINITION.read_text())
    steps = (context / "Containerfile").read_text()
    assert f'ARG EE_BASE_IMAGE="{written["images"]["base_image"]["name"]}"' in steps
    assert f'ARG PYPKG="{written["dependencies"]["python_interpreter"]["package_system"]}"' in steps
    for part in ("ansible_core", "ansible_runner"):
        assert written["dependencies"][part]["package_pip"] in steps
    galaxy = yaml.safe_load((context / "_build" / "requirements.yml").read_text())
    assert [collection["name"] for collection in galaxy["collections"]] == ["comet.backup"]


def test_the_collection_says_what_it_needs() -> None:
    """While an image is built, this reads meta/execution-environment.yml of each collection in it."""
    found = run(["ansible-builder", "introspect", COLLECTIONS])
    assert found.status == 0, found.output
    needed = yaml.safe_load(found.output)
    assert [line.split("#")[0].strip() for line in needed["python"]] == ["requests>=2.25"]
    assert needed["system"] == []
