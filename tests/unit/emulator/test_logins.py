"""Who may call what, and how they prove it."""

from __future__ import annotations

import json
from typing import Any

import pyotp
import pytest

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def session(server: Any, key: str, username: str = "admin") -> dict[str, str]:
    return {"Username": username, "AuthType": "SessionKey", "SessionKey": key}


def codes_of(url: str) -> pyotp.TOTP:
    totp = pyotp.parse_uri(url)
    assert isinstance(totp, pyotp.TOTP)
    return totp


@pytest.fixture
def secret(server: Any) -> str:
    """The one-time-code secret of an administrator ``otto`` for whom a password is not enough."""
    config = server.ok("meta/server-config/get")
    config["AdminUsers"].append(
        {
            "Username": "otto",
            "Password": "otto-password",
            "AllowPasswordAndTOTPLogin": True,
            "TOTPKey": SECRET,
            "TOTPKeyEncryptionFormat": 1,
        }
    )
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    return SECRET


OTTO = {"Username": "otto", "AuthType": "Password", "Password": "otto-password"}


def test_session_start_and_revoke(server: Any) -> None:
    started = server.ok("account/session-start")
    assert (started["Message"], started["SessionType"]) == ("Logged in OK.", "admin")
    key = session(server, started["SessionKey"])
    assert server.ok("list-users", login=key) == []
    server.ok("account/session-revoke", login=key)
    server.refused("list-users", 403, login=key)


def test_second_factor_is_asked_for(server: Any, secret: str) -> None:
    response = server.raw("list-users", login=OTTO)
    assert response.status_code == 449
    assert response.headers["X-Comet-TOTP-Requested"] == "1"
    assert "ERR_TOTP_REQUIRED" in response.json()["Message"]


def test_code_works_once(server: Any, secret: str) -> None:
    login = {**OTTO, "AuthType": "PasswordTOTP", "TOTP": pyotp.TOTP(secret).now()}
    key = session(server, server.ok("account/session-start", login=login)["SessionKey"], "otto")
    server.ok("list-users", login=key)
    server.refused("account/session-start", 403, login=login)


def test_wrong_code(server: Any, secret: str) -> None:
    server.refused("list-users", 403, login={**OTTO, "AuthType": "PasswordTOTP", "TOTP": "000000"})


def test_pending_session_is_upgraded(server: Any, secret: str) -> None:
    pending = server.raw("account/session-start", login=OTTO).json()["SessionKey"]
    server.refused("list-users", 403, login=session(server, pending, "otto"))
    code = {"Username": "otto", "AuthType": "TOTP", "TOTP": pyotp.TOTP(secret).now()}
    server.ok("account/session-upgrade", login=code, SessionKey=pending)
    server.ok("list-users", login=session(server, pending, "otto"))


def test_regenerated_secret_applies_at_once(server: Any) -> None:
    url = server.ok("account/regenerate-totp")["URL"]
    totp = codes_of(url)
    server.ok("account/validate-totp", TOTPCode=totp.now())
    server.refused("account/validate-totp", 400, TOTPCode="12")
    security = server.ok("account/properties")["Security"]
    server.ok("account/set-properties", Security={**security, "AllowPasswordAndTOTPLogin": True})
    server.ok("list-users", login={**server.login, "AuthType": "PasswordTOTP", "TOTP": totp.now()})


def test_own_properties_round_trip_and_new_password(server: Any) -> None:
    properties = server.ok("account/properties")
    assert properties["Security"]["Password"].startswith("obscured")
    server.ok("account/set-properties", Security=properties["Security"])
    server.ok("list-users")
    changed = {**properties["Security"], "Password": "another-password", "PasswordFormat": 0}
    key = session(server, server.ok("account/session-start")["SessionKey"])
    server.refused("account/set-properties", 403, login=key, Security=changed)
    server.ok("account/set-properties", Security=changed)
    server.refused("list-users", 403)
    server.ok("list-users", login={**server.login, "Password": "another-password"})


def test_allow_list_of_addresses(server: Any) -> None:
    security = server.ok("account/properties")["Security"]
    server.refused("account/set-properties", 400, Security={**security, "IPWhitelist": "^10[.]"})
    server.ok("account/set-properties", Security={**security, "IPWhitelist": "^127[.]"})
    server.ok("list-users")


