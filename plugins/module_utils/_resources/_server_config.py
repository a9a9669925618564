# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of a server, and its fragments. Private; may change at any time."""

from __future__ import annotations

from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._tenant import TENANT
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Part, Resource


def _part(path: tuple[str, ...], method: str, parameter: str, reply: str = "") -> Part:
    return Part(path, Call(f"{method}Get", reply=reply), Call(f"{method}Set", {parameter: "document"}))


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
        _part(("AuthenticationRole", "RemoteStorage"), "AdminMetaRemoteStorageVault", "RemoteStorageOptions"),
        _part(("PSAConfigs",), "AdminMetaPsaConfigList", "PSAConfigList"),
        _part(("ConstellationRole",), "AdminMetaConstellationConfig", "ConstellationRoleOptions"),
        _part(("ExternalAdminUserSources",), "AdminExternalAuthSources", "Sources"),
    ),
    references=(TENANT, POLICY),
    reports={
        "version": Call("AdminMetaVersion"),
        "statistics": Call("AdminMetaStats", fixed={"Simple": True}),
        "server_config": Call("AdminMetaServerConfigGet"),
    },
)
