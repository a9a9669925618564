# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_apply: a whole server as a tree says, with the promises of the single modules, and honest when things fail."""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._api._errors import LoginFailed, Unreachable
from ansible_collections.comet.backup.plugins.module_utils._module import _runner
from ansible_collections.comet.backup.plugins.module_utils._state import _engine
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.case import succeed

Tree = dict[str, Any]
CANARY = "Canary-Secret-4711"


def user(name: str, **options: Any) -> Tree:
    return {"name": name, "password": CANARY, **options}


def vault(name: str = "Vault") -> Tree:
    place = {"type": "s3", "s3_server": "s3.example.com", "s3_bucket_name": name.lower()}
    return {"name": name, **place, "s3_access_key": "access", "s3_secret_key": CANARY}


def tenant(name: str, users: int = 2) -> Tree:
    """A tenant with something of most kinds."""
    return {
        "name": name,
        "hosts": [f"{name.lower()}.example"],
        "policies": [{"name": "Gold", "settings": {"prevent_delete_storage_vault": True}}, {"name": "Silver"}],
        "user_groups": [{"name": "Staff", "users": [f"{name}-0"]}, {"name": "Guests"}],
        "users": [
            user(f"{name}-{index}", policy="Gold", maximum_devices=3, storage_vaults=[vault()])
            for index in range(users)
        ],
        "psas": [{"type": "gradient", "url": f"https://{name.lower()}-psa.example", "partner_key": CANARY}],
        "admin_users": [{"name": f"{name}-boss", "password": CANARY}],
    }


def fleet(tenants: int = 2, users: int = 2) -> Tree:
    return {
        "server": {
            "policies": [{"name": "House"}],
            "users": [user("top", policy="House")],
            "news": [{"text": "Welcome"}],
            "email": {"from_email": "backup@example.com"},
        },
        "tenants": [tenant(f"T{index}", users) for index in range(tenants)],
    }


def apply(comet: EmulatedServer, tree: Tree, **options: Any) -> Any:
    return comet.task("comet_apply", objects=tree, **options)


def told(result: Any, outcome: str) -> list[str]:
    return [f"{one['kind']} {one['name']}" for one in result["objects"] if one["outcome"] == outcome]


