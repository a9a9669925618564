"""How much a made-up job has to do: what lies in a protected item, and what of it goes over the line.

The contents of an item follow from its identifier, so that every backup of it finds about the same; they grow a little
with each backup that succeeded.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from ..emulator import Emulator

Document = dict[str, Any]

MIB = 1 << 20
CHUNK_BYTES = 4 * MIB
FILES = range(500, 200_000)
FILE_BYTES = range(16_000, 400_000)
FILES_FOR_EACH_DIRECTORY = 12
GROWTH = 1.01
"""How much larger an item is at its next backup."""

FIRST_UPLOAD = 0.6
"""Share of an item that its first backup sends: the rest is compressed away."""

NEXT_UPLOAD = 0.02

BACKUP, RESTORE = 4001, 4002

GUESTS = {
    "engine1/hyperv": ("TotalVmCount", "QuotaHyperVGuests"),
    "engine1/vmware": ("TotalVmCount", "QuotaVMwareGuests"),
    "engine1/winmsofficemail": ("TotalAccountsCount", "QuotaOffice365ProtectedAccounts"),
}
"""What an engine counts and the member of the profile that limits it."""

ZERO = {"TotalDirectories": 0, "TotalFiles": 0, "TotalSize": 0, "TotalChunks": 0, "UploadSize": 0, "DownloadSize": 0}


def _counted(source_id: str, engine: str) -> Document:
    """What certain engines count besides files; it stays the same from backup to backup."""
    rng = random.Random(f"counted in {source_id}")
    if engine in ("engine1/hyperv", "engine1/vmware", "engine1/proxmox"):
        return {"TotalVmCount": rng.randrange(1, 12)}
    if engine == "engine1/winmsofficemail":
        accounts, mails = rng.randrange(1, 40), rng.randrange(1_000, 90_000)
        return {
            "TotalAccountsCount": accounts,
            "TotalSitesCount": rng.randrange(1, 10),
            "TotalMailsCount": mails,
            "TotalLicensedMailsCount": accounts,
        }
    return {}


def totals(files: int, size: int) -> Document:
    """Totals of a ``BackupJobDetail`` that fit so many files and bytes; nothing has been sent yet."""
    directories = files // FILES_FOR_EACH_DIRECTORY + 1
    chunks = size // CHUNK_BYTES + 1
    return {**ZERO, "TotalDirectories": directories, "TotalFiles": files, "TotalSize": size, "TotalChunks": chunks}


def last_success(source: Document) -> Document:
    """The last successful backup job of a protected item, ``{}`` when there was none."""
    job: Document = (source.get("Statistics") or {}).get("LastSuccessfulBackupJob") or {}
    return job


def contents(source_id: str, source: Document) -> Document:
    """Totals of what a protected item holds at its next backup."""
    last = last_success(source)
    if last.get("TotalFiles"):
        files, size = int(last["TotalFiles"] * GROWTH) + 1, int(last["TotalSize"] * GROWTH) + 1
    else:
        rng = random.Random(f"contents of {source_id}")
        files = rng.randrange(FILES.start, FILES.stop)
        size = files * rng.randrange(FILE_BYTES.start, FILE_BYTES.stop)
    return {**totals(files, size), **_counted(source_id, source.get("Engine", ""))}


def workload(profile: Document, classification: int, source_id: str) -> Document:
    """Totals of a whole job of that kind, sizes in bytes. Jobs without a protected item have nothing to count."""
    if not source_id:
        return dict(ZERO)
    source = profile["Sources"].get(source_id) or {}
    work = contents(source_id, source)
    if classification == RESTORE:
        work["DownloadSize"] = int(work["TotalSize"] * FIRST_UPLOAD)
    elif classification == BACKUP:
        share = NEXT_UPLOAD if last_success(source).get("GUID") else FIRST_UPLOAD
        work["UploadSize"] = int(work["TotalSize"] * share)
    return work


def vault_size(vault: Document) -> int:
    """Bytes that a storage vault held when its client measured it last."""
    size: int = ((vault.get("Statistics") or {}).get("ClientProvidedSize") or {}).get("Size", 0)
    return size


def shared_usage(emulator: Emulator, quota_id: str) -> int:
    """Bytes in all vaults under a shared quota. Only profiles in which its id occurs are parsed."""
    needle, total = quota_id.encode(), 0
    for row in emulator.store.rows("user").values():
        if needle in row.body:
            vaults = orjson.loads(row.body)["Destinations"].values()
            total += sum(vault_size(vault) for vault in vaults if vault["StorageLimitID"] == quota_id)
    return total


def _vault_is_full(emulator: Emulator, vault: Document, upload: int) -> bool:
    """A shared quota takes precedence over the vault's own."""
    shared = emulator.store.peek("quota", vault["StorageLimitID"])
    if shared is not None:
        limit: int = shared["LimitBytes"]
        return shared_usage(emulator, vault["StorageLimitID"]) + upload > limit
    return bool(vault["StorageLimitEnabled"]) and vault_size(vault) + upload > vault["StorageLimitBytes"]


def _protects_too_much(profile: Document, source_id: str, work: Document) -> bool:
    counted, quota = GUESTS.get(profile["Sources"][source_id]["Engine"], ("", ""))
    if counted and 0 < profile[quota] < work[counted]:
        return True
    if not profile["AllProtectedItemsQuotaEnabled"]:
        return False
    others = [source for key, source in profile["Sources"].items() if key != source_id]
    total = sum(last_success(source).get("TotalSize", 0) for source in others) + work["TotalSize"]
    return bool(total > profile["AllProtectedItemsQuotaBytes"])


def over_quota(emulator: Emulator, profile: Document, source_id: str, destination: str, work: Document) -> bool:
    """Whether a backup is too much: for its vault, a shared quota, or what the user may protect."""
    vault = profile["Destinations"].get(destination)
    if vault is not None and _vault_is_full(emulator, vault, work["UploadSize"]):
        return True
    return source_id in profile["Sources"] and _protects_too_much(profile, source_id, work)
