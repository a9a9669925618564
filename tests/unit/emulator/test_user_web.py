"""What end users do with their own login: the profile, the password, vaults and protected items."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from end_user import (
    ALICE,
    ITEM,
    PARTS,
    added,
    delete_item,
    follow,
    inside,
    member,
    own,
    profile_of,
    removed,
    submit,
    with_alice,
)

from comet_emulator.core.facts import load_facts


@pytest.fixture
def alice(direct: Any) -> Any:
    return with_alice(direct)


# The profile

THEIRS = {
    "AccountName": "Alice",
    "LocalTimezone": "Europe/Berlin",
    "LanguageCode": "de_DE",
    "Emails": ["alice@example.com"],
    "SendEmailReports": False,
    "OverrideEmailSettings": {"alice@example.com": {"Reports": []}},
    "LinuxHomedirSandbox": True,
}

NOT_THEIRS = {
    "OrganizationID": "x",
    "GroupID": "x",
    "IsSuspended": True,
    "AllProtectedItemsQuotaEnabled": True,
    "AllProtectedItemsQuotaBytes": 7,
    "MaximumDevices": 7,
    "QuotaOffice365ProtectedAccounts": 7,
    "QuotaHyperVGuests": 7,
    "QuotaVMwareGuests": 7,
    "PolicyID": "x",
    "PasswordFormat": 0,
    "PasswordHash": "x",
    "TOTPKey": "JBSWY3DPEHPK3PXP",
    "TOTPKeyEncryptionFormat": 1,
    "RequirePasswordChange": True,
    "SupportsDeviceAssociations": False,
    "AutoStorageTemplateGUID": "x",
}

SERVERS = {
    "Policy": {"PreventOpenWebUI": True},
    "LastSuspended": 7,
    "ServerConfig": {"RandomDelaySecs": 7},
    "CreateTime": 7,
    "CreationGUID": "x",
}

ELSEWHERE = {
    "Username",
    "Destinations",
    "Sources",
    "BackupRules",
    "Devices",
    "PasswordRecovery",
    "AllowPasswordLogin",
    "AllowPasswordAndTOTPLogin",
}
"""Members with tests of their own below."""


def test_every_member_has_an_owner() -> None:
    members = {entry.name for entry in load_facts().structures["UserProfileConfig"]}
    assert THEIRS.keys() | NOT_THEIRS.keys() | SERVERS.keys() | ELSEWHERE == members


@pytest.mark.parametrize("name", sorted(THEIRS))
def test_users_change_what_is_theirs(alice: Any, name: str) -> None:
    assert submit(alice, member(name, THEIRS[name])) == 200
    assert profile_of(alice)[name] == THEIRS[name]


@pytest.mark.parametrize("name", sorted(NOT_THEIRS))
@pytest.mark.parametrize(("choice", "status"), [("refused", 403), ("ignored", 200)])
def test_users_do_not_change_what_is_not(alice: Any, choice: str, status: int, name: str) -> None:
    alice.emulator.switches.set("user_changes_not_allowed", choice)
    before = profile_of(alice)
    assert submit(alice, member(name, NOT_THEIRS[name])) == status
    assert profile_of(alice) == before


@pytest.mark.parametrize("name", sorted(SERVERS))
def test_what_the_server_keeps_stays(alice: Any, name: str) -> None:
    before = profile_of(alice)
    assert submit(alice, member(name, SERVERS[name])) == 200
    assert profile_of(alice) == before


def test_names_and_hashes_must_match(alice: Any) -> None:
    assert submit(alice, member("Username", "bob")) == 400
    profile, known = own(alice)
    submit(alice, member("AccountName", "Alice"))
    assert alice.status("UserWebSetProfileHash", ALICE, ProfileData=profile, ProfileHash=known) == 409


def test_the_answer_has_the_new_profile(alice: Any) -> None:
    profile, known = own(alice)
    changed = {**profile, "AccountName": "Alice"}
    answer = alice.call("UserWebSetProfileHash", ALICE, ProfileData=changed, ProfileHash=known)
    assert (answer["Profile"], answer["ProfileHash"]) == own(alice)
    assert answer["ProfileHash"] != known


def test_devices_are_named_and_removed_but_not_added(alice: Any) -> None:
    assert submit(alice, inside("Devices", "d", FriendlyName="Laptop", ClientVersion="1.1.1")) == 200
    device = profile_of(alice)["Devices"]["d"]
    assert device["FriendlyName"] == "Laptop"
    assert device["ClientVersion"] != "1.1.1"
    assert submit(alice, added("Devices", FriendlyName="new")) == 403
    assert submit(alice, removed("Devices", "d")) == 200
    assert profile_of(alice)["Devices"] == {}


THEIR_PARTS = {
    "add a vault": added("Destinations", DestinationType=1001),
    "edit a vault": inside("Destinations", "v", Description="new"),
    "remove a vault": removed("Destinations", "v"),
    "add an item": added("Sources", Engine="engine1/mssql"),
    "edit an item": inside("Sources", "s", Description="new"),
    "remove an item": removed("Sources", "s"),
    "add a schedule": added("BackupRules", Source="s", Destination="v"),
    "edit a schedule": inside("BackupRules", "r", Description="new"),
    "remove a schedule": removed("BackupRules", "r"),
}


@pytest.mark.parametrize("what", list(THEIR_PARTS))
def test_vaults_items_and_schedules_are_theirs(alice: Any, what: str) -> None:
    before = profile_of(alice)
    assert submit(alice, THEIR_PARTS[what]) == 200
    assert profile_of(alice) != before


@pytest.mark.parametrize("name", ["StorageLimitEnabled", "RebrandStorage"])
def test_the_quota_of_a_vault_is_not(alice: Any, name: str) -> None:
    assert submit(alice, inside("Destinations", "v", **{name: True})) == 403
    assert submit(alice, inside("Destinations", "v", StorageLimitBytes=7)) == 403
    assert submit(alice, inside("Destinations", "v", StorageLimitID="x")) == 403


# Passwords and second factors


def test_own_password(alice: Any) -> None:
    alice.control("profile", {"user": "alice", "members": {"PasswordRecovery": "code", "RequirePasswordChange": True}})
    known = own(alice)[1]
    change = {"ProfileHash": known, "OldPassword": "password-1", "NewPassword": "password-2"}
    assert alice.status("UserWebAccountResetPassword", ALICE, **{**change, "OldPassword": "x"}) == 400
    assert alice.status("UserWebAccountResetPassword", ALICE, **{**change, "NewPassword": "short"}) == 400
    assert alice.status("UserWebAccountResetPassword", ALICE, **{**change, "ProfileHash": "x"}) == 409
    assert alice.status("UserWebAccountResetPassword", ALICE, **change) == 200
    profile = profile_of(alice)
    assert profile["PasswordRecovery"] not in ("", "code")
    assert profile["RequirePasswordChange"] is False
    assert alice.status("UserWebGetJobs", ALICE) == 403
    assert alice.status("UserWebGetJobs", {**ALICE, "Password": "password-2"}) == 200


def test_second_factor(alice: Any) -> None:
    on = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True}
    assert submit(alice, lambda profile: profile.update(on)) == 400
    made = alice.call("UserWebAccountRegenerateTotp", ALICE, ProfileHash=own(alice)[1])
    assert made["Image"].startswith("data:image/png;base64,")
    assert made["ProfileHash"] == own(alice)[1]
    totp = pyotp.TOTP(profile_of(alice)["TOTPKey"])
    code = {"ProfileHash": made["ProfileHash"], "TOTPCode": totp.at(alice.emulator.clock.now())}
    assert alice.status("UserWebAccountValidateTotp", ALICE, **code) == 200
    assert alice.status("UserWebAccountValidateTotp", ALICE, **{**code, "TOTPCode": "12"}) == 400
    assert alice.status("UserWebAccountValidateTotp", ALICE, **{**code, "ProfileHash": "x"}) == 409
    assert alice.status("UserWebGetJobs", ALICE) == 200
    assert submit(alice, member("AllowPasswordLogin", False)) == 400
    assert submit(alice, lambda profile: profile.update(on)) == 200
    assert alice.send("UserWebGetJobs", ALICE).status == 449
    assert alice.status("UserWebGetJobs", {**ALICE, "AuthType": "PasswordTOTP", "TOTP": code["TOTPCode"]}) == 200
    assert alice.status("AdminDisableUserTotp", TargetUser="alice") == 200
    assert alice.status("UserWebGetJobs", ALICE) == 200
    assert profile_of(alice)["TOTPKey"] == ""


# The rest


def test_vaults_on_request(alice: Any) -> None:
    providers = alice.call("UserWebRequestStorageVaultProviders", ALICE)
    assert providers == alice.call("AdminRequestStorageVaultProviders")
    (template,) = providers
    answer = alice.call("UserWebRequestStorageVault", ALICE, StorageProvider=template, ProfileHash=own(alice)[1])
    assert answer["DestinationID"] in own(alice)[0]["Destinations"]
    assert alice.status("UserWebRequestStorageVault", ALICE, StorageProvider=template, ProfileHash="x") == 409
    assert alice.status("UserWebRequestStorageVault", ALICE, StorageProvider="x") == 400


def test_items_one_at_a_time(alice: Any) -> None:
    answer = alice.call("UserWebGetProtectedItemWithBackupRules", ALICE, SourceID="s")
    assert answer["ProfileHash"] == own(alice)[1]
    assert list(answer["BackupRules"]) == ["r"]
    assert alice.status("UserWebGetProtectedItemWithBackupRules", ALICE, SourceID="x") == 400
    assert delete_item(alice) == 200
    assert own(alice)[0]["BackupRules"] == {}


def test_news_are_the_tenants(direct: Any) -> None:
    acme = direct.tenant("acme")
    tenant_login = direct.admin("acme-admin", acme)
    direct.call("AdminNewsSubmit", NewsContent="for all")
    direct.call("AdminNewsSubmit", tenant_login, NewsContent="for acme")
    bob, alice = direct.user("bob", acme), direct.user("alice")
    for login, text in ((bob, "for acme"), (alice, "for all")):
        assert [entry["TextContent"] for entry in direct.call("UserWebNewsGetAll", login).values()] == [text]


def test_users_see_nothing_of_others(alice: Any) -> None:
    alice.user("bob")
    device = alice.control("device", {"do": "register", "user": "bob", "device": "e"})
    alice.control("profile", {"user": "bob", "members": PARTS | {"Sources": {"s": {**ITEM, "OwnerDevice": "e"}}}})
    job = alice.control("job", {"user": "bob", "device": "e", "kind": "backup", "source": "s", "destination": "v"})[
        "job"
    ]
    assert alice.call("UserWebGetJobs", ALICE) == []
    assert {entry["Username"] for entry in alice.call("UserWebDispatcherListActive", ALICE).values()} == {"alice"}
    for method in ("UserWebGetJobProperties", "UserWebGetJobLog", "UserWebGetJobLogEntries", "UserWebJobCancel"):
        assert alice.call(method, ALICE, JobID=job) == alice.call(method, ALICE, JobID="nowhere")
    dropped = alice.call("UserWebDispatcherDropConnection", ALICE, TargetID=device["target"])
    assert dropped == {"Status": 403, "Message": "Unauthorised"}


@pytest.mark.parametrize("version", ["22.6.2", "24.12.1"])
def test_members_that_an_older_server_does_not_know_stay(alice: Any, version: str) -> None:
    alice.control("profile", {"user": "alice", "members": {"QuotaVMwareGuests": 7, "GroupID": "x"}})
    follow(alice, PreventEditStorageVault=True)
    alice.emulator.switches.set("unknown_policy", "stored")
    alice.emulator.set_version(version)
    before = alice.emulator.store.document("user", "alice")
    assert submit(alice, member("AccountName", "Alice")) == 200
    assert alice.emulator.store.document("user", "alice") == {**before, "AccountName": "Alice"}
