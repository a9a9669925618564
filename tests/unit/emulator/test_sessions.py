"""Sessions: how they begin, how long they last, and what ends them."""

from __future__ import annotations

from typing import Any

import pytest

ALICE = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
MINUTE = 60
HOUR = 60 * MINUTE


def login(started: dict[str, Any], username: str) -> dict[str, str]:
    return {"Username": username, "AuthType": "SessionKey", "SessionKey": started["SessionKey"]}


@pytest.fixture
def admin(direct: Any) -> dict[str, str]:
    """The session of an administrator."""
    return login(direct.call("AdminAccountSessionStart", SelfAddress="http://127.0.0.1:8060/"), "admin")


@pytest.fixture
def alice(direct: Any) -> dict[str, str]:
    """The session of a user."""
    return login(direct.call("UserWebSessionStart", direct.user("alice")), "alice")


def last_for(direct: Any, seconds: int) -> None:
    config = direct.emulator.store.document("server", "config")
    config["SessionSettings"]["ExpiredInSeconds"] = seconds
    direct.emulator.store.put("server", "config", config)


@pytest.mark.parametrize(
    ("setting", "seconds"), [(0, 30 * MINUTE), (1, 1), (90, 90), (48 * HOUR, 48 * HOUR), (500 * HOUR, 48 * HOUR)]
)
def test_idle_sessions_end(direct: Any, setting: int, seconds: int) -> None:
    last_for(direct, setting)
    session = login(direct.call("AdminAccountSessionStart"), "admin")
    for _unused in range(3):
        direct.emulator.clock.advance(seconds - 0.5)
        assert direct.status("AdminListUsers", session) == 200
    direct.emulator.clock.advance(seconds + 0.5)
    assert direct.status("AdminListUsers", session) == 403


def test_a_session_belongs_to_one_name(direct: Any, admin: dict[str, str]) -> None:
    assert direct.status("AdminListUsers", {**admin, "Username": ""}) == 200
    assert direct.status("AdminListUsers", {**admin, "Username": "other"}) == 403


def test_revoking_ends_one_session(direct: Any, admin: dict[str, str]) -> None:
    other = login(direct.call("AdminAccountSessionStart", admin), "admin")
    assert direct.status("AdminAccountSessionRevoke", admin) == 200
    assert direct.status("AdminListUsers", admin) == 403
    assert direct.status("AdminListUsers", other) == 200
    assert direct.status("AdminAccountSessionRevoke") == 200


def test_users_revoke_theirs(direct: Any, alice: dict[str, str]) -> None:
    assert direct.status("UserWebGetJobs", alice) == 200
    assert direct.status("UserWebSessionRevoke", alice) == 200
    assert direct.status("UserWebGetJobs", alice) == 403


def test_an_upgrade_ends_sessions(direct: Any) -> None:
    direct.emulator.set_version("25.6.8")
    old = login(direct.call("AdminAccountSessionStart"), "admin")
    direct.emulator.set_version("25.6.7")
    assert direct.status("AdminListUsers", old) == 200
    direct.emulator.set_version("25.9.8")
    refused = direct.call("AdminListUsers", old)
    assert refused["Status"] == 403
    assert "upgrade" in refused["Message"]
    assert direct.call("AdminListUsers", old)["Message"] == "Unauthorised"


@pytest.mark.parametrize(("survive", "status"), [(False, 403), (True, 200)])
def test_restart(direct: Any, admin: dict[str, str], survive: bool, status: int) -> None:
    direct.emulator.switches.set("sessions_survive_restart", survive)
    direct.emulator.begin_run()
    assert direct.status("AdminListUsers", admin) == status


def test_sessions_end_with_their_user(direct: Any, alice: dict[str, str]) -> None:
    assert direct.status("AdminDeleteUser", TargetUser="alice") == 200
    direct.user("alice")
    assert direct.status("UserWebGetJobs", alice) == 403


def test_sessions_end_with_their_administrator(direct: Any) -> None:
    new = {"TargetUser": "root", "TargetPassword": "password-1"}
    direct.call("AdminAdminUserNew", **new)
    session = login(direct.call("AdminAccountSessionStart", {**ALICE, "Username": "root"}), "root")
    direct.call("AdminAdminUserDelete", TargetUser="root")
    direct.call("AdminAdminUserNew", **new)
    assert direct.status("AdminListUsers", session) == 403


def test_sessions_end_with_their_tenant(direct: Any) -> None:
    acme = direct.tenant("acme")
    session = login(direct.call("AdminAccountSessionStart", direct.admin("root", acme)), "root")
    user = login(direct.call("UserWebSessionStart", direct.user("alice", acme)), "alice")
    assert direct.emulator.sessions.open == 2
    assert direct.status("AdminOrganizationDelete", OrganizationID=acme) == 200
    assert direct.status("AdminListUsers", session) == 403
    assert direct.status("UserWebGetJobs", user) == 403
    assert direct.emulator.sessions.open == 0


def test_suspended_users_are_refused_everywhere(direct: Any, alice: dict[str, str]) -> None:
    profile = direct.call("AdminGetUserProfile", TargetUser="alice")
    suspended = {**profile, "IsSuspended": True}
    assert direct.status("AdminSetUserProfile", TargetUser="alice", ProfileData=suspended) == 200
    for method in ("UserWebSessionStart", "UserWebGetJobs", "HybridSessionStart"):
        assert direct.status(method, ALICE) == 403
    assert direct.status("UserWebGetJobs", alice) == 403
    assert direct.status("AdminAccountSessionStartAsUser", TargetUser="alice") == 403
    assert direct.status("AdminSetUserProfile", TargetUser="alice", ProfileData=profile) == 200
    assert direct.status("UserWebGetJobs", ALICE) == 200
    assert direct.status("UserWebGetJobs", alice) == 403


def test_session_as_user(direct: Any) -> None:
    direct.user("alice")
    session = login(direct.call("AdminAccountSessionStartAsUser", TargetUser="alice"), "alice")
    assert direct.call("UserWebGetUserProfileAndHash", session)["Profile"]["Username"] == "alice"
    assert direct.status("AdminListUsers", session) == 403
    assert direct.status("AdminAccountSessionStartAsUser", TargetUser="nobody") == 400


@pytest.mark.parametrize("upgradable", [True, False])
def test_session_that_waits_for_a_second_factor(direct: Any, upgradable: bool) -> None:
    direct.emulator.set_version("25.9.8" if upgradable else "23.6.8")
    direct.call("AdminAccountRegenerateTotp")
    security = direct.call("AdminAccountProperties")["Security"]
    factors = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True}
    direct.call("AdminAccountSetProperties", Security={**security, **factors})
    started = direct.call("AdminAccountSessionStart")
    assert started["Status"] == 449
    assert ("SessionKey" in started) is upgradable
    if upgradable:
        assert direct.status("AdminListUsers", login(started, "admin")) == 403
        wrong = {"Username": "admin", "AuthType": "TOTP", "TOTP": "000000"}
        assert direct.status("AdminAccountSessionUpgrade", wrong, SessionKey=started["SessionKey"]) == 403
