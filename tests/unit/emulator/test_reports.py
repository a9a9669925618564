"""Reports and other mail: previews, tests, bulletins, and what is sent by itself. All ends in the outbox."""

from __future__ import annotations

import time
from typing import Any

import pytest

CLAUSE = {"ClauseType": "", "RuleField": "", "RuleOperator": "", "RuleValue": "", "ClauseChildren": []}
IMMEDIATE = {"ReportType": 0, "SummaryFrequency": [], "Filter": CLAUSE}
SUMMARY = {**IMMEDIATE, "ReportType": 1}


def outbox(server: Any) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = server.control("outbox")["messages"]
    return messages


@pytest.fixture(scope="module")
def demo(start_for_module: Any) -> Any:
    server = start_for_module("--seed", "demo")
    server.control("snapshot", {"name": "first day"})
    return server


def user_with_jobs(demo: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    demo.control("restore", {"name": "first day"})
    profile = demo.ok("get-user-profile", TargetUser="acme-01")
    return profile, demo.ok("get-jobs-for-user", TargetUser="acme-01")


def test_preview_tells_of_the_users_jobs(demo: Any) -> None:
    profile, jobs = user_with_jobs(demo)
    config = {**SUMMARY, "TimeSpan": {"Seconds": int(time.time()), "FrequencyType": 8011}}
    preview = demo.ok("preview-user-email-report", TargetUser="acme-01", EmailReportConfig=config)
    assert preview["EmailBodyHTML"].count("<tr>") == 1 + len(jobs)
    assert preview["To"] == profile["Emails"]
    assert preview["From"] == "ACME <noreply@backup.acme.example>"
    assert preview["EmailSubject"].startswith("[ACME Backup] Summary")
    device = next(iter(profile["Devices"].values()))["FriendlyName"]
    assert device in preview["EmailBodyPlaintext"]
    assert outbox(demo) == []


def test_preview_honours_filter_type_and_address(demo: Any) -> None:
    _unused, jobs = user_with_jobs(demo)
    good = {**CLAUSE, "RuleField": "BackupJobDetail.Status", "RuleOperator": "int_eq", "RuleValue": "5000"}
    expected = sum(job["Status"] == 5000 for job in jobs)
    for kind, rows in ((1, expected), (2, expected), (3, expected), (0, min(1, expected))):
        config = {"ReportType": kind, "SummaryFrequency": [], "TimeSpan": {"Seconds": int(time.time())}, "Filter": good}
        preview = demo.ok(
            "preview-user-email-report", TargetUser="acme-01", EmailReportConfig=config, EmailAddress="x@y.example"
        )
        assert preview["EmailBodyPlaintext"].count("Backup | Success") == rows
        assert preview["To"] == ["x@y.example"]
    wrong = {**CLAUSE, "RuleField": "BackupJobDetail.Status", "RuleOperator": "int_eq", "RuleValue": "many"}
    bad = {"TargetUser": "acme-01", "EmailReportConfig": {**SUMMARY, "Filter": wrong}}
    demo.refused("preview-user-email-report", 400, **bad)
    bad = {"TargetUser": "acme-01", "EmailReportConfig": SUMMARY, "EmailAddress": "nobody"}
    demo.refused("preview-user-email-report", 400, **bad)


def test_names_are_escaped_in_html(server: Any) -> None:
    profile = {**server.user(), "AccountName": "<b>Bobby & Co</b>"}
    server.ok("set-user-profile", TargetUser="alice", ProfileData=profile)
    preview = server.ok("preview-user-email-report", TargetUser="alice", EmailReportConfig=IMMEDIATE)
    assert "&lt;b&gt;Bobby &amp; Co" in preview["EmailBodyHTML"]
    assert "<b>Bobby" not in preview["EmailBodyHTML"]


def test_test_mail_is_counted_and_kept(server: Any) -> None:
    options = {"FromEmail": "a@b.example", "FromName": "Ann", "Mode": "smtp", "SMTPHost": "mail.example"}
    server.ok("meta/send-test-email", EmailOptions=options, Recipient="c@d.example")
    (mail,) = outbox(server)
    assert (mail["sender"], mail["recipients"], mail["error"]) == ("Ann <a@b.example>", ["c@d.example"], "")
    assert server.ok("meta/version")["EmailsSentSuccessfully"] == 1
    server.ok("meta/send-test-email", EmailOptions=options, Recipient="c@nowhere.invalid")
    info = server.ok("meta/version")
    assert (info["EmailsSentSuccessfully"], info["EmailsSentErrors"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "recipient"),
    [({}, "nobody"), ({}, "a b@c.example"), ({"Mode": "disabled"}, "a@b.example"), ({"Mode": "smtp"}, "a@b.example")],
)
def test_test_mail_that_cannot_be_sent(server: Any, change: dict[str, str], recipient: str) -> None:
    options = {"FromEmail": "a@b.example", "FromName": "", "Mode": "builtin", **change}
    server.refused("meta/send-test-email", 400, EmailOptions=options, Recipient=recipient)
    assert outbox(server) == []


def test_mail_waits_in_the_queue(server: Any) -> None:
    server.switch(mail_seconds=60)
    options = {"FromEmail": "a@b.example", "FromName": "", "Mode": ""}
    server.ok("meta/send-test-email", EmailOptions=options, Recipient="c@d.example")
    assert server.ok("meta/version")["EmailsWaitingInQueue"] == 1
    server.control("clock", {"advance": 61})
    info = server.ok("meta/version")
    assert (info["EmailsWaitingInQueue"], info["EmailsSentSuccessfully"]) == (0, 1)


def test_test_report_of_a_tenant(demo: Any) -> None:
    user_with_jobs(demo)
    (acme,) = [key for key, tenant in demo.ok("organization/list").items() if tenant["Name"] == "ACME"]
    option = {"EmailReportConfig": SUMMARY, "LocalTimezone": "UTC", "Recipients": ["boss@acme.example"]}
    option["EmailReportConfig"] = {**SUMMARY, "TimeSpan": {"Seconds": int(time.time())}}
    demo.ok("meta/send-test-report", EmailReportingOption=option, TargetOrganization=acme)
    demo.refused("meta/send-test-report", 400, EmailReportingOption={**option, "Recipients": []})
    (mail,) = outbox(demo)
    assert "acme-02" in mail["text"]
    assert "globex-01" not in mail["text"]


def test_bulletin_is_one_mail_for_each_user(server: Any) -> None:
    for name in ("alice", "berta", "carol"):
        emails = [f"{name}@example.com", f"{name}@home.example"] if name != "carol" else []
        server.ok("set-user-profile", TargetUser=name, ProfileData={**server.user(name), "Emails": emails})
    server.ok("bulletin/submit", Subject="News", Content="We move.")
    assert sorted(mail["recipients"][0] for mail in outbox(server)) == ["alice@example.com", "berta@example.com"]
    assert server.ok("meta/version")["EmailsSentSuccessfully"] == 2
    server.refused("bulletin/submit", 400, Subject="", Content="We move.")


def test_administrators_reports_go_out_by_schedule(server: Any) -> None:
    schedule = {"FrequencyType": 8011, "SecondsPast": 3600}
    report = {"EmailReportConfig": {**SUMMARY, "SummaryFrequency": [schedule]}, "Recipients": ["boss@example.com"]}
    email = server.ok("meta/email-options/get")
    server.ok("meta/email-options/set", EmailOptions={**email, "EmailReportingOptions": [report]})
    server.ok("meta/version")
    server.control("clock", {"advance": 25 * 3600})
    assert [mail["recipients"] for mail in outbox(server)] == [["boss@example.com"]]
    info = server.ok("meta/version")
    assert info["ScheduledEmailThreadLastWakeSentEmails"] is True
    assert info["ScheduledEmailThreadLastCalculateDurationNanos"] > 0
    assert info["ScheduledEmailThreadWaitingUntil"] > info["CurrentTime"]


def test_job_that_ends_is_reported_to_its_user(demo: Any) -> None:
    profile, _unused = user_with_jobs(demo)
    live = demo.ok("dispatcher/list-active", UserNameFilter="")
    username, target = next((entry["Username"], key) for key, entry in live.items())
    profile = demo.ok("get-user-profile", TargetUser=username)
    device = live[target]["DeviceID"]
    source = next(key for key, item in profile["Sources"].items() if item["OwnerDevice"] == device)
    failed = {**CLAUSE, "RuleField": "BackupJobDetail.Status", "RuleOperator": "int_gte", "RuleValue": "7000"}
    own = {
        "only@failures.example": {"Reports": [{**IMMEDIATE, "Filter": failed}]},
        "later@x.example": {"Reports": [SUMMARY]},
    }
    profile.update(Emails=["all@x.example", *own], OverrideEmailSettings=own, SendEmailReports=True)
    demo.ok("set-user-profile", TargetUser=username, ProfileData=profile)

    def recipients(outcome: str) -> set[str]:
        seen = len(outbox(demo))
        demo.switch(job_outcome=outcome)
        vault = next(iter(profile["Destinations"]))
        demo.ok("dispatcher/run-backup-custom", TargetID=target, Source=source, Destination=vault)
        demo.control("clock", {"advance": 60})
        mails = [mail for mail in outbox(demo)[seen:] if username in mail["text"]]
        return {address for mail in mails for address in mail["recipients"]}

    assert recipients("success") == {"all@x.example"}
    assert recipients("error") == {"all@x.example", "only@failures.example"}
    demo.switch(job_outcome="success")


def test_users_summaries_go_out_by_schedule(server: Any) -> None:
    daily = {**SUMMARY, "SummaryFrequency": [{"FrequencyType": 8011, "SecondsPast": 3600}]}
    broken = {
        **daily,
        "Filter": {**CLAUSE, "RuleField": "BackupJobDetail.Status", "RuleOperator": "int_eq", "RuleValue": "x"},
    }
    changes = {
        "Emails": ["daily@x.example", "broken@x.example", "usual@x.example"],
        "OverrideEmailSettings": {"daily@x.example": {"Reports": [daily]}, "broken@x.example": {"Reports": [broken]}},
    }
    server.ok("set-user-profile", TargetUser="alice", ProfileData={**server.user(), **changes})
    silent = {**server.user("berta"), **changes, "SendEmailReports": False}
    server.ok("set-user-profile", TargetUser="berta", ProfileData=silent)
    server.control("clock", {"advance": 25 * 3600})
    assert [(mail["recipients"], mail["purpose"]) for mail in outbox(server)] == [(["daily@x.example"], "report")]
    today = server.ok("meta/list-available-log-days")[0]
    assert "A scheduled report has a bad filter" in server.raw("meta/read-logs", Log=today).text
