"""Users, their profiles, vaults and protected items."""

from __future__ import annotations

from typing import Any

import pytest

from comet_emulator.seeds.seed import seed


def test_new_user(server: Any) -> None:
    profile = server.user("alice")
    assert profile["Username"] == "alice"
    assert (profile["LocalTimezone"], profile["LanguageCode"]) == ("UTC", "en_US")
    assert len(profile["CreationGUID"]) == 36
    assert profile["CreateTime"] > 0
    assert profile["PasswordRecovery"]
    assert profile["Destinations"] == {}
    assert profile["Emails"] == []


def test_zero_members_are_left_out(server: Any) -> None:
    server.ok("add-user", TargetUser="bob", TargetPassword="password-1")
    profile = server.ok("get-user-profile", TargetUser="bob")
    assert {"OrganizationID", "LastSuspended", "PasswordRecovery", "ServerConfig"}.isdisjoint(profile)
    assert profile["PolicyID"] == ""


@pytest.mark.parametrize("name", ["", "a b", "ü", "x" * 256, "a/b"])
def test_bad_names(server: Any, name: str) -> None:
    before = server.digest()
    server.refused("add-user", 400, TargetUser=name, TargetPassword="password-1")
    assert server.digest() == before


@pytest.mark.parametrize("password", ["", "seven77", "line\nbreak-in-it"])
def test_bad_passwords(server: Any, password: str) -> None:
    server.refused("add-user", 400, TargetUser="alice", TargetPassword=password)


def test_names_are_case_sensitive_and_unique(server: Any) -> None:
    server.user("alice")
    server.user("Alice")
    server.refused("add-user", 400, TargetUser="alice", TargetPassword="password-1")
    assert server.ok("list-users") == ["alice", "Alice"]


def test_list_full_equals_single_profiles(server: Any) -> None:
    for name in ("alice", "bob"):
        server.user(name)
    full = server.ok("list-users-full")
    assert full == {name: server.ok("get-user-profile", TargetUser=name) for name in ("alice", "bob")}


def test_hash_guards_a_write(server: Any) -> None:
    server.user()
    read = server.ok("get-user-profile-and-hash", TargetUser="alice")
    changed = {**read["Profile"], "AccountName": "Alice A."}
    guarded = {"TargetUser": "alice", "ProfileData": changed, "RequireHash": read["ProfileHash"]}
    answer = server.ok("set-user-profile-hash", **guarded)
    assert answer["Profile"]["AccountName"] == "Alice A."
    assert answer["ProfileHash"] == server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"]
    assert answer["ProfileHash"] != read["ProfileHash"]
    server.refused("set-user-profile-hash", 409, **guarded)


def test_replacement_is_whole_and_keeps_unknown_members(server: Any) -> None:
    profile = server.user()
    partial = {
        "Username": "alice",
        "PasswordFormat": 1,
        "PasswordHash": profile["PasswordHash"],
        "FromTheFuture": {"a": 1},
    }
    server.ok("set-user-profile", TargetUser="alice", ProfileData=partial)
    stored = server.ok("get-user-profile", TargetUser="alice")
    assert stored["LocalTimezone"] == ""
    assert stored["AllowPasswordLogin"] is False
    assert stored["FromTheFuture"] == {"a": 1}


def test_name_in_profile_must_match(server: Any) -> None:
    profile = server.user()
    server.refused("set-user-profile", 400, TargetUser="alice", ProfileData={**profile, "Username": "bob"})


def test_submitted_password_hash_overwrites(server: Any) -> None:
    profile = server.user("alice", "password-1")
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "PasswordHash": "", "PasswordFormat": 0})
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    server.refused("user/web/session/start", 403, login=alice)
    changed = {**profile, "PasswordHash": "password-2", "PasswordFormat": 0}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=changed)
    server.ok("user/web/session/start", login={**alice, "Password": "password-2"})
    assert server.ok("get-user-profile", TargetUser="alice")["PasswordFormat"] == 1


def test_only_plain_text_is_hashed(server: Any) -> None:
    """The numbers of other formats are not published; what another server stored is kept as it is."""
    foreign = {"PasswordFormat": 7, "PasswordHash": "$2a$10$what-another-server-stored"}
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), **foreign})
    server.ok("add-user-from-profile", TargetUser="copy", ProfileData=foreign)
    for name in ("alice", "copy"):
        profile = server.ok("get-user-profile", TargetUser=name)
        assert {member: profile[member] for member in foreign} == foreign
        login = {"Username": name, "AuthType": "Password", "Password": "password-1"}
        server.refused("user/web/session/start", 403, login=login)