class Watched:
    """A client that calls ``before`` with the number of each writing call, counted from 1, and its name."""

    def __init__(self, client: Client, before: Callable[[int, str], None]) -> None:
        self._client, self._before, self._count = client, before, itertools.count(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def call(self, method_name: str, **parameters: Any) -> Any:
        if _model.method(method_name).writes:
            self._before(next(self._count), method_name)
        return self._client.call(method_name, **parameters)


class Killed(BaseException):
    """The process ends."""


# The promises of the single modules, for a whole tree


def test_check_mode_tells_exactly_what_the_real_run_does(comet: EmulatedServer) -> None:
    before = comet.digest
    expected = succeed(apply(comet, fleet(), check=True))
    assert comet.digest == before
    done = succeed(apply(comet, fleet()))
    for part in ("changed", "counts", "kinds", "objects", "diff", "msg"):
        assert expected[part] == done[part], part
    assert done["changed"] is True
    assert (done["counts"]["created"], done["counts"]["changed"]) == (len(done["objects"]) - 1, 1)


def test_a_second_run_changes_nothing_and_says_little(comet: EmulatedServer) -> None:
    succeed(apply(comet, fleet()))
    before = comet.digest
    comet.forget_calls()
    again = succeed(apply(comet, fleet()))
    assert (again["changed"], again["objects"], again["diff"]) == (False, [], [])
    assert again["calls"]["writes"] == 0
    assert comet.digest == before


def test_what_many_tenants_hold_is_read_with_one_call_a_kind(comet: EmulatedServer) -> None:
    tree = {"tenants": [tenant(f"T{index}", users=3) for index in range(4)]}
    succeed(apply(comet, tree))
    comet.forget_calls()
    succeed(apply(comet, tree))
    assert comet.calls(writes=True) == []
    lists = ["AdminListUsersFull", "AdminOrganizationList", "AdminPoliciesListFull", "AdminUserGroupsListFull"]
    found = Counter(comet.calls(writes=False))
    assert {name: found[name] for name in lists} == dict.fromkeys(lists, 1)
    assert set(found) <= {*lists, "AdminMetaServerConfigGet", "AdminAccountProperties"}


def test_both_spellings_of_a_change_are_seen(comet: EmulatedServer) -> None:
    succeed(apply(comet, fleet()))
    comet.change_profile("T0-1", MaximumDevices=7)
    expected = succeed(apply(comet, fleet(), check=True))
    (change,) = expected["diff"]
    assert (change["kind"], change["tenant"], change["name"]) == ("user", "T0", "T0-1")
    assert (change["before"], change["after"]) == ({"maximum_devices": 7}, {"maximum_devices": 3})
    assert told(succeed(apply(comet, fleet())), "changed") == ["user T0-1"]
    assert succeed(apply(comet, fleet()))["changed"] is False


def test_a_changed_policy_says_how_many_users_it_reaches(comet: EmulatedServer) -> None:
    tree = {"tenants": [tenant("T0", users=7)]}
    succeed(apply(comet, tree))
    tree["tenants"][0]["policies"][0]["settings"]["prevent_delete_storage_vault"] = False
    (policy,) = succeed(apply(comet, tree))["objects"]
    assert (policy["kind"], policy["outcome"], policy["reaches"]) == ("policy", "changed", 7)


def test_absent_objects_go_after_those_that_need_them(comet: EmulatedServer) -> None:
    tree = fleet()
    succeed(apply(comet, tree))
    gone = {"name": "Gold", "state": "absent"}
    first, second = tree["tenants"]
    first["policies"] = [gone, {"name": "Silver"}]
    first["users"] = [{"name": f"T0-{index}", "policy": "Silver"} for index in range(2)]
    tree["tenants"] = [first, {"name": second["name"], "state": "absent", "confirm_data_loss": True}]
    done = succeed(apply(comet, tree))
    assert told(done, "deleted") == ["policy Gold", "tenant T1"]
    assert succeed(apply(comet, tree))["changed"] is False


def test_a_group_and_its_users_may_name_each_other_or_disagree(comet: EmulatedServer) -> None:
    tree = {"tenants": [{"name": "T0", "user_groups": [{"name": "Staff", "users": ["amy"]}, {"name": "Guests"}]}]}
    tree["tenants"][0]["users"] = [user("amy", user_group="Staff")]
    succeed(apply(comet, tree))
    assert succeed(apply(comet, tree))["changed"] is False
    tree["tenants"][0]["users"][0]["user_group"] = "Guests"
    refused = apply(comet, tree)
    assert refused["failed"]
    assert "users names amy, whose own user_group is Guests" in refused["msg"]


# Work at the same time


def test_no_more_objects_at_a_time_than_allowed(comet: EmulatedServer) -> None:
    busy, most, lock = 0, 0, threading.Lock()
    comet.control("POST", "fault", {"kind": "latency_ms", "value": 20, "count": 1000})

    class Counting(Watched):
        def call(self, method_name: str, **parameters: Any) -> Any:
            nonlocal busy, most
            with lock:
                busy += 1
                most = max(most, busy)
            try:
                return super().call(method_name, **parameters)
            finally:
                with lock:
                    busy -= 1

    tree = {"server": {"users": [user(f"u{index}", maximum_devices=2) for index in range(30)]}}
    succeed(apply(comet, tree, concurrency=5, wrap=lambda client: Counting(client, lambda number, name: None)))
    assert 3 <= most <= 5


@pytest.mark.parametrize("concurrency", [1, 8, 32])
def test_the_end_is_the_same_however_many_work_at_a_time(comet: EmulatedServer, concurrency: int) -> None:
    tree = fleet(tenants=3, users=5)
    done = succeed(apply(comet, tree, concurrency=concurrency))
    assert done["counts"]["created"] + 1 == len(done["objects"]) == len(done["diff"])
    assert succeed(apply(comet, tree))["changed"] is False
    profiles = comet.client.call("AdminListUsersFull")
    assert {len(profiles[f"T{one}-{two}"]["Destinations"]) for one in range(3) for two in range(5)} == {1}


# What fails


def test_one_failure_costs_what_needs_it_and_nothing_else(comet: EmulatedServer) -> None:
    tree = fleet()
    comet.fault("http_500", "policies/set", count=_engine.ATTEMPTS)
    done = apply(comet, tree, concurrency=1)
    assert done["failed"]
    assert done["changed"] is True
    assert (told(done, "failed"), told(done, "skipped")) == (["policy House"], ["user top"])
    assert done["msg"].startswith("19 created, 1 changed, 1 failed, 1 skipped: policy House: ")
    assert told(succeed(apply(comet, tree)), "created") == ["policy House", "user top"]
    assert succeed(apply(comet, tree))["changed"] is False


def test_everything_in_a_tenant_that_fails_is_skipped(comet: EmulatedServer) -> None:
    tree = fleet()
    tree["tenants"][0]["hosts"] = tree["tenants"][1]["hosts"]
    done = apply(comet, tree, concurrency=1)
    assert told(done, "failed") == ["tenant T1"]
    skipped = [one for one in done["objects"] if one["outcome"] == "skipped"]
    assert {one["tenant"] for one in skipped} == {"T1"}
    assert {one["msg"] for one in skipped} == {"skipped, because tenant T1 failed"}
    assert {one["tenant"] for one in done["objects"] if one["outcome"] == "created"} == {"", "T0"}
    assert "tenant T1" in done["msg"]


def test_users_of_a_policy_that_fails_are_skipped(comet: EmulatedServer) -> None:
    def refuse(number: int, name: str) -> None:
        if name == "AdminPoliciesSet":
            raise Unreachable("No answer.")

    done = apply(comet, {"tenants": [tenant("T0", users=3)]}, wrap=lambda client: Watched(client, refuse))
    assert told(done, "failed") == ["policy Gold", "policy Silver"]
    assert told(done, "skipped") == ["user_group Staff", "user T0-0", "user T0-1", "user T0-2"]
    assert {one["msg"] for one in done["objects"] if one["kind"] == "user"} == {"skipped, because policy Gold failed"}


def test_more_failures_than_allowed_end_the_work(comet: EmulatedServer) -> None:
    users = [user(f"u{index}", storage_vaults=[vault()]) for index in range(20)]
    for one in users[:15]:
        one["storage_vaults"][0]["id"] = "an-id-that-nobody-has"
        del one["storage_vaults"][0]["name"]
    done = apply(comet, {"server": {"users": users}}, concurrency=1, max_failures=4)
    assert done["counts"]["failed"] == 5
    assert done["counts"]["skipped"] == 15
    assert "skipped, because more than 4 objects failed" in {one["msg"] for one in done["objects"]}


def test_a_login_that_is_lost_ends_the_work_at_once(comet: EmulatedServer) -> None:
    tried: list[int] = []

    def lose(number: int, name: str) -> None:
        tried.append(number)
        if number > 6:
            raise LoginFailed("The login no longer works.", status=403)

    tree = {"server": {"users": [user(f"u{index}") for index in range(40)]}}
    done = apply(comet, tree, concurrency=4, wrap=lambda client: Watched(client, lose))
    assert done["failed"]
    assert done["counts"]["created"] + done["counts"]["failed"] + done["counts"]["skipped"] == 40
    assert 1 <= done["counts"]["failed"] <= 4
    assert len(tried) <= 6 + 4


def test_a_server_that_is_gone_is_left_alone(comet: EmulatedServer) -> None:
    tried: list[int] = []

    def gone(number: int, name: str) -> None:
        tried.append(number)
        raise Unreachable("No answer.")

    tree = {"server": {"users": [user(f"u{index}") for index in range(60)]}}
    done = apply(comet, tree, concurrency=2, wrap=lambda client: Watched(client, gone))
    assert done["counts"]["failed"] <= _runner.SILENCE + 2 * 2
    assert "skipped, because the server no longer answers" in {one["msg"] for one in done["objects"]}


def test_mistakes_are_told_together_before_anything_is_done(comet: EmulatedServer) -> None:
    tree = fleet()
    tree["tenants"][0]["users"][0]["polcy"] = tree["tenants"][0]["users"][0].pop("policy")
    tree["tenants"][1]["policies"][1]["settings"] = {"prevent_request_storage_vault": "perhaps"}
    before = comet.digest
    refused = apply(comet, tree)
    assert refused["failed"]
    assert "tenants[T0].users[T0-0]: polcy is not an option of this module; did you mean policy?" in refused["msg"]
    assert "tenants[T1].policies[Silver]" in refused["msg"]
    assert comet.digest == before
    assert comet.calls(writes=True) == []


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"tenant": []}, "tenant is no part of a tree; did you mean tenants?"),
        ({"tenants": {"name": "T0"}}, "tenants must be a list, not dict"),
        ({"tenants": ["T0"]}, "tenants[0] must be a dictionary, not str"),
        ({"tenants": [{"hosts": []}]}, "tenants[0] needs a name"),
        ({"server": {"users": "amy"}}, "server.users must be a list, not str"),
        ({"server": {"users": [{"name": "amy", "tenant": "T0"}]}}, "tenant"),
        (
            {"server": {"users": [{"name": "amy"}, {"name": "amy"}]}},
            "server.users[amy]: the tree names this user twice",
        ),
        ({"tenants": [{"name": "T0", "users": [{"name": "amy", "tenant": "T1"}]}]}, "tenant is said by the place"),
    ],
)
def test_what_is_no_tree_is_refused(comet: EmulatedServer, tree: Tree, message: str) -> None:
    refused = apply(comet, tree)
    assert refused["failed"]
    assert message in refused["msg"]
    assert comet.calls(writes=True) == []


