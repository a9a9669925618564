# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of accounts: users and administrators, and what they are in, governed by, or log in with."""

from __future__ import annotations

from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, listed
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import (
    add_admin_of_source,
    add_auth_source,
    add_member_of_staff,
    add_namesakes,
    add_policies,
    add_user_with_gold,
    add_users,
    admin,
    auth_source,
    user,
    write_admin,
    write_auth_source,
    write_group,
    write_policy,
    write_user,
)
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_vault
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Case

NEW_USER = frozenset(
    {"local_timezone", "language_code", "send_email_reports", "allow_password_login", "policy", "custom_policy", "name"}
)
PATHS = {"INCLUDE": ["/home", "/srv"], "EXCLUDE-1": "*.tmp", "USE_WIN_VSS": True, "CONFIRM_EFS": False}
FILES = {"id": "documents", "engine": "engine1/file", "description": "Documents", "engine_props": PATHS}
DATABASE = {
    "id": "database",
    "engine": "engine1/mysql",
    "description": "Database",
    "engine_props": {"USERNAME": "backup", "PASSWORD": f"{CANARY}-mysql"},
}
DIRECTORY = {
    "type": "ldap",
    "ldap": {
        "hostname": "ldap.example.com",
        "port": 389,
        "security_method": "starttls",
        "bind_password": f"{CANARY}-bind",
    },
    "new_user_permissions": {"prevent_edit_server_settings": True},
}

