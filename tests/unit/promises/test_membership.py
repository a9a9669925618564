# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in a user group: named users come and go, all others stay, and nothing is written for those that fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import key_of, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, add_users
from ansible_collections.comet.backup.tests.unit.promises.case import AT_MOST, succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

MODULE = "comet_user_group"
WRITE = "AdminUserGroupsSetUsersForGroup"


@pytest.fixture
def staff(comet: EmulatedServer) -> EmulatedServer:
    """Alice and Bob in Staff, Carol in Guests, Dave in no group; Eve belongs to Globex."""
    add_users("alice", "bob", "carol", "dave")(comet)
    group(comet, "Staff", users=["alice", "bob"])
    group(comet, "Guests", users=["carol"])
    comet.forget_calls()
    return comet


def group(server: EmulatedServer, name: str = "Staff", **options: Any) -> dict[str, Any]:
    return dict(succeed(server.task(MODULE, name=name, **options)))


def refusal(server: EmulatedServer, name: str = "Staff", **options: Any) -> str:
    """The sentence of a task that fails and changes nothing."""
    digest = server.digest
    refused = server.task(MODULE, name=name, **options)
    assert refused["failed"]
    assert server.digest == digest
    return str(refused["msg"])


def members(server: EmulatedServer, name: str = "Staff") -> list[str]:
    key = key_of(server, "AdminUserGroupsListFull", "Name", name)
    return sorted(user for user, one in server.client.call("AdminListUsersFull").items() if one["GroupID"] == key)


@pytest.mark.parametrize(
    ("options", "after"),
    [
        ({"users": ["dave"]}, ["alice", "bob", "dave"]),
        ({"users": ["dave", "dave", "alice"]}, ["alice", "bob", "dave"]),
        ({"users": ["carol"]}, ["alice", "bob", "carol"]),
        ({"users": ["dave"], "exclusive": True}, ["dave"]),
        ({"users": ["alice", "dave"], "exclusive": True}, ["alice", "dave"]),
        ({"users": []}, []),
        ({"users": [], "exclusive": True}, []),
        ({"users_absent": ["bob"]}, ["alice"]),
        ({"users_absent": ["bob", "nobody", "eve", "dave"]}, ["alice"]),
        ({"users": ["dave"], "users_absent": ["alice"]}, ["bob", "dave"]),
        ({"users": ["dave"], "users_absent": ["alice"], "exclusive": True}, ["dave"]),
    ],
)
def test_who_is_in_it_afterwards(staff: EmulatedServer, options: dict[str, Any], after: list[str]) -> None:
    said = succeed(staff.task(MODULE, check=True, name="Staff", **options))
    assert members(staff) == ["alice", "bob"]
    done = group(staff, **options)
    assert members(staff) == done["user_group"]["users"] == after
    assert said["diff"] == done["diff"] == {"before": {"users": ["alice", "bob"]}, "after": {"users": after}}
    assert said["user_group"] == done["user_group"]
    gone = [f"users.{name}" for name in ("alice", "bob") if name not in after]
    assert said.get("removed", []) == done.get("removed", []) == gone
    staff.forget_calls()
    assert group(staff, **options)["changed"] is False
    assert staff.calls(writes=True) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"exclusive": True},
        {"users": ["alice"]},
        {"users": ["bob", "alice"], "exclusive": True},
        {"users_absent": ["carol", "nobody"]},
        {"users_absent": []},
    ],
)
def test_members_that_fit_are_not_written(staff: EmulatedServer, options: dict[str, Any]) -> None:
    digest = staff.digest
    assert group(staff, **options)["changed"] is False
    assert staff.digest == digest
    assert staff.calls(writes=True) == []
    named = {"users", "users_absent"} & set(options)
    assert staff.calls(writes=False) == ["AdminUserGroupsListFull"] + (["AdminUserGroupsGet"] if named else [])


def test_a_user_leaves_its_other_group(staff: EmulatedServer) -> None:
    group(staff, users=["carol"])
    assert members(staff, "Guests") == []


