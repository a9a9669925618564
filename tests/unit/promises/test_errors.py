# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 10: an error is a sentence that a person can act on, and it leaves the server as it was."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import ADMIN, PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.conftest import (
    certificate,
    tls_context,
    tls_server,
)
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.api.scripted_server import ScriptedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY

__all__ = ["certificate", "tls_context", "tls_server"]  # fixtures

NEW_USER = {"name": "alice", "user_password": f"{CANARY}-password"}


class Bad(NamedTuple):
    """Options that a module has to refuse, and what the message must hold."""

    module: str
    options: dict[str, Any]
    words: tuple[str, ...]


def retention(**more: Any) -> dict[str, Any]:
    return {"name": "Gold", "settings": {"default_storage_vault_retention": more}}


BAD = {
    "unknown option": Bad(
        "comet_user", {**NEW_USER, "acount_name": "A"}, ("acount_name is not an option", "did you mean account_name?")
    ),
    "several unknown options": Bad(
        "comet_user", {**NEW_USER, "acount_name": "A", "emial": []}, ("account_name?", "emial", "emails?")
    ),
    "unknown nested option": Bad(
        "comet_policy",
        {"name": "Gold", "settings": {"prevent_open_web_u": True}},
        ("settings.prevent_open_web_u is not an option", "did you mean prevent_open_web_ui?"),
    ),
    "unknown option in a list": Bad(
        "comet_policy",
        retention(ranges=[{"type": "newer_than_x", "dayz": 3}]),
        ("settings.default_storage_vault_retention.ranges", "dayz", "did you mean days?"),
    ),
    "unknown option of a module that reads": Bad("comet_user_info", {"nam": "alice"}, ("nam", "did you mean name?")),
    "number expected": Bad("comet_user", {**NEW_USER, "maximum_devices": "many"}, ("maximum_devices", "'many'")),
    "size expected": Bad(
        "comet_user",
        {**NEW_USER, "all_protected_items_quota_bytes": "500 bananas"},
        ("user alice", "all_protected_items_quota_bytes", "500 bananas", "500 GiB"),
    ),
    "duration expected": Bad(
        "comet_server_config",
        {"session_settings": {"expired_in_seconds": "soon"}},
        ("server config", "session_settings.expired_in_seconds", "soon", "8h"),
    ),
    "truth expected": Bad("comet_user", {**NEW_USER, "suspended": "perhaps"}, ("suspended", "perhaps")),
    "dictionary expected": Bad("comet_policy", {"name": "Gold", "settings": 3}, ("settings", "dict")),
    "dictionary expected, not text": Bad("comet_policy", {"name": "Gold", "settings": "none"}, ("settings", "dict")),
    "list of dictionaries expected": Bad(
        "comet_tenant", {"name": "ACME", "webhook_options": ["ops"]}, ("webhook_options",)
    ),
    "unknown enumeration": Bad(
        "comet_policy",
        retention(mode="delete_excep"),
        ("policy Gold", "settings.default_storage_vault_retention.mode", "delete_excep", "did you mean delete_except?"),
    ),
    "unknown enumeration far from all": Bad(
        "comet_policy", retention(mode="xyzzy"), ("xyzzy", "valid are:", "delete_except", "keep_everything")
    ),
    "unknown state": Bad("comet_user", {**NEW_USER, "state": "gone"}, ("state", "present, absent")),
    "bad user name": Bad("comet_user", {**NEW_USER, "name": "al ice"}, ("user al ice", "a-z A-Z 0-9 _ . @ -")),
    "empty user name": Bad("comet_user", {**NEW_USER, "name": ""}, ("name",)),
    "empty name of a webhook": Bad("comet_webhook", {"name": " "}, ("webhook", "name: must not be empty")),
    "empty ID of a bucket": Bad("comet_bucket", {"id": ""}, ("bucket", "id: must not be empty")),
    "unknown type of event": Bad(
        "comet_webhook",
        {"name": "ops", "white_listed_event_types": ["account_knew"]},
        ("webhook ops", "white_listed_event_types", "account_knew", "did you mean account_new?"),
    ),
    "empty name of a source": Bad(
        "comet_external_auth_source", {"name": ""}, ("external auth source", "name: must not be empty")
    ),
    "tenant of a source": Bad(
        "comet_external_auth_source", {"name": "Directory", "tenant": "ACME"}, ("tenant is not an option",)
    ),
    "unknown ID of a source": Bad(
        "comet_external_auth_source",
        {"id": "nobody", "type": "ldap"},
        ("external auth source nobody", "there is no external auth source with the ID nobody", "needs a name"),
    ),
    "unknown policy of a source": Bad(
        "comet_external_auth_source",
        {"name": "Directory", "new_user_permissions": {"allowed_user_policies": ["Golden"]}},
        ("external auth source Directory", "allowed_user_policies", "no policy named Golden"),
    ),
    "unknown tenant of a webhook": Bad(
        "comet_webhook", {"name": "ops", "tenant": "ACM"}, ("webhook ops", "tenant", "no tenant", "mean ACME?")
    ),
    "misspelt address of a webhook": Bad(
        "comet_webhook", {"name": "ops", "webhook_uri": "https://hooks.example.com"}, ("did you mean webhook_url?",)
    ),
    "short password": Bad(
        "comet_user", {"name": "alice", "user_password": "7secret"}, ("user alice", "user_password", "8 characters")
    ),
    "password with a line break": Bad(
        "comet_user", {"name": "alice", "user_password": "long enough\n"}, ("user_password", "line break")
    ),
    "no password for a new user": Bad("comet_user", {"name": "alice"}, ("user alice", "user_password", "create")),
    "unknown policy": Bad(
        "comet_user", {**NEW_USER, "policy": "Gld"}, ("user alice", "no policy named Gld", "valid are: Silver, Twice")
    ),
    "unknown tenant": Bad("comet_user", {**NEW_USER, "tenant": "ACM"}, ("user alice", "no tenant", "mean ACME?")),
    "unknown user group": Bad(
        "comet_user", {**NEW_USER, "user_group": "x"}, ("user alice", "user_group", "no user group named x")
    ),
    "unknown storage template": Bad(
        "comet_user", {**NEW_USER, "auto_storage_template": "x"}, ("user alice", "auto_storage_template", "x")
    ),
    "two settings that exclude each other": Bad(
        "comet_user",
        {**NEW_USER, "policy": "Silver", "custom_policy": {"prevent_open_web_ui": True}},
        ("user alice", "custom_policy", "policy"),
    ),
    "two policies of one name": Bad(
        "comet_policy", {"name": "Twice", "settings": {}}, ("policy Twice", "twice-1", "twice-2", "ID")
    ),
    "a reference to two policies of one name": Bad(
        "comet_user", {**NEW_USER, "policy": "Twice"}, ("user alice", "twice-1", "twice-2", "ID")
    ),
    "two tenants of one name": Bad("comet_tenant", {"name": "Double"}, ("tenant Double", "2 ", "ID")),
    "neither name nor id": Bad("comet_policy", {"settings": {}}, ("name, id",)),
    "an item twice": Bad(
        "comet_tenant",
        {"name": "ACME", "webhook_options": [{"name": "ops"}, {"name": "ops"}]},
        ("tenant ACME", "webhook_options", "ops", "twice"),
    ),
    "a list item twice": Bad(
        "comet_server_config",
        {"listen_addresses": [{"listen_address": ":80"}, {"listen_address": ":80"}]},
        ("listen_addresses", "twice"),
    ),
    "emptying what others manage": Bad(
        "comet_server_config", {"admin_users": []}, ("admin_users", "cannot be emptied")
    ),
    "removing a tenant with the configuration": Bad(
        "comet_server_config", {"tenants": [{"id": "{acme}", "state": "absent"}]}, ("tenants", "not removed here")
    ),
    "a bucket's tenant": Bad(
        "comet_bucket", {"id": "bucket-1", "tenant": "ACME"}, ("bucket bucket-1", "tenant", "cannot be changed")
    ),
    "an empty name": Bad("comet_policy", {"name": " ", "settings": {}}, ("policy", "name: must not be empty")),
    "an empty name beside an ID": Bad(
        "comet_policy", {"id": "silver", "name": ""}, ("policy silver", "name: must not be empty")
    ),
    "an empty text": Bad("comet_news", {"text": "\n"}, ("news", "text: must not be empty")),
    "no text": Bad("comet_news", {"tenant": "ACME"}, ("missing required arguments: text",)),
    "news for another tenant": Bad(
        "comet_news",
        {"text": "Hello", "tenant": "ACME"},
        ("news Hello", "tenant", "belongs to the top level", "log in as an administrator of the tenant"),
    ),
    "an option that news do not have": Bad(
        "comet_news", {"text": "Hello", "date_time": 1}, ("date_time is not an option of this module",)
    ),
    "an ID of nothing, where a name is missing": Bad(
        "comet_policy", {"id": "gold", "settings": {}}, ("policy gold", "no policy with the ID gold", "needs a name")
    ),
    "an ID of nothing, where the server chooses": Bad(
        "comet_tenant", {"id": "acme", "name": "ACME"}, ("tenant ACME", "no tenant with the ID acme")
    ),
    "a quota of nothing": Bad("comet_shared_quota", {"name": "Pool"}, ("shared quota Pool", "limit_bytes", "create")),
    "a quota of less than nothing": Bad(
        "comet_shared_quota",
        {"name": "Pool", "limit_bytes": -1},
        ("shared quota Pool", "limit_bytes", "'-1'", "500 GiB"),
    ),
    "a quota beyond all numbers": Bad(
        "comet_shared_quota", {"name": "Pool", "limit_bytes": "9999999 PB"}, ("limit_bytes", "9999999 PB", "64 bits")
    ),
    "a known member in extra": Bad(
        "comet_user", {**NEW_USER, "extra": {"AccountName": "A"}}, ("extra.AccountName", "use the option account_name")
    ),
    "a computed member in extra": Bad(
        "comet_user", {**NEW_USER, "extra": {"CreationGUID": "A"}}, ("extra.CreationGUID", "kept by the server")
    ),
    "an unknown method": Bad(
        "comet_api", {"method": "AdminListUser"}, ("no method AdminListUser", "did you mean AdminListUsers?")
    ),
    "an unknown parameter": Bad(
        "comet_api",
        {"method": "AdminGetUserProfile", "params": {"TargetUsr": "alice"}},
        ("AdminGetUserProfile", "TargetUsr", "did you mean TargetUser?"),
    ),
    "a missing parameter": Bad(
        "comet_api", {"method": "AdminGetUserProfile"}, ("AdminGetUserProfile", "needs the parameter TargetUser")
    ),
    "a parameter of the wrong type": Bad(
        "comet_api",
        {"method": "AdminMetaWebhookOptionsSet", "params": {"WebhookOptions": []}},
        ("WebhookOptions", "dictionary"),
    ),
    "what only the server can refuse": Bad(
        "comet_api",
        {"method": "AdminGetUserProfile", "params": {"TargetUser": "nobody"}},
        ("AdminGetUserProfile", "User not found", "status 400"),
    ),
    "what only the server can refuse, of an object": Bad(
        "comet_tenant", {"name": "Other", "hosts": ["acme.example"]}, ("tenant Other", "acme.example is in use")
    ),
    "no url": Bad("comet_user", {**NEW_USER, "url": None}, ("url",)),
    "no user name to log in": Bad("comet_user", {**NEW_USER, "username": None}, ("username", "COMET_USERNAME")),
    "no password to log in": Bad("comet_user", {**NEW_USER, "password": None}, ("password", "COMET_PASSWORD")),
    "credentials without encryption": Bad(
        "comet_user", {**NEW_USER, "url": "http://backup.example.com"}, ("unencrypted", "https", "allow_http")
    ),
    "credentials in the url": Bad(
        "comet_user", {**NEW_USER, "url": "https://admin:canary-5fb1@backup.example.com"}, ("url", "credentials")
    ),
    "not a url": Bad("comet_user", {**NEW_USER, "url": "backup.example.com"}, ("url", "https://")),
    "a second factor twice": Bad(
        "comet_user", {**NEW_USER, "totp_code": "123456", "totp_secret": "JBSWY3DP"}, ("totp_code", "totp_secret")
    ),
    "no such authority": Bad("comet_user", {**NEW_USER, "ca_path": "/nowhere/ca.pem"}, ("ca_path", "/nowhere/ca.pem")),
}


