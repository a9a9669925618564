# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples that tell others about drift, and what the role does with the tasks and the variables of a run."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from emulated import ROOT

from ansible_collections.comet.backup.tests.fleet.detecting import CLEAN, DRIFT, NAMES, UNKNOWN, Detected, detect
from ansible_collections.comet.backup.tests.fleet.servers import CANARY, Fleet, fleet, run

TASKS = ROOT / "examples" / "drift" / "tasks"
USER = {"name": "anna", "password": f"{CANARY}-user", "maximum_devices": 3}
HOSTILE = "`<!channel>{{ 7 * 7 }}"
"""A name that would call a whole channel, end a block of code, or be evaluated."""


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A server of which one user has drifted, and on which a policy is missing."""
    directory = tmp_path_factory.mktemp("fleet")
    tree = directory / "tree.json"
    with fleet(directory, "europe") as servers:
        servers.describe({"fleet_src": str(tree)})
        tree.write_text(json.dumps({"server": {"users": [USER]}}))
        assert servers.play("provision_fleet").status == CLEAN
        servers.servers["europe"].control("profile", {"user": "anna", "members": {"MaximumDevices": 7}})
        tree.write_text(json.dumps({"server": {"users": [USER], "policies": [{"name": HOSTILE}]}}))
        yield servers


class _Inbox(HTTPServer):
    """Keeps what is posted to it: the headers and the body of each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.posted: list[tuple[dict[str, str], Any]] = []


class _Take(BaseHTTPRequestHandler):
    """Takes one request."""

    server: _Inbox

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((dict(self.headers), json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def inbox() -> Iterator[_Inbox]:
    """A server for webhooks, ended with the block."""
    with _Inbox() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def notify(servers: Fleet, folder: Path, example: str, **variables: Any) -> Detected:
    """Detect drift, and tell others as an example does."""
    return detect(servers, folder, drift_notify=str(TASKS / f"{example}.yml"), **variables)


def test_a_webhook_gets_the_whole_report(drifted: Fleet, tmp_path: Path) -> None:
    """As it is in the file, with hostile names as they are."""
    with inbox() as there:
        url = f"http://127.0.0.1:{there.server_port}/drift"
        done = notify(drifted, tmp_path, "webhook", drift_webhook_url=url, drift_webhook_token=f"{CANARY}-token")
    assert done.status == DRIFT, done.played.output
    ((headers, body),) = there.posted
    assert headers["Authorization"] == f"Bearer {CANARY}-token"
    assert body == done.report
    assert {one["name"] for one in body["servers"][0]["findings"]} == {"anna", HOSTILE}


def test_a_chat_gets_the_summary(drifted: Fleet, tmp_path: Path) -> None:
    """In one block of code that nothing in it ends, and only if there is something to tell."""
    with inbox() as there:
        done = notify(drifted, tmp_path, "chat", drift_chat_url=f"http://127.0.0.1:{there.server_port}/{CANARY}")
        assert done.status == DRIFT, done.played.output
        tolerated = notify(drifted, tmp_path, "chat", drift_chat_url="", drift_tolerate=["protection"])
        assert tolerated.status == CLEAN, tolerated.played.output
    ((_headers, body),) = there.posted
    text = body["text"]
    assert text.startswith("```\nDrift: 2 differences on 1 of 1 server\n")
    assert text.endswith("\n```")
    assert text.count("`") == 6
    assert "maximum_devices: 7 -&gt; 3" in text
    assert "&lt;!channel&gt;{{ 7 * 7 }}" in text


def test_mail_goes_through_the_system_of_the_controller(drifted: Fleet, tmp_path: Path) -> None:
    """With a summary that is text and nothing else."""
    program = tmp_path / "sendmail"
    program.write_text(f'#!/bin/sh\n[ "$1" = -t ] && cat > {tmp_path}/sent\n')
    program.chmod(0o755)
    addresses = {"drift_mail_from": "drift@msp.example", "drift_mail_to": "night@msp.example"}
    done = notify(drifted, tmp_path, "mail", drift_sendmail=str(program), **addresses)
    assert done.status == DRIFT, done.played.output
    head, _empty, body = (tmp_path / "sent").read_text().partition("\n\n")
    assert "Subject: 2 differences on 1 servers" in head
    assert "To: night@msp.example" in head
    assert body.startswith("Drift: 2 differences on 1 of 1 server\n  europe")
    assert HOSTILE in body


def test_who_cannot_be_told_makes_the_run_fail_but_not_as_drift(drifted: Fleet, tmp_path: Path) -> None:
    """The report is written all the same; tasks that are not there are an error before anything is compared."""
    done = notify(drifted, tmp_path, "chat", drift_chat_url="http://127.0.0.1:9/")
    assert done.status == UNKNOWN, done.played.output
    assert (tmp_path / NAMES["html"]).is_file()
    missing = detect(drifted, tmp_path / "none", drift_notify="nowhere.yml")
    assert missing.status == UNKNOWN, missing.played.output
    assert "drift_notify: there is no file " in missing.output
    assert not (tmp_path / "none").exists()


def test_the_run_is_the_same_for_all_servers(drifted: Fleet, tmp_path: Path) -> None:
    """One report: no server has its own variables of the run, and no part of the servers goes first."""
    url = drifted.servers["europe"].url
    hosts = {name: {"comet_url": url, "comet_server": {"users": [USER]}} for name in ("one", "two")}
    hosts["two"]["drift_show"] = ["emails"]
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(yaml.safe_dump({"comet_servers": {"hosts": hosts, "vars": {"ansible_connection": "local"}}}))
    apart = drifted.play("detect_drift", inventory=inventory)
    assert apart.status == UNKNOWN, apart.output
    assert "drift_show cannot differ between them" in " ".join(apart.output.split())
    playbook = tmp_path / "serial.yml"
    play = {"hosts": "comet_servers", "gather_facts": False, "serial": 1, "roles": ["comet.backup.drift"]}
    playbook.write_text(yaml.safe_dump([play]))
    parted = run(["ansible-playbook", playbook, "-i", inventory])
    assert parted.status == UNKNOWN, parted.output
    assert "leave out serial" in parted.output


def test_a_server_that_fails_before_the_role_is_told(drifted: Fleet, tmp_path: Path) -> None:
    """Its failure is the play's own, so the exit status is Ansible's."""
    url = drifted.servers["europe"].url
    inventory = tmp_path / "inventory.yml"
    hosts = {name: {"comet_url": url, "tenant_definition": {"name": "ACME"}} for name in ("late", "one")}
    inventory.write_text(yaml.safe_dump({"comet_servers": {"hosts": hosts, "vars": {"ansible_connection": "local"}}}))
    before = {"ansible.builtin.fail": {"msg": "not today"}, "when": "inventory_hostname == 'late'"}
    play = {"hosts": "comet_servers", "gather_facts": False, "pre_tasks": [before], "roles": ["comet.backup.drift"]}
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump([play]))
    done = run(["ansible-playbook", playbook, "-i", inventory, "-e", f"drift_reports={tmp_path}"])
    assert done.status == DRIFT, done.output
    told = {one["name"]: (one["state"], one["message"]) for one in Detected(done, tmp_path).report["servers"]}
    assert told["late"] == ("failed", "It ended with an error before it could be compared")
    assert told["one"] == ("compared", "")
