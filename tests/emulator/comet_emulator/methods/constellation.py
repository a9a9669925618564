"""Constellation (Cluster Manager): which buckets exist, which are in use, and what becomes of those that are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from ..core.errors import ApiError
from ..core.routing import Call, handles
from ..emulator import Emulator, Stored
from ..server.locations import B2, COMET, LOOPBACK, S3, SPANNED, STORJ, own_hosts
from ..server.provisioning import SELF
from ..server.routine import every_hour

Document = dict[str, Any]

STORAGE_BLOCKS = {
    "aws": "AWS",
    "wasabi": "Wasabi",
    "cometstorage": "Wasabi",
    "s3": "S3",
    "idrivee2": "S3",
    "b2": "B2",
    "storj": "Storj",
}
"""Targets that are storage of a provider instead of a server, by type, with the block that names their bucket."""


def options_of(emulator: Emulator, organization: str) -> Document:
    """The ``ConstellationRoleOptions`` of a tenant, or of the server; for reading only."""
    options: Document = emulator.settings_of(organization)["ConstellationRole"]
    return options


def _is_here(target: Document, hosts: set[str]) -> bool:
    """Whether a target is this very server."""
    address = target.get("RemoteAddress", "")
    return address == SELF or (urlsplit(address).hostname or "").lower() in hosts


# Looking


def _locations(location: Document) -> Iterator[Document]:
    """A vault's location, or those of its targets when it is spanned."""
    if location["DestinationType"] == SPANNED:
        for target in location["SpanTargets"]:
            yield from _locations(target)
    else:
        yield location


def _directory(location: Document) -> tuple[str, str, str]:
    """Master bucket, directory in it and access key of a location at a provider; empty for others."""
    kind = location["DestinationType"]
    if kind == S3:
        return location["S3BucketName"], location["S3Subdir"].rpartition("/")[2], location["S3AccessKey"]
    if kind == B2:
        place = location["B2"]
        return place.get("Bucket", ""), place.get("Prefix", ""), place.get("AccountID", "")
    if kind == STORJ:
        place = location["Storj"]
        return place.get("StorjBucket", ""), place.get("StorjBucketPrefix", ""), ""
    return "", "", ""


class _Check:
    """One look at the targets of a tenant, or of the server: ``usage`` is by bucket, or by directory at a provider."""

    def __init__(self, emulator: Emulator, organization: str) -> None:
        self._emulator = emulator
        self._organization = organization
        self.usage: dict[str, Document] = {}
        self.anomalies: list[str] = []

    def run(self) -> None:
        """Look at every target.

        Raises:
            ApiError: 500, a target is another server, which cannot be reached, and a switch makes the check fail.
        """
        emulator = self._emulator
        hosts = own_hosts(emulator)
        for index, target in enumerate(options_of(emulator, self._organization)["Servers"]):
            if target["Type"] in STORAGE_BLOCKS:
                master = target.get(STORAGE_BLOCKS[target["Type"]], {})
                self._look_at_storage(index, master.get("MasterBucket") or master.get("Bucket", ""))
            elif _is_here(target, hosts):
                self._look_here(index)
            elif emulator.switches["constellation_unreachable"] == "fails":
                raise ApiError(500, f"The server {target.get('RemoteAddress', '')} cannot be reached")

    def _entry(self, key: str, access_key: str = "") -> Document:
        return self.usage.setdefault(key, {"AccessKey": access_key, "ExistsOnServers": [], "InUseBy": []})

    def _vaults(self) -> Iterator[tuple[str, Document]]:
        for username, row in self._emulator.store.rows("user").items():
            if self._organization in ("", row.organization):
                for vault in orjson.loads(row.body)["Destinations"].values():
                    for location in _locations(vault):
                        yield username, location

    def _look_here(self, index: int) -> None:
        for key, row in self._emulator.store.rows("bucket").items():
            if self._organization in ("", row.organization):
                self._entry(key)["ExistsOnServers"].append(index)
        for username, location in self._vaults():
            if location["DestinationType"] == COMET and location["CometBucket"]:
                entry = self._entry(location["CometBucket"])
                entry["InUseBy"].append({"ServerID": index, "Username": username})
                if urlsplit(location["CometServer"]).hostname in LOOPBACK:
                    self.anomalies.append(f"a vault of {username!r} points at {location['CometServer']}")

    def _look_at_storage(self, index: int, master: str) -> None:
        for username, location in self._vaults():
            bucket, directory, access_key = _directory(location)
            if directory and bucket == master:
                entry = self._entry(directory, access_key)
                if index not in entry["ExistsOnServers"]:
                    entry["ExistsOnServers"].append(index)
                entry["InUseBy"].append({"ServerID": index, "Username": username})


