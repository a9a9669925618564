"""Snapshots: what successful backups leave in a storage vault, until retention or somebody deletes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .retention import kept

if TYPE_CHECKING:
    from ..emulator import Emulator

Document = dict[str, Any]


def add_snapshot(emulator: Emulator, job: Document, organization: str, engine: str) -> None:
    """Store the snapshot that a backup job has made, of a source that such an engine read."""
    entry = {
        "Snapshot": job["SnapshotID"],
        "EngineType": engine,
        "Source": job["SourceGUID"],
        "CreateTime": job["StartTime"],
        "HasOriginalPathInfo": True,
        "Tags": [job["Tags"]] if job.get("Tags") else [],
    }
    document = {"Destination": job["DestinationGUID"], "Bytes": job["UploadSize"], "Entry": entry}
    emulator.store.put("snapshot", job["SnapshotID"], document, organization=organization, parent=job["Username"])


def _stored(emulator: Emulator, username: str, destination: str) -> dict[str, Document]:
    store, found = emulator.store, {}
    for key, row in store.rows("snapshot").items():
        document = store.peek("snapshot", key) if row.parent == username else None
        if document is not None and document["Destination"] == destination:
            found[key] = document
    return found


def snapshots_of(emulator: Emulator, username: str, destination: str) -> list[Document]:
    """What lies in one storage vault of a user, each as a ``VaultSnapshot``, oldest first."""
    entries = [document["Entry"] for document in _stored(emulator, username, destination).values()]
    return sorted(entries, key=lambda entry: (entry["CreateTime"], entry["Snapshot"]))


def delete_snapshots(emulator: Emulator, username: str, destination: str, wanted: Iterable[str]) -> int:
    """Delete snapshots from a vault; gives the bytes that this frees. Those that are not there do not count."""
    there, freed = _stored(emulator, username, destination), 0
    for key in wanted:
        if key in there:
            freed += there.pop(key)["Bytes"]
            emulator.store.delete("snapshot", key)
    return freed


def expired(emulator: Emulator, profile: Document, destination: str) -> list[str]:
    """Snapshots in a user's vault that its retention no longer keeps.

    Each protected item goes by its own policy for the vault, otherwise by the vault's.
    """
    entries = snapshots_of(emulator, profile["Username"], destination)
    gone = []
    for source in {entry["Source"] for entry in entries}:
        own = (profile["Sources"].get(source) or {}).get("OverrideDestinationRetention") or {}
        policy = own.get(destination) or profile["Destinations"][destination]["DefaultRetention"]
        ours = [entry for entry in entries if entry["Source"] == source]
        keep = kept(policy, [entry["CreateTime"] for entry in ours], emulator.clock.now())
        gone += [entry["Snapshot"] for entry in ours if entry["CreateTime"] not in keep]
    return gone
