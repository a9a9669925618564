"""What jobs leave behind when they end: in the profile as the real client writes it, in buckets and in vaults."""

from __future__ import annotations

from typing import Any

from ..core.passwords import random_key
from ..emulator import Emulator
from ..jobs.running import SUCCESS, WARNED, Order, when_ended
from ..jobs.snapshots import add_snapshot, delete_snapshots, expired
from ..jobs.workload import BACKUP, last_success, vault_size
from .profiles import store_profile

Document = dict[str, Any]

RETENTION, DELETE, REMEASURE, DEEP_VERIFY = 4003, 4005, 4006, 4010
IMMEDIATE_RETENTION = 1
COMET_VAULT = 1003
KEY_METHOD = 1


def _statistics(emulator: Emulator, owner: Document, type_name: str, **members: Any) -> None:
    """Write members into the ``Statistics`` of a source or a vault."""
    owner["Statistics"] = emulator.take(type_name, {**(owner.get("Statistics") or {}), **members}, "Statistics")


def _measure(emulator: Emulator, profile: Document, job: Document, size: int) -> None:
    """The client has measured its vault: so many bytes, and which protected items they belong to."""
    vault = profile["Destinations"][job["DestinationGUID"]]
    times = {"MeasureStarted": job["StartTime"], "MeasureCompleted": job["EndTime"]}
    sources = {key: last_success(source) for key, source in profile["Sources"].items()}
    inside = {key: last for key, last in sources.items() if last.get("DestinationGUID") == job["DestinationGUID"]}
    parts = [{"Bytes": last["TotalSize"], "UsedBy": [key]} for key, last in inside.items()]
    measured = {"Size": size, **times}
    content = {**times, "Components": parts}
    _statistics(emulator, vault, "DestinationStatistics", ClientProvidedSize=measured, ClientProvidedContent=content)
    row = emulator.store.row("bucket", vault["CometBucket"])
    if vault["DestinationType"] == COMET_VAULT and row is not None:
        bucket = emulator.store.document("bucket", vault["CometBucket"]) or {}
        emulator.store.put("bucket", vault["CometBucket"], {**bucket, "Size": measured}, organization=row.organization)


def _initialise(vault: Document, moment: int) -> None:
    """What a client does when it uses a vault for the first time."""
    if vault["RepoInitTimestamp"]:
        return
    vault["RepoInitTimestamp"] = moment
    if not vault["EncryptionKeyEncryptionMethod"]:
        vault.update(EncryptionKeyEncryptionMethod=KEY_METHOD, EncryptedEncryptionKey=random_key())


@when_ended(BACKUP)
def after_backup(emulator: Emulator, job: Document, details: Document) -> None:
    """Statistics of the item; when it went well also the vault's, a snapshot, and retention if asked for at once."""
    profile = emulator.store.document("user", job["Username"])
    if profile is None:
        return
    good = job["Status"] in (SUCCESS, WARNED)
    source, vault = profile["Sources"].get(job["SourceGUID"]), profile["Destinations"].get(job["DestinationGUID"])
    if source is not None:
        last = {"LastStartTime": job["StartTime"], "LastBackupJob": job}
        last |= {"LastSuccessfulBackupJob": job} if job["Status"] == SUCCESS else {}
        _statistics(emulator, source, "SourceStatistics", **last)
    if good and vault is not None:
        _initialise(vault, job["StartTime"])
        _measure(emulator, profile, job, vault_size(vault) + job["UploadSize"])
        add_snapshot(emulator, job, profile.get("OrganizationID", ""), source["Engine"] if source else "")
    store_profile(emulator, job["Username"], profile)
    connection = emulator.live.of_device(job["Username"], job["DeviceID"])
    if good and vault is not None and connection and details.get("AutoRetentionLevel") == IMMEDIATE_RETENTION:
        emulator.jobs.start(connection, Order(RETENTION, destination=job["DestinationGUID"]))


@when_ended(RETENTION, DELETE)
def after_deleting(emulator: Emulator, job: Document, details: Document) -> None:
    """Snapshots are gone, and the vault is smaller."""
    profile = emulator.store.document("user", job["Username"])
    vault = profile and profile["Destinations"].get(job["DestinationGUID"])
    if job["Status"] != SUCCESS or profile is None or not vault:
        return
    destination = job["DestinationGUID"]
    named = job["Classification"] == DELETE
    gone = details["snapshots"] if named else expired(emulator, profile, destination)
    freed = delete_snapshots(emulator, job["Username"], destination, gone)
    if freed:
        _measure(emulator, profile, job, max(0, vault_size(vault) - freed))
        store_profile(emulator, job["Username"], profile)


@when_ended(REMEASURE)
def after_measuring(emulator: Emulator, job: Document, details: Document) -> None:
    """The vault's size is as fresh as the job."""
    profile = emulator.store.document("user", job["Username"])
    vault = profile and profile["Destinations"].get(job["DestinationGUID"])
    if job["Status"] == SUCCESS and profile is not None and vault:
        _measure(emulator, profile, job, vault_size(vault))
        store_profile(emulator, job["Username"], profile)


@when_ended(DEEP_VERIFY)
def after_verifying(emulator: Emulator, job: Document, details: Document) -> None:
    """The vault remembers its last good verification."""
    profile = emulator.store.document("user", job["Username"])
    vault = profile and profile["Destinations"].get(job["DestinationGUID"])
    if job["Status"] == SUCCESS and profile is not None and vault:
        members = {
            "LastSuccessfulDeepVerify_GUID": job["GUID"],
            "LastSuccessfulDeepVerify_StartTime": job["StartTime"],
            "LastSuccessfulDeepVerify_EndTime": job["EndTime"],
        }
        _statistics(emulator, vault, "DestinationStatistics", **members)
        store_profile(emulator, job["Username"], profile)
