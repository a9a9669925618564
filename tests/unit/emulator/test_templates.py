"""Storage templates: ids, secrets, automatic vaults, and what a usable template needs."""

from __future__ import annotations

from typing import Any

import pytest

from comet_emulator.core.facts import load_facts
from comet_emulator.server.provisioning import KINDS

IAM = {"MasterBucket": "vaults", "AccessKey": "AK", "SecretKey": "secret-key"}
COMPLETE: dict[str, dict[str, Any]] = {
    "comet": {"RemoteAddress": "https://storage.example.com/", "Username": "admin", "Password": "secret-key"},
    "b2": {"B2": {"MasterBucket": "vaults", "KeyID": "K", "AppKey": "secret-key"}},
    "storj": {"Storj": {"SatelliteAddress": "us1.example:7777", "APIKey": "k", "Passphrase": "p", "Bucket": "vaults"}},
    "aws": {"AWS": IAM},
    "wasabi": {"Wasabi": IAM},
    "cometstorage": {"Wasabi": IAM},
    "s3": {"S3": {**IAM, "S3Endpoint": "https://s3.example.com", "IAMEndpoint": "https://iam.example.com"}},
    "idrivee2": {"S3": {**IAM, "S3Endpoint": "k1.idrivee2.example"}},
    "impossiblecloud-iam": {"ImpUser": {"AccessKey": "AK", "SecretKey": "secret-key", "Region": "eu-central-2"}},
    "impossiblecloud-partner": {"ImpPartner": {"AccessKey": "secret-key", "Region": "eu-west-1"}},
    "custom": {"Custom": {"URL": "https://vaults.example.com/new"}},
}


def template(kind: str, **members: Any) -> dict[str, Any]:
    return {"ID": f"t-{kind}", "Type": kind, "Description": f"On {kind}", **COMPLETE[kind], **members}


def put(server: Any, *templates: dict[str, Any], **parameters: Any) -> None:
    server.ok("meta/remote-storage-vault/set", RemoteStorageOptions=list(templates), **parameters)


def test_every_kind_of_storage_is_known() -> None:
    assert set(COMPLETE) == set(KINDS) == load_facts().enumerations["REMOTESERVER"] - {"ldap", "oidc"}


@pytest.mark.parametrize("kind", COMPLETE)
def test_a_template_is_tested_member_by_member(server: Any, kind: str) -> None:
    good = template(kind)
    server.ok("meta/remote-storage-vault/test", TemplateOptions=good)
    for path in KINDS[kind].needed:
        outer, separator, name = path.rpartition(".")
        broken = {**good, outer: {**good[outer], name: ""}} if separator else {**good, name: ""}
        assert path in server.refused("meta/remote-storage-vault/test", 400, TemplateOptions=broken)


@pytest.mark.parametrize(
    "bad",
    [
        {"Type": ""},
        {"Type": "ldap"},
        {"Type": "comet", "RemoteAddress": "storage.example.com"},
        {"Type": "comet", "RemoteAddress": "https://storage.example.com/"},
        {"Type": "custom", "Custom": {"URL": "ftp://x.example"}},
        {"Type": "idrivee2", "S3": {**IAM, "S3Endpoint": "not a host"}},
    ],
)
def test_templates_that_cannot_work(server: Any, bad: dict[str, Any]) -> None:
    server.refused("meta/remote-storage-vault/test", 400, TemplateOptions={"Description": "Bad", **bad})


def test_own_storage_needs_no_login(server: Any) -> None:
    (own,) = server.ok("meta/remote-storage-vault/get")
    assert own["RemoteAddress"] == "$self$"
    server.ok("meta/remote-storage-vault/test", TemplateOptions=own)


def test_secrets_are_obscured_and_accepted_back(server: Any) -> None:
    kinds = ("aws", "b2", "comet", "impossiblecloud-partner")
    put(server, *map(template, kinds))
    read = server.ok("meta/remote-storage-vault/get")
    assert "secret-key" not in str(read)
    put(server, *read)
    server.switch(config_secrets="plain")
    assert str(server.ok("meta/remote-storage-vault/get")).count("secret-key") == len(kinds)


