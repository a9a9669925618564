# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_drift_report as a task: which files come of which options, what is refused, and what its result holds."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting
from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local
from ansible_collections.comet.backup.tests.unit import drift_samples

SECRET = "canary-in-a-result"
COUNTS = {"unchanged": 41, "created": 0, "changed": 1, "deleted": 0, "failed": 0, "skipped": 0}
FOUND: dict[str, Any] = {
    "changed": True,
    "msg": "1 changed, 41 unchanged",
    "counts": COUNTS,
    "kinds": {"user": COUNTS},
    "objects": [{"kind": "user", "tenant": "ACME", "name": "alice", "outcome": "changed", "msg": "user alice changed"}],
    "diff": [
        {
            "kind": "user",
            "tenant": "ACME",
            "name": "alice",
            "before_header": "ACME user alice",
            "after_header": "ACME user alice",
            "before": {"maximum_devices": 5},
            "after": {"maximum_devices": 3},
        }
    ],
    "calls": {"reads": 3, "writes": 0},
    "seconds": 1.5,
    "invocation": {"module_args": {"password": SECRET}},
}
"""What comet_apply returns where one user differs."""
SERVERS = [{"name": "europe", "result": FOUND}, {"name": "asia", "message": "No route", "unreachable": True}]
ENDINGS = {"json": ".json", "markdown": ".md", "html": ".html", "junit": ".xml"}


def task(check_mode: bool = False, **options: Any) -> dict[str, Any]:
    """The result of a task with these options."""
    work = partial(_reporting.run, check_mode=check_mode)
    return run_local(_reporting.spec(), options, work, unseen=("servers",))


def reported(**options: Any) -> dict[str, Any]:
    """The same of a task that has to succeed, about the two servers."""
    result = task(**{"servers": SERVERS, **options})
    assert not result.get("failed"), result["msg"]
    return result


def refusal(**options: Any) -> str:
    """The message of a task that has to fail, about the two servers unless the options name others."""
    result = task(**{"servers": SERVERS, **options})
    assert result["failed"] is True
    assert result.keys() == {"failed", "msg", "invocation"}
    return str(result["msg"])


def test_without_a_folder_there_is_a_result_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = reported()
    assert list(tmp_path.iterdir()) == []
    assert (result["changed"], result["files"], result["drift"]) == (False, {}, True)
    assert result["msg"] == "1 difference on 1 of 2 servers; 1 server not compared, or not wholly"
    assert result["verdicts"]["europe"]["verdict"] == "drift"
    assert result["verdicts"]["europe"]["msg"].startswith("drift: 1 difference in 42 objects (1 ")
    assert result["verdicts"]["asia"] == {"verdict": "unknown", "msg": "not compared: No route"}
    assert result["totals"] == result["report"]["totals"]
    assert "maximum_devices: 5 -> 3" in result["summary"][-1]


def test_each_format_has_its_file(tmp_path: Path) -> None:
    result = reported(dest=str(tmp_path / "reports"), basename="nightly")
    assert result["changed"] is True
    assert result["msg"].endswith("; 4 files written")
    assert result["files"] == {style: str(tmp_path / "reports" / f"nightly{ENDINGS[style]}") for style in ENDINGS}
    texts = {style: Path(path).read_text(encoding="utf-8") for style, path in result["files"].items()}
    assert json.loads(texts["json"]) == result["report"]
    assert texts["markdown"].startswith("# Drift\n")
    assert texts["html"].lower().startswith("<!doctype html>")
    assert texts["junit"].startswith("<?xml ")
    for text in texts.values():
        assert "maximum_devices" in text


def test_what_a_server_holds_does_not_act_on_a_terminal(tmp_path: Path) -> None:
    """In JSON, too, where values are as they are; whoever reads it gets them back."""
    document = drift_samples.hostile()
    text = _reporting.FORMATS["json"][1](document)
    assert json.loads(text) == document
    assert all(line.isprintable() for line in text.splitlines())
    name = "half a pair \ud800"
    diff = [{**FOUND["diff"][0], "before": {"account_name": name}, "after": {"account_name": "Alice"}}]
    result = reported(dest=str(tmp_path), servers=[{"name": "europe", "result": {**FOUND, "diff": diff}}])
    assert json.loads((tmp_path / "drift.json").read_text(encoding="utf-8")) == result["report"]


