# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are parts of a larger document: everything else in it stays, and it is written only when it must be."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_tenants import (
    add_neighbours,
    held_by,
    hold,
    webhook,
    write_webhook,
)
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

GET, SET = "AdminMetaWebhookOptionsGet", "AdminMetaWebhookOptionsSet"
OPS: Options = {"name": "ops", "webhook_url": "https://hooks.example.com"}
NEW = {"URL": "https://new.example.com", "CustomHeaders": {"X-Key": "new"}, "FromTheFuture": {"Deep": 1}}

HOMED = [step for step in STEPS if step.case.module == "comet_webhook"]
each_step = pytest.mark.parametrize("step", HOMED, ids=[f"{step.case.title}-{step.name}" for step in HOMED])
everywhere = pytest.mark.parametrize("tenant", ["", "ACME"])


def inside(tenant: str) -> Options:
    return {"tenant": tenant} if tenant else {}


def around(server: EmulatedServer, tenant: str) -> Any:
    """The larger document without the webhook of the tasks."""
    document = copy.deepcopy(held_by(server, tenant))
    document["WebhookOptions"].pop("ops", None)
    return document


@each_step
def test_all_else_in_the_larger_document_stays(comet: EmulatedServer, step: Step) -> None:
    tenant = step.case.address.get("tenant", "")
    step.prepare(comet)
    hold(comet, tenant, {**held_by(comet, tenant), "FromTheFuture": 1})
    before = around(comet, tenant)
    assert before["WebhookOptions"]["audit"]["FromTheFuture"] == 1
    elsewhere = held_by(comet, "" if tenant else "ACME")
    succeed(comet.task(step.case.module, **step.options))
    assert around(comet, tenant) == before
    assert held_by(comet, "" if tenant else "ACME") == elsewhere
    assert (webhook("ops", tenant)(comet) is None) == (step.name == "delete")


@everywhere
def test_the_larger_document_is_read_again_just_before_it_is_written(comet: EmulatedServer, tenant: str) -> None:
    """There is no lock; the window is as short as two calls."""
    add_neighbours(comet)
    comet.forget_calls()
    reading = "AdminOrganizationList" if tenant else GET
    turns = iter(range(10))

    def meanwhile() -> None:
        if next(turns) == 1:
            write_webhook("new", tenant)(comet, NEW)

    def wrap(client: Client) -> Any:
        return Interrupted(client, {reading}, meanwhile, 10)

    succeed(comet.task("comet_webhook", wrap=wrap, **OPS, **inside(tenant)))
    assert webhook("new", tenant)(comet)["FromTheFuture"] == NEW["FromTheFuture"]  # type: ignore[index]
    assert webhook("ops", tenant)(comet) is not None


@everywhere
def test_after_a_lost_answer_it_is_read_before_it_is_written_again(comet: EmulatedServer, tenant: str) -> None:
    """What somebody else wrote after our call that arrived, and whose answer did not, stays."""
    add_neighbours(comet)
    comet.forget_calls()
    comet.fault("drop_after", path="organization/set" if tenant else "webhook-options/set")
    succeed(comet.task("comet_webhook", **OPS, **inside(tenant)))
    log = [call["method"] for call in comet.control("GET", "calls")["calls"]]
    writing, reading = ("AdminOrganizationSet", "AdminOrganizationList") if tenant else (SET, GET)
    assert log.count(writing) == 1
    assert log[log.index(writing) + 1 :] == [reading]


def test_messages_that_wait_are_dropped_by_a_change_and_by_nothing_else(comet: EmulatedServer) -> None:
    comet.switch(webhook_retry_seconds=600.0)
    deaf = {"name": "deaf", "webhook_url": "http://127.0.0.1:9/"}
    succeed(comet.task("comet_webhook", **deaf))
    comet.client.call("AdminAddUser", TargetUser="alice", TargetPassword="correct horse")

    def waiting() -> int:
        return sum(hook["queued"] for hook in comet.control("GET", "webhooks")["webhooks"] if hook["key"] == "deaf")

    before = waiting()
    assert before >= 2
    assert succeed(comet.task("comet_webhook", **deaf))["changed"] is False
    assert waiting() >= before
    assert succeed(comet.task("comet_webhook", **OPS))["changed"] is True
    assert waiting() < before


def login_of_acme(server: EmulatedServer) -> Options:
    add_tenants(server)
    server.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(server))
    return {"username": "acme"}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("named", [False, True])
