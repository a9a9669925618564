"""What a server has on its first day."""

from __future__ import annotations

from typing import Any

from ..core.passwords import PLAIN, guid
from ..emulator import Emulator

LOCAL_TEMPLATE = {"Type": "comet", "Description": "Local", "RemoteAddress": "$self$", "Default": True}
"""The storage template for the server's own storage; a real server makes it when the Storage Role is on."""

SERIAL = "EMU0-COME-T000-0000-0000-0001"


def default_config() -> dict[str, Any]:
    """``ServerConfigOptions`` of a fresh server with every role on."""
    return {
        "AuthenticationRole": {
            "RoleEnabled": True,
            "GenerateMissedBackupEvents": True,
            "GenerateScheduledEmails": True,
            "PruneLogsAfterDays": 90,
            "RemoteStorage": [{**LOCAL_TEMPLATE, "ID": guid()}],
        },
        "Branding": {
            "BrandName": "COMET",
            "ProductName": "Comet Backup",
            "CompanyName": "Comet",
            "TopColor": "#191F33",
            "AccentColor": "#D88463",
            "BrandingStyleType": 1,
            "BuildMode": 1,
            "PackageIdentifier": "backup-tool",
        },
        "ConstellationRole": {"RoleEnabled": True},
        "Email": {"FromEmail": "noreply@example.com", "FromName": "Comet Backup", "Mode": "builtin"},
        "License": {"SerialNumber": SERIAL, "Email": "owner@example.com"},
        "LoginProtection": {"Enabled": False, "FailureThreshold": 10, "CooldownSeconds": 60},
        "ListenAddresses": [{"ListenAddress": "127.0.0.1:8060"}],
        "SessionSettings": {"ExpiredInSeconds": 0},
        "SoftwareBuildRole": {"RoleEnabled": True, "AllowUnauthenticatedDownloads": False, "MaxBuilders": 2},
        "StorageRole": {
            "RoleEnabled": True,
            "Storage": {"DestinationType": 1002, "LocalcopyPath": "/var/lib/cometd/storage"},
        },
    }


def store_config(emulator: Emulator, document: dict[str, Any]) -> None:
    """Store the server's own part of a ``ServerConfigOptions``; the rest lives in documents of its own."""
    elsewhere = ("AdminUsers", "Organizations", "ExternalAdminUserSources")
    emulator.store.put("server", "config", {key: value for key, value in document.items() if key not in elsewhere})


def set_up(emulator: Emulator) -> bool:
    """Give a new server its configuration. Returns whether it was new."""
    if emulator.store.row("server", "config") is not None:
        return False
    store_config(emulator, emulator.take("ServerConfigOptions", default_config(), "Config"))
    return True


def new_admin(emulator: Emulator, username: str, password: str, organization: str = "") -> dict[str, Any]:
    """An ``AllowedAdminUser`` as the server makes them."""
    permissions = {}
    if organization and emulator.switches["new_tenant_admin_permissions"] == "allow":
        permissions = dict.fromkeys(
            (
                "AllowEditBranding",
                "AllowEditEmailOptions",
                "AllowEditRemoteStorage",
                "AllowEditWebhooks",
                "AllowEditExternalAuthSources",
            ),
            True,
        )
    admin = {
        "Username": username,
        "OrganizationID": organization,
        "PasswordFormat": PLAIN,
        "Password": password,
        "AllowPasswordLogin": True,
        "Permissions": permissions,
    }
    shaped: dict[str, Any] = emulator.take("AllowedAdminUser", admin, "AdminUsers")
    return shaped


def create_admin(emulator: Emulator, username: str, password: str, organization: str = "") -> None:
    """Store a new administrator."""
    emulator.put_admin(new_admin(emulator, username, password, organization))