def test_missing_ids(server: Any) -> None:
    for choice, filled in (("filled", True), ("left", False)):
        server.switch(missing_template_id=choice)
        put(server, template("aws", ID=""))
        (read,) = server.ok("meta/remote-storage-vault/get")
        assert bool(read["ID"]) == filled
    server.refused(
        "meta/remote-storage-vault/set", 400, RemoteStorageOptions=[template("aws"), template("b2", ID="t-aws")]
    )


def test_before_templates_had_ids(server: Any) -> None:
    put(server, template("aws"), template("b2"))
    server.user()
    server.switch(version="24.9.6")
    assert "ID" not in server.ok("meta/remote-storage-vault/get")[0]
    assert server.ok("request-storage-vault-providers") == {"0": "On aws", "1": "On b2"}
    server.ok("request-storage-vault", TargetUser="alice", StorageProvider="1")
    server.switch(old_template_ids="description")
    assert server.ok("request-storage-vault-providers") == {"On aws": "On aws", "On b2": "On b2"}
    server.ok("request-storage-vault", TargetUser="alice", StorageProvider="On aws")
    vaults = server.ok("get-user-profile", TargetUser="alice")["Destinations"].values()
    assert [vault["DestinationType"] for vault in vaults] == [1008, 1000]


def automatic(server: Any) -> None:
    """A user and a policy whose vaults are made automatically from the template ``t-aws``."""
    put(server, template("aws"), template("b2"))
    policy = {"Description": "Auto", "Policy": {"DefaultNewStorageVault": "t-aws"}}
    server.ok("policies/set", PolicyID="auto", Policy=policy)
    for name, changes in (("alice", {"AutoStorageTemplateGUID": "t-aws"}), ("berta", {"PolicyID": "auto"})):
        server.ok("set-user-profile", TargetUser=name, ProfileData={**server.user(name), **changes})


def used(server: Any) -> list[str]:
    profiles = server.ok("list-users-full")
    policy = server.ok("policies/get", PolicyID="auto")["Policy"]
    return [
        profiles["alice"]["AutoStorageTemplateGUID"],
        policy["Policy"]["DefaultNewStorageVault"],
        profiles["berta"]["Policy"]["DefaultNewStorageVault"],
    ]


def test_removed_template_of_automatic_vaults_is_replaced(server: Any) -> None:
    automatic(server)
    rest = {"RemoteStorageOptions": [template("b2")]}
    server.refused("meta/remote-storage-vault/set", 400, **rest)
    server.refused("meta/remote-storage-vault/set", 400, **rest, ReplacementAutoVaultID="nope")
    assert used(server) == ["t-aws"] * 3
    put(server, template("b2"), ReplacementAutoVaultID="t-b2")
    assert used(server) == ["t-b2"] * 3


@pytest.mark.parametrize(("choice", "expected"), [("cleared", ""), ("left", "t-aws")])
def test_removed_template_without_replacement(server: Any, choice: str, expected: str) -> None:
    automatic(server)
    server.switch(auto_template_removed=choice)
    put(server, template("b2"))
    assert used(server) == [expected] * 3


def test_each_tenant_has_its_own(server: Any) -> None:
    acme = server.tenant()
    put(server, template("aws"))
    server.ok("meta/remote-storage-vault/set", RemoteStorageOptions=[template("b2")], login=server.as_tenant())
    assert server.ok("request-storage-vault-providers") == {"t-aws": "On aws"}
    assert server.ok("request-storage-vault-providers", TargetOrganization=acme) == {"t-b2": "On b2"}
    assert server.ok("request-storage-vault-providers", login=server.as_tenant()) == {"t-b2": "On b2"}
    assert [entry["ID"] for entry in server.ok("organization/list")[acme]["RemoteStorage"]] == ["t-b2"]
