"""Who may call what: tenants, roles that are off, and what single accounts are denied.

The flags of ``AdminUserPermissions`` and ``UserPolicy`` that forbid whole methods are here. Those that depend on what
is sent are where it is taken: ``methods.profiles`` (vaults and policies of users), ``methods.account`` (passwords) and
``methods.own_profile`` (what end users change).
"""

from __future__ import annotations

from ..core.errors import denied, refuse_path, unauthorised
from ..core.facts import Method
from ..core.routing import Caller
from ..emulator import Emulator

ROLES = {
    "Auth": "AuthenticationRole",
    "Storage": "StorageRole",
    "SoftwareBuild": "SoftwareBuildRole",
    "Constellation": "ConstellationRole",
}
"""Role of the facts to the block of the server configuration that switches it."""

TENANT_ROLES = ("SoftwareBuild", "Constellation")
"""Roles that a tenant has settings of its own for; the switch ``tenant_roles`` says whether they count."""

FRAGMENT_PERMISSIONS = {
    "AdminMetaBrandingConfig": "AllowEditBranding",
    "AdminMetaBuildConfig": "",
    "AdminMetaEmailOptions": "AllowEditEmailOptions",
    "AdminMetaSendTest": "AllowEditEmailOptions",
    "AdminMetaRemoteStorageVault": "AllowEditRemoteStorage",
    "AdminMetaWebhookOptions": "AllowEditWebhooks",
    "AdminExternalAuthSources": "AllowEditExternalAuthSources",
}
"""Start of a method's name to the flag that opens it for those who may not edit the server's settings as a whole.

Whole are the settings only for top-level administrators without ``PreventEditServerSettings``.
"""

DENIED_BY = (
    ("AdminMetaServerConfig", "PreventEditServerSettings"),
    ("AdminAdminUser", "PreventEditServerSettings"),
    ("AdminStoragePingDestination", "PreventEditServerSettings"),
    ("AdminStorageFreeSpace", "PreventEditServerSettings"),
    ("AdminStorageFreeSpace", "DenyViewServerInfo"),
    ("AdminMetaRestartService", "PreventServerShutdown"),
    ("AdminMetaShutdownService", "PreventServerShutdown"),
    ("AdminMetaBuildConfig", "DenySoftwareBuildRole"),
    ("AdminConstellation", "DenyConstellationRole"),
    ("AdminMetaConstellation", "DenyConstellationRole"),
    ("AdminMetaStats", "DenyViewServerHistory"),
    ("AdminRequestStorageVault", "PreventRequestStorageVault"),
    ("UserWebRequestStorageVault", "PreventRequestStorageVault"),
    ("UserWebAccountResetPassword", "PreventChangeAccountPassword"),
    ("UserWebDispatcherUpdateLoginPassword", "PreventChangeAccountPassword"),
    ("UserWebDispatcherDeleteSnapshot", "PreventDeleteSingleSnapshots"),
    ("UserWebDispatcherDeleteSnapshots", "PreventDeleteSingleSnapshots"),
    ("UserWebDeleteProtectedItem", "PreventDeleteProtectedItem"),
)
"""Method, or start of the names of several, to the flag of an administrator or of a policy that withholds it."""

WIDER = (
    ("denied_server_info", "all", "DenyViewServerInfo", ("AdminMetaVersion", "AdminMetaSoftwareUpdateNews")),
    (
        "prevented_password_change",
        "factors",
        "PreventChangePassword",
        ("AdminAccountRegenerateTotp", "AdminAccountWebauthn", "AdminAccountU2f"),
    ),
)
"""Switch, value, flag, and starts of the methods that it withholds as well under this value of the switch."""

WEB_INTERFACE_ONLY = {
    "HideCloudStorageBranding": "names of storage providers are hidden where the web interface shows them;"
    " no answer of the API depends on it",
}
"""Flags of ``AdminUserPermissions`` without an effect on the API, each with the reason."""


def check_role(emulator: Emulator, method: Method) -> None:
    """Refuse a method whose role is switched off on this server.

    Raises:
        PlainError | ApiError: as the switch ``disabled_role`` says.
    """
    for role in method.roles:
        block = ROLES.get(role)
        if block and not emulator.config[block]["RoleEnabled"]:
            refuse_path(emulator.switches["disabled_role"])


def check_permission(emulator: Emulator, method: Method, caller: Caller) -> None:
    """Refuse a method that this account may not call.

    Raises:
        ApiError: 403.
    """
    if method.top_level_only and not caller.top_level:
        raise denied()
    if caller.organization and emulator.switches["tenant_roles"] == "checked":
        _check_tenant_roles(emulator, method, caller)
    if not caller.permissions:
        if caller.organization:
            _check_fragment(method, caller)
        return
    if method.needs_web_access and caller.may("PreventOpenWebUI"):
        raise unauthorised()
    for start, flag in DENIED_BY:
        if caller.may(flag) and _is_named(emulator, method, start):
            raise denied()
    if caller.kind == "admin":
        _check_wider(emulator, method, caller)
        _check_fragment(method, caller)


def _is_named(emulator: Emulator, method: Method, start: str) -> bool:
    """Whether an entry of the table means a method; a whole name means no other."""
    return method.name == start or (start not in emulator.facts.methods and method.name.startswith(start))


def _check_tenant_roles(emulator: Emulator, method: Method, caller: Caller) -> None:
    tenant = emulator.store.peek("organization", caller.organization) or {}
    for role in TENANT_ROLES:
        if role in method.roles and not tenant[ROLES[role]]["RoleEnabled"]:
            refuse_path(emulator.switches["disabled_role"])


def _check_wider(emulator: Emulator, method: Method, caller: Caller) -> None:
    for switch, value, flag, starts in WIDER:
        if caller.may(flag) and emulator.switches[switch] == value and method.name.startswith(starts):
            raise denied()
    whole_role = emulator.switches["denied_build_role"] == "role"
    if whole_role and "SoftwareBuild" in method.roles and caller.may("DenySoftwareBuildRole"):
        raise denied()


def _check_fragment(method: Method, caller: Caller) -> None:
    restricted = not caller.top_level or caller.may("PreventEditServerSettings")
    if not restricted:
        return
    for start, flag in FRAGMENT_PERMISSIONS.items():
        if method.name.startswith(start):
            opened = caller.may(flag) if flag else not caller.may("PreventEditServerSettings")
            if not opened:
                raise denied()
