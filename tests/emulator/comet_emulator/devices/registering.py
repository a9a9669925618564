"""Registering a device: it appears in a user's profile, with what the user's policy gives to new devices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..accounts.auth import password_is
from ..core.errors import ApiError, unauthorised
from ..core.passwords import random_key
from ..emulator import Emulator
from ..methods.policies import apply_policy
from ..methods.profiles import store_profile
from ..methods.templates import templates_of
from ..methods.vaults import put_vault
from ..server.provisioning import Template
from .default_items import give_items
from .live import address_of, reported_platform
from .worlds import PLATFORMS

Document = dict[str, Any]

TOKENS = "install_token"
"""The kind of documents that install tokens are."""


@dataclass(slots=True)
class NewDevice:
    """A device as its installer describes it."""

    device: str
    name: str
    version: str
    platform: Document = field(default_factory=lambda: dict(PLATFORMS["windows"]))
    time_zone: str = "UTC"


def waiting_device(new: NewDevice, organization: str, host: str, now: int) -> Document:
    """A device in the lobby as a ``RegistrationLobbyConnection``; ``now`` is in Unix seconds."""
    return {
        "DeviceID": new.device,
        "OrganizationID": organization,
        "FriendlyName": new.name,
        "ReportedVersion": new.version,
        "ReportedPlatform": reported_platform(new.platform),
        "ReportedPlatformVersion": new.platform,
        "DeviceTimeZone": new.time_zone,
        "IPAddress": address_of(new.device),
        "Host": host,
        "ConnectionTime": now,
    }


def register(emulator: Emulator, username: str, new: NewDevice, address: str) -> None:
    """Put a device into a profile, inside a transaction. ``address`` is the server's own as the device knows it.

    Raises:
        ApiError: the user is unknown, suspended, or may not have another device.
    """
    row, profile = emulator.store.row("user", username), emulator.store.document("user", username)
    if row is None or profile is None or emulator.live.locked_out(row):
        raise unauthorised()
    devices = profile["Devices"]
    if new.device not in devices and 0 < profile["MaximumDevices"] <= len(devices):
        status = emulator.switches["device_quota_status"]
        raise ApiError(status, "The account has reached the quota of its devices")
    known = new.device in devices
    config = {
        "FriendlyName": new.name,
        "RegistrationTime": emulator.clock.now(),
        "PlatformVersion": new.platform,
        "DeviceTimezone": new.time_zone,
        "ClientVersion": new.version,
    }
    devices[new.device] = emulator.take("DeviceConfig", {**devices.get(new.device, {}), **config}, "Device")
    emulator.live.forgotten.discard((username, new.device))
    apply_policy(emulator, profile)
    if not known:
        _give_vault(emulator, profile, new.device, address)
    give_items(emulator, profile, new.device)
    store_profile(emulator, username, profile)


def _give_vault(emulator: Emulator, profile: Document, device: str, address: str) -> None:
    """Request a vault for a new device, where the policy says that the server does so (24.12)."""
    if profile["Policy"].get("DefaultNewStorageVault") != "server_controlled":
        return
    template = _template_for(emulator, profile)
    if template is not None:
        put_vault(emulator, profile, template, address, device)


def _template_for(emulator: Emulator, profile: Document) -> Template | None:
    """The storage template that the profile names, else the default one of the user's tenant."""
    templates = templates_of(emulator, profile.get("OrganizationID", ""))
    wanted = profile.get("AutoStorageTemplateGUID", "")
    if wanted:
        return next((template for template in templates if template["ID"] == wanted), None)
    return next((template for template in templates if template.get("Default")), None)


# How an installer proves whose device it is


def check_password(emulator: Emulator, username: str, password: str) -> None:
    """Refuse an installer that does not know the user's password.

    Raises:
        ApiError: 403.
    """
    profile = emulator.store.peek("user", username)
    if profile is None or not password_is(emulator, profile, password):
        raise unauthorised()


def new_token(emulator: Emulator, username: str, organization: str, address: str) -> Document:
    """Make an ``InstallToken`` for a user of a tenant, inside a transaction."""
    now = emulator.clock.now()
    token = {
        "Username": username,
        "Server": address,
        "Token": random_key(),
        "CreateTime": now,
        "Used": False,
        "ExpireTime": now + emulator.switches["install_token_seconds"],
    }
    emulator.store.put(TOKENS, token["Token"], token, organization=organization, parent=username)
    return token


def use_token(emulator: Emulator, token: str) -> Document:
    """Use an install token up, inside a transaction, and give it back.

    Raises:
        ApiError: 403, it is unknown, used already, or too old.
    """
    found, row = emulator.store.document(TOKENS, token), emulator.store.row(TOKENS, token)
    if found is None or row is None or found["Used"] or found["ExpireTime"] <= emulator.clock.now():
        raise ApiError(403, "The install token is unknown, used or expired")
    found["Used"] = True
    emulator.store.put(TOKENS, token, found, organization=row.organization, parent=row.parent)
    return found
