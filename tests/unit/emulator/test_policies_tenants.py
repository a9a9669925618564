"""Policies, tenants, and what a tenant's administrator sees of a server."""

from __future__ import annotations

from typing import Any

import pytest


def policy(description: str, **members: Any) -> dict[str, Any]:
    return {"Description": description, "Policy": {"PreventOpenAppUI": True}, **members}


def test_set_creates_under_the_callers_id(server: Any) -> None:
    server.ok("policies/set", PolicyID="gold", Policy=policy("Gold"))
    read = server.ok("policies/get", PolicyID="gold")
    assert read["Policy"]["Description"] == "Gold"
    assert read["Policy"]["CreatedDate"] > 0
    assert server.ok("policies/list") == {"gold": "Gold"}
    assert server.ok("policies/list-full") == {"gold": read["Policy"]}
    server.refused("policies/set", 409, PolicyID="gold", Policy=policy("x"), CheckPolicyHash="old")
    server.ok("policies/set", PolicyID="gold", Policy=policy("Golden"), CheckPolicyHash=read["PolicyHash"])
    server.ok("policies/delete", PolicyID="gold")
    server.refused("policies/get", 400, PolicyID="gold")


def test_new_does_not_tell_the_id(server: Any) -> None:
    answer = server.ok("policies/new", Policy=policy("Silver"))
    assert set(answer) == {"Status", "Message", "PolicyHash"}
    assert list(server.ok("policies/list").values()) == ["Silver"]


def test_content_is_enforced_into_linked_profiles(server: Any) -> None:
    server.ok("policies/set", PolicyID="p", Policy=policy("P"))
    profile = {**server.user(), "PolicyID": "p"}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    linked = server.ok("get-user-profile-and-hash", TargetUser="alice")
    assert linked["Profile"]["Policy"]["PreventOpenAppUI"] is True
    server.ok("policies/set", PolicyID="p", Policy=policy("P", Policy={"RandomDelaySecs": 60}))
    after = server.ok("get-user-profile-and-hash", TargetUser="alice")
    assert after["ProfileHash"] != linked["ProfileHash"]
    assert after["Profile"]["Policy"]["PreventOpenAppUI"] is False
    assert after["Profile"]["ServerConfig"] == {"RandomDelaySecs": 60}
    stale = {**after["Profile"], "Policy": linked["Profile"]["Policy"]}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=stale)
    assert server.ok("get-user-profile", TargetUser="alice")["Policy"] == after["Profile"]["Policy"]


def test_deleted_policy_leaves_its_settings(server: Any) -> None:
    server.ok("policies/set", PolicyID="p", Policy=policy("P"))
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "p"})
    server.ok("policies/delete", PolicyID="p")
    profile = server.ok("get-user-profile", TargetUser="alice")
    assert (profile["PolicyID"], profile["Policy"]["PreventOpenAppUI"]) == ("", True)


def test_what_a_deleted_policy_made_the_server_enforce_is_gone(server: Any) -> None:
    server.ok("policies/set", PolicyID="p", Policy=policy("P", Policy={"RandomDelaySecs": 60}))
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "p"})
    assert server.ok("get-user-profile", TargetUser="alice")["ServerConfig"] == {"RandomDelaySecs": 60}
    server.ok("policies/delete", PolicyID="p")
    profile, before = server.ok("get-user-profile", TargetUser="alice"), server.digest()
    assert "ServerConfig" not in profile
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    assert server.digest() == before


def test_one_default_policy_for_new_users(server: Any) -> None:
    server.ok("policies/set", PolicyID="a", Policy=policy("A", DefaultUserPolicy=True))
    server.ok("policies/set", PolicyID="b", Policy=policy("B", DefaultUserPolicy=True))
    flags = {key: entry["DefaultUserPolicy"] for key, entry in server.ok("policies/list-full").items()}
    assert flags == {"a": False, "b": True}
    assert server.user()["PolicyID"] == "b"


