# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents by chance reach everything there is, and find out each promise that is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._module._exported import Exported
from ansible_collections.comet.backup.plugins.module_utils._state import (
    _compare,
    _document,
    _fields,
    _plan,
    _redact,
)
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Merge
from ansible_collections.comet.backup.tests.soak import laws, page
from ansible_collections.comet.backup.tests.soak.asked import asked
from ansible_collections.comet.backup.tests.soak.campaign import Lost, SoakedServer, soaked_server
from ansible_collections.comet.backup.tests.soak.campaigns import documents
from ansible_collections.comet.backup.tests.soak.campaigns.documents import CAMPAIGN, CASES, MANAGED, SHARE, STRUCTURES
from ansible_collections.comet.backup.tests.soak.exports import Exporter
from ansible_collections.comet.backup.tests.soak.judges import Rules
from ansible_collections.comet.backup.tests.soak.oddities import NEW
from ansible_collections.comet.backup.tests.soak.on_server import Planter

TRIES = 40
DOCUMENT = Merge.document
NODE = Merge._node
TASK = SoakedServer.task


def test_runs_in_a_row_reach_every_structure() -> None:
    for all_of_them in (STRUCTURES, MANAGED):
        seen = [name for number in range(7, 7 + SHARE) for name in documents.shared(all_of_them, number)]
        assert sorted(seen) == sorted(all_of_them)
    assert list(STRUCTURES) == _model.structure_names()
    assert {kind.structure for kind in KINDS} <= set(MANAGED)
    assert {case.resource.kind for case in CASES} == {kind.kind for kind in KINDS}


def test_what_was_published_reached_everything() -> None:
    figures = json.loads(Path(page.FIGURES).read_text())[CAMPAIGN.name]["figures"]
    reached = {
        group: {name.partition(".")[2] for name in figures if name.startswith(f"{group}.")}
        for group in ("structures", "managed", "kinds")
    }
    assert reached["structures"] == set(STRUCTURES)
    assert reached["managed"] == set(MANAGED)
    assert reached["kinds"] == {kind.kind for kind in KINDS}


def broken(name: str, example: documents.Example) -> str:
    """The promise that is broken about a structure."""
    with pytest.raises(Lost) as lost:
        documents.draw(1, TRIES, example)
    said = str(lost.value)
    assert name in said
    return said.partition(f": {name}")[0]


def forgetful(merge: Merge, name: str, current: Any, patch: Any, path: Any = ()) -> Any:
    """Rebuilds documents from what it knows."""
    result = DOCUMENT(merge, name, current, patch, path)
    if result is current:
        return result
    return {key: value for key, value in result.items() if key in _fields.fields(name) or key in patch}


def meddling(merge: Merge, name: str, current: Any, patch: Any, path: Any = ()) -> Any:
    """Fills in what nobody asked for."""
    result = DOCUMENT(merge, name, current, patch, path)
    return result if result is current else {**result, "AccountName": "somebody"}


def careless(merge: Merge, name: str, current: Any, patch: Any, path: Any = ()) -> Any:
    """Writes into what it was given."""
    result = DOCUMENT(merge, name, current, patch, path)
    if isinstance(current, dict) and result is not current:
        current.update(result)
    return result


def copying(merge: Merge, name: str, current: Any, patch: Any, path: Any = ()) -> Any:
    """Gives a new document where nothing differs."""
    result = DOCUMENT(merge, name, current, patch, path)
    return dict(result) if result else result


def restless(merge: Merge, entry: Any, before: Any, wanted: Any, path: Any, beside: Any) -> Any:
    """Takes null for something else than nothing."""
    if before != wanted and not before and not wanted:
        merge.changes.append(_compare.Change(path, entry, before, wanted))
        return before
    return NODE(merge, entry, before, wanted, path, beside)


def deaf(merge: Merge, entry: Any, before: Any, wanted: Any, path: Any, beside: Any) -> Any:
    """Changes no number."""
    return before if isinstance(wanted, int) else NODE(merge, entry, before, wanted, path, beside)


NAME = "RemoteServerAddress"


@pytest.mark.parametrize(
    ("method", "fault", "promise"),
    [
        ("document", forgetful, "unknown members survive"),
        ("document", meddling, "what is not managed is not touched"),
        ("document", careless, "what is given and what is fetched stay as they are"),
        ("document", copying, "applied twice, nothing is written"),
        ("_node", restless, "what is shown is what is there"),
        ("_node", deaf, "the result is as wished"),
    ],
)
def test_a_broken_comparison_is_found_out(
    method: str, fault: Callable[..., Any], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Merge, method, fault)
    assert broken(NAME, documents.asking(NAME)) == promise