@pytest.fixture
def world(comet: EmulatedServer) -> EmulatedServer:
    """Tenants, policies and a bucket to be confused by."""
    call = comet.client.call
    add_tenants(comet)
    for key, name in (("twice-1", "Twice"), ("twice-2", "Twice"), ("silver", "Silver")):
        call("AdminPoliciesSet", PolicyID=key, Policy={"Description": name})
    for _turn in range(2):
        call("AdminOrganizationSet", Organization={"Name": "Double"})
    call("AdminStorageRegisterBucket", SetBucketValue="bucket-1", SetKeyHashFormat="0", SetKeyHashValue="key")
    comet.forget_calls()
    return comet


def is_a_sentence(result: dict[str, Any], *words: str) -> None:
    """Failed with a text that holds the words, and neither a traceback nor a secret."""
    assert result["failed"] is True
    assert result.get("changed", False) is False
    for word in words:
        assert word in result["msg"], result["msg"]
    shown = json.dumps(result, default=str)
    assert "Traceback" not in shown
    assert "exception" not in result
    assert CANARY not in shown
    assert PASSWORD not in shown
    assert "object at 0x" not in shown


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_bad_input_is_explained(world: EmulatedServer, bad: Bad) -> None:
    digest = world.digest
    options = json.loads(json.dumps(bad.options).replace("{acme}", tenant_id(world)))
    result = world.task(bad.module, **options)
    is_a_sentence(result, *bad.words)
    assert world.digest == digest


