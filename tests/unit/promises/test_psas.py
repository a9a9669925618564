# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PSA connections: told by type, and by address where several are of one type; their neighbours and secrets stay."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import Document, add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import add_psas, psa, psas_of, write_psas
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Options, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS

MODULE = "comet_psa"
GENERIC, GRADIENT = 0, 1
HERE, THERE = "https://psa.example.com", "https://billing.example.com"
OLDEST, FIRST = "22.6.2", "22.9.9"

OWN = [step for step in STEPS if step.case.module == MODULE]
each_step = pytest.mark.parametrize("step", OWN, ids=[f"{step.case.title}-{step.name}" for step in OWN])
everywhere = pytest.mark.parametrize("tenant", ["", "ACME"])


def inside(tenant: str) -> Options:
    return {"tenant": tenant} if tenant else {}


def told(documents: list[Document]) -> list[tuple[int, str]]:
    return [(one["Type"], one["URL"]) for one in documents]


def manage(server: EmulatedServer, **options: Any) -> Options:
    return succeed(server.task(MODULE, **options))


@each_step
def test_the_other_connections_stay_as_they_are(comet: EmulatedServer, step: Step) -> None:
    tenant = step.case.address.get("tenant", "")
    step.prepare(comet)
    mine = step.case.address["psa_url"]
    before = [one for one in psas_of(comet, tenant) if one["URL"] != mine]
    assert [one["FromTheFuture"] for one in before] == [1, 1]
    elsewhere = psas_of(comet, "" if tenant else "ACME")
    succeed(comet.task(MODULE, **step.options))
    assert [one for one in psas_of(comet, tenant) if one["URL"] != mine] == before
    assert psas_of(comet, "" if tenant else "ACME") == elsewhere
    assert (step.case.read(comet) is None) == (step.name == "delete")


@everywhere
def test_the_only_one_of_its_type_needs_no_address(comet: EmulatedServer, tenant: str) -> None:
    """Whether it has one or not, and also when the server gives it one by itself."""
    add_tenants(comet)
    wish = {"type": "gradient", "partner_key": f"{CANARY}-key", **inside(tenant)}
    assert manage(comet, **wish)["changed"] is True
    assert told(psas_of(comet, tenant)) == [(GRADIENT, "")]
    assert manage(comet, **wish)["changed"] is False
    (document,) = psas_of(comet, tenant)
    write_psas(comet, tenant, [{**document, "URL": "https://gradient.example.com"}])
    assert manage(comet, **wish)["changed"] is False
    changed = manage(comet, type="gradient", alerts_disabled=True, **inside(tenant))
    assert changed["diff"] == {"before": {"alerts_disabled": False}, "after": {"alerts_disabled": True}}
    assert manage(comet, type="gradient", state="absent", **inside(tenant))["changed"] is True
    assert psas_of(comet, tenant) == []


@everywhere
def test_another_address_is_another_connection(comet: EmulatedServer, tenant: str) -> None:
    add_tenants(comet)
    for url in (HERE, THERE, ""):
        assert manage(comet, type="generic", psa_url=url, **inside(tenant))["changed"] is True
    assert told(psas_of(comet, tenant)) == [(GENERIC, HERE), (GENERIC, THERE), (GENERIC, "")]
    assert manage(comet, type="generic", psa_url="", **inside(tenant))["changed"] is False
    assert manage(comet, type="syncro", psa_url=HERE, **inside(tenant))["changed"] is True
    assert manage(comet, type="generic", psa_url=HERE, state="absent", **inside(tenant))["changed"] is True
    assert told(psas_of(comet, tenant)) == [(GENERIC, THERE), (GENERIC, ""), (2, HERE)]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_type_of_which_there_are_several_is_not_enough(comet: EmulatedServer, state: str) -> None:
    for url in (HERE, THERE):
        manage(comet, type="generic", psa_url=url)
    digest = comet.digest
    for check in (True, False):
        refused = comet.task(MODULE, check=check, type="generic", state=state)
        assert refused["failed"]
        assert refused["msg"] == "psa generic: 2 objects of kind psa are named generic; give psa_url as well"
    assert comet.digest == digest


def test_twins_are_never_mixed_up(comet: EmulatedServer) -> None:
    write_psas(comet, "", [{"Type": GENERIC, "URL": HERE, "PartnerKey": key} for key in ("one", "two")])
    digest = comet.digest
    refused = comet.task(MODULE, type="generic", psa_url=HERE, partner_key="three")
    assert refused["msg"] == "psa generic: 2 objects of kind psa are named generic, and nothing tells them apart"
    assert comet.digest == digest
    assert len(succeed(comet.task(f"{MODULE}_info", psa_url=HERE))["psas"]) == 2


@pytest.mark.parametrize("spelling", ["gradient", "GRADIENT", "1", "PSA_TYPE_GRADIENT"])
def test_every_spelling_of_a_type_means_the_same(comet: EmulatedServer, spelling: str) -> None:
    manage(comet, type="gradient")
    assert manage(comet, type=spelling)["changed"] is False
    assert [one["type"] for one in succeed(comet.task(f"{MODULE}_info", type=spelling))["psas"]] == ["gradient"]


def test_a_type_that_only_the_server_may_know_is_its_to_judge(comet: EmulatedServer) -> None:
    digest = comet.digest
    assert succeed(comet.task(MODULE, check=True, type="9"))["diff"]["after"]["type"] == 9
    refused = comet.task(MODULE, type="9")
    assert refused["error"]["status"] == 400
    assert comet.digest == digest


