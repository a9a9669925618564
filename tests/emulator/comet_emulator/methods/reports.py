"""Reports and other mail: previews, tests, bulletins, and what is sent when a job ends or a schedule is due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson

from ..core.errors import ApiError
from ..core.routing import PLAUSIBLE, Call, handles
from ..emulator import Emulator, Stored
from ..jobs.running import when_ended
from ..jobs.schedules import next_run
from ..server.mail import Mail, Message, check_addresses, check_delivery, options_of, sender_of
from ..server.reports import IMMEDIATE, Report, jobs_for, write_report
from ..server.routine import MINUTE, every_hour, every_minute
from .profiles import load_user
from .searching import job_test

Document = dict[str, Any]

NEVER_LEAVES = "no mail leaves: it is in the outbox of the control calls"

SCHEDULED = b'"SummaryFrequency":[{'
"""What occurs in stored profiles with a report that is sent by schedule."""

EVERYTHING: Document = {"ClauseType": "", "RuleField": "", "RuleOperator": "", "RuleValue": "", "ClauseChildren": []}
EVERY_JOB: Document = {"ReportType": IMMEDIATE, "SummaryFrequency": [], "Filter": EVERYTHING}
"""The report that users get without any configuration: one for each job."""


@handles("AdminPreviewUserEmailReport", coverage=PLAUSIBLE, reason="the wording of real reports is not known")
def preview_report(call: Call) -> Stored:
    """A report about the user's jobs, as it would be sent."""
    profile = load_user(call, call["TargetUser"])
    address = call.get("EmailAddress")
    recipients = [address] if address else profile["Emails"]
    check_addresses([address] if address else [])
    config = call["EmailReportConfig"]
    jobs = jobs_for(call.emulator, config, {profile["Username"]})
    report = _report_about(call.emulator, config, jobs, profile)
    return call.ok(
        From=sender_of(options_of(call.emulator, profile.get("OrganizationID", ""))),
        To=recipients,
        EmailSubject=report.subject,
        EmailBodyHTML=report.html,
        EmailBodyPlaintext=report.text,
    )


def _report_about(emulator: Emulator, config: Document, jobs: list[Document], profile: Document) -> Report:
    return write_report(
        emulator,
        config,
        jobs,
        organization=profile.get("OrganizationID", ""),
        name=profile["AccountName"] or profile["Username"],
        zone=profile["LocalTimezone"],
    )


def _mail(emulator: Emulator, purpose: str, options: Document, recipients: list[str], report: Report) -> None:
    message = Message(purpose, sender_of(options), recipients, report.subject, report.text, report.html)
    emulator.part(Mail).send(options, message)


@handles("AdminMetaSendTestEmail", coverage=PLAUSIBLE, reason=NEVER_LEAVES)
def send_test_email(call: Call) -> Stored:
    """Send a mail with options that need not be saved; a mode of "" stands for the server's own."""
    check_addresses([call["Recipient"]])
    given = call["EmailOptions"]
    own = options_of(call.emulator, call.caller.organization)
    options = given if given["Mode"] else {**own, "FromEmail": given["FromEmail"], "FromName": given["FromName"]}
    check_delivery(options)
    text = "This is a test message. Mail can be delivered with these settings."
    _mail(call.emulator, "test", options, [call["Recipient"]], Report("Test message", f"<p>{text}</p>", f"{text}\n"))
    return call.ok()


@handles("AdminMetaSendTestReport", coverage=PLAUSIBLE, reason=NEVER_LEAVES)
def send_test_report(call: Call) -> Stored:
    """Send an administrator's report once, about all users of the tenant."""
    organization = call.target_organization()
    option = call["EmailReportingOption"]
    if not option["Recipients"]:
        raise ApiError(400, "The report has no recipient")
    check_addresses(option["Recipients"])
    options = options_of(call.emulator, organization)
    check_delivery(options)
    jobs = jobs_for(call.emulator, option["EmailReportConfig"], _users_of(call.emulator, organization))
    _send_summary(call.emulator, organization, option, jobs)
    return call.ok()


def _users_of(emulator: Emulator, organization: str) -> set[str]:
    """Names of a tenant's users, or of all."""
    return {key for key, row in emulator.store.rows("user").items() if organization in ("", row.organization)}


def _send_summary(emulator: Emulator, organization: str, option: Document, jobs: list[Document]) -> None:
    config, options = option["EmailReportConfig"], options_of(emulator, organization)
    name = (emulator.store.peek("organization", organization) or {}).get("Name", "all users")
    zone = option["LocalTimezone"]
    report = write_report(emulator, config, jobs, organization=organization, name=name, zone=zone)
    _mail(emulator, "report", options, option["Recipients"], report)


@handles("AdminBulletinSubmit", coverage=PLAUSIBLE, reason=NEVER_LEAVES)
def bulletin(call: Call) -> Stored:
    """Send a mail to every user that the caller sees and that has an address: one mail for each."""
    subject, content = call["Subject"], call["Content"]
    if not subject or not content:
        raise ApiError(400, "A bulletin needs a subject and a content")
    check_delivery(options_of(call.emulator, call.caller.organization))
    for row in call.visible("user").values():
        addresses = orjson.loads(row.body)["Emails"]
        if addresses:
            options = options_of(call.emulator, row.organization)
            _mail(call.emulator, "bulletin", options, addresses, Report(subject, "", content))
    return call.ok()


