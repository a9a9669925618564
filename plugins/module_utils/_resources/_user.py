# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users and what is odd about them: passwords, policies and tenants. Private; may change at any time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources import _moving
from ansible_collections.comet.backup.plugins.module_utils._resources._addresses import is_address, refuse_address
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._lookups import STORAGE_TEMPLATE
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._shared_quota import SHARED_QUOTA
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._resources._user_group import USER_GROUP
from ansible_collections.comet.backup.plugins.module_utils._state._compare import Change
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

NAME = re.compile(r"[A-Za-z0-9_.@-]{1,255}")
SHORTEST_PASSWORD = 8


class UserHooks(Hooks):
    """An account is made bare and then filled; its password has calls of its own and cannot be read back."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Checks what the server would refuse half-way, and completes a move between tenants."""
        if not wish.present:
            return wish
        self._check_names(wish, found)
        refuse_address(wish, "new_login_url")
        have = found.document or {}
        patch = dict(wish.patch)
        if _moving.moves(wish, found):
            patch = {**_moving.left_behind(have), **patch}
        if patch.get("Policy") and patch.get("PolicyID", have.get("PolicyID")):
            raise InvalidOption(
                "custom_policy: the user follows a policy, which wins; set policy to an empty text to give the user "
                "settings of its own"
            )
        return replace(wish, patch=patch)

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """A first password asks nothing of an account that is there, but has to be one, as addresses have to be."""
        quiet = arguments.get("update_password") in (None, "on_create")
        right = "new_login_url" not in arguments or is_address(arguments["new_login_url"])
        return quiet and right and not _is_poor(arguments.get("user_password"))

    @staticmethod
    def _check_names(wish: Wish, found: Found) -> None:
        if found.document is None and not NAME.fullmatch(wish.id):
            raise InvalidOption("name: a user name has 1 to 255 of the characters a-z A-Z 0-9 _ . @ -")
        if _is_poor(wish.arguments.get("user_password")):
            raise InvalidOption(f"user_password: needs at least {SHORTEST_PASSWORD} characters and no line breaks")

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Looks ahead to what a move between tenants cannot do."""
        if _moving.moves(wish, found):
            _moving.refuse_foreign(server, wish)
            _moving.announce(server, wish, found)

    def ahead(self, server: Server, wish: Wish, found: Found) -> None:
        """Devices are told first: when a run ends in between, the next one finds the move still to be done."""
        if _moving.moves(wish, found):
            _moving.tell_devices(server, wish, found)

    def fills(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """A policy gives the devices that are there its own protected items."""
        linked = after.get("PolicyID") and after["PolicyID"] != before.get("PolicyID")
        return bool(linked and before.get("Devices"))

    def acts(self, wish: Wish, found: Found, making: bool) -> tuple[Change, ...]:
        """A password is set when the account is made, or each time if the task says always."""
        wanted = wish.arguments.get("user_password")
        always = wish.arguments.get("update_password") == "always"
        if not wanted or making or (found.document is not None and not always):
            return ()
        return (Change(("user_password",), None, found.document, wanted, secret=True),)

    def act(self, server: Server, wish: Wish, found: Found) -> None:
        """AdminResetUserPassword; without a recovery code in the profile the server asks for the old password."""
        old = wish.arguments.get("current_password")
        server.client.call(
            "AdminResetUserPassword",
            TargetUser=found.id,
            NewPassword=wish.arguments["user_password"],
            **({"OldPassword": old} if old else {}),
        )

    def lacking(self, wish: Wish) -> str:
        """An account needs a first password."""
        return "" if wish.arguments.get("user_password") else "user_password: needed to create a user"

    def creation(self, wish: Wish) -> dict[str, Any]:
        """The password, and whether administrators may reset it later."""
        return {
            "TargetPassword": wish.arguments["user_password"],
            "StoreRecoveryCode": int(wish.arguments.get("store_recovery_code", True)),
            "RequirePasswordChange": int(bool(wish.patch.get("RequirePasswordChange"))),
        }

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """Whether connected devices lose the software, and its settings, too."""
        if not wish.arguments.get("uninstall_software"):
            return {}
        return {
            "UninstallConfig": {"UninstallFlag": True, "RemoveConfigFile": bool(wish.arguments.get("uninstall_config"))}
        }

    def loss(self, server: Server, found: Found) -> str:
        """The keys of storage vaults live in the profile and nowhere else."""
        vaults = len((found.document or {}).get("Destinations") or {})
        return (
            f"loses the keys of its {vaults} storage vaults, so that their backups can never be read again"
            if vaults
            else ""
        )


def _is_poor(password: str | None) -> bool:
    """Whether no server would take the password, if there is one."""
    return password is not None and (len(password) < SHORTEST_PASSWORD or bool(re.search(r"[\r\n]", password)))


USER = Resource(
    kind="user",
    plural="users",
    structure="UserProfileConfig",
    name="Username",
    tenant="OrganizationID",
    named=True,
    listing=Call("AdminListUsersFull"),
    roll=Call("AdminListUsers"),
    reading=Call("AdminGetUserProfileAndHash", {"TargetUser": "id"}, reply="Profile", lock="ProfileHash"),
    creating=Call("AdminAddUser", {"TargetUser": "id", "TargetOrganization": "tenant"}, strict=True),
    updating=Call(
        "AdminSetUserProfileHash",
        {"TargetUser": "id", "ProfileData": "document", "RequireHash": "lock"},
        reply="Profile",
        lock="ProfileHash",
    ),
    deleting=Call("AdminDeleteUser", {"TargetUser": "id"}),
    inside=("Destinations", "Sources", "BackupRules", "Devices"),
    arguments={
        "user_password": {"type": "str", "no_log": True},
        "current_password": {"type": "str", "no_log": True},
        "update_password": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
        "store_recovery_code": {"type": "bool", "default": True, "no_log": False},
        "uninstall_software": {"type": "bool", "default": False},
        "uninstall_config": {"type": "bool", "default": False},
        "new_login_url": {"type": "str", "no_log": False},
        "force_new_login_url": {"type": "bool", "default": False, "no_log": False},
    },
    references=(TENANT, POLICY, USER_GROUP, STORAGE_TEMPLATE, SHARED_QUOTA),
    checks=CHECKS,
    hooks=UserHooks(),
)
