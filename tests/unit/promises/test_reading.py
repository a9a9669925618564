# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Promise 11 for the modules that only read: objects under the plural, filtered, in the spelling of the options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import LISTED, TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._info import InfoTask
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_policies
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import add_user_of_acme, add_vaults_under_pool
from ansible_collections.comet.backup.tests.unit.promises.case import Case, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

listed = pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.resource.singleton],
    ids=[case.title for case in CASES if not case.resource.singleton],
)


def test_every_module_has_a_twin_that_reads() -> None:
    twins = {f"comet_{resource.kind}_info" for resource in LISTED}
    assert twins == {name for name, task in TASKS.items() if isinstance(task, InfoTask)}


@pytest.mark.parametrize("check", [True, False])
@listed
def test_the_twin_shows_what_was_made(comet: EmulatedServer, case: Case, check: bool) -> None:
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    comet.forget_calls()
    again = comet.task(case.module, **case.present())[case.resource.kind]
    result = succeed(comet.task(f"{case.module}_info", check=check, **case.address))
    assert result["changed"] is False
    assert comet.calls(writes=True) == []
    found = result[case.resource.plural]
    assert len(found) == 1
    assert found[0][case.key] == again[case.key]
    assert {name: found[0].get(name) for name in again} == again


@listed
def test_the_twin_has_an_empty_list_when_there_is_none(comet: EmulatedServer, case: Case) -> None:
    case.before(comet)
    kept = {"tenant", case.resource.naming} if case.resource.told_by else {"tenant"}
    address = {name: value if name in kept else f"no-{value}" for name, value in case.address.items()}
    assert succeed(comet.task(f"{case.module}_info", **(case.elsewhere or address)))[case.resource.plural] == []


@listed
def test_all_are_shown_with_one_call(comet: EmulatedServer, case: Case) -> None:
    """One more for each where the API tells something about it that no list does, or to find what they are in."""
    case.before(comet)
    succeed(comet.task(case.module, **case.present()))
    comet.forget_calls()
    shown = succeed(comet.task(f"{case.module}_info", **case.where))[case.resource.plural]
    assert shown
    each = len(shown) if case.resource.reading and case.resource.reading.beside else 0
    by_name = bool(case.home and case.home.owner and not case.home.owner.named)
    assert len(comet.calls(writes=False)) == (case.reads if by_name else 1 + each) + case.beside


@pytest.mark.parametrize("kind", ["user", "policy", "bucket"])
def test_those_of_a_tenant(comet: EmulatedServer, kind: str) -> None:
    add_policies(comet)
    add_user_of_acme(comet)
    for tenant in ("ACME", "Globex"):
        succeed(comet.task("comet_user", name=tenant.lower(), user_password="correct horse", tenant=tenant))
        succeed(comet.task("comet_bucket", id=tenant.lower(), key_hash="long-enough-key", tenant=tenant))
    plural = TASKS[f"comet_{kind}_info"].resource.plural  # type: ignore[attr-defined]
    key = tenant_id(comet)
    for name in ("ACME", key):
        found = succeed(comet.task(f"comet_{kind}_info", tenant=name))[plural]
        assert found
        assert {one["tenant"] for one in found} == {key}
    everything = succeed(comet.task(f"comet_{kind}_info"))[plural]
    assert {one["tenant"] for one in everything} > {key}
    refused = comet.task(f"comet_{kind}_info", tenant="Nobody")
    assert refused["failed"]
    assert "tenant: there is no tenant named Nobody" in refused["msg"]


def test_an_object_by_its_id(comet: EmulatedServer) -> None:
    add_tenants(comet)
    key = tenant_id(comet)
    assert [one["name"] for one in succeed(comet.task("comet_tenant_info", id=key))["tenants"]] == ["ACME"]
    assert comet.task("comet_tenant_info", id=key, name="ACME")["failed"]


def test_policies_of_one_name_are_all_shown(comet: EmulatedServer) -> None:
    add_policies(comet)
    assert len(succeed(comet.task("comet_policy_info", name="Gold"))["policies"]) == 3


