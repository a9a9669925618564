# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user moves to another tenant: what belongs to the old one stays behind, and devices learn where to log in."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_policies, user
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import write_template
from ansible_collections.comet.backup.tests.unit.promises.case import succeed
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

WRITE, TELL, ACTIVE = "AdminSetUserProfileHash", "AdminDispatcherUpdateLoginUrl", "AdminDispatcherListActive"
URL = "https://globex.example/"
ELSEWHERE = "https://elsewhere.example/"
VAULT = {"Description": "Main", "DestinationType": 1002, "LocalcopyPath": "/backup", "FromTheFuture": 1}

SETTINGS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "unknown policies are stored": {"unknown_policy": "stored"},
    "unknown quotas are refused": {"unknown_shared_quota": "refused"},
    "items of assigned policies": {"assigned_policy_items": "given"},
    "everything is written": {"omit_when_zero": False},
    "null for nothing": {"empty_collections": "null"},
    "unknown members are lost": {"keep_unknown_members": False},
    "strict": {"validation": "strict"},
}


@pytest.fixture
def acme(comet: EmulatedServer) -> EmulatedServer:
    """Alice of ACME with everything that can belong to a tenant, and two devices of which one is connected."""
    call = comet.client.call
    add_policies(comet)
    own = tenant_id(comet)
    for name in ("ACME", "Globex"):
        key = tenant_id(comet, name)
        call("AdminUserGroupsSet", GroupID=f"staff-{name}", Group={"Name": "Staff", "OrganizationID": key})
        quota = {"Description": "Pool", "OrganizationID": key, "LimitBytes": 1}
        call("AdminSquotaSetWithHash", SharedStorageQuotaID=f"pool-{name}", SharedStorageQuota=quota)
        template = {"Type": "comet", "Description": "Europe", "ID": f"europe-{name}"}
        write_template("Europe", name)(comet, template)
    call("AdminAddUser", TargetUser="alice", TargetPassword=PASSWORD, TargetOrganization=own)
    comet.change_profile(
        "alice",
        PolicyID=f"Gold-{own}",
        GroupID="staff-ACME",
        AutoStorageTemplateGUID="europe-ACME",
        Destinations={"shared": {**VAULT, "StorageLimitID": "pool-ACME"}, "own": VAULT},
    )
    device(comet, "register", name="Laptop")
    device(comet, "register", name="Desk")
    device(comet, "disconnect", device="Desk")
    comet.forget_calls()
    return comet


def device(server: EmulatedServer, what: str, **more: str) -> dict[str, Any]:
    return server.control("POST", "device", {"do": what, "user": "alice", **more})


def alice(server: EmulatedServer) -> dict[str, Any]:
    found = user("alice")(server)
    assert found is not None
    return found


def move(server: EmulatedServer, tenant: str = "Globex", **options: Any) -> dict[str, Any]:
    return dict(succeed(server.task("comet_user", name="alice", tenant=tenant, **options)))


def refusal(server: EmulatedServer, tenant: str = "Globex", **options: Any) -> str:
    """The sentence of a move that fails, in check mode too unless only devices know; nothing is written to the user."""
    digest = server.digest
    refused = server.task("comet_user", name="alice", tenant=tenant, **options)
    assert refused["failed"]
    assert server.digest == digest
    return str(refused["msg"])


def targets(server: EmulatedServer) -> set[str]:
    return set(server.client.call(ACTIVE))


@pytest.mark.parametrize("tenant", ["Globex", ""])
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
def test_what_belongs_to_the_old_tenant_stays_behind(
    acme: EmulatedServer, settings: dict[str, Any], tenant: str
) -> None:
    before = alice(acme)
    acme.switch(**settings)
    digest = acme.digest
    said = move(acme, tenant, check=True)
    assert acme.digest == digest
    done = move(acme, tenant)
    assert said["diff"] == done["diff"]
    assert said["user"] == done["user"]
    assert done["diff"] == {
        "before": {
            "tenant": said["diff"]["before"]["tenant"],
            "policy": said["diff"]["before"]["policy"],
            "user_group": "staff-ACME",
            "auto_storage_template": "europe-ACME",
            "storage_vaults": {"shared": {"shared_quota": "pool-ACME"}},
        },
        "after": {
            "tenant": tenant,
            "policy": "",
            "user_group": "",
            "auto_storage_template": "",
            "storage_vaults": {"shared": {"shared_quota": ""}},
        },
    }
    acme.switch(omit_when_zero=True, empty_collections="empty")
    after = alice(acme)
    assert after.get("OrganizationID", "") == (tenant and tenant_id(acme, tenant))
    assert (after["PolicyID"], after["GroupID"], after.get("AutoStorageTemplateGUID", "")) == ("", "", "")
    assert [vault.get("StorageLimitID", "") for vault in after["Destinations"].values()] == ["", ""]
    assert after["Policy"] == before["Policy"]
    assert after["Policy"]["PreventOpenWebUI"] is True
    assert after["Devices"] == before["Devices"]
    assert after["PasswordHash"] == before["PasswordHash"]
    acme.forget_calls()
    assert move(acme, tenant)["changed"] is False
    assert acme.calls(writes=True) == []


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=list(SETTINGS))
@pytest.mark.parametrize("tenant", ["Globex", ""])
def test_names_count_in_the_new_tenant(acme: EmulatedServer, settings: dict[str, Any], tenant: str) -> None:
    """Both tenants have objects of the same names."""
    acme.switch(**settings)
    key = tenant and tenant_id(acme, tenant)
    named = {"policy": "Gold"}
    if tenant:
        named |= {"user_group": "Staff", "auto_storage_template": "Europe"}
    said, done = move(acme, tenant, check=True, **named), move(acme, tenant, **named)
    assert said["diff"] == done["diff"]
    after = alice(acme)
    assert after["PolicyID"] == f"Gold-{key or 'top'}"
    assert after["GroupID"] == ("staff-Globex" if tenant else "")
    assert after.get("AutoStorageTemplateGUID", "") == ("europe-Globex" if tenant else "")
    assert move(acme, tenant, **named)["changed"] is False


