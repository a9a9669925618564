# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage templates: their neighbours stay, servers that keep no IDs, and what follows a template that is deleted."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.plugins.module_utils._resources._storage_template import STORAGE_TEMPLATE
from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_user, user
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import add_templates, template, templates_of
from ansible_collections.comet.backup.tests.unit.promises.behind_users import add_vault
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS

MODULE = "comet_storage_template"
EUROPE: Options = {"name": "Europe", "type": "comet", "remote_address": "https://storage.example.com"}
BEFORE_IDS = "24.9.6"

OWN = [step for step in STEPS if step.case.module == MODULE]
each_step = pytest.mark.parametrize("step", OWN, ids=[f"{step.case.title}-{step.name}" for step in OWN])
everywhere = pytest.mark.parametrize("tenant", ["", "ACME"])


def inside(tenant: str) -> Options:
    return {"tenant": tenant} if tenant else {}


@each_step
def test_the_other_templates_stay_as_they_are(comet: EmulatedServer, step: Step) -> None:
    tenant = step.case.address.get("tenant", "")
    step.prepare(comet)
    before = [one for one in templates_of(comet, tenant) if one["Description"] != "Europe"]
    assert {one["Description"] for one in before if one.get("FromTheFuture")} == {"Asia", "Africa"}
    elsewhere = templates_of(comet, "" if tenant else "ACME")
    succeed(comet.task(MODULE, **step.options))
    assert [one for one in templates_of(comet, tenant) if one["Description"] != "Europe"] == before
    assert templates_of(comet, "" if tenant else "ACME") == elsewhere
    assert (template("Europe", tenant)(comet) is None) == (step.name == "delete")


@everywhere
def test_secrets_stay_through_the_changes_of_others(comet: EmulatedServer, tenant: str) -> None:
    add_templates(comet)
    secret = "canary-5fb1-europe"
    succeed(comet.task(MODULE, **EUROPE, storage_template_password=secret, **inside(tenant)))
    succeed(comet.task(MODULE, name="Asia", storage_limit_enabled=True, **inside(tenant)))
    succeed(comet.task(MODULE, name="Europe", storage_limit_enabled=True, **inside(tenant)))
    comet.switch(config_secrets="plain")
    assert template("Europe", tenant)(comet)["Password"] == secret  # type: ignore[index]


def test_the_id_follows_from_the_name_and_may_be_chosen(comet: EmulatedServer) -> None:
    made = succeed(comet.task(MODULE, **EUROPE))[STORAGE_TEMPLATE.kind]
    assert made["id"] == STORAGE_TEMPLATE.new_id("", "Europe") == template("Europe")(comet)["ID"]  # type: ignore[index]
    chosen = succeed(comet.task(MODULE, **{**EUROPE, "name": "Asia"}, id="asia"))[STORAGE_TEMPLATE.kind]
    assert chosen["id"] == "asia" == template("Asia")(comet)["ID"]  # type: ignore[index]
    renamed = succeed(comet.task(MODULE, id="asia", name="Far East"))
    assert renamed["diff"] == {"before": {"name": "Asia"}, "after": {"name": "Far East"}}
    assert template("Asia")(comet) is None


@everywhere
@pytest.mark.parametrize("id", ["", "europe"])
def test_a_server_without_ids_knows_templates_by_name(comet: EmulatedServer, tenant: str, id: str) -> None:
    add_tenants(comet)
    comet.switch(version=BEFORE_IDS)
    comet.client.forget_version()
    wish = {**EUROPE, **inside(tenant), **({"id": id} if id else {})}
    made = succeed(comet.task(MODULE, **wish))
    assert made["changed"] is True
    again = succeed(comet.task(MODULE, **wish))
    assert again["changed"] is False
    assert made["storage_template"]["id"] == again["storage_template"]["id"] == "Europe"
    shown = succeed(comet.task(f"{MODULE}_info", name="Europe", **inside(tenant)))["storage_templates"]
    assert [one["id"] for one in shown] == ["Europe"]
    assert succeed(comet.task(MODULE, name="Europe", state="absent", **inside(tenant)))["changed"] is True
    assert template("Europe", tenant)(comet) is None