def test_hash_does_not_depend_on_the_order_of_members(server: Any) -> None:
    server.ok("policies/set", PolicyID="p", Policy={"DefaultUserPolicy": True, "Policy": {"RandomDelaySecs": 60}})
    profile = {**server.user(), "Destinations": {"b": {}, "a": {}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    read = server.ok("get-user-profile-and-hash", TargetUser="alice")
    before = server.digest()
    server.ok("set-user-profile", TargetUser="alice", ProfileData=read["Profile"])
    assert server.digest() == before
    other_way = dict(sorted(read["Profile"].items())) | {"Destinations": {"a": {}, "b": {}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=other_way)
    assert server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"] == read["ProfileHash"]


def test_seeded_profiles_set_as_they_are_change_nothing(direct: Any) -> None:
    seed(direct.emulator, "demo")
    before = direct.emulator.store.digest()
    for name, profile in direct.call("AdminListUsersFull").items():
        assert direct.status("AdminSetUserProfile", TargetUser=name, ProfileData=profile) == 200
    assert direct.emulator.store.digest() == before


def test_read_only_members_are_kept(server: Any) -> None:
    profile = server.user()
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "CreateTime": 5, "CreationGUID": "x"})
    assert server.ok("get-user-profile", TargetUser="alice") == profile


def test_reset_password(server: Any) -> None:
    server.user("alice", "password-1")
    server.ok("reset-user-password", TargetUser="alice", NewPassword="password-2")
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-2"}
    server.ok("user/web/session/start", login=alice)
    server.ok("add-user", TargetUser="bob", TargetPassword="password-1")
    server.refused("reset-user-password", 400, TargetUser="bob", NewPassword="password-2")
    server.refused("reset-user-password", 400, TargetUser="bob", NewPassword="password-2", OldPassword="wrong")
    server.ok("reset-user-password", TargetUser="bob", NewPassword="password-2", OldPassword="password-1")


def test_administrator_cannot_switch_second_factor_on(server: Any) -> None:
    profile = server.user()
    changed = {**profile, "AllowPasswordAndTOTPLogin": True}
    assert "TOTP" in server.refused("set-user-profile", 400, TargetUser="alice", ProfileData=changed)


def test_from_profile(server: Any) -> None:
    profile = {**server.user("alice"), "Username": "copy", "PasswordFormat": 0, "PasswordHash": "password-9"}
    server.ok("add-user-from-profile", TargetUser="copy", ProfileData=profile)
    copy = server.ok("get-user-profile", TargetUser="copy")
    assert copy["CreationGUID"] != profile["CreationGUID"]
    server.ok("user/web/session/start", login={"Username": "copy", "AuthType": "Password", "Password": "password-9"})
    server.refused("add-user-from-profile", 400, TargetUser="copy", ProfileData=profile)


@pytest.mark.parametrize("suspended", [True, False])
def test_suspension_in_a_migrated_profile(server: Any, suspended: bool) -> None:
    profile = {"IsSuspended": suspended, "LastSuspended": 5, "PasswordHash": "password-9"}
    server.ok("add-user-from-profile", TargetUser="copy", ProfileData=profile)
    since = server.ok("get-user-profile", TargetUser="copy").get("LastSuspended", 0)
    assert since > 5 if suspended else since == 0


def test_delete_user_takes_jobs_and_leaves_buckets(server: Any) -> None:
    server.user()
    template = next(iter(server.ok("request-storage-vault-providers")))
    server.ok("request-storage-vault", TargetUser="alice", StorageProvider=template)
    server.ok("delete-user", TargetUser="alice", UninstallConfig={"RemoveConfigFile": True})
    assert server.ok("list-users") == []
    assert len(server.ok("storage/list-buckets")) == 1
    server.refused("delete-user", 400, TargetUser="alice")


def test_requested_vaults(server: Any) -> None:
    server.user()
    template = next(iter(server.ok("request-storage-vault-providers")))
    policy = {"Policy": {"DefaultStorageVaultRetention": {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 3}]}}}
    server.ok("policies/set", PolicyID="p", Policy=policy)
    wanted = {"TargetUser": "alice", "StorageProvider": template, "SelfAddress": "https://backup.example.com"}
    first = server.ok("request-storage-vault", **wanted)
    profile = {**first["Profile"], "PolicyID": "p"}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    second = server.ok("request-storage-vault", **wanted)
    vaults = second["Profile"]["Destinations"]
    assert len(vaults) == 2
    vault = vaults[second["DestinationID"]]
    assert vault["CometServer"] == "https://backup.example.com/"
    assert vault["CometBucket"] in server.ok("storage/list-buckets")
    assert vault["DefaultRetention"]["Ranges"][0]["Jobs"] == 3
    assert vaults[first["DestinationID"]]["DefaultRetention"]["Mode"] == 801
    server.refused("request-storage-vault", 409, **wanted, ProfileHash=first["ProfileHash"])
    server.refused("request-storage-vault", 400, TargetUser="alice", StorageProvider="nope")


