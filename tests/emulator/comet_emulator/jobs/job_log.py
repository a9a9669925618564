"""The log of a job: lines that its device sends while it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..emulator import Emulator

Document = dict[str, Any]

DEBUG, INFO, WARNING, ERROR = "D", "I", "W", "E"

KINDS = {
    4001: "backup",
    4002: "restore",
    4003: "retention",
    4004: "unlock",
    4005: "deletion of snapshots",
    4006: "measurement",
    4007: "software update",
    4008: "import",
    4009: "reindex",
    4010: "deep verify",
    4011: "uninstallation",
}

RUNNING = range(6000, 7000)

LAST_LINES = {
    5000: (INFO, "Job finished"),
    7000: (ERROR, "Job failed: its time is up"),
    7001: (WARNING, "Job finished with warnings: some files could not be read"),
    7002: (ERROR, "Job failed: the connection to the Storage Vault was refused"),
    7003: (ERROR, "Job failed: the quota is used up"),
    7004: (ERROR, "Job missed: the device was offline at the scheduled time"),
    7005: (ERROR, "Job cancelled on request"),
    7006: (WARNING, "Job skipped: the same job is still running"),
    7007: (ERROR, "Job abandoned: nothing more is expected from the device"),
}
"""What the log says last, by the final status of the job."""


def line(time: int, severity: str, message: str) -> Document:
    """One ``JobEntry``."""
    return {"Time": time, "Severity": severity, "Message": message}


def first_lines(job: Document) -> list[Document]:
    """What a job says when it begins."""
    begun = job["StartTime"]
    lines = [
        line(begun, INFO, f"Starting {KINDS.get(job['Classification'], 'job')}"),
        line(begun, DEBUG, f"Client version {job['ClientVersion']} on device {job['DeviceID']}"),
    ]
    if job["DestinationGUID"]:
        lines.append(line(begun, INFO, f"Opening Storage Vault {job['DestinationGUID']}"))
    if job["SourceGUID"]:
        lines.append(line(begun, INFO, f"Reading Protected Item {job['SourceGUID']}"))
    return lines


def progress_line(time: int, progress: Document) -> Document:
    """What a job says on its way."""
    done = f"{progress['ItemsDone']} of {progress['ItemsTotal']} items, {progress['BytesDone']} bytes"
    return line(time, DEBUG, f"Progress: {done}")


def last_line(job: Document) -> Document:
    """What a job says when it ends."""
    severity, message = LAST_LINES[job["Status"]]
    return line(job["EndTime"], severity, message)


def whole_log(job: Document) -> list[Document]:
    """The log of a job about which nothing is known but its document."""
    running = job["Status"] in RUNNING
    return first_lines(job) + ([] if running else [last_line(job)])


def read_log(emulator: Emulator, job_id: str) -> list[Document]:
    """All lines of a job, oldest first."""
    lines: Any = emulator.store.peek("job_log", job_id)
    return lines or []


def write_log(emulator: Emulator, job: Document, *lines: Document) -> None:
    """Add lines to the log of a stored job."""
    row = emulator.store.row("job", job["GUID"])
    organization = row.organization if row else ""
    written = [*read_log(emulator, job["GUID"]), *lines]
    emulator.store.put("job_log", job["GUID"], written, organization=organization, parent=job["Username"])