def test_wrong_credentials(comet: EmulatedServer) -> None:
    """Tried once: the server might lock the account."""
    comet.control("POST", "calls/reset")
    result = comet.task("comet_user", **NEW_USER, password="wrong-password")
    is_a_sentence(result, "does not accept the login of admin", "Unauthorised", "status 403", "username and password")
    tried = comet.control("GET", "calls")["calls"]
    assert len(tried) <= 2, tried
    assert comet.calls(writes=True) == []


def test_second_factor_needed(comet: EmulatedServer) -> None:
    document = comet.client.call("AdminMetaServerConfigGet")
    members = {"Username": "careful", "PasswordFormat": 0, "Password": PASSWORD, "AllowPasswordAndTOTPLogin": True}
    document["AdminUsers"].append({**members, "TOTPKey": "JBSWY3DPEHPK3PXP"})
    started = comet.start_hash
    comet.client.call("AdminMetaServerConfigSet", Config=document)
    comet.client.wait_for_restart(started, 20, 0.02)
    result = comet.task("comet_user", **NEW_USER, username="careful")
    is_a_sentence(result, "second factor", "totp_secret")


def test_unreachable(comet: EmulatedServer) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        result = comet.task("comet_user", **NEW_USER, url=url, retries=1)
    is_a_sentence(result, "user alice", url, "refused")


