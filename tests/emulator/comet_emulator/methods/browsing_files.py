"""Files of a live device, and what is in the snapshots of its user's storage vaults."""

from __future__ import annotations

import html
import time
from typing import Any

from ..core.routing import PLAUSIBLE, Call, handles
from ..devices import worlds
from ..devices.filetree import FILES, MAIL, Node, device_files, snapshot_files
from ..devices.live import Connection
from ..jobs.snapshots import snapshots_of
from .browsing import MADE_UP, answer
from .commands import failed
from .searching import compile_clause

Document = dict[str, Any]

MACHINES = ("engine1/hyperv", "engine1/vmware", "engine1/proxmox")
RESULT = "SearchResultFileInfo"
DISK_IMAGES = (*MACHINES, "engine1/windisk")


def _snapshots(call: Call, connection: Connection, vault: str) -> dict[str, Document]:
    """The snapshots in a vault of the device's user, by id."""
    profile = call.emulator.store.peek("user", connection.username) or {}
    if vault not in profile["Destinations"]:
        raise call.unknown("Storage Vault")
    return {entry["Snapshot"]: entry for entry in snapshots_of(call.emulator, connection.username, vault)}


def _snapshot(call: Call, connection: Connection, vault: str, snapshot: str) -> Document:
    found = _snapshots(call, connection, vault).get(snapshot)
    if found is None:
        raise failed(call, "There is no such snapshot")
    return found


def _files_of(snapshot: Document, connection: Connection) -> Node:
    return snapshot_files(snapshot["EngineType"] or FILES, connection.on_windows)


@handles("AdminDispatcherRequestVaultSnapshots", "UserWebDispatcherRequestVaultSnapshots")
def vault_snapshots(call: Call) -> Document:
    """All snapshots in a storage vault."""
    return answer(Snapshots=list(_snapshots(call, call.target(), call["Destination"]).values()))


@handles(
    "AdminDispatcherRequestFilesystemObjects",
    "UserWebRequestFilesystemObjects",
    coverage=PLAUSIBLE,
    reason=MADE_UP,
)
def filesystem(call: Call) -> Document:
    """What is in a directory of the device; without a path its drives."""
    found = device_files(call.target().on_windows).find(call.get("Path"))
    if found is None or not isinstance(found.content, dict):
        raise failed(call, "The directory cannot be read")
    return answer(StoredObjects=[node.stored("") for node in found.children])


@handles(
    "AdminDispatcherRequestStoredObjects",
    "UserWebDispatcherRequestStoredObjects",
    coverage=PLAUSIBLE,
    reason=MADE_UP,
)
def stored_objects(call: Call) -> Document:
    """What is in a directory of a snapshot, or inside of a disk image in it."""
    connection = call.target()
    snapshot = _snapshot(call, connection, call["Destination"], call["SnapshotID"])
    options = call.get("Options", None) or {}
    if options.get("Enabled"):
        return answer(StoredObjects=_inside_disk(call, snapshot, options))
    found, wanted = _files_of(snapshot, connection), call.get("TreeID")
    if wanted:
        below = [node for node in found.walk() if isinstance(node.content, dict)]
        named = [node for node in below if node.tree_id(snapshot["Snapshot"]) == wanted]
        if not named:
            raise failed(call, "There is no such directory in the snapshot")
        found = named[0]
    return answer(StoredObjects=[node.stored(snapshot["Snapshot"]) for node in found.children])


def _inside_disk(call: Call, snapshot: Document, options: Document) -> list[Document]:
    """Partitions of a disk image, or the files of one of them."""
    if snapshot["EngineType"] not in DISK_IMAGES:
        raise failed(call, "The snapshot holds no disk image")
    if not options["PartitionGUID"]:
        return [
            {
                "name": partition["VolumeName"],
                "type": "vhdxpartitiongpt",
                "subtree": partition["PartitionGuid"],
                "size": partition["Size"],
            }
            for partition in worlds.PARTITIONS
        ]
    if options["PartitionGUID"] not in [partition["PartitionGuid"] for partition in worlds.PARTITIONS]:
        raise failed(call, "There is no such partition on the disk")
    found = Node("", "", worlds.WINDOWS_FILES["C:\\"]).find(options["ListPath"])
    if found is None:
        raise failed(call, "There is no such directory on the disk")
    return [{**node.stored(""), "type": f"vmdk{node.kind}"} for node in found.children]


@handles(
    "AdminDispatcherSearchSnapshots",
    "UserWebDispatcherSearchSnapshots",
    coverage=PLAUSIBLE,
    reason="made-up files; the names of the fields to search by are not documented",
)
def search_snapshots(call: Call) -> Document:
    """Files by snapshot that fit a clause; rules name a member of ``SearchResultFileInfo``."""
    connection = call.target()
    there = _snapshots(call, connection, call["DestinationID"])
    fits = compile_clause(call.emulator, call["Filter"], {RESULT: RESULT})
    found = {}
    for key in call["SnapshotIDs"] or there:
        if key not in there:
            raise failed(call, "There is no such snapshot")
        documents = [_search_result(node) for node in _files_of(there[key], connection).walk()]
        found[key] = [document for document in documents if fits({RESULT: document})]
    return answer(SnapshotFiles={key: files for key, files in found.items() if files})


def _search_result(node: Node) -> Document:
    changed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(node.changed))
    times = {"mtime": changed, "atime": changed, "ctime": changed}
    own = {"mode": "0644", "size": node.size} if isinstance(node.content, int) else {"mode": "0755"}
    return {"path": node.path, "name": node.name, "type": node.kind, **times, **own}


@handles(
    "AdminDispatcherBrowseVirtualMachines",
    "UserWebDispatcherBrowseVirtualMachines",
    coverage=PLAUSIBLE,
    reason=MADE_UP,
)
def snapshot_machines(call: Call) -> Document:
    """Virtual machines in a snapshot; one of other things has none."""
    snapshot = _snapshot(call, call.target(), call["DestinationID"], call["SnapshotID"])
    return answer(VMs=worlds.SNAPSHOT_MACHINES if snapshot["EngineType"] in MACHINES else [])


@handles(
    "AdminDispatcherRequestWindiskSnapshot",
    "UserWebDispatcherRequestWindiskSnapshot",
    coverage=PLAUSIBLE,
    reason=MADE_UP,
)
def snapshot_disks(call: Call) -> Document:
    """The disks that a snapshot of disk images was made from."""
    snapshot = _snapshot(call, call.target(), call["Destination"], call["SnapshotID"])
    if snapshot["EngineType"] != "engine1/windisk":
        raise failed(call, "The snapshot is not one of disks")
    return answer(WindiskSnapshot=worlds.DISKS)


@handles("AdminDispatcherEmailPreview", "UserDispatcherEmailPreview", coverage=PLAUSIBLE, reason=MADE_UP)
def email_preview(call: Call) -> Document:
    """A message in a snapshot of mailboxes."""
    connection = call.target()
    snapshot = _snapshot(call, connection, call["Destination"], call["Snapshot"])
    found = _files_of(snapshot, connection).find(call["Path"]) if snapshot["EngineType"] == MAIL else None
    if found is None or isinstance(found.content, dict):
        raise failed(call, "There is no such message in the snapshot")
    message = found.stored("")
    text = f"{found.name}\n\nBest regards,\nAda\n"
    body = html.escape(text).replace("\n", "<br>")
    return answer(
        From=message["from"],
        To=[message["to"]],
        EmailSubject=found.name,
        EmailBodyHTML=f"<html><body>{body}</body></html>",
        EmailBodyPlaintext=text,
    )
