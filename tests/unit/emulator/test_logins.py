"""Who may call what, and how they prove it."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def session(server: Any, key: str, username: str = "admin") -> dict[str, str]:
    return {"Username": username, "AuthType": "SessionKey", "SessionKey": key}


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


def test_session_expires(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["SessionSettings"]["ExpiredInSeconds"] = 1
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    key = session(server, server.ok("account/session-start")["SessionKey"])
    server.ok("list-users", login=key)
    time.sleep(1.1)
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
    totp = pyotp.parse_uri(url)
    assert isinstance(totp, pyotp.TOTP)
    server.ok("account/validate-totp", TOTPCode=totp.now())
    server.refused("account/validate-totp", 400, TOTPCode="12")
    security = server.ok("account/properties")["Security"]
    server.ok("account/set-properties", Security={**security, "AllowPasswordAndTOTPLogin": True})
    server.ok("list-users", login={**server.login, "AuthType": "PasswordTOTP", "TOTP": totp.now()})


def test_own_properties_round_trip_and_new_password(server: Any) -> None:
    properties = server.ok("account/properties")
    assert properties["Security"]["Password"].startswith("obscured:")
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
    code = pyotp.parse_uri(made["URL"]).now()
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


def test_permissions_withhold_methods(server: Any) -> None:
    config = server.ok("meta/server-config/get")
    denied = {"PreventEditServerSettings": True, "PreventServerShutdown": True, "PreventRequestStorageVault": True}
    limited = {"Username": "lim", "Password": "lim-password", "AllowPasswordLogin": True}
    config["AdminUsers"].append({**limited, "Permissions": {**denied, "AllowEditBranding": True}})
    server.ok("meta/server-config/set", Config=config)
    server.wait()
    login = {"Username": "lim", "AuthType": "Password", "Password": "lim-password"}
    server.refused("meta/server-config/get", 403, login=login)
    server.refused("meta/restart-service", 403, login=login)
    server.refused("meta/email-options/get", 403, login=login)
    server.refused("request-storage-vault", 403, login=login, TargetUser="x", StorageProvider="y")
    server.ok("meta/branding-config/get", login=login)
    server.ok("list-users", login=login)