def test_the_usage_of_a_quota_is_that_of_its_vaults(comet: EmulatedServer) -> None:
    for name in ("Pool", "Lake"):
        succeed(comet.task("comet_shared_quota", name=name, limit_bytes="1 GiB"))
    add_vaults_under_pool(comet)
    holdings = {"bob": {"vault-1": 300, "vault-2": 20, "vault-3": 7000}, "carol": {"vault-4": 1}}
    for user, sizes in holdings.items():
        vaults = comet.client.call("AdminGetUserProfile", TargetUser=user)["Destinations"]
        for vault, size in sizes.items():
            vaults[vault]["Statistics"] = {"ClientProvidedSize": {"Size": size, "MeasureCompleted": 1}}
        comet.change_profile(user, Destinations=vaults)
    found = succeed(comet.task("comet_shared_quota_info"))["shared_quotas"]
    assert {one["name"]: one["current_usage"] for one in found} == {"Pool": 321, "Lake": 0}


def test_what_goes_while_all_are_read_is_left_out(comet: EmulatedServer) -> None:
    class Hurried:
        """A client that takes away a quota as soon as all are listed."""

        def __init__(self, client: Client) -> None:
            self._client = client

        def __getattr__(self, name: str) -> Any:
            return getattr(self._client, name)

        def call(self, method_name: str, **parameters: Any) -> Any:
            answer = self._client.call(method_name, **parameters)
            if method_name == "AdminSquotaListAll" and gone in answer["Entries"]:
                comet.client.call("AdminSquotaDelete", SharedStorageQuotaID=gone)
            return answer

    for name in ("Pool", "Lake"):
        made = succeed(comet.task("comet_shared_quota", name=name, limit_bytes="1 GiB"))
    gone = made["shared_quota"]["id"]
    found = succeed(comet.task("comet_shared_quota_info", wrap=Hurried))["shared_quotas"]
    assert [one["name"] for one in found] == ["Pool"]


@pytest.mark.parametrize("gather", [["version"], ["statistics"], ["server_config"], ["version", "statistics"], None])
def test_a_server_in_parts(comet: EmulatedServer, gather: list[str] | None) -> None:
    options: dict[str, Any] = {} if gather is None else {"gather": gather}
    result = succeed(comet.task("comet_server_info", **options))
    assert result["changed"] is False
    wanted = set(gather or ["version", "statistics", "server_config"])
    assert wanted <= set(result)
    assert not {"version", "statistics", "server_config"} - wanted & set(result)
    if "version" in wanted:
        assert result["version"]["version"] == "25.9.8"
    if "server_config" in wanted:
        assert result["server_config"]["branding"]["product_name"] == "Comet Backup"


def test_raw_bytes_of_a_method(comet: EmulatedServer) -> None:
    result = succeed(comet.task("comet_api", method="AdminMetaReadAllLogs"))
    assert isinstance(result["response"], str)


@pytest.mark.parametrize("method", ["AdminListUsers", "admin/list-users", "/api/v1/admin/list-users"])
def test_a_method_by_name_or_path(comet: EmulatedServer, method: str) -> None:
    assert succeed(comet.task("comet_api", method=method))["response"] == []


@pytest.mark.parametrize("return_secrets", [True, False])
def test_secrets_of_a_method_only_when_asked(comet: EmulatedServer, return_secrets: bool) -> None:
    succeed(comet.task("comet_user", name="alice", user_password="correct horse"))
    wish = {"method": "AdminGetUserProfile", "params": {"TargetUser": "alice"}, "return_secrets": return_secrets}
    shown = succeed(comet.task("comet_api", **wish))["response"]["PasswordHash"]
    assert (shown == "<hidden>") is not return_secrets


def test_a_file_is_sent_and_comes_back(comet: EmulatedServer, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    sent = succeed(comet.task("comet_api", method="AdminMetaResourceNew", upload=str(logo)))
    assert sent["changed"] is True
    back = comet.task("comet_api", method="AdminMetaResourceGet", params={"Hash": sent["response"]["ResourceHash"]})
    assert succeed(back)["response"] == "<svg/>"
