# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""External authentication sources: made and deleted one by one, changed all together, the others as they were."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._client import Client
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import key_of, tenant_id, write_config
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_admin_of_source, add_auth_source
from ansible_collections.comet.backup.tests.unit.promises.case import Options, Step, merged, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import STEPS
from ansible_collections.comet.backup.tests.unit.promises.test_conflicts import Interrupted

MODULE = "comet_external_auth_source"
GET = "AdminExternalAuthSourcesGet"
BY = {"create": "AdminExternalAuthSourcesNew", "change": "AdminExternalAuthSourcesSet"}
BY["delete"] = "AdminExternalAuthSourcesDelete"
DIRECTORY: Options = {"name": "Directory", "type": "ldap", "ldap": {"hostname": "ldap.example.com"}}

OWN = [step for step in STEPS if step.case.module == MODULE]
each_step = pytest.mark.parametrize("step", OWN, ids=[f"{step.case.title}-{step.name}" for step in OWN])


@each_step
def test_each_step_uses_the_narrowest_call_and_keeps_the_others(comet: EmulatedServer, step: Step) -> None:
    step.prepare(comet)
    before = comet.client.call(GET)["other"]
    assert before["FromTheFuture"] == 1
    comet.forget_calls()
    succeed(comet.task(step.case.module, **step.options))
    assert comet.calls(writes=True) == [BY[step.name]]
    assert comet.client.call(GET)["other"] == before


def test_sources_are_read_again_just_before_one_is_changed(comet: EmulatedServer) -> None:
    add_auth_source(comet)
    succeed(comet.task(MODULE, **DIRECTORY))
    turns = iter(range(10))

    def meanwhile() -> None:
        if next(turns) == 1:
            new = {"Description": "New", "Type": "ldap", "FromTheFuture": {"Deep": 1}}
            comet.client.call("AdminExternalAuthSourcesNew", Source=new, SourceID="new")

    def wrap(client: Client) -> Any:
        return Interrupted(client, {GET}, meanwhile, 10)

    succeed(comet.task(MODULE, wrap=wrap, **{**DIRECTORY, "ldap": {"port": 636}}))
    sources = comet.client.call(GET)
    assert sources["new"]["FromTheFuture"] == {"Deep": 1}
    assert next(one for one in sources.values() if one["Description"] == "Directory")["LDAP"]["Port"] == 636


def test_one_that_was_renamed_is_found_by_the_id_that_it_was_given(comet: EmulatedServer) -> None:
    made = succeed(comet.task(MODULE, **DIRECTORY))[MODULE[6:]]["id"]
    assert key_of(comet, GET, "Description", "Directory") == made
    succeed(comet.task(MODULE, id=made, name="Company directory"))
    assert key_of(comet, GET, "Description", "Company directory") == made
    assert succeed(comet.task(MODULE, **DIRECTORY))[MODULE[6:]]["id"] == made
    assert len(comet.client.call(GET)) == 1


def test_each_tenant_has_its_own(comet: EmulatedServer) -> None:
    """A name means one source for each tenant, and a login reaches those of its own alone."""
    add_auth_source(comet)
    comet.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=tenant_id(comet))
    top = succeed(comet.task(MODULE, **DIRECTORY))
    inside = succeed(comet.task(MODULE, **{**DIRECTORY, "username": "acme"}))
    assert top["changed"] is inside["changed"] is True
    assert top[MODULE[6:]]["id"] != inside[MODULE[6:]]["id"]
    shown = succeed(comet.task(f"{MODULE}_info", username="acme"))["external_auth_sources"]
    assert [one["id"] for one in shown] == [inside[MODULE[6:]]["id"]]
    assert succeed(comet.task(MODULE, username="acme", name="Directory", state="absent"))["changed"] is True
    assert {one["Description"] for one in comet.client.call(GET).values()} == {"Other", "Directory"}


@pytest.mark.parametrize("check", [True, False])
def test_who_may_not_list_administrators_deletes_without_a_question(comet: EmulatedServer, check: bool) -> None:
    succeed(comet.task(MODULE, **DIRECTORY))
    add_admin_of_source(comet)
    config = comet.client.call("AdminMetaServerConfigGet")
    rights = {"PreventEditServerSettings": True, "AllowEditExternalAuthSources": True}
    admins = [{**one, **({"Permissions": rights} if one["Username"] == "dave" else {})} for one in config["AdminUsers"]]
    write_config(comet, {**config, "AdminUsers": admins})
    login = {"username": "dave", "password": "correct horse"}
    result = succeed(comet.task(MODULE, **login, name="Directory", state="absent", check=check))
    assert result["changed"] is True
    assert bool(comet.client.call(GET)) is check


def test_a_list_of_administrators_that_fails_otherwise_stops_the_task(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **DIRECTORY))
    comet.fault("http_500", path="admin-user/list", count=20)
    result = comet.task(MODULE, name="Directory", state="absent")
    assert result["failed"]
    assert "AdminAdminUserList" in result["msg"]
    assert comet.client.call(GET)


STORAGE: Options = {
    "S3": {"MasterBucket": "pool", "SecretKey": "canary-5fb1-s3"},
    "ImpUser": {"Region": "eu-central-2"},
    "RemoteAddress": "https://storage.example.com",
    "Username": "storage",
    "Password": "canary-5fb1-storage",
}
"""What a source has in common with storage, and no use for."""


@pytest.mark.parametrize("option", ["s3", "aws", "b2", "remote_address", "username", "external_auth_source_username"])
def test_what_is_for_storage_is_no_option(option: str) -> None:
    spec = TASKS[MODULE].options()
    assert option not in spec
    assert {"type", "ldap", "oidc", "new_user_permissions"} <= set(spec)


def test_what_is_for_storage_survives_and_is_not_shown(comet: EmulatedServer) -> None:
    succeed(comet.task(MODULE, **DIRECTORY))
    ((key, source),) = comet.client.call(GET).items()
    comet.client.call("AdminExternalAuthSourcesSet", Sources={key: merged(source, STORAGE)})
    held = comet.client.call(GET)[key]
    wish = {**DIRECTORY, "ldap": {"port": 636}}
    said = succeed(comet.task(MODULE, check=True, **wish))
    done = succeed(comet.task(MODULE, **wish))
    assert said["diff"] == done["diff"] == {"before": {"ldap": {"port": 0}}, "after": {"ldap": {"port": 636}}}
    assert set(done["external_auth_source"]) == {"id", "name", "type", "ldap", "oidc", "new_user_permissions"}
    now = comet.client.call(GET)[key]
    assert now == {**held, "LDAP": {**held["LDAP"], "Port": 636}}
    assert (now["S3"]["MasterBucket"], now["RemoteAddress"]) == ("pool", "https://storage.example.com")
    shown = succeed(comet.task(f"{MODULE}_info", name="Directory"))
    assert "canary-5fb1" not in str((said, done, shown))
