"""What end users do with their own login, and what their policy forbids or decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest

from comet_emulator.facts import load_facts

ALICE = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
VAULT = {"DestinationType": 1000, "Description": "old", "DefaultRetention": {"Mode": 801}}
ITEM = {"Engine": "engine1/file", "Description": "old", "OwnerDevice": "d"}
RULE = {"Description": "nightly", "Source": "s", "Destination": "v"}
PARTS = {"Destinations": {"v": VAULT}, "Sources": {"s": ITEM}, "BackupRules": {"r": RULE}}

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def alice(direct: Any) -> Any:
    """A server on which alice has a device, a storage vault, a protected item and a schedule."""
    direct.user("alice")
    direct.control("device", {"do": "register", "user": "alice", "device": "d", "name": "PC"})
    direct.control("profile", {"user": "alice", "members": PARTS})
    return direct


def profile_of(direct: Any) -> dict[str, Any]:
    return dict(direct.call("AdminGetUserProfile", TargetUser="alice"))


def own(direct: Any) -> tuple[dict[str, Any], str]:
    """Alice's profile as she sees it, with its hash."""
    answer = direct.call("UserWebGetUserProfileAndHash", ALICE)
    return answer["Profile"], answer["ProfileHash"]


def submit(direct: Any, change: Change) -> int:
    """Alice changes her profile."""
    profile, known = own(direct)
    change(profile)
    return int(direct.status("UserWebSetProfileHash", ALICE, ProfileData=profile, ProfileHash=known))


def member(name: str, value: Any) -> Change:
    """Sets one member."""
    return lambda profile: profile.update({name: value})


def inside(part: str, key: str, **members: Any) -> Change:
    """Changes one vault, protected item, schedule or device."""
    return lambda profile: profile[part][key].update(members)


def added(part: str, **document: Any) -> Change:
    """Adds a vault, protected item or device."""
    return lambda profile: profile[part].update(new=document)


def removed(part: str, key: str) -> Change:
    return lambda profile: profile[part].pop(key)


def follow(direct: Any, **policy: Any) -> None:
    """Let alice follow a policy."""
    direct.call("AdminPoliciesSet", PolicyID="p", Policy={"Description": "p", "Policy": policy})
    changed = {**profile_of(direct), "PolicyID": "p"}
    assert direct.status("AdminSetUserProfile", TargetUser="alice", ProfileData=changed) == 200


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


# Flags of the policy


def set_item(source: str, **document: Any) -> Callable[[Any], int]:
    """Alice sets one protected item by itself."""

    def probe(direct: Any) -> int:
        return int(direct.status("UserWebSetProtectedItemWithBackupRules", ALICE, SourceID=source, Source=document))

    return probe


def in_profile(change: Change) -> Callable[[Any], int]:
    """Alice changes her profile."""

    def probe(direct: Any) -> int:
        return submit(direct, change)

    return probe


def change_password(direct: Any) -> int:
    change = {"OldPassword": "password-1", "NewPassword": "password-2"}
    return int(direct.status("UserWebAccountResetPassword", ALICE, ProfileHash=own(direct)[1], **change))


def request_vault(direct: Any) -> int:
    template = next(iter(direct.call("AdminRequestStorageVaultProviders")))
    return int(direct.status("UserWebRequestStorageVault", ALICE, StorageProvider=template))


def delete_item(direct: Any) -> int:
    return int(direct.status("UserWebDeleteProtectedItem", ALICE, SourceID="s"))


@dataclass(frozen=True)
class Case:
    """What a member of the policy forbids: allowed with ``also`` alone, refused with the member as well."""

    probe: Callable[[Any], int]
    value: Any = True
    also: dict[str, Any] = field(default_factory=dict)
    before: int = 200
    after: int = 403


LOCKED = {"S3ObjectLockMode": 1, "DefaultRetention": {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 1}]}}
RETENTION = {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 3}]}
KEEP_LESS = in_profile(inside("Destinations", "v", DefaultRetention=RETENTION))
OVERRIDE = {"OverrideDestinationRetention": {"v": {"Mode": 801}}}
ONLY_COMET = {"ShouldRestrictProviderList": True, "AllowedProvidersWhenRestricted": [1003]}
ONLY_MSSQL = {"ShouldRestrictEngineTypeList": True, "AllowedEngineTypeWhenRestricted": ["engine1/mssql"]}

