"""What a call can suffer on its way, by plan and by chance, and what others change meanwhile."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from comet_emulator.__main__ import main
from comet_emulator.faults.mishaps import KINDS

REPOSITORY = Path(__file__).resolve().parents[3]
NEW_USER = {"TargetUser": "alice", "TargetPassword": "password-1"}
NAME = re.compile(r"`([a-z_0-9]+)`")
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def crowded(server: Any) -> Iterator[Any]:
    """A server with three users, on which nobody works any more afterwards."""
    for name in ("ann", "bob", "carl"):
        server.user(name)
    yield server
    server.control("clients", {"rate": 0})
    server.control("race", {})


def seconds(action: Callable[[], Any]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


# Planned, one by one


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_proxies_answer_in_place_of_the_server(server: Any, status: int) -> None:
    server.control("fault", {"kind": f"http_{status}", "path": "add-user"})
    response = server.raw("add-user", **NEW_USER)
    assert (response.status_code, response.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert server.ok("list-users") == []


def test_connection_dropped_while_the_request_arrives(server: Any) -> None:
    server.control("fault", {"kind": "drop_request", "value": 100_000})
    form = {**server.login, **NEW_USER, "Padding": "x" * 5_000_000}
    with pytest.raises(requests.ConnectionError):
        server.http.post(server.url + "api/v1/admin/add-user", data=form, timeout=10)
    assert server.ok("list-users") == []


def test_answer_cut_at_a_byte(server: Any) -> None:
    server.control("fault", {"kind": "truncate", "path": "list-users", "value": 1})
    with server.http.post(
        server.url + "api/v1/admin/list-users", data=server.login, stream=True, timeout=10
    ) as response:
        assert response.headers["Content-Length"] == "2"
        assert response.raw.read(1) == b"["
        with pytest.raises(LOST):
            next(response.iter_content(1))


def test_answer_that_drips(server: Any) -> None:
    server.user()
    wanted = server.raw("get-user-profile", TargetUser="alice", headers={"Accept-Encoding": "identity"}).content
    server.control("fault", {"kind": "slow_answer", "value": len(wanted) * 5})
    received: list[bytes] = []
    plain = {"Accept-Encoding": "identity"}
    taken = seconds(lambda: received.append(server.raw("get-user-profile", TargetUser="alice", headers=plain).content))
    assert received == [wanted]
    assert taken > 0.15


def test_request_that_is_read_slowly(server: Any) -> None:
    server.control("fault", {"kind": "slow_request", "value": 1000})
    assert seconds(lambda: server.ok("add-user", **NEW_USER, Padding="x" * 150)) > 0.15
    assert server.ok("list-users") == ["alice"]


def test_latency_within_a_range(server: Any) -> None:
    server.control("fault", {"kind": "latency_ms", "value": [60, 90], "count": 2})
    for _unused in range(2):
        assert seconds(lambda: server.ok("list-users")) > 0.055


def test_right_answer_under_the_wrong_type(server: Any) -> None:
    server.control("fault", {"kind": "wrong_type"})
    response = server.raw("list-users")
    assert (response.json(), response.headers["Content-Type"]) == ([], "text/html; charset=utf-8")


@pytest.mark.parametrize(("value", "status"), [(None, 301), (307, 307)])
def test_redirect_to_https(server: Any, value: int | None, status: int) -> None:
    server.control("fault", {"kind": "redirect", "value": value})
    address = server.url + "api/v1/admin/add-user"
    response = server.http.post(address, data={**server.login, **NEW_USER}, timeout=10, allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (status, address.replace("http:", "https:"))
    assert server.ok("list-users") == []


def settled(server: Any) -> None:
    """Wait until every call that is late was made."""
    ends = time.monotonic() + 5
    while server.control("fault")["late"]:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_call_that_is_made_after_a_proxy_gave_up(server: Any) -> None:
    server.control("fault", {"kind": "late", "path": "add-user", "value": 300})
    response = server.raw("add-user", **NEW_USER)
    assert (response.status_code, server.ok("list-users")) == (504, [])
    assert server.control("fault")["late"] == 1
    settled(server)
    assert server.ok("list-users") == ["alice"]


def test_a_call_that_is_made_after_the_client_gave_up(server: Any) -> None:
    server.control("fault", {"kind": "silent", "path": "add-user", "value": 400})
    with pytest.raises(requests.ReadTimeout):
        server.http.post(server.url + "api/v1/admin/add-user", data={**server.login, **NEW_USER}, timeout=0.1)
    assert server.ok("list-users") == []
    settled(server)
    assert server.ok("list-users") == ["alice"]


@pytest.mark.parametrize("ended_by", ["forgetting", "a restart"])
def test_a_late_call_that_is_never_made(server: Any, ended_by: str) -> None:
    server.control("fault", {"kind": "late", "path": "add-user", "value": 200})
    server.raw("add-user", **NEW_USER)
    if ended_by == "forgetting":
        server.control("fault", {"kind": "none"})
    else:
        server.ok("meta/restart-service")
        server.wait()
    assert server.control("fault")["late"] == 0
    time.sleep(0.3)
    assert server.ok("list-users") == []


def test_request_delivered_twice(server: Any) -> None:
    server.control("fault", {"kind": "duplicate", "path": "add-user"})
    assert "exists" in server.refused("add-user", 400, **NEW_USER)
    assert server.ok("list-users") == ["alice"]
    server.control("fault", {"kind": "duplicate", "path": "policies/new"})
    server.ok("policies/new", Policy={"Description": "Gold"})
    assert list(server.ok("policies/list").values()) == ["Gold", "Gold"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "TargetPassword=correct horse"),
        (1, "TargetPassword=correct+horse"),
        (2, '"TargetPassword": "correct horse"'),
    ],
)
def test_refusal_that_repeats_what_was_sent(server: Any, value: int | None, told: str) -> None:
    server.control("fault", {"kind": "echo", "value": value, "count": 2})
    assert told in server.refused("add-user", 400, TargetUser="alice", TargetPassword="correct horse")
    wrong = {"Content-Type": "multipart/form-data"}
    answer = server.http.post(server.url + "api/v1/admin/add-user", data=b"x", headers=wrong, timeout=10)
    assert answer.json()["Status"] == 400
    assert server.ok("list-users") == []


def test_restart_after_the_write_and_before_the_answer(server: Any) -> None:
    before = server.ok("meta/version")["ServerStartHash"]
    server.control("fault", {"kind": "restart", "path": "add-user"})
    with pytest.raises(requests.ConnectionError):
        server.raw("add-user", **NEW_USER)
    assert server.wait()["ServerStartHash"] != before
    assert server.ok("list-users") == ["alice"]


def test_faults_are_counted_until_they_are_forgotten(server: Any) -> None:
    server.control("fault", {"kind": "html", "path": "list-users", "count": 3})
    server.raw("list-users")
    report = server.control("fault")
    assert report["planned"] == [{"kind": "html", "path": "list-users", "count": 2}]
    assert (report["remaining"], report["injected"]) == (2, {"html": 1})
    assert server.control("fault", {"kind": "none"})["injected"] == {}
    assert server.ok("list-users") == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": ["html"]},
        {"kind": "html", "count": "1"},
        {"kind": "html", "path": 7},
        {"kind": "latency_ms", "value": -1},
        {"kind": "latency_ms", "value": [2, 1]},
        {"kind": "latency_ms", "value": True},
        {"kind": "slow_answer", "value": 0},
        {"kind": "redirect", "value": 200},
        {"kind": "random"},
        {"kind": "random", "weights": {"html": 1.5}},
        {"kind": "random", "weights": {"html": 0.6, "http_502": 0.6}},
        {"kind": "random", "weights": {"earthquake": 0.1}},
        {"kind": "random", "weights": {"html": 0.1}, "seed": "x"},
        {"kind": "random", "weights": {"html": 0.1}, "values": {"latency_ms": 1}},
    ],
)
def test_nonsense_is_refused(server: Any, fault: dict[str, Any]) -> None:
    response = server.http.post(f"{server.url}_control/fault", json=fault, timeout=10)
    assert response.status_code == 400, response.text
    assert response.json()["error"]


def test_readme_describes_every_kind() -> None:
    readme = (REPOSITORY / "tests" / "emulator" / "README.md").read_text(encoding="utf-8")
    table = readme.partition("\n## Faults\n")[2].partition("\n\nA `value`")[0]
    named = [name for row in table.splitlines() if row.startswith("| `") for name in NAME.findall(row.split("|")[1])]
    assert sorted(named) == sorted(KINDS)


# By chance


def outcomes(server: Any, count: int = 40) -> str:
    """One letter for each of a series of calls: how it went."""
    letters = ""
    for _unused in range(count):
        try:
            letters += {200: ".", 502: "g"}[server.raw("list-users").status_code]
        except LOST:
            letters += "d"
    return letters


def test_the_same_seed_brings_the_same_faults(server: Any) -> None:
    chances = {
        "kind": "random",
        "seed": 7,
        "path": "list-users",
        "weights": {"drop_before": 0.1, "http_502": 0.2, "latency_ms": 0.1},
        "values": {"latency_ms": [1, 2]},
    }
    server.control("fault", chances)
    first = outcomes(server)
    assert set(first) == {".", "g", "d"}
    counted = server.control("fault")["injected"]
    assert (counted["drop_before"], counted["http_502"]) == (first.count("d"), first.count("g"))
    server.control("fault", chances)
    server.ok("organization/list")
    assert outcomes(server) == first
    server.control("fault", {**chances, "seed": 8})
    assert outcomes(server) != first


def test_chance_of_the_command_line(start: Callable[..., Any]) -> None:
    weights = json.dumps({"kind": "random", "weights": {"http_502": 0.3, "drop_after": 0.2}})
    first, second = (outcomes(start("--fault-seed", "3", "--fault", weights), 25) for _unused in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_the_switch_for_502_follows_the_seed_too(start: Callable[..., Any]) -> None:
    options = ("--fault-seed", "4", "--set", "random_502=0.5", "--fault", "http_502")
    first, second = (outcomes(start(*options), 20) for _unused in range(2))
    assert first == second
    assert set(first) == {".", "g"}


@pytest.mark.parametrize("text", ["earthquake", "{nonsense", '{"kind": "html", "count": 0}'])
def test_bad_faults_on_the_command_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert main(["--fault", text]) == 2
    assert capsys.readouterr().err.startswith("comet-emulator: ")


# Others who change things


def profiles_after(server: Any, request: dict[str, Any], advance: float) -> dict[str, Any]:
    server.control("clients", request)
    server.control("clock", {"advance": advance})
    server.control("clients", {"rate": 0})
    profiles: dict[str, Any] = server.ok("list-users-full")
    return profiles


def test_clients_move_hashes_at_their_rate(crowded: Any) -> None:
    crowded.control("clients", {"rate": 0.2, "seed": 1, "changes": ["edit"]})
    crowded.control("clock", {"advance": 52})
    report = crowded.control("clients")
    assert report["done"] == {"edit": 10}
    assert report["last"] in ("ann", "bob", "carl")
    assert crowded.control("clients", {"rate": 0})["rate"] == 0
    digest = crowded.digest()
    crowded.control("clock", {"advance": 100})
    assert crowded.digest() == digest


def test_clients_change_what_real_ones_change(crowded: Any) -> None:
    template = next(iter(crowded.ok("request-storage-vault-providers")))
    crowded.ok("request-storage-vault", TargetUser="ann", StorageProvider=template, SelfAddress=crowded.url)
    after = profiles_after(crowded, {"rate": 10, "seed": 5}, 20)
    (vault,) = after["ann"]["Destinations"].values()
    assert vault["RepoInitTimestamp"]
    assert vault["Statistics"]["ClientProvidedSize"]["Size"]
    for profile in after.values():
        assert profile["AccountName"].startswith("Changed ")
        (device,) = profile["Devices"].values()
        assert device["ClientVersion"]


@pytest.mark.parametrize(("users", "changed"), [("a*", {"ann"}), (["bob", "carl", "nobody"], {"bob", "carl"})])
def test_clients_of_some_users(crowded: Any, users: Any, changed: set[str]) -> None:
    after = profiles_after(crowded, {"rate": 10, "users": users, "changes": ["edit"]}, 10)
    assert {name for name, profile in after.items() if profile["AccountName"]} == changed


def test_clients_repeat_with_their_seed(crowded: Any) -> None:
    crowded.control("snapshot", {"name": "before"})
    request = {"rate": 0.2, "seed": 9, "changes": ["edit", "device"]}

    def names() -> list[str]:
        after = profiles_after(crowded, request, 77)
        return [profile["AccountName"] for profile in after.values()]

    first = names()
    crowded.control("restore", {"name": "before"})
    assert names() == first
    crowded.control("restore", {"name": "before"})
    request["seed"] = 10
    assert names() != first


def test_users_that_come_and_go_under_the_clients(crowded: Any) -> None:
    crowded.control("clients", {"rate": 10, "changes": ["edit"]})
    crowded.control("clock", {"advance": 2})
    crowded.ok("delete-user", TargetUser="ann")
    crowded.user("dora")
    crowded.control("clock", {"advance": 10})
    after = crowded.ok("list-users-full")
    assert after.keys() == {"bob", "carl", "dora"}
    assert after["dora"]["AccountName"]


def test_a_second_administrator(crowded: Any) -> None:
    crowded.ok("policies/set", PolicyID="gold", Policy={"Description": "Gold"})
    profile = crowded.ok("get-user-profile", TargetUser="ann")
    crowded.ok("set-user-profile", TargetUser="ann", ProfileData={**profile, "PolicyID": "gold"})
    after = profiles_after(crowded, {"rate": 5, "changes": ["policy", "configuration"]}, 10)
    policy = crowded.ok("policies/get", PolicyID="gold")["Policy"]
    assert policy["Policy"]["RandomDelaySecs"]
    assert after["ann"]["Policy"]["RandomDelaySecs"] == policy["Policy"]["RandomDelaySecs"]
    assert crowded.ok("meta/server-config/get")["Email"]["FromName"].startswith("Sender ")


def test_a_change_exactly_between_a_read_and_a_write(crowded: Any) -> None:
    crowded.control("race", {"user": "ann", "members": {"AccountName": "Raced"}})
    write = {"TargetUser": "ann", "RequireHash": "0" * 64}
    crowded.refused("set-user-profile-hash", 409, ProfileData={"Username": "ann"}, **write)
    assert crowded.control("race") == {"waiting": ["ann"], "done": 0}
    for _unused in range(2):
        read = crowded.ok("get-user-profile-and-hash", TargetUser="ann")
    write = {"TargetUser": "ann", "ProfileData": read["Profile"], "RequireHash": read["ProfileHash"]}
    assert read["Profile"]["AccountName"] == ""
    crowded.refused("set-user-profile-hash", 409, **write)
    assert crowded.control("race") == {"waiting": [], "done": 1}
    again = crowded.ok("get-user-profile-and-hash", TargetUser="ann")
    assert again["Profile"]["AccountName"] == "Raced"
    crowded.ok("set-user-profile-hash", **{**write, "RequireHash": again["ProfileHash"]})


def test_a_list_of_all_users_is_a_read_too(crowded: Any) -> None:
    crowded.control("race", {"user": "bob"})
    profile = crowded.ok("list-users-full")["bob"]
    crowded.ok("set-user-profile", TargetUser="bob", ProfileData=profile)
    assert crowded.control("race")["done"] == 1
    assert crowded.ok("get-user-profile", TargetUser="bob") == profile


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("clients", {}),
        ("clients", {"rate": -1}),
        ("clients", {"rate": 1, "users": 7}),
        ("clients", {"rate": 1, "seed": "x"}),
        ("clients", {"rate": 1, "changes": ["weather"]}),
        ("clients", {"rate": 1, "changes": []}),
        ("race", {"user": "nobody"}),
        ("race", {"user": "ann", "members": 7}),
        ("race", {"user": "ann", "members": {"Emails": 7}}),
    ],
)
def test_others_must_make_sense(crowded: Any, name: str, body: dict[str, Any]) -> None:
    response = crowded.http.post(f"{crowded.url}_control/{name}", json=body, timeout=10)
    assert response.status_code == 400, response.text
    assert response.json()["error"]