# By themselves


@when_ended(4001, 4002)
def report_job(emulator: Emulator, job: Document, _unused: Document) -> None:
    """Tell a user's addresses about a job that ended, where their settings ask for immediate reports."""
    profile = emulator.store.peek("user", job["Username"])
    if profile is None:
        return
    for address, config in _reports_of(emulator, profile):
        if config["ReportType"] == IMMEDIATE and _concerns(emulator, config, job):
            _mail_user(emulator, "job", profile, address, config, [job])


def _concerns(emulator: Emulator, config: Document, job: Document) -> bool:
    """Whether a report's filter lets a job through; one that makes no sense lets none, and the log tells of it."""
    try:
        return job_test(emulator, config["Filter"])(job)
    except ApiError as problem:
        emulator.log.warn(f"A report of {job['Username']!r} has a bad filter: {problem.message}")
        return False


def _reports_of(emulator: Emulator, profile: Document) -> Iterator[tuple[str, Document]]:
    """Addresses of a user with each report they get: their own, else the policy's, else one for each job."""
    if not profile["SendEmailReports"]:
        return
    if options_of(emulator, profile.get("OrganizationID", ""))["Mode"] == "disabled":
        return
    default = profile["Policy"]["DefaultEmailReports"]
    usual = default["Reports"] if default["ShouldOverrideDefaultReports"] else [EVERY_JOB]
    for address in profile["Emails"]:
        own = profile["OverrideEmailSettings"].get(address)
        yield from ((address, config) for config in (usual if own is None else own["Reports"]))


def _mail_user(
    emulator: Emulator, purpose: str, profile: Document, address: str, config: Document, jobs: list[Document]
) -> None:
    options = options_of(emulator, profile.get("OrganizationID", ""))
    _mail(emulator, purpose, options, [address], _report_about(emulator, config, jobs, profile))


class Scheduled:
    """The thread that sends reports by schedule: when it last woke, whether it sent any, and when it saw the users."""

    def __init__(self, emulator: Emulator) -> None:
        self.woke = self.saw_users = emulator.start_time
        self.sent = False
        self.nanoseconds = 0
        """How long the last look took."""

    @property
    def waits_until(self) -> int:
        """When it looks again."""
        return self.woke + MINUTE


@every_minute
def send_administrators_reports(emulator: Emulator) -> None:
    """Send administrators' reports that became due since the last look."""
    thread = emulator.part(Scheduled)
    since, thread.woke, began = thread.woke, emulator.clock.now(), time.perf_counter_ns()
    thread.sent = _wanted(emulator) and _send_to_administrators(emulator, since, thread.woke) > 0
    thread.nanoseconds = time.perf_counter_ns() - began


@every_hour
def send_users_reports(emulator: Emulator) -> None:
    """Send users' summaries that became due since the last look; less often, since there may be very many users."""
    thread = emulator.part(Scheduled)
    since, thread.saw_users = thread.saw_users, emulator.clock.now()
    if _wanted(emulator) and _send_to_users(emulator, since, thread.saw_users):
        thread.sent = True


def _wanted(emulator: Emulator) -> bool:
    return bool(emulator.config["AuthenticationRole"]["GenerateScheduledEmails"])


def _send_to_administrators(emulator: Emulator, since: int, now: int) -> int:
    sent = 0
    for organization in ("", *emulator.store.rows("organization")):
        options = options_of(emulator, organization)
        for option in emulator.settings_of(organization)["Email"].get("EmailReportingOptions") or ():
            config = option["EmailReportConfig"]
            if options["Mode"] != "disabled" and _due(config, option["LocalTimezone"], since, now):
                jobs = _jobs_or_none(emulator, config, _users_of(emulator, organization))
                if jobs is not None:
                    _send_summary(emulator, organization, option, jobs)
                    sent += 1
    return sent


def _send_to_users(emulator: Emulator, since: int, now: int) -> int:
    """Send users' summaries; whole profiles are only parsed when a schedule occurs in them."""
    sent = 0
    for row in list(emulator.store.rows("user").values()):
        if SCHEDULED not in row.body:
            continue
        profile = orjson.loads(row.body)
        for address, config in _reports_of(emulator, profile):
            if config["ReportType"] != IMMEDIATE and _due(config, profile["LocalTimezone"], since, now):
                jobs = _jobs_or_none(emulator, config, {profile["Username"]})
                if jobs is not None:
                    _mail_user(emulator, "report", profile, address, config, jobs)
                    sent += 1
    return sent


def _jobs_or_none(emulator: Emulator, config: Document, users: set[str]) -> list[Document] | None:
    """Jobs for a report; None when its filter makes no sense, which the log tells of."""
    try:
        return jobs_for(emulator, config, users)
    except ApiError as problem:
        emulator.log.warn(f"A scheduled report has a bad filter: {problem.message}")
        return None


def _due(config: Document, zone: str, since: int, now: int) -> bool:
    """Whether a report became due after one moment and until another."""
    moments = (next_run(entry, zone, since) for entry in config["SummaryFrequency"])
    return any(moment is not None and moment <= now for moment in moments)
