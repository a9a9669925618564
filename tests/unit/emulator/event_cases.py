"""What causes which events, for ``test_events``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

PASSWORD = {"Username": "admin", "AuthType": "Password", "Password": "admin"}
DEVICE = {"FriendlyName": "laptop"}


class Case(NamedTuple):
    """``cause`` makes just the events of ``wanted``, after ``before``. The rest is about the last of them."""

    wanted: tuple[str, ...]
    cause: Callable[[Any], Any]
    before: Callable[[Any], Any] | None = None
    type: str = ""
    resource: str = ""
    actor: str = "admin"


def member(server: Any, **members: Any) -> None:
    """A device changes Alice's profile."""
    server.control("profile", {"user": "alice", "members": members})


def user(server: Any) -> None:
    server.user()


def user_with_device(server: Any) -> None:
    user(server)
    member(server, Devices={"d1": DEVICE})


def device(server: Any, action: str, **options: Any) -> None:
    server.control("device", {"do": action, "user": "alice", "device": "d1", **options})


def live_device(server: Any) -> None:
    user(server)
    device(server, "register")


def user_session(server: Any) -> None:
    user(server)
    server.user_key = server.ok("account/session-start-as-user", TargetUser="alice")["SessionKey"]


def two_sessions(server: Any) -> None:
    """One of an administrator and one of a user; those of before are gone."""
    server.control("clock", {"advance": 1801})
    server.login = PASSWORD
    admin_session(server)
    user_session(server)


def end_user_session(server: Any) -> None:
    login = {"Username": "alice", "AuthType": "SessionKey", "SessionKey": server.user_key}
    server.ok("user/web/session/revoke", login=login)


def admin_session(server: Any) -> None:
    key = server.ok("account/session-start")["SessionKey"]
    server.other = {"Username": "admin", "AuthType": "SessionKey", "SessionKey": key}


def add_admin(server: Any) -> None:
    server.ok("admin-user/new", TargetUser="eve", TargetPassword="password-1")


def edit_admin(server: Any) -> None:
    security = server.ok("account/properties")["Security"]
    server.ok("account/set-properties", Security={**security, "IPWhitelist": "^127[.]"})


def bucket(server: Any) -> None:
    server.bucket = server.ok("storage/register-bucket")["NewBucketID"]


def tenant(server: Any) -> None:
    server.organization = server.ok("organization/set", Organization={"Name": "ACME"})["ID"]


def set_tenant(server: Any) -> None:
    server.ok("organization/set", OrganizationID=server.organization, Organization={"Name": "Emca"})


def policy(server: Any) -> None:
    server.ok("policies/set", PolicyID="p", Policy={"Description": "P"})


def group(server: Any) -> None:
    server.group = server.ok("user-groups/new", Name="G")["UserGroupID"]


def quota(server: Any) -> None:
    server.ok("squota/set-with-hash", SharedStorageQuotaID="q", SharedStorageQuota={"Description": "Q"})