def test_start_as_user_and_hybrid(server: Any) -> None:
    server.user("alice", "password-1")
    started = server.ok("account/session-start-as-user", TargetUser="alice")
    assert started["SessionType"] == "user"
    own = server.ok("user/web/get-user-profile-and-hash", login=session(server, started["SessionKey"], "alice"))
    assert own["Profile"]["Username"] == "alice"
    server.refused("list-users", 403, login=session(server, started["SessionKey"], "alice"))
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    assert server.ok("hybrid/session/start", login=alice)["SessionType"] == "user"
    assert server.ok("hybrid/session/start")["SessionType"] == "admin"


def test_suspended_user_cannot_log_in(server: Any) -> None:
    profile = server.user("alice", "password-1")
    key = session(server, server.ok("account/session-start-as-user", TargetUser="alice")["SessionKey"], "alice")
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**profile, "IsSuspended": True})
    assert server.ok("get-user-profile", TargetUser="alice")["LastSuspended"] > 0
    server.refused("user/web/get-user-profile-and-hash", 403, login=key)


def test_user_turns_second_factor_on_and_admin_off(server: Any) -> None:
    server.user("alice", "password-1")
    key = session(server, server.ok("account/session-start-as-user", TargetUser="alice")["SessionKey"], "alice")
    first = server.ok("get-user-profile-hash", TargetUser="alice")["ProfileHash"]
    made = server.ok("user/web/account/regenerate-totp", login=key, ProfileHash=first)
    code = codes_of(made["URL"]).now()
    server.ok("user/web/account/validate-totp", login=key, ProfileHash=made["ProfileHash"], TOTPCode=code)
    own = server.ok("user/web/get-user-profile-and-hash", login=key)
    assert own["ProfileHash"] == made["ProfileHash"]
    asked = {**own["Profile"], "AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True}
    server.ok("user/web/set-profile-hash", login=key, ProfileData=asked, ProfileHash=made["ProfileHash"])
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    assert server.raw("user/web/session/start", login=alice).status_code == 449
    server.ok("disable-user-totp", TargetUser="alice")
    server.ok("user/web/session/start", login=alice)


def test_empty_server_takes_its_first_administrator(server: Any) -> None:
    first = {"TargetUser": "first", "TargetPassword": "first-password"}
    server.refused("add-first-admin-user", 403, login={}, **first)
    server.ok("admin-user/delete", TargetUser="admin")
    assert server.http.get(server.url + "gen/branding.props", timeout=10).json()["ServerIsEmpty"] is True
    server.ok("add-first-admin-user", login={}, **first)
    server.ok("list-users", login={"Username": "first", "AuthType": "Password", "Password": "first-password"})


ALICE = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
ADMIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
WRONG = {**ADMIN, "Password": "x"}


def protect(direct: Any, *, threshold: int = 3, cooldown: int = 60) -> None:
    config = direct.emulator.store.document("server", "config")
    config["LoginProtection"] = {"Enabled": True, "FailureThreshold": threshold, "CooldownSeconds": cooldown}
    direct.emulator.store.put("server", "config", config)


@pytest.mark.parametrize(("reply", "http_status"), [("403", 200), ("429", 429)])
def test_too_many_failures(direct: Any, reply: str, http_status: int) -> None:
    protect(direct)
    direct.emulator.switches.set("login_protection_reply", reply)
    other = direct.admin("other")
    assert [direct.status("AdminListUsers", WRONG) for _unused in range(3)] == [403, 403, 403]
    answer = direct.send("AdminListUsers", ADMIN)
    assert answer.status == http_status
    assert json.loads(bytes(answer.body))["Status"] == int(reply)
    assert "slow down" in json.loads(bytes(answer.body))["Message"]
    assert direct.status("AdminListUsers", other) == 200
    direct.emulator.clock.advance(59)
    assert direct.status("AdminListUsers") == int(reply)
    direct.emulator.clock.advance(2)
    assert direct.status("AdminListUsers") == 200


def test_users_are_protected_by_themselves(direct: Any) -> None:
    protect(direct, threshold=1)
    direct.user("alice")
    same_name = direct.admin("alice")
    assert direct.status("UserWebSessionStart", {**ALICE, "Password": "x"}) == 403
    assert "slow down" in direct.call("UserWebSessionStart", ALICE)["Message"]
    assert direct.status("AdminListUsers", same_name) == 200
    assert direct.status("UserWebSessionStart", {**ALICE, "Username": "nobody"}) == 403
    assert "slow down" in direct.call("UserWebSessionStart", {**ALICE, "Username": "nobody"})["Message"]


@pytest.mark.parametrize(("choice", "status"), [("in_a_row", 200), ("all", 403)])
def test_a_good_login_between_failures(direct: Any, choice: str, status: int) -> None:
    protect(direct, threshold=2)
    direct.emulator.switches.set("login_failures", choice)
    for login in (WRONG, ADMIN, WRONG):
        direct.status("AdminListUsers", login)
    assert direct.status("AdminListUsers") == status


def test_older_servers_know_no_protection(direct: Any) -> None:
    protect(direct, threshold=1)
    direct.emulator.set_version("24.12.1")
    direct.status("AdminListUsers", WRONG)
    assert direct.status("AdminListUsers") == 200


def trust_proxies(direct: Any) -> None:
    config = direct.emulator.store.document("server", "config")
    config["TrustXForwardedFor"] = True
    direct.emulator.store.put("server", "config", config)


@pytest.mark.parametrize(("choice", "http_status"), [("body", 200), ("http", 403)])
def test_address_that_is_not_allowed(direct: Any, choice: str, http_status: int) -> None:
    direct.emulator.switches.set("address_refused", choice)
    direct.call("AdminAccountSetProperties", Security={**own_security(direct), "IPWhitelist": "^127[.]"})
    key = direct.session("admin", "/admin", "admin")
    assert direct.status("AdminListUsers", key) == 200
    direct.client = "10.0.0.7"
    for login in (ADMIN, key):
        answer = direct.send("AdminListUsers", login)
        assert (answer.status, json.loads(bytes(answer.body))["Status"]) == (http_status, 403)
        assert "address" in json.loads(bytes(answer.body))["Message"]


def own_security(direct: Any) -> dict[str, Any]:
    return dict(direct.call("AdminAccountProperties")["Security"])


def test_address_behind_a_proxy(direct: Any) -> None:
    direct.headers["x-forwarded-for"] = "198.51.100.7, 127.0.0.1"
    pattern = {"IPWhitelist": "^198[.]51"}
    assert direct.status("AdminAccountSetProperties", Security={**own_security(direct), **pattern}) == 400
    trust_proxies(direct)
    assert direct.status("AdminAccountSetProperties", Security={**own_security(direct), **pattern}) == 200
    direct.headers["x-forwarded-for"] = "203.0.113.9, 198.51.100.7"
    assert direct.status("AdminListUsers") == 403
    del direct.headers["x-forwarded-for"]
    direct.client = "198.51.100.8"
    assert direct.status("AdminListUsers") == 200


def test_proxies_are_not_trusted_unasked(server: Any) -> None:
    security = server.ok("account/properties")["Security"]
    server.ok("account/set-properties", Security={**security, "IPWhitelist": r"^127\."})
    elsewhere = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    server.ok("meta/version", headers=elsewhere)
    assert server.ok("dispatcher/get-default-login-url", OrganizationID="", headers=elsewhere)["LoginURL"] == server.url


def test_login_in_headers(direct: Any) -> None:
    direct.headers.update({f"x-comet-admin-{name.lower()}": value for name, value in ADMIN.items()})
    assert direct.status("AdminListUsers", {}) == 200
    direct.headers["x-comet-admin-password"] = "x"
    assert direct.status("AdminListUsers", {}) == 403
    assert direct.status("AdminListUsers", ADMIN) == 200


@pytest.mark.parametrize(
    "login",
    [
        {"Username": "admin", "Password": "admin"},
        {**ADMIN, "AuthType": "password"},
        {**ADMIN, "AuthType": "TOTP", "TOTP": "123456"},
        {**ADMIN, "AuthType": "PasswordTOTP", "TOTP": "123456"},
        {**ADMIN, "AuthType": "PasswordU2F"},
        {**ADMIN, "AuthType": "PasswordWebAuthn"},
        {**ADMIN, "AuthType": "LKey", "LKey": "x"},
        {**ADMIN, "Username": "ADMIN"},
        {**ADMIN, "Password": ""},
    ],
)
def test_other_logins_are_refused(direct: Any, login: dict[str, str]) -> None:
    assert direct.call("AdminListUsers", login) == {"Status": 403, "Message": "Unauthorised"}


def test_users_have_no_use_for_the_keys_of_administrators(direct: Any) -> None:
    direct.user("alice")
    for kind in ("LKey", "TOTP", "PasswordTOTP", "PasswordWebAuthn", ""):
        assert direct.status("UserWebGetUserProfileAndHash", {**ALICE, "AuthType": kind}) == 403


@pytest.mark.parametrize(
    ("choice", "http_status", "in_body", "named"),
    [("both", 449, 449, True), ("http", 449, 449, False), ("body", 200, 403, True)],
)
def test_how_a_second_factor_is_asked_for(
    direct: Any, choice: str, http_status: int, in_body: int, named: bool
) -> None:
    direct.emulator.switches.set("second_factor_reply", choice)
    direct.user("alice")
    factors = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True, "TOTPKey": SECRET}
    direct.control("profile", {"user": "alice", "members": factors})
    answer = direct.send("UserWebSessionStart", ALICE)
    document = json.loads(bytes(answer.body))
    assert (answer.status, document["Status"]) == (http_status, in_body)
    assert ("ERR_TOTP_REQUIRED" in document["Message"]) is named
    assert ("X-Comet-TOTP-Requested" in answer.headers) is (http_status == 449)
    code = pyotp.TOTP(SECRET).at(direct.emulator.clock.now())
    login = {**ALICE, "AuthType": "PasswordTOTP", "TOTP": code}
    assert [direct.status("UserWebSessionStart", login) for _unused in range(2)] == [200, 403]


