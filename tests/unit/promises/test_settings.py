# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server, and each tenant, has exactly one of: branding, e-mail, building of installers, cluster manager."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._state._lists import PENDING
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_admin, add_tenants
from ansible_collections.comet.backup.tests.unit.promises.case import Case, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES
from ansible_collections.comet.backup.tests.unit.promises.versions import NEWEST, OLDEST

SOLE = [case for case in CASES if case.resource.singleton and case.resource.homes]
OPTIONS = {"email_options": "email", "build_options": "software_build_role", "constellation": "constellation_role"}
each = pytest.mark.parametrize("case", SOLE, ids=[case.title for case in SOLE])


def option_of(case: Case) -> str:
    """The option by which the modules of server and tenant reach the same."""
    return OPTIONS.get(case.resource.kind, case.resource.kind)


def module_around(case: Case) -> tuple[str, Options]:
    """The module that manages it along with the rest, and how that is addressed."""
    return ("comet_tenant", {"name": "ACME"}) if case.address else ("comet_server_config", {})


@pytest.mark.parametrize("server_version", [NEWEST])
@each
def test_the_twin_shows_it(comet: EmulatedServer, case: Case) -> None:
    add_tenants(comet)
    done = succeed(comet.task(case.module, **case.present()))
    comet.forget_calls()
    shown = succeed(comet.task(f"{case.module}_info", **case.address))
    assert shown["changed"] is False
    assert shown[case.resource.kind] == succeed(comet.task(case.module, **case.present()))[case.resource.kind]
    assert shown[case.resource.kind].keys() >= case.create.keys()
    assert PENDING not in str(done)
    assert comet.calls(writes=True) == []
    other = {} if case.address else {"tenant": "ACME"}
    assert succeed(comet.task(f"{case.module}_info", **other))[case.resource.kind] != shown[case.resource.kind]


@pytest.mark.parametrize("server_version", [NEWEST])
@each
def test_the_module_around_it_manages_the_same(comet: EmulatedServer, case: Case) -> None:
    add_tenants(comet)
    module, address = module_around(case)
    succeed(comet.task(module, **address, **{option_of(case): case.create}))
    assert succeed(comet.task(case.module, **case.present()))["changed"] is False
    assert succeed(comet.task(case.module, **case.changed()))["changed"] is True
    assert succeed(comet.task(module, **address, **{option_of(case): case.create}))["changed"] is True


@each
def test_it_is_there_in_a_tenant_that_an_earlier_task_makes(comet: EmulatedServer, case: Case) -> None:
    comet.forget_calls()
    wish = {**case.change, **case.create, "tenant": "Newcomer"}
    said = succeed(comet.task(case.module, check=True, **wish))
    assert said["changed"] is True
    assert said["warnings"][0] == "tenant: there is no tenant Newcomer yet; assuming that an earlier task makes it"
    assert comet.calls(writes=True) == []
    refused = comet.task(case.module, **wish)
    assert refused["msg"].startswith(f"{case.resource.noun}: tenant: there is no tenant named Newcomer")
    comet.client.call("AdminOrganizationSet", Organization={"Name": "Newcomer", "Hosts": ["newcomer.example"]})
    assert said["diff"] == succeed(comet.task(case.module, **wish))["diff"]


BAD: list[tuple[str, Options, str]] = [
    ("comet_email_options", {"mode": "pigeon"}, "email options: mode: 'pigeon' is not a known value"),
    ("comet_email_options", {"smtp_hots": "a"}, "smtp_hots is not an option of this module; did you mean smtp_host?"),
    ("comet_email_options", {"extra": {"SMTPHost": "a"}}, "email options: extra.SMTPHost is known: use the option"),
    ("comet_build_options", {"state": "absent"}, "state is not an option of this module"),
    ("comet_constellation", {"servers": [{"adress": "a"}]}, "servers.adress is not an option of this module"),
    ("comet_branding", {"build_mode": "origami"}, "branding: build_mode: 'origami' is not a known value"),
]


@pytest.mark.parametrize(("module", "options", "sentence"), BAD, ids=[str(options) for _unused, options, _said in BAD])
def test_bad_input_is_one_sentence(comet: EmulatedServer, module: str, options: Any, sentence: str) -> None:
    state = comet.digest
    refused = comet.task(module, **options)
    assert refused["failed"]
    assert refused["msg"].startswith(sentence), refused["msg"]
    assert comet.digest == state