CASES = [
    ("PreventRequestStorageVault", Case(request_vault)),
    ("PreventAddCustomStorageVault", Case(in_profile(added("Destinations", DestinationType=1001)))),
    ("PreventEditStorageVault", Case(in_profile(inside("Destinations", "v", Description="new")))),
    ("PreventEditStorageVault", Case(KEEP_LESS)),
    ("PreventDeleteStorageVault", Case(in_profile(removed("Destinations", "v")))),
    ("StorageVaultProviders", Case(in_profile(added("Destinations", DestinationType=1001)), value=ONLY_COMET)),
    ("PreventNewProtectedItem", Case(in_profile(added("Sources", Engine="engine1/file")))),
    ("PreventNewProtectedItem", Case(set_item("new", Engine="engine1/file"))),
    ("PreventEditProtectedItem", Case(in_profile(inside("Sources", "s", Description="new")))),
    ("PreventEditProtectedItem", Case(set_item("s", **{**ITEM, "Description": "new"}))),
    ("PreventDeleteProtectedItem", Case(in_profile(removed("Sources", "s")))),
    ("PreventDeleteProtectedItem", Case(delete_item)),
    ("ProtectedItemEngineTypes", Case(in_profile(added("Sources", Engine="engine1/file")), value=ONLY_MSSQL)),
    ("ProtectedItemEngineTypes", Case(set_item("new", Engine="engine1/file"), value=ONLY_MSSQL)),
    ("PreventChangeAccountPassword", Case(change_password)),
    ("PreventChangeEmailSettings", Case(in_profile(member("Emails", ["a@example.com"])))),
    ("PreventChangeEmailSettings", Case(in_profile(member("SendEmailReports", False)))),
    ("PreventChangeAccountName", Case(in_profile(member("AccountName", "Alice")))),
    ("EnforceStorageVaultRetention", Case(KEEP_LESS)),
    ("PreventProtectedItemRetention", Case(in_profile(inside("Sources", "s", **OVERRIDE)))),
    ("PreventOpenWebUI", Case(lambda direct: int(direct.status("UserWebGetJobs", ALICE)))),
    ("ModeAdminResetPassword", Case(in_profile(member("PasswordRecovery", "code")), value=4)),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_policy_forbids(alice: Any, number: int) -> None:
    name, case = CASES[number]
    follow(alice, **case.also)
    kept = alice.emulator.store.snapshot()
    assert case.probe(alice) == case.before
    alice.emulator.store.restore(kept)
    follow(alice, **{**case.also, name: case.value})
    profile = alice.emulator.store.document("user", "alice")
    assert case.probe(alice) == case.after
    assert alice.emulator.store.document("user", "alice") == profile


def test_retention_under_object_lock_needs_leave(alice: Any) -> None:
    alice.control("profile", {"user": "alice", "members": {"Destinations": {"v": LOCKED}}})
    follow(alice)
    assert KEEP_LESS(alice) == 403
    follow(alice, AllowEditObjectLockRetention=True)
    assert KEEP_LESS(alice) == 200


def test_single_snapshots(alice: Any) -> None:
    snapshots = {"TargetID": "x", "DestinationID": "v", "SnapshotID": "x", "SnapshotIDs": ["x"]}
    methods = [name for name in alice.emulator.methods if name.startswith("UserWebDispatcherDeleteSnapshot")]
    assert len(methods) == 2
    follow(alice, PreventDeleteSingleSnapshots=True)
    assert {alice.call(name, ALICE, **snapshots)["Message"] for name in methods} == {"Access denied"}
    follow(alice)
    assert {alice.call(name, ALICE, **snapshots)["Message"] for name in methods} == {"Unauthorised"}


ON, OFF, DEFAULT_ON, DEFAULT_OFF = 3, 4, 1, 2


@pytest.mark.parametrize(
    ("mode", "submitted", "stored"),
    [(ON, False, True), (OFF, True, False), (DEFAULT_ON, False, False), (DEFAULT_OFF, True, True), (0, True, True)],
)
def test_policy_decides_about_schedules(alice: Any, mode: int, submitted: bool, stored: bool) -> None:
    follow(
        alice,
        ModeScheduleSkipAlreadyRunning=mode,
        ModeScheduleLastJobFailDoRetry=mode,
        ModeLastJobFailDoRetryCount=4,
        ModeLastJobFailDoRetryTime=5,
    )
    rule = {**RULE, "SkipAlreadyRunning": submitted, "EventTriggers": {"OnLastJobFailDoRetry": submitted}}
    assert submit(alice, lambda profile: profile["BackupRules"].update(r=rule)) == 200
    item = {"SourceID": "s", "BackupRules": {"other": rule}}
    seen = [profile_of(alice)["BackupRules"]["r"]]
    assert alice.status("UserWebSetProtectedItemWithBackupRules", ALICE, **item) == 200
    seen.append(profile_of(alice)["BackupRules"]["other"])
    for entry in seen:
        assert entry["SkipAlreadyRunning"] is stored
        assert entry["EventTriggers"].get("OnLastJobFailDoRetry", False) is stored
        assert entry["EventTriggers"].get("LastJobFailDoRetryCount", 0) == (4 if mode == ON else 0)


@pytest.mark.parametrize(
    ("mode", "asked", "stored"),
    [
        (0, None, False),
        (0, 1, True),
        (DEFAULT_ON, None, True),
        (DEFAULT_ON, 0, False),
        (DEFAULT_OFF, None, False),
        (DEFAULT_OFF, 1, True),
        (ON, 0, True),
        (OFF, 1, False),
    ],
)
def test_policy_decides_about_new_users(direct: Any, mode: int, asked: int | None, stored: bool) -> None:
    modes = {"ModeAdminResetPassword": mode, "ModeRequireUserResetPassword": mode}
    direct.call("AdminPoliciesSet", PolicyID="p", Policy={"DefaultUserPolicy": True, "Policy": modes})
    parameters = {} if asked is None else {"StoreRecoveryCode": asked, "RequirePasswordChange": asked}
    direct.call("AdminAddUser", TargetUser="alice", TargetPassword="password-1", **parameters)
    profile = profile_of(direct)
    assert bool(profile.get("PasswordRecovery")) is stored
    assert profile["RequirePasswordChange"] is stored


@pytest.mark.parametrize(("mode", "status"), [(ON, 403), (OFF, 200), (DEFAULT_ON, 200), (0, 200)])
def test_withdrawing_the_recovery_code(alice: Any, mode: int, status: int) -> None:
    alice.control("profile", {"user": "alice", "members": {"PasswordRecovery": "code"}})
    follow(alice, ModeAdminResetPassword=mode)
    assert submit(alice, removed_member("PasswordRecovery")) == status


def removed_member(name: str) -> Change:
    return lambda profile: profile.pop(name)


NO_EFFECT_ON_CALLS = {
    "HideCloudStorageBranding": "only what the web interface and the desktop app show",
    "PreventOpenAppUI": "only the desktop app",
    "RequirePasswordOpenAppUI": "only the desktop app",
    "HideAppImport": "only the desktop app",
    "HideAppVersion": "only the desktop app",
    "PreventViewDeviceNames": "only what the web interface shows",
    "FileAndFolderMandatoryExclusions": "what devices leave out of backups",
    "ModeAdminViewFilenames": "what devices let administrators see; see the tests of devices",
    "DefaultNewStorageVault": "what a device chooses when it registers; see the tests of devices",
    "DefaultEmailReports": "what reports are sent; see the tests of reports",
    "DefaultStorageVaultRetention": "what requested vaults begin with; see the tests of vaults",
    "DefaultSources": "what devices get; see the tests of devices",
    "DefaultSourcesBackupRules": "what devices get; see the tests of devices",
    "DefaultSourcesWithOSRestriction": "what devices get; see the tests of devices",
    "DefaultBackupRules": "what devices get; see the tests of devices",
    "RandomDelaySecs": "enforced as ServerConfig; see the tests of policies",
    "RotateStorageVaultKeysHours": "when devices change the keys of vaults",
}
"""Members of the policy that forbid or decide nothing about calls of users, each with the reason."""

TESTED_BY_THEMSELVES = {
    "AllowEditObjectLockRetention",
    "PreventDeleteSingleSnapshots",
    "ModeScheduleSkipAlreadyRunning",
    "ModeScheduleLastJobFailDoRetry",
    "ModeLastJobFailDoRetryCount",
    "ModeLastJobFailDoRetryTime",
    "ModeRequireUserResetPassword",
}


def test_every_member_of_the_policy_is_accounted_for() -> None:
    members = {entry.name for entry in load_facts().structures["UserPolicy"]}
    assert {name for name, _case in CASES} | TESTED_BY_THEMSELVES | NO_EFFECT_ON_CALLS.keys() == members


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
