# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing objects that are parts of larger documents, against a client that follows a script."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.comet.backup.plugins.module_utils._api._errors import Refused
from ansible_collections.comet.backup.plugins.module_utils._resources._policy import POLICY
from ansible_collections.comet.backup.plugins.module_utils._resources._webhook import WEBHOOK
from ansible_collections.comet.backup.plugins.module_utils._state._plan import Wish
from ansible_collections.comet.backup.plugins.module_utils._state._resource import Call, Home, Resource
from ansible_collections.comet.backup.tests.unit.plugins.module_utils.state.test_engine import LOST, Run, no_pauses

__all__ = ["no_pauses"]  # fixture

GET, SET, TENANTS, SET_TENANT = (
    "AdminMetaWebhookOptionsGet",
    "AdminMetaWebhookOptionsSet",
    "AdminOrganizationList",
    "AdminOrganizationSet",
)
OTHER = {"URL": "https://other.example", "New": 1}
URL = {"URL": "https://ops.example"}
ITEM = Resource(
    kind="item",
    plural="items",
    structure="SourceConfig",
    named=True,
    homes=(Home(path=("Policy", "DefaultSources"), owner=POLICY),),
)
ADDRESS = Resource(
    kind="address",
    plural="addresses",
    structure="HTTPConnectorOptions",
    named=True,
    homes=(
        Home(
            path=("ListenAddresses",),
            reading=Call("AdminMetaServerConfigGet"),
            updating=Call("AdminMetaServerConfigSet", {"Config": "document"}),
            keys=("ListenAddress",),
        ),
    ),
)


def hook(present: bool = True, **replies: Any) -> Run:
    return Run(WEBHOOK, Wish(present, id="ops", patch=URL if present else {}), **{SET: {}, **replies})


@pytest.mark.parametrize(
    ("present", "before", "after"),
    [
        (True, {"other": OTHER}, {"other": OTHER, "ops": URL}),
        (True, {"ops": {"New": 2}, "other": OTHER}, {"ops": {"New": 2, **URL}, "other": OTHER}),
        (False, {"ops": URL, "other": OTHER}, {"other": OTHER}),
        (False, {"ops": URL}, {}),
    ],
    ids=["made", "changed", "deleted", "the last one deleted"],
)
def test_written_with_all_else_that_was_just_read(present: bool, before: Any, after: Any) -> None:
    run = hook(present, **{GET: [before, before, after]})
    assert run.go().changed
    assert run.methods == [GET, GET, SET, GET]
    assert run.sent(SET) == [{"WebhookOptions": after}]


@pytest.mark.parametrize("present", [True, False])
def test_nothing_is_written_when_nothing_differs(present: bool) -> None:
    run = hook(present, **{GET: {"ops": URL} if present else {}})
    assert not run.go().changed
    assert run.methods == [GET]


def test_what_came_between_reading_and_reading_again_is_kept() -> None:
    run = hook(**{GET: [{}, {"other": OTHER}, {"other": OTHER, "ops": URL}]})
    run.go()
    assert run.sent(SET) == [{"WebhookOptions": {"other": OTHER, "ops": URL}}]


def test_a_lost_answer_is_followed_by_a_look() -> None:
    run = hook(**{GET: [{}, {}, {"ops": URL}], SET: LOST})
    assert run.go().changed
    assert run.methods == [GET, GET, SET, GET]


def test_what_was_lost_on_the_way_is_written_on_what_is_there_then() -> None:
    run = hook(**{GET: [{}, {}, {"other": OTHER}, {"other": OTHER, "ops": URL}], SET: [LOST, {}]})
    assert run.go().changed
    assert run.sent(SET)[1] == {"WebhookOptions": {"other": OTHER, "ops": URL}}


def test_a_refusal_is_an_error() -> None:
    run = hook(**{GET: {}, SET: Refused("no", SET, "", 403, "because")})
    with pytest.raises(Refused, match="no"):
        run.go()
    assert run.methods.count(SET) == 1


def test_the_owner_is_written_whole_under_its_id() -> None:
    acme = {"Name": "ACME", "New": 1, "WebhookOptions": {"other": OTHER}}
    whole = {**acme, "WebhookOptions": {"other": OTHER, "ops": URL}}
    run = Run(
        WEBHOOK,
        Wish(True, id="ops", home="tenant", owner="1", patch=URL),
        **{TENANTS: [{"1": acme}, {"1": acme}, {"1": whole}], SET_TENANT: {}},
    )
    run.go()
    assert run.methods == [TENANTS, TENANTS, SET_TENANT, TENANTS]
    assert run.sent(SET_TENANT) == [{"OrganizationID": "1", "Organization": whole}]


def test_the_owners_lock_goes_with_it_and_a_conflict_is_planned_again() -> None:
    policies = {"1": {"Description": "Gold", "OrganizationID": ""}}
    answers = [{"Policy": {"Description": "Gold", "New": number}, "PolicyHash": f"h{number}"} for number in range(2)]
    run = Run(
        ITEM,
        Wish(True, id="docs", home="policy", owner="1", patch={"Description": "Documents"}),
        AdminPoliciesListFull=policies,
        AdminPoliciesGet=answers,
        AdminPoliciesSet=[Refused("no", "AdminPoliciesSet", "", 409, "hash mismatch"), {}],
    )
    assert run.go().changed
    sent = run.sent("AdminPoliciesSet")
    assert [(one["PolicyID"], one["CheckPolicyHash"], one["Policy"]["New"]) for one in sent] == [
        ("1", "h0", 0),
        ("1", "h1", 1),
    ]
    (item,) = sent[1]["Policy"]["Policy"]["DefaultSources"].items()
    assert (item[0], item[1]["Description"]) == ("docs", "Documents")


def test_a_call_that_restarts_the_server_is_waited_for() -> None:
    config = {"New": 1, "ListenAddresses": [{"ListenAddress": ":80"}]}
    run = Run(
        ADDRESS,
        Wish(False, id=":80", restart_timeout=33),
        AdminMetaServerConfigGet=[config, config, {"New": 1}],
        AdminMetaServerConfigSet={},
    )
    outcome = run.go()
    assert (outcome.changed, outcome.restarted) == (True, True)
    assert run.sent("AdminMetaServerConfigSet") == [{"Config": {"New": 1, "ListenAddresses": []}}]
    assert run.client.waited == [("start-1", 33.0)]


def test_check_mode_only_says() -> None:
    run = Run(WEBHOOK, Wish(True, id="ops", patch=URL), check_mode=True, **{GET: {}})
    outcome = run.go()
    assert (outcome.changed, outcome.document, outcome.id) == (True, URL, "ops")
    assert run.methods == [GET]
