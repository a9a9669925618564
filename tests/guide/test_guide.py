# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quick-start programs of the API guide, and what people do with the API, as a stranger writes them."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.guide.clients import (
    curl,
    post,
    powershell_core,
    windows_powershell,
)

SEEDED_USERS = 30


def test_curl(server: str) -> None:
    """The first command of the guide."""
    users = json.loads(curl(server, "api/v1/admin/list-users", "Username=admin&AuthType=Password&Password=admin"))
    assert len(users) == SEEDED_USERS
    assert "direct-01" in users


def test_python_urllib(server: str) -> None:
    """The guide's program for Python."""
    data = urllib.parse.urlencode({"Username": "admin", "AuthType": "Password", "Password": "admin"}).encode("utf-8")
    request = urllib.request.Request(server + "api/v1/admin/list-users", data)
    with urllib.request.urlopen(request) as response:
        users = json.loads(response.read())
    assert len(users) == SEEDED_USERS


@pytest.mark.parametrize("invoke", [windows_powershell, powershell_core])
def test_powershell(server: str, invoke: Any) -> None:
    """A hashtable has no order, and its values may hold anything."""
    form = {"TargetUser": "direct-01", "Password": "admin", "AuthType": "Password", "Username": "admin"}
    profile = json.loads(invoke(server, "api/v1/admin/get-user-profile", form))
    assert profile["Username"] == "direct-01"
    profile["AccountName"] = "Zoë & Søn = 100 % + tax"
    changed = {**form, "ProfileData": json.dumps(profile)}
    assert json.loads(invoke(server, "api/v1/admin/set-user-profile", changed))["Status"] == 200
    assert json.loads(invoke(server, "api/v1/admin/get-user-profile", form)) == profile


def test_wrong_password(server: str) -> None:
    """An error comes with HTTP status 200."""
    answer = json.loads(curl(server, "api/v1/admin/list-users", "Username=admin&AuthType=Password&Password=wrong"))
    assert answer == {"Status": 403, "Message": "Unauthorised"}


def test_get_modify_set(server: str) -> None:
    """Change one member of a profile under its hash: all else stays, and who comes with the old hash is refused."""
    before = post(server, "admin/get-user-profile-and-hash", TargetUser="direct-01")
    profile, known_hash = before["Profile"], before["ProfileHash"]
    changed = {**profile, "AccountName": "Somebody Else", "MemberOfTomorrow": {"Kept": True}}
    write = {"TargetUser": "direct-01", "ProfileData": changed, "RequireHash": known_hash}
    answer = post(server, "admin/set-user-profile-hash", **write)
    assert (answer["Status"], answer["Profile"]) == (200, changed)
    after = post(server, "admin/get-user-profile-and-hash", TargetUser="direct-01")
    assert after["Profile"] == changed
    assert after["ProfileHash"] == answer["ProfileHash"] != known_hash
    refused = post(server, "admin/set-user-profile-hash", **write)
    assert refused["Status"] >= 400
    assert post(server, "admin/get-user-profile-hash", TargetUser="direct-01")["ProfileHash"] == after["ProfileHash"]


def test_one_policy_for_all_users(server: str) -> None:
    """The guide's loop, which sends stale settings with the new policy: the server puts the policy's in their place."""
    policies = post(server, "admin/policies/list-full")
    gold = next(key for key, one in policies.items() if one["Description"] == "Gold" and not one.get("OrganizationID"))
    for name in post(server, "admin/list-users"):
        profile = post(server, "admin/get-user-profile", TargetUser=name)
        if profile.get("OrganizationID"):
            continue  # the policy of another tenant cannot be given
        profile["PolicyID"] = gold
        assert post(server, "admin/set-user-profile", TargetUser=name, ProfileData=profile)["Status"] == 200
    users = post(server, "admin/list-users-full")
    own = [profile for profile in users.values() if not profile.get("OrganizationID")]
    assert len(own) == SEEDED_USERS / 3
    assert {profile["PolicyID"] for profile in own} == {gold}
    wanted = policies[gold]["Policy"]["DefaultStorageVaultRetention"]
    assert [profile["Policy"]["DefaultStorageVaultRetention"] for profile in own] == [wanted] * len(own)


