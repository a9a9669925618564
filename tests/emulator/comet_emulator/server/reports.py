"""E-mail reports about jobs: which jobs they are about, and how they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import orjson

from ..emulator import Emulator
from ..jobs.schedules import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY, zone_of
from ..methods.searching import job_test
from .branding import branding_of

Document = dict[str, Any]

IMMEDIATE, SUMMARY, GROUPED, RECENT = 0, 1, 2, 3

DAY = 24 * 3600
PERIODS = {HOURLY: 3600, DAILY: DAY, WEEKLY: 7 * DAY, MONTHLY: 31 * DAY, YEARLY: 366 * DAY}
DEFAULT_PERIOD = DAY
"""Seconds that a report looks back when its configuration does not say."""

TITLES = {IMMEDIATE: "Job report", SUMMARY: "Summary", GROUPED: "Status by user", RECENT: "Recent activity"}

KINDS = {
    4001: "Backup",
    4002: "Restore",
    4003: "Retention",
    4004: "Unlock",
    4005: "Delete",
    4006: "Re-measure",
    4007: "Update",
    4008: "Import",
    4009: "Reindex",
    4010: "Deep verify",
    4011: "Uninstall",
}
STATUSES = {
    7000: "Timeout",
    7001: "Warning",
    7002: "Error",
    7003: "Quota exceeded",
    7004: "Missed",
    7005: "Cancelled",
    7006: "Skipped",
    7007: "Abandoned",
}
COLUMNS = ("User", "Device", "Protected Item", "Storage Vault", "Type", "Status", "Start", "End", "Size")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report."""

    subject: str
    html: str
    text: str


def status_text(status: int) -> str:
    """What a job's ``Status`` is called in a report."""
    if status in range(5000, 6000):
        return "Success"
    return "Running" if status in range(6000, 7000) else STATUSES.get(status, "Error")


def look_back(config: Document) -> int:
    """Seconds that an ``EmailReportConfig`` covers."""
    span = config.get("TimeSpan") or {}
    if span.get("Seconds"):
        return int(span["Seconds"])
    frequencies = [span.get("FrequencyType", 0), *(entry["FrequencyType"] for entry in config["SummaryFrequency"])]
    return next((PERIODS[kind] for kind in frequencies if kind in PERIODS), DEFAULT_PERIOD)


def jobs_for(emulator: Emulator, config: Document, users: set[str]) -> list[Document]:
    """Jobs of these users that a report with an ``EmailReportConfig`` is about, the newest first.

    Raises:
        ApiError: 400, the filter makes no sense.
    """
    now = emulator.clock.now()
    since = 0 if config["ReportType"] == IMMEDIATE else now - look_back(config)
    bodies = [row.body for row in emulator.store.rows("job").values() if row.parent in users]
    jobs = [job for job in map(orjson.loads, bodies) if job["StartTime"] >= since or job["EndTime"] >= since]
    jobs = list(filter(job_test(emulator, config["Filter"]), jobs))
    jobs.sort(key=lambda job: job["StartTime"], reverse=True)
    return jobs[:1] if config["ReportType"] == IMMEDIATE else jobs


def write_report(
    emulator: Emulator, config: Document, jobs: list[Document], *, organization: str, name: str, zone: str
) -> Report:
    """The report about a tenant's jobs; ``name`` says whom it is about, times are in the ``zone``."""
    product = branding_of(emulator, organization)["ProductName"]
    title = TITLES[config["ReportType"]]
    good = sum(status_text(job["Status"]) == "Success" for job in jobs)
    subject = f"[{product}] {title} for {name}: {good} of {len(jobs)} successful"
    rows = [_cells(emulator, job, zone) for job in jobs]
    if config["ReportType"] == GROUPED:
        rows.sort(key=lambda row: (row[0], row[5]))
    head = "".join(f"<th>{escape(column)}</th>" for column in COLUMNS)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>" if rows else "<p>No jobs.</p>"
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f"<body><h1>{escape(title)}</h1><p>{escape(name)}</p>{table}</body></html>"
    )
    text = "\n".join([title, name, "", *(" | ".join(row) for row in rows or [("No jobs.",)])]) + "\n"
    return Report(subject, html, text)


def _cells(emulator: Emulator, job: Document, zone: str) -> tuple[str, ...]:
    profile = emulator.store.peek("user", job["Username"]) or {"Devices": {}, "Sources": {}, "Destinations": {}}

    def name(part: str, key: str, member: str) -> str:
        return str(profile[part].get(job[key], {}).get(member, "")) or job[key][:8]

    return (
        job["Username"],
        name("Devices", "DeviceID", "FriendlyName"),
        name("Sources", "SourceGUID", "Description"),
        name("Destinations", "DestinationGUID", "Description"),
        KINDS.get(job["Classification"], "Unknown"),
        status_text(job["Status"]),
        _time(job["StartTime"], zone),
        _time(job["EndTime"], zone),
        f"{job['TotalSize'] / 2**30:.2f} GiB",
    )


def _time(moment: int, zone: str) -> str:
    return datetime.fromtimestamp(moment, zone_of(zone)).strftime("%Y-%m-%d %H:%M") if moment else ""