@pytest.mark.parametrize("options", [{"users": ["carol"], "exclusive": True}, {"users_absent": ["alice", "bob"]}])
def test_how_many_leave_is_bounded(staff: EmulatedServer, options: dict[str, Any]) -> None:
    message = refusal(staff, max_deletions=1, **options)
    assert "this would remove 2 entries (users.alice, users.bob), but max_deletions is 1" in message
    group(staff, max_deletions=2, **options)
    assert not {"alice", "bob"} & set(members(staff))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"users": ["alicia"]}, "users: there is no user named alicia; did you mean alice?"),
        ({"users": ["Alice"]}, "users: there is no user named Alice; did you mean alice?"),
        ({"users": ["xyz"]}, "users: there is no user named xyz"),
        ({"users": ["xyz", "dave", "abc"]}, "users: there is no user named abc or xyz"),
        ({"users": ["eve"]}, "users: not in the tenant of the group: eve"),
        ({"users": ["eve", "xyz"]}, "users: there is no user named xyz"),
        ({"users": ["alice"], "users_absent": ["alice"]}, "users and users_absent both name alice"),
        ({"users": [""]}, "users and users_absent: a name is empty"),
        ({"users_absent": [" "]}, "users and users_absent: a name is empty"),
    ],
)
def test_names_that_do_not_fit(staff: EmulatedServer, options: dict[str, Any], sentence: str) -> None:
    assert refusal(staff, **options) == f"user group Staff: {sentence}"
    assert refusal(staff, "New", **options) == f"user group New: {sentence}"
    assert staff.calls(writes=True) == []


def test_only_users_of_the_groups_own_tenant(staff: EmulatedServer) -> None:
    add_user("anna", OrganizationID=tenant_id(staff))(staff)
    message = refusal(staff, tenant="ACME", users=["alice", "anna", "eve"])
    assert message == "user group Staff: users: not in the tenant of the group: alice, eve"
    made = group(staff, tenant="ACME", users=["anna"])["user_group"]
    assert (made["users"], made["tenant"]) == (["anna"], tenant_id(staff))
    assert members(staff, "Guests") == ["carol"]


def test_check_mode_assumes_that_users_come(staff: EmulatedServer) -> None:
    said = succeed(staff.task(MODULE, check=True, name="Staff", users=["frank", "eve"]))
    assert said["warnings"] == [
        "users: there is no user frank yet; assuming that an earlier task makes it",
        "users: user eve is in another tenant; assuming that an earlier task moves it",
    ]
    assert said["diff"]["after"] == {"users": ["alice", "bob", "eve", "frank"]}
    add_user("frank")(staff)
    staff.change_profile("eve", OrganizationID="")
    done = group(staff, users=["frank", "eve"])
    assert said["diff"] == done["diff"]
    assert "warnings" not in done


def test_check_mode_on_an_empty_server(comet: EmulatedServer) -> None:
    options = {"tenant": "ACME", "users": ["alice"]}
    said = succeed(comet.task(MODULE, check=True, name="Staff", **options))
    assert said["changed"] is True
    assert said["diff"]["after"]["users"] == ["alice"]
    assert [warning.split(";")[0] for warning in said["warnings"]] == [
        "tenant: there is no tenant ACME yet",
        "users: there is no user alice yet",
    ]


@pytest.mark.parametrize("check", [True, False])
def test_deleting_a_group_shows_who_was_in_it(staff: EmulatedServer, check: bool) -> None:
    message = refusal(staff, state="absent", check=check)
    assert message == (
        "user group Staff: deleting it leaves 2 users without a group (alice, bob); set force to true if that is meant"
    )
    result = succeed(staff.task(MODULE, check=check, name="Staff", state="absent", force=True))
    assert result["diff"] == {"before": {"name": "Staff", "users": ["alice", "bob"]}, "after": {}}
    assert result["user_group"] == {}
    assert set(staff.client.call("AdminListUsers")) == {"alice", "bob", "carol", "dave", "eve"}


def test_a_group_stays_in_its_tenant(staff: EmulatedServer) -> None:
    key = key_of(staff, "AdminUserGroupsListFull", "Name", "Staff")
    refused = staff.task(MODULE, id=key, tenant="ACME")
    assert (
        refused["msg"] == f"user group {key}: tenant: the user group belongs to the top level, which cannot be changed"
    )


