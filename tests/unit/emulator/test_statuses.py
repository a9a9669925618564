"""The switches that name a status hold for every kind of object, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

ITEM = {"Engine": "engine1/file", "Description": "files"}

MISSING = {
    "policy": ("policies/get", {"PolicyID": "x"}),
    "group": ("user-groups/get", {"GroupID": "x"}),
    "members": ("user-groups/set-users-for-group", {"GroupID": "x", "Users": []}),
    "bucket": ("storage/bucket-properties", {"BucketID": "x"}),
    "quota": ("squota/get-with-hash", {"SharedStorageQuotaID": "x"}),
    "tenant": ("policies/list", {"TargetOrganization": "x"}),
    "template": ("request-storage-vault", {"TargetUser": "alice", "StorageProvider": "x"}),
    "resource": ("meta/resource/get", {"Hash": "x"}),
    "item": ("get-protected-item-with-backup-rules", {"TargetUser": "alice", "SourceID": "x"}),
    "job": ("get-job-properties", {"JobID": "x"}),
    "log": ("get-job-log", {"JobID": "x"}),
    "device": ("revoke-device", {"TargetUser": "alice", "TargetDevice": "x"}),
    "vault": ("convert-storage-role", {"TargetUser": "alice", "DestinationId": "x"}),
}

UNDELETABLE = {
    "policy": ("policies/delete", {"PolicyID": "x"}),
    "group": ("user-groups/delete", {"GroupID": "x"}),
    "tenant": ("organization/delete", {"OrganizationID": "x"}),
    "bucket": ("storage/delete-bucket", {"BucketID": "x"}),
    "quota": ("squota/delete", {"SharedStorageQuotaID": "x"}),
    "news": ("news/remove", {"NewsItem": "x"}),
    "source": ("external-auth-sources/delete", {"SourceID": "x"}),
    "admin": ("admin-user/delete", {"TargetUser": "x"}),
    "item": ("delete-protected-item", {"TargetUser": "alice", "SourceID": "x"}),
}

STALE = {
    "profile": ("set-user-profile-hash", {"TargetUser": "alice", "ProfileData": {"Username": "alice"}}, "RequireHash"),
    "policy": ("policies/set", {"PolicyID": "p", "Policy": {}}, "CheckPolicyHash"),
    "quota": ("squota/set-with-hash", {"SharedStorageQuotaID": "q", "SharedStorageQuota": {}}, "CheckHash"),
    "item": (
        "set-protected-item-with-backup-rules",
        {"TargetUser": "alice", "SourceID": "i", "Source": ITEM, "BackupRules": {}},
        "RequireHash",
    ),
    "vault": ("request-storage-vault", {"TargetUser": "alice", "StorageProvider": "Local"}, "ProfileHash"),
}


@pytest.mark.parametrize("kind", MISSING)
def test_unknown_objects(alice: Any, kind: str) -> None:
    path, parameters = MISSING[kind]
    alice.switch(unknown_object_status=404)
    alice.refused(path, 404, **parameters)


@pytest.mark.parametrize("kind", UNDELETABLE)
def test_deleting_unknown_objects(alice: Any, kind: str) -> None:
    path, parameters = UNDELETABLE[kind]
    for status in (500, 200):
        alice.switch(delete_unknown_status=status)
        assert alice.call(path, **parameters)["Status"] == status


@pytest.mark.parametrize("kind", STALE)
def test_stale_hashes(alice: Any, kind: str) -> None:
    path, parameters, guard = STALE[kind]
    alice.switch(hash_mismatch_status=403)
    assert "hash mismatch" in alice.refused(path, 403, **parameters, **{guard: "stale"})


def test_another_tenants_source_is_not_deleted(server: Any) -> None:
    server.tenant()
    source = server.ok("external-auth-sources/new", Source={"Type": "ldap"})["ID"]
    for status in (500, 200):
        server.switch(delete_unknown_status=status)
        answer = server.call("external-auth-sources/delete", login=server.as_tenant(), SourceID=source)
        assert answer["Status"] == status
    assert list(server.ok("external-auth-sources/get")) == [source]


@pytest.mark.parametrize("status", [400, 500])
def test_group_names_may_have_to_be_unique(server: Any, status: int) -> None:
    tenant = server.tenant()
    server.switch(group_names="unique", create_existing_status=status)
    berlin = server.ok("user-groups/new", Name="Berlin")["UserGroupID"]
    server.refused("user-groups/new", status, Name="Berlin")
    server.refused("user-groups/set", status, GroupID="other", Group={"Name": "Berlin"})
    server.ok("user-groups/set", GroupID=berlin, Group={"Name": "Berlin"})
    server.ok("user-groups/new", Name="Berlin", TargetOrganization=tenant)


@pytest.mark.parametrize(
    ("version", "status"),
    [("20.8.0", 400), ("20.9.0", 403), ("22.3.6", 403), ("22.3.7", 400)],
)
def test_unknown_users_of_older_servers(server: Any, version: str, status: int) -> None:
    server.switch(version=version)
    server.refused("get-user-profile", status, TargetUser="nobody")
    server.refused("delete-user", status, TargetUser="nobody")


def test_names_of_administrators_repeat_since_21_3(server: Any) -> None:
    tenant = server.tenant()
    namesake = {"TargetUser": "admin", "TargetPassword": "another-password", "TargetOrgID": tenant}
    server.switch(version="20.12.7")
    server.refused("admin-user/new", 400, **namesake)
    server.switch(version="21.3.0")
    server.ok("admin-user/new", **namesake)
