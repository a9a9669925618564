"""Requested storage vaults: what each kind of template gives, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator.test_templates import COMPLETE, put, template

PREFIXED = {"S3": {**COMPLETE["s3"]["S3"], "Prefix": "backup/", "Region": "eu-1", "ObjectLockMode": 1}}

# Template, type of the vault, members that come from the template, members that are new for each vault.
GIVEN: list[tuple[dict[str, Any], int, dict[str, Any], list[str]]] = [
    (template("comet"), 1003, {"CometServer": "https://storage.example.com/"}, ["CometBucket", "CometBucketKey"]),
    (template("b2"), 1008, {"B2.Bucket": "vaults"}, ["B2.Prefix", "B2.Key", "B2.AccountID"]),
    (
        template("storj"),
        1009,
        {"Storj.StorjBucket": "vaults", "Storj.SatelliteAddress": "us1.example:7777"},
        ["Storj.StorjBucketPrefix", "Storj.APIKey"],
    ),
    (template("aws"), 1000, {"S3Server": "s3.amazonaws.com", "S3BucketName": "vaults"}, ["S3Subdir", "S3SecretKey"]),
    (template("wasabi"), 1000, {"S3Server": "s3.wasabisys.com", "S3BucketName": "vaults"}, ["S3Subdir"]),
    (template("cometstorage"), 1000, {"S3BucketName": "vaults", "S3UsesTLS": True}, ["S3Subdir", "S3AccessKey"]),
    (
        template("s3", **PREFIXED),
        1000,
        {"S3Server": "s3.example.com", "S3CustomRegion": "eu-1", "S3ObjectLockMode": 1},
        ["S3Subdir"],
    ),
    (template("idrivee2"), 1000, {"S3Server": "k1.idrivee2.example"}, ["S3Subdir"]),
    (
        template("impossiblecloud-iam"),
        1000,
        {"S3Server": "eu-central-2.storage.impossibleapi.net", "S3CustomRegion": "eu-central-2"},
        ["S3BucketName"],
    ),
    (template("impossiblecloud-partner"), 1000, {"S3CustomRegion": "eu-west-1"}, ["S3BucketName"]),
    (template("custom"), 1000, {"S3Server": "vaults.example.com"}, ["S3BucketName", "S3SecretKey"]),
]


def member(vault: dict[str, Any], path: str) -> Any:
    value: Any = vault
    for name in path.split("."):
        value = value[name]
    return value


def request(server: Any, provider: str, user: str = "alice", **parameters: Any) -> dict[str, Any]:
    made = server.ok("request-storage-vault", TargetUser=user, StorageProvider=provider, **parameters)
    vault: dict[str, Any] = made["Profile"]["Destinations"][made["DestinationID"]]
    return vault


@pytest.mark.parametrize(("given", "kind", "same", "new"), GIVEN, ids=lambda value: str(value)[:40])
def test_each_kind(server: Any, given: dict[str, Any], kind: int, same: dict[str, Any], new: list[str]) -> None:
    server.user()
    put(server, given)
    vaults = [request(server, given["ID"]) for _unused in range(2)]
    for vault in vaults:
        assert vault["DestinationType"] == kind
        assert {path: member(vault, path) for path in same} == same
        assert vault["Description"] == given["Description"]
    for path in new:
        first, second = (member(vault, path) for vault in vaults)
        assert first
        assert first != second
    master = {"AK", "secret-key", "K"}
    assert master.isdisjoint(map(str, vaults[0].values()))


def test_prefix_of_generic_storage_comes_first(server: Any) -> None:
    server.user()
    put(server, template("s3", **PREFIXED))
    assert request(server, "t-s3")["S3Subdir"].startswith("backup/")


def test_own_storage_makes_a_bucket_of_the_users_tenant(server: Any) -> None:
    acme = server.tenant()
    own = {"ID": "own", "Type": "comet", "Description": "Own", "RemoteAddress": "$self$"}
    server.ok("organization/set", OrganizationID=acme, Organization={"Name": "ACME", "RemoteStorage": [own]})
    server.user("alice", TargetOrganization=acme)
    vault = request(server, "own", SelfAddress="https://backup.example.com")
    assert vault["CometServer"] == "https://backup.example.com/"
    assert server.ok("storage/list-buckets")[vault["CometBucket"]]["OrganizationID"] == acme
    assert request(server, "own")["CometServer"] == server.url


def test_template_must_be_of_the_users_tenant(server: Any) -> None:
    acme = server.tenant()
    put(server, template("aws"))
    server.user("alice", TargetOrganization=acme)
    server.refused("request-storage-vault", 400, TargetUser="alice", StorageProvider="t-aws")


def test_quota_and_brand_are_copied_once(server: Any) -> None:
    server.user()
    limits = {"StorageLimitEnabled": True, "StorageLimitBytes": 7 << 30, "RebrandStorage": True}
    put(server, template("aws", **limits))
    vault = request(server, "t-aws")
    assert {name: vault[name] for name in limits} == limits
    put(server, template("aws"))
    profile = server.ok("get-user-profile", TargetUser="alice")
    assert [entry["StorageLimitBytes"] for entry in profile["Destinations"].values()] == [7 << 30]


def test_device_is_associated(server: Any) -> None:
    put(server, template("aws"))
    profile = {**server.user(), "Devices": {"d1": {"FriendlyName": "PC"}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    assert request(server, "t-aws", DeviceID="d1")["AssociatedDevices"] == ["d1"]
    wrong = {"TargetUser": "alice", "StorageProvider": "t-aws", "DeviceID": "d2"}
    assert "ERR_UNKNOWN_DEVICE" in server.refused("request-storage-vault", 400, **wrong)


def test_hash_guards_and_comes_back(server: Any) -> None:
    put(server, template("aws"))
    server.user()
    wanted = {"TargetUser": "alice", "StorageProvider": "t-aws"}
    known = server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"]
    made = server.ok("request-storage-vault", **wanted, ProfileHash=known)
    assert made["ProfileHash"] == server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"]
    server.refused("request-storage-vault", 409, **wanted, ProfileHash=known)
    server.switch(version="25.3.1")
    older = server.ok("request-storage-vault", **wanted, ProfileHash=known)
    assert set(older) == {"Status", "Message", "DestinationID"}


def test_users_ask_for_themselves_unless_their_policy_forbids(server: Any) -> None:
    put(server, template("aws"))
    server.user()
    own = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    assert server.ok("user/web/request-storage-vault-providers", login=own) == {"t-aws": "On aws"}
    made = server.ok("user/web/request-storage-vault", login=own, StorageProvider="t-aws")
    assert made["DestinationID"] in made["Profile"]["Destinations"]
    profile = {**made["Profile"], "Policy": {**made["Profile"]["Policy"], "PreventRequestStorageVault": True}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    server.refused("user/web/request-storage-vault", 403, login=own, StorageProvider="t-aws")
    request(server, "t-aws")


STORAGES = [
    ({"DestinationType": 1002, "LocalcopyPath": "/srv/comet/"}, "LocalcopyPath", "/srv/comet/{}"),
    ({"DestinationType": 1000, "S3Server": "s3.example", "S3Subdir": "comet"}, "S3Subdir", "comet/{}"),
    ({"DestinationType": 1008, "B2": {"Bucket": "big"}}, "B2.Prefix", "{}"),
]


@pytest.mark.parametrize(("storage", "path", "expected"), STORAGES)
def test_bucket_becomes_direct_access(server: Any, storage: dict[str, Any], path: str, expected: str) -> None:
    config = server.ok("meta/server-config/get")
    config["StorageRole"]["Storage"] = storage
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    server.user()
    made = request(server, next(iter(server.ok("request-storage-vault-providers"))))
    bucket = made["CometBucket"]
    (key,) = server.ok("get-user-profile", TargetUser="alice")["Destinations"]
    answer = server.ok("convert-storage-role", TargetUser="alice", DestinationId=key)
    vault = answer["Profile"]["Destinations"][key]
    assert vault["DestinationType"] == storage["DestinationType"]
    assert member(vault, path) == expected.format(bucket)
    assert vault["CometBucketKey"] == vault["CometServer"] == ""
    assert vault["Description"] == made["Description"]
    assert bucket in server.ok("storage/list-buckets")
    server.refused("convert-storage-role", 400, TargetUser="alice", DestinationId=key)


def test_spanned_storage_becomes_spanned_access(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    targets = [{"DestinationType": 1002, "LocalcopyPath": path} for path in ("/a", "/b")]
    config["StorageRole"]["Storage"] = {"DestinationType": 1006, "SpanTargets": targets}
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    server.user()
    bucket = request(server, next(iter(server.ok("request-storage-vault-providers"))))["CometBucket"]
    (key,) = server.ok("get-user-profile", TargetUser="alice")["Destinations"]
    vault = server.ok("convert-storage-role", TargetUser="alice", DestinationId=key)["Profile"]["Destinations"][key]
    assert [target["LocalcopyPath"] for target in vault["SpanTargets"]] == [f"/a/{bucket}", f"/b/{bucket}"]


def test_only_buckets_of_this_server_are_converted(server: Any) -> None:
    put(server, template("comet"))
    server.user()
    made = server.ok("request-storage-vault", TargetUser="alice", StorageProvider="t-comet")
    for key in (made["DestinationID"], "nope"):
        server.refused("convert-storage-role", 400, TargetUser="alice", DestinationId=key)


def test_own_storage_needs_its_role(server: Any) -> None:
    server.user()
    provider = next(iter(server.ok("request-storage-vault-providers")))
    config = server.ok("meta/server-config/get")
    config["StorageRole"]["RoleEnabled"] = False
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    server.refused("request-storage-vault", 400, TargetUser="alice", StorageProvider=provider)
    assert server.ok("get-user-profile", TargetUser="alice")["Destinations"] == {}