def test_unknown_host(comet: EmulatedServer) -> None:
    result = comet.task("comet_user", **NEW_USER, url="https://comet.invalid", retries=0, timeout=5)
    is_a_sentence(result, "user alice", "https://comet.invalid", "host name")


def test_self_signed_certificate(comet: EmulatedServer, tls_server: ScriptedServer) -> None:
    result = comet.task("comet_user", **NEW_USER, url=tls_server.url)
    is_a_sentence(result, "certificate is not trusted", "ca_path")


@pytest.mark.parametrize("kind", ["html", "http_502"])
def test_something_else_answers(comet: EmulatedServer, kind: str) -> None:
    digest = comet.digest
    comet.fault(kind, count=50)
    result = comet.task("comet_user", **NEW_USER, retries=1)
    is_a_sentence(result, "user alice", comet.url, "web page" if kind == "html" else "HTTP status 502")
    comet.fault("none")
    assert comet.digest == digest


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("comet_user", {**NEW_USER, "linux_homedir_sandbox": True}, ("user alice", "25.9.6")),
        ("comet_user", {**NEW_USER, "user_group": "Staff"}, ("user alice", "24.12.2")),
        ("comet_tenant", {"name": "ACME", "constellation_role": {"role_enabled": True}}, ("tenant ACME", "22.9.0")),
        ("comet_shared_quota", {"name": "Pool", "limit_bytes": 1}, ("shared quota Pool", "25.9.8")),
        ("comet_shared_quota", {"name": "Pool", "state": "absent"}, ("shared quota Pool", "25.9.8")),
        ("comet_shared_quota_info", {}, ("AdminSquotaListAll", "25.9.8")),
        ("comet_server_config", {"login_protection": {"enabled": True}}, ("server config", "24.12.2")),
        ("comet_webhook", {"name": "ops", "level": "full"}, ("webhook ops", "WebhookOption.Level", "23.5.0")),
        (
            "comet_self_backup",
            {"location": {"type": "local", "localcopy_path": "/srv"}, "include_server_logs": True},
            ("self backup", "SelfBackupExportOptions.IncludeServerLogs", "23.3.5"),
        ),
        ("comet_external_auth_source", {"name": "Directory"}, ("external auth source Directory", "23.6.9")),
        ("comet_external_auth_source_info", {}, ("AdminExternalAuthSourcesGet", "23.6.9")),
        ("comet_psa", {"type": "gradient"}, ("psa gradient", "22.9.9")),
        ("comet_psa", {"type": "gradient", "state": "absent"}, ("psa gradient", "22.9.9")),
        ("comet_psa_info", {}, ("AdminMetaPsaConfigListGet", "22.9.9")),
        (
            "comet_policy",
            {"name": "Gold", "settings": {"rotate_storage_vault_keys_hours": 24}},
            ("policy Gold", "RotateStorageVaultKeysHours"),
        ),
        ("comet_user_group", {"name": "Staff"}, ("user group Staff", "24.12.2")),
        ("comet_user_group", {"name": "Staff", "users": ["alice"]}, ("user group Staff", "24.12.2")),
        ("comet_user_group_info", {}, ("AdminUserGroupsListFull", "24.12.2")),
        ("comet_api", {"method": "AdminUserGroupsList"}, ("AdminUserGroupsList", "24.12.2")),
    ],
)
@pytest.mark.parametrize("unknown_path", ["404", "400", "403"])
def test_a_server_that_is_too_old(
    comet: EmulatedServer, module: str, options: dict[str, Any], words: tuple[str, ...], unknown_path: str
) -> None:
    comet.switch(version="22.6.2", unknown_path=unknown_path)
    digest = comet.digest
    for check in (True, False):
        result = comet.task(module, check=check, **options)
        is_a_sentence(result, *words, "needs Comet Server", "this server is 22.6.2")
    assert comet.digest == digest