def test_vault_copies_quota_and_rebrand_of_its_template(server: Any) -> None:
    server.user()
    limits = {"StorageLimitEnabled": True, "StorageLimitBytes": 5 << 30, "RebrandStorage": True}
    templates = [{"ID": "s3-template", "Type": "s3", "Description": "Cloud", **limits}]
    server.ok("meta/remote-storage-vault/set", RemoteStorageOptions=templates)
    made = server.ok("request-storage-vault", TargetUser="alice", StorageProvider="s3-template")
    vault = made["Profile"]["Destinations"][made["DestinationID"]]
    assert {name: vault[name] for name in limits} == limits
    assert vault["DestinationType"] == 1000
    assert vault["S3SecretKey"]


def test_protected_items(server: Any) -> None:
    server.user()
    source = {"Engine": "engine1/file", "Description": "Files", "EngineProps": {"INCLUDE0": "/etc"}}
    where = {"TargetUser": "alice", "SourceID": "s1"}
    server.refused("set-protected-item-with-backup-rules", 400, **where, BackupRules={})
    rules = {"r1": {"Description": "nightly"}, "r2": {"Description": "weekly"}}
    server.ok("set-protected-item-with-backup-rules", **where, Source=source, BackupRules=rules)
    read = server.ok("get-protected-item-with-backup-rules", **where)
    assert read["Source"]["EngineProps"] == {"INCLUDE0": "/etc"}
    assert {key: rule["Source"] for key, rule in read["BackupRules"].items()} == {"r1": "s1", "r2": "s1"}
    server.refused("set-protected-item-with-backup-rules", 409, **where, RequireHash="old", BackupRules={})
    server.ok("delete-protected-item", **where)
    profile = server.ok("get-user-profile", TargetUser="alice")
    assert (profile["Sources"], profile["BackupRules"]) == ({}, {})


