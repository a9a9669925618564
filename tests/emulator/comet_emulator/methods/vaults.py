"""Requesting storage vaults: every call makes another vault, with a bucket or credentials of its own."""

from __future__ import annotations

from typing import Any

from ..emulator import Emulator, Stored
from ..errors import ApiError
from ..passwords import HASHED, guid, random_key
from ..routing import PLAUSIBLE, Call, fragment, handles
from .buckets import create_bucket
from .policies import apply_policy
from .profiles import find_user, load_user, require_hash, store_profile
from .templates import Template, templates_of

KEEP_EVERYTHING = {"Mode": 801, "Ranges": []}

COMET, B2, STORJ, S3 = 1003, 1008, 1009, 1000

S3_HOSTS = {
    "aws": "s3.amazonaws.com",
    "wasabi": "s3.wasabisys.com",
    "idrivee2": "s3.idrivee2.example.com",
    "impossiblecloud-iam": "eu-central-2.storage.impossibleapi.net",
    "impossiblecloud-partner": "eu-central-2.storage.impossibleapi.net",
    "cometstorage": "s3.wasabisys.com",
}


def _short() -> str:
    return guid().replace("-", "")[:20]


def _location(emulator: Emulator, template: Template, organization: str, self_address: str) -> dict[str, Any]:
    """Where the new vault stores its data, with new credentials limited to it."""
    kind = template["Type"]
    if kind == "comet":
        bucket, key, address = guid(), random_key(), template.get("RemoteAddress", "")
        if address == "$self$":
            address = self_address
            create_bucket(emulator, bucket, HASHED, emulator.hash(key), organization)
        return {
            "DestinationType": COMET,
            "CometServer": address.rstrip("/") + "/",
            "CometBucket": bucket,
            "CometBucketKey": key,
        }
    if kind == "b2":
        bucket = template.get("B2", {}).get("MasterBucket") or _short()
        return {
            "DestinationType": B2,
            "B2": {"AccountID": _short(), "Key": random_key(), "Bucket": bucket, "Prefix": guid()},
        }
    if kind == "storj":
        storj = template.get("Storj", {})
        credentials = {"APIKey": random_key(), "Passphrase": random_key(), "StorjBucketPrefix": guid()}
        place = {
            "SatelliteAddress": storj.get("SatelliteAddress", ""),
            "StorjBucket": storj.get("Bucket") or _short(),
        }
        return {"DestinationType": STORJ, "Storj": {**place, **credentials}}
    return _s3_location(template)


def _s3_location(template: Template) -> dict[str, Any]:
    """Every other kind of template speaks S3."""
    settings: dict[str, Any] = next(
        (template[name] for name in ("S3", "AWS", "Wasabi", "ImpUser") if template.get(name)), {}
    )
    return {
        "DestinationType": S3,
        "S3Server": settings.get("S3Endpoint") or S3_HOSTS.get(template["Type"], "s3.example.com"),
        "S3UsesTLS": True,
        "S3AccessKey": _short().upper(),
        "S3SecretKey": random_key(),
        "S3BucketName": settings.get("MasterBucket") or _short(),
        "S3CustomRegion": settings.get("Region", ""),
        "S3Subdir": guid(),
        "S3ObjectLockMode": settings.get("ObjectLockMode", 0),
        "S3ObjectLockDays": settings.get("ObjectLockDays", 0),
        "S3RemoveDeleted": settings.get("RemoveDeleted", False),
    }


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
        **_location(emulator, template, profile.get("OrganizationID", ""), address),
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
    templates = templates_of(emulator, profile.get("OrganizationID", ""))
    template = next((entry for entry in templates if entry["ID"] == provider), None)
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


@handles("AdminConvertStorageRole", coverage=PLAUSIBLE, reason="made-up credentials: there is no storage behind it")
def convert_storage_role(call: Call) -> Stored:
    """Turn a vault on this server's Storage Role into direct access to the storage behind it (made-up credentials)."""
    profile = load_user(call, call["TargetUser"])
    vault = profile["Destinations"].get(call["DestinationId"])
    if vault is None:
        raise call.unknown("storage vault")
    if vault["DestinationType"] != COMET:
        raise ApiError(400, "The storage vault is not on a Storage Role bucket")
    vault.update(_location(call.emulator, {"Type": "s3", "S3": {}}, "", ""))
    vault.update(CometServer="", CometBucket="", CometBucketKey="")
    row = store_profile(call.emulator, call["TargetUser"], profile)
    return call.ok(DestinationID=call["DestinationId"], ProfileHash=row.hash, Profile=fragment(row))