CASES_OF_ACCOUNTS = (
    Case(
        module="comet_admin_user",
        title="admin-user",
        address={"name": "carol"},
        create={
            "admin_user_password": f"{CANARY}-admin",
            "ip_whitelist": "^127[.]",
            "permissions": {"prevent_server_shutdown": True},
        },
        change={"ip_whitelist": "", "permissions": {"prevent_edit_server_settings": True}},
        diff=(
            {"ip_whitelist": "^127[.]", "permissions": {"prevent_edit_server_settings": False}},
            {"ip_whitelist": "", "permissions": {"prevent_edit_server_settings": True}},
        ),
        reads=1,
        read=admin("carol"),
        write=write_admin,
        meanwhile={"Permissions": {"PreventChangePassword": True}},
        before=add_tenants,
        fills=frozenset({"allow_password_login", "password_format"}),
    ),
    Case(
        module="comet_admin_user",
        title="admin-user-of-tenant",
        address={"name": "carol", "tenant": "ACME"},
        create={
            "admin_user_password": f"{CANARY}-admin",
            "permissions": {"allow_edit_branding": True, "allowed_user_policies": ["Gold"]},
        },
        change={"permissions": {"allow_edit_branding": False, "allowed_user_policies": ["Silver", "Gold"]}},
        diff=(
            {"permissions": {"allow_edit_branding": True, "allowed_user_policies": ["Gold"]}},
            {"permissions": {"allow_edit_branding": False, "allowed_user_policies": ["Silver", "Gold"]}},
        ),
        reads=3,
        read=admin("carol", "ACME"),
        write=write_admin,
        meanwhile={"IPWhitelist": "^127[.]"},
        before=add_namesakes,
        fills=frozenset({"allow_password_login", "password_format", "permissions"}),
        deletes="AdminMetaServerConfigSet",
    ),
    Case(
        module="comet_user",
        title="user",
        address={"name": "alice"},
        create={
            "user_password": f"{CANARY}-password",
            "account_name": "Alice",
            "emails": ["alice@example.com", "a@example.com"],
            "all_protected_items_quota_enabled": True,
            "all_protected_items_quota_bytes": "500 GiB",
            "override_email_settings": [{"email": "boss@example.com", "reports": []}],
            "custom_policy": {"prevent_open_web_ui": True, "default_sources": [DATABASE]},
        },
        change={
            "account_name": "Alice B",
            "suspended": True,
            "custom_policy": {"default_storage_vault_retention": {"mode": "keep_everything"}},
        },
        diff=(
            {
                "account_name": "Alice",
                "suspended": False,
                "custom_policy": {"default_storage_vault_retention": {"mode": 0}},
            },
            {
                "account_name": "Alice B",
                "suspended": True,
                "custom_policy": {"default_storage_vault_retention": {"mode": "keep_everything"}},
            },
        ),
        reads=1,
        read=user("alice"),
        write=write_user,
        meanwhile={"MaximumDevices": 7, "Policy": {"HideAppVersion": True}},
        fills=NEW_USER,
        loaded=add_vault,
        loss="1 storage vault",
    ),
    Case(
        module="comet_user",
        title="user-of-tenant",
        address={"name": "alice"},
        create={"user_password": f"{CANARY}-password", "tenant": "ACME", "policy": "Gold", "emails": []},
        change={"policy": "Silver", "maximum_devices": 3},
        diff=({"policy": "Gold", "maximum_devices": 0}, {"policy": "Silver", "maximum_devices": 3}),
        reads=3,
        read=user("alice"),
        write=write_user,
        meanwhile={"AccountName": "Somebody"},
        before=add_policies,
        fills=NEW_USER,
    ),
    Case(
        module="comet_policy",
        title="policy",
        address={"name": "Gold"},
        create={
            "settings": {
                "prevent_open_web_ui": True,
                "default_storage_vault_retention": {
                    "mode": "delete_except",
                    "ranges": [{"type": "jobs_since", "days": 30}],
                },
                "storage_vault_providers": {
                    "should_restrict_provider_list": True,
                    "allowed_providers_when_restricted": ["s3", "azure"],
                },
                "default_sources": [FILES, DATABASE],
            }
        },
        change={"default_user_policy": True, "settings": {"hide_app_version": True, "prevent_open_web_ui": False}},
        diff=(
            {"default_user_policy": False, "settings": {"hide_app_version": False, "prevent_open_web_ui": True}},
            {"default_user_policy": True, "settings": {"hide_app_version": True, "prevent_open_web_ui": False}},
        ),
        reads=1,
        read=listed("AdminPoliciesListFull", "Description", "Gold"),
        write=write_policy,
        meanwhile={"Policy": {"PreventViewDeviceNames": True}},
        loaded=add_user_with_gold,
        loss="1 user",
    ),
    Case(
        module="comet_policy",
        title="policy-of-tenant",
        address={"name": "Gold", "tenant": "ACME"},
        create={"settings": {"prevent_delete_storage_vault": True}},
        change={"settings": {"prevent_delete_storage_vault": False}},
        diff=(
            {"settings": {"prevent_delete_storage_vault": True}},
            {"settings": {"prevent_delete_storage_vault": False}},
        ),
        reads=2,
        read=listed("AdminPoliciesListFull", "Description", "Gold"),
        write=write_policy,
        meanwhile={"Policy": {"PreventViewDeviceNames": True}},
        before=add_tenants,
    ),
    Case(
        module="comet_user_group",
        title="user-group",
        address={"name": "Staff"},
        create={},
        reads=1,
        read=listed("AdminUserGroupsListFull", "Name", "Staff"),
        before=add_users("bob"),
        loaded=add_member_of_staff,
        loss="leaves 1 user without a group (bob)",
    ),
    Case(
        module="comet_user_group",
        title="user-group-with-users",
        address={"name": "Staff", "tenant": "ACME"},
        create={"users": ["carol", "alice"]},
        change={"users": ["bob", "dave"], "users_absent": ["carol"]},
        diff=({"users": ["alice", "carol"]}, {"users": ["alice", "bob", "dave"]}),
        reads=3,
        read=listed("AdminUserGroupsListFull", "Name", "Staff"),
        write=write_group,
        meanwhile={"Colour": "blue"},
        before=add_users("alice", "bob", "carol", "dave", tenant="ACME"),
        act="AdminUserGroupsSetUsersForGroup",
        loaded=add_member_of_staff,
        loss="leaves 1 user without a group (bob)",
    ),
    Case(
        module="comet_external_auth_source",
        title="external-auth-source",
        address={"name": "Directory"},
        create=DIRECTORY,
        change={"ldap": {"port": 636, "security_method": "ldaps"}},
        diff=(
            {"ldap": {"port": 389, "security_method": "starttls"}},
            {"ldap": {"port": 636, "security_method": "ldaps"}},
        ),
        reads=1,
        read=auth_source("Directory"),
        write=write_auth_source,
        meanwhile={"LDAP": {"SearchDN": "ou=staff,dc=example,dc=com"}},
        before=add_auth_source,
        loaded=add_admin_of_source,
        loss="leaves 1 administrators unable to log in (carol)",
    ),
    Case(
        module="comet_external_auth_source",
        title="external-auth-source-with-policies",
        address={"name": "Company"},
        create={
            "type": "oidc",
            "oidc": {"display_name": "Company", "client_secret": f"{CANARY}-oidc", "scopes": ["openid"]},
            "new_user_permissions": {"allowed_user_policies": ["Gold"]},
        },
        change={"new_user_permissions": {"allowed_user_policies": ["Silver"], "prevent_server_shutdown": True}},
        diff=(
            {"new_user_permissions": {"allowed_user_policies": ["Gold"], "prevent_server_shutdown": False}},
            {"new_user_permissions": {"allowed_user_policies": ["Silver"], "prevent_server_shutdown": True}},
        ),
        reads=2,
        read=auth_source("Company"),
        write=write_auth_source,
        meanwhile={"OIDC": {"DisplayName": "The company"}},
        before=add_auth_source,
    ),
)