def test_only_the_formats_that_are_wanted(tmp_path: Path) -> None:
    result = reported(dest=str(tmp_path), formats=["html", "junit", "html"], mode="0600")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drift.html", "drift.xml"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert result["files"].keys() == {"html", "junit"}


def test_check_mode_says_what_it_would_write(tmp_path: Path) -> None:
    result = reported(check_mode=True, dest=str(tmp_path / "reports"))
    assert list(tmp_path.iterdir()) == []
    assert result["changed"] is True
    assert result["msg"].endswith("; 4 files to write")
    assert result["files"].keys() == ENDINGS.keys()


def test_options_alone_are_looked_at(tmp_path: Path) -> None:
    result = task(validate_only=True, dest=str(tmp_path / "a" / "b"), previous=str(tmp_path / "a" / "b" / "drift.json"))
    assert not result.get("failed"), result["msg"]
    assert result["changed"] is False
    assert list(tmp_path.iterdir()) == []
    assert result["files"].keys() == ENDINGS.keys()
    assert "report" not in result


def test_the_report_of_the_run_before_is_replaced_and_compared_with(tmp_path: Path) -> None:
    options = {"dest": str(tmp_path), "previous": str(tmp_path / "drift.json")}
    first = reported(**options)
    assert first["report"]["compared_with"] is None
    second = reported(**options)
    assert second["report"]["compared_with"] == {"generated": first["report"]["generated"]}
    assert (second["totals"]["new"], second["totals"]["still"]) == (0, 1)
    unchanged = {**FOUND, "counts": {**COUNTS, "changed": 0, "unchanged": 42}, "objects": [], "diff": []}
    third = reported(**options, servers=[{"name": "europe", "result": unchanged}])
    assert (third["totals"]["gone"], third["drift"]) == (1, False)


def test_what_is_tolerated_and_what_is_shown() -> None:
    result = reported(tolerate=["drifted", "uncompared"], show=["emails"], title="Night")
    assert result["drift"] is False
    assert {name: told["verdict"] for name, told in result["verdicts"].items()} == {"europe": "clean", "asia": "clean"}
    assert result["report"]["shown"] == {"emails": True, "hosts": False}
    assert result["summary"][0].startswith("Night: no drift on 1 of 2 servers; 1 server not compared, which is ")


def test_nothing_of_the_results_is_repeated(tmp_path: Path) -> None:
    result = reported(dest=str(tmp_path))
    assert result["invocation"]["module_args"]["servers"] == "(not shown)"
    assert SECRET not in json.dumps(result)
    for path in tmp_path.iterdir():
        assert SECRET not in path.read_text(encoding="utf-8")
    refused = task(servers=SERVERS, dets="/tmp")
    assert SECRET not in json.dumps(refused)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dets": "/tmp"}, "dets is not an option of this module; did you mean dest?"),
        ({"servers": [{"name": "a", "results": {}}]}, "servers.results is not an option of this module; did you mean"),
        ({"servers": []}, "servers: the list is empty, so there is nothing to report on; name at least one server"),
        ({"servers": None}, "servers: the list is empty"),
        ({"servers": [{"name": ""}]}, "servers: a server without a name cannot be told from others; give it one"),
        (
            {"servers": [{"name": "a", "message": "x"}, {"name": "b", "message": "x"}, {"name": "a", "message": "x"}]},
            "servers: a is named more than once; give each server a name of its own",
        ),
        (
            {"formats": ["pdf"]},
            "value of formats must be one or more of: json, markdown, html, junit. Got no match for: pdf",
        ),
        (
            {"tolerate": ["small"]},
            "value of tolerate must be one or more of: protection, functional, cosmetic, drifted",
        ),
        ({"basename": "a/b"}, "basename: 'a/b' is not the name of a file; leave folders to dest"),
        ({"basename": ".."}, "basename: '..' is not the name of a file; leave folders to dest"),
        ({"basename": ""}, "basename: '' is not the name of a file; leave folders to dest"),
        ({"mode": "rw"}, "mode: rw are not permissions of a file; write them as octal digits, such as '0640'"),
        ({"mode": 4096}, "mode: 4096 are not permissions of a file"),
        ({"mode": True}, "mode: True are not permissions of a file"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, Any], message: str) -> None:
    assert refusal(**options).startswith(message)