CASES = {
    "user is made": Case(
        ("ACCOUNT_NEW",),
        lambda server: server.ok("add-user", TargetUser="alice", TargetPassword="password-1"),
        type="UserProfileConfig",
        resource="alice",
    ),
    "user is changed": Case(
        ("ACCOUNT_UPDATED",),
        lambda server: member(server, AccountName="A"),
        user,
        "UserProfileConfig",
        "alice",
        "alice",
    ),
    "user stays the same": Case((), lambda server: member(server, AccountName=""), user),
    "user is deleted": Case(
        ("ACCOUNT_REMOVED",), lambda server: server.ok("delete-user", TargetUser="alice"), user, "", "alice"
    ),
    "user is deleted with a device": Case(
        ("ACCOUNT_REMOVED", "DEVICE_REMOVED"),
        lambda server: server.ok("delete-user", TargetUser="alice"),
        user_with_device,
        resource="d1",
        actor="alice",
    ),
    "device registers": Case(
        ("ACCOUNT_UPDATED", "DEVICE_NEW"),
        lambda server: member(server, Devices={"d1": DEVICE}),
        user,
        "DeviceConfig",
        "d1",
        "alice",
    ),
    "device is removed": Case(
        ("ACCOUNT_UPDATED", "DEVICE_REMOVED"),
        lambda server: member(server, Devices={"d1": None}),
        user_with_device,
        "",
        "d1",
        "alice",
    ),
    "installer registers a device": Case(
        ("ACCOUNT_UPDATED", "DEVICE_NEW", "DEVICE_LIVE_CONNECT"),
        lambda server: device(server, "register"),
        user,
        resource="d1",
        actor="alice",
    ),
    "device goes offline": Case(
        ("DEVICE_LIVE_DISCONNECT",),
        lambda server: device(server, "disconnect"),
        live_device,
        resource="d1",
        actor="alice",
    ),
    "device waits in the lobby": Case(
        ("DEVICE_LOBBY_CONNECT",), lambda server: device(server, "lobby"), resource="d1", actor=""
    ),
    "device leaves the lobby": Case(
        ("DEVICE_LOBBY_DISCONNECT",),
        lambda server: device(server, "leave"),
        lambda server: device(server, "lobby"),
        resource="d1",
        actor="",
    ),
    "user logs in": Case(
        ("ACCOUNT_LOGIN", "ACCOUNT_SESSION_START"),
        lambda server: server.ok(
            "user/web/session/start",
            login={"Username": "alice", "AuthType": "Password", "Password": "password-1"},
        ),
        user,
        actor="alice",
    ),
    "user fails to log in": Case(
        ("ACCOUNT_LOGIN_FAILED",),
        lambda server: server.refused(
            "user/web/session/start", 403, login={"Username": "alice", "AuthType": "Password", "Password": "wrong"}
        ),
        user,
        resource="/api/v1/user/web/session/start",
        actor="alice",
    ),
    "nobody fails to log in": Case(
        (),
        lambda server: server.refused(
            "hybrid/session/start", 403, login={"Username": "nobody", "AuthType": "Password", "Password": "wrong"}
        ),
    ),
    "user's session ends": Case(("ACCOUNT_SESSION_REVOKE",), end_user_session, user_session, actor="alice"),
    "sessions run out": Case(
        ("ACCOUNT_ADMIN_SESSION_EXPIRE", "ACCOUNT_SESSION_EXPIRE"),
        lambda server: server.control("clock", {"advance": 1801}),
        two_sessions,
        actor="alice",
    ),
    "administrator is made": Case(("ACCOUNT_ADMIN_NEW",), add_admin, type="AllowedAdminUser", resource="eve"),
    "administrator is changed": Case(("ACCOUNT_ADMIN_UPDATED",), edit_admin, type="AllowedAdminUser", resource="admin"),
    "administrator is deleted": Case(
        ("ACCOUNT_ADMIN_REMOVED",),
        lambda server: server.ok("admin-user/delete", TargetUser="eve"),
        add_admin,
        resource="eve",
    ),
    "administrator logs in": Case(
        ("ACCOUNT_ADMIN_LOGIN",),
        lambda server: server.ok("list-users", login=PASSWORD),
        resource="/api/v1/admin/list-users",
    ),
    "administrator fails to log in": Case(
        ("ACCOUNT_ADMIN_LOGIN_FAILED",),
        lambda server: server.refused("list-users", 403, login={**PASSWORD, "Password": "wrong"}),
        resource="/api/v1/admin/list-users",
    ),
    "session is no login": Case((), lambda server: server.ok("list-users")),
    "wrong session is no failure": Case(
        (),
        lambda server: server.refused("list-users", 403, login={**server.login, "SessionKey": "wrong"}),
    ),
    "administrator's session": Case(("ACCOUNT_ADMIN_SESSION_START",), admin_session),
    "administrator's session ends": Case(
        ("ACCOUNT_ADMIN_SESSION_REVOKE",),
        lambda server: server.ok("account/session-revoke", login=server.other),
        admin_session,
    ),
    "bucket is made": Case(("BUCKET_NEW",), bucket),
    "bucket is deleted": Case(
        ("BUCKET_REMOVED",), lambda server: server.ok("storage/delete-bucket", BucketID=server.bucket), bucket
    ),
    "configuration is saved": Case(
        ("SERVER_UPDATED",),
        lambda server: server.ok("meta/branding-config/set", BrandingConfig={"ProductName": "P"}),
        type="ServerConfigOptions",
    ),
    "tenant is made": Case(("TENANT_NEW",), tenant, type="Organization"),
    "tenant is changed": Case(("TENANT_UPDATED",), set_tenant, tenant, "Organization"),
    "tenant is deleted": Case(
        ("TENANT_REMOVED",),
        lambda server: server.ok("organization/delete", OrganizationID=server.organization),
        tenant,
    ),
    "policy is made": Case(("POLICY_NEW",), policy, type="GroupPolicy", resource="p"),
    "policy is changed": Case(
        ("POLICY_UPDATED",),
        lambda server: server.ok("policies/set", PolicyID="p", Policy={"Description": "Q"}),
        policy,
        "GroupPolicy",
        "p",
    ),
    "policy is deleted": Case(
        ("POLICY_REMOVED",), lambda server: server.ok("policies/delete", PolicyID="p"), policy, "", "p"
    ),
    "group is made": Case(("USERGROUP_NEW",), group),
    "group is changed": Case(
        ("USERGROUP_UPDATED",),
        lambda server: server.ok("user-groups/set", GroupID=server.group, Group={"Name": "H"}),
        group,
    ),
    "group is deleted": Case(
        ("USERGROUP_REMOVED",), lambda server: server.ok("user-groups/delete", GroupID=server.group), group
    ),
    "shared quota is made": Case(("SQUOTA_NEW",), quota, resource="q"),
    "shared quota is changed": Case(
        ("SQUOTA_UPDATED",),
        lambda server: server.ok(
            "squota/set-with-hash", SharedStorageQuotaID="q", SharedStorageQuota={"Description": "R"}
        ),
        quota,
        resource="q",
    ),
    "shared quota is deleted": Case(
        ("SQUOTA_REMOVED",), lambda server: server.ok("squota/delete", SharedStorageQuotaID="q"), quota, resource="q"
    ),
}