def test_codes_of_the_steps_around_are_good_once(direct: Any) -> None:
    direct.user("alice")
    factors = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True, "TOTPKey": SECRET}
    direct.control("profile", {"user": "alice", "members": factors})
    totp, now = pyotp.TOTP(SECRET), direct.emulator.clock.now()

    def status(moment: int) -> int:
        return int(direct.status("UserWebGetJobs", {**ALICE, "AuthType": "PasswordTOTP", "TOTP": totp.at(moment)}))

    assert [status(now + shift) for shift in (-90, -30, 0, 0, -30, 30, 90)] == [403, 200, 200, 403, 403, 200, 403]


def test_hybrid_tries_both_kinds(direct: Any) -> None:
    direct.user("alice")
    direct.user("admin")
    assert direct.call("HybridSessionStart")["SessionType"] == "admin"
    assert direct.call("HybridSessionStart", ALICE)["SessionType"] == "user"
    assert direct.call("HybridSessionStart", {**ADMIN, "Password": "password-1"})["SessionType"] == "user"
    assert direct.status("HybridSessionStart", WRONG) == 403
    assert direct.status("HybridSessionStart", {**ALICE, "Username": "nobody"}) == 403
    for kind, account, name in (("admin", "/admin", "admin"), ("user", "alice", "alice")):
        assert direct.call("HybridSessionStart", direct.session(kind, account, name))["SessionType"] == kind


def test_hybrid_failures_of_users_do_not_lock_administrators(direct: Any) -> None:
    protect(direct, threshold=1)
    direct.user("alice")
    direct.status("HybridSessionStart", {**ALICE, "Password": "x"})
    assert set(direct.emulator.failed_logins) == {"user/alice"}


@pytest.mark.parametrize("choice", ["host", "credentials"])
def test_equal_names_in_several_tenants(direct: Any, choice: str) -> None:
    direct.emulator.switches.set("tenant_admin_by", choice)
    acme = direct.call("AdminOrganizationSet", Organization={"Name": "acme", "Hosts": ["acme.example.com"]})["ID"]
    for organization in ("", acme):
        direct.admin("root", organization)
    login = {"Username": "root", "AuthType": "Password", "Password": "password-1"}
    assert direct.call("AdminAccountProperties", login)["OrganizationID"] == ""
    direct.headers["host"] = "ACME.example.com:8060"
    seen = direct.call("AdminAccountProperties", login)["OrganizationID"]
    assert seen == (acme if choice == "host" else "")