def test_a_group_is_renamed_by_its_id_and_keeps_its_users(staff: EmulatedServer) -> None:
    key = key_of(staff, "AdminUserGroupsListFull", "Name", "Staff")
    result = succeed(staff.task(MODULE, id=key, name="Team", users=["dave"]))
    assert result["diff"] == {
        "before": {"name": "Staff", "users": ["alice", "bob"]},
        "after": {"name": "Team", "users": ["alice", "bob", "dave"]},
    }
    assert members(staff, "Team") == ["alice", "bob", "dave"]
    refused = staff.task(MODULE, id=key, name="")
    assert refused["msg"] == f"user group {key}: name: must not be empty"
    refused = staff.task(MODULE, id="new-id")
    assert (
        refused["msg"] == "user group new-id: id: there is no user group with the ID new-id, and a new one needs a name"
    )


def while_calling(method: str, meanwhile: Callable[[], Any]) -> Callable[[Client], Any]:
    """What puts somebody else's work before a task's first call of a method."""
    return lambda client: Interrupted(client, {method}, meanwhile, 1)


def test_who_came_before_the_members_were_read_stays(staff: EmulatedServer) -> None:
    wrap = while_calling("AdminUserGroupsGet", lambda: group(staff, users=["carol"]))
    succeed(staff.task(MODULE, wrap=wrap, name="Staff", users=["dave"]))
    assert members(staff) == ["alice", "bob", "carol", "dave"]


def test_a_user_that_goes_meanwhile_is_named_by_the_server(staff: EmulatedServer) -> None:
    wrap = while_calling(WRITE, lambda: staff.client.call("AdminDeleteUser", TargetUser="dave"))
    refused = staff.task(MODULE, wrap=wrap, name="Staff", users=["dave"])
    assert refused["failed"]
    assert refused["msg"].startswith("user group Staff: ")
    assert refused["error"]["method"] == WRITE
    assert members(staff) == ["alice", "bob"]


def test_a_group_without_its_users_heals_on_the_next_run(comet: EmulatedServer) -> None:
    add_users("alice")(comet)
    comet.fault("drop_before", path=_model.method(WRITE).path, count=AT_MOST)
    broken = comet.task(MODULE, name="Staff", users=["alice"])
    assert f"gave up after {AT_MOST} attempts" in broken["msg"]
    assert members(comet) == []
    comet.forget_calls()
    healed = group(comet, users=["alice"])
    assert healed["diff"] == {"before": {"users": []}, "after": {"users": ["alice"]}}
    assert comet.calls(writes=True) == [WRITE]


def test_the_info_module_tells_the_members_of_all_groups_with_one_call(staff: EmulatedServer) -> None:
    group(staff, "Empty")
    staff.forget_calls()
    found = succeed(staff.task("comet_user_group_info"))["user_groups"]
    assert {one["name"]: one["users"] for one in found} == {"Empty": [], "Guests": ["carol"], "Staff": ["alice", "bob"]}
    assert staff.calls(writes=False) == ["AdminUserGroupsListFull", "AdminListUsersFull"]


def test_an_administrator_of_a_tenant_need_not_name_it(staff: EmulatedServer) -> None:
    add_user("anna", OrganizationID=tenant_id(staff))(staff)
    login = {"username": "boss", "password": "boss of the tenant"}
    staff.client.call(
        "AdminAdminUserNew", TargetUser="boss", TargetPassword=login["password"], TargetOrgID=tenant_id(staff)
    )
    said = succeed(staff.task(MODULE, check=True, name="Crew", users=["anna"], **login))
    made = succeed(staff.task(MODULE, name="Crew", users=["anna"], **login))["user_group"]
    assert said["user_group"]["id"] == made["id"]
    assert (made["tenant"], made["users"]) == (tenant_id(staff), ["anna"])
    refused = staff.task(MODULE, name="Crew", users=["alice"], **login)
    assert refused["msg"].startswith("user group Crew: users: there is no user named alice")
    (shown,) = succeed(staff.task("comet_user_group_info", **login))["user_groups"]
    assert shown["users"] == ["anna"]
    assert group(staff, "Crew", tenant="ACME", users=["anna"])["changed"] is False
