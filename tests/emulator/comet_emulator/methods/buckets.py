"""Buckets of the Storage Role."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.passwords import HASHED, PLAIN, guid, random_key
from ..core.routing import PLAUSIBLE, Call, fragment, fragments, handles
from ..emulator import Emulator, Stored
from ..server.locations import LOCAL, SMB, SPANNED, check_reachable


def create_bucket(
    emulator: Emulator,
    bucket_id: str,
    key_format: int,
    key_hash: str,
    organization: str,
    size: dict[str, Any] | None = None,
) -> None:
    """Store a new bucket, empty or of a ``SizeMeasurement``; only a hash of its key is kept."""
    bucket = {
        "OrganizationID": organization,
        "CreateTime": emulator.clock.now(),
        "ReadWriteKeyFormat": key_format,
        "ReadWriteKey": key_hash,
        "Size": size or {},
    }
    emulator.store.put(
        "bucket", bucket_id, emulator.take("BucketProperties", bucket, "bucket"), organization=organization
    )


@handles("AdminStorageListBuckets")
def list_buckets(call: Call) -> Stored:
    """Bucket id to properties."""
    return Stored(fragments(call.visible("bucket")))


@handles("AdminStorageBucketProperties")
def bucket_properties(call: Call) -> Stored:
    """One bucket; with a time after its last measurement it is measured again first."""
    emulator, bucket_id = call.emulator, call["BucketID"]
    row = call.find("bucket", bucket_id, "bucket")
    bucket = emulator.store.document("bucket", bucket_id) or {}
    now = emulator.clock.now()
    if min(call.get("AfterTimestamp", 0), now) > bucket["Size"]["MeasureCompleted"]:
        size = _measure(emulator, bucket_id)
        bucket["Size"].update(MeasureStarted=now, MeasureCompleted=now)
        bucket["Size"]["Size"] = bucket["Size"]["Size"] if size is None else size
        row = emulator.store.put("bucket", bucket_id, bucket, organization=row.organization)
    return Stored(fragment(row))


def _measure(emulator: Emulator, bucket_id: str) -> int | None:
    """What the clients of the vaults in a bucket say that it holds, in bytes; None when no vault uses it."""
    needle = bucket_id.encode()
    rows = (row for row in emulator.store.rows("user").values() if needle in row.body)
    vaults = [vault for row in rows for vault in orjson.loads(row.body)["Destinations"].values()]
    sizes = [
        vault.get("Statistics", {}).get("ClientProvidedSize", {}).get("Size", 0)
        for vault in vaults
        if vault["CometBucket"] == bucket_id
    ]
    return sum(sizes) if sizes else None


GIVEN = ("SetBucketValue", "SetKeyHashFormat", "SetKeyHashValue")
"""Parameters of a bucket whose id and key the caller chose."""


@handles("AdminStorageRegisterBucket")
def register_bucket(call: Call) -> Stored:
    """Make a bucket. Without parameters the server chooses id and key, and shows the key this once."""
    organization = call.target_organization("SetOrganizationID")
    bucket_id, key_format, key_hash = (call.get(name) for name in GIVEN)
    key = ""
    if not any((bucket_id, key_format, key_hash)):
        bucket_id, key, key_format = guid(), random_key(), str(HASHED)
        key_hash = call.emulator.hash(key)
    elif not all((bucket_id, key_format, key_hash)):
        raise ApiError(400, f"{', '.join(GIVEN)} belong together")
    if not key_format.isdecimal():
        raise ApiError(400, "Malformed request: SetKeyHashFormat: expected an integer")
    if call.emulator.store.row("bucket", bucket_id) is not None:
        raise call.taken("The bucket exists already")
    if int(key_format) == PLAIN:
        key_format, key_hash = str(HASHED), call.emulator.hash(key_hash)
    create_bucket(call.emulator, bucket_id, int(key_format), key_hash, organization)
    return call.ok(NewBucketID=bucket_id, NewBucketKey=key)


@handles("AdminStorageDeleteBucket")
def delete_bucket(call: Call) -> Stored:
    """Delete a bucket with its data."""
    call.delete("bucket", call["BucketID"], "bucket")
    return call.ok()


DISK = 2 << 40
"""Bytes of every disk that a local path is on."""


@handles(
    "AdminStorageFreeSpace", coverage=PLAUSIBLE, reason="made-up disks, so that answers do not depend on the machine"
)
def free_space(call: Call) -> dict[str, Any]:
    """Room left for buckets: on disks of 2 TiB, without limit in clouds, of each target where storage is spanned."""
    if call.get("BucketID"):
        call.find("bucket", call["BucketID"], "bucket")
    rows = call.emulator.store.rows("bucket").values()
    used = sum(orjson.loads(row.body)["Size"]["Size"] for row in rows)
    return _room(call.emulator.config["StorageRole"]["Storage"], used)


def _room(storage: dict[str, Any], used: int) -> dict[str, Any]:
    if storage["DestinationType"] == SPANNED:
        share = used // max(1, len(storage["SpanTargets"]))
        targets = [_room(target, share) for target in storage["SpanTargets"]]
        available = sum(target["AvailableBytes"] for target in targets)
        percent = max((target["UsedPercent"] for target in targets), default=0.0)
        unlimited = any(target["Unlimited"] for target in targets)
        return _space(unlimited, percent, available) | {"Spanned": {"Targets": targets}}
    if storage["DestinationType"] not in (LOCAL, SMB):
        return _space(True, 0.0, 0)
    return _space(False, min(100.0, 100 * used / DISK), max(0, DISK - used))


def _space(unlimited: bool, percent: float, available: int) -> dict[str, Any]:
    return {"Unlimited": unlimited, "UsedPercent": percent, "AvailableBytes": available}


@handles(
    "AdminStoragePingDestination",
    coverage=PLAUSIBLE,
    reason="nothing is connected to; only the settings are checked, and buckets of this server",
)
def ping_destination(call: Call) -> Stored:
    """Whether a location has what its type needs, and opens if it is a bucket of this server."""
    check_reachable(call.emulator, call["ExtraData"], call.request.self_address)
    return call.ok()
