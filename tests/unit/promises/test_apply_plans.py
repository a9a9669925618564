# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""comet_apply with a plan in a file: first it is made, later just that is done."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.test_apply_prune import full

Tree = dict[str, Any]
PASSWORD = "a-long-secret-1"
CANARY = "canary-5f0e"


def user(name: str, **options: Any) -> Tree:
    return {"name": name, "password": PASSWORD, **options}


BEFORE = {
    "tenants": [{"name": "ACME", "policies": [{"name": "Gold"}], "users": [user("alice"), user("bob"), user("eve")]}]
}
AFTER = {
    "tenants": [
        {
            "name": "ACME",
            "policies": [{"name": "Gold", "default_user_policy": True}, {"name": "New"}],
            "users": [user("alice", policy="New"), user("bob", suspended=True), user("carol", policy="Gold")],
        }
    ]
}
EXPECTED = [
    "deleted user ACME/eve",
    "changed policy ACME/Gold",
    "created policy ACME/New",
    "changed user ACME/alice",
    "changed user ACME/bob",
    "created user ACME/carol",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


@pytest.fixture
def planned(comet: EmulatedServer, path: Path) -> Any:
    """A server, and the plan of a change of it."""
    assert not comet.task("comet_apply", objects=BEFORE).get("failed")
    comet.forget_calls()
    digest = comet.digest
    result = plan(comet, path)
    assert comet.digest == digest
    assert comet.calls(writes=True) == []
    return result


def plan(comet: EmulatedServer, path: Path, tree: Tree | None = None, **options: Any) -> Any:
    tree = AFTER if tree is None else tree
    return comet.task("comet_apply", objects=tree, state="planned", plan_file=str(path), prune=["user"], **options)


def apply(comet: EmulatedServer, path: Path, tree: Tree | None = None, **options: Any) -> Any:
    tree = AFTER if tree is None else tree
    return comet.task("comet_apply", objects=tree, plan_file=str(path), prune=["user"], **options)


def told(result: Any) -> list[str]:
    return [f"{one['outcome']} {one['kind']} {one['tenant']}/{one['name']}" for one in result["objects"]]


def reasons(result: Any) -> dict[str, str]:
    return {one["name"]: one["msg"] for one in result["objects"] if one["outcome"] == "failed"}


def test_a_plan_says_what_would_be_done(planned: Any, path: Path) -> None:
    assert told(planned) == EXPECTED
    held = json.loads(path.read_text())["objects"]
    assert [f"{one['action']} {one['kind']} {one['tenant']}/{one['name']}" for one in held] == EXPECTED
    assert [(one["before"], one["after"]) for one in held] == [(one["before"], one["after"]) for one in planned["diff"]]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_planned_is_done_and_nothing_is_left_to_do(comet: EmulatedServer, planned: Any, path: Path) -> None:
    done = apply(comet, path)
    assert not done.get("failed"), done["msg"]
    assert told(done) == told(planned)
    assert done["diff"] == planned["diff"]
    comet.forget_calls()
    again = apply(comet, path)
    assert (again["changed"], again["objects"], again.get("warnings")) == (False, [], None)
    assert comet.calls(writes=True) == []


def test_check_mode_says_what_the_plan_allows(comet: EmulatedServer, planned: Any, path: Path) -> None:
    comet.task("comet_user", name="bob", account_name="Bob")
    comet.forget_calls()
    foretold = apply(comet, path, check=True)
    assert told(foretold) == [*EXPECTED[1:4], "failed user ACME/bob", EXPECTED[5], "skipped user ACME/eve"]
    assert comet.calls(writes=True) == []


def test_what_has_moved_is_refused_and_the_rest_is_done(comet: EmulatedServer, planned: Any, path: Path) -> None:
    comet.task("comet_user", name="bob", account_name="Bob")
    comet.task("comet_policy", name="Gold", tenant="ACME", state="absent")
    done = apply(comet, path)
    assert done["failed"]
    refused = reasons(done)
    assert "it has moved since the plan was made (account_name)" in refused["bob"]
    assert "it has gone since the plan was made" in refused["Gold"]
    assert {"created policy ACME/New", "changed user ACME/alice"} <= set(told(done))
    assert {"skipped user ACME/carol", "skipped user ACME/eve"} <= set(told(done))
    assert comet.task("comet_user_info", name="bob")["users"][0]["suspended"] is False


def test_what_cannot_be_foreseen_is_not_done(comet: EmulatedServer, planned: Any, path: Path) -> None:
    tree = json.loads(json.dumps(AFTER))
    tree["tenants"][0]["users"][2].update(password="short")
    digest = comet.task("comet_user_info")["users"]
    assert "carol" not in [one["name"] for one in digest]
    refused = reasons(apply(comet, path, tree))["carol"]
    assert refused == "user carol: user_password: needs at least 8 characters and no line breaks"
    assert "carol" not in [one["name"] for one in comet.task("comet_user_info")["users"]]


def test_what_has_moved_is_not_deleted(comet: EmulatedServer, planned: Any, path: Path) -> None:
    comet.task("comet_user", name="eve", emails=["eve@example.com"])
    assert reasons(apply(comet, path)) == {
        "eve": "user eve: it has moved since the plan was made (emails); make a new plan"
    }
    assert comet.task("comet_user_info", name="eve")["users"][0]["emails"] == ["eve@example.com"]


def test_what_the_server_counts_is_no_move(comet: EmulatedServer, planned: Any, path: Path) -> None:
    comet.change_profile("bob", LastSuspended=12345)
    assert not apply(comet, path).get("failed")


def test_another_tree_is_refused_where_it_differs(comet: EmulatedServer, planned: Any, path: Path) -> None:
    tree = json.loads(json.dumps(AFTER))
    acme = tree["tenants"][0]
    acme["users"][0]["suspended"] = True
    acme["users"][1] = user("bob")
    acme["users"].append(user("dave"))
    done = apply(comet, path, tree)
    assert reasons(done) == {
        "alice": "user alice: it would change otherwise than planned (suspended); make a new plan",
        "dave": "user dave: it is not in the plan, but would be created; make a new plan",
    }
    assert {*EXPECTED[1:3], EXPECTED[5]} <= set(told(done))


def test_what_the_tree_has_not_any_more_is_told(comet: EmulatedServer, planned: Any, path: Path) -> None:
    tree = json.loads(json.dumps(AFTER))
    tree["tenants"][0]["policies"].pop(0)
    tree["tenants"][0]["users"][2]["policy"] = ""
    done = apply(comet, path, tree)
    assert done["warnings"] == ["plan_file: 1 of the plan's objects are not asked for any more (policy Gold)"]


def test_a_run_that_was_interrupted_goes_on(comet: EmulatedServer, planned: Any, path: Path) -> None:
    comet.task("comet_policy", name="New", tenant="ACME")
    comet.task("comet_user", name="alice", policy="New")
    done = apply(comet, path)
    assert not done.get("failed"), done["msg"]
    assert told(done) == [one for one in EXPECTED if not one.endswith(("/New", "/alice"))]


def test_a_plan_of_another_server_or_none_changes_nothing(comet: EmulatedServer, planned: Any, path: Path) -> None:
    digest = comet.digest
    missing = apply(comet, path.with_name("none.json"))
    assert "there is no" in missing["msg"]
    path.write_text(path.read_text().replace(comet.url, "https://other.example.com"))
    assert "is not as it was written" in apply(comet, path)["msg"]
    assert comet.digest == digest


def test_check_mode_writes_no_file(comet: EmulatedServer, path: Path) -> None:
    foretold = plan(comet, path, check=True)
    assert not foretold.get("failed"), foretold["msg"]
    assert not path.exists()


def test_a_plan_that_cannot_be_written_is_told(comet: EmulatedServer, path: Path) -> None:
    assert "cannot be written" in plan(comet, path.with_name("none") / "plan")["msg"]


SECRETS: Tree = {
    "server": {
        "email": {"smtp_host": "mail.example.com", "smtp_password": f"{CANARY}-a"},
        "psas": [{"type": "gradient", "url": "https://psa.example", "partner_key": f"{CANARY}-b"}],
    },
    "tenants": [
        {
            "name": "ACME",
            "webhook_options": [{"name": "hook", "url": "https://h.example", "custom_headers": {"X": f"{CANARY}-c"}}],
            "users": [
                {
                    "name": "alice",
                    "password": f"{CANARY}-d",
                    "account_name": f"{CANARY}-d",
                    "extra": {"FutureSecret": f"{CANARY}-e"},
                    "storage_vaults": [
                        {
                            "name": "Vault",
                            "type": "s3",
                            "s3_server": "s3.example.com",
                            "s3_bucket_name": "b",
                            "s3_secret_key": f"{CANARY}-f",
                        }
                    ],
                    "protected_items": [
                        {
                            "name": "DB",
                            "engine": "engine1/mysql",
                            "device": "d-1",
                            "engine_props": {"PASSWORD": f"{CANARY}-g"},
                        }
                    ],
                }
            ],
            "admin_users": [{"name": "boss", "password": f"{CANARY}-h"}],
        }
    ],
}


def test_no_secret_is_in_a_plan(comet: EmulatedServer, path: Path) -> None:
    result = plan(comet, path, SECRETS)
    assert CANARY not in path.read_text()
    assert CANARY not in json.dumps(result)
    assert {one["kind"] for one in json.loads(path.read_text())["objects"]} >= {"server_config", "psa", "tenant"}


def changed(tree: Tree, random: Random) -> Tree:
    """Another tree for the same server: some objects are gone, new or different."""
    acme = tree["tenants"][0]
    acme["users"] = [one for one in acme["users"] if random.random() < 0.8]
    for one in acme["users"]:
        one.pop("user_group", None)
        one.update({} if random.random() < 0.5 else {"suspended": True, "policy": random.choice(["Gold", "New", ""])})
    acme["users"] += [user(f"new-{number}", policy="New") for number in range(random.randrange(3))]
    acme["policies"].append({"name": "New", "default_user_policy": random.random() < 0.5})
    acme["user_groups"][0]["users"] = random.sample([one["name"] for one in acme["users"]], min(1, len(acme["users"])))
    acme["shared_quotas"][0]["limit_bytes"] = random.randrange(9, 12)
    tree["tenants"] = tree["tenants"][: random.randrange(1, 3)]
    tree["server"]["news"] = random.sample(tree["server"]["news"], 1)
    return tree


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_planned_is_what_is_done(comet: EmulatedServer, path: Path, seed: int) -> None:
    tree = changed(full(comet), Random(seed))
    options: Tree = {"objects": tree, "plan_file": str(path), "force": True, "confirm_data_loss": True}
    options["prune"] = ["user", "user_group", "news", "tenant"]
    expected = comet.task("comet_apply", state="planned", **options)
    assert not expected.get("failed"), expected["msg"]
    done = comet.task("comet_apply", **options)
    assert not done.get("failed"), done["msg"]
    assert (told(done), done["diff"], done["counts"]) == (told(expected), expected["diff"], expected["counts"])
    comet.forget_calls()
    again = comet.task("comet_apply", **options)
    assert (again["objects"], comet.calls(writes=True)) == ([], [])
