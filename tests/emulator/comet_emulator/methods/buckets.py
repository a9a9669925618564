"""Buckets of the Storage Role."""

from __future__ import annotations

from typing import Any

from ..emulator import Emulator, Stored
from ..errors import ApiError
from ..passwords import HASHED, guid, random_key
from ..routing import PLAUSIBLE, Call, fragment, fragments, handles


def create_bucket(emulator: Emulator, bucket_id: str, key_format: int, key_hash: str, organization: str) -> None:
    """Store a new bucket; only a hash of its key is kept."""
    bucket = {
        "OrganizationID": organization,
        "CreateTime": emulator.clock.now(),
        "ReadWriteKeyFormat": key_format,
        "ReadWriteKey": key_hash,
        "Size": {},
    }
    emulator.store.put(
        "bucket", bucket_id, emulator.take("BucketProperties", bucket, "bucket"), organization=organization
    )


@handles("AdminStorageListBuckets")
def list_buckets(call: Call) -> Stored:
    """Bucket id to properties."""
    return Stored(fragments(call.visible("bucket")))


@handles("AdminStorageBucketProperties")
def bucket_properties(call: Call) -> Any:
    """One bucket; with a time after its last measurement it is measured again first."""
    emulator, bucket_id = call.emulator, call["BucketID"]
    row = call.find("bucket", bucket_id, "bucket")
    bucket = emulator.store.document("bucket", bucket_id) or {}
    if call.get("AfterTimestamp", 0) > bucket["Size"]["MeasureCompleted"]:
        now = call.emulator.clock.now()
        bucket["Size"].update(MeasureStarted=now, MeasureCompleted=now)
        row = emulator.store.put("bucket", bucket_id, bucket, organization=row.organization)
    return Stored(fragment(row))


@handles("AdminStorageRegisterBucket")
def register_bucket(call: Call) -> Stored:
    """Make a bucket. Without parameters the server chooses id and key, and shows the key this once."""
    organization = call.target_organization("SetOrganizationID")
    bucket_id, key_hash = call.get("SetBucketValue"), call.get("SetKeyHashValue")
    key = ""
    if bool(bucket_id) != bool(key_hash):
        raise ApiError(400, "SetBucketValue, SetKeyHashFormat and SetKeyHashValue belong together")
    if bucket_id:
        try:
            key_format = int(call.get("SetKeyHashFormat") or "0")
        except ValueError:
            raise ApiError(400, "Malformed request: SetKeyHashFormat: expected an integer") from None
        if call.emulator.store.row("bucket", bucket_id) is not None:
            raise call.taken("The bucket exists already")
    else:
        bucket_id, key, key_format = guid(), random_key(), HASHED
        key_hash = call.emulator.hash(key)
    create_bucket(call.emulator, bucket_id, key_format, key_hash, organization)
    return call.ok(NewBucketID=bucket_id, NewBucketKey=key)


@handles("AdminStorageDeleteBucket")
def delete_bucket(call: Call) -> Stored:
    """Delete a bucket with its data."""
    call.delete("bucket", call["BucketID"], "bucket")
    return call.ok()


@handles(
    "AdminStorageFreeSpace", coverage=PLAUSIBLE, reason="a fixed disk, so that answers do not depend on the machine"
)
def free_space(call: Call) -> dict[str, Any]:
    """Always half a disk of 2 TiB."""
    return {"Unlimited": False, "UsedPercent": 50.0, "AvailableBytes": 1 << 40}


@handles("AdminStoragePingDestination", coverage=PLAUSIBLE, reason="nothing is connected to; only the type is checked")
def ping_destination(call: Call) -> Stored:
    """Every location with a type answers."""
    if not call["ExtraData"]["DestinationType"]:
        raise ApiError(400, "The location has no type")
    return call.ok()