@pytest.mark.parametrize("choice", ["ignored", "stored"])
def test_statistics_of_a_protected_item(server: Any, choice: str) -> None:
    server.switch(submitted_read_only=choice)
    profile = {**server.user(), "Sources": {"s": {"Engine": "engine1/file"}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    ran = {"LastBackupJob": {"GUID": "job-1"}}
    server.control("profile", {"user": "alice", "members": {"Sources": {"s": {"Statistics": ran}}}})
    where = {"TargetUser": "alice", "SourceID": "s"}
    source = {"Engine": "engine1/file", "Statistics": {"LastBackupJob": {"GUID": "job-2"}}}
    server.ok("set-protected-item-with-backup-rules", **where, Source=source)
    item = server.ok("get-protected-item-with-backup-rules", **where)["Source"]
    assert item["Statistics"]["LastBackupJob"]["GUID"] == ("job-1" if choice == "ignored" else "job-2")


def test_revoke_device(server: Any) -> None:
    profile = server.user()
    profile["Devices"] = {"d1": {"FriendlyName": "PC"}, "d2": {"FriendlyName": "Mac"}}
    profile["Sources"] = {"s1": {"OwnerDevice": "d1"}, "s2": {"OwnerDevice": "d2"}}
    profile["BackupRules"] = {"r1": {"Source": "s1"}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    server.ok("revoke-device", TargetUser="alice", TargetDevice="d1")
    after = server.ok("get-user-profile", TargetUser="alice")
    assert (list(after["Devices"]), list(after["Sources"]), after["BackupRules"]) == (["d2"], ["s2"], {})
    assert "ERR_UNKNOWN_DEVICE" in server.refused("revoke-device", 400, TargetUser="alice", TargetDevice="d1")


def test_groups_have_exact_members(server: Any) -> None:
    for name in ("alice", "bob", "carol"):
        server.user(name)
    group = server.ok("user-groups/new", Name="Sales")["UserGroupID"]
    server.ok("user-groups/set", GroupID="own-id", Group={"Name": "Support"})
    before = server.ok("get-user-profile-hash", TargetUser="alice")
    server.ok("user-groups/set-users-for-group", GroupID=group, Users=["alice", "bob"])
    assert server.ok("get-user-profile-hash", TargetUser="alice") != before
    server.ok("user-groups/set-users-for-group", GroupID="own-id", Users=["bob", "carol"])
    read = server.ok("user-groups/get", GroupID=group, IncludeUsers="1")
    assert list(read["Users"]) == ["alice"]
    assert "Status" not in read
    assert server.ok("user-groups/list") == {group: "Sales", "own-id": "Support"}
    server.ok("user-groups/delete", GroupID="own-id")
    assert server.ok("get-user-profile", TargetUser="bob")["GroupID"] == ""


def test_a_group_that_moves_to_another_tenant_leaves_its_members(server: Any) -> None:
    server.user()
    tenant = server.tenant()
    group = server.ok("user-groups/new", Name="Sales")["UserGroupID"]
    server.ok("user-groups/set-users-for-group", GroupID=group, Users=["alice"])
    server.ok("user-groups/set", GroupID=group, Group={"Name": "Renamed"})
    assert server.ok("get-user-profile", TargetUser="alice")["GroupID"] == group
    server.ok("user-groups/set", GroupID=group, Group={"Name": "Sales", "OrganizationID": tenant})
    assert server.ok("user-groups/get", login=server.as_tenant(), GroupID=group, IncludeUsers="1")["Users"] == {}
    assert server.ok("get-user-profile", TargetUser="alice")["GroupID"] == ""


def test_shared_quotas(server: Any) -> None:
    quota = {"Description": "Shared", "LimitBytes": 1 << 40}
    made = server.ok("squota/set-with-hash", SharedStorageQuotaID="q", SharedStorageQuota=quota)
    profile = server.user()
    profile["Destinations"] = {"v": {"Description": "Vault", "StorageLimitID": "q"}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    size = {"Destinations": {"v": {"Statistics": {"ClientProvidedSize": {"Size": 77}}}}}
    server.control("profile", {"user": "alice", "members": size})
    read = server.ok("squota/get-with-hash", SharedStorageQuotaID="q")
    assert (read["CurrentUsage"], read["SharedStorageQuotaHash"]) == (77, made["SharedStorageQuotaHash"])
    update = {"SharedStorageQuotaID": "q", "SharedStorageQuota": {**quota, "LimitBytes": 5}}
    server.refused("squota/set-with-hash", 409, **update, CheckHash="old")
    server.ok("squota/set-with-hash", **update, CheckHash=made["SharedStorageQuotaHash"])
    assert server.ok("squota/list-all")["Entries"]["q"]["LimitBytes"] == 5
    server.ok("squota/delete", SharedStorageQuotaID="q")
    assert server.ok("get-user-profile", TargetUser="alice")["Destinations"]["v"]["StorageLimitID"] == ""


def test_buckets(server: Any) -> None:
    made = server.ok("storage/register-bucket")
    listed = server.ok("storage/list-buckets")[made["NewBucketID"]]
    assert made["NewBucketKey"]
    assert listed["ReadWriteKey"] not in ("", made["NewBucketKey"])
    own = {"SetBucketValue": "own", "SetKeyHashFormat": "1", "SetKeyHashValue": "hash"}
    answer = server.ok("storage/register-bucket", **own)
    assert (answer["NewBucketID"], answer["NewBucketKey"]) == ("own", "")
    server.refused("storage/register-bucket", 400, **own)
    assert server.ok("storage/bucket-properties", BucketID="own", AfterTimestamp="5")["Size"]["MeasureCompleted"] > 5
    server.ok("storage/delete-bucket", BucketID="own")
    server.refused("storage/delete-bucket", 400, BucketID="own")


def test_news(server: Any) -> None:
    server.ok("news/submit", NewsContent="Maintenance on Sunday")
    ((key, entry),) = server.ok("news/get-all").items()
    assert entry["TextContent"] == "Maintenance on Sunday"
    server.ok("news/remove", NewsItem=key)
    assert server.ok("news/get-all") == {}


@pytest.mark.parametrize(
    ("member", "nonsense", "good"),
    [
        ("LocalTimezone", "Moon/Crater", "Europe/Berlin"),
        ("LanguageCode", "klingon", "de_DE"),
        ("Emails", ["nobody"], ["alice@example.com"]),
        ("Sources", {"s": {"Engine": "engine9/files"}}, {"s": {"Engine": "engine1/file"}}),
    ],
)
def test_values_may_be_validated(server: Any, member: str, nonsense: Any, good: Any) -> None:
    profile = server.user()
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, member: nonsense})
    server.switch(validation="strict")
    server.refused("set-user-profile", 400, TargetUser="alice", ProfileData={**profile, member: nonsense})
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, member: good})


def test_engines_of_single_items_may_be_validated(alice: Any) -> None:
    alice.switch(validation="strict")
    item = {"TargetUser": "alice", "SourceID": "s", "BackupRules": {}}
    refusal = alice.refused("set-protected-item-with-backup-rules", 400, Source={"Engine": "engine9/files"}, **item)
    assert "engine9/files" in refusal
    alice.ok("set-protected-item-with-backup-rules", Source={"Engine": "engine1/file"}, **item)
