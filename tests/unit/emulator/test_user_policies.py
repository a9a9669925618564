"""What a policy forbids its users, and what it decides for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from end_user import (
    ALICE,
    ITEM,
    RULE,
    Change,
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
    without,
)

from comet_emulator.core.facts import load_facts


@pytest.fixture
def alice(direct: Any) -> Any:
    return with_alice(direct)


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
    assert submit(alice, without("PasswordRecovery")) == status


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
