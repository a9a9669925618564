# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrators of a server or of a tenant. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._errors import InvalidOption
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Hooks, Named, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_PASSWORD = "admin_user_password"
# What a login needs to be allowed, by the way in which it logs in.
_NEEDED_BY = {"Password": "AllowPasswordLogin", "PasswordTOTP": "AllowPasswordAndTOTPLogin"}
_OPTIONS = {"AllowPasswordLogin": "allow_password_login", "AllowPasswordAndTOTPLogin": "allow_password_and_totp_login"}


class AdminUserHooks(Hooks):
    """First passwords, and the account that the task itself logs in with."""

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses a password that would be none, or that an external source checks."""
        refuse_password(found.document or {}, wish.patch, _PASSWORD)
        if "Password" in wish.patch and not wish.patch["Password"]:
            raise InvalidOption(f"{_PASSWORD}: must not be empty")
        return wish

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """A first password asks nothing of an administrator who has one that the server checks."""
        own = bool(document.get("Password")) and not document.get("ExternalAuthenticationSource")
        return own or "Password" not in named()

    def guard(self, server: Server, wish: Wish, found: Found) -> None:
        """Refuses what would shut out the very login that the task uses."""
        harm = _harm(server, wish, found) if _is_own(server, found) else ""
        if harm:
            raise InvalidOption(
                f"{harm}: this is the administrator that the task logs in as, who would be locked out; log in as "
                "another one to change that"
            )

    def lacking(self, wish: Wish) -> str:
        """An account needs a first password."""
        return "" if wish.patch.get("Password") else f"{_PASSWORD}: needed to create an administrator"

    def creation(self, wish: Wish) -> dict[str, Any]:
        """The password, which the server hashes."""
        return {"TargetPassword": wish.patch.get("Password") or ""}

    def maker(self, document: Mapping[str, Any], around: Mapping[str, Any]) -> str:
        """An external source adds the administrators who log in through it."""
        return "external login" if document.get("ExternalAuthenticationSource") else ""

    def foreign(self, document: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
        """It would add them again."""
        return bool(self.maker(document, around))

    def deletion(self, server: Server, wish: Wish, found: Found) -> dict[str, Any]:
        """Refuses to delete the very account that the task uses."""
        if _is_own(server, found):
            raise InvalidOption(
                "state: this is the administrator that the task logs in as, who would be locked out; log in as "
                "another one to delete it"
            )
        return {}


def refuse_password(document: Mapping[str, Any], patch: Mapping[str, Any], option: str) -> None:
    """Raises InvalidOption for a password of an administrator whose external source checks it."""
    source = document.get("ExternalAuthenticationSource")
    if source and "Password" in patch:
        raise InvalidOption(
            f"{option}: the external authentication source {source} made this administrator and checks the password; "
            "leave it out"
        )


def _is_own(server: Server, found: Found) -> bool:
    """Whether it is the login's own account: only those of the top level may manage administrators at all."""
    document = found.document or {}
    return document.get("Username") == server.client.login.username and not document.get("OrganizationID")


def _harm(server: Server, wish: Wish, found: Found) -> str:
    """The option by which the login would lock itself out; empty for none."""
    patch, have, login = wish.patch, found.document or {}, server.client.login
    needed = _NEEDED_BY.get(login.auth_type, "")
    if needed and have.get(needed) and not patch.get(needed, True):
        return _OPTIONS[needed]
    if (patch.get("Permissions") or {}).get("PreventEditServerSettings"):
        return "permissions.prevent_edit_server_settings"
    if "Password" not in patch or wish.secrets != "always":
        return ""
    if patch["Password"] != login.secrets().get("Password"):
        return _PASSWORD
    return "require_password_change" if patch.get("RequirePasswordChange") else ""


ADMIN_USER = Resource(
    kind="admin_user",
    plural="admin_users",
    structure="AllowedAdminUser",
    name="Username",
    tenant="OrganizationID",
    told_by={"OrganizationID": "tenant"},
    secrets="update_password",
    homes=(
        Home(
            path=("AdminUsers",),
            reading=Call("AdminMetaServerConfigGet"),
            updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
            listing=Call("AdminAdminUserList"),
            keys=("Username+OrganizationID",),
        ),
    ),
    creating=Call("AdminAdminUserNew", {"TargetUser": "name", "TargetOrgID": "tenant"}),
    carried=("Username", "OrganizationID", "Password"),
    deleting=Call("AdminAdminUserDelete", {"TargetUser": "name"}),
    references=(TENANT, POLICY),
    hooks=AdminUserHooks(),
)
