# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports by e-mail: of one address of a user, or of a policy, each apart from the other."""

from __future__ import annotations

import pytest

from ansible_collections.comet.backup.tests.unit.emulated import EmulatedServer
from ansible_collections.comet.backup.tests.unit.promises.behind import tenant_id
from ansible_collections.comet.backup.tests.unit.promises.behind_accounts import add_policies
from ansible_collections.comet.backup.tests.unit.promises.behind_users import (
    add_recipients,
    default_reports,
    email_report,
)
from ansible_collections.comet.backup.tests.unit.promises.case import Options, succeed
from ansible_collections.comet.backup.tests.unit.promises.cases_of_users import DAILY

BOSS: Options = {"user": "alice", "email": "boss@example.com"}
GOLD: Options = {"policy": "Gold"}
REPORTS: Options = {"reports": [DAILY]}


@pytest.fixture
def ready(comet: EmulatedServer) -> EmulatedServer:
    add_recipients(comet)
    add_policies(comet)
    comet.forget_calls()
    return comet


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (REPORTS, "one of the following is required: user, policy"),
        ({**BOSS, **GOLD, **REPORTS}, "parameters are mutually exclusive: user|policy"),
        ({"user": "alice", **REPORTS}, "missing parameter(s) required by 'user': email"),
        ({**GOLD, "email": "boss@example.com"}, "parameters are mutually exclusive: policy|email"),
        ({**BOSS, "tenant": "ACME"}, "parameters are mutually exclusive: user|tenant"),
        (BOSS, "reports: needed; an empty list means that none is sent"),
        (GOLD, "reports: needed; an empty list means that none is sent"),
        ({**BOSS, "user": "alic", **REPORTS}, "there is no user alic; did you mean alice?"),
        ({"policy": "Golt", **REPORTS}, "policy: there is no policy named Golt; did you mean Gold?"),
        (
            {**BOSS, "reports": [{**DAILY, "summary_frequency": [{"seconds_past": "07:00"}]}]},
            "reports.#1.summary_frequency.#1.frequency_type: a schedule needs one",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(ready: EmulatedServer, options: Options, said: str) -> None:
    digest = ready.digest
    refused = ready.task("comet_email_report", **options)
    assert refused["failed"]
    assert said in refused["msg"]
    assert ready.digest == digest


def test_other_addresses_stay(ready: EmulatedServer) -> None:
    other = email_report("alice", "it@example.com")
    before = other(ready)
    succeed(ready.task("comet_email_report", **BOSS, **REPORTS))
    succeed(ready.task("comet_email_report", **BOSS, state="absent"))
    assert before is not None
    assert other(ready) == before


@pytest.mark.parametrize("address", [BOSS, GOLD], ids=["user", "policy"])
def test_no_reports_is_something_else_than_none_of_ones_own(ready: EmulatedServer, address: Options) -> None:
    assert succeed(ready.task("comet_email_report", **address, reports=[]))["changed"] is True
    assert succeed(ready.task("comet_email_report", **address, reports=[]))["changed"] is False
    assert succeed(ready.task("comet_email_report", **address, state="absent"))["changed"] is True
    assert succeed(ready.task("comet_email_report", **address, state="absent"))["changed"] is False


def test_reports_of_a_policy_that_do_not_count_are_none(ready: EmulatedServer) -> None:
    """What was left behind by switching them off is replaced, not taken over."""
    held = ready.client.call("AdminPoliciesGet", PolicyID="Gold-top")["Policy"]
    off = {"ShouldOverrideDefaultReports": False, "Reports": [{"ReportType": 3}, {"ReportType": 0}]}
    document = {**held, "Policy": {**held["Policy"], "DefaultEmailReports": off}}
    ready.client.call("AdminPoliciesSet", PolicyID="Gold-top", Policy=document)
    assert succeed(ready.task("comet_email_report_info", **GOLD))["email_reports"] == []
    assert succeed(ready.task("comet_email_report", **GOLD, state="absent"))["changed"] is False
    assert succeed(ready.task("comet_email_report", **GOLD, **REPORTS))["msg"] == "email report of policy Gold created"
    held = default_reports("Gold-top")(ready)
    assert held is not None
    assert [one["ReportType"] for one in held["Reports"]] == [1]


def test_a_policy_is_that_of_the_tenant(ready: EmulatedServer) -> None:
    succeed(ready.task("comet_email_report", **GOLD, tenant="ACME", **REPORTS))
    assert default_reports("Gold-top")(ready) is None
    assert default_reports(f"Gold-{tenant_id(ready)}")(ready) is not None
    shown = succeed(ready.task("comet_email_report_info", tenant="ACME"))["email_reports"]
    assert [(one["policy"], "email" in one) for one in shown] == [("Gold", False)]


def test_a_difference_says_what_comes_and_goes(ready: EmulatedServer) -> None:
    one = {"policy": "Gold", "reports": [{"report_type": "immediate"}]}
    made = succeed(ready.task("comet_email_report", **one))
    assert made["diff"]["after"]["reports"] == {"#1": {"report_type": "immediate"}}
    assert succeed(ready.task("comet_email_report", **one))["changed"] is False
    succeed(ready.task("comet_email_report", policy="Gold", reports=[]))
    gone = succeed(ready.task("comet_email_report", policy="Gold", state="absent"))
    assert gone["diff"] == {"before": {"policy": "Gold"}, "after": {}}


def test_the_modules_around_say_the_same(ready: EmulatedServer) -> None:
    for address in (BOSS, GOLD):
        succeed(ready.task("comet_email_report", **address, **REPORTS))
    override = [{"email": "boss@example.com", **REPORTS}]
    default = {"default_email_reports": {"should_override_default_reports": True, **REPORTS}}
    assert succeed(ready.task("comet_user", name="alice", override_email_settings=override))["changed"] is False
    assert succeed(ready.task("comet_policy", name="Gold", settings=default))["changed"] is False


def test_all_of_all_are_shown(ready: EmulatedServer) -> None:
    for address in (BOSS, GOLD):
        succeed(ready.task("comet_email_report", **address, **REPORTS))
    shown = succeed(ready.task("comet_email_report_info"))["email_reports"]
    told = {(one.get("user"), one.get("policy"), one.get("email")) for one in shown}
    assert told == {("alice", None, "boss@example.com"), ("alice", None, "it@example.com"), (None, "Gold", None)}
    by_address = succeed(ready.task("comet_email_report_info", email="it@example.com"))["email_reports"]
    assert [one["email"] for one in by_address] == ["it@example.com"]