@pytest.mark.parametrize("version", [BEFORE_IDS, "25.9.8"])
def test_two_of_one_name_are_never_mixed_up(comet: EmulatedServer, version: str) -> None:
    comet.switch(version=version)
    comet.client.forget_version()
    twins = [{"Type": "comet", "Description": "Europe", "ID": key, "RemoteAddress": key} for key in ("one", "two")]
    comet.client.call("AdminMetaRemoteStorageVaultSet", RemoteStorageOptions=twins)
    before = templates_of(comet, "")
    refused = comet.task(MODULE, **EUROPE)
    assert refused["failed"]
    assert "2 objects of kind storage template are named Europe" in refused["msg"]
    assert templates_of(comet, "") == before
    shown = succeed(comet.task(f"{MODULE}_info", name="Europe"))["storage_templates"]
    assert [one["remote_address"] for one in shown] == ["one", "two"]
    succeed(comet.task(MODULE, id=shown[1]["id"], remote_address="three"))
    assert [one["RemoteAddress"] for one in templates_of(comet, "")] == ["one", "three"]


@pytest.mark.parametrize("by", ["name", "id"])
def test_automatic_vaults_come_from_the_replacement(comet: EmulatedServer, by: str) -> None:
    comet.switch(auto_template_removed="refused")
    old = succeed(comet.task(MODULE, **EUROPE))["storage_template"]
    new = succeed(comet.task(MODULE, **{**EUROPE, "name": "Asia"}))["storage_template"]
    add_user("alice", AutoStorageTemplateGUID=old["id"])(comet)
    add_vault(comet)
    vaults = user("alice")(comet)["Destinations"]  # type: ignore[index]
    assert comet.task(MODULE, name="Europe", state="absent")["failed"]
    gone: Options = {"name": "Europe", "state": "absent", "replacement": new[by]}
    assert succeed(comet.task(MODULE, check=True, **gone))["changed"] is True
    assert succeed(comet.task(MODULE, **gone))["changed"] is True
    alice = user("alice")(comet)
    assert alice is not None
    assert (alice["AutoStorageTemplateGUID"], alice["Destinations"]) == (new["id"], vaults)


BAD = {
    "while it is to exist": ({"state": "present", "replacement": "Asia"}, "replacement: only with state=absent"),
    "unknown": ({"replacement": "Asja"}, "replacement: there is no storage template named Asja; did you mean Asia?"),
    "itself": ({"replacement": "Europe"}, "replacement: has to be another storage template"),
    "of a tenant": ({"tenant": "ACME", "replacement": "Asia"}, "replacement: the API takes one only from an"),
}


@pytest.mark.parametrize("title", list(BAD))
def test_a_replacement_that_cannot_be_is_refused(comet: EmulatedServer, title: str) -> None:
    more, sentence = BAD[title]
    add_templates(comet)
    for tenant in ("", "ACME"):
        succeed(comet.task(MODULE, **EUROPE, **inside(tenant)))
    digest = comet.digest
    refused = comet.task(MODULE, **{"name": "Europe", "state": "absent", **more})
    assert refused["failed"]
    assert refused["msg"].startswith(f"storage template Europe: {sentence}")
    assert comet.digest == digest


def test_an_old_server_knows_no_replacement(comet: EmulatedServer) -> None:
    comet.switch(version=BEFORE_IDS)
    comet.client.forget_version()
    succeed(comet.task(MODULE, **EUROPE))
    refused = comet.task(MODULE, name="Europe", state="absent", replacement="Asia")
    assert refused["failed"]
    assert "24.12.2" in refused["msg"]
    assert template("Europe")(comet) is not None


@pytest.mark.parametrize(("version", "identified"), [("24.12.2", True), (BEFORE_IDS, False)])
@pytest.mark.parametrize("whole", ["comet_tenant", "comet_server_config"])
def test_templates_of_a_larger_document_have_ids(
    comet: EmulatedServer, whole: str, version: str, identified: bool
) -> None:
    """Whether a server gives them any or not: without one, nobody can request a vault from them."""
    add_tenants(comet)
    comet.switch(version=version, missing_template_id="left")
    of_server = whole == "comet_server_config"
    wished: Options = {"storage_templates": [EUROPE]}
    options: Options = {"authentication_role": wished} if of_server else {"name": "ACME", **wished}
    said = succeed(comet.task(whole, check=True, **options))
    done = succeed(comet.task(whole, **options))
    assert said["diff"] == done["diff"]
    assert succeed(comet.task(whole, **options))["changed"] is False
    (made,) = [one for one in templates_of(comet, "" if of_server else "ACME") if one["Description"] == "Europe"]
    assert bool(made.get("ID")) is identified