def test_a_role_that_is_off_is_switched_on_again_with_the_whole_configuration(comet: EmulatedServer) -> None:
    """The server refuses the calls of a role that is off."""
    succeed(comet.task("comet_constellation", role_enabled=False))
    back = succeed(comet.task("comet_server_config", constellation_role={"role_enabled": True}))
    assert (back["changed"], back["restarted"]) == (True, True)
    assert succeed(comet.task("comet_constellation", role_enabled=True))["changed"] is False


@pytest.mark.parametrize("reply", ["404", "400", "403"])
def test_a_role_that_is_off_is_seen_and_switched_on_by_its_own_module(comet: EmulatedServer, reply: str) -> None:
    comet.switch(disabled_role=reply)
    off = succeed(comet.task("comet_constellation", role_enabled=False, delete_unused_data=False))
    assert (off["changed"], off["restarted"]) == (True, False)
    state = comet.digest
    again = succeed(comet.task("comet_constellation", role_enabled=False, delete_unused_data=False))
    assert (again["changed"], again["restarted"]) == (False, False)
    assert again["constellation"] == off["constellation"]
    assert succeed(comet.task("comet_constellation_info"))["constellation"] == off["constellation"]
    said = succeed(comet.task("comet_constellation", check=True, role_enabled=True))
    assert comet.digest == state
    on = succeed(comet.task("comet_constellation", role_enabled=True))
    assert (said["changed"], said["restarted"], said["diff"]) == (on["changed"], on["restarted"], on["diff"])
    assert (on["changed"], on["restarted"]) == (True, True)
    assert on["constellation"] == {**off["constellation"], "role_enabled": True}
    comet.forget_calls()
    assert succeed(comet.task("comet_constellation", role_enabled=True))["changed"] is False
    assert comet.calls(writes=False) == ["AdminMetaConstellationConfigGet"]


def test_nothing_else_of_the_configuration_changes_with_a_role_that_was_off(comet: EmulatedServer) -> None:
    succeed(comet.task("comet_constellation", role_enabled=False))
    before = comet.client.call("AdminMetaServerConfigGet")
    succeed(comet.task("comet_constellation", delete_unused_data=True))
    after = comet.client.call("AdminMetaServerConfigGet")
    assert after.pop("ConstellationRole") == {**before.pop("ConstellationRole"), "DeleteUnusedData": True}
    assert after == before


def test_what_is_refused_although_the_role_is_on_stays_refused(comet: EmulatedServer) -> None:
    login = {"username": "limited", "password": PASSWORD}
    add_admin(comet, "limited", Permissions={"DenyConstellationRole": True})
    refused = comet.task("comet_constellation", **login, role_enabled=False)
    assert refused["failed"]
    assert refused["error"]["method"] == "AdminMetaConstellationConfigGet"


def test_what_is_refused_stays_refused_for_those_who_may_not_see_the_configuration(comet: EmulatedServer) -> None:
    add_admin(comet, "limited", Permissions={"PreventEditServerSettings": True})
    succeed(comet.task("comet_constellation", role_enabled=False))
    refused = comet.task("comet_constellation", username="limited", password=PASSWORD, role_enabled=True)
    assert refused["failed"]
    assert refused["error"]["method"] == "AdminMetaConstellationConfigGet"


def test_no_server_of_a_cluster_is_forgotten_by_mistake(comet: EmulatedServer) -> None:
    servers = [{"description": name, "type": "comet", "remote_address": f"https://{name}.example"} for name in "AB"]
    succeed(comet.task("comet_constellation", servers=servers, delete_unused_data=True))
    state = comet.digest
    refused = comet.task("comet_constellation", servers=servers[:1], max_deletions=0)
    assert "this would remove 1 entry (servers.B), but max_deletions is 0" in refused["msg"]
    assert comet.digest == state
    assert succeed(comet.task("comet_constellation", servers=servers[:1]))["removed"] == ["servers.B"]


def test_e_mail_of_a_tenant_on_a_server_without_the_calls(comet: EmulatedServer) -> None:
    """The document of the tenant has it; the server's own cannot be read alone yet."""
    add_tenants(comet)
    comet.switch(version=OLDEST)
    assert succeed(comet.task("comet_email_options", tenant="ACME", from_name="ACME"))["changed"] is True
    assert succeed(comet.task("comet_email_options_info", tenant="ACME"))["email_options"]["from_name"] == "ACME"
    for module in ("comet_email_options", "comet_email_options_info"):
        refused = comet.task(module)
        assert refused["msg"].endswith(f"needs Comet Server 22.12.2 or newer; this server is {OLDEST}.")
