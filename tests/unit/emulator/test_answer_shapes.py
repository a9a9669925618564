"""The checker of answers finds what it should find: a check that never fails proves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests
from answer_shapes import (
    Answer,
    Rules,
    deviations,
    facts,
    members,
    method_exists,
    result_type,
    value_deviations,
)

from ansible_collections.comet.backup.tests.unit.emulator.valid_calls import filled

WRONG = {"string": 7, "int": "7", "bool": 1, "float": "0.5", "bytes": "no base64!", "any": None}
NEWEST, OLDER = Rules(), Rules(version="22.6.2")


def as_json(document: Any) -> Answer:
    return Answer(200, "application/json", json.dumps(document).encode())


def filled_result(method: str, rules: Rules) -> Any:
    """A good result of a method."""
    result = filled(result_type(method, rules.version), rules.version)
    if isinstance(result, dict) and {"Status", "Message"} <= result.keys():
        result["Status"] = 200
    return result


@pytest.mark.parametrize("rules", [NEWEST, OLDER], ids=["newest", "older"])
def test_good_results_pass(rules: Rules) -> None:
    checked = 0
    for name, method in facts("methods").items():
        if method["returns"] == "bytes" or not method_exists(name, rules.version):
            continue
        checked += 1
        assert deviations(name, as_json(filled_result(name, rules)), rules) == [], name
    assert checked > 160


def wrong_for(type_name: str) -> Any:
    if type_name.startswith("list<"):
        return {}
    return WRONG.get(type_name, [])


@pytest.mark.parametrize("structure", facts("structures"))
def test_every_member_is_looked_at(structure: str) -> None:
    good = filled(structure, NEWEST.version)
    assert value_deviations(structure, good, NEWEST) == []
    for name, member in members(structure, NEWEST.version).items():
        without = {key: value for key, value in good.items() if key != name}
        assert bool(value_deviations(structure, without, NEWEST)) != member["omit_when_zero"]
        assert f".{name}: missing" in value_deviations(structure, without, replace(NEWEST, omit_when_zero=False))
        if member["type"] != "any":
            found = value_deviations(structure, {**good, name: wrong_for(member["type"])}, NEWEST)
            assert any(entry.startswith(f".{name}: ") for entry in found), found
            assert f".{name}: null" in value_deviations(structure, {**good, name: None}, NEWEST)


def test_members_unknown_or_newer() -> None:
    entry = {**filled("NewsEntry", "25.9.8"), "Extra": 1}
    assert value_deviations("NewsEntry", entry, NEWEST) == [".Extra: unknown to NewsEntry"]
    assert value_deviations("NewsEntry", entry, replace(NEWEST, also_known=frozenset({"Extra"}))) == []
    branding = filled("ServerMetaBrandingProperties", "25.9.8")
    newer = value_deviations("ServerMetaBrandingProperties", branding, replace(NEWEST, version="24.12.1"))
    assert ".ServerIsEmpty: newer than 24.12.1" in newer
    assert ".BrandName: newer than 24.12.1" not in newer


def test_numbers_have_go_widths() -> None:
    spare = {"Unlimited": False, "UsedPercent": 50.0, "AvailableBytes": 2**64}
    assert value_deviations("StorageFreeSpaceInfo", spare, NEWEST)
    assert value_deviations("int", True, NEWEST) == [": bool instead of int"]
    assert value_deviations("int", 1.0, NEWEST) == [": float instead of int"]
    assert value_deviations("float", 1, NEWEST) == []


def test_enumerations_are_closed() -> None:
    job = {**filled("BackupJobDetail", "25.9.8"), "Status": 4}
    assert value_deviations("BackupJobDetail", job, NEWEST) == [".Status: 4 is not in its enumeration"]
    assert value_deviations("BackupJobDetail", job, replace(NEWEST, closed_enumerations=False)) == []


def test_zero_members_are_left_out_and_empty_ones_may_be_null() -> None:
    token = filled("UserGroup", "25.9.8")
    null = replace(NEWEST, null_for_empty=True)
    assert value_deviations("list<UserGroup>", [token], null) == []
    assert value_deviations("list<UserGroup>", None, null) == []
    assert value_deviations("list<UserGroup>", [], null) == [": [] although empty ones are null"]
    assert value_deviations("map<string,int>", {}, null) == [": {} although empty ones are null"]
    job = {**filled("BackupJobDetail", "25.9.8"), "CancellationID": ""}
    assert value_deviations("BackupJobDetail", job, NEWEST) == [".CancellationID: zero, and should be left out"]


@pytest.mark.parametrize(
    ("method", "document", "problem"),
    [
        ("AdminListUsers", {"Status": 403, "Message": "Unauthorised"}, ""),
        ("AdminListUsers", {"Status": 403, "Message": ""}, "without a text"),
        ("AdminListUsers", {"Status": 302, "Message": "elsewhere"}, "no status of a failure"),
        ("AdminListUsers", {"Status": 403, "Message": "x", "Users": []}, "Users: not in an envelope"),
        ("AdminListUsers", {"Status": 449, "Message": "x", "SessionKey": "k"}, ""),
        ("AdminListUsers", {"Status": 200, "Message": "OK"}, "dict instead of a list"),
        ("AdminAddUser", {"Status": 200, "Message": "OK"}, ""),
        ("AdminAddUser", {"Status": 0, "Message": ""}, "no status of a failure"),
        ("AdminAddUser", [], "list instead of a CometAPIResponseMessage"),
        ("AdminMetaStats", {"noon": {}}, "the key 'noon' is no number"),
        ("AdminGetJobLog", {"Status": 400, "Message": "no such job"}, ""),
        ("AdminGetJobLog", {"Log": "text"}, "instead of a raw body"),
        (None, {"Status": 404, "Message": "no such path"}, ""),
        (None, {"Status": 200, "Message": "OK"}, "no such method"),
    ],
)
def test_envelopes(method: str | None, document: Any, problem: str) -> None:
    found = deviations(method, as_json(document), NEWEST)
    assert bool(found) == bool(problem), found
    assert problem in "".join(found)


@pytest.mark.parametrize(
    ("method", "answer", "good"),
    [
        ("AdminGetJobLog", Answer(200, "text/plain; charset=utf-8", b"log"), True),
        ("AdminGetJobLog", Answer(200, "application/octet-stream", b"log"), False),
        ("AdminGetJobLog", Answer(200, "application/json", b"log"), False),
        ("AdminMetaReadAllLogs", Answer(200, "application/zip", b"PK\3\4"), True),
        ("AdminMetaReadAllLogs", Answer(200, "application/zip", b"log"), False),
        ("AdminListUsers", Answer(200, "text/html", b"<html>"), False),
        ("AdminListUsers", Answer(200, "application/json", b"[,"), False),
        ("AdminListUsers", Answer(404, "text/plain; charset=utf-8", b"404"), True),
        ("AdminListUsers", Answer(404, "application/json", b"{}"), False),
        ("AdminListUsers", Answer(500, "text/plain", b"500"), False),
        ("AdminListUsers", Answer(429, "application/json", b'{"Status": 429, "Message": "slow down"}'), True),
    ],
)
def test_bodies(method: str, answer: Answer, good: bool) -> None:
    assert (deviations(method, answer, NEWEST) == []) == good


def test_results_belong_to_a_version() -> None:
    assert result_type("AdminDispatcherRunBackup", "25.9.6") == "DispatchWithJobIDResponse"
    assert result_type("AdminDispatcherRunBackup", "25.9.5") == "CometAPIResponseMessage"
    assert result_type("AdminSetUserProfileHash", "25.3.1") == "CometAPIResponseMessage"
    assert result_type("AdminSetUserProfileHash", "25.3.2") == "GetProfileAndHashResponseMessage"
    envelope = {"Status": 200, "Message": "OK"}
    older = replace(NEWEST, version="22.5.0")
    assert deviations("AdminOrganizationSet", as_json(envelope), older) == []
    assert deviations("AdminOrganizationSet", as_json({**envelope, "ID": "x"}), older) == [".ID: newer than 22.5.0"]
    assert deviations("AdminOrganizationSet", as_json(envelope), NEWEST) != []
    assert deviations("AdminSquotaListAll", as_json({}), OLDER) == [
        "no such method at this version, and yet it answers"
    ]


def test_sessions_are_watched(server: Any) -> None:
    server.user()
    with requests.Session() as behind_its_back:
        behind_its_back.trust_env = False
        behind_its_back.post(f"{server.url}_control/switch", json={"version": "24.9.8"}, timeout=20)
    with pytest.raises(AssertionError, match=r"as 25\.9\.8: .*missing"):
        server.raw("get-user-profile", TargetUser="alice")