@pytest.mark.parametrize(("option", "value"), [("concurrency", 0), ("concurrency", 65), ("max_failures", -1)])
def test_numbers_that_make_no_sense_are_refused(comet: EmulatedServer, option: str, value: int) -> None:
    refused = apply(comet, fleet(), **{option: value})
    assert refused["failed"]
    assert refused["msg"].startswith(f"{option}: must")


# Runs that end in between


def writes_of(comet: EmulatedServer, tree: Tree) -> int:
    """How many writing calls a run takes, after which the server is as new."""
    succeed(apply(comet, tree))
    count = len(comet.calls(writes=True))
    comet.reset()
    return count


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_run_that_is_killed_is_finished_by_the_next(comet: EmulatedServer, concurrency: int) -> None:
    tree = {"tenants": [tenant("T0")]}
    for last in range(1, writes_of(comet, tree) + 1):

        def kill(number: int, name: str, last: int = last) -> None:
            if number >= last:
                raise Killed

        comet.reset()
        with pytest.raises(Killed):
            apply(comet, tree, concurrency=concurrency, wrap=lambda client, kill=kill: Watched(client, kill))
        succeed(apply(comet, tree))
        again = succeed(apply(comet, tree))
        assert (again["changed"], again["objects"]) == (False, []), last
        assert {len(one["Destinations"]) for one in comet.client.call("AdminListUsersFull").values()} == {1}


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_answers_that_get_lost_make_nothing_twice(comet: EmulatedServer, kind: str) -> None:
    tree = fleet(tenants=2, users=4)
    for path in ("add-user", "set-user-profile-hash", "policies/set", "organization/set", "user-groups/set"):
        comet.fault(kind, path, count=2)
    done = apply(comet, tree)
    assert not [one for one in done["objects"] if one["outcome"] in ("failed", "skipped")], done["msg"]
    assert succeed(apply(comet, tree))["changed"] is False
    names = [one["Name"] for one in comet.client.call("AdminOrganizationList").values()]
    assert sorted(names) == ["T0", "T1"]


# Secrets


@pytest.mark.parametrize("check", [False, True])
def test_no_secret_is_told(comet: EmulatedServer, check: bool) -> None:
    tree = fleet()
    tree["tenants"][0]["users"][0]["account_name"] = f"about {CANARY}"
    for result in (apply(comet, tree, check=check), apply(comet, {**tree, "wrong": {"password": CANARY}})):
        assert CANARY not in json.dumps(result)
    refused = apply(comet, {"server": {"users": [{**user("amy"), "name": f"amy {CANARY}"}]}})
    assert refused["failed"]
    assert CANARY not in json.dumps(refused)


def test_what_is_given_is_not_repeated(comet: EmulatedServer) -> None:
    result = apply(comet, fleet(), secrets={"one": CANARY})
    assert result["invocation"]["module_args"]["objects"] == "(not shown)"
    assert result["invocation"]["module_args"]["secrets"] == "(not shown)"
    assert len(json.dumps(succeed(apply(comet, fleet())))) < 2000
