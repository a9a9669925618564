# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Administrators of a tenant: whatever the server allows them works, and for all else one sentence says why not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api import _model
from ansible_collections.comet.backup.plugins.module_utils._module._catalog import TASKS
from ansible_collections.comet.backup.plugins.module_utils._module._info import ReportsTask
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Resource
from ansible_collections.comet.backup.tests.unit.emulated import PASSWORD, EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import add_tenants, tenant_id
from ansible_collections.comet.backup.tests.unit.promises.case import CANARY, Case, Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases import CASES

REPORTS = [
    (name, gather) for name, task in TASKS.items() if isinstance(task, ReportsTask) for gather in task.resource.reports
]
INFO = sorted({name for name in TASKS if name.endswith("_info")} - {name for name, _gather in REPORTS})
TOP_LEVEL = [name for name in _model.method_names() if _model.method(name).top_level]
ELSEWHERE = ("", "Globex", "{globex}")
HINT = "The login itself works. Either acme may not do this, which the permissions of that administrator decide, or"
YOUNGER = {"comet_webhook": "AllowEditWebhooks"}
"""Permissions that came later than the calls they open; without them no administrator of a tenant has these."""


def reached(resource: Resource, writes: bool = True) -> bool:
    """Whether no call that a kind needs is for the top level alone; another tenant's document is not needed."""
    owners = [home.owner for home in resource.homes if home.owner and not home.owner.outermost]
    inside = [home for home in resource.homes if not home.owner]
    reading: list[Call | None] = [kind.listing or kind.reading for kind in (resource, *owners)]
    writing = [call for kind in (resource, *owners) for call in (kind.creating, kind.updating, kind.deleting)]
    reading += [home.reading for home in inside]
    writing += [home.updating for home in inside]
    return not any(_model.method(call.method).top_level for call in (*reading, *(writing if writes else ())) if call)


WORKING = [
    (case, named)
    for case in CASES
    for named in ((False, True) if case.in_tenant else (False,))
    if reached(case.resource)
]
DENIED = [case for case in CASES if not reached(case.resource)]
ABROAD = [case for case in CASES if case.in_tenant]

each_info = pytest.mark.parametrize("module", INFO)
really_or_not = pytest.mark.parametrize("check", [True, False], ids=["check", "real"])


def titles(cases: list[Case]) -> list[str]:
    return [case.title for case in cases]


def login_of_acme(server: EmulatedServer, case: Case | None = None) -> Options:
    """What logs in an administrator of ACME, once everything is there that the case needs."""
    if case:
        case.before(server)
    if not server.client.call("AdminOrganizationList"):
        add_tenants(server)
    own = tenant_id(server)
    if case and "user" in homeless(case.where):
        server.change_profile(case.where["user"], OrganizationID=own)
    server.client.call("AdminAdminUserNew", TargetUser="acme", TargetPassword=PASSWORD, TargetOrgID=own)
    server.forget_calls()
    return {"username": "acme"}


def homeless(options: Options) -> Options:
    """The options without the tenant that the case itself names."""
    return {name: value for name, value in options.items() if name != "tenant"}


def wishes(case: Case) -> list[Options]:
    """All that the case can ask for."""
    changed = [case.changed()] if case.change else []
    absent = [] if case.resource.singleton else [case.absent()]
    return [homeless(options) for options in (case.present(), *changed, *absent)]


def refusal(server: EmulatedServer, module: str, **options: Any) -> str:
    """The sentence of a task that fails and changes nothing."""
    digest = server.digest
    result = server.task(module, **options)
    assert result.get("failed"), result
    assert server.digest == digest
    assert CANARY not in str(result)
    return str(result["msg"])


def too_early(server: EmulatedServer, case: Case) -> bool:
    """Whether nobody can be permitted yet what the case does."""
    flag = YOUNGER.get(case.module)
    since = _model.structure("AdminUserPermissions").member(flag).since if flag else ""
    return bool(since) and server.client.version() < _model.parse_version(since)


def lacks_the_calls(server: EmulatedServer, case: Case) -> bool:
    """Whether the server is too old for the calls by which an administrator of a tenant reaches what it has one of."""
    own = [home.reading for home in case.resource.homes if home.reading] if case.resource.singleton else []
    dates = [_model.method(call.method).since for call in own]
    return any(since and server.client.version() < _model.parse_version(since) for since in dates)


def for_the_top_level(message: str, tenant: str) -> bool:
    """Whether the message says who could do that, and who asked."""
    return (
        message.count("only an administrator of the top level can call Admin") == 1
        and f"acme belongs to tenant {tenant}; log in as one of the top level" in message
    )