def test_an_administrator_of_a_tenant_manages_its_webhooks(comet: EmulatedServer, named: bool, check: bool) -> None:
    login = login_of_acme(comet)
    where = {"tenant": tenant_id(comet)} if named else {}
    assert succeed(comet.task("comet_webhook", check=check, **login, **where, **OPS))["changed"] is True
    if check:
        succeed(comet.task("comet_webhook", **login, **where, **OPS))
    assert webhook("ops", "ACME")(comet) is not None
    assert webhook("ops")(comet) is None
    assert succeed(comet.task("comet_webhook", **OPS, tenant="ACME"))["changed"] is False
    shown = succeed(comet.task("comet_webhook_info", **login, **where))["webhooks"]
    assert [one["name"] for one in shown] == ["ops"]
    assert succeed(comet.task("comet_webhook", **login, **where, name="ops", state="absent"))["changed"] is True
    assert webhook("ops", "ACME")(comet) is None


@pytest.mark.parametrize("module", ["comet_webhook", "comet_webhook_info", "comet_policy", "comet_bucket_info"])
def test_an_administrator_of_a_tenant_who_names_one_is_told_what_to_do(comet: EmulatedServer, module: str) -> None:
    login = login_of_acme(comet)
    digest = comet.digest
    wish = {} if module.endswith("_info") else {"name": "ops"}
    for name in ("ACME", "Globex", tenant_id(comet, "Globex")):
        refused = comet.task(module, **login, **wish, tenant=name)
        assert refused["failed"]
        assert refused["msg"].endswith(
            f"tenant: this login belongs to tenant {tenant_id(comet)} and reaches no other; leave tenant out, or give "
            "that ID"
        )
    assert comet.digest == digest


@pytest.mark.parametrize("module", ["comet_webhook", "comet_webhook_info"])
def test_an_administrator_of_a_tenant_does_not_reach_the_top_level(comet: EmulatedServer, module: str) -> None:
    login = login_of_acme(comet)
    refused = comet.task(module, **login, name="ops", tenant="")
    assert refused["failed"]
    assert (
        f"this login belongs to tenant {tenant_id(comet)} and reaches nothing else; leave tenant out" in refused["msg"]
    )


def test_webhooks_of_the_server_and_of_tenants_are_shown_apart(comet: EmulatedServer) -> None:
    add_neighbours(comet)
    succeed(comet.task("comet_webhook", **OPS, tenant="Globex"))
    shown = {
        tenant: [one["name"] for one in succeed(comet.task("comet_webhook_info", **inside(tenant)))["webhooks"]]
        for tenant in ("", "ACME", "Globex")
    }
    assert shown == {"": ["audit", "zabbix"], "ACME": ["audit", "zabbix"], "Globex": ["ops"]}
    assert succeed(comet.task("comet_webhook_info", tenant=""))["webhooks"]
    only = succeed(comet.task("comet_webhook_info", name="audit"))["webhooks"]
    assert [one["webhook_url"] for one in only] == ["https://audit.example.com"]


def test_a_tenant_that_an_earlier_task_makes(comet: EmulatedServer) -> None:
    said = succeed(comet.task("comet_webhook", check=True, **OPS, tenant="ACME"))
    assert said["warnings"] == ["tenant: there is no tenant ACME yet; assuming that an earlier task makes it"]
    assert comet.calls(writes=True) == []
    assert comet.task("comet_webhook", **OPS, tenant="ACME")["failed"]
    add_tenants(comet)
    assert succeed(comet.task("comet_webhook", **OPS, tenant="ACME"))["diff"] == said["diff"]


def test_a_webhook_that_the_module_of_its_home_manages_is_the_same(comet: EmulatedServer) -> None:
    hook = {"name": "ops", "url": OPS["webhook_url"]}
    for tenant, module, address in (("", "comet_server_config", {}), ("ACME", "comet_tenant", {"name": "ACME"})):
        succeed(comet.task(module, **address, webhook_options=[hook]))
        assert succeed(comet.task("comet_webhook", **OPS, **inside(tenant)))["changed"] is False
        changed = {**OPS, "webhook_url": "https://other.example.com"}
        assert succeed(comet.task("comet_webhook", **changed, **inside(tenant)))["changed"] is True
        assert succeed(comet.task(module, **address, webhook_options=[hook]))["changed"] is True


def test_the_connection_keeps_its_options(comet: EmulatedServer) -> None:
    """``url`` is the server's address here, never a member of the webhook."""
    result = succeed(comet.task("comet_webhook", name="ops", custom_headers={}))
    assert result["webhook"]["webhook_url"] == ""
    assert "url" not in result["webhook"]
    refused = comet.task("comet_webhook", **OPS, URL="https://hooks.example.com")
    assert "URL is not an option of this module" in refused["msg"]
