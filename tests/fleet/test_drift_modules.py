# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules about drift in real runs: exit statuses that schedulers rely on, and names that nobody may fall for."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cores
import yaml

from ansible_collections.comet.backup.tests.fleet.servers import BIN, environment

STATUSES = {"a": 0, "b": 2, "c": 4, "a,b": 2, "c,b": 4, "a,b,c,d": 4}
"""The exit status of a run over these hosts: a and d are clean, b has drifted, and of c nobody knows."""
VERDICTS = {"a": "clean", "b": "drift", "c": "unknown", "d": "clean"}
TEMPLATES = "{{ 7 * 7 }} {% raw %} {{ lookup('pipe', 'touch injected') }}"
ESCAPES = "\x1b[2J\x1b]0;title\x07"
NAMES = [TEMPLATES, ESCAPES, "<script>alert(1)</script>", "`code` @everyone | [link](https://evil.test)", "\u202etxt"]


def ran(
    directory: Path, tasks: list[dict[str, Any]], *options: str, programs: Path = BIN, **variables: Any
) -> subprocess.CompletedProcess[str]:
    """A play over hosts whose connection leads nowhere, run where its files are."""
    every = {"hosts": dict.fromkeys(VERDICTS), "vars": {"ansible_connection": "ssh", **variables}}
    (directory / "inventory.yml").write_text(yaml.safe_dump({"all": every}))
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    (directory / "playbook.yml").write_text(yaml.safe_dump([play]))
    own = environment(ANSIBLE_HOME=str(directory / "home"))
    return subprocess.run(
        [programs / "ansible-playbook", "playbook.yml", "-i", "inventory.yml", *options],
        cwd=directory,
        env={**own, "PATH": os.pathsep.join([str(programs), own["PATH"]])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_exit_status_of_each_mixture_of_verdicts(tmp_path: Path) -> None:
    """With the oldest and the newest ansible-core; many hosts at a time or one by one, in check mode or not."""
    task = {"comet.backup.comet_drift_status": {"verdict": "{{ verdicts[inventory_hostname] }}", "msg": "So it is"}}
    ways = [("--forks", "10"), ("--forks", "1"), ("--check",)]
    for core in cores.select(["oldest", "newest"]):
        programs = cores.make(core) / "bin"
        for number, (hosts, status) in enumerate(STATUSES.items()):
            more = ("--limit", hosts, *ways[number % len(ways)])
            done = ran(tmp_path, [{"name": "End", **task}], *more, programs=programs, verdicts=VERDICTS)
            assert done.returncode == status, f"{core.version}: {hosts}: {done.stdout}{done.stderr}"
            assert ("So it is" in done.stdout) == (status > 0)


def result_of(names: list[str]) -> dict[str, Any]:
    """What comet_apply would return about users of these names, which differ in an account name."""
    told = [{"kind": "user", "tenant": "ACME", "name": name} for name in names]
    return {
        "counts": {"unchanged": 0, "created": 0, "changed": len(names), "deleted": 0, "failed": 0, "skipped": 0},
        "objects": [{**one, "outcome": "changed", "msg": "changed"} for one in told],
        "diff": [{**one, "before": {"account_name": one["name"]}, "after": {"account_name": "Alice"}} for one in told],
        "seconds": 0.5,
    }


def test_names_travel_unexecuted_through_a_run_and_all_reports(tmp_path: Path) -> None:
    """Templates stay templates, and nothing acts on a terminal, in a page or in a comment."""
    (tmp_path / "result.json").write_text(json.dumps(result_of(NAMES)))
    options = {"servers": [{"name": "europe", "result": "{{ found }}"}], "dest": "reports", "show": ["hosts"]}
    found = {"found": "{{ lookup('ansible.builtin.file', 'result.json') | from_json }}"}
    names = "{{ report.report.servers[0].findings | map(attribute='name') | join(' ') }}"
    tasks: list[dict[str, Any]] = [
        {"name": "Report", "comet.backup.comet_drift_report": options, "vars": found, "register": "report"},
        {"name": "Show", "ansible.builtin.debug": {"var": "report.summary"}},
        {"name": "End", "comet.backup.comet_drift_status": {"verdict": "drift", "msg": names}},
    ]
    done = ran(tmp_path, tasks, "--limit", "a")
    assert done.returncode == 2, done.stdout + done.stderr
    assert not list(tmp_path.rglob("injected"))
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout.partition("PLAY RECAP")[0])
    assert "Drift: 5 differences on 1 of 1 server\n" in done.stdout
    assert done.stdout.count("{{ 7 * 7 }}") >= 3
    files = {path.suffix: path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir()}
    assert files.keys() == {".json", ".md", ".html", ".xml"}
    shown = {TEMPLATES, "\\x1b[2J\\x1b]0;title\\x07", *NAMES[2:4], "\\u202etxt"}
    assert {finding["name"] for finding in json.loads(files[".json"])["servers"][0]["findings"]} == shown
    assert TEMPLATES in files[".md"]
    assert "<script>alert" not in files[".html"]
    tests = ElementTree.fromstring(files[".xml"]).findall("testsuite/testcase[failure]")
    assert {str(test.get("name")) for test in tests} == {f"user {name} (ACME)" for name in shown}


def test_a_report_needs_no_connection_and_shows_its_summary_once(tmp_path: Path) -> None:
    """A relative folder counts from where the run was started."""
    servers = [{"name": name, "message": "No route", "unreachable": True} for name in ("europe", "asia")]
    options = {"servers": servers, "dest": "reports", "formats": ["json"]}
    done = ran(tmp_path, [{"name": "Report", "comet.backup.comet_drift_report": options, "run_once": True}])
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Drift: no drift on 0 of 2 servers; 2 servers not compared, or not wholly\n") == 1
    assert "  asia    not compared  No route\n" in done.stdout
    assert (tmp_path / "reports" / "drift.json").is_file()
