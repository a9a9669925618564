# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is odd about single kinds."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._bucket import BUCKET
from ansible_collections.comet.backup.plugins.module_utils._resources._user import USER
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish

PRESENT = Found("alice", {"Username": "alice"})
PASSWORD = {"user_password": "correct horse"}


def prepared(patch: dict[str, Any], found: Found = PRESENT, **more: Any) -> Wish:
    return USER.hooks.prepare(Wish(True, id="alice", patch=patch, arguments=PASSWORD, **more), found)


class TestUserNames:
    @pytest.mark.parametrize("name", ["a", "alice", "alice.b@example.com", "A_b-9", "x" * 255])
    def test_good_ones(self, name: str) -> None:
        wish = Wish(True, id=name, arguments=PASSWORD)
        assert USER.hooks.prepare(wish, Found(name, None)).id == name

    @pytest.mark.parametrize("name", ["", "al ice", "älice", "a/b", "a\n", "x" * 256])
    def test_bad_ones(self, name: str) -> None:
        with pytest.raises(InvalidOption, match="name: a user name has 1 to 255"):
            USER.hooks.prepare(Wish(True, id=name, arguments=PASSWORD), Found(name, None))

    def test_one_that_exists_is_good_whatever_it_is(self) -> None:
        USER.hooks.prepare(Wish(True, id="älice"), Found("älice", {}))

    def test_nor_matters_one_that_shall_go(self) -> None:
        wish = Wish(False, id="al ice")
        assert USER.hooks.prepare(wish, Found("al ice", None)) is wish


@pytest.mark.parametrize("password", ["1234567", "12345678\n", "1234\r5678"])
@pytest.mark.parametrize("found", [PRESENT, Found("alice", None)], ids=["present", "absent"])
def test_bad_passwords(password: str, found: Found) -> None:
    with pytest.raises(InvalidOption) as caught:
        USER.hooks.prepare(Wish(True, id="alice", arguments={"user_password": password}), found)
    assert "user_password: needs at least 8 characters and no line breaks" in caught.value.message
    assert password not in caught.value.message


class TestMovingAUser:
    """What belongs to the old tenant cannot come along."""

    FOUND = Found(
        "alice",
        {
            "OrganizationID": "old",
            "PolicyID": "p",
            "GroupID": "g",
            "Destinations": {"shared": {"StorageLimitID": "s"}, "own": {"StorageLimitID": ""}},
        },
    )

    def test_what_is_left_behind(self) -> None:
        assert prepared({"OrganizationID": "new"}, self.FOUND).patch == {
            "OrganizationID": "new",
            "PolicyID": "",
            "GroupID": "",
            "AutoStorageTemplateGUID": "",
            "Destinations": {"shared": {"StorageLimitID": ""}, "own": {}},
        }

    def test_what_the_task_names_wins(self) -> None:
        patch = prepared({"OrganizationID": "new", "PolicyID": "q"}, self.FOUND).patch
        assert (patch["PolicyID"], patch["GroupID"]) == ("q", "")

    def test_without_shared_quotas_vaults_are_not_touched(self) -> None:
        found = Found("alice", {"OrganizationID": "old", "Destinations": None})
        assert "Destinations" not in prepared({"OrganizationID": ""}, found).patch

    @pytest.mark.parametrize("patch", [{}, {"OrganizationID": "old"}])
    def test_nobody_moves_who_stays(self, patch: dict[str, Any]) -> None:
        assert prepared(patch, self.FOUND).patch == patch

    def test_no_tenant_is_the_top_level(self) -> None:
        assert prepared({"OrganizationID": ""}, PRESENT).patch == {"OrganizationID": ""}


@pytest.mark.parametrize(
    ("patch", "document", "fits"),
    [
        ({"Policy": {"HideAppImport": True}}, {}, True),
        ({"Policy": {"HideAppImport": True}, "PolicyID": ""}, {"PolicyID": "p"}, True),
        ({"Policy": {"HideAppImport": True}}, {"PolicyID": "p"}, False),
        ({"Policy": {"HideAppImport": True}, "PolicyID": "p"}, {}, False),
        ({"Policy": {}}, {"PolicyID": "p"}, True),
    ],
)
def test_a_policy_and_own_settings_exclude_each_other(patch: Any, document: Any, fits: bool) -> None:
    if fits:
        prepared(patch, Found("alice", document))
        return
    with pytest.raises(InvalidOption, match="custom_policy: the user follows a policy, which wins"):
        prepared(patch, Found("alice", document))