@pytest.mark.parametrize("unknown_policy", ["refused", "stored"])
@pytest.mark.parametrize(("option", "key"), [("policy", "Gold-{acme}"), ("user_group", "staff-ACME")])
def test_what_is_the_old_tenants_is_refused_by_its_id_too(
    acme: EmulatedServer, unknown_policy: str, option: str, key: str
) -> None:
    acme.switch(unknown_policy=unknown_policy)
    named = {option: key.format(acme=tenant_id(acme))}
    for check in (True, False):
        message = refusal(acme, "", check=check, **named)
        assert message == f"user alice: {option}: {named[option]} does not belong to the tenant that the user moves to"
    assert f"{option}: there is no" in refusal(acme, "Globex", **named)


def test_settings_of_its_own_may_be_given_at_once(acme: EmulatedServer) -> None:
    """The policy stays behind, so nothing overrules them."""
    move(acme, custom_policy={"prevent_open_web_ui": False, "hide_app_version": True})
    after = alice(acme)["Policy"]
    assert (after["PreventOpenWebUI"], after["HideAppVersion"]) == (False, True)


@pytest.mark.parametrize("check", [True, False])
def test_devices_that_nobody_tells_are_warned_of(acme: EmulatedServer, check: bool) -> None:
    (warning,) = move(acme, check=check)["warnings"]
    assert warning.startswith("tenant: Desk, Laptop still log in at the address they know")
    assert TELL not in acme.calls(writes=True)


def test_connected_devices_are_told_and_the_others_are_warned_of(acme: EmulatedServer) -> None:
    before = targets(acme)
    said = move(acme, check=True, new_login_url=URL)
    assert targets(acme) == before
    done = move(acme, new_login_url=URL)
    assert (
        said["warnings"]
        == done["warnings"]
        == ["new_login_url: Desk cannot be told because they are not connected; change the address on each device"]
    )
    assert acme.calls(writes=True) == [TELL, WRITE]
    device(acme, "connect", device="Laptop")
    assert not targets(acme) & before
    acme.forget_calls()
    again = move(acme, new_login_url=URL)
    assert (again["changed"], again.get("warnings")) == (False, None)
    assert acme.calls(writes=True) == []
    assert ACTIVE not in acme.calls(writes=False)


def test_only_a_move_tells_devices(acme: EmulatedServer) -> None:
    result = succeed(acme.task("comet_user", name="alice", account_name="Alice", new_login_url=URL))
    assert result["changed"] is True
    assert "warnings" not in result
    assert acme.calls(writes=True) == [WRITE]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_a_device_that_declines_keeps_the_user_where_it_is(acme: EmulatedServer, status: int) -> None:
    acme.switch(device_failure_status=status)
    message = refusal(acme, new_login_url=ELSEWHERE)
    assert message.startswith(f"user alice: new_login_url: {ELSEWHERE} is declined by Laptop (")
    assert "so the user was not moved; check the address, or set force_new_login_url" in message
    move(acme, new_login_url=ELSEWHERE, force_new_login_url=True)
    assert alice(acme)["OrganizationID"] == tenant_id(acme, "Globex")
    assert targets(acme) == set()


def test_a_device_that_goes_away_meanwhile_is_warned_of(acme: EmulatedServer) -> None:
    def leave() -> None:
        device(acme, "disconnect", device="Laptop")

    def wrap(client: Client) -> Any:
        return Interrupted(client, {TELL}, leave, 1)

    warnings = move(acme, wrap=wrap, new_login_url=URL)["warnings"]
    assert "new_login_url: Laptop went away before it was told; change the address on it" in warnings
    assert alice(acme)["OrganizationID"] == tenant_id(acme, "Globex")


class Killed(BaseException):
    """The machine that runs the task goes away."""