class Constellation:
    """Reports of this run of the server, of each tenant and of the server as a whole."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.reports: dict[str, Document] = {}
        self.stats: dict[str, Document] = {}

    def check(self, organization: str) -> Document:
        """Make a new report of a tenant, or of the server as a whole.

        Raises:
            ApiError: as :meth:`_Check.run`.
        """
        emulator, now = self._emulator, self._emulator.clock.now()
        stats = self.stats.setdefault(organization, {"TotalChecksStarted": 0, "TotalBucketsDeleted": 0})
        stats["LastCheckStart"] = now
        stats["TotalChecksStarted"] += 1
        check = _Check(emulator, organization)
        check.run()
        for anomaly in check.anomalies:
            emulator.log.warn(f"Constellation: {anomaly}")
        report = {"CheckStarted": now, "CheckCompleted": emulator.clock.now(), "Usage": check.usage}
        self.reports[organization] = report
        return report

    def prune(self, organization: str) -> int:
        """Check, and delete buckets of this server that nobody uses, where that is switched on. Gives their number.

        Raises:
            ApiError: as :meth:`check`; nothing is deleted then.
        """
        usage = self.check(organization)["Usage"]
        if not options_of(self._emulator, organization)["DeleteUnusedData"]:
            return 0
        store = self._emulator.store
        unused = [key for key, use in usage.items() if not use["InUseBy"] and store.row("bucket", key) is not None]
        for key in unused:
            store.delete("bucket", key)
            self._emulator.log.info(f"Constellation: deleted the unused bucket {key}")
        self.stats[organization]["TotalBucketsDeleted"] += len(unused)
        return len(unused)


@every_hour
def check_everything(emulator: Emulator) -> None:
    """Report on every list of targets that is not empty, and clean up where that is switched on."""
    if not emulator.config["ConstellationRole"]["RoleEnabled"]:
        return
    for organization in ("", *emulator.store.rows("organization")):
        options = options_of(emulator, organization)
        if options["RoleEnabled"] and options["Servers"]:
            try:
                with emulator.changing():
                    emulator.part(Constellation).prune(organization)
            except ApiError as problem:
                emulator.log.warn(f"Constellation: {problem.message}")


@handles("AdminConstellationLastReport")
def last_report(call: Call) -> Document:
    """The report made last; an empty one before the first."""
    return call.emulator.part(Constellation).reports.get(call.caller.organization, {})


@handles("AdminConstellationNewReport")
def new_report(call: Call) -> Document:
    """A report made now."""
    return call.emulator.part(Constellation).check(call.caller.organization)


@handles("AdminConstellationPruneNow")
def prune_now(call: Call) -> Stored:
    """Check now, and delete what nobody uses if the configuration allows it."""
    call.emulator.part(Constellation).prune(call.caller.organization)
    return call.ok()


@handles("AdminConstellationStatus")
def status(call: Call) -> Document:
    """What is checked, and how often it was."""
    organization = call.caller.organization
    options = options_of(call.emulator, organization)
    return {
        "DeletionEnabled": options["DeleteUnusedData"],
        "Targets": [target.get("RemoteAddress", "") or target["Type"] for target in options["Servers"]],
        "TargetNames": [target["Description"] for target in options["Servers"]],
        "Stats": call.emulator.part(Constellation).stats.get(organization, {}),
    }