def test_an_old_server_does_all_that_it_can(comet: EmulatedServer) -> None:
    comet.switch(version="22.6.2")
    wish = {**NEW_USER, "name": "alice-smith", "account_name": "Alice"}
    assert comet.task("comet_user", **wish).get("changed") is True
    assert comet.task("comet_user", **wish)["changed"] is False


def test_the_details_of_a_refusal_are_data(comet: EmulatedServer) -> None:
    result = comet.task("comet_api", method="AdminGetUserProfile", params={"TargetUser": "nobody"})
    assert result["error"] == {
        "method": "AdminGetUserProfile",
        "path": "/api/v1/admin/get-user-profile",
        "status": 400,
        "server_message": "User not found",
    }


def test_an_administrator_who_may_not_is_told_so(comet: EmulatedServer) -> None:
    """A refusal looks the same as a wrong login; the two are told apart."""
    add_tenants(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    result = comet.task("comet_tenant", username="acme", name="Other")
    is_a_sentence(result, "tenant Other", "only an administrator of the top level can call", "status 403")
    assert "does not accept the login" not in result["msg"]
    assert comet.task("comet_user", username="acme", **NEW_USER)["changed"] is True
    assert comet.client.call("AdminListUsersFull")["alice"]["OrganizationID"] == tenant_id(comet)
    assert comet.task("comet_user", username=ADMIN, **NEW_USER, tenant="ACME")["changed"] is False