@everywhere
def test_secrets_stay_through_the_changes_of_others(comet: EmulatedServer, tenant: str) -> None:
    add_psas(comet)
    secrets = {"partner_key": f"{CANARY}-key", "custom_headers": {"Authorization": f"{CANARY}-header"}}
    address = {"type": "generic", "psa_url": HERE, **inside(tenant)}
    manage(comet, **address, **secrets)
    manage(comet, type="gradient", alerts_disabled=True, **inside(tenant))
    manage(comet, **address, alerts_disabled=True)
    comet.switch(config_secrets="plain")
    held = psa(GENERIC, HERE, tenant)(comet)
    assert held is not None
    assert (held["PartnerKey"], held["CustomHeaders"]) == (secrets["partner_key"], secrets["custom_headers"])


def test_new_secrets_are_written_when_a_task_says_so(comet: EmulatedServer) -> None:
    manage(comet, type="gradient", partner_key="old-key")
    assert manage(comet, type="gradient", partner_key="new-key")["changed"] is False
    result = manage(comet, type="gradient", partner_key="new-key", update_secrets="always")
    assert result["diff"]["after"] == {"partner_key": "<hidden>"}
    comet.switch(config_secrets="plain")
    assert [one["PartnerKey"] for one in psas_of(comet, "")] == ["new-key"]


@pytest.mark.parametrize("check", [True, False])
def test_an_administrator_of_a_tenant_manages_its_connections(comet: EmulatedServer, check: bool) -> None:
    add_tenants(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    login = {"username": "acme"}
    assert succeed(comet.task(MODULE, check=check, **login, type="gradient"))["changed"] is True
    manage(comet, **login, type="gradient", tenant=tenant_id(comet))
    assert (told(psas_of(comet, "ACME")), psas_of(comet, "")) == ([(GRADIENT, "")], [])
    assert manage(comet, type="gradient", tenant="ACME")["changed"] is False
    shown = succeed(comet.task(f"{MODULE}_info", **login))["psas"]
    assert [one["type"] for one in shown] == ["gradient"]
    assert manage(comet, **login, type="gradient", state="absent")["changed"] is True


@pytest.mark.parametrize(
    ("module", "address"), [("comet_tenant", {"name": "ACME"}), ("comet_server_config", {})], ids=["tenant", "server"]
)
def test_the_module_of_what_holds_them_tells_them_apart_alike(
    comet: EmulatedServer, module: str, address: Options
) -> None:
    add_tenants(comet)
    tenant = address.get("name", "")
    wanted = [{"type": "gradient"}, {"type": "generic", "url": HERE}, {"type": "generic"}]
    succeed(comet.task(module, **address, psa_configs=wanted))
    for one in wanted[1:]:
        assert manage(comet, type="generic", psa_url=one.get("url", ""), **inside(tenant))["changed"] is False
    assert manage(comet, type="gradient", alerts_disabled=True, **inside(tenant))["changed"] is True
    assert succeed(comet.task(module, **address, psa_configs=list(reversed(wanted))))["changed"] is False
    held = psas_of(comet, tenant)
    assert [one["AlertsDisabled"] for one in held] == [True, False, False]
    refused = comet.task(module, **address, psa_configs=[{"alerts_disabled": True}])
    assert "psa_configs[0] needs url or type to be told apart" in refused["msg"]


BAD = {
    "no type": ({"psa_url": HERE}, "missing required arguments: type"),
    "an empty type": ({"type": ""}, "psa: type: '' is not a known value; valid are: generic, gradient, syncro"),
    "an unknown type": ({"type": "gradiant"}, "psa gradiant: type: 'gradiant' is not a known value; did you mean grad"),
    "an ID": ({"type": "gradient", "id": "1"}, "id is not an option of this module"),
    "the address as the API calls it": ({"type": "generic", "URL": HERE}, "URL is not an option of this module"),
    "what nothing is grouped by": (
        {"type": "gradient", "grouped_by": {"tenant": True}},
        "grouped_by.tenant is not an option of this module; did you mean tenants?",
    ),
    "an unknown tenant": ({"type": "gradient", "tenant": "Nobody"}, "psa gradient: tenant: there is no tenant named"),
}


@pytest.mark.parametrize("title", list(BAD))
def test_bad_input_is_explained_and_changes_nothing(comet: EmulatedServer, title: str) -> None:
    options, sentence = BAD[title]
    add_psas(comet)
    digest = comet.digest
    refused = comet.task(MODULE, **options)
    assert refused["failed"]
    assert refused["msg"].startswith(sentence)
    assert comet.digest == digest


@everywhere
def test_a_server_without_them_is_told_so(comet: EmulatedServer, tenant: str) -> None:
    add_tenants(comet)
    comet.switch(version=OLDEST)
    comet.client.forget_version()
    digest = comet.digest
    for check in (True, False):
        refused = comet.task(MODULE, check=check, type="gradient", **inside(tenant))
        assert refused["failed"]
        assert "needs Comet Server 22.9.9 or newer" in refused["msg"]
        assert "this server is 22.6.2" in refused["msg"]
    assert comet.digest == digest


@everywhere
def test_the_first_server_with_them_has_no_groups_yet(comet: EmulatedServer, tenant: str) -> None:
    add_tenants(comet)
    comet.switch(version=FIRST)
    comet.client.forget_version()
    wish = {"type": "gradient", "partner_key": "key", **inside(tenant)}
    assert [manage(comet, **wish)["changed"] for _turn in range(2)] == [True, False]
    refused = comet.task(MODULE, **wish, grouped_by={"users": True})
    assert "23.9.2" in refused["msg"]