def test_a_comparison_that_never_rests_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of a map have meanings, so that nothing but a second run judges them."""

    def wishing(data: Any) -> Any:
        return laws.of_wish("SourceConfig", {}, data.draw(asked("SourceConfig", None)), Rules())

    def counting(member: Any, before: Any, wanted: Any, engine: str) -> dict[str, Any]:
        return {f"{key}-{len(before)}": value for key, value in wanted.items()}

    monkeypatch.setattr(_compare._keyed, "aligned", counting)
    assert broken("SourceConfig", wishing) == "applied twice, nothing changes"


@pytest.mark.parametrize(
    ("where", "name", "fault", "promise"),
    [
        (_redact, "looks_secret", lambda name: False, "every secret is hidden, and nothing else"),
        (_redact, "looks_secret", lambda name: True, "every secret is hidden, and nothing else"),
        (_redact, "without_login", lambda value: value, "every secret is hidden, and nothing else"),
        (_redact, "hidden", lambda value: value, "every secret is hidden, and nothing else"),
        (_redact, "secrets_in", lambda kind, value: set(), "every secret is known"),
        (_document, "options_from", lambda name, document, view=None: dict(document), "no secret is shown"),
        (_document, "options_from", lambda *given: {}, "what merely looks secret stays readable"),
    ],
    ids=["blind", "anxious", "logins", "open", "forgetful", "raw", "empty"],
)
def test_a_broken_mask_is_found_out(
    where: Any, name: str, fault: Callable[..., Any], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, fault)
    assert broken(NAME, documents.showing(NAME)) == promise


@pytest.mark.parametrize(
    ("diff", "promise"),
    [
        ({"before": {}, "after": {}}, "the diff is empty exactly when nothing differs"),
        ({"before": {"a": 1}, "after": {"a": 1}}, "the diff is empty exactly when nothing differs"),
    ],
    ids=["empty", "idle"],
)
def test_a_wrong_diff_is_found_out(diff: Any, promise: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_plan, "difference", lambda *given: diff)
    assert broken(NAME, documents.asking(NAME)) == promise


def test_what_cannot_be_asked_for_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(_fields.by_spelling(NAME))
    del known["description"]
    monkeypatch.setattr(_fields, "by_spelling", lambda name: known)
    with pytest.raises(Lost, match="what is shown can be asked for"):
        documents.draw(1, TRIES, documents.asking(NAME))


def test_a_loss_tells_the_least_document_and_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Merge, "document", forgetful)
    with pytest.raises(Lost) as lost:
        documents.draw(1, TRIES, documents.asking("UserGroup"))
    document, options = str(lost.value).splitlines()[1:3]
    assert len(json.loads(options)) == 1
    assert set(json.loads(document)) & set(NEW)


@pytest.fixture(scope="module")
def server() -> Iterator[SoakedServer]:
    with soaked_server() as one:
        yield one


def planted(server: SoakedServer) -> documents.Example:
    planter = Planter(server, next(case for case in CASES if case.title == "shared-quota"))
    planter.prepare()
    return planter.example


@pytest.mark.parametrize(
    ("changed", "promise"),
    [
        ({"changed": False}, "check mode tells whether something changes"),
        ({"diff": {"before": {}, "after": {"limit_bytes": -7}}}, "check mode tells the same diff"),
        ({"shared_quota": {}}, "check mode tells the document that results"),
    ],
)
def test_a_check_mode_that_says_something_else_is_found_out(
    changed: dict[str, Any], promise: str, server: SoakedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = planted(server)

    def lying(this: SoakedServer, module: str, check: bool = False, **options: Any) -> Any:
        result = TASK(this, module, check=check, **options)
        return {**result, **changed} if check and result["changed"] else result

    monkeypatch.setattr(SoakedServer, "task", lying)
    assert broken("shared-quota", example) == promise


@pytest.mark.parametrize("writing", ["check mode writes nothing", "applied twice, nothing is written"])
def test_a_task_that_writes_when_it_must_not_is_found_out(
    writing: str, server: SoakedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = planted(server)

    def submitting(this: SoakedServer, module: str, check: bool = False, **options: Any) -> Any:
        result = TASK(this, module, check=check, **options)
        if check is writing.startswith("check") and (check or not result["changed"]):
            this.client.call("AdminNewsSubmit", NewsContent="News")
        return result

    monkeypatch.setattr(SoakedServer, "task", submitting)
    assert broken("shared-quota", example) == writing


def test_an_export_that_says_something_else_is_found_out(server: SoakedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = Exporter(server)
    exporter.prepare(1)
    scalar = Exported._scalar

    def one_more(this: Any, entry: Any, value: Any, *more: Any) -> Any:
        counted = entry.member.type.name == "int" and not entry.member.enum and not entry.member.reference
        return scalar(this, entry, value + 1 if counted and value == 1 else value, *more)

    monkeypatch.setattr(Exported, "_scalar", one_more)
    with pytest.raises(Lost, match="an export applied as it is changes nothing"):
        documents.draw(1, 1, exporter.example)
