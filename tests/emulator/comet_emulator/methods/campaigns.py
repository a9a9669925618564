"""The update campaign: at most one, which brings devices to the version of this server."""

from __future__ import annotations

from typing import Any

import orjson

from ..core.facts import parse_version
from ..core.routing import Call, handles
from ..devices.live import Connection, presence_in
from ..emulator import Emulator, Stored
from ..jobs.job_log import RUNNING
from ..jobs.running import Order
from .searching import Test, compile_clause

Document = dict[str, Any]
Device = tuple[str, str]
"""Username and device id."""

KIND, KEY = "server", "campaign"
UPDATE = 4007
NOT_SEEN, INELIGIBLE, PENDING, REQUESTED, FAILED, CONFIRMED = range(6)

SELF_UPDATING = ("windows", "linux", "darwin")
"""Operating systems on which the software can update itself."""

MOST_AT_ONCE = 100
"""How many devices are told to update at one look; with very many, the server would have time for nothing else."""

FILTERED = {name: name for name in ("UserProfileConfig", "DeviceConfig", "LiveUserConnection")}


def _filter(emulator: Emulator, options: Document) -> Test | None:
    """The filter of a campaign; None when every device is meant."""
    return compile_clause(emulator, options["DeviceFilter"], FILTERED) if options["ApplyDeviceFilter"] else None


@handles("AdminUpdateCampaignStart")
def start(call: Call) -> Stored:
    """Start a campaign in place of any other, or stop the present one."""
    emulator, options = call.emulator, call["Options"]
    _filter(emulator, options)
    campaign = emulator.store.document(KIND, KEY) or _new(emulator)
    campaign = _new(emulator) if options["Active"] else campaign
    emulator.store.put(KIND, KEY, {**campaign, "Options": options})
    return call.ok()


def _new(emulator: Emulator) -> Document:
    return {"StartTime": emulator.clock.now(), "TargetVersion": emulator.version_text, "Devices": []}


@handles("AdminUpdateCampaignStatus")
def status(call: Call) -> Document:
    """The present or last campaign, and how far each registered device is."""
    campaign = call.emulator.store.peek(KIND, KEY)
    if campaign is None:
        return {}
    states = _states(campaign)
    devices = [
        {"Username": username, "DeviceID": device, "Status": states.get((username, device), NOT_SEEN)}
        for username, row in call.emulator.store.rows("user").items()
        for device in presence_in(row).devices
    ]
    facts = {name: campaign[name] for name in ("StartTime", "TargetVersion")}
    return {**campaign["Options"], **facts, "Devices": devices}


def _states(campaign: Document) -> dict[Device, int]:
    return {(username, device): state for username, device, state in campaign["Devices"]}


# As time passes


def run_campaign(emulator: Emulator) -> None:
    """Look at every device that is online, and tell those to update that are to and can."""
    campaign = emulator.store.document(KIND, KEY)
    if campaign is None or not campaign["Options"]["Active"]:
        return
    look, states = _Look(emulator, campaign), _states(campaign)
    newest = {(connection.username, connection.device): connection for connection in emulator.live.everyone()}
    with emulator.changing():
        seen = {key: look.state(newest[key], states.get(key, NOT_SEEN)) for key in newest}
        if states != {**states, **seen}:
            campaign["Devices"] = [[*key, state] for key, state in {**states, **seen}.items()]
            emulator.store.put(KIND, KEY, campaign)


class _Look:
    """One look at the devices of a campaign."""

    def __init__(self, emulator: Emulator, campaign: Document) -> None:
        self.emulator = emulator
        self.options = campaign["Options"]
        self.target = campaign["TargetVersion"]
        self.wanted = _filter(emulator, self.options)
        self.busy = _busy(emulator)
        self.left = MOST_AT_ONCE

    def state(self, connection: Connection, before: int) -> int:
        """The state of a device that is online; one that is to update now is told so."""
        if before in (FAILED, CONFIRMED):
            return before
        if before == REQUESTED:
            return self._outcome(connection)
        if not self._eligible(connection):
            return INELIGIBLE
        busy = self._jobs(connection) and not self.options["ForceUpgradeRunning"]
        if busy or not self.left:
            return PENDING
        self.left -= 1
        self.emulator.jobs.start(connection, Order(UPDATE, details={"version": self.target}))
        return REQUESTED

    def _jobs(self, connection: Connection) -> set[int]:
        return self.busy.get((connection.username, connection.device), set())

    def _outcome(self, connection: Connection) -> int:
        """A device that was told to update and is there: it still does, or has come back, or never left."""
        if UPDATE in self._jobs(connection):
            return REQUESTED
        return CONFIRMED if connection.version == self.target else FAILED

    def _eligible(self, connection: Connection) -> bool:
        reported, target = parse_version(connection.version), parse_version(self.target)
        option = "UpgradeOlder" if reported < target else "DowngradeNewer"
        option = "ReinstallCurrentVer" if reported == target else option
        if not self.options[option] or connection.platform.get("os", SELF_UPDATING[0]) not in SELF_UPDATING:
            return False
        if self.wanted is None:
            return True
        profile = self.emulator.store.peek("user", connection.username) or {}
        documents = {
            "UserProfileConfig": profile,
            "DeviceConfig": profile["Devices"][connection.device],
            "LiveUserConnection": connection.document(),
        }
        return self.wanted(documents)


def _busy(emulator: Emulator) -> dict[Device, set[int]]:
    """Kinds of unfinished jobs by device."""
    busy: dict[Device, set[int]] = {}
    for row in emulator.store.rows("job").values():
        job = orjson.loads(row.body)
        if job["Status"] in RUNNING:
            busy.setdefault((job["Username"], job["DeviceID"]), set()).add(job["Classification"])
    return busy
