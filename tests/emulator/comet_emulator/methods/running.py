"""Calls that let a live device begin a job."""

from __future__ import annotations

from typing import Any

from ..core.errors import denied
from ..core.routing import Call, handles
from ..devices.live import Connection
from ..emulator import Stored
from ..jobs.running import Order
from ..jobs.snapshots import snapshots_of
from ..jobs.workload import BACKUP, RESTORE, totals

Document = dict[str, Any]

RETENTION, UNLOCK, DELETE, REINDEX, DEEP_VERIFY = 4003, 4004, 4005, 4009, 4010
ERROR, SKIPPED = 7002, 7006

SAFE_UNLOCK_SINCE = (25, 3, 1)


def _profile(call: Call, connection: Connection) -> Document:
    return call.emulator.store.peek("user", connection.username) or {}


def _own(call: Call, connection: Connection, source: str) -> str:
    """The id of a protected item, when it is one of this device.

    Raises:
        ApiError: it is none.
    """
    item = _profile(call, connection)["Sources"].get(source)
    if item is None or item["OwnerDevice"] not in ("", connection.device):
        raise call.unknown("Protected Item")
    return source


def _vault(call: Call, connection: Connection, destination: str) -> str:
    """The id of a storage vault of the device's user.

    Raises:
        ApiError: there is none.
    """
    if destination not in _profile(call, connection)["Destinations"]:
        raise call.unknown("Storage Vault")
    return destination


# Backup and restore


def start_backup(call: Call, connection: Connection, order: Order, options: Document) -> Stored:
    """Begin a backup with the options of a ``BackupJobAdvancedOptions`` or a ``BackupRuleConfig``."""
    jobs = call.emulator.jobs
    order.stop_after = options.get("StopAfter", 0)
    order.tags = options.get("Tags", "")
    order.details = {"AutoRetentionLevel": options.get("AutoRetentionLevel", 0)}
    same = jobs.same_work(connection, order)
    if same is not None and options.get("SkipAlreadyRunning"):
        return call.ok(JobID=jobs.record(connection, order, SKIPPED, ConflictingJobID=same["GUID"]))
    return call.ok(JobID=jobs.start(connection, order))


@handles("AdminDispatcherRunBackup", "UserWebDispatcherRunBackup")
def run_backup(call: Call) -> Stored:
    """Run a schedule of the user now."""
    connection = call.target()
    rule = _profile(call, connection)["BackupRules"].get(call["BackupRule"])
    if rule is None:
        raise call.unknown("schedule")
    source, vault = _own(call, connection, rule["Source"]), _vault(call, connection, rule["Destination"])
    return start_backup(call, connection, Order(BACKUP, source, vault, rule=call["BackupRule"]), rule)


@handles("AdminDispatcherRunBackupCustom", "UserWebDispatcherRunBackupCustom")
def run_backup_custom(call: Call) -> Stored:
    """Back up a protected item to a vault now."""
    connection = call.target()
    source, vault = _own(call, connection, call["Source"]), _vault(call, connection, call["Destination"])
    return start_backup(call, connection, Order(BACKUP, source, vault), call.get("Options") or {})


@handles(
    "AdminDispatcherRunRestore",
    "UserWebDispatcherRunRestore",
    "AdminDispatcherRunRestoreCustom",
    "UserWebDispatcherRunRestoreCustom",
)
def run_restore(call: Call) -> Stored:
    """Restore from a snapshot, the newest unless one is named; one that is not there fails on the device."""
    connection = call.target()
    vault, source = _vault(call, connection, call["Destination"]), call["Source"]
    there = [entry for entry in snapshots_of(call.emulator, connection.username, vault) if entry["Source"] == source]
    wanted = call.get("Snapshot") or (there[-1]["Snapshot"] if there else "")
    found = any(entry["Snapshot"] == wanted for entry in there)
    known: Document = {}
    if call.get("KnownFileCount", 0):
        known = totals(call["KnownFileCount"], call.get("KnownByteCount", 0))
        known["DownloadSize"] = known["TotalSize"]
    if call.get("KnownDirCount", 0):
        known["TotalDirectories"] = call["KnownDirCount"]
    order = Order(RESTORE, source, vault, snapshot=wanted, totals=known, outcome=None if found else ERROR)
    return call.ok(JobID=call.emulator.jobs.start(connection, order))


# Work on a vault


def _vault_job(call: Call, classification: int) -> Stored:
    connection = call.target()
    order = Order(classification, destination=_vault(call, connection, call["Destination"]))
    return call.ok(JobID=call.emulator.jobs.start(connection, order))


@handles("AdminDispatcherApplyRetentionRules")
def apply_retention(call: Call) -> Stored:
    """Delete what the retention of a vault no longer keeps."""
    return _vault_job(call, RETENTION)


@handles("AdminDispatcherDeepverifyStorageVault")
def deep_verify(call: Call) -> Stored:
    """Verify a whole vault."""
    return _vault_job(call, DEEP_VERIFY)


@handles("AdminDispatcherReindexStorageVault")
def reindex(call: Call) -> Stored:
    """Make the index of a vault again."""
    return _vault_job(call, REINDEX)


@handles("AdminDispatcherUnlock")
def unlock(call: Call) -> Stored:
    """Remove locks of a vault. While somebody works on it that fails, unless it may be unsafe."""
    connection = call.target()
    vault = _vault(call, connection, call["Destination"])
    unsafe = call.get("AllowUnsafe", call.emulator.version < SAFE_UNLOCK_SINCE)
    busy = any(job["DestinationGUID"] == vault for job in call.emulator.jobs.of_user(connection.username))
    order = Order(UNLOCK, destination=vault, outcome=ERROR if busy and not unsafe else None)
    return call.ok(JobID=call.emulator.jobs.start(connection, order))


@handles(
    "AdminDispatcherDeleteSnapshot",
    "UserWebDispatcherDeleteSnapshot",
    "AdminDispatcherDeleteSnapshots",
    "UserWebDispatcherDeleteSnapshots",
)
def delete_snapshots(call: Call) -> Stored:
    """Delete snapshots from a vault; those that are not there make the job fail."""
    connection = call.target()
    if call.caller.kind == "user" and _profile(call, connection)["Policy"]["PreventDeleteSingleSnapshots"]:
        raise denied()
    vault = _vault(call, connection, call["DestinationID"])
    wanted = [call["SnapshotID"]] if "SnapshotID" in call.parameters else call["SnapshotIDs"]
    there = {entry["Snapshot"] for entry in snapshots_of(call.emulator, connection.username, vault)}
    outcome = None if there.issuperset(wanted) else ERROR
    order = Order(DELETE, destination=vault, outcome=outcome, details={"snapshots": wanted})
    return call.ok(JobID=call.emulator.jobs.start(connection, order))
