# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions of e-mail delivery and of reports."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "AdminEmailOptions": {
        "": "Sender of the e-mails.",
        "FromEmail": "Address from which e-mails are sent.",
        "FromName": "Name shown as the sender.",
    },
    "EmailOptions": {
        "": "How e-mail is sent, and the reports for administrators.",
        "Mode": "Delivery by V(smtp), V(smtp_ssl) or V(builtin), or V(disabled). Empty or V(inherit) means as the top level; there it means none.",
        "EmailReportingOptions": "Reports for administrators, across all users (22.12 and later).",
        "SMTPHost": "Address of the mail server.",
        "SMTPPort": "Port of the mail server, commonly 465 for TLS, 587 for STARTTLS and 25 for plain.",
        "SMTPUsername": "Name to log in to the mail server with.",
        "SMTPPassword": "Password to log in to the mail server with, write-only.",
        "SMTPAllowInvalidCertificate": "Accepts a mail server's certificate that does not check out.",
        "SMTPAllowUnencrypted": "Allows delivery by V(smtp) to go on without encryption.",
        "SMTPCustomEhlo": "Host name by which the server greets the mail server; empty for the default (24.6 and later).",
    },
    "EmailReportingOption": {
        "": "A report for administrators.",
        "EmailReportConfig": "Type, times and filter of the report.",
        "LanguageCode": "Language of the report, for example V(en_US).",
        "LocalTimezone": "Time zone of the report, as an IANA name.",
        "Recipients": "Addresses that receive the report.",
    },
    "EmailReportConfig": {
        "": "A report by e-mail: its type, when it is sent and which jobs it covers.",
        "ReportType": "Kind of report, V(immediate) after each job, V(summary), V(grouped_status) or V(recent_activity).",
        "SummaryFrequency": "Times at which the report is sent; an immediate report needs none.",
        "TimeSpan": "Span of time that the report covers (22.12 and later).",
        "Filter": "Condition that chooses the jobs in the report.",
    },
}
