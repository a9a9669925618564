# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User groups, and who is in them. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT, refuse_another_tenant
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption, NotFound, closest
from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING, Within
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

# Only read here, to find out who exists and where; comet_user manages them.
_ACCOUNTS = Resource("user", "users", "UserProfileConfig", tenant="OrganizationID", listing=Call("AdminListUsersFull"))


class UserGroupHooks(Hooks):
    """Who is in a group stands in the users' profiles. One call writes it, for the whole group at once."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """In check mode users may be about to come into the group, or to leave it, by what is said of them."""
        expected = server.expected(_ACCOUNTS.kind) if server.check_mode and self.reads(wish) else {}
        if not expected:
            return found
        group = found.id or f"{PENDING} {wish.name}"
        # Groups of one name in two tenants that are both still to come have the same pending ID.
        tenant = wish.tenant if wish.tenant is not None else str((found.document or {}).get("OrganizationID") or "")
        coming = {
            name
            for name, user in expected.items()
            if user.get("GroupID") == group and str(user.get("OrganizationID") or "") == tenant
        }
        users = coming | {name for name in members(found) if name not in expected}
        return replace(found, beside={"Users": sorted(users)})

    def told(self, server: Server, key: str) -> Mapping[str, Any] | None:
        """Who is in the group, where all users were read."""
        if not server.has_read(_ACCOUNTS):
            return None
        return {"Users": [name for name, group in server.column(_ACCOUNTS, "GroupID").items() if group == key]}

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses another tenant, and names that contradict each other."""
        if not wish.present:
            return wish
        refuse_another_tenant("user group", wish, found)
        named, leaving = (wish.arguments.get(option) or [] for option in ("users", "users_absent"))
        if not all(name.strip() for name in (*named, *leaving)):
            raise InvalidOption("users and users_absent: a name is empty")
        both = sorted(set(named) & set(leaving))
        if both:
            raise InvalidOption(f"users and users_absent both name {', '.join(both)}")
        return wish

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """Members are told by a call of their own."""
        return {"users", "users_absent"}.isdisjoint(arguments)

    def reads(self, wish: Wish) -> bool:
        """Members are not in the list of groups; they count for those who name users, or delete the group."""
        return not wish.present or bool({"users", "users_absent"} & set(wish.arguments))

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """Members that come and go."""
        before, after = members(found), wanted(wish, found)
        return (Change(("users",), None, before, after),) if before != after else ()

    def act(self, server: Server, wish: Wish, found: Found) -> None:
        """AdminUserGroupsSetUsersForGroup, which takes the whole list."""
        server.client.call("AdminUserGroupsSetUsersForGroup", GroupID=found.id, Users=wanted(wish, found))
        if server.has_read(_ACCOUNTS):
            for name, profile in _moved(server, members(found), wanted(wish, found), found.id):
                server.note(_ACCOUNTS, name, profile)

    def foretell(self, server: Server, wish: Wish, found: Found, key: str) -> None:
        """Users who would be in another group by now, so that nobody believes them in theirs."""
        after = wanted(wish, found) if wish.present else []
        for name, profile in _moved(server, members(found), after, key):
            server.expect(_ACCOUNTS, None, name, profile)

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses users that do not exist or belong to another tenant (AdminListUsersFull).

        In check mode an earlier task may be the one to make or move them.
        """
        coming = sorted(set(wanted(wish, found)) - set(members(found)))
        if not coming:
            return
        accounts = server.column(_ACCOUNTS, "OrganizationID")
        missing = [name for name in coming if name not in accounts]
        home = _home(server, wish, found)
        foreign = [name for name in coming if name in accounts and accounts[name] != home]
        if server.check_mode:
            missing = [name for name in missing if not server.expects("user", "", name)]
            _assume(server, missing, "there is no user {} yet; assuming that an earlier task makes it")
            _assume(server, foreign, "user {} is in another tenant; assuming that an earlier task moves it")
        elif missing:
            hint = closest(missing[0], accounts) if len(missing) == 1 else ""
            raise NotFound(f"users: there is no user named {' or '.join(missing)}{hint}")
        elif foreign:
            raise InvalidOption(f"users: not in the tenant of the group: {', '.join(foreign)}")

    def shown(self, wish: Wish, found: Found) -> dict[str, Any]:
        """Who is in the group once the wish is fulfilled, or was in it when it was deleted."""
        return {"users": wanted(wish, found) if wish.present else members(found)} if self.reads(wish) else {}

    def listed(self, server: Server, keys: Collection[str], within: Within) -> Mapping[str, Mapping[str, Any]]:
        """Who is in which group (AdminListUsersFull)."""
        users: dict[str, list[str]] = {key: [] for key in keys}
        for name, group in sorted(server.column(_ACCOUNTS, "GroupID").items()) if keys else ():
            if group in users:
                users[group].append(name)
        return {key: {"users": names} for key, names in users.items()}

    def loss(self, server: Server, found: Found) -> str:
        """Nobody could tell afterwards who was in the group."""
        users = members(found)
        count = "1 user" if len(users) == 1 else f"{len(users)} users"
        named = ", ".join([*users[:5], *(["..."] if len(users) > 5 else [])])
        return f"leaves {count} without a group ({named})" if users else ""


def members(found: Found) -> list[str]:
    """Names of the users that are in the group, sorted."""
    return sorted(found.beside.get("Users") or {})


def wanted(wish: Wish, found: Found) -> list[str]:
    """Names of the users that are to be in the group, sorted. As with maps, an empty list clears."""
    named = wish.arguments.get("users")
    cleared = named is not None and (wish.exclusive or not named)
    stay = [] if cleared else members(found)
    return sorted({*stay, *(named or ())} - set(wish.arguments.get("users_absent") or ()))


def _moved(
    server: Server, before: Collection[str], after: Collection[str], group: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and new profile of the users who come into a group or leave it, as far as they exist."""
    expected = server.expected(_ACCOUNTS.kind)
    listed = server.listing(_ACCOUNTS) if set(before) != set(after) else {}
    for name in sorted(set(before) ^ set(after)):
        profile = expected.get(name) or listed.get(name)
        if profile:
            yield name, {**profile, "GroupID": group if name in after else ""}


