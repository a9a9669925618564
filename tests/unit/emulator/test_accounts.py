"""Accounts of administrators: their own settings, second factors, external logins, and who makes and deletes them."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pyotp
import pytest
from authenticator import SecurityKey

ADDRESS = "https://backup.example.com/"
ORIGIN = "https://backup.example.com"
ADMIN = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
PASSWORD = {"AuthType": "Password", "Password": "password-1"}
PNG = b"\x89PNG\r\n\x1a\n"


def security_of(direct: Any, login: dict[str, str] | None = None) -> dict[str, Any]:
    return dict(direct.call("AdminAccountProperties", login or ADMIN)["Security"])


def set_security(direct: Any, login: dict[str, str] | None = None, /, **changes: Any) -> int:
    changed = {**security_of(direct, login), **changes}
    return int(direct.status("AdminAccountSetProperties", login or ADMIN, Security=changed))


def codes_of(url: str) -> pyotp.TOTP:
    totp = pyotp.parse_uri(url)
    assert isinstance(totp, pyotp.TOTP)
    return totp


# Own settings


def test_sending_back_what_was_read_changes_nothing(direct: Any) -> None:
    direct.call("AdminAccountRegenerateTotp")
    digest = direct.emulator.store.digest()
    assert security_of(direct)["TOTPKey"].startswith("obscured")
    assert set_security(direct) == 200
    assert direct.emulator.store.digest() == digest


def test_the_secret_of_codes_cannot_be_set(direct: Any) -> None:
    direct.call("AdminAccountRegenerateTotp")
    stored = direct.emulator.store.document("admin", "/admin")["TOTPKey"]
    assert set_security(direct, TOTPKey="JBSWY3DPEHPK3PXP") == 200
    assert direct.emulator.store.document("admin", "/admin")["TOTPKey"] == stored


@pytest.mark.parametrize("factor", ["TOTP", "WebAuthn", "U2F"])
def test_a_second_factor_has_to_exist_first(direct: Any, factor: str) -> None:
    assert set_security(direct, **{f"AllowPasswordAnd{factor}Login": True}) == 400


def test_new_password_needs_the_present_one(direct: Any) -> None:
    login = direct.session("admin", "/admin", "admin")
    new = {"Password": "another", "PasswordFormat": 0}
    assert set_security(direct, login, **new) == 403
    assert set_security(direct, RequirePasswordChange=True, PasswordFormat=1, Password="not-plain") == 400
    assert set_security(direct, **new, RequirePasswordChange=True) == 200
    changed = {**ADMIN, "Password": "another"}
    assert direct.status("AdminListUsers", ADMIN) == 403
    assert security_of(direct, changed)["RequirePasswordChange"] is False


def test_allow_list_is_checked_before_it_is_kept(direct: Any) -> None:
    assert set_security(direct, IPWhitelist="^10[.]") == 400
    assert set_security(direct, IPWhitelist="(") == 400
    assert set_security(direct, IPWhitelist="^127[.]0[.]0[.]1$") == 200
    assert security_of(direct)["IPWhitelist"] == "^127[.]0[.]0[.]1$"


def test_older_servers_keep_the_allow_list(direct: Any) -> None:
    direct.emulator.set_version("24.12.1")
    assert set_security(direct, IPWhitelist="^127[.]") == 200
    assert not security_of(direct).get("IPWhitelist")


def test_codes(direct: Any) -> None:
    made = direct.call("AdminAccountRegenerateTotp")
    kind, _unused, data = made["Image"].partition(",")
    assert kind == "data:image/png;base64"
    assert b64decode(data).startswith(PNG)
    totp = codes_of(made["URL"])
    now = direct.emulator.clock.now()
    for _unused in range(2):
        assert direct.status("AdminAccountValidateTotp", TOTPCode=totp.at(now)) == 200
    assert direct.status("AdminAccountValidateTotp", TOTPCode=totp.at(now + 300)) == 400
    again = direct.call("AdminAccountRegenerateTotp")
    assert (again["URL"], again["Image"]) != (made["URL"], made["Image"])
    assert direct.status("AdminAccountValidateTotp", TOTPCode=totp.at(direct.emulator.clock.now())) == 400


# Security keys


def register(direct: Any, key: SecurityKey) -> int:
    asked = direct.call("AdminAccountWebauthnRequestRegistrationChallenge", SelfAddress=ADDRESS)
    answer = key.create(asked["CredentialCreationOptions"])
    arguments = {"SelfAddress": ADDRESS, "ChallengeID": asked["ChallengeID"], "Credential": answer}
    return int(direct.status("AdminAccountWebauthnSubmitChallengeResponse", **arguments))


def ask_for(direct: Any, header: str, method: str = "AdminAccountSessionStart") -> dict[str, Any]:
    """What a login by password alone is told to have signed."""
    answer = direct.send(method, SelfAddress=ADDRESS)
    assert answer.status == 449
    return dict(json.loads(answer.headers[header]))


@pytest.fixture
def webauthn(direct: Any) -> SecurityKey:
    """A registered key without which ``admin`` cannot log in."""
    key = SecurityKey(ORIGIN)
    assert register(direct, key) == 200
    assert set_security(direct, AllowPasswordLogin=False, AllowPasswordAndWebAuthnLogin=True) == 200
    return key


def signed(key: SecurityKey, request: dict[str, Any]) -> dict[str, str]:
    """The login that answers a ``WebAuthnSignRequest``."""
    answer = {"ChallengeID": request["ChallengeID"], "CredentialJSON": key.get(request["Assertion"]["publicKey"])}
    return {**ADMIN, "AuthType": "PasswordWebAuthn", "WebAuthnSign": json.dumps(answer)}


def test_creation_options_are_complete(direct: Any) -> None:
    asked = direct.call("AdminAccountWebauthnRequestRegistrationChallenge", SelfAddress=ADDRESS)
    options = asked["CredentialCreationOptions"]
    assert options["rp"] == {"id": "backup.example.com", "name": "Comet Backup"}
    assert options["user"]["name"] == "admin"
    assert len(b64decode(options["challenge"])) == 32
    assert {"type": "public-key", "alg": -7} in options["pubKeyCredParams"]
    for nonsense in ("nonsense", "//host", "http://["):
        assert direct.status("AdminAccountWebauthnRequestRegistrationChallenge", SelfAddress=nonsense) == 400


def test_login_by_webauthn(direct: Any, webauthn: SecurityKey) -> None:
    login = signed(webauthn, ask_for(direct, "X-Comet-WebAuthn-Challenge"))
    started = direct.call("AdminAccountSessionStart", login)
    assert started["SessionType"] == "admin"
    assert direct.status("AdminAccountSessionStart", login) == 403
    (stored,) = direct.emulator.store.document("admin", "/admin")["WebAuthnRegistrations"]
    assert stored["Credential"]["SignCount"] == 1
    assert not stored["Credential"]["CloneWarning"]


def test_pending_session_is_completed_by_webauthn(direct: Any, webauthn: SecurityKey) -> None:
    answer = direct.send("AdminAccountSessionStart", SelfAddress=ADDRESS)
    pending = json.loads(bytes(answer.body))["SessionKey"]
    login = signed(webauthn, json.loads(answer.headers["X-Comet-WebAuthn-Challenge"]))
    session = {"Username": "admin", "AuthType": "SessionKey", "SessionKey": pending}
    assert direct.status("AdminListUsers", session) == 403
    assert direct.status("AdminAccountSessionUpgrade", login, SessionKey=pending) == 200
    assert direct.status("AdminListUsers", session) == 200


def test_a_copied_key_is_noticed(direct: Any, webauthn: SecurityKey) -> None:
    webauthn.counter = 7
    assert direct.status("AdminListUsers", signed(webauthn, ask_for(direct, "X-Comet-WebAuthn-Challenge"))) == 200
    webauthn.counter = 3
    assert direct.status("AdminListUsers", signed(webauthn, ask_for(direct, "X-Comet-WebAuthn-Challenge"))) == 200
    (stored,) = direct.emulator.store.document("admin", "/admin")["WebAuthnRegistrations"]
    assert stored["Credential"]["CloneWarning"] is True


def test_other_keys_pages_and_answers_are_refused(direct: Any, webauthn: SecurityKey) -> None:
    stranger = SecurityKey(ORIGIN)
    assert direct.status("AdminListUsers", signed(stranger, ask_for(direct, "X-Comet-WebAuthn-Challenge"))) == 403
    stranger.id = webauthn.id
    assert direct.status("AdminListUsers", signed(stranger, ask_for(direct, "X-Comet-WebAuthn-Challenge"))) == 403
    webauthn.origin = "https://phishing.example.com"
    assert direct.status("AdminListUsers", signed(webauthn, ask_for(direct, "X-Comet-WebAuthn-Challenge"))) == 403
    for nonsense in ("", "{}", "[]", "7", '{"ChallengeID": "x", "CredentialJSON": "{}"}'):
        login = {**ADMIN, "AuthType": "PasswordWebAuthn", "WebAuthnSign": nonsense}
        assert direct.status("AdminListUsers", login) == 403


def test_challenges_grow_old(direct: Any, webauthn: SecurityKey) -> None:
    request = ask_for(direct, "X-Comet-WebAuthn-Challenge")
    direct.emulator.clock.advance(301)
    assert direct.status("AdminListUsers", signed(webauthn, request)) == 403


def test_registering_badly(direct: Any) -> None:
    key = SecurityKey("https://phishing.example.com")
    assert register(direct, key) == 400
    asked = direct.call("AdminAccountWebauthnRequestRegistrationChallenge", SelfAddress=ADDRESS)
    for credential in ("", "{}", "[]", '{"id": 1}', "no JSON"):
        arguments = {"SelfAddress": ADDRESS, "ChallengeID": asked["ChallengeID"], "Credential": credential}
        assert direct.status("AdminAccountWebauthnSubmitChallengeResponse", **arguments) == 400
    assert not security_of(direct).get("WebAuthnRegistrations")


@pytest.mark.parametrize("member", ["attestationObject", "clientDataJSON"])
def test_spoiled_answers_of_keys(direct: Any, member: str) -> None:
    key = SecurityKey(ORIGIN)
    for length in range(0, 200, 7):
        asked = direct.call("AdminAccountWebauthnRequestRegistrationChallenge", SelfAddress=ADDRESS)
        answer = json.loads(key.create(asked["CredentialCreationOptions"]))
        answer["response"][member] = answer["response"][member][:length]
        spoiled = {"SelfAddress": ADDRESS, "ChallengeID": asked["ChallengeID"], "Credential": json.dumps(answer)}
        assert direct.status("AdminAccountWebauthnSubmitChallengeResponse", **spoiled) == 400


def test_a_key_registers_once_and_can_be_taken_away(direct: Any) -> None:
    key = SecurityKey(ORIGIN)
    assert [register(direct, key), register(direct, key)] == [200, 400]
    kept = security_of(direct)["WebAuthnRegistrations"]
    assert set_security(direct, WebAuthnRegistrations=[{**kept[0], "ID": "AAAA"}]) == 200
    assert not security_of(direct).get("WebAuthnRegistrations")


def test_u2f(direct: Any) -> None:
    key, stranger = SecurityKey(ORIGIN), SecurityKey(ORIGIN)
    asked = direct.call("AdminAccountU2fRequestRegistrationChallenge", SelfAddress=ADDRESS)
    assert (asked["AppID"], asked["RegisteredKeys"]) == (ORIGIN, [])
    registration = key.u2f_register(asked["RegisterRequests"][0]["Challenge"], ORIGIN)
    arguments = {**registration, "U2FChallengeID": asked["ChallengeID"], "Description": "on my desk"}
    wrong = {**arguments, "U2FRegistrationData": stranger.u2f_register("x", ORIGIN)["U2FRegistrationData"]}
    assert direct.status("AdminAccountU2fSubmitChallengeResponse", **wrong) == 400
    assert direct.status("AdminAccountU2fSubmitChallengeResponse", **arguments) == 400
    asked = direct.call("AdminAccountU2fRequestRegistrationChallenge", SelfAddress=ADDRESS)
    registration = key.u2f_register(asked["RegisterRequests"][0]["Challenge"], ORIGIN)
    arguments = {**registration, "U2FChallengeID": asked["ChallengeID"], "Description": "on my desk"}
    assert direct.status("AdminAccountU2fSubmitChallengeResponse", **arguments) == 200
    assert set_security(direct, AllowPasswordLogin=False, AllowPasswordAndU2FLogin=True) == 200
    for signer, status in ((stranger, 403), (key, 200)):
        request = ask_for(direct, "X-Comet-U2F-Challenge", "AdminListUsers")
        assert len(request["RegisteredKeys"]) == 1
        login = {**ADMIN, "AuthType": "PasswordU2F", "U2FSign": json.dumps(signer.u2f_sign(request))}
        assert direct.status("AdminListUsers", login) == status
    assert direct.status("AdminListUsers", {**ADMIN, "AuthType": "PasswordU2F", "U2FSign": "{}"}) == 403


# External logins

EVE = {"Username": "eve", "AuthType": "Password", "Password": "from-the-directory"}


def add_source(direct: Any, login: dict[str, str] | None = None, **source: Any) -> str:
    made = direct.call("AdminExternalAuthSourcesNew", login or ADMIN, Source={"Type": "ldap", **source})
    direct.control("directory", {"source": made["ID"], "users": {"eve": "from-the-directory", "admin": "other"}})
    return str(made["ID"])


def test_who_the_directory_knows_becomes_an_administrator(direct: Any) -> None:
    assert direct.status("AdminListUsers", EVE) == 403
    source = add_source(direct, NewUserPermissions={"PreventServerShutdown": True})
    assert direct.status("AdminListUsers", {**EVE, "Password": "x"}) == 403
    assert [admin["Username"] for admin in direct.call("AdminAdminUserList")] == ["admin"]
    assert direct.status("AdminListUsers", EVE) == 200
    (eve,) = [admin for admin in direct.call("AdminAdminUserList") if admin["Username"] == "eve"]
    assert (eve["ExternalAuthenticationSource"], eve["Password"]) == (source, "")
    assert eve["Permissions"] == {"PreventServerShutdown": True}
    assert direct.status("AdminListUsers", EVE) == 200
    assert len(direct.call("AdminAdminUserList")) == 2
    direct.control("directory", {"source": source, "users": {}})
    assert direct.status("AdminListUsers", EVE) == 403


def test_without_its_source_an_account_is_closed(direct: Any) -> None:
    source = add_source(direct)
    assert direct.status("AdminListUsers", EVE) == 200
    assert direct.status("AdminExternalAuthSourcesDelete", SourceID=source) == 200
    assert direct.status("AdminListUsers", EVE) == 403


def test_a_name_of_this_server_never_asks_the_directory(direct: Any) -> None:
    add_source(direct)
    assert direct.status("AdminListUsers", {**ADMIN, "Password": "other"}) == 403


def test_newcomers_belong_to_the_tenant_of_the_source(direct: Any) -> None:
    acme = direct.tenant("acme")
    add_source(direct, direct.admin("acme-admin", acme, AllowEditExternalAuthSources=True))
    assert direct.call("AdminAccountProperties", EVE)["OrganizationID"] == acme
    assert direct.status("AdminOrganizationList", EVE) == 403


def test_an_openid_source_may_name_the_tenant(direct: Any) -> None:
    acme = direct.tenant("acme")
    add_source(direct, Type="oidc", OIDC={"Provider": "oidc", "OrganizationID": acme})
    assert direct.call("AdminAccountProperties", EVE)["OrganizationID"] == acme


def test_external_accounts_have_second_factors_but_no_password(direct: Any) -> None:
    add_source(direct, Type="oidc", OIDC={"Provider": "oidc", "ClientID": "x"})
    totp = codes_of(direct.call("AdminAccountRegenerateTotp", EVE)["URL"])
    assert set_security(direct, EVE, Password="new-password", PasswordFormat=0) == 400
    assert set_security(direct, EVE, AllowPasswordLogin=False, AllowPasswordAndTOTPLogin=True) == 200
    assert direct.send("AdminListUsers", EVE).status == 449
    code = {"AuthType": "PasswordTOTP", "TOTP": totp.at(direct.emulator.clock.now())}
    assert direct.status("AdminListUsers", {**EVE, **code}) == 200


@pytest.mark.parametrize("choice", ["password", "external"])
def test_who_gets_a_session_that_waits(direct: Any, choice: str) -> None:
    direct.emulator.switches.set("pending_sessions", choice)
    add_source(direct)
    waiting = {}
    for login in (ADMIN, EVE):
        direct.call("AdminAccountRegenerateTotp", login)
        assert set_security(direct, login, AllowPasswordLogin=False, AllowPasswordAndTOTPLogin=True) == 200
        started = direct.call("AdminAccountSessionStart", login)
        assert started["Status"] == 449
        waiting[login["Username"]] = "SessionKey" in started
    assert waiting == {"admin": choice == "password", "eve": True}


def test_a_source_may_see_to_second_factors_itself(direct: Any) -> None:
    add_source(direct, Type="oidc", OIDC={"Provider": "oidc", "SkipMFA": True})
    direct.call("AdminAccountRegenerateTotp", EVE)
    assert set_security(direct, EVE, AllowPasswordLogin=False, AllowPasswordAndTOTPLogin=True) == 200
    assert direct.status("AdminListUsers", EVE) == 200


def test_the_login_page_offers_openid(direct: Any) -> None:
    add_source(direct)
    assert "ExternalAuthenticationSources" not in direct.call("BrandingProps", {})
    add_source(direct, Type="oidc", OIDC={"Provider": "google", "DisplayName": "Log in with us"})
    (offered,) = direct.call("BrandingProps", {})["ExternalAuthenticationSources"]
    assert offered["DisplayName"] == "Log in with us"
    assert offered["LoginStartURL"].startswith("http://")


# Who makes and deletes administrators


def test_names_are_unique_within_a_tenant(direct: Any) -> None:
    acme = direct.tenant("acme")
    new = {"TargetUser": "root", "TargetPassword": "password-1"}
    statuses = [
        direct.status("AdminAdminUserNew", **new),
        direct.status("AdminAdminUserNew", **new),
        direct.status("AdminAdminUserNew", **new, TargetOrgID=acme),
        direct.status("AdminAdminUserNew", **new, TargetOrgID="nowhere"),
        direct.status("AdminAdminUserNew", **{**new, "TargetPassword": ""}),
    ]
    assert statuses == [200, 400, 200, 400, 400]


@pytest.mark.parametrize(("choice", "status"), [("first", 200), ("refused", 400)])
def test_deleting_one_of_several(direct: Any, choice: str, status: int) -> None:
    direct.emulator.switches.set("delete_admin_of_many", choice)
    new = {"TargetUser": "root", "TargetPassword": "password-1"}
    direct.call("AdminAdminUserNew", **new, TargetOrgID=direct.tenant("acme"))
    direct.call("AdminAdminUserNew", **new)
    assert direct.status("AdminAdminUserDelete", TargetUser="root") == status
    left = [admin["OrganizationID"] for admin in direct.call("AdminAdminUserList") if admin["Username"] == "root"]
    assert ("" in left) == (status == 400)
    assert len(left) == (1 if status == 200 else 2)


def test_first_administrator(direct: Any) -> None:
    first = {"TargetUser": "first", "TargetPassword": "password-1"}
    assert direct.status("AdminAddFirstAdminUser", {}, **first) == 403
    direct.emulator.store.delete("admin", "/admin")
    assert direct.status("AdminAddFirstAdminUser", {}, TargetUser="", TargetPassword="x") == 400
    direct.emulator.set_version("24.12.1")
    assert "AdminAddFirstAdminUser" not in direct.emulator.methods
    direct.emulator.set_version("24.12.2")
    assert direct.status("AdminAddFirstAdminUser", {}, **first) == 200
    assert direct.status("AdminAddFirstAdminUser", {}, **first) == 403
    assert direct.status("AdminListUsers", {"Username": "first", **PASSWORD}) == 200