def test_default_policy_of_the_whole_server(server: Any) -> None:
    """A tenant's policy may be everyone's default; then it is no foreign one to anybody."""
    server.switch(default_policy_scope="server")
    acme = server.tenant()
    server.ok("policies/set", PolicyID="all", Policy=policy("All", DefaultUserPolicy=True, OrganizationID=acme))
    server.ok("policies/set", PolicyID="mine", Policy=policy("Mine", OrganizationID=acme))
    assert server.user()["PolicyID"] == "all"
    profile = {"PasswordHash": "password-9"}
    server.ok("add-user-from-profile", TargetUser="copy", ProfileData=profile)
    assert server.ok("get-user-profile", TargetUser="copy")["PolicyID"] == "all"
    server.refused("add-user-from-profile", 400, TargetUser="other", ProfileData={**profile, "PolicyID": "mine"})


def test_policy_made_items_follow_or_go(server: Any) -> None:
    source = {"Engine": "engine1/file", "Description": "Documents", "ExistingUserUpdate": True}
    settings = {"DefaultSources": {"ps": source}}
    server.ok("policies/set", PolicyID="p", Policy=policy("P", Policy=settings))
    profile = {**server.user(), "PolicyID": "p"}
    linked = {"PolicySourceID": "ps", "ExistingUserUpdate": True, "Description": "old"}
    profile["Sources"] = {"s1": linked, "s2": {"Description": "own"}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    after = server.ok("get-user-profile", TargetUser="alice")
    assert after["Sources"]["s1"]["Description"] == "Documents"
    for_new_devices = {**source, "Description": "Others", "ExistingUserUpdate": False}
    server.ok("policies/set", PolicyID="p", Policy=policy("P", Policy={"DefaultSources": {"ps": for_new_devices}}))
    assert server.ok("get-user-profile", TargetUser="alice")["Sources"] == after["Sources"]
    options = {"DeleteSources": ["ps"]}
    server.ok("policies/set", PolicyID="p", Policy=policy("P", Policy={}), Options=options)
    assert list(server.ok("get-user-profile", TargetUser="alice")["Sources"]) == ["s2"]


def test_tenant_sees_only_its_own(server: Any) -> None:
    acme, globex = server.tenant("ACME"), server.tenant("Globex")
    server.user("top")
    server.user("a1", TargetOrganization=acme)
    server.user("g1", TargetOrganization=globex)
    server.ok("policies/set", PolicyID="mine", Policy=policy("Mine"), login=server.as_tenant())
    server.ok("policies/set", PolicyID="top", Policy=policy("Top"))
    assert server.ok("list-users", login=server.as_tenant()) == ["a1"]
    assert list(server.ok("list-users-full", login=server.as_tenant("Globex"))) == ["g1"]
    assert server.ok("list-users") == ["top", "a1", "g1"]
    assert server.ok("policies/list", login=server.as_tenant()) == {"mine": "Mine"}
    assert server.ok("policies/list", TargetOrganization=acme) == {"mine": "Mine"}
    assert server.ok("policies/list") == {"mine": "Mine", "top": "Top"}
    assert server.refused("get-user-profile", 403, TargetUser="g1", login=server.as_tenant()) == "Unauthorised"
    server.refused("policies/get", 400, PolicyID="top", login=server.as_tenant())
    server.refused(
        "add-user",
        403,
        TargetUser="x",
        TargetPassword="password-1",
        TargetOrganization=globex,
        login=server.as_tenant(),
    )
    server.refused("add-user", 400, TargetUser="a1", TargetPassword="password-1", login=server.as_tenant("Globex"))


@pytest.mark.parametrize(
    "path",
    [
        "organization/list",
        "meta/server-config/get",
        "admin-user/list",
        "meta/restart-service",
        "meta/list-available-log-days",
    ],
)
def test_top_level_calls_are_refused_to_tenants(server: Any, path: str) -> None:
    server.tenant()
    server.refused(path, 403, login=server.as_tenant())


def test_tenant_has_fragments_of_its_own(server: Any) -> None:
    acme = server.tenant()
    options = {"FromName": "ACME", "Mode": "smtp", "SMTPHost": "mail.acme.example"}
    server.ok("meta/email-options/set", EmailOptions=options, login=server.as_tenant())
    assert server.ok("meta/email-options/get")["FromName"] != "ACME"
    assert server.ok("organization/list")[acme]["Email"]["SMTPHost"] == "mail.acme.example"


def test_tenant_is_replaced_whole(server: Any) -> None:
    made = server.ok("organization/set", Organization={"Name": "ACME", "Hosts": ["a.example"]})
    assert made["Organization"]["Name"] == "ACME"
    server.ok("organization/set", OrganizationID=made["ID"], Organization={"Name": "ACME 2"})
    assert server.ok("organization/list")[made["ID"]]["Hosts"] == []


@pytest.mark.parametrize("host", ["http://a.example", "a.example:8060", "", "-a.example"])
def test_invalid_hosts(server: Any, host: str) -> None:
    server.refused("organization/set", 400, Organization={"Name": "ACME", "Hosts": [host]})


def test_hosts_are_unique(server: Any) -> None:
    server.tenant("ACME", "backup.example")
    server.refused("organization/set", 400, Organization={"Name": "Other", "Hosts": ["BACKUP.example"]})


def test_delete_takes_everything_of_the_tenant(server: Any) -> None:
    acme = server.tenant()
    server.user("a1", TargetOrganization=acme)
    server.user("top")
    server.ok("policies/set", PolicyID="mine", Policy=policy("Mine", OrganizationID=acme))
    server.ok("storage/register-bucket", SetOrganizationID=acme)
    server.refused("organization/delete", 400, OrganizationID="")
    server.ok("organization/delete", OrganizationID=acme)
    assert server.ok("list-users") == ["top"]
    assert server.ok("policies/list") == {}
    assert [admin["Username"] for admin in server.ok("admin-user/list")] == ["admin"]
    assert len(server.ok("storage/list-buckets")) == 1
    server.refused("list-users", 403, login=server.as_tenant())


def test_user_moves_to_another_tenant(server: Any) -> None:
    acme = server.tenant()
    server.ok("policies/set", PolicyID="top", Policy=policy("Top"))
    profile = {**server.user(), "PolicyID": "top"}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    server.refused("set-user-profile", 400, TargetUser="alice", ProfileData={**profile, "OrganizationID": acme})
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "OrganizationID": acme, "PolicyID": ""})
    assert server.ok("list-users", login=server.as_tenant()) == ["alice"]


def test_allowed_policies_of_an_administrator(server: Any) -> None:
    server.ok("policies/set", PolicyID="yes", Policy=policy("Yes"))
    server.ok("policies/set", PolicyID="no", Policy=policy("No"))
    config = server.ok("meta/server-config/get")
    permissions = {
        "AllowedUserPolicies": ["yes"],
        "PreventDeleteStorageVault": True,
        "PreventAddCustomStorageVault": True,
    }
    limited = {"Username": "lim", "Password": "lim-password", "AllowPasswordLogin": True, "Permissions": permissions}
    config["AdminUsers"].append(limited)
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    login = {"Username": "lim", "AuthType": "Password", "Password": "lim-password"}
    profile = server.user()
    given = {"TargetUser": "alice", "login": login}
    server.ok("set-user-profile", **given, ProfileData={**profile, "PolicyID": "yes"})
    server.refused("set-user-profile", 403, **given, ProfileData={**profile, "PolicyID": "no"})
    custom = {**profile, "Destinations": {"v": {"DestinationType": 1002}}}
    server.refused("set-user-profile", 403, **given, ProfileData=custom)
    server.ok("set-user-profile", TargetUser="alice", ProfileData=custom)
    server.refused("set-user-profile", 403, **given, ProfileData=profile)
