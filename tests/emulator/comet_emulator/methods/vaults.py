"""Requesting storage vaults: every call makes another vault, with a bucket or credentials of its own."""

from __future__ import annotations

from typing import Any

from ..core.errors import ApiError
from ..core.passwords import guid
from ..core.routing import Call, fragment, handles
from ..emulator import Emulator, Stored
from ..server.locations import COMET
from ..server.provisioning import Template, direct_location, new_location
from .policies import apply_policy
from .profiles import find_user, load_user, require_hash, store_profile
from .templates import providers_of

KEEP_EVERYTHING = {"Mode": 801, "Ranges": []}


def put_vault(emulator: Emulator, profile: dict[str, Any], template: Template, address: str, device: str = "") -> str:
    """Make a vault from a template, put it into a profile that is yet to be stored, and give its id.

    ``address`` is the server's own, for vaults on its storage; ``device`` is the one device that may use the vault.
    """
    apply_policy(emulator, profile)
    now = emulator.clock.now()
    retention = profile["Policy"]["DefaultStorageVaultRetention"]
    vault = {
        "Description": template["Description"],
        "CreateTime": now,
        "ModifyTime": now,
        **new_location(emulator, template, profile.get("OrganizationID", ""), address),
        "StorageLimitEnabled": template["StorageLimitEnabled"],
        "StorageLimitBytes": template["StorageLimitBytes"],
        "RebrandStorage": template["RebrandStorage"],
        "DefaultRetention": retention if retention["Mode"] else KEEP_EVERYTHING,
        "AssociatedDevices": [device] if device else [],
    }
    destination = guid()
    profile["Destinations"][destination] = emulator.take("DestinationConfig", vault, "Destination")
    return destination


def add_vault(call: Call, username: str, provider: str) -> Stored:
    """Make a vault from a template of the user's tenant and put it into the profile.

    Raises:
        ApiError: unknown user or template, or the profile changed since its hash was taken.
    """
    emulator, given = call.emulator, call.get("ProfileHash")
    if given:
        require_hash(call, find_user(call, username), given)
    profile = load_user(call, username)
    template = providers_of(emulator, profile.get("OrganizationID", "")).get(provider)
    if template is None:
        raise call.unknown("storage template")
    device = call.get("DeviceID")
    if device and device not in profile["Devices"]:
        raise ApiError(call.switch("unknown_object_status"), "ERR_UNKNOWN_DEVICE")
    address = call.get("SelfAddress") or call.request.self_address
    destination = put_vault(emulator, profile, template, address, device)
    row = store_profile(emulator, username, profile)
    return call.ok(DestinationID=destination, ProfileHash=row.hash, Profile=fragment(row))


@handles("AdminRequestStorageVault")
def request_vault(call: Call) -> Stored:
    """Give a user a new vault; the user's policy does not bind an administrator."""
    return add_vault(call, call["TargetUser"], call["StorageProvider"])


@handles("AdminConvertStorageRole")
def convert_storage_role(call: Call) -> Stored:
    """Turn a vault on this server's Storage Role into direct access to the same bucket in the storage behind it."""
    emulator = call.emulator
    profile = load_user(call, call["TargetUser"])
    vault = profile["Destinations"].get(call["DestinationId"])
    if vault is None:
        raise call.unknown("storage vault")
    if vault["DestinationType"] != COMET or emulator.store.row("bucket", vault["CometBucket"]) is None:
        raise ApiError(400, "The storage vault is not in a bucket of this server")
    direct = direct_location(emulator.config["StorageRole"]["Storage"], vault["CometBucket"])
    profile["Destinations"][call["DestinationId"]] = {**vault, **direct, "ModifyTime": emulator.clock.now()}
    row = store_profile(emulator, call["TargetUser"], profile)
    return call.ok(DestinationID=call["DestinationId"], ProfileHash=row.hash, Profile=fragment(row))
