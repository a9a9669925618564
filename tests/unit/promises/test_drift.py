# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift: whatever somebody changes behind the back of a tree is one line, in every report, and nothing else is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import drift_readers
import pytest
from drift_readers import Told

from ansible_collections.comet.backup.plugins.plugin_utils._drift import _reporting
from ansible_collections.comet.backup.plugins.plugin_utils._drift._local import run_local
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, succeed
from ansible_collections.comet.backup.tests.unit.promises.described import AS_DESCRIBED, everything, make
from ansible_collections.comet.backup.tests.unit.promises.drift_changes import (
    EXTRA,
    GONE,
    INSIDE,
    LISTS,
    SERVERS,
    TENANTS,
    USERS,
    Change,
)

CHANGED = (*SERVERS, *TENANTS, *LISTS, *USERS, *INSIDE)
CHANGES = (*CHANGED, *GONE, *EXTRA)
SERVER = "one"
SHOW = ["emails", "hosts"]
_made: set[str] = set()


@pytest.fixture
def described(comet: EmulatedServer) -> EmulatedServer:
    """A server that is as the tree says."""
    if comet.url in _made:
        comet.restore(AS_DESCRIBED)
    else:
        make(comet)
        _made.add(comet.url)
    comet.forget_calls()
    return comet


def check(server: EmulatedServer, **options: Any) -> dict[str, Any]:
    """What comet_apply tells in check mode."""
    return dict(server.task("comet_apply", check=True, objects=everything(), unmanaged="all", **options))


