"""Buckets of the Storage Role: their sizes, the room that is left, and places that data can go to."""

from __future__ import annotations

from typing import Any

import pytest

from comet_emulator.server.locations import NEEDED

GIB = 1 << 30


def storage(server: Any, **location: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["StorageRole"]["Storage"] = location
    server.ok("meta/server-config/set", Config=config)
    server.wait()


def test_bucket_is_measured_again(server: Any) -> None:
    server.user()
    provider = next(iter(server.ok("request-storage-vault-providers")))
    made = server.ok("request-storage-vault", TargetUser="alice", StorageProvider=provider)
    bucket = made["Profile"]["Destinations"][made["DestinationID"]]["CometBucket"]
    size = {"Statistics": {"ClientProvidedSize": {"Size": 5 * GIB}}}
    server.control("profile", {"user": "alice", "members": {"Destinations": {made["DestinationID"]: size}}})
    assert server.ok("storage/bucket-properties", BucketID=bucket)["Size"]["Size"] == 0
    measured = server.ok("storage/bucket-properties", BucketID=bucket, AfterTimestamp=1)["Size"]
    assert measured["Size"] == 5 * GIB
    assert measured["MeasureCompleted"] >= measured["MeasureStarted"] > 0
    before = server.digest()
    server.ok("storage/bucket-properties", BucketID=bucket, AfterTimestamp=measured["MeasureCompleted"])
    assert server.digest() == before
    server.control("clock", {"advance": 10})
    later = server.ok("storage/bucket-properties", BucketID=bucket, AfterTimestamp=measured["MeasureCompleted"] + 5)
    assert later["Size"]["MeasureCompleted"] > measured["MeasureCompleted"]


def test_room_on_disk_shrinks(server: Any) -> None:
    empty = server.ok("storage/free-space")
    assert (empty["Unlimited"], empty["UsedPercent"]) == (False, 0)
    bucket = server.ok("storage/register-bucket")["NewBucketID"]
    vault = {"DestinationType": 1003, "CometBucket": bucket}
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "Destinations": {"v": vault}})
    size = {"Statistics": {"ClientProvidedSize": {"Size": 512 * GIB}}}
    server.control("profile", {"user": "alice", "members": {"Destinations": {"v": size}}})
    server.ok("storage/bucket-properties", BucketID=bucket, AfterTimestamp=1)
    used = server.ok("storage/free-space", BucketID=bucket)
    assert used["AvailableBytes"] == empty["AvailableBytes"] - 512 * GIB
    assert used["UsedPercent"] == 25
    server.refused("storage/free-space", 400, BucketID="nope")


def test_room_in_clouds_and_spanned_storage(server: Any) -> None:
    storage(server, DestinationType=1000, S3Server="s3.example")
    assert server.ok("storage/free-space")["Unlimited"] is True
    disk = {"DestinationType": 1002, "LocalcopyPath": "/a"}
    storage(server, DestinationType=1006, SpanTargets=[disk, disk])
    room = server.ok("storage/free-space")
    assert room["Unlimited"] is False
    assert room["AvailableBytes"] == sum(target["AvailableBytes"] for target in room["Spanned"]["Targets"])


def test_every_type_of_location_says_what_it_lacks(server: Any) -> None:
    for kind, needed in NEEDED.items():
        assert needed[0] in server.refused("storage/ping-destination", 400, ExtraData={"DestinationType": kind})
    server.refused("storage/ping-destination", 400, ExtraData={"DestinationType": 0})


@pytest.mark.parametrize(
    "location",
    [
        {"DestinationType": 1002, "LocalcopyPath": "/srv"},
        {"DestinationType": 1003, "CometServer": "https://x.example/", "CometBucket": "b", "CometBucketKey": "k"},
        {"DestinationType": 1008, "B2": {"AccountID": "a", "Key": "k", "Bucket": "b"}},
        {"DestinationType": 1006, "SpanTargets": [{"DestinationType": 1002, "LocalcopyPath": "/srv"}]},
    ],
)
def test_complete_locations_answer(server: Any, location: dict[str, Any]) -> None:
    server.ok("storage/ping-destination", ExtraData=location)


def test_spanned_location_is_as_good_as_its_targets(server: Any) -> None:
    location = {"DestinationType": 1006, "SpanTargets": [{"DestinationType": 1002}]}
    assert "LocalcopyPath" in server.refused("storage/ping-destination", 400, ExtraData=location)


def test_own_bucket_opens_with_its_key_only(server: Any) -> None:
    made = server.ok("storage/register-bucket")
    location = {
        "DestinationType": 1003,
        "CometServer": server.url,
        "CometBucket": made["NewBucketID"],
        "CometBucketKey": made["NewBucketKey"],
    }
    server.ok("storage/ping-destination", ExtraData=location)
    server.refused("storage/ping-destination", 400, ExtraData={**location, "CometBucketKey": "wrong"})
    server.ok("storage/delete-bucket", BucketID=made["NewBucketID"])
    server.refused("storage/ping-destination", 400, ExtraData=location)
    server.refused("storage/bucket-properties", 400, BucketID=made["NewBucketID"])


@pytest.mark.parametrize(
    "given",
    [
        {"SetBucketValue": "own"},
        {"SetKeyHashValue": "hash"},
        {"SetBucketValue": "own", "SetKeyHashValue": "hash"},
        {"SetKeyHashFormat": "1"},
        {"SetBucketValue": "own", "SetKeyHashValue": "hash", "SetKeyHashFormat": "bcrypt"},
    ],
)
def test_half_of_what_makes_a_bucket(server: Any, given: dict[str, str]) -> None:
    server.refused("storage/register-bucket", 400, **given)
    assert server.ok("storage/list-buckets") == {}


def test_empty_parameters_are_none(server: Any) -> None:
    empty = dict.fromkeys(("SetBucketValue", "SetKeyHashFormat", "SetKeyHashValue", "SetOrganizationID"), "")
    assert server.ok("storage/register-bucket", **empty)["NewBucketKey"]


def test_key_in_plain_text_is_not_kept(server: Any) -> None:
    own = {"SetBucketValue": "own", "SetKeyHashFormat": "0", "SetKeyHashValue": "the key itself"}
    assert server.ok("storage/register-bucket", **own)["NewBucketKey"] == ""
    assert "the key itself" not in server.raw("storage/list-buckets").text
    location = {"DestinationType": 1003, "CometServer": server.url, "CometBucket": "own"}
    server.ok("storage/ping-destination", ExtraData={**location, "CometBucketKey": "the key itself"})
    server.refused("storage/ping-destination", 400, ExtraData={**location, "CometBucketKey": "another"})
