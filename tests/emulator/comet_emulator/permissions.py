"""Who may call what: tenants, roles that are off, and what single administrators are denied."""

from __future__ import annotations

from .emulator import Emulator
from .errors import denied, refuse_path
from .facts import Method
from .routing import Caller

ROLES = {
    "Auth": "AuthenticationRole",
    "Storage": "StorageRole",
    "SoftwareBuild": "SoftwareBuildRole",
    "Constellation": "ConstellationRole",
}
"""Role of the facts to the block of the server configuration that switches it."""

FRAGMENT_PERMISSIONS = {
    "BrandingConfig": "AllowEditBranding",
    "BuildConfig": "",
    "EmailOptions": "AllowEditEmailOptions",
    "SendTest": "AllowEditEmailOptions",
    "RemoteStorageVault": "AllowEditRemoteStorage",
    "WebhookOptions": "AllowEditWebhooks",
}
"""Part of a method's name to the flag that opens it for those who may not edit the server's settings as a whole."""

DENIED_BY = (
    ("AdminMetaServerConfig", "PreventEditServerSettings"),
    ("AdminAdminUser", "PreventEditServerSettings"),
    ("AdminMetaRestartService", "PreventServerShutdown"),
    ("AdminMetaShutdownService", "PreventServerShutdown"),
    ("AdminMetaBuildConfig", "DenySoftwareBuildRole"),
    ("AdminConstellation", "DenyConstellationRole"),
    ("AdminMetaConstellation", "DenyConstellationRole"),
    ("AdminMetaStats", "DenyViewServerHistory"),
    ("AdminStorageFreeSpace", "DenyViewServerInfo"),
    ("AdminRequestStorageVault", "PreventRequestStorageVault"),
    ("AdminAccountRegenerateTotp", "PreventChangePassword"),
)
"""Start of a method's name to the flag that withholds it."""


def check_role(emulator: Emulator, method: Method) -> None:
    """Refuse a method whose role is switched off on this server.

    Raises:
        PlainError | ApiError: as the switch ``disabled_role`` says.
    """
    for role in method.roles:
        block = ROLES.get(role)
        if block and not emulator.config[block]["RoleEnabled"]:
            refuse_path(emulator.switches["disabled_role"])


def check_permission(method: Method, caller: Caller) -> None:
    """Refuse a method that this administrator may not call.

    Raises:
        ApiError: 403.
    """
    if caller.kind != "admin":
        return
    if method.top_level_only and not caller.top_level:
        raise denied()
    for start, flag in DENIED_BY:
        if method.name.startswith(start) and caller.may(flag):
            raise denied()
    if method.name.startswith("AdminExternalAuthSources"):
        _check_fragment(caller, "AllowEditExternalAuthSources")
    elif method.name.startswith("AdminMeta"):
        for part, flag in FRAGMENT_PERMISSIONS.items():
            if method.name.startswith(f"AdminMeta{part}"):
                _check_fragment(caller, flag)


def _check_fragment(caller: Caller, flag: str) -> None:
    restricted = not caller.top_level or caller.may("PreventEditServerSettings")
    opened = caller.may(flag) if flag else not caller.may("PreventEditServerSettings")
    if restricted and not opened:
        raise denied()