def report(result: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """The result of comet_drift_report on that server."""

    def work(params: Mapping[str, Any]) -> dict[str, Any]:
        return _reporting.run(params, False)

    given = {"servers": [{"name": SERVER, "result": result}], **options}
    return succeed(run_local(_reporting.spec(), given, work))


def in_files(made: Mapping[str, Any]) -> dict[str, list[Told]]:
    """What each file of a report tells."""
    texts = {style: Path(path).read_text(encoding="utf-8") for style, path in made["files"].items()}
    return {
        "json": drift_readers.in_json(json.loads(texts["json"])),
        "markdown": drift_readers.in_markdown(texts["markdown"]),
        "html": drift_readers.in_html(texts["html"]),
        "junit": drift_readers.in_junit(texts["junit"]),
    }


def finding_of(change: Change) -> dict[str, Any]:
    """What identifies the finding that a change is."""
    owner = {"kind": "user", "name": change.owner} if change.owner else None
    about = {"kind": change.kind, "tenant": change.tenant, "name": change.name, "owner": owner}
    return {**about, "type": change.type, "made_by": change.made_by}


def path_of(label: str) -> list[str]:
    """``webhook_options[ops].url`` as the segments of a path."""
    return [name or option for name, option in re.findall(r"\[([^\]]*)\]|([^.\[\]]+)", label)]


def members_of(finding: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Before and after of the members of a finding, by label."""
    return {one["label"]: (one["before"], one["after"]) for one in finding["members"]}


@pytest.mark.parametrize("change", CHANGES, ids=[change.title for change in CHANGES])
def test_a_change_is_exactly_one_line_in_every_report(
    described: EmulatedServer, change: Change, tmp_path: Path
) -> None:
    change.act(described)
    made = report(succeed(check(described)), show=SHOW, dest=str(tmp_path))
    (server,) = made["report"]["servers"]
    assert server["verdict"] == ("clean" if change.made_by else "drift")
    assert server["undescribed"] == [{"kind": "admin_user", "tenant": "", "count": 1, "names": ["admin"]}]
    (finding,) = server["findings"]
    assert_is(finding, change)
    told = in_files(made)
    (line,) = told["json"]
    assert told == {style: [line] for style in told}
    assert not line.label or [line.label] == list(change.members)
    shown = drift_readers.in_terminal(made["summary"])
    assert len(shown) == (not change.made_by)
    assert all(drift_readers.fits(one, line) for one in shown)


def assert_is(finding: Mapping[str, Any], change: Change) -> None:
    """A finding tells what was changed: the object, each member with both sides, and how grave it is."""
    assert {name: finding[name] for name in finding_of(change)} == finding_of(change)
    assert members_of(finding) == dict(change.members)
    assert [one["path"] for one in finding["members"]] == [path_of(label) for label in change.members]
    told = {one["label"]: (one["before_text"], one["after_text"]) for one in finding["members"]}
    assert {label: told[label] for label in change.texts} == dict(change.texts)
    assert change.severity in ("", finding["severity"])


def test_nothing_is_told_where_nothing_was_done(described: EmulatedServer, tmp_path: Path) -> None:
    before = described.digest
    made = report(succeed(check(described)), dest=str(tmp_path))
    assert made["verdicts"][SERVER]["verdict"] == "clean"
    assert made["drift"] is False
    assert not any(in_files(made).values())
    assert made["totals"]["objects"] == made["totals"]["unchanged"] > 0
    assert (described.digest, described.calls(writes=True)) == (before, [])


def test_many_changes_are_told_together(described: EmulatedServer, tmp_path: Path) -> None:
    """Those that no other undoes, hides or forbids."""
    alone = {"settings.default_storage_vault_retention.mode", "default_retention.mode", "storage_vault"}
    chosen = [one for one in (*CHANGED, *EXTRA) if not alone & set(one.members) and one.made_by != "policy"]
    chosen = [one for one in chosen if (one.kind, one.name, one.made_by) != ("admin_user", "extra", "")]
    for change in chosen:
        change.act(described)
    made = report(succeed(check(described)), show=SHOW, dest=str(tmp_path))
    told = in_files(made)
    (server,) = made["report"]["servers"]
    expected: dict[str, dict[str, tuple[Any, Any]]] = {}
    for change in chosen:
        expected.setdefault(key_of(finding_of(change)), {}).update(change.members)
    assert {key_of(one): members_of(one) for one in server["findings"]} == expected
    assert {style: sorted(lines) for style, lines in told.items()} == dict.fromkeys(told, sorted(told["json"]))
    ranks = [("protection", "functional", "cosmetic").index(one["severity"]) for one in server["findings"]]
    assert ranks == sorted(ranks)


def key_of(finding: Mapping[str, Any]) -> str:
    """A text that tells findings apart."""
    return json.dumps([finding[part] for part in ("type", "kind", "tenant", "owner", "name", "made_by")])


def test_every_kind_and_block_of_the_tree_is_changed_by_some_test() -> None:
    """And each kind of which there may be several goes missing, and is there without being written."""
    tree = everything()
    blocks = {(kind, part) for kind, definition in _outer(tree) for part in definition if part not in LISTED}
    changed = {(one.kind, path_of(label)[0]) for one in CHANGED for label in one.members}
    assert {(kind, part) for kind, part in blocks if part != "name"} - changed == UNCHANGEABLE
    several = {*LISTED.values(), "tenant", "storage_vault", "protected_item", "schedule"}
    assert {one.kind for one in GONE} == {one.kind for one in EXTRA} == several
    assert several - {one.kind for one in CHANGED} == {"bucket", "news"}


LISTED = {
    "policies": "policy",
    "psas": "psa",
    "shared_quotas": "shared_quota",
    "user_groups": "user_group",
    "users": "user",
    "buckets": "bucket",
    "admin_users": "admin_user",
    "news": "news",
}
UNCHANGEABLE = {("server_config", "update_campaign")}
"""Parts of a definition that are a kind of their own."""


def _outer(tree: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    yield "server_config", tree["server"]
    yield from (("tenant", definition) for definition in tree["tenants"])


def test_no_report_holds_a_secret(described: EmulatedServer, tmp_path: Path) -> None:
    """Neither of the tree nor of the server, whatever is missing, extra or different."""
    described.switch(config_secrets="plain")
    for change in (*GONE, *USERS, *INSIDE[:2], *SERVERS):
        change.act(described)
    first = succeed(check(described))
    described.restore("empty")
    for number, result in enumerate((first, check(described))):
        made = report(result, show=SHOW, dest=str(tmp_path / str(number)))
        texts = [Path(path).read_text(encoding="utf-8") for path in made["files"].values()]
        assert CANARY not in json.dumps([made, result, *texts])
