"""What the switches about documents, objects and logins change, for ``test_switches``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

VALUES = {
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


def status(answer: Any) -> Any:
    return answer.get("Status")


def hash_mismatch_status(server: Any) -> Any:
    profile = server.user()
    return status(server.call("set-user-profile-hash", TargetUser="alice", ProfileData=profile, RequireHash="x"))


def create_existing_status(server: Any) -> Any:
    server.user()
    return status(server.call("add-user", TargetUser="alice", TargetPassword="password-1"))


def unknown_object_status(server: Any) -> Any:
    return status(server.call("policies/get", PolicyID="x"))


def delete_unknown_status(server: Any) -> Any:
    return status(server.call("policies/delete", PolicyID="x"))


def unknown_user_status(server: Any) -> Any:
    return status(server.call("get-user-profile", TargetUser="x"))


def unknown_user_status_tenant(server: Any) -> Any:
    server.tenant()
    return status(server.call("get-user-profile", TargetUser="x", login=server.as_tenant()))


def policy_delete_in_use(server: Any) -> Any:
    server.ok("policies/set", PolicyID="p", Policy={})
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "p"})
    return status(server.call("policies/delete", PolicyID="p"))


def unknown_policy(server: Any) -> Any:
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "PolicyID": "x"}))


def unknown_shared_quota(server: Any) -> Any:
    profile = server.user()
    profile["Destinations"]["vault"] = {"Description": "Office", "StorageLimitID": "nobody's"}
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData=profile))


def deleted_group_members(server: Any) -> Any:
    server.user()
    group = server.ok("user-groups/new", Name="Gold")["UserGroupID"]
    server.ok("user-groups/set-users-for-group", GroupID=group, Users=["alice"])
    server.ok("user-groups/delete", GroupID=group)
    return bool(server.ok("get-user-profile", TargetUser="alice")["GroupID"])


def empty_collections(server: Any) -> Any:
    profile = server.user()
    return (server.call("organization/list"), profile["Emails"], profile["Destinations"])


def omit_when_zero(server: Any) -> Any:
    return "OrganizationID" in server.user()


def keep_unknown_members(server: Any) -> Any:
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "Newer": 1})
    return "Newer" in server.ok("get-user-profile", TargetUser="alice")


def check_enumerations(server: Any) -> Any:
    return status(server.call("policies/new", Policy={"Policy": {"ModeAdminResetPassword": 99}}))


def config_secrets(server: Any) -> Any:
    server.ok("meta/email-options/set", EmailOptions={"SMTPPassword": "secret"})
    return server.ok("meta/email-options/get")["SMTPPassword"]


def obscured_secrets_sent_back(server: Any) -> Any:
    server.ok("meta/email-options/set", EmailOptions={"SMTPPassword": "secret"})
    server.ok("meta/email-options/set", EmailOptions=server.ok("meta/email-options/get"))
    server.switch(config_secrets="plain")
    stored = server.ok("meta/email-options/get")["SMTPPassword"]
    server.switch(config_secrets="obscured")
    return stored


def submitted_read_only(server: Any) -> Any:
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), "CreateTime": 7})
    return server.ok("get-user-profile", TargetUser="alice")["CreateTime"] == 7


def set_protected_item_rules(server: Any) -> Any:
    server.user()
    where = {"TargetUser": "alice", "SourceID": "s"}
    server.ok("set-protected-item-with-backup-rules", **where, Source={}, BackupRules={"a": {}})
    server.ok("set-protected-item-with-backup-rules", **where, BackupRules={"b": {}})
    return sorted(server.ok("get-user-profile", TargetUser="alice")["BackupRules"])


def delete_protected_item_rules(server: Any) -> Any:
    server.user()
    where = {"TargetUser": "alice", "SourceID": "s"}
    server.ok("set-protected-item-with-backup-rules", **where, Source={}, BackupRules={"a": {}})
    server.ok("delete-protected-item", **where)
    return sorted(server.ok("get-user-profile", TargetUser="alice")["BackupRules"])


def revoke_device_items(server: Any) -> Any:
    parts = {"Devices": {"d": {"FriendlyName": "PC"}}, "Sources": {"s": {"OwnerDevice": "d"}}}
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), **parts})
    server.ok("revoke-device", TargetUser="alice", TargetDevice="d")
    return sorted(server.ok("get-user-profile", TargetUser="alice")["Sources"])


def fragment_set_restarts(server: Any) -> Any:
    start = server.ok("meta/version")["ServerStartHash"]
    server.ok("meta/email-options/set", EmailOptions={"FromName": "x"})
    return server.wait()["ServerStartHash"] == start


def sessions_survive_restart(server: Any) -> Any:
    key = server.ok("account/session-start")["SessionKey"]
    server.ok("meta/restart-service")
    server.wait()
    return "Status" in server.call(
        "organization/list", login={"Username": "admin", "AuthType": "SessionKey", "SessionKey": key}
    )


def unknown_path(server: Any) -> Any:
    return server.raw("no/such").status_code


def disabled_role(server: Any) -> Any:
    server.ok("meta/build-config/set", SoftwareBuildRoleConfig={"RoleEnabled": False})
    return server.raw("branding/available-platforms").status_code


def protect_logins(server: Any, **rule: Any) -> None:
    config = server.ok("meta/server-config/get")
    config["LoginProtection"] = {"Enabled": True, "FailureThreshold": 1, "CooldownSeconds": 60, **rule}
    server.ok("meta/server-config/set", Config=config)
    server.wait()


def login_protection_reply(server: Any) -> Any:
    protect_logins(server)
    wrong = {"Username": "nobody", "AuthType": "Password", "Password": "x"}
    assert server.raw("list-users", login=wrong).status_code == 200
    return server.raw("list-users", login=wrong).status_code


def login_failures(server: Any) -> Any:
    protect_logins(server, FailureThreshold=2)
    wrong = {**server.login, "Password": "x"}
    for login in (wrong, server.login, wrong):
        server.raw("list-users", login=login)
    return server.call("organization/list")


def address_refused(server: Any) -> Any:
    elsewhere = {"Username": "away", "Password": "away-password", "AllowPasswordLogin": True, "IPWhitelist": "^10[.]"}
    server.change_config(lambda config: config["AdminUsers"].append(elsewhere))
    login = {"Username": "away", "AuthType": "Password", "Password": "away-password"}
    return server.raw("list-users", login=login).status_code


def delete_admin_of_many(server: Any) -> Any:
    for name in ("ACME", "Globex"):
        server.ok("admin-user/new", TargetUser="root", TargetPassword="password-1", TargetOrgID=server.tenant(name))
    return status(server.call("admin-user/delete", TargetUser="root"))


def second_factor_reply(server: Any) -> Any:
    server.user()
    profile = server.ok("get-user-profile", TargetUser="alice")
    factors = {"AllowPasswordLogin": False, "AllowPasswordAndTOTPLogin": True, "TOTPKey": "JBSWY3DPEHPK3PXP"}
    server.control("profile", {"user": profile["Username"], "members": factors})
    alice = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    response = server.raw("user/web/session/start", login=alice)
    return response.status_code, "X-Comet-TOTP-Requested" in response.headers, response.json()["Message"]


def tenant_roles(server: Any) -> Any:
    server.tenant()
    return server.raw("constellation/status", login=server.as_tenant()).status_code


def pending_sessions(server: Any) -> Any:
    factors = {"AllowPasswordAndTOTPLogin": True, "TOTPKey": "JBSWY3DPEHPK3PXP", "TOTPKeyEncryptionFormat": 1}
    admin = {"Username": "otto", "Password": "otto-password", **factors}
    server.change_config(lambda config: config["AdminUsers"].append(admin))
    login = {"Username": "otto", "AuthType": "Password", "Password": "otto-password"}
    return "SessionKey" in server.raw("account/session-start", login=login).json()


def suspended_tenant_admins(server: Any) -> Any:
    acme = server.tenant()
    server.ok("organization/set", OrganizationID=acme, Organization={"Name": "ACME", "IsSuspended": True})
    return server.call("list-users", login=server.as_tenant())


def denied_server_info(server: Any) -> Any:
    return "Version" in server.call("meta/version", login=server.limited(DenyViewServerInfo=True))


def denied_build_role(server: Any) -> Any:
    return status(server.call("branding/available-platforms", login=server.limited(DenySoftwareBuildRole=True)))


def prevented_password_change(server: Any) -> Any:
    return status(server.call("account/regenerate-totp", login=server.limited(PreventChangePassword=True)))


def user_changes_not_allowed(server: Any) -> Any:
    server.user()
    own = {"Username": "alice", "AuthType": "Password", "Password": "password-1"}
    seen = server.ok("user/web/get-user-profile-and-hash", login=own)
    changed = {**seen["Profile"], "MaximumDevices": 7}
    answer = server.call("user/web/set-profile-hash", login=own, ProfileData=changed, ProfileHash=seen["ProfileHash"])
    return status(answer)


def tenant_admin_by(server: Any) -> Any:
    acme = server.tenant("ACME", "backup.acme.example")
    server.ok("admin-user/new", TargetUser="admin", TargetPassword="admin", TargetOrgID=acme)
    headers = {"Host": "backup.acme.example"}
    return server.ok("account/properties", headers=headers)["OrganizationID"] == acme


def default_policy_scope(server: Any) -> Any:
    acme = server.tenant()
    server.ok("policies/set", PolicyID="a", Policy={"DefaultUserPolicy": True})
    server.ok("policies/set", PolicyID="b", Policy={"DefaultUserPolicy": True, "OrganizationID": acme})
    return server.ok("policies/list-full")["a"]["DefaultUserPolicy"]


def validation(server: Any) -> Any:
    changed = {**server.user(), "LocalTimezone": "Moon/Crater"}
    return status(server.call("set-user-profile", TargetUser="alice", ProfileData=changed))


def organization_set_unknown_id(server: Any) -> Any:
    return status(server.call("organization/set", OrganizationID="own", Organization={"Name": "x"}))


def policies_new_returns_id(server: Any) -> Any:
    return "PolicyID" in server.ok("policies/new", Policy={})


def resource_hash(server: Any) -> Any:
    headers = {f"X-Comet-Admin-{name}": value for name, value in server.login.items()}
    url = server.url + "api/v1/admin/meta/resource/new"
    answers = [server.http.post(url, headers=headers, files={"upload": b"same"}, timeout=10).json() for _unused in "ab"]
    return answers[0]["ResourceHash"] == answers[1]["ResourceHash"]


def new_tenant_admin_permissions(server: Any) -> Any:
    server.tenant()
    return server.ok("account/properties", login=server.as_tenant())["Permissions"]


def clock_skew_seconds(server: Any) -> Any:
    return abs(server.ok("meta/version")["CurrentTime"] - time.time()) < 60


def latency_ms(server: Any) -> Any:
    start = time.monotonic()
    server.ok("organization/list")
    return time.monotonic() - start > 0.14


def random_502(server: Any) -> Any:
    return server.raw("organization/list").status_code


def restart_seconds(server: Any) -> Any:
    start = time.monotonic()
    server.ok("meta/restart-service")
    server.wait()
    return time.monotonic() - start > 0.75


def bcrypt_rounds(server: Any) -> Any:
    return server.user()["PasswordHash"].split("$")[2]


def gzip_limit_bytes(server: Any) -> Any:
    server.user()
    return "Content-Encoding" in server.raw("get-user-profile", TargetUser="alice").headers


PROBES: dict[str, Callable[[Any], Any]] = {
    probe.__name__: probe
    for probe in (
        hash_mismatch_status,
        create_existing_status,
        unknown_object_status,
        delete_unknown_status,
        unknown_user_status,
        unknown_user_status_tenant,
        policy_delete_in_use,
        unknown_policy,
        unknown_shared_quota,
        deleted_group_members,
        empty_collections,
        omit_when_zero,
        keep_unknown_members,
        check_enumerations,
        config_secrets,
        obscured_secrets_sent_back,
        submitted_read_only,
        set_protected_item_rules,
        delete_protected_item_rules,
        revoke_device_items,
        fragment_set_restarts,
        sessions_survive_restart,
        unknown_path,
        disabled_role,
        login_protection_reply,
        login_failures,
        address_refused,
        delete_admin_of_many,
        second_factor_reply,
        tenant_roles,
        pending_sessions,
        suspended_tenant_admins,
        denied_server_info,
        denied_build_role,
        prevented_password_change,
        user_changes_not_allowed,
        tenant_admin_by,
        default_policy_scope,
        validation,
        organization_set_unknown_id,
        policies_new_returns_id,
        resource_hash,
        new_tenant_admin_permissions,
        clock_skew_seconds,
        latency_ms,
        random_502,
        restart_seconds,
        bcrypt_rounds,
        gzip_limit_bytes,
    )
}