@pytest.mark.parametrize("method", [TELL, WRITE])
def test_a_run_that_ends_in_between_is_completed_by_the_next(acme: EmulatedServer, method: str) -> None:
    def end() -> None:
        raise Killed

    before = targets(acme)
    with pytest.raises(Killed):
        acme.task(
            "comet_user",
            wrap=lambda client: Interrupted(client, {method}, end, 1),
            name="alice",
            tenant="Globex",
            new_login_url=URL,
        )
    assert alice(acme)["OrganizationID"] == tenant_id(acme)
    device(acme, "connect", device="Laptop")
    acme.forget_calls()
    assert move(acme, new_login_url=URL)["changed"] is True
    assert acme.calls(writes=True) == [TELL, WRITE]
    assert not targets(acme) & before
    assert move(acme, new_login_url=URL)["changed"] is False


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "http_502", "truncate"])
@pytest.mark.parametrize("path", ["update-login-url", "set-user-profile-hash"])
def test_lost_answers(acme: EmulatedServer, kind: str, path: str) -> None:
    before = targets(acme)
    acme.fault(kind, path=path)
    assert move(acme, new_login_url=URL)["changed"] is True
    assert alice(acme)["OrganizationID"] == tenant_id(acme, "Globex")
    device(acme, "connect", device="Laptop")
    assert not targets(acme) & before
    assert move(acme, new_login_url=URL)["changed"] is False


@pytest.mark.parametrize("mismatch", [400, 403, 409, 500])
def test_what_others_change_meanwhile_stays(acme: EmulatedServer, mismatch: int) -> None:
    """Another vault under the shared quota, made between our reading and our writing, is detached as well."""
    acme.switch(hash_mismatch_status=mismatch)

    def meanwhile() -> None:
        acme.change_profile("alice", Destinations={"new": {**VAULT, "StorageLimitID": "pool-ACME"}})

    move(acme, wrap=lambda client: Interrupted(client, {WRITE}, meanwhile, 1))
    vaults = alice(acme)["Destinations"]
    assert sorted(vaults) == ["new", "own", "shared"]
    assert {vault.get("StorageLimitID", "") for vault in vaults.values()} == {""}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("tenant", ["Globex", "{globex}", ""])
def test_an_administrator_of_a_tenant_moves_nobody(acme: EmulatedServer, tenant: str, check: bool) -> None:
    acme.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(acme))
    where = tenant.format(globex=tenant_id(acme, "Globex"))
    message = refusal(acme, where, check=check, username="acme")
    assert f"tenant: this login belongs to tenant {tenant_id(acme)} and reaches no" in message


def test_a_user_of_the_top_level_moves_into_a_tenant(comet: EmulatedServer) -> None:
    add_policies(comet)
    comet.client.call("AdminAddUser", TargetUser="alice", TargetPassword=PASSWORD)
    comet.change_profile("alice", PolicyID="Gold-top")
    result = move(comet, "ACME", policy="Silver")
    assert "warnings" not in result
    assert alice(comet)["PolicyID"] == f"Silver-{tenant_id(comet)}"


def test_a_tenant_that_an_earlier_task_makes(comet: EmulatedServer) -> None:
    comet.client.call("AdminAddUser", TargetUser="alice", TargetPassword=PASSWORD)
    said = move(comet, "Globex", check=True, policy="Gold")
    assert said["diff"]["after"]["tenant"] == "Globex"
    assert said["changed"] is True


@pytest.mark.parametrize("url", ["", "globex.example", "ftp://globex.example", "https://"])
@pytest.mark.parametrize("check", [True, False])
def test_what_is_no_address(acme: EmulatedServer, url: str, check: bool) -> None:
    assert "is not an address that begins with https://" in refusal(acme, check=check, new_login_url=url)


@pytest.mark.parametrize("check", [True, False])
def test_an_old_server_forces_nothing(acme: EmulatedServer, check: bool) -> None:
    acme.change_profile("alice", GroupID="", AutoStorageTemplateGUID="", Destinations={"own": VAULT, "shared": None})
    acme.switch(version="22.6.2")
    message = refusal(acme, check=check, new_login_url=ELSEWHERE, force_new_login_url=True)
    assert "Force_new_login_url needs Comet Server 22.9.9 or newer; this server is 22.6.2" in message
    assert move(acme, check=check, new_login_url=URL)["diff"]["after"]["policy"] == ""


def test_exclusive_means_what_the_task_names_and_no_vault(acme: EmulatedServer) -> None:
    """Vaults are looked at for their quotas alone; none is removed because the task does not name it."""
    before = alice(acme)["Destinations"]
    move(acme, exclusive=True, override_email_settings=[{"email": "boss@example.com", "reports": []}])
    after = alice(acme)["Destinations"]
    assert after.keys() == before.keys()
    assert after["own"] == before["own"]
    changed = {"StorageLimitID", "ModifyTime"}
    assert {name: value for name, value in after["shared"].items() if name not in changed} == {
        name: value for name, value in before["shared"].items() if name not in changed
    }