@pytest.mark.parametrize(
    ("case", "named"), WORKING, ids=[f"{case.title}-{'named' if named else 'unnamed'}" for case, named in WORKING]
)
def test_what_is_its_own_it_manages(comet: EmulatedServer, case: Case, named: bool) -> None:
    """Present, changed and absent: foretold by check mode, done once, and seen from the top level as the tenant's."""
    login = login_of_acme(comet, case)
    where: Options = {"tenant": tenant_id(comet)} if named else {}
    if lacks_the_calls(comet, case):
        assert " needs Comet Server " in refusal(comet, case.module, **wishes(case)[0], **login, **where)
        return
    if too_early(comet, case):
        assert HINT in refusal(comet, case.module, **wishes(case)[0], **login, **where)
        return
    for options in wishes(case):
        digest = comet.digest
        foretold = succeed(comet.task(case.module, check=True, **options, **login, **where))
        assert comet.digest == digest
        done = succeed(comet.task(case.module, **options, **login, **where))
        assert foretold["changed"] is done["changed"] is True
        assert foretold["diff"] == done["diff"]
        assert succeed(comet.task(case.module, **options, **login, **where))["changed"] is False
        if case.in_tenant:
            assert succeed(comet.task(case.module, **options, tenant="ACME"))["changed"] is False
        if options.get("state") != "absent":
            assert succeed(comet.task(f"{case.module}_info", **login, **where, **homeless(case.where)))[
                case.resource.plural
            ]


@pytest.mark.parametrize("case", DENIED, ids=titles(DENIED))
@really_or_not
def test_what_is_the_top_levels_it_is_denied(comet: EmulatedServer, case: Case, check: bool) -> None:
    login = login_of_acme(comet, case)
    for options in wishes(case):
        assert for_the_top_level(refusal(comet, case.module, check=check, **options, **login), tenant_id(comet))


@pytest.mark.parametrize("where", ELSEWHERE)
@pytest.mark.parametrize("case", ABROAD, ids=titles(ABROAD))
@really_or_not
def test_elsewhere_it_reaches_nothing(comet: EmulatedServer, case: Case, where: str, check: bool) -> None:
    login = login_of_acme(comet, case)
    tenant = where.format(globex=tenant_id(comet, "Globex"))
    for options in wishes(case):
        message = refusal(comet, case.module, check=check, **options, **login, tenant=tenant)
        assert f"tenant: this login belongs to tenant {tenant_id(comet)} and reaches no" in message
        assert "leave tenant out" in message
    assert comet.calls(writes=True) == []


@each_info
def test_what_is_its_own_it_reads(comet: EmulatedServer, module: str) -> None:
    login = login_of_acme(comet)
    task = TASKS[module]
    resource = getattr(task, "resource", None)
    assert isinstance(resource, Resource)
    if not reached(resource, writes=False):
        assert for_the_top_level(refusal(comet, module, **login), tenant_id(comet))
        return
    found = succeed(comet.task(module, **login))
    if "tenant" in task.options():
        named = succeed(comet.task(module, **login, tenant=tenant_id(comet)))
        assert named[resource.plural] == found[resource.plural]
        for where in ELSEWHERE:
            message = refusal(comet, module, **login, tenant=where.format(globex=tenant_id(comet, "Globex")))
            assert f"tenant: this login belongs to tenant {tenant_id(comet)} and reaches no" in message


@pytest.mark.parametrize(("module", "gather"), REPORTS)
def test_what_it_may_know_of_the_server_it_reads(comet: EmulatedServer, module: str, gather: str) -> None:
    login = login_of_acme(comet)
    task = TASKS[module]
    assert isinstance(task, ReportsTask)
    if _model.method(task.resource.reports[gather].method).top_level:
        assert for_the_top_level(refusal(comet, module, **login, gather=[gather]), tenant_id(comet))
    else:
        assert gather in succeed(comet.task(module, **login, gather=[gather]))


@pytest.mark.parametrize("method", TOP_LEVEL)
def test_calls_of_the_top_level_are_denied(comet: EmulatedServer, method: str) -> None:
    login = login_of_acme(comet)
    params = {
        name: parameter.type.zero for name, parameter in _model.method(method).parameters.items() if parameter.required
    }
    message = refusal(comet, "comet_api", **login, method=method, params=params)
    assert for_the_top_level(message, tenant_id(comet))
    assert f"call {method}," in message


def test_what_permissions_withhold_is_said_as_far_as_it_is_known(comet: EmulatedServer) -> None:
    """A server says the same to whoever may not and to whoever asks for what is not there."""
    comet.switch(new_tenant_admin_permissions="none")
    login = login_of_acme(comet)
    for module, options in (
        ("comet_webhook", {"name": "ops", "webhook_url": "https://hooks.example.com"}),
        ("comet_webhook_info", {}),
        ("comet_api", {"method": "AdminGetUserProfile", "params": {"TargetUser": "nobody"}}),
    ):
        message = refusal(comet, module, **login, **options)
        assert "refused Admin" in message
        assert HINT in message
        assert "top level" not in message


def test_whose_login_it_is_is_asked_once(comet: EmulatedServer) -> None:
    login = login_of_acme(comet)
    refusal(comet, "comet_tenant", **login, name="Other")
    assert comet.calls(writes=False).count("AdminAccountProperties") == 1