def test_a_folder_that_cannot_be_written_into(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for dest in (taken, taken / "reports"):
        assert refusal(dest=str(dest)) == f"dest: {taken} is not a folder"
        assert refusal(dest=str(dest), validate_only=True) == f"dest: {taken} is not a folder"
        assert refusal(dest=str(dest), check_mode=True) == f"dest: {taken} is not a folder"
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("looks", [{}, {"validate_only": True}, {"check_mode": True}])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, ""),
        ("{", ""),
        ("[]", ""),
        ('{"counts": {}}', ""),
        (json.dumps({**drift_samples.small(), "format": "another.format"}), "comet.backup.drift"),
        (json.dumps({**drift_samples.small(), "version": 0}), "0.*1"),
        (json.dumps({**drift_samples.small(), "version": 2}), "2.*1"),
    ],
    ids=["missing", "not JSON", "a list", "something else", "another format", "older", "newer"],
)
def test_an_earlier_report_that_cannot_be_used(
    tmp_path: Path, looks: dict[str, Any], content: str | None, message: str
) -> None:
    """It is told by its path, and nothing is written."""
    earlier = tmp_path / "earlier.json"
    if content is not None:
        earlier.write_text(content)
    said = refusal(previous=str(earlier), dest=str(tmp_path / "reports"), **looks)
    assert said.startswith(f"previous: {earlier} ")
    assert re.search(message, said.partition(str(earlier))[2])
    assert not (tmp_path / "reports").exists()


def test_an_earlier_report_that_is_to_be_replaced_has_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "drift.json").write_text("mine")
    assert "previous: " in refusal(previous=str(tmp_path / "drift.json"), dest=str(tmp_path))
    assert (tmp_path / "drift.json").read_text() == "mine"


def test_an_earlier_report_of_a_file_that_is_not_written_has_to_be_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "drift.json")
    assert refusal(previous=missing, dest=str(tmp_path), formats=["html"]).startswith(f"previous: {missing} ")
    assert refusal(previous=missing, dest=str(tmp_path), basename="other").startswith(f"previous: {missing} ")
    assert refusal(previous=missing).startswith(f"previous: {missing} ")


def test_a_server_without_result_is_one_that_was_not_compared() -> None:
    failed = {"failed": True, "msg": "Refused."}
    result = reported(servers=[{"name": "europe"}, {"name": "asia", "result": failed}, {"name": "us", "result": {}}])
    assert {told["verdict"] for told in result["verdicts"].values()} == {"unknown"}
    assert "Refused" in result["verdicts"]["asia"]["msg"]


@pytest.mark.parametrize(
    ("odd", "part"),
    [
        ({"counts": "none"}, "counts"),
        ({"counts": {"changed": "many"}}, "counts"),
        ({**FOUND, "objects": 5}, "objects"),
        ({**FOUND, "diff": [5]}, "diff"),
        ({**FOUND, "unmanaged": "no"}, "unmanaged"),
        ({**FOUND, "undescribed": {}}, "undescribed"),
    ],
)
def test_a_result_of_something_else_is_refused(odd: dict[str, Any], part: str) -> None:
    said = refusal(servers=[{"name": "europe", "result": odd}])
    assert said.startswith(f"servers: the result of europe is none of comet_apply, going by its {part}; ")


def test_servers_have_to_be_given() -> None:
    assert task()["msg"] == "validate_only is False but all of the following are missing: servers"


def test_a_fault_of_the_program_is_told_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any) -> None:
        raise KeyError(f"{given}")

    monkeypatch.setattr(_reporting, "_document", fail)
    result = task(servers=SERVERS)
    assert result["failed"] is True
    assert result["msg"].startswith("unexpected KeyError in test_reporting.py, line ")
    assert "in run_local" in result["error"]["traceback"]
    assert SECRET not in json.dumps(result)