@pytest.mark.parametrize(
    ("patch", "arguments", "sent"),
    [
        ({}, {}, {"StoreRecoveryCode": 1, "RequirePasswordChange": 0}),
        ({}, {"store_recovery_code": False}, {"StoreRecoveryCode": 0, "RequirePasswordChange": 0}),
        ({"RequirePasswordChange": True}, {}, {"StoreRecoveryCode": 1, "RequirePasswordChange": 1}),
    ],
)
def test_how_a_user_is_made(patch: Any, arguments: Any, sent: Any) -> None:
    wish = Wish(True, patch=patch, arguments={**PASSWORD, **arguments})
    assert USER.hooks.creation(wish) == {"TargetPassword": "correct horse", **sent}


class TestUserGroups:
    """Who is in a group, from who is there and what the task names."""

    STAFF = Found("g", {"Name": "Staff"}, beside={"Users": {"bob": {}, "alice": {}}})

    @staticmethod
    def after(found: Found = STAFF, exclusive: bool = False, **named: list[str]) -> Any:
        wish = Wish(True, id="g", arguments=named, exclusive=exclusive)
        changes = USER_GROUP.hooks.acts(wish, found, False)
        return changes[0].after if changes else None

    def test_others_stay(self) -> None:
        assert self.after(users=["carol"]) == ["alice", "bob", "carol"]

    def test_others_leave_when_it_is_exclusive(self) -> None:
        assert self.after(users=["carol", "bob"], exclusive=True) == ["bob", "carol"]

    def test_named_ones_leave(self) -> None:
        assert self.after(users=["carol"], users_absent=["bob", "dave"]) == ["alice", "carol"]

    def test_an_empty_list_empties_it(self) -> None:
        assert self.after(users=[]) == []

    def test_nothing_to_do(self) -> None:
        assert self.after() is None
        assert self.after(exclusive=True) is None
        assert self.after(users=["alice"]) is None
        assert self.after(users=["bob", "alice", "bob"], exclusive=True) is None
        assert self.after(users_absent=["carol"]) is None

    @pytest.mark.parametrize("beside", [{}, {"Users": None}, {"Users": {}}])
    def test_a_group_without_users(self, beside: dict[str, Any]) -> None:
        assert self.after(Found("g", {}, beside=beside), users=["alice"]) == ["alice"]
        assert self.after(Found("g", {}, beside=beside), users=[]) is None

    @pytest.mark.parametrize(
        ("arguments", "present", "needed"),
        [({}, True, False), ({"users": []}, True, True), ({"users_absent": ["a"]}, True, True), ({}, False, True)],
    )
    def test_users_are_read_when_they_matter(self, arguments: Any, present: bool, needed: bool) -> None:
        assert USER_GROUP.hooks.reads(Wish(present, arguments=arguments)) is needed

    @pytest.mark.parametrize(
        ("count", "text"),
        [
            (0, ""),
            (1, "leaves 1 user without a group (u0)"),
            (7, "leaves 7 users without a group (u0, u1, u2, u3, u4, ...)"),
        ],
    )
    def test_deleting_one_says_who_loses_it(self, count: int, text: str) -> None:
        found = Found("g", {}, beside={"Users": {f"u{number}": {} for number in range(count)}})
        assert USER_GROUP.hooks.loss(None, found) == text  # type: ignore[arg-type]


class TestBuckets:
    OWNED = Found("b", {"OrganizationID": "acme"})

    @pytest.mark.parametrize("tenant", [None, "acme"])
    def test_its_own_tenant_fits(self, tenant: str | None) -> None:
        wish = Wish(True, id="b", tenant=tenant)
        assert BUCKET.hooks.prepare(wish, self.OWNED) is wish

    @pytest.mark.parametrize(
        ("found", "tenant", "owner"), [(OWNED, "", "acme"), (Found("b", {}), "acme", "the top level")]
    )
    def test_another_one_does_not(self, found: Found, tenant: str, owner: str) -> None:
        with pytest.raises(InvalidOption, match=f"belongs to {owner}, which cannot be changed"):
            BUCKET.hooks.prepare(Wish(True, id="b", tenant=tenant), found)

    def test_a_bucket_that_shall_go_may_belong_to_anyone(self) -> None:
        wish = Wish(False, id="b", tenant="")
        assert BUCKET.hooks.prepare(wish, self.OWNED) is wish

    @pytest.mark.parametrize(("document", "size"), [({"Size": {"Size": 5}}, 5), ({"Size": None}, 0), (None, 0)])
    def test_deleting_one_always_loses_something(self, document: Any, size: int) -> None:
        assert f"{size} bytes" in BUCKET.hooks.loss(None, Found("b", document))  # type: ignore[arg-type]
