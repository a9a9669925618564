# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a server, and its fragments. Private; may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.comet.backup.plugins.module_utils._resources._admin_user import refuse_password
from ansible_collections.comet.backup.plugins.module_utils._resources._checks import CHECKS
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._template_ids import identified, inspected
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Found, Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Hooks, Named, Part, Resource
from ansible_collections.comet.backup.plugins.module_utils._state._server import Server

_TEMPLATES = ("AuthenticationRole", "RemoteStorage")


def _part(path: tuple[str, ...], method: str, parameter: str, reply: str = "") -> Part:
    return Part(path, Call(f"{method}Get", reply=reply), Call(f"{method}Set", {parameter: "document"}))


class ServerConfigHooks(Hooks):
    """Administrators that an external source has made are among the others in the configuration, and storage templates
    need IDs."""

    def inspect(self, server: Server, wish: Wish, found: Found) -> Found:
        """Chooses the IDs of new storage templates."""
        return inspected(server, wish, found, _TEMPLATES, "")

    def prepare(self, wish: Wish, found: Found) -> Wish:
        """Refuses to give one of these a password; names the IDs of new storage templates."""
        held = {_person(one): one for one in (found.document or {}).get("AdminUsers") or ()}
        for patch in wish.patch.get("AdminUsers") or ():
            option = f"admin_users.{patch.get('Username', '')}.password"
            refuse_password(held.get(_person(patch), {}), patch, option)
        return identified(wish, found, _TEMPLATES)

    def supply(self, server: Server, wish: Wish, found: Found) -> Wish:
        """Names these IDs for good: the parts of the configuration are written by what is wished."""
        return identified(wish, found, _TEMPLATES)

    def idle(self, arguments: Mapping[str, Any], named: Named, document: Mapping[str, Any]) -> bool:
        """Passwords of administrators have to be looked at where a source has made one."""
        foreign = any(one.get("ExternalAuthenticationSource") for one in document.get("AdminUsers") or ())
        return not foreign or "AdminUsers" not in named()


def _person(admin: Mapping[str, Any]) -> tuple[str, str]:
    return admin.get("Username") or "", admin.get("OrganizationID") or ""


SERVER_CONFIG = Resource(
    kind="server_config",
    plural="server_configs",
    structure="ServerConfigOptions",
    reading=Call("AdminMetaServerConfigGet"),
    updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
    # Reading is asymmetric for branding and software builds: the answer wraps what the setting call takes bare.
    parts=(
        _part(("Branding",), "AdminMetaBrandingConfig", "BrandingConfig", reply="Branding"),
        _part(("SoftwareBuildRole",), "AdminMetaBuildConfig", "SoftwareBuildRoleConfig", reply="SoftwareBuildRole"),
        _part(("Email",), "AdminMetaEmailOptions", "EmailOptions"),
        _part(("WebhookOptions",), "AdminMetaWebhookOptions", "WebhookOptions"),
        _part(_TEMPLATES, "AdminMetaRemoteStorageVault", "RemoteStorageOptions"),
        _part(("PSAConfigs",), "AdminMetaPsaConfigList", "PSAConfigList"),
        _part(("ConstellationRole",), "AdminMetaConstellationConfig", "ConstellationRoleOptions"),
        _part(("ExternalAdminUserSources",), "AdminExternalAuthSources", "Sources"),
    ),
    references=(TENANT, POLICY),
    checks=CHECKS,
    hooks=ServerConfigHooks(),
    reports={
        "version": Call("AdminMetaVersion"),
        "statistics": Call("AdminMetaStats", fixed={"Simple": True}),
        "server_config": Call("AdminMetaServerConfigGet"),
    },
)