def test_find_all_comet_vaults(server: str) -> None:
    """The guide's search for the addresses of all vaults of type 1003."""
    addresses = {
        vault["CometServer"]
        for profile in post(server, "admin/list-users-full").values()
        for vault in profile["Destinations"].values()
        if vault["DestinationType"] == 1003
    }
    assert addresses == {"https://storage.example.com/"}


def test_billing_module(server: str) -> None:
    """What the WHM module does in the life of a customer."""
    absent = post(server, "admin/get-user-profile", TargetUser="customer")
    assert absent["Status"] in (400, 403)
    names = post(server, "admin/policies/list")
    assert "Hosting" not in names.values()
    made = post(
        server, "admin/policies/new", Policy={"Description": "Hosting", "Policy": {"PreventDeleteStorageVault": True}}
    )
    assert made["Status"] == 200
    (policy,) = [key for key, name in post(server, "admin/policies/list").items() if name == "Hosting"]

    account = {"TargetUser": "customer", "TargetPassword": "long enough", "StoreRecoveryCode": "1"}
    assert post(server, "admin/add-user", **account)["Status"] == 200
    template = next(iter(post(server, "admin/request-storage-vault-providers")))
    vault = {"TargetUser": "customer", "StorageProvider": template, "SelfAddress": "https://backup.example.com/"}
    destination = post(server, "admin/request-storage-vault", **vault)["DestinationID"]

    read = post(server, "admin/get-user-profile-and-hash", TargetUser="customer")
    profile = read["Profile"]
    assert profile["PasswordRecovery"]
    assert profile["Destinations"][destination]["CometServer"] == "https://backup.example.com/"
    profile["Destinations"][destination].update(StorageLimitEnabled=True, StorageLimitBytes=50 << 30)
    profile.update(PolicyID=policy, MaximumDevices=2)
    write = {"TargetUser": "customer", "ProfileData": profile, "RequireHash": read["ProfileHash"]}
    assert post(server, "admin/set-user-profile-hash", **write)["Status"] == 200
    profile = post(server, "admin/get-user-profile", TargetUser="customer")
    assert profile["Policy"]["PreventDeleteStorageVault"]
    assert profile["Destinations"][destination]["StorageLimitBytes"] == 50 << 30

    single_sign_on = post(server, "admin/account/session-start-as-user", TargetUser="customer")
    session = {"Username": "customer", "AuthType": "SessionKey", "SessionKey": single_sign_on["SessionKey"]}
    assert single_sign_on["SessionType"] == "user"
    assert post(server, "user/web/get-user-profile-and-hash", **session)["Profile"]["MaximumDevices"] == 2

    for suspended in (True, False):
        profile["IsSuspended"] = suspended
        assert post(server, "admin/set-user-profile", TargetUser="customer", ProfileData=profile)["Status"] == 200
        login = post(server, "user/web/session/start", Username="customer", Password="long enough")
        assert login["Status"] == (403 if suspended else 200)

    assert post(server, "admin/delete-user", TargetUser="customer")["Status"] == 200
    assert "customer" not in post(server, "admin/list-users")


def test_session(server: str) -> None:
    """A session stands for the password until it is revoked."""
    session = post(server, "admin/account/session-start")
    assert (session["Status"], session["SessionType"]) == (200, "admin")
    form = {"AuthType": "SessionKey", "SessionKey": session["SessionKey"], "Password": ""}
    assert len(post(server, "admin/list-users", **form)) == SEEDED_USERS
    assert post(server, "admin/account/session-revoke", **form)["Status"] == 200
    assert post(server, "admin/list-users", **form) == {"Status": 403, "Message": "Unauthorised"}
