"""Every switch changes what it says; a switch without a test here is found by the first test."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulator import device_probes, event_probes, job_probes, server_probes
from comet_emulator.core.switches import BY_NAME, Switches, UnknownSwitch

CASES: dict[str, Callable[[Any], Any]] = {
    **event_probes.PROBES,
    **device_probes.PROBES,
    **job_probes.PROBES,
    **server_probes.PROBES,
}
VALUES = {
    **event_probes.VALUES,
    **device_probes.VALUES,
    **job_probes.VALUES,
    **server_probes.VALUES,
    "hash_mismatch_status": 500,
    "create_existing_status": 409,
    "unknown_object_status": 404,
    "delete_unknown_status": 200,
    "unknown_user_status": 403,
    "unknown_user_status_tenant": 400,
    "random_502": 1.0,
    "clock_skew_seconds": -600,
    "latency_ms": 150,
    "restart_seconds": 0.8,
    "bcrypt_rounds": 5,
    "gzip_limit_bytes": 10,
}


def case(name: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def register(probe: Callable[[Any], Any]) -> Callable[[Any], Any]:
        CASES[name] = probe
        return probe

    return register


def other_value(name: str) -> Any:
    """A value of the switch that is not its default."""
    switch = BY_NAME[name]
    if name in VALUES:
        return VALUES[name]
    if isinstance(switch.default, bool):
        return not switch.default
    return next(choice for choice in switch.choices if choice != switch.default)


def test_every_switch_is_probed() -> None:
    assert set(CASES) == set(BY_NAME)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_switch_has_an_effect(server: Any, name: str) -> None:
    probe = CASES[name]
    seen = probe(server)
    server.control("restore", {"name": "first day"})
    server.switch(**{name: other_value(name)})
    assert probe(server) != seen


def test_unknown_switch_or_value() -> None:
    switches = Switches()
    with pytest.raises(UnknownSwitch, match=r"there are .*omit_when_zero"):
        switches.set("nonsense", 1)
    with pytest.raises(UnknownSwitch, match="one of 400, 403, 404, 409, 500"):
        switches.set("hash_mismatch_status", "200")
    with pytest.raises(UnknownSwitch, match="true or false"):
        switches.set("omit_when_zero", "perhaps")
    with pytest.raises(UnknownSwitch, match="an integer"):
        switches.set("latency_ms", "long")


def status(answer: Any) -> Any:
    return answer.get("Status")


@case("hash_mismatch_status")
def _unused(server: Any) -> Any:
    profile = server.user()
    return status(server.call("set-user-profile-hash", TargetUser="alice", ProfileData=profile, RequireHash="x"))


@case("create_existing_status")
def _unused(server: Any) -> Any:
    server.user()
    return status(server.call("add-user", TargetUser="alice", TargetPassword="password-1"))


@case("unknown_object_status")
def _unused(server: Any) -> Any:
    return status(server.call("policies/get", PolicyID="x"))


@case("delete_unknown_status")
def _unused(server: Any) -> Any:
    return status(server.call("policies/delete", PolicyID="x"))


@case("unknown_user_status")
def _unused(server: Any) -> Any:
    return status(server.call("get-user-profile", TargetUser="x"))


@case("unknown_user_status_tenant")
def _unused(server: Any) -> Any:
    server.tenant()
    return status(server.call("get-user-profile", TargetUser="x", login=server.as_tenant()))


@case("policy_delete_in_use")
def _unused(server: Any) -> Any:
    server.ok("policies/set", PolicyID="p", Policy={})
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "p"})
    return status(server.call("policies/delete", PolicyID="p"))


@case("unknown_policy")
def _unused(server: Any) -> Any:
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "x"}))


@case("unknown_shared_quota")
def _unused(server: Any) -> Any:
    profile = server.user()
    profile["Destinations"]["vault"] = {"Description": "Office", "StorageLimitID": "nobody's"}
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData=profile))


@case("deleted_group_members")
def _unused(server: Any) -> Any:
    server.user()
    group = server.ok("user-groups/new", Name="Gold")["UserGroupID"]
    server.ok("user-groups/set-users-for-group", GroupID=group, Users=["alice"])
    server.ok("user-groups/delete", GroupID=group)
    return bool(server.ok("get-user-profile", TargetUser="alice")["GroupID"])


@case("empty_collections")
def _unused(server: Any) -> Any:
    profile = server.user()
    return (server.call("organization/list"), profile["Emails"], profile["Destinations"])


@case("omit_when_zero")
def _unused(server: Any) -> Any:
    return "OrganizationID" in server.user()


@case("keep_unknown_members")
def _unused(server: Any) -> Any:
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "Newer": 1})
    return "Newer" in server.ok("get-user-profile", TargetUser="alice")


@case("check_enumerations")
def _unused(server: Any) -> Any:
    return status(server.call("policies/new", Policy={"Policy": {"ModeAdminResetPassword": 99}}))


@case("config_secrets")
def _unused(server: Any) -> Any:
    server.ok("meta/email-options/set", EmailOptions={"SMTPPassword": "secret"})
    return server.ok("meta/email-options/get")["SMTPPassword"]


@case("obscured_secrets_sent_back")
def _unused(server: Any) -> Any:
    server.ok("meta/email-options/set", EmailOptions={"SMTPPassword": "secret"})
    server.ok("meta/email-options/set", EmailOptions=server.ok("meta/email-options/get"))
    server.switch(config_secrets="plain")
    stored = server.ok("meta/email-options/get")["SMTPPassword"]
    server.switch(config_secrets="obscured")
    return stored


@case("submitted_read_only")
def _unused(server: Any) -> Any:
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "CreateTime": 7})
    return server.ok("get-user-profile", TargetUser="alice")["CreateTime"] == 7


@case("set_protected_item_rules")
def _unused(server: Any) -> Any:
    server.user()
    where = {"TargetUser": "alice", "SourceID": "s"}
    server.ok("set-protected-item-with-backup-rules", **where, Source={}, BackupRules={"a": {}})
    server.ok("set-protected-item-with-backup-rules", **where, BackupRules={"b": {}})
    return sorted(server.ok("get-user-profile", TargetUser="alice")["BackupRules"])


@case("delete_protected_item_rules")
def _unused(server: Any) -> Any:
    server.user()
    where = {"TargetUser": "alice", "SourceID": "s"}
    server.ok("set-protected-item-with-backup-rules", **where, Source={}, BackupRules={"a": {}})
    server.ok("delete-protected-item", **where)
    return sorted(server.ok("get-user-profile", TargetUser="alice")["BackupRules"])


@case("revoke_device_items")
def _unused(server: Any) -> Any:
    parts = {"Devices": {"d": {"FriendlyName": "PC"}}, "Sources": {"s": {"OwnerDevice": "d"}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), **parts})
    server.ok("revoke-device", TargetUser="alice", TargetDevice="d")
    return sorted(server.ok("get-user-profile", TargetUser="alice")["Sources"])


@case("fragment_set_restarts")
def _unused(server: Any) -> Any:
    start = server.ok("meta/version")["ServerStartHash"]
    server.ok("meta/email-options/set", EmailOptions={"FromName": "x"})
    return server.wait()["ServerStartHash"] == start


@case("sessions_survive_restart")
def _unused(server: Any) -> Any:
    key = server.ok("account/session-start")["SessionKey"]
    server.ok("meta/restart-service")
    server.wait()
    return "Status" in server.call(
        "organization/list", login={"Username": "admin", "AuthType": "SessionKey", "SessionKey": key}
    )


@case("unknown_path")
def _unused(server: Any) -> Any:
    return server.raw("no/such").status_code


@case("disabled_role")
def _unused(server: Any) -> Any:
    server.ok("meta/build-config/set", SoftwareBuildRoleConfig={"RoleEnabled": False})
    return server.raw("branding/available-platforms").status_code


def protect_logins(server: Any, **rule: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["LoginProtection"] = {"Enabled": True, "FailureThreshold": 1, "CooldownSeconds": 60, **rule}
    server.ok("meta/server-config/set", Config=config)
    server.wait()


@case("login_protection_reply")
def _unused(server: Any) -> Any:
    protect_logins(server)
    wrong = {"Username": "nobody", "AuthType": "Password", "Password": "x"}
    assert server.raw("list-users", login=wrong).status_code == 200
    return server.raw("list-users", login=wrong).status_code


@case("login_failures")
def _unused(server: Any) -> Any:
    protect_logins(server, FailureThreshold=2)
    wrong = {**server.login, "Password": "x"}
    for login in (wrong, server.login, wrong):
        server.raw("list-users", login=login)
    return server.call("organization/list")


@case("address_refused")
def _unused(server: Any) -> Any:
    elsewhere = {"Username": "away", "Password": "away-password", "AllowPasswordLogin": True, "IPWhitelist": "^10[.]"}
    server.change_config(lambda config: config["AdminUsers"].append(elsewhere))
    login = {"Username": "away", "AuthType": "Password", "Password": "away-password"}
    return server.raw("list-users", login=login).status_code


@case("delete_admin_of_many")
def _unused(server: Any) -> Any:
    for name in ("ACME", "Globex"):
        server.ok("admin-user/new", TargetUser="root", TargetPassword="password-1", TargetOrgID=server.tenant(name))
    return status(server.call("admin-user/delete", TargetUser="root"))


@case("second_factor_reply")
def _unused(server: Any) -> Any:
    server.user()
    profile = server.ok("get-user-profile", TargetUser="alice")
    factors = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True, "TOTPKey": "JBSWY3DPEHPK3PXP"}
    server.control("profile", {"user": profile["Username"], "members": factors})
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    response = server.raw("user/web/session/start", login=alice)
    return response.status_code, "X-Comet-TOTP-Requested" in response.headers, response.json()["Message"]


@case("tenant_roles")
def _unused(server: Any) -> Any:
    server.tenant()
    return server.raw("constellation/status", login=server.as_tenant()).status_code


@case("pending_sessions")
def _unused(server: Any) -> Any:
    factors = {"AllowPasswordAndTOTPLogin": True, "TOTPKey": "JBSWY3DPEHPK3PXP", "TOTPKeyEncryptionFormat": 1}
    admin = {"Username": "otto", "Password": "otto-password", **factors}
    server.change_config(lambda config: config["AdminUsers"].append(admin))
    login = {"Username": "otto", "AuthType": "Password", "Password": "otto-password"}
    return "SessionKey" in server.raw("account/session-start", login=login).json()


@case("suspended_tenant_admins")
def _unused(server: Any) -> Any:
    acme = server.tenant()
    server.ok("organization/set", OrganizationID=acme, Organization={"Name": "ACME", "IsSuspended": True})
    return server.call("list-users", login=server.as_tenant())


@case("denied_server_info")
def _unused(server: Any) -> Any:
    return "Version" in server.call("meta/version", login=server.limited(DenyViewServerInfo=True))


@case("denied_build_role")
def _unused(server: Any) -> Any:
    return status(server.call("branding/available-platforms", login=server.limited(DenySoftwareBuildRole=True)))


@case("prevented_password_change")
def _unused(server: Any) -> Any:
    return status(server.call("account/regenerate-totp", login=server.limited(PreventChangePassword=True)))


@case("user_changes_not_allowed")
def _unused(server: Any) -> Any:
    server.user()
    own = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    seen = server.ok("user/web/get-user-profile-and-hash", login=own)
    changed = {**seen["Profile"], "MaximumDevices": 7}
    answer = server.call("user/web/set-profile-hash", login=own, ProfileData=changed, ProfileHash=seen["ProfileHash"])
    return status(answer)


@case("tenant_admin_by")
def _unused(server: Any) -> Any:
    acme = server.tenant("ACME", "backup.acme.example")
    server.ok("admin-user/new", TargetUser="admin", TargetPassword="admin", TargetOrgID=acme)
    headers = {"Host": "backup.acme.example"}
    return server.ok("account/properties", headers=headers)["OrganizationID"] == acme


@case("default_policy_scope")
def _unused(server: Any) -> Any:
    acme = server.tenant()
    server.ok("policies/set", PolicyID="a", Policy={"DefaultUserPolicy": True})
    server.ok("policies/set", PolicyID="b", Policy={"DefaultUserPolicy": True, "OrganizationID": acme})
    return server.ok("policies/list-full")["a"]["DefaultUserPolicy"]


@case("validation")
def _unused(server: Any) -> Any:
    changed = {**server.user(), "LocalTimezone": "Moon/Crater"}
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData=changed))


@case("organization_set_unknown_id")
def _unused(server: Any) -> Any:
    return status(server.call("organization/set", OrganizationID="own", Organization={"Name": "x"}))


@case("policies_new_returns_id")
def _unused(server: Any) -> Any:
    return "PolicyID" in server.ok("policies/new", Policy={})


@case("resource_hash")
def _unused(server: Any) -> Any:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    url = server.url + "api/v1/admin/meta/resource/new"
    answers = [server.http.post(url, headers=headers, files={"upload": b"same"}, timeout=10).json() for _unused in "ab"]
    return answers[0]["ResourceHash"] == answers[1]["ResourceHash"]


@case("new_tenant_admin_permissions")
def _unused(server: Any) -> Any:
    server.tenant()
    return server.ok("account/properties", login=server.as_tenant())["Permissions"]


@case("clock_skew_seconds")
def _unused(server: Any) -> Any:
    return abs(server.ok("meta/version")["CurrentTime"] - time.time()) < 60


@case("latency_ms")
def _unused(server: Any) -> Any:
    start = time.monotonic()
    server.ok("organization/list")
    return time.monotonic() - start > 0.14


@case("random_502")
def _unused(server: Any) -> Any:
    return server.raw("organization/list").status_code


@case("restart_seconds")
def _unused(server: Any) -> Any:
    start = time.monotonic()
    server.ok("meta/restart-service")
    server.wait()
    return time.monotonic() - start > 0.75


@case("bcrypt_rounds")
def _unused(server: Any) -> Any:
    return server.user()["PasswordHash"].split("$")[2]


@case("gzip_limit_bytes")
def _unused(server: Any) -> Any:
    server.user()
    return "Content-Encoding" in server.raw("get-user-profile", TargetUser="alice").headers


def test_readme_lists_every_switch() -> None:
    readme = (Path(__file__).resolve().parents[2] / "emulator" / "README.md").read_text(encoding="utf-8")
    table = readme.split("\n## Switches\n")[1].split("\n## ")[0]
    for switch in BY_NAME.values():
        default = str(switch.default).lower() if isinstance(switch.default, bool) else switch.default
        (line,) = [line for line in table.splitlines() if line.startswith(f"| `{switch.name}` |")]
        assert f"| `{default}` |" in line
        assert line.endswith(f"| {switch.meaning} |")