def _assume(server: Server, names: list[str], warning: str) -> None:
    server.warnings += [f"users: {warning.format(name)}" for name in names]


def _tenant_of(document: Mapping[str, Any]) -> str:
    return str(document.get("OrganizationID") or "")


def _home(server: Server, wish: Wish, found: Found) -> str:
    """ID of the tenant that the group is, or will be, in."""
    if found.document is not None:
        return _tenant_of(found.document)
    return server.own_tenant() if wish.tenant is None else wish.tenant


_WRITE = Call("AdminUserGroupsSet", {"GroupID": "id", "Group": "document"})

USER_GROUP = Resource(
    kind="user_group",
    plural="user_groups",
    structure="UserGroup",
    name="Name",
    tenant="OrganizationID",
    chosen=True,
    whole=True,
    listing=Call("AdminUserGroupsListFull", {"TargetOrganization": "tenant"}),
    reading=Call(
        "AdminUserGroupsGet", {"GroupID": "id"}, fixed={"IncludeUsers": True}, reply="UserGroup", beside=("Users",)
    ),
    creating=_WRITE,
    updating=_WRITE,
    deleting=Call("AdminUserGroupsDelete", {"GroupID": "id"}),
    arguments={
        "users": {"type": "list", "elements": "str"},
        "users_absent": {"type": "list", "elements": "str"},
        "exclusive": {"type": "bool", "default": False},
        "max_deletions": {"type": "int", "default": 10},
    },
    references=(TENANT,),
    confirm="force",
    hooks=UserGroupHooks(),
)
